"""From an address, as somebody copies it from a browser, to the mention that stands there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from .archives import ArchiveReader
from .cleaning import clean_mention
from .deciding import canonical_url
from .errors import HubbubError, SourceError
from .seeking import Finder
from .values import Mention, Record, RunReport

BY_HAND = "by-hand"
"""Id of the source through which mentions come that somebody adds by their address; it is never asked by itself."""
LOOKED_AT = 200
"""Mentions on the pages below an address that are looked through for the address itself."""


def is_address(text: str) -> bool:
    """Whether this is a web address, and no ref of a mention."""
    return text.strip().lower().startswith(("http://", "https://"))


class ByAddress:
    """Finds what stands at an address: in the archive, else where it was said."""

    def __init__(
        self,
        archive: ArchiveReader,
        finder: Finder,
        *,
        ask: Callable[[str], Mention] | None = None,
        keep: Callable[[Sequence[Mention]], RunReport] | None = None,
    ) -> None:
        """``ask`` reads the post or page from its site, ``keep`` saves mentions as a collect does."""
        self._archive, self._finder, self._ask, self._keep = archive, finder, ask, keep

    def archived(self, address: str) -> list[Record]:
        """Archived mentions that stand at an address, the newest first; nobody is asked."""
        wanted = canonical_url(address)
        parts = urlsplit(wanted)
        where = f"{parts.netloc}{parts.path}".rstrip("/").replace('"', " ")
        hits = self._finder.find(self._finder.understand(f'url:"{where}"'), limit=LOOKED_AT).hits if where else ()
        records = self._archive.records([hit.ref for hit in hits])
        return [record for record in records if canonical_url(record.mention.url) == wanted]

    def fetch(self, address: str) -> Record:
        """Read what stands at an address from its site and archive it, as coming :data:`BY_HAND`.

        What is archived already under another address gets its newest wording and counts. Raises a ``SourceError`` where it
        cannot be read, and any other ``HubbubError`` where it cannot be saved.
        """
        if self._ask is None or self._keep is None:
            raise HubbubError("No site can be asked in this program.")
        if not canonical_url(address):
            raise SourceError(f"{address} is no address of a post or a page.", url=address)
        mention = clean_mention(self._ask(address))
        report = self._keep([mention])
        known = self._archive.known([mention]).get(mention.ref)
        record = self._archive.get(known.ref) if known else None
        if record is None:
            failures = [failure.message for source in report.sources for failure in source.failures]
            raise HubbubError(failures[0] if failures else f"What stands at {address} could not be archived.")
        return record
