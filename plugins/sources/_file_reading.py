"""Rows of a file, each with the place where it ends, so that reading can go on there."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

MAX_LINE = 10_000_000
"""Bytes of one line."""
DELIMITERS = (",", ";", "\t", "|")
_WIDE = ("utf-16", "utf-32")


class Unreadable(Exception):
    """The file as a whole cannot be read, and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row, or what is wrong with it."""

    line: int
    """Where it begins; the first line is 1."""
    value: Any
    problem: str
    """Empty where it could be read."""
    end: int
    """Byte after it."""
    next_line: int
    """Line after it."""


def check_encoding(name: str) -> str:
    """The name, if it is an encoding in which lines can be told apart; raises :class:`Unreadable`."""
    try:
        found = codecs.lookup(name).name
    except LookupError as error:
        raise Unreadable(f"there is no encoding called {name!r}") from error
    if found.startswith(_WIDE):
        raise Unreadable(f"files in {name} cannot be read piece by piece; save it as UTF-8")
    return name


def json_lines(file: BinaryIO, start: int, line: int, encoding: str) -> Iterator[Row]:
    """Rows of a file with one JSON object a line, from a byte and its line number on.

    A last line without an end that is no JSON yet is reported, but reading goes on before it: it is still being written.
    """
    file.seek(start)
    place = start
    while piece := file.readline(MAX_LINE + 1):
        too_long = len(piece) > MAX_LINE
        place += len(piece)
        while too_long and not piece.endswith(b"\n") and (piece := file.readline(MAX_LINE)):
            place += len(piece)
        if too_long:
            yield Row(line, None, f"it is longer than {MAX_LINE // 1_000_000} MB", place, line + 1)
        elif piece.strip(b"\xef\xbb\xbf \t\r\n"):
            value, problem = _json(piece, encoding)
            if problem and not piece.endswith(b"\n"):
                yield Row(line, None, "it is not complete yet", place - len(piece), line)
                return
            yield Row(line, value, problem, place, line + 1)
        line += 1


def _json(piece: bytes, encoding: str) -> tuple[Any, str]:
    try:
        return json.loads(piece.decode(encoding).lstrip("\ufeff")), ""
    except UnicodeDecodeError as error:
        return None, _wrong_bytes(error, encoding)
    except (ValueError, RecursionError) as error:
        return None, f"it is no JSON: {error}"


def whole_json(content: bytes, encoding: str) -> list[Any]:
    """The rows of one JSON document: a list, or what ``hubbub search --json`` prints. Raises :class:`Unreadable`."""
    value, problem = _json(content, encoding)
    if problem:
        raise Unreadable(problem)
    if isinstance(value, dict):
        value = next((value[name] for name in ("hits", "mentions", "items") if isinstance(value.get(name), list)), value)
    if not isinstance(value, list):
        raise Unreadable("it is JSON, but neither a list nor an object with a list called hits, mentions or items")
    return value


def table_rows(file: BinaryIO, start: int, line: int, encoding: str, delimiter: str) -> Iterator[Row]:
    """Rows of a table whose first line names the columns, from a byte and its line number on (0: from the top).

    A row may go over several lines within quotes. Raises :class:`Unreadable` where the first line cannot be used.
    """
    lines = _Lines(file, encoding)
    header, delimiter = _header(lines, delimiter)
    if start > lines.place:
        lines.go_to(start, line)
    while True:
        begin, place = lines.line, lines.place
        try:
            cells = next(csv.reader(lines, delimiter=delimiter, strict=True), None)
        except (UnicodeDecodeError, csv.Error) as error:
            # A quote that is never closed would swallow the rows below: go on at the very next line.
            lines.skip_from(place, begin)
            problem = _wrong_bytes(error, encoding) if isinstance(error, UnicodeDecodeError) else f"it is no row: {error}"
            yield Row(begin, None, problem, lines.place, lines.line)
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < len(header) and not lines.complete:
            yield Row(begin, None, "it is not complete yet", place, begin)
            return
        problem = f"it has {len(cells)} cells for {len(header)} columns" if len(cells) > len(header) else ""
        yield Row(begin, dict(zip(header, cells, strict=False)), problem, lines.place, lines.line)


class _Lines:
    """Decoded lines, read one at a time, that know where they are."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file, self._encoding = file, encoding
        file.seek(0)
        self.place, self.line, self.complete = 0, 1, True

    def go_to(self, place: int, line: int) -> None:
        """Go on from a byte, which begins this line."""
        self._file.seek(place)
        self.place, self.line = place, line

    def skip_from(self, place: int, line: int) -> None:
        """Go on after the line that begins at a byte."""
        self._file.seek(place)
        self.place, self.line = place + len(self._file.readline(MAX_LINE)), line + 1

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        piece = self._file.readline(MAX_LINE)
        if not piece:
            raise StopIteration
        self.place += len(piece)
        self.line += 1
        self.complete = piece.endswith(b"\n")
        return piece.decode(self._encoding)


def _header(lines: _Lines, delimiter: str) -> tuple[list[str], str]:
    try:
        first = next(lines, "")
        delimiter = delimiter or max(DELIMITERS, key=first.count)
        names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"line 1, which should name the columns, cannot be read ({error})") from error
    if not any(names):
        raise Unreadable("line 1 should name the columns, but it is empty")
    return names, delimiter


def _wrong_bytes(error: UnicodeDecodeError, encoding: str) -> str:
    bad = error.object[error.start]
    return (
        f"byte 0x{bad:02x} at column {error.start + 1} is not {encoding}; name the file's encoding, as in encoding = 'cp1250'"
    )
