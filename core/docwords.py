"""A search document taken apart into what queries ask for, each part when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from .documents import SearchDoc
from .folding import fold
from .stemming import language_of, stem_key, stems
from .text import recent_words, signed, written

SIGNS = ("#", "@")
"""A term that begins so is looked for among the tags and handles, any other among the bare words."""


class DocWords:
    """The words and values of one document. Make one where several queries are asked of it."""

    __slots__ = ("_bags", "_language", "_signs", "_stems", "_values", "_words", "_written", "doc")

    def __init__(self, doc: SearchDoc) -> None:
        self.doc = doc
        self._words: dict[str, Sequence[str]] = {}
        self._bags: dict[str, frozenset[str]] = {}
        self._signs: dict[str, frozenset[str]] = {}
        self._values: dict[str, tuple[str, ...]] = {}
        self._stems: dict[str, set[str]] = {}
        self._written: dict[str, frozenset[str]] = {}
        self._language: str | None = None

    def texts(self, field: str) -> list[str]:
        """The texts that a text field stands for; no phrase runs from one into the next."""
        return [self.doc.title, self.doc.text] if field == "text" else [getattr(self.doc, field)]

    def sequences(self, field: str) -> list[Sequence[str]]:
        """The words of each of these texts, in their order."""
        if field == "text":
            return [self._sequence("title"), self._sequence("text")]
        return [self._sequence(field)]

    def bag(self, field: str) -> frozenset[str]:
        """The different words of a text field."""
        if field not in self._bags:
            self._bags[field] = frozenset(chain(*self.sequences(field)))
        return self._bags[field]

    def stem_of(self, word: str) -> str:
        """The stem key of a folded word in the document's language: what :meth:`stems` may hold."""
        if self._language is None:
            self._language = language_of(self.doc.lang)
        return stem_key(self._language, word)

    def stems(self, field: str) -> set[str]:
        """The stem keys of the words of a text field."""
        if field not in self._stems:
            self._stems[field] = stems(self.doc.lang, self.bag(field))
        return self._stems[field]

    def written(self, field: str) -> frozenset[str]:
        """The different words of a text field with their accents."""
        if field not in self._written:
            self._written[field] = frozenset(word for text in self.texts(field) for word in written(text))
        return self._written[field]

    def signs(self, field: str) -> frozenset[str]:
        """The different tags and handles of a text field, with their sign."""
        if field not in self._signs:
            self._signs[field] = frozenset(sign for text in self.texts(field) for sign in signed(text))
        return self._signs[field]

    def values(self, field: str) -> tuple[str, ...]:
        """The folded values of a keyword field."""
        if field not in self._values:
            self._values[field] = tuple(fold(value) for value in keyword_values(self.doc, field))
        return self._values[field]

    def number(self, field: str) -> int | datetime | None:
        """The value of a number or date field."""
        return self.doc.when if field == "published" else getattr(self.doc, field)

    def _sequence(self, name: str) -> Sequence[str]:
        if name not in self._words:
            self._words[name] = recent_words(getattr(self.doc, name))
        return self._words[name]


PLURAL = {"source": "sources", "topic": "topics", "label": "labels", "tag": "tags", "domain": "domains", "is": "aspects"}
"""The attribute of a :class:`SearchDoc` with the values of a keyword field, where it is not called as the field."""


def keyword_values(doc: SearchDoc, field: str) -> Sequence[str]:
    """The values of a keyword field as they were written."""
    found = getattr(doc, PLURAL.get(field, field))
    return found if isinstance(found, tuple) else (found,)


def facet_values(doc: SearchDoc, field: str) -> Sequence[str]:
    """The values of a document that a facet counts (one of ``FACET_FIELDS``), as they were written."""
    if field == "author":
        return (doc.account,) if doc.account else ()
    return keyword_values(doc, field)
