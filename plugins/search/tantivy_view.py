"""One view of a Tantivy index: what was committed at one time, and what is worth remembering of it."""

from __future__ import annotations

from functools import cached_property

from tantivy import DocAddress, Order, Query, Schema, Searcher, SearchResult

from ...core.query import Node
from .fields import key
from .tantivy_rungs import Ladder
from .tantivy_schema import STEMMED_BY

_REMEMBERED = 64
"""Queries whose totals are kept: those that somebody is paging through."""


class View:
    """Thread-safe: whatever two threads work out at once is the same."""

    def __init__(self, searcher: Searcher, schema: Schema, *, whole: bool) -> None:
        """``whole``: nothing was removed from any of its files, so that what its dictionary counts is there."""
        self.searcher = searcher
        self.schema = schema
        self.whole = whole
        self._totals: dict[Node, int] = {}
        self._ladders: dict[str, Ladder] = {}

    @cached_property
    def languages(self) -> list[str]:
        """The languages through whose stemmers the words of some document went; ``PLAIN`` for those that have none."""
        start = key(STEMMED_BY, "")
        return sorted(term.removeprefix(start) for term, _ in self.searcher.terms_with_prefix("keys", start))

    def ladder(self, column: str) -> Ladder:
        """The rungs of a column."""
        known = self._ladders.get(column)
        if known is None:
            known = self._ladders[column] = Ladder(self.searcher, self.schema, column)
        return known

    def frequency(self, field: str, term: str) -> int | None:
        """How many documents have a term; ``None`` where the dictionary cannot tell."""
        return self.searcher.doc_freq(field, term) if self.whole else None

    def known(self, root: Node) -> int | None:
        """How many documents a query was found to have."""
        return self._totals.get(root)

    def total(self, root: Node, query: Query) -> int:
        """How many documents answer a query, which is given in both our terms and Tantivy's."""
        known = self.known(root)
        if known is None:
            known = self.count(query)
            self.remember(root, known)
        return known

    def remember(self, root: Node, total: int) -> None:
        """Keep a total that was found on the way."""
        if len(self._totals) >= _REMEMBERED:
            self._totals.clear()
        self._totals[root] = total

    def count(self, query: Query) -> int:
        """How many documents answer a query."""
        # Counted in a column that every document has: in half the time of a search.
        return int(self.searcher.aggregate(query, {"all": {"value_count": {"field": "when"}}})["all"]["value"])

    def ref(self, address: DocAddress) -> str:
        """The ref of a document."""
        return self.searcher.doc(address)["ref"][0]

    def refs(self, query: Query, limit: int, after: str | None = None, *, about: int = 0) -> list[str]:
        """The first refs of the documents that answer a query, or the first after a given one.

        ``about``: how many come up to that one; a guess, which saves reading them.
        """
        # Tantivy has no ranges of texts here, so the refs up to the given one are stepped over.
        start, step = (0, limit) if after is None else (about, limit + 1)
        while True:
            found = [ref for ref, _ in self._by_ref(query, step, start).hits]
            if after is None:
                return found
            if start and (not found or found[0] > after):
                start //= 2  # it was guessed too high: some may have been left out
                continue
            later = [ref for ref in found if ref > after]
            if len(later) >= limit or len(found) < step:
                return later[:limit]
            start += len(found) - len(later) - 1  # the next stretch, too, begins with one that comes up to it
            step *= 2

    def _by_ref(self, query: Query, limit: int, start: int) -> SearchResult:
        return self.searcher.search(query, limit=limit, offset=start, count=False, order_by_field="ref", order=Order.Asc)
