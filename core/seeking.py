"""Asking the archive of a workspace: understood queries, answered by SQL or by the index, without what is muted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .archives import Archive
from .indexing import Indexer
from .noise import without_muted
from .parsing import parse
from .query import Query
from .values import Hits, Order


class Finder:
    """What answers the queries of one workspace. Thread-safe."""

    def __init__(self, archive: Archive, indexer: Indexer, *, now: Callable[[], datetime]) -> None:
        self._archive = archive
        self._indexer = indexer
        self._now = now

    def understand(self, text: str) -> Query:
        """Read a query; raises ``QueryError`` with the place and a proposal."""
        return parse(text, now=self._now())

    def find(self, query: Query, *, order: Order = "newest", limit: int = 50, after: str | None = None) -> Hits:
        """A page of all that a query finds, what is muted included."""
        # SQL keeps lists in the order of time of keywords; everything else the index answers faster, or alone.
        by_sql = (
            not query.has_text and order in ("newest", "oldest", "relevance", "priority") and not query.has_range_beyond_time
        )
        ask = self._archive.find if by_sql else self._indexer.search
        return ask(query, order=order, limit=limit, after=after)

    def without_muted(self, query: Query) -> tuple[Query, Query | None]:
        """What is asked in truth, and what that leaves out; nothing is, where nothing is muted or the query speaks of it."""
        parts = without_muted(query)
        return parts if parts and self._archive.muted() else (query, None)
