"""The one query language: a small frozen tree, and what it means for a mention.

:func:`hubbub.core.parsing.parse` makes the tree from text; engines and the archive translate it; :meth:`Query.matches`
is the definition that they are tested against.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias

from .documents import SearchDoc
from .docwords import SIGNS, DocWords
from .proximity import has_phrase, within

TEXT_FIELDS = ("text", "title", "author", "url")
"""Searched by words. ``text`` is title and text together and is meant where no field is named."""
STEMMED_FIELDS = ("text", "title")
"""Those of them whose words have inflected forms."""
KEYWORD_FIELDS = ("source", "platform", "kind", "topic", "lang", "sentiment", "label", "tag", "status", "has", "domain", "is")
"""Searched by whole value, without regard to case and accents."""
NUMBER_FIELDS = ("followers", "likes", "shares", "replies", "views", "engagement")
DATE_FIELDS = ("published", "seen")


@dataclass(frozen=True, slots=True)
class Every:
    """All mentions."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word (a token of ``core.text``, maybe with its ``#`` or ``@``), or one value of a keyword field, folded."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Inflected:
    """A word or an inflected form of it in the mention's own language (:mod:`hubbub.core.stemming`); of stemmed fields only."""

    field: str
    text: str
    """Folded, as in :class:`Term`."""


@dataclass(frozen=True, slots=True)
class Written:
    """A word with just these accents, whatever its case (:func:`hubbub.core.text.written`); of stemmed fields only."""

    field: str
    text: str
    """As :func:`hubbub.core.text.written` gives it: accents kept."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, with at most ``slop`` others between them in all; of text fields only.

    In the field ``text`` a phrase stands in the title or in the text, never across the two.
    """

    field: str
    words: tuple[str, ...]
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words, or keyword values, that begin so."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Words, or keyword values, of this shape: ``*`` stands for any characters or none, ``?`` for one. Signs: see ``SIGNS``.

    A pattern whose only wildcard is a ``*`` at its end is a :class:`Prefix`.
    """

    field: str
    text: str
    """The pattern, its letters folded."""


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Words within this Levenshtein distance (1 or 2); of text fields only."""

    field: str
    text: str
    distance: int = 1


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers or times between two ends; ``None`` is open. A mention without the number matches no range."""

    field: str
    low: int | datetime | None
    high: int | datetime | None
    low_open: bool = False
    """Whether the lower end itself is left out."""
    high_open: bool = False
    """Whether the upper end itself is left out."""


@dataclass(frozen=True, slots=True)
class And:
    """All of these; of nothing, it is true."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these; of nothing, it is false."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but this."""

    item: Node


WordNode: TypeAlias = Term | Inflected | Written | Phrase | Prefix | Wildcard | Fuzzy
"""Asks for words of a text field or (terms, prefixes and wildcards) for values of a keyword field."""
Leaf: TypeAlias = Every | Range | WordNode
Node: TypeAlias = Leaf | And | Or | Not


@dataclass(frozen=True, slots=True)
class Query:
    """A query that has been understood."""

    text: str
    """As the user wrote it."""
    root: Node

    @property
    def has_text(self) -> bool:
        """Whether any part asks for words; without one, SQL can answer it."""
        return any(isinstance(node, WordNode) and node.field in TEXT_FIELDS for node in nodes(self.root))

    @property
    def has_range_beyond_time(self) -> bool:
        """Whether any part compares a number or ``seen:``, of which SQL has no list in order."""
        return any(isinstance(node, Range) and node.field != "published" for node in nodes(self.root))

    def matches(self, doc: SearchDoc | DocWords) -> bool:
        """Whether a mention answers the query: the definition of what it means.

        Hand in a :class:`DocWords` where several queries are asked of one mention, so that it is taken apart once.
        """
        return _matches(self.root, doc if isinstance(doc, DocWords) else DocWords(doc))


def nodes(root: Node) -> Iterator[Node]:
    """A node and all below it."""
    yield root
    if isinstance(root, And | Or):
        for item in root.items:
            yield from nodes(item)
    elif isinstance(root, Not):
        yield from nodes(root.item)


def positive_nodes(root: Node, *, positive: bool = True) -> Iterator[Leaf]:
    """The leaves that speak for a mention: those under no ``Not``, or under an even number of them."""
    if isinstance(root, And | Or):
        for item in root.items:
            yield from positive_nodes(item, positive=positive)
    elif isinstance(root, Not):
        yield from positive_nodes(root.item, positive=not positive)
    elif positive:
        yield root


def _matches(node: Node, doc: DocWords) -> bool:
    match node:
        case And(items):
            return all(_matches(item, doc) for item in items)
        case Or(items):
            return any(_matches(item, doc) for item in items)
        case Not(item):
            return not _matches(item, doc)
        case Every():
            return True
        case Range():
            return in_range(node, doc.number(node.field))
        case Phrase(field, words, slop):
            return doc.bag(field).issuperset(words) and any(has_phrase(seq, words, slop) for seq in doc.sequences(field))
        case Term(field, text):
            return text in _words(doc, field, text)
        case Inflected(field, text):
            return text in doc.bag(field) or doc.stem_of(text) in doc.stems(field)
        case Written(field, text):
            return text in doc.written(field)
        case Prefix(field, text):
            return any(word.startswith(text) for word in _words(doc, field, text))
        case Wildcard(field, text):
            return any(map(wildcard_pattern(text).fullmatch, _words(doc, field, text)))
        case Fuzzy(field, text, distance):
            return any(within(text, word, distance) for word in _words(doc, field, text))


def _words(doc: DocWords, field: str, text: str) -> Collection[str]:
    """What a term, prefix or fuzzy word of a field is compared with."""
    if field in KEYWORD_FIELDS:
        return doc.values(field)
    return doc.signs(field) if text.startswith(SIGNS) else doc.bag(field)


@lru_cache(maxsize=256)
def wildcard_pattern(text: str) -> re.Pattern[str]:
    """The regular expression of a :class:`Wildcard`, for ``fullmatch``.

    What stands between two ``*`` is taken where it is found first and never tried again elsewhere (an atomic group), so that
    no pattern is slow.
    """
    first, *others = ("".join("." if char == "?" else re.escape(char) for char in part) for part in re.split(r"\*+", text))
    if not others:
        return re.compile(first, re.DOTALL)
    *middle, last = others
    return re.compile(f"{first}{''.join(f'(?>.*?{part})' for part in middle)}.*{last}", re.DOTALL)


def in_range(node: Range, value: int | datetime | None) -> bool:
    """Whether a number or a time lies in a range; a missing one lies in none."""
    if value is None:
        return False
    low, high = node.low, node.high
    # Numbers meet numbers and times meet times, since a field has one kind of value.
    if low is not None and (value < low or (node.low_open and value == low)):  # pyright: ignore[reportOperatorIssue]
        return False
    return not (high is not None and (value > high or (node.high_open and value == high)))  # pyright: ignore[reportOperatorIssue]
