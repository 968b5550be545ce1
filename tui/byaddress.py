"""Adding the mention that stands at an address, as somebody pastes it from a browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from ..core.deciding import canonical_url
from ..core.desk import Desk
from ..core.values import Record
from .background import Background
from .formatting import handle, headline, moment, safe
from .outside import is_web
from .screens.choose import Choice, Choose
from .screens.prompt import Prompt

LOOKED_AT = 200
"""Mentions on the pages below an address that are looked through for the address itself."""


def add_by_address(owner: Background, add: Callable[[Sequence[str]], object]) -> None:
    """Ask for an address and add what is archived of it; says what to do where nothing is."""
    desk = owner.session.desk

    def answered(address: str | None) -> None:
        if not address:
            return
        if not is_web(address):
            owner.warn("That is no address; paste one that begins with http:// or https://.")
            return
        owner.ask(lambda: at_address(desk, address), lambda found: _found(owner, address, found, add), group="address")

    owner.app.push_screen(Prompt("Add the mention at which address?", example="https://social.example/@marta/1142"), answered)


def at_address(desk: Desk, address: str) -> list[Record]:
    """Archived mentions that stand at an address, the newest first. Blocks."""
    wanted = canonical_url(address)
    parts = urlsplit(wanted)
    where = f"{parts.netloc}{parts.path}".rstrip("/").replace('"', " ")
    hits = desk.find(desk.understand(f'url:"{where}"'), limit=LOOKED_AT).hits if where else ()
    records = desk.archive.records([hit.ref for hit in hits])
    return [record for record in records if canonical_url(record.mention.url) == wanted]


def _found(owner: Background, address: str, found: Sequence[Record], add: Callable[[Sequence[str]], object]) -> None:
    if not found:
        owner.warn(
            f"Nothing archived stands at {safe(address)}. Add it as a link on the story's side, or listen to its site:"
            " hubbub sources add ADDRESS."
        )
    elif len(found) == 1:
        add([found[0].ref])
    else:
        choices = [Choice(r.ref, f"{handle(r.mention.author)}: {headline(r.mention)}", moment(r.when)) for r in found]

        def chosen(ref: str | None) -> None:
            if ref:
                add([ref])

        owner.app.push_screen(Choose("Several mentions stand at this address", choices), chosen)
