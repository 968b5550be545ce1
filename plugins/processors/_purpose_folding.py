"""A text as cues are looked for in it: accents and case folded, every code point still in its place."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ...core.folding import FOLDS

CLAUSE = "|"
"""Stands for what ends a clause: a full stop, a colon, a line break, an emoji."""
ASKED = "?"
SEMICOLON = ";"
"""Ends a clause, and in Greek a question."""
GAPS = f" ,{CLAUSE}{ASKED}{SEMICOLON}"
"""All characters of a folded text that are in no word."""

_QUESTION_MARKS = "?？؟⁇¿"
_SEMICOLONS = ";\u037e；"
_ENDERS = '.!:…·()[]{}"“”„«»\n\r\v\f\u2028\u2029。！：、—–•|*'
_IN_WORDS = "%$€£+"
_VARIATION = "\ufe0e\ufe0f"
_DECIMAL = re.compile(r"[|,](?<=\d.)(?=\d)")
_UNSAID = re.compile(r"(?m)https?://\S+|\bwww\.\S+|(?<!\w)@[\w.@-]+|^>.*$")
"""Addresses, handles and quoted lines are not the author's words."""


class _Table(dict[int, str]):
    """What stands for a character in a folded text, worked out when first asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()
        """Characters met that do not fold to exactly one."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _fold_character(char)
        if len(folded) != 1:
            self.uneven.add(char)
        self[code] = folded
        return folded


def _fold_character(char: str) -> str:
    if char == "¿" or char in _VARIATION:
        return " "
    if char in _QUESTION_MARKS:
        return ASKED
    if char in _SEMICOLONS:
        return SEMICOLON
    if char in ",，":
        return ","
    if char in _ENDERS:
        return CLAUSE
    if char in _IN_WORDS:
        return char
    if char.isalnum():
        return FOLDS[char]
    category = unicodedata.category(char)
    if category[0] == "M" or category == "Cf":
        return FOLDS[char]
    return CLAUSE if category == "So" else " "


_TABLE = _Table()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, with a clause's end before and after it."""

    text: str
    """Words of letters and digits, and between them only :data:`GAPS`."""
    places: Sequence[int] | None
    """The place in the original of each character of :attr:`text`; ``None`` where it is one less."""

    def place(self, index: int) -> int:
        """Where a character of :attr:`text` stands in the original, in code points."""
        return index - 1 if self.places is None else self.places[index]

    def index(self, place: int) -> int:
        """The first character of :attr:`text` that stands for this place of the original, or for a later one."""
        return place + 1 if self.places is None else bisect_left(self.places, place, 1)

    def words(self) -> list[str]:
        """All words in their order."""
        text = self.text.replace(CLAUSE, " ")
        for gap in GAPS[1:]:
            if gap in text:
                text = text.replace(gap, " ")
        return text.split()


def said(text: str) -> str:
    """The text with blanks in the place of addresses, handles and quoted lines."""
    if "@" in text or "://" in text or ">" in text or "www." in text:
        return _UNSAID.sub(lambda match: " " * len(match[0]), text)
    return text


def fold(text: str) -> Folded:
    """Fold a text: in time proportional to its length, whatever it holds."""
    folded = text.translate(_TABLE)
    places: list[int] | None = None
    if not text.isascii() and not _TABLE.uneven.isdisjoint(text):
        places = [0]
        for place, char in enumerate(text):
            places += [place] * len(_TABLE[ord(char)])
        places.append(len(text))
    # 40.000 and 1,2 are one number.
    return Folded(f"{CLAUSE}{_DECIMAL.sub('0', folded)}{CLAUSE}", places)
