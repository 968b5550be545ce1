"""Where words stand in a text, whatever their case and accents: what the finding in a story marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from .marking import MATCH, Part


def bare(text: str) -> tuple[str, list[int]]:
    """The text without case and accents, and for each of its characters the place that it has in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character.casefold()):
            if not unicodedata.combining(letter):
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def found(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where any of these bare words stand: pairs of start and end, none overlapping, in their order."""
    plain, places = bare(text)
    hits = sorted((places[at], places[at + len(word) - 1] + 1) for word in words if word for at in _each(plain, word))
    apart: list[tuple[int, int]] = []
    for start, end in hits:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


def marked(text: str, words: Sequence[str], style: str) -> list[Part]:
    """The text in parts, those that were sought in the style of a match."""
    parts: list[Part] = []
    at = 0
    for start, end in found(text, words) if words else ():
        parts += [(text[at:start], style), (text[start:end], MATCH)]
        at = end
    return [part for part in [*parts, (text[at:], style)] if part[0]]


def _each(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))
