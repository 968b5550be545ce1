"""Which part of a text is quoted: told by the words themselves and by what stands around them, so that it is found again in a
text that was edited meanwhile.

After the TextQuoteSelector of the W3C Web Annotation Data Model (Recommendation of 23 February 2017, section 4.2.4): ``exact``
is what is quoted, ``prefix`` and ``suffix`` are what stands directly before and behind it. All offsets are code points.
"""

from __future__ import annotations

from collections.abc import Iterator

from .errors import StoryError
from .values import Extent

CONTEXT = 32
"""Code points kept on either side at first; more where the same words stand in the same surroundings elsewhere."""
LONGEST = 512
"""Code points kept on either side at most: a text that repeats itself for longer has no surroundings to tell its parts by."""
MOST = 1_000
"""Places whose surroundings are compared letter by letter."""


def extent_at(text: str, start: int, end: int) -> Extent | None:
    """The part of a text from ``start`` up to ``end``, without white space at its ends; ``None`` where that is all of it.

    Raises ``StoryError`` where it holds no words.
    """
    start, end = max(0, min(start, end)), min(len(text), max(start, end))
    said = text[start:end]
    start, end = start + len(said) - len(said.lstrip()), end - len(said) + len(said.rstrip())
    if start >= end:
        raise StoryError("The chosen part of the quote has no words; choose at least one.")
    if text[start:end] == text.strip():
        return None
    room = CONTEXT
    while True:
        extent = Extent(exact=text[start:end], prefix=text[max(0, start - room) : start], suffix=text[end : end + room])
        alike = sum(_stands(extent, text, at) for at in _places(extent.exact, text))
        if alike == 1 or room >= min(LONGEST, max(start, len(text) - end)):
            return extent
        room *= 2


def extent_of(text: str, words: str) -> Extent | None:
    """The first place of these words in a text, white space aside; ``None`` where they are all of it.

    Raises ``StoryError`` where they are not in it.
    """
    place = _loosely(words, text)
    if place is None:
        raise StoryError("The chosen words are not in the quoted text; copy them from it, letter by letter.")
    return extent_at(text, *place)


def place_of(extent: Extent, text: str) -> tuple[int, int] | None:
    """Where the words stand in a text, which may have been edited: there where most of what stood around them still does.

    ``None`` where they do not stand in it any more.
    """
    places = list(_places(extent.exact, text))
    if not places:
        return None
    best = next((at for at in places if _stands(extent, text, at)), None)
    if best is None:
        best = max(places[:MOST], key=lambda at: (_likeness(extent, text, at), -at))
    return best, best + len(extent.exact)


def carried(extent: Extent, text: str) -> Extent | None:
    """The same words as part of another wording; ``None`` where they are not in it, or are all of it now."""
    place = place_of(extent, text) or _loosely(extent.exact, text)
    return extent_at(text, *place) if place else None


def _places(words: str, text: str) -> Iterator[int]:
    at = text.find(words) if words else -1
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _stands(extent: Extent, text: str, at: int) -> bool:
    before = text.endswith(extent.prefix, 0, at)
    return before and text.startswith(extent.suffix, at + len(extent.exact))


def _likeness(extent: Extent, text: str, at: int) -> int:
    """How many code points directly before and behind the place are still those of the selector."""
    end = at + len(extent.exact)
    return _common(text[max(0, at - len(extent.prefix)) : at][::-1], extent.prefix[::-1]) + _common(
        text[end : end + len(extent.suffix)], extent.suffix
    )


def _common(one: str, other: str) -> int:
    """How many characters two strings begin with in common."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _loosely(words: str, text: str) -> tuple[int, int] | None:
    """Where the words first stand, any white space between them being as good as any other."""
    wanted = words.split()
    if not wanted:
        return None
    squeezed: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        if not character.isspace():
            squeezed.append(character)
        elif squeezed and squeezed[-1] != " ":
            squeezed.append(" ")
        else:
            continue
        origin.append(index)
    sought = " ".join(wanted)
    at = "".join(squeezed).find(sought)
    return None if at < 0 else (origin[at], origin[at + len(sought) - 1] + 1)
