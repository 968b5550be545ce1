"""What the PostgreSQL engine keeps of a document: its words as lexemes of a ``tsvector``, and its texts as rows of words.

A lexeme is one character, which says what kind of term it is, and the term. PostgreSQL never takes a text apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from ...core.documents import SearchDoc
from ...core.query import STEMMED_FIELDS, Fuzzy, Prefix, Term, Wildcard
from ...core.stemming import PLAIN, language_of, stem_key, stems
from .fields import TextParts, accent_keys, accented, is_key, key, keys, plainless

_WORD = {"text": "x", "title": "t", "author": "a", "url": "u"}
_STEM = {"text": "X", "title": "T"}
_KEY = "k"

LISTED = (*_WORD.values(), _KEY)
"""The kinds of terms of which the vocabulary counts in how many documents they are."""

SEPARATOR = "\x1f"
"""Stands between the terms of a wide document. It is white space to Python, so that no word or folded value holds it."""

_SURROGATES = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """A text as PostgreSQL can keep it: it takes neither null characters nor lone surrogates."""
    if text.isascii():
        return text.replace("\0", "\uffff")
    return _SURROGATES.sub("\ufffd", text.replace("\0", "\uffff"))


def space(node: Term | Prefix | Wildcard | Fuzzy) -> str:
    """How all the terms begin that a node is compared with."""
    return _KEY + key(node.field, "") if is_key(node) else _WORD[node.field]


def term(node: Term | Prefix | Wildcard | Fuzzy) -> str:
    """The term of a word, of a tag or handle, or of a whole value; of a prefix, how terms must begin."""
    return storable(space(node) + node.text)


def forms(field: str, word: str, languages: Iterable[str]) -> list[str]:
    """The terms of which a document in one of these languages has one if it has the word or an inflected form of it."""
    return [_WORD[field] + word, *(_STEM[field] + stem_key(language, word) for language in sorted(languages))]


def as_written(field: str, word: str) -> tuple[str, str, str]:
    """The terms that tell whether a word stands there with just these accents: the first is there, or the second is and the
    third is not."""
    return _KEY + accented(field, word), _WORD[field] + word, _KEY + plainless(field, word)


def terms(doc: SearchDoc, parts: dict[str, TextParts]) -> set[str]:
    """All terms of a document."""
    bags = {field: {word for sequence in part.sequences for word in sequence} for field, part in parts.items()}
    found = {_WORD[field] + word for field, bag in bags.items() for word in bag}
    found.update(storable(_KEY + each) for each in (*keys(doc, parts), *accent_keys(doc, parts)))
    if language_of(doc.lang) != PLAIN:
        found.update(_STEM[field] + stem for field in STEMMED_FIELDS for stem in stems(doc.lang, bags[field]))
    return found


def size(terms: Collection[str], most: int) -> int:
    """How many bytes terms take in a ``tsvector``, at least; counted exactly only where that may be more than ``most``."""
    characters = sum(map(len, terms))
    return characters if characters * 4 <= most else sum(len(term.encode()) for term in terms)


def lexeme(term: str) -> str:
    """A term as ``tsvector`` and ``tsquery`` are written."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def listed(terms: Iterable[str]) -> list[str]:
    """Those of these terms that the vocabulary counts."""
    return [term for term in terms if term[0] in LISTED]


def row(words: Iterable[str]) -> str:
    """Words in a row, each between two spaces of its own, so that one or several can be looked for, counted and left out."""
    return "".join([f" {word} " for word in words])


def words_of(row: str) -> list[str]:
    """The words of such a row."""
    return row[1:-1].split("  ") if row else []
