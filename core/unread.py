"""Items that could not be read, as their platforms sent them: kept, so that a renamed field loses nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from .serial import to_json
from .values import Failure

MOST = 200
"""Items that are kept of a source: the newest."""
LONGEST = 256 * 1024
"""Characters of an item's line; what is longer is not kept."""


class Unread:
    """A file of JSON Lines for each source, which only the user can read."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when there is something to keep."""
        self._folder = folder

    def keep(self, source: str, failures: Sequence[Failure], at: datetime) -> Path | None:
        """Keep the items among these failures, each once; gives the file, or ``None`` where nothing is kept."""
        path = self._folder / f"{source}.jsonl"
        fresh = dict(_lines(failures, at))
        if not fresh:
            return None
        # What comes again moves to the end.
        lines = [*(line for raw, line in _read(path).items() if raw not in fresh), *fresh.values()][-MOST:]
        with suppress(OSError):  # keeping them is a help; without it the run is as good
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = path.with_name(f"{path.name}.new")
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.writelines(lines)
            new.replace(path)
            return path
        return None


def _lines(failures: Sequence[Failure], at: datetime) -> Iterator[tuple[str, str]]:
    """The items among failures: as JSON, and the line that tells of them."""
    for failure in failures:
        with suppress(TypeError, ValueError, RecursionError):  # a plugin may call anything raw
            raw = to_json(failure.raw)
            line = json.dumps({"at": to_json(at), "item": failure.item, "message": failure.message, "raw": raw}) + "\n"
            if failure.raw is not None and len(line) <= LONGEST:
                yield json.dumps(raw), line


def _read(path: Path) -> dict[str, str]:
    """The lines of a file by their items; one that is cut short is left out."""
    found: dict[str, str] = {}
    with suppress(OSError, UnicodeDecodeError):
        for line in path.read_text("ascii").splitlines(keepends=True):
            with suppress(ValueError, KeyError, TypeError, RecursionError):
                found[json.dumps(json.loads(line)["raw"])] = line
    return found
