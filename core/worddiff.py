"""What was changed from one text to another, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MOST = 4_000
"""Words beyond which lines are compared instead: comparing words takes time with their square."""

SHORT = 400
"""Words and spaces up to which every pair of them is looked at."""

_WORDS = re.compile(r"\n|[^\S\n]+|[^\s]+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of two texts that is the same in both, or stands in one of them only."""

    kind: Literal["same", "removed", "added"]
    text: str


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """The two texts in pieces: ``same`` and ``removed`` together are the old one, ``same`` and ``added`` the new one."""
    split = _WORDS if max(len(old), len(new)) < MOST * 6 else _LINES
    before, after = split.findall(old), split.findall(new)
    pieces: list[Piece] = []
    # What stands everywhere (spaces, most of all) is no anchor in a longer text: looking at each such pair takes for ever.
    matcher = SequenceMatcher(None, before, after, autojunk=len(after) > SHORT)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(kind="same", text="".join(before[i1:i2])))
            continue
        if i1 < i2:
            pieces.append(Piece(kind="removed", text="".join(before[i1:i2])))
        if j1 < j2:
            pieces.append(Piece(kind="added", text="".join(after[j1:j2])))
    return tuple(_joined(pieces))


def marked_lines(pieces: Sequence[Piece]) -> list[str]:
    """Pieces as lines for people, marked as ``git diff --word-diff`` does: ``[-removed-]`` and ``{+added+}``."""
    signs = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
    text = ""
    for piece in pieces:
        before, behind = signs[piece.kind]
        # A mark ends with its line, so that every line can be read by itself.
        lines = [f"{before}{line}{behind}" if line else line for line in piece.text.split("\n")]
        text += "\n".join(lines)
    return text.split("\n") if text else []


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """White space between two changes goes along with them: one change of three words, not three of one word."""
    found: list[Piece] = []
    for piece in pieces:
        changed = len(found) > 1 and found[-1].kind == "same" and not found[-1].text.strip() and "\n" not in found[-1].text
        if piece.kind != "same" and changed:
            space = found.pop().text
            found += [Piece(kind="removed", text=space), Piece(kind="added", text=space)]
        found.append(piece)
    return _merged(found)


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Changes between two pieces that are the same: first all that was removed, then all that was added."""
    merged: list[Piece] = []
    gone = came = ""
    for piece in (*pieces, Piece(kind="same", text="")):
        if piece.kind == "removed":
            gone += piece.text
        elif piece.kind == "added":
            came += piece.text
        else:
            merged += [Piece(kind="removed", text=gone)] * bool(gone) + [Piece(kind="added", text=came)] * bool(came)
            merged += [piece] * bool(piece.text)
            gone = came = ""
    return merged
