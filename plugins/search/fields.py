"""What the engines keep of a document, and how it is named in the index."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from ...core.documents import SearchDoc
from ...core.docwords import PLURAL, SIGNS
from ...core.folding import fold
from ...core.query import KEYWORD_FIELDS, NUMBER_FIELDS, Fuzzy, Prefix, Term, Wildcard
from ...core.text import signed, words, written

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(time: datetime) -> int:
    """A time as whole microseconds since 1970, UTC: what is kept, compared and sorted by."""
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


LARGEST = 2**63 - 1
"""Numbers are kept in 64 bits: a larger one counts as this, a smaller one as its negative."""


def bounded(number: int) -> int:
    """A number as it is kept."""
    return number if -LARGEST <= number <= LARGEST else LARGEST if number > 0 else -LARGEST


def whole(end: int | datetime) -> int:
    """An end of a range as a number that can be compared with what is kept."""
    return micros(end) if isinstance(end, datetime) else bounded(end)


def numbers(doc: SearchDoc) -> dict[str, int]:
    """The numbers and times that a document has, by the name of their column; ``published`` is called ``when`` there."""
    found = {"when": micros(doc.when), "seen": micros(doc.seen)}
    for field, number in zip(NUMBER_FIELDS, _numbers(doc), strict=True):
        if number is not None:
            found[field] = number if -LARGEST <= number <= LARGEST else bounded(number)
    return found


_numbers = attrgetter(*NUMBER_FIELDS)


class TextParts(NamedTuple):
    """A text field taken apart: the words of each of its texts that has any, and all its tags and handles."""

    sequences: tuple[list[str], ...]
    signs: list[str]


_NOTHING = TextParts((), [])


def text_parts(doc: SearchDoc) -> dict[str, TextParts]:
    """The text fields of a document. ``text`` has two sequences, since no phrase runs from the title into the text."""
    title, text = _parts(doc.title), _parts(doc.text)
    both = TextParts(title.sequences + text.sequences, title.signs + text.signs) if doc.title else text
    return {"text": both, "title": title, "author": _author(doc.author), "url": _parts(doc.url)}


def _parts(text: str) -> TextParts:
    if not text:
        return _NOTHING
    found = words(text)
    return TextParts((found,) if found else (), signed(text))


_author = lru_cache(maxsize=4096)(_parts)
"""The same, remembered: few authors write many mentions."""


def keys(doc: SearchDoc, parts: dict[str, TextParts]) -> list[str]:
    """The keys of a document: the folded values of its keyword fields, and the tags and handles of its text fields."""
    found = list(chain.from_iterable(map(_value_keys, KEYWORD_FIELDS, _values(doc))))
    for field, part in parts.items():
        if part.signs:
            found += [key(field, sign) for sign in part.signs]
    return found


_values = attrgetter(*(PLURAL.get(field, field) for field in KEYWORD_FIELDS))


@lru_cache(maxsize=1 << 14)
def _value_keys(field: str, told: str | tuple[str, ...]) -> tuple[str, ...]:
    """Remembered field by field: many mentions have the same in one of them, few in all."""
    return tuple(key(field, fold(value)) for value in (told if isinstance(told, tuple) else (told,)))


def key(field: str, value: str) -> str:
    """A whole value with its field, as one term: engines keep all of them in one field, which is cheaper than many."""
    return f"{field}:{value}"


def is_key(node: Term | Prefix | Wildcard | Fuzzy) -> bool:
    """Whether a node asks for whole values, or for tags or handles, and not for words."""
    return node.field in KEYWORD_FIELDS or node.text.startswith(SIGNS)


# --- words with their accents ------------------------------------------------------------------------------------


def accent_keys(doc: SearchDoc, parts: dict[str, TextParts]) -> list[str]:
    """What tells the words with accents of a document apart, as keys; nothing where all its words are plain.

    :func:`accented` names a word that is no folded word of the field, so that nothing else finds it. :func:`plainless` names
    a folded word of the field that nowhere in it stands as it is. Without either, a folded word stands there just so.
    """
    if doc.text.isascii() and doc.title.isascii():
        return []
    title = _with_accents(doc.title)
    found: list[str] = []
    for field, as_written in (("title", title), ("text", title | _with_accents(doc.text))):
        if not as_written:
            continue
        folded = {word for sequence in parts[field].sequences for word in sequence}
        found += [accented(field, word) for word in as_written - folded]
        found += [plainless(field, word) for word in folded - as_written]
    return found


def _with_accents(text: str) -> set[str]:
    return set(written(text)) if text else set()


def accented(field: str, word: str) -> str:
    """The key of a word that stands in a field with its accents."""
    return f"accented {field}:{word}"


def plainless(field: str, word: str) -> str:
    """The key of a folded word that stands in a field with accents only."""
    return f"plainless {field}:{word}"
