"""On which line of a TOML text a setting stands.

``tomllib`` gives no lines and ``tomlkit`` neither, so the text, known to be valid TOML by then, is scanned once. A key
inside an inline table or an array stands on the line where its value begins.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Keys and positions in arrays of tables: ``("topics", 0, "query")``."""

_KEY = r"""(?:"(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)"""
_DOTTED = re.compile(rf"\s*({_KEY}(?:\s*\.\s*{_KEY})*)")
_NEEDLE = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#|[\[\]{}]')


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """The lines (from 1, ends included) of one table that has a header."""

    start: int
    """Its header."""
    keys_end: int
    """The end of its last own key."""
    end: int
    """The end of its last key, those of the tables inside it included."""


class Places:
    """The lines of one text."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._blocks: dict[Path, Block] = {}
        table: Path = ()
        counts: dict[Path, int] = {}
        for start, end, statement in _statements(text):
            header = re.match(r"\[\[(.*?)\]\]\s*(?:#.*)?$", statement) or re.match(r"\[(.*)\]\s*(?:#.*)?$", statement)
            if header:
                table = _table(_keys(header[1]), counts, many=statement.startswith("[["))
                for size in range(1, len(table) + 1):
                    self._lines.setdefault(table[:size], start)
                self._blocks[table] = Block(start=start, keys_end=start, end=start)
                own = False
            else:
                own = True
                keys = _keys(statement)
                for size in range(1, len(keys) + 1):
                    self._lines.setdefault(table + tuple(keys[:size]), start)
            self._stretch(table, end, own=own)

    def line(self, *path: str | int) -> int | None:
        """The line of a setting, or of the nearest thing around it that is written; ``None`` where nothing is."""
        for size in range(len(path), 0, -1):
            found = self._lines.get(path[:size])
            if found is not None:
                return found
        return None

    def block(self, *path: str | int) -> Block | None:
        """The lines of the table with this header; ``None`` where it is written in another way, or not at all."""
        return self._blocks.get(path)

    def _stretch(self, table: Path, end: int, *, own: bool) -> None:
        """A statement belongs to the table above it and to those around that."""
        for size in range(len(table), 0, -1):
            block = self._blocks.get(table[:size])
            if block is not None:
                keys_end = end if own and size == len(table) else block.keys_end
                self._blocks[table[:size]] = Block(start=block.start, keys_end=keys_end, end=end)


def _table(keys: list[str], counts: dict[Path, int], *, many: bool) -> Path:
    """The path of a table's header; ``counts`` holds how many there are so far of each array of tables."""
    path: Path = ()
    for position, key in enumerate(keys):
        path += (key,)
        if many and position == len(keys) - 1:
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path += (counts[path] - 1,)
    return path


def _keys(statement: str) -> list[str]:
    """The dotted key that a statement (or a header's inside) begins with."""
    match = _DOTTED.match(statement)
    if not match:
        return []
    node = tomllib.loads(f"{match[1]} = 0")
    keys: list[str] = []
    while isinstance(node, dict):
        ((key, node),) = node.items()
        keys.append(key)
    return keys


def _statements(text: str) -> Iterator[tuple[int, int, str]]:
    """Each header and each assignment: the line that it begins on, the one that it ends on, and its first line."""
    depth, quote, start, first = 0, "", 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not depth and not quote:
            if not stripped or stripped.startswith("#"):
                continue
            if stripped.startswith("["):
                yield number, number, stripped
                continue
            start, first = number, stripped
        depth, quote = _after(line, depth, quote)
        if not depth and not quote:
            yield start, number, first


def _after(line: str, depth: int, quote: str) -> tuple[int, str]:
    """How deep in brackets, and in which multi-line quote, the text is after a line."""
    position = 0
    while position < len(line):
        if quote:
            end = line.find(quote, position)
            while quote == '"""' and end > 0 and (len(line[:end]) - len(line[:end].rstrip("\\"))) % 2:
                end = line.find(quote, end + 1)
            if end < 0:
                return depth, quote
            position, quote = end + 3, ""
            continue
        found = _NEEDLE.search(line, position)
        if not found or found[0] == "#":
            return depth, quote
        position = found.end()
        if found[0] in ('"""', "'''"):
            quote = found[0]
        elif found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
    return depth, quote
