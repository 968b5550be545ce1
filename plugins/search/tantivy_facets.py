"""The hits of a query counted by day and by value, in Tantivy's columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tantivy import Query

from ...core.query import Node
from ...core.values import FacetField, Facets
from .tantivy_schema import column_of
from .tantivy_view import View

_ALL = 1 << 24
"""Values that each segment of the index counts: more than there are, since what it left out could be frequent in another."""

_DAYS = 65_000
"""Days that are told at most, since Tantivy gives no more values than these at once: those of 178 years."""

_EPOCH = date(1970, 1, 1).toordinal()


def count_facets(view: View, root: Node, query: Query, fields: Sequence[FacetField], limit: int) -> Facets:
    """All hits counted. Where several values are equally frequent, the first of them are told."""
    asked: dict[str, Any] = {"day": _terms("day", _DAYS)}
    asked |= {field: _terms(column_of(field), limit) for field in fields}
    counted = view.searcher.aggregate(query, asked)
    days = sorted((date.fromordinal(_EPOCH + int(day)), count) for day, count in _buckets(counted["day"]))
    total = sum(count for _, count in days)  # every document has just one day
    view.remember(root, total)
    found: dict[FacetField, tuple[tuple[str, int], ...]] = {
        field: tuple(sorted(_buckets(counted[field]), key=lambda item: (-item[1], item[0]))) for field in fields
    }
    return Facets(total=total, days=tuple(days), fields=found)


def _terms(column: str, size: int) -> dict[str, Any]:
    return {"terms": {"field": column, "size": size, "segment_size": _ALL}}


def _buckets(counted: dict[str, Any]) -> list[tuple[Any, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in counted["buckets"]]
