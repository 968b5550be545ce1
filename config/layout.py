"""Edits of a TOML text by whole lines, so that every comment outside what is edited stays where it is.

tomlkit counts a comment between two tables to the upper one, also where it speaks of the lower; whole lines have no such doubt.
"""

from __future__ import annotations

from .places import Places


def with_table(text: str, name: str, table: str) -> str:
    """The text with one more table of an array of tables, behind the last of its kind or at the end."""
    last = _last(Places(text), name)
    lines = text.split("\n")
    if last is None:
        return text.rstrip() + ("\n\n" if text.strip() else "") + table.strip() + "\n"
    added = ["", *table.strip().split("\n")]
    rest = lines[last:]
    if rest and rest[0].strip():
        added.append("")
    return "\n".join(lines[:last] + _like(added, text) + rest)


def without_table(text: str, name: str, position: int) -> str | None:
    """The text without one table of an array of tables; ``None`` where it has no header of its own."""
    block = Places(text).block(name, position)
    if block is None:
        return None
    lines = text.split("\n")
    before, after = lines[: block.start - 1], lines[block.end :]
    while before and after and not before[-1].strip() and not after[0].strip():
        del after[0]
    return "\n".join(before + after)


def with_key(text: str, path: tuple[str | int, ...], assignment: str) -> str | None:
    """The text with one more key at the end of a table's own keys; ``None`` where the table has no header."""
    block = Places(text).block(*path)
    if block is None:
        return None
    lines = text.split("\n")
    return "\n".join(lines[: block.keys_end] + _like([assignment.strip()], text) + lines[block.keys_end :])


def _last(places: Places, name: str) -> int | None:
    """The last line of the last table of an array of tables."""
    end, position = None, 0
    while (block := places.block(name, position)) is not None:
        end, position = block.end, position + 1
    return end


def _like(lines: list[str], text: str) -> list[str]:
    """The lines, ended as those of the text are."""
    return [line + "\r" for line in lines] if "\r\n" in text else lines
