"""Rungs: where in a column a document's number lies, roughly, as a key.

Tantivy reads every hit of a query to find the first fifty by a column. With rungs it is asked for the hits of the topmost rungs
alone (the newest days, say), and the cost of a page no longer grows with the archive.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate

from tantivy import Occur, Query, Schema, Searcher

DAY = 86_400_000_000  # microseconds


def _day(when: int) -> int:
    return when // DAY


_RUNG: Mapping[str, Callable[[int], int]] = {
    "when": _day,
    # A rank begins with its number: few documents have ranks of the greatest lengths.
    "engaged": int.bit_length,
    "influential": int.bit_length,
    "priority": int.bit_length,
}


def rung_keys(columns: Mapping[str, int]) -> list[str]:
    """The keys of a document whose columns have these numbers; no query can ask for them."""
    return [f"{_PREFIX[column]}{rung_of(columns[column])}" for column, rung_of in _RUNG.items()]


_PREFIX = {column: f"rung {column}:".replace(" ", "\x1f") for column in _RUNG}


class Ladder:
    """The rungs of a column in one view of an index."""

    def __init__(self, searcher: Searcher, schema: Schema, column: str) -> None:
        self._schema = schema
        self._prefix = _PREFIX[column]
        self._rung_of = _RUNG[column]
        there = searcher.terms_with_prefix("keys", self._prefix)
        self._steps = sorted((int(key.removeprefix(self._prefix)), count) for key, count in there)
        self._rungs = [rung for rung, _ in self._steps]
        self._below = [0, *accumulate(count for _, count in self._steps)]

    def part(self, documents: float, *, rising: bool, start: int | None = None) -> Query | None:
        """The rungs at an end of the ladder that have so many documents, as a query; ``None`` where that is not much less
        than all of it.

        ``rising``: from the lowest up. ``start``: from the rung on that has this number.
        """
        first, last = 0, len(self._rungs)
        if start is not None and rising:
            first = bisect_left(self._rungs, self._rung_of(start))
        elif start is not None:
            last = bisect_right(self._rungs, self._rung_of(start))
        below = self._below
        if (below[last] - below[first]) < documents * _WORTH:
            return None
        if rising:
            return self._query(self._rungs[first : bisect_left(below, below[first] + documents)])
        return self._query(self._rungs[bisect_right(below, below[last] - documents) - 1 : last])

    def _query(self, rungs: Sequence[int]) -> Query:
        keys = [f"{self._prefix}{rung}" for rung in rungs]
        if len(keys) > _MANY:
            return Query.term_set_query(self._schema, "keys", keys)
        terms = [Query.term_query(self._schema, "keys", key, "basic") for key in keys]
        return Query.boolean_query([(Occur.Should, term) for term in terms])


_MANY = 64
"""Keys beyond which a set of them is faster than asking for one or another."""
_WORTH = 3
"""How many times as many documents as on its rungs must be left for a part to be worth asking for."""
