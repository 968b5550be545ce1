"""The small file beside an index that says which build it is, and by which rules it was made."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

from ...core.errors import IndexDamaged
from ...core.stemming import stemmer_version
from ...core.text import TOKENISER_VERSION

_NAME = "hubbub-index.json"
_SMALL = 1 << 13


def rules(engine: str, version: int) -> str:
    """By which rules an index is made: those of the engine, of our tokeniser, of the stemmers and of this Python's Unicode."""
    made_by = (f"{engine}-{version}", f"words-{TOKENISER_VERSION}", f"stems-{stemmer_version()}")
    return "/".join((*made_by, f"unicode-{unicodedata.unidata_version}"))


def read_small(place: str) -> bytes:
    """A file of a few kilobytes, whole. Every search reads several, and Python's own way takes twice as long."""
    descriptor = os.open(place, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = read = os.read(descriptor, _SMALL)
        while len(read) == _SMALL:
            read = os.read(descriptor, _SMALL)
            data += read
        return data
    finally:
        os.close(descriptor)


class StampFile:
    """Reads and writes that file; every write is atomic and durable."""

    def __init__(self, folder: Path, rules: str) -> None:
        """Nothing is written. Raises ``IndexDamaged`` where the file cannot be read or names other rules."""
        self._path = folder / _NAME
        self._place = str(self._path)
        self._rules = rules
        self._known: tuple[bytes | None, str] = None, ""
        """The file as it was read last, and the stamp in it; replaced as one, so that threads need no lock."""
        self._read()

    def exists(self) -> bool:
        """Whether an index was begun here."""
        return self._path.exists()

    def stamp(self) -> str:
        """The id of the last complete build; empty where there is none."""
        return self._read()

    def write(self, stamp: str) -> None:
        """Name the build, durably."""
        partial = self._path.with_suffix(".partial")
        with partial.open("w", encoding="utf-8") as file:
            json.dump({"rules": self._rules, "stamp": stamp}, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._path)

    def _read(self) -> str:
        try:
            now = read_small(self._place)
        except FileNotFoundError:
            return ""
        seen, stamp = self._known
        if now != seen:  # asked before and after every search, and nearly always the same
            stamp = self._understood(now)
            self._known = now, stamp
        return stamp

    def _understood(self, data: bytes) -> str:
        try:
            found = json.loads(data)
            made_by, stamp = found["rules"], found["stamp"]
        except (ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"{self._path} cannot be read") from error
        if made_by != self._rules:
            raise IndexDamaged(f"it was made by other rules ({made_by}) than are in force now ({self._rules})")
        if not isinstance(stamp, str):
            raise IndexDamaged(f"{self._path} has no stamp")
        return stamp
