"""Pages of Tantivy's hits in an order by a column and then by ref, which does not depend on how the index is laid out."""

from __future__ import annotations

from operator import itemgetter

from tantivy import DocAddress, FieldType, Occur, Order, Query

from ...core.making import maker
from ...core.query import And, Every, Inflected, Node, Not, Or, Term
from ...core.values import Hit, Hits
from .cursors import Place, write_place
from .fields import LARGEST
from .tantivy_queries import Translator
from .tantivy_view import View

_hit = maker(Hit)

_FEW = 16
"""Hits of one value that a page is prepared to step over at once."""

_MANY = 2000
"""Hits below which they are all looked at in no time."""
_SPARE = 3
"""How many times as many hits as are wanted are looked for at an end of the column: they may be rarer there."""
_MORE = 16
"""How many times as many again, where these are not enough."""


class Pages:
    """The hits of one query in one view of the index, sorted by one column of numbers that every document has."""

    def __init__(self, view: View, root: Node, column: str, *, rising: bool = False) -> None:
        """``rising``: the smallest number first; refs rise in any case."""
        self._view = view
        self._root = root
        self._translator = Translator(view)
        self._query = self._translator.query(root)
        self._column = column
        self._rising = rising
        self._order = Order.Asc if rising else Order.Desc

    def page(self, limit: int, after: Place | None) -> Hits:
        """A page, from a place on. New mentions shift no page."""
        view, root, query = self._view, self._root, self._query
        total = self._translator.known_total(root)
        if total is not None:
            view.remember(root, total)
        if after is not None:
            total = view.total(root, query)
            found = self._beyond(after, total, limit + 1)
        elif view.known(root) is not None or _is_cheap(root):
            total = view.total(root, query)
            found = self._nearest(query, total, limit + 1)
        else:
            found, total = self._stretch(query, limit + 1)
            view.remember(root, total)
        page = found[:limit]
        following = write_place(page[-1]) if len(found) > limit else None
        return Hits(total=total, hits=tuple(_hit(ref, 0.0) for _, ref in page), next=following)

    def _nearest(self, query: Query, total: int, limit: int, start: int | None = None) -> list[Place]:
        """The first hits of a query, which finds nothing before the number ``start``; its own query finds ``total``."""
        documents = limit * _SPARE * self._view.searcher.num_docs / max(total, 1)
        for many in (documents, documents * _MORE) if total > _MANY else ():
            part = self._view.ladder(self._column).part(many, rising=self._rising, start=start)
            if part is None:
                break
            found, _ = self._stretch(Query.boolean_query([(Occur.Must, part), (Occur.Must, query)]), limit)
            if len(found) == limit:
                return found
        return self._stretch(query, limit)[0]

    def _beyond(self, place: Place, total: int, limit: int) -> list[Place]:
        """The first hits after a place."""
        value, ref = place
        found = self._nearest(self._from(value), total, limit + _FEW, value)
        after = [hit for hit in found if hit[0] != value or hit[1] > ref]
        if len(after) >= limit or len(found) < limit + _FEW:
            return after[:limit]
        # More hits of the place's own value than were read: those are gone through by ref.
        after = [(value, other) for other in self._refs_at(value, limit, ref)]
        beyond = value + (1 if self._rising else -1)
        if len(after) < limit and -LARGEST <= beyond <= LARGEST:
            after += self._nearest(self._from(beyond), total, limit - len(after), beyond)
        return after

    def _stretch(self, query: Query, limit: int) -> tuple[list[Place], int]:
        """The first hits in order; and how many there are in all."""
        result = self._view.searcher.search(query, limit=limit + 1, order_by_field=self._column, order=self._order)
        total: int = result.count  # pyright: ignore[reportAttributeAccessIssue]
        hits: list[tuple[int, DocAddress]] = result.hits
        # One hit more than is wanted shows whether Tantivy has cut the hits of one value wherever it liked.
        crowd = hits[limit][0] if total > limit and hits[limit][0] == hits[limit - 1][0] else None
        doc = self._view.searcher.doc
        found = [(value, doc(address)["ref"][0]) for value, address in hits[:limit] if value != crowd]
        found.sort(key=itemgetter(1))
        found.sort(key=itemgetter(0), reverse=not self._rising)
        if crowd is not None:
            found += [(crowd, ref) for ref in self._refs_at(crowd, limit - len(found))]
        return found, total

    def _refs_at(self, value: int, limit: int, after: str | None = None) -> list[str]:
        """The first refs of the hits with one value."""
        return self._view.refs(self._within(value, value), limit, after)

    def _from(self, value: int) -> Query:
        """The query, of what has this value or comes later."""
        return self._within(value, LARGEST) if self._rising else self._within(-LARGEST, value)

    def _within(self, low: int, high: int) -> Query:
        """The query, of a stretch of the column only."""
        stretch = Query.range_query(self._view.schema, self._column, FieldType.Integer, low, high)
        return Query.boolean_query([(Occur.Must, self._query), (Occur.Must, stretch)])


def _is_cheap(node: Node) -> bool:
    """Whether hits are found so fast that counting them and finding the first costs less than sorting all."""
    if isinstance(node, And | Or):
        return all(map(_is_cheap, node.items))
    return _is_cheap(node.item) if isinstance(node, Not) else isinstance(node, Term | Inflected | Every)
