"""A text cut into sentences and words, and a stretch of it that is widened and narrowed by them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

Place = tuple[int, int]
"""Start and end, in code points."""

# A sentence ends behind its full stop and whatever closes with it, before white space, or at the end of a line. In Chinese and
# Japanese no space follows.
_SENTENCE = re.compile(r"\S(?:[^\n]*?(?:[.!?…;·]+[\"'”’»)\]]*(?=\s|$)|[。！？]+[”’」』）]*)|[^\n]*)", re.MULTILINE)
_WORD = re.compile(r"\S+")
LONG = 20_000
"""Code points of a text that can be quoted in part by sentences; nobody reads more in a dialog."""


def sentences(text: str) -> list[Place]:
    """The sentences, without the white space between."""
    return [_stripped(text, match.span()) for match in _SENTENCE.finditer(text[:LONG])]


def words(text: str) -> list[Place]:
    """The words with what clings to them."""
    return [match.span() for match in _WORD.finditer(text[:LONG])]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text, from the beginning of one word to the end of another."""

    text: str
    start: int
    end: int

    def sentence(self, by: int) -> Stretch:
        """The next sentence (1) or the one before (-1) instead; 0 is the one in which the stretch begins."""
        places = sentences(self.text)
        if not places:
            return self
        here = max((n for n, place in enumerate(places) if place[0] <= self.start), default=0)
        start, end = places[max(0, min(here + by, len(places) - 1))]
        return replace(self, start=start, end=end)

    def sentences_more(self, by: int) -> Stretch:
        """Ending with the next sentence (1), or the one before (-1); at least one stays."""
        ends = [end for start, end in sentences(self.text) if end > self.start]
        return replace(self, end=_next(ends, self.end, by))

    def words_more(self, by: int) -> Stretch:
        """Ending one word later, or earlier; at least one stays."""
        return replace(self, end=_next([end for _, end in words(self.text) if end > self.start], self.end, by))

    def words_later(self, by: int) -> Stretch:
        """Beginning one word later, or earlier; at least one stays."""
        return replace(self, start=_next([start for start, _ in words(self.text) if start < self.end], self.start, by))


def _next(places: list[int], here: int, by: int) -> int:
    """The place after (or before) this one; the last there is where there is none."""
    if by > 0:
        return next((place for place in places if place > here), here)
    return next((place for place in reversed(places) if place < here), here)


def _stripped(text: str, place: Place) -> Place:
    start, end = place
    return start, start + len(text[start:end].rstrip())
