"""Counts Whoosh's hits by day and by value, and knows its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from ...core.proximity import within
from ...core.query import Query
from ...core.values import FacetField, Facets
from .whoosh_leaf import Leaf
from .whoosh_schema import column_of, read_values

_DAY = 86_400_000_000  # microseconds
_FIRST_DAY = date(1970, 1, 1)


def facets(leaves: Sequence[Leaf], query: Query, fields: Sequence[FacetField], limit: int) -> Facets:
    """All hits counted."""
    found = [(leaf, leaf.find(query.root)) for leaf in leaves]
    days: Counter[int] = Counter()
    for leaf, numbers in found:
        when = leaf.column("when")
        days.update([when[number] // _DAY for number in numbers])
    return Facets(
        total=sum(len(numbers) for _, numbers in found),
        days=tuple((_FIRST_DAY + timedelta(days=day), count) for day, count in sorted(days.items())),
        fields={field: _most_frequent(found, field, limit) for field in fields},
    )


def _most_frequent(found: Sequence[tuple[Leaf, set[int]]], field: FacetField, limit: int) -> tuple[tuple[str, int], ...]:
    several: Counter[bytes] = Counter()
    for leaf, numbers in found:
        several.update(map(leaf.column(column_of(field)).__getitem__, numbers))
    counts: Counter[str] = Counter()
    for written, count in several.items():
        for value in read_values(written):
            counts[value] += count
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit])


def similar(leaves: Sequence[Leaf], word: str, limit: int) -> list[str]:
    """Words of titles and texts that are like a word: the nearest, then the most frequent first."""
    if not word:
        return []
    words = {known for leaf in leaves for known in leaf.beginning("text", word[0])} - {word}
    near = {known: 1 if within(word, known, 1) else 2 for known in words if within(word, known, 2)}
    # The list of words still has those of deleted documents, so each is counted in what is there.
    counted = [(near[known], -sum(len(leaf.having("text", known)) for leaf in leaves), known) for known in near]
    return [known for _, count, known in sorted(counted) if count][:limit]
