"""Who is heard: authors by their influence, on a topic, within a window, on a platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from ...core.authors import AuthorList as Ranked
from ...core.authors import AuthorRow
from ...core.desk import Desk
from ..background import Trouble
from ..formatting import plural, safe
from ..keymap import bindings
from ..messages import SearchWanted
from ..narrowing import author_query
from ..session import Session
from ..widgets.author_list import AuthorList, marks_in_words
from ..widgets.row_list import RowList
from .author import AuthorScreen, ask_topic
from .base import DeskScreen
from .choose import Choice, Choose
from .prompt import Prompt

SHOWN = 500
"""Authors that are in the list at most."""
WINDOWS: dict[str, timedelta | None] = {
    "7 days": timedelta(days=7),
    "30 days": timedelta(days=30),
    "90 days": timedelta(days=90),
    "all time": None,
}
NOBODY = """Nobody spoke on this within that time, as far as the archive knows.

{window} looks further back, {topic} chooses another topic."""
UNKNOWN = """Nobody's handle or name there has these letters in it.

{find} and enter alone: everybody again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What the list is of."""

    topic: str = ""
    """Empty: all that is said."""
    window: str = "30 days"
    """One of :data:`WINDOWS`."""
    platform: str = ""
    """Empty: all of them."""
    letters: str = ""
    """What handle or name must have in it."""
    marked: bool = False
    """Whether bots and accounts of ours are listed where they would stand."""

    def rank(self, desk: Desk) -> tuple[Ranked, timedelta]:
        """Who that is, and how far back was looked; runs in a thread."""
        span = WINDOWS[self.window] or whole_time(desk)
        limit = desk.archive.count() if self.letters else SHOWN
        found = desk.authors(self.topic, span=span, platform=self.platform, limit=max(1, limit), marked=self.marked)
        return replace(found, rows=tuple(row for row in found.rows if self._has(row))[:SHOWN]), span

    def _has(self, row: AuthorRow) -> bool:
        author = row.rank.author
        return self.letters.removeprefix("@").casefold() in f"{author.handle or author.key} {author.name}".casefold()


class AuthorsScreen(DeskScreen):
    """The ranked list."""

    NAME = "authors"
    BINDINGS: ClassVar[list[BindingType]] = bindings("authors")
    AUTO_FOCUS = "#authors"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.wanted = Wanted()
        self._span = timedelta(days=30)

    def compose_content(self) -> ComposeResult:
        yield Static("", id="authors-head", markup=False)
        yield AuthorList(id="authors")

    @property
    def list(self) -> AuthorList:
        """The authors."""
        return self.query_one(AuthorList)

    def on_screen_resume(self) -> None:
        """Rank anew when the screen is shown again: what is archived and noted may be more by now."""
        self.action_refresh()

    # --- ranking ---------------------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Rank anew, beside the screen; what was asked for before and is not wanted any more is dropped."""
        wanted, desk = self.wanted, self.session.desk
        self._say("working it out …")
        self.ask(lambda: wanted.rank(desk), lambda found: self._show(*found), group="rank", lane="rank", failed=self._failed)

    def _want(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.action_refresh()

    def _show(self, found: Ranked, span: timedelta) -> None:
        self._span = span
        keys = self.session.keys
        self.list.empty_text = (
            UNKNOWN.format(find=keys.label("authors.find"))
            if self.wanted.letters
            else NOBODY.format(window=keys.label("authors.window"), topic=keys.label("authors.topic"))
        )
        self.list.show(found.rows)
        told = [f"{plural(found.total, 'author')} spoke"]
        if len(found.rows) == SHOWN:
            told.append(f"the first {SHOWN}")
        if found.marked:
            words = marks_in_words(found.marked)
            told.append(f"with {words}" if self.wanted.marked else f"left out: {words} ({keys.label('authors.marked')})")
        self._say(" · ".join(told))
        for problem in found.problems:
            self.warn(problem)

    def _failed(self, error: Trouble) -> None:
        self._say("could not be ranked")
        self.list.empty_text = safe(str(error))
        self.list.show(())

    def _say(self, told: str) -> None:
        wanted = self.wanted
        choices = [wanted.topic or "everything that is said", wanted.window, wanted.platform or "all platforms"]
        if wanted.letters:
            choices.append(f"“{wanted.letters}”")
        words = safe(" · ".join(choices))
        self.query_one("#authors-head", Static).update(Content.assemble((words, "bold"), (f"   {told}", "$foreground 60%")))

    # --- choosing --------------------------------------------------------------------------------------------

    def action_topic(self) -> None:
        """Choose what they speak on."""
        ask_topic(self, self.wanted.topic, lambda topic: self._want(replace(self.wanted, topic=topic)))

    def action_window(self) -> None:
        """Look back the next longer way."""
        windows = [*WINDOWS]
        following = windows[(windows.index(self.wanted.window) + 1) % len(windows)]
        self._want(replace(self.wanted, window=following))

    def action_platform(self) -> None:
        """Choose a platform."""
        self.ask(lambda: self.session.desk.archive.counts("platform"), lambda counts: self._ask_platform([*counts]))

    def _ask_platform(self, platforms: Sequence[str]) -> None:
        choices = [Choice("", "All platforms"), *(Choice(name, name) for name in sorted(platforms))]

        def chosen(name: str | None) -> None:
            if name is not None:
                self._want(replace(self.wanted, platform=name))

        self.app.push_screen(Choose("Authors of which platform?", choices, standing=self.wanted.platform), chosen)

    def action_find(self) -> None:
        """Ask for letters of a handle or a name."""

        def answered(letters: str | None) -> None:
            if letters is not None:
                self._want(replace(self.wanted, letters=letters))

        question = "Whose handle or name has these letters? Nothing: everybody's"
        self.app.push_screen(Prompt(question, value=self.wanted.letters, example="ana", allow_empty=True), answered)

    def action_marked(self) -> None:
        """List bots and our own accounts, too, or leave them out."""
        self._want(replace(self.wanted, marked=not self.wanted.marked))

    # --- the author under the cursor ---------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about an author needs one."""
        return action != "show_mentions" or self.list.current is not None

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        self.refresh_bindings()

    @on(RowList.Chosen)
    def _open_card(self, event: RowList.Chosen) -> None:
        row = self.list.current
        if row is not None:
            self.app.push_screen(AuthorScreen(self.session, row.rank.author, topic=self.wanted.topic, span=self._span))

    def action_show_mentions(self) -> None:
        """Show in the inbox what they said."""
        row = self.list.current
        query = author_query([row.rank.author]) if row else ""
        if query:
            self.post_message(SearchWanted(query))
        elif row:
            self.tell("A query cannot ask for this name; enter shows the newest mentions.")


def whole_time(desk: Desk) -> timedelta:
    """From the first mention of the archive until now."""
    first = desk.archive.records([hit.ref for hit in desk.archive.find(desk.understand(""), order="oldest", limit=1).hits])
    now = desk.now()
    return max([timedelta(days=1), *(now - record.when + timedelta(days=1) for record in first)])
