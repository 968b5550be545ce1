"""Pages of Whoosh's hits in an order that does not depend on how the index is laid out: by a number, then by ref."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from math import log
from typing import Literal, TypeAlias

from ...core.documents import RankOrder
from ...core.query import TEXT_FIELDS, Inflected, Phrase, Query, Term, Written, positive_nodes
from ...core.values import Hit, Hits
from .cursors import Place, ScoredPlace, write_place, write_scored
from .fields import is_key
from .whoosh_leaf import Leaf

_K1, _B = 1.2, 0.75  # the usual parameters of BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009)

_Found: TypeAlias = tuple[float, Leaf, int]
"""What a hit is sorted by, the smallest first; and the hit."""

_Telling: TypeAlias = Term | Inflected | Written | Phrase
"""What counts for relevance."""


def by_number(
    leaves: Sequence[Leaf], query: Query, order: Literal["newest", "oldest"] | RankOrder, limit: int, after: Place | None
) -> Hits:
    """A page in an order of time or rank, from a place on."""
    column, sign = {"newest": ("when", -1), "oldest": ("when", 1)}.get(order, (order, -1))
    found = [(sign * leaf.column(column)[number], leaf, number) for leaf in leaves for number in leaf.find(query.root)]
    page, more = _page(found, limit, (sign * after[0], after[1]) if after else None)
    following = write_place((int(sign * page[-1][0]), page[-1][1])) if more else None
    return Hits(total=len(found), hits=tuple(Hit(ref=ref) for _, ref in page), next=following)


def by_relevance(leaves: Sequence[Leaf], query: Query, limit: int, after: ScoredPlace | None) -> Hits:
    """A page by BM25, from a place on: what scores less than the mention that was shown last scores *now*.

    A word itself counts by so much more than BM25 says as an inflected form of it can count at most.
    """
    found = _scored(leaves, query)
    begin = None
    if after is not None:
        there = [hit for hit in found if hit[1:] in _places(leaves, after.ref)]
        begin = (there[0][0] if there else -after.score, after.ref)
    page, more = _page(found, limit, begin)
    shown = (after.shown if after else 0) + len(page)
    following = write_scored(ScoredPlace(-page[-1][0], shown, page[-1][1])) if more else None
    return Hits(total=len(found), hits=tuple(Hit(ref=ref, score=-value) for value, ref in page), next=following)


def _places(leaves: Sequence[Leaf], ref: str) -> set[tuple[Leaf, int]]:
    return {(leaf, number) for leaf in leaves for number in leaf.numbers_of([ref])}


def _page(found: list[_Found], limit: int, begin: tuple[float, str] | None) -> tuple[list[tuple[float, str]], bool]:
    """The first hits after a place, and whether there are more."""
    if begin is not None:
        value, last = begin
        found = [hit for hit in found if hit[0] > value or (hit[0] == value and hit[1].ref(hit[2]) > last)]
    values = heapq.nsmallest(limit + 1, (value for value, _, _ in found))
    # All hits of the last value are read, since the refs among them decide which belong to the page.
    near = sorted((value, leaf.ref(number)) for value, leaf, number in found if values and value <= values[-1])
    return near[:limit], len(near) > limit


def _scored(leaves: Sequence[Leaf], query: Query) -> list[_Found]:
    """All hits with their scores, below zero so that the best is the smallest."""
    told = [node for node in dict.fromkeys(positive_nodes(query.root)) if isinstance(node, _Telling)]
    words = [node for node in told if node.field in TEXT_FIELDS and not (isinstance(node, Term) and is_key(node))]
    documents = sum(leaf.documents() for leaf in leaves)
    lengths = {
        field: sum(leaf.words(field) for leaf in leaves) / max(1, documents) or 1.0 for field in {w.field for w in words}
    }
    scores: list[_Found] = []
    for leaf in leaves:
        found = leaf.find(query.root)
        sums: defaultdict[int, float] = defaultdict(float)
        for node in words:
            for word in dict.fromkeys(node.words if isinstance(node, Phrase) else (node.text,)):
                idf = rarity(documents, sum(other.frequency(node.field, word) for other in leaves))
                _add(sums, leaf, node, word, idf, lengths[node.field], found)
        scores += [(-round(sums[number], 6), leaf, number) for number in found]
    return scores


def _add(
    sums: defaultdict[int, float], leaf: Leaf, node: _Telling, word: str, idf: float, average: float, found: set[int]
) -> None:
    """Add what a word tells of the documents that were found."""
    field, itself = node.field, set[int]()

    def told(number: int, often: float) -> float:
        return idf * often * (_K1 + 1) / (often + _K1 * (1 - _B + _B * leaf.length(field, number) / average))

    for number, often in leaf.occurrences(field, word):
        if number in found:
            itself.add(number)
            sums[number] += idf * (_K1 + 1) + told(number, often)
    if isinstance(node, Inflected):
        for number in (leaf.forms(field, word) & found) - itself:
            sums[number] += told(number, 1)
    elif isinstance(node, Written):
        for number in leaf.find(node) & found - itself:
            sums[number] += idf * (_K1 + 1) + told(number, 1)


def rarity(documents: int, having: int) -> float:
    """How much a word tells: the inverse document frequency of BM25."""
    return log(1 + (documents - having + 0.5) / (having + 0.5))
