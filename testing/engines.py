"""A search engine without files: what every other one must agree with, and a fake for tests that need any engine."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from ..core.documents import SearchDoc, rank
from ..core.docwords import DocWords, facet_values
from ..core.proximity import within
from ..core.query import TEXT_FIELDS, Inflected, Leaf, Query, Term, positive_nodes
from ..core.values import FACET_FIELDS, FacetField, Facets, Hit, Hits, Order


class MemoryEngine:
    """Keeps documents in a dictionary and asks ``query.matches`` of each: correct, and slow in proportion to them."""

    def __init__(self) -> None:
        self._docs: dict[str, DocWords] = {}
        self._stamp = ""
        self._lock = threading.Lock()

    def stamp(self) -> str:
        return self._stamp

    def set_stamp(self, stamp: str) -> None:
        self._stamp = stamp

    def put(self, docs: Sequence[SearchDoc]) -> None:
        with self._lock:
            self._docs |= {doc.ref: DocWords(doc) for doc in docs}

    def drop(self, refs: Sequence[str]) -> None:
        with self._lock:
            for ref in refs:
                self._docs.pop(ref, None)

    def documents(self) -> list[SearchDoc]:
        """All that it holds."""
        with self._lock:
            return [words.doc for words in self._docs.values()]

    def search(self, query: Query, *, order: Order = "newest", limit: int = 50, after: str | None = None) -> Hits:
        """Relevance is simple here: the words that are there themselves count most, then how dense they and their forms are."""
        if limit < 1:
            raise ValueError(f"a page has at least one hit, not {limit}")
        begin = None if after is None else _read(after)
        places = sorted((_place(words, query, order), words.doc.ref) for words in self._matching(query))
        beyond = [place for place in places if begin is None or place > begin]
        page = beyond[:limit]
        return Hits(
            total=len(places),
            hits=tuple(Hit(ref=ref, score=float(-number) if order == "relevance" else 0.0) for number, ref in page),
            next=f"{page[-1][0]} {page[-1][1]}" if len(beyond) > limit else None,
        )

    def facets(self, query: Query, *, fields: Sequence[FacetField] = FACET_FIELDS, limit: int = 10) -> Facets:
        found = [words.doc for words in self._matching(query)]
        days = Counter(doc.when.date() for doc in found)
        counted: dict[FacetField, tuple[tuple[str, int], ...]] = {}
        for field in fields:
            values = Counter(value for doc in found for value in set(facet_values(doc, field)))
            counted[field] = tuple(sorted(values.items(), key=lambda item: (-item[1], item[0]))[:limit])
        return Facets(total=len(found), days=tuple(sorted(days.items())), fields=counted)

    def similar(self, word: str, *, limit: int = 5) -> list[str]:
        with self._lock:
            frequency = Counter(known for doc in self._docs.values() for known in doc.bag("text"))
        near = [
            (distance, -count, known)
            for known, count in frequency.items()
            if known[:1] == word[:1] and (distance := next((d for d in (1, 2) if within(word, known, d)), 0)) and known != word
        ]
        return [known for _, _, known in sorted(near)[:limit]]

    def _matching(self, query: Query) -> list[DocWords]:
        with self._lock:
            return [words for words in self._docs.values() if query.matches(words)]

    def count(self) -> int:
        return len(self._docs)

    def clear(self) -> None:
        with self._lock:
            self._docs.clear()
            self._stamp = ""

    def close(self) -> None:
        """There is nothing to let go of."""


def _place(words: DocWords, query: Query, order: Order) -> int | Fraction:
    """What the hits of an order are sorted by, the smallest first; equal ones by ref."""
    match order:
        case "newest" | "oldest":
            micros = (words.doc.when - _EPOCH) // timedelta(microseconds=1)
            return micros if order == "oldest" else -micros
        case "relevance":
            return -sum((_telling(node, words) for node in positive_nodes(query.root)), Fraction(0))
        case _:
            return -rank(words.doc, order)


def _telling(node: Leaf, words: DocWords) -> Fraction:
    """How much one word of a query tells of a document."""
    if not isinstance(node, Term | Inflected) or node.field not in TEXT_FIELDS:
        return Fraction(0)
    there = [word for sequence in words.sequences(node.field) for word in sequence]
    same = there.count(node.text)
    if isinstance(node, Inflected):
        forms = sum(words.stem_of(word) == words.stem_of(node.text) for word in there)
        return Fraction(bool(same) + Fraction(max(same, forms), len(there) or 1))
    return Fraction(bool(same) + Fraction(same, len(there) or 1))


def _read(cursor: str) -> tuple[Fraction, str]:
    number, _, ref = cursor.partition(" ")
    try:
        return Fraction(number), ref
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{cursor!r} is no place in a list of hits") from None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
