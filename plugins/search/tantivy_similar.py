"""Words of an index that are like a word that was not found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tantivy import Query

from ...core.proximity import within
from .tantivy_view import View

_FURTHEST = 2
"""Characters in which such a word may differ."""

_COUNTED = 100
"""Words of one distance whose documents are counted: those that most documents had, before some of these went."""


def similar_words(view: View, word: str, limit: int) -> list[str]:
    """The nearest, then the most frequent words that begin like this one."""
    if not word:
        return []
    known = view.searcher.terms_with_prefix("text", word[0])
    near: dict[int, list[str]] = {distance: [] for distance in range(1, _FURTHEST + 1)}
    for other in _promising(word, (term for term, _ in known)):
        distance = next((d for d in near if within(word, other, d)), 0)
        if distance and other != word:
            near[distance].append(other)
    found: list[str] = []
    for words in near.values():
        if len(found) < limit:
            # What Tantivy knows of a term counts documents that are gone, until their segment is written anew.
            counted = ((view.count(Query.term_query(view.schema, "text", other, "basic")), other) for other in words[:_COUNTED])
            found += [other for count, other in sorted(counted, key=lambda item: (-item[0], item[1])) if count]
    return found[:limit]


def _promising(word: str, known: Iterator[str]) -> Iterator[str]:
    """Those words that may be near enough.

    Of three pieces of the word, two changes leave one as it is, moved by at most as many places.
    """
    cuts = [len(word) * i // (_FURTHEST + 1) for i in range(_FURTHEST + 2)]
    pieces = [(word[start:end], max(0, start - _FURTHEST), end + _FURTHEST) for start, end in pairwise(cuts)]
    shortest, longest = len(word) - _FURTHEST, len(word) + _FURTHEST
    for other in known:
        if shortest <= len(other) <= longest and any(other.find(piece, low, high) >= 0 for piece, low, high in pieces):
            yield other
