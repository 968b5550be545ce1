"""Saving, renaming and deleting searches: dialogs and steps that several panes share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..core.desk import Desk
from ..core.values import Order, SavedSearch
from .background import Background
from .formatting import safe
from .messages import SearchesChanged
from .screens.confirm import Confirm
from .screens.prompt import Prompt
from .undoing import Step

LANE = "searches"
"""Whatever writes saved searches, one after the other."""


def keep_order(desk: Desk, name: str, order: Order) -> None:
    """Keep the order in which a saved search is read. Blocks."""
    desk.archive.save_search(replace(desk.saved_search(name), order=order))


def save_search(owner: Background, query: str, order: Order, *, standing: str = "") -> None:
    """Ask for a name and save the query under it; where another search than ``standing`` has it, after asking again."""
    desk = owner.session.desk

    def named(answer: str | None) -> None:
        name = safe(answer or "")
        if name:
            owner.ask(desk.archive.saved_searches, lambda known: check(name, known), lane=LANE)

    def check(name: str, known: Sequence[SavedSearch]) -> None:
        old = _called(name, known)
        if old is None or old.name == standing:
            save(name, old)
        else:
            question = Confirm(f"Replace the saved search “{old.name}”?", f"It asks for: {old.query or 'everything'}")
            owner.app.push_screen(question, lambda yes: save(name, old) if yes else None)

    def save(name: str, old: SavedSearch | None) -> None:
        def do() -> None:
            desk.save_search(name, query, order=order)

        def back() -> None:
            desk.archive.save_search(old) if old else desk.delete_search(name)

        _step(owner, f"“{name}” saved", do, back)

    example = f"a name for: {query}" if query else "a name for everything"
    prompt = Prompt("Save this search as", value=standing, example=example)
    owner.app.push_screen(prompt, named)


def rename_search(owner: Background, search: SavedSearch) -> None:
    """Ask for another name."""
    archive = owner.session.desk.archive

    def named(answer: str | None) -> None:
        name = safe(answer or "")
        if name and name != search.name:
            owner.ask(archive.saved_searches, lambda known: rename(name, known), lane=LANE)

    def rename(name: str, known: Sequence[SavedSearch]) -> None:
        taken = _called(name, known)
        if taken is not None and taken.name != search.name:
            owner.warn(f"There is a saved search “{taken.name}” already.")
            return
        new = replace(search, name=name)
        _step(owner, f"“{search.name}” is “{name}” now", lambda: move(search, new), lambda: move(new, search))

    def move(old: SavedSearch, new: SavedSearch) -> None:
        standing = _called(old.name, archive.saved_searches()) or old
        if old.name.casefold() == new.name.casefold():
            archive.delete_search(standing.name)
            archive.save_search(replace(standing, name=new.name))
        else:
            archive.save_search(replace(standing, name=new.name))
            archive.delete_search(standing.name)

    owner.app.push_screen(Prompt("Rename the saved search", value=search.name), named)


def delete_search(owner: Background, search: SavedSearch) -> None:
    """Forget a saved search, after asking."""
    desk = owner.session.desk

    def answered(yes: bool | None) -> None:
        if yes:
            do, back = (lambda: desk.delete_search(search.name)), (lambda: desk.archive.save_search(search))
            _step(owner, f"“{search.name}” deleted", do, back)

    detail = f"No mention is touched. It asks for: {search.query or 'everything'}"
    owner.app.push_screen(Confirm(f"Delete the saved search “{search.name}”?", detail), answered)


def _called(name: str, known: Sequence[SavedSearch]) -> SavedSearch | None:
    return next((search for search in known if search.name.casefold() == name.casefold()), None)


def _step(owner: Background, what: str, do: Callable[[], object], back: Callable[[], object]) -> None:
    def done(_: object) -> None:
        owner.session.steps.did(Step(what, back, do, tells=SearchesChanged))
        owner.tell(f"{what} · {owner.session.keys.label('mentions.undo')} takes it back")
        owner.post_message(SearchesChanged())

    owner.ask(do, done, lane=LANE)
