"""Adding what stands at an address, as somebody pastes it from a browser: archived already, or read from its site."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..core.values import Record
from .background import Background
from .formatting import handle, headline, moment
from .outside import is_web
from .screens.choose import Choice, Choose
from .screens.prompt import Prompt


def add_by_address(owner: Background, add: Callable[[Sequence[str]], object]) -> None:
    """Ask for an address and add what is archived of it; where nothing is, it is read from its site first."""
    desk = owner.session.desk

    def answered(address: str | None) -> None:
        if not address:
            return
        if not is_web(address):
            owner.warn("That is no address; paste one that begins with http:// or https://.")
            return
        owner.ask(lambda: desk.by_address.archived(address), lambda found: _found(owner, address, found, add), group="address")

    owner.app.push_screen(Prompt("Add the mention at which address?", example="https://social.example/@marta/1142"), answered)


def _found(owner: Background, address: str, found: Sequence[Record], add: Callable[[Sequence[str]], object]) -> None:
    if not found:
        desk = owner.session.desk
        owner.tell(f"Nothing archived stands at {address}; it is read from its site.")
        owner.ask(lambda: desk.by_address.fetch(address), lambda record: add([record.ref]), group="address")
    elif len(found) == 1:
        add([found[0].ref])
    else:
        choices = [Choice(r.ref, f"{handle(r.mention.author)}: {headline(r.mention)}", moment(r.when)) for r in found]

        def chosen(ref: str | None) -> None:
            if ref:
                add([ref])

        owner.app.push_screen(Choose("Several mentions stand at this address", choices), chosen)
