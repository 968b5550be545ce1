"""What a webhook received, kept on disk until it is read: nothing that was answered for is lost."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...core.values import JSON

PIECE = 16_000_000
"""Bytes of a file after which the next one is begun; files that have been read are removed."""
MOST = 500_000_000
"""Bytes that may wait."""


class QueueFull(Exception):
    """So much waits that nobody seems to read it."""


@dataclass(frozen=True, slots=True)
class Received:
    """A line of the queue."""

    value: Any
    """``None`` where it was cut off by a crash: then it was never answered for."""
    after: Mapping[str, JSON]
    """The place behind it: a cursor."""


class Queue:
    """Numbered files of JSON lines in a folder. Appending is for one process; reading may go on beside it."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._lock = threading.Lock()

    def append(self, values: Sequence[JSON]) -> None:
        """Keep these, durably: they survive a loss of power once this returns. Raises :class:`QueueFull` or ``OSError``."""
        lines = b"".join(json.dumps(value, separators=(",", ":")).encode() + b"\n" for value in values)
        with self._lock:
            numbers = self._numbers()
            if sum(self._size(number) for number in numbers) + len(lines) > MOST:
                raise QueueFull
            number = numbers[-1] if numbers else 1
            if self._size(number) > PIECE:
                number += 1
            path = self._path(number)
            fresh = not path.exists()
            with path.open("ab+") as file:
                if file.tell() and not self._ends_well(path):
                    lines = b"\n" + lines
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
            if fresh:
                self._sync_folder()

    def read(self, cursor: JSON) -> Iterator[Received]:
        """What stands behind a place; everything that there is where the place means nothing."""
        numbers = self._numbers()
        number, offset = _place(cursor)
        if number not in numbers or offset > self._size(number):
            number, offset = (numbers[0] if numbers else 0), 0
        for here in [each for each in numbers if each >= number]:
            with suppress(FileNotFoundError), self._path(here).open("rb") as file:
                at = offset if here == number else 0
                file.seek(at)
                for line in file:
                    if not line.endswith(b"\n"):
                        break  # being written at this moment
                    at += len(line)
                    yield Received(_value(line), {"file": here, "offset": at})

    def forget(self, cursor: JSON) -> None:
        """Remove the files before a place that has been saved."""
        number, _ = _place(cursor)
        for each in self._numbers()[:-1]:
            if each < number:
                self._path(each).unlink(missing_ok=True)

    def _numbers(self) -> list[int]:
        names = [path.stem.rpartition("-")[2] for path in self._folder.glob(f"{self._name}-*.jsonl")]
        return sorted(int(name) for name in names if name.isdecimal())

    def _path(self, number: int) -> Path:
        return self._folder / f"{self._name}-{number:06}.jsonl"

    def _size(self, number: int) -> int:
        try:
            return self._path(number).stat().st_size
        except OSError:
            return 0

    @staticmethod
    def _ends_well(path: Path) -> bool:
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def _sync_folder(self) -> None:
        """So that the new file's name survives, too; not every system can."""
        with suppress(OSError):
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _value(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _place(cursor: JSON) -> tuple[int, int]:
    if not isinstance(cursor, Mapping):
        return 0, 0
    number, offset = cursor.get("file"), cursor.get("offset")
    if not isinstance(number, int) or not isinstance(offset, int) or isinstance(number, bool) or offset < 0:
        return 0, 0
    return number, offset
