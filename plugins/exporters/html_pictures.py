"""Which pictures become part of a page and which lie beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath

from ...core.media import data_uri, file_name

LARGEST_INSIDE = 600_000
"""Bytes of a picture that becomes part of the page."""
ALL_INSIDE = 6_000_000
"""Bytes of all such pictures together."""


class Pictures:
    """The pictures of one page, in the order in which it asks for them."""

    def __init__(self, held: Mapping[str, str]) -> None:
        self._held = held
        self._inside: dict[str, str] = {}
        self._room = ALL_INSIDE
        self.beside: dict[str, str] = {}
        """Path of our copy, by digest, of each picture that goes into ``media/``."""

    def source(self, digest: str) -> str:
        """What stands in ``src``: a ``data:`` address or a relative one; empty where there is no copy."""
        path = self._held.get(digest)
        if not path:
            return ""
        if digest not in self._inside and digest not in self.beside:
            size = Path(path).stat().st_size
            if size <= min(LARGEST_INSIDE, self._room):
                self._room -= size
                self._inside[digest] = data_uri(Path(path))
            else:
                self.beside[digest] = path
        return self._inside.get(digest) or file_name(digest, PurePath(path))
