"""The index that PostgreSQL keeps: what :mod:`.postgres_engine` builds, once the driver is known to be there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from psycopg import Connection
from psycopg.sql import SQL, Composable, Identifier, Literal

from ...core.documents import RANK_ORDERS, SearchDoc
from ...core.proximity import within
from ...core.query import Every, Node, Query, Term
from ...core.values import FACET_FIELDS, FacetField, Facets, Hit, Hits, Order
from .cursors import Place, read_place, write_place
from .postgres_queries import All, Any, AnyOf, Translator, Tree, Without, near, tsquery
from .postgres_scoring import SCALE, score
from .postgres_server import Row, Server, one
from .postgres_tables import Bounds, State, Tables
from .postgres_terms import listed, space, storable
from .postgres_writer import Writing

_PATIENCE = 3.0
"""Seconds to wait for another program that is writing."""

_BOUNDS = Bounds()

_COLUMN: dict[Order, str] = {"newest": "when", "oldest": "when", **{order: order for order in RANK_ORDERS}}

_PAGE = SQL("SELECT {key} AS key, ref FROM {docs} WHERE {where} AND {beyond} ORDER BY key {way}, ref LIMIT {limit}")
_COLLECTED = SQL("""
WITH hits AS MATERIALIZED (SELECT {key} AS key, ref FROM {docs} WHERE {where}),
page AS (SELECT key, ref FROM hits WHERE {beyond} ORDER BY key {way}, ref LIMIT {limit})
SELECT page.key, page.ref, (SELECT count(*) FROM hits) FROM (SELECT) AS always LEFT JOIN page ON true
ORDER BY page.key {way}, page.ref
""")
_FACETS = SQL("""
WITH counted AS MATERIALIZED (
    SELECT facet, count(*) AS hits FROM {docs} CROSS JOIN LATERAL unnest(facets) AS facet WHERE {where} GROUP BY facet
), ranked AS (
    SELECT field, value, hits, row_number() OVER (PARTITION BY field ORDER BY hits DESC, value) AS place
    FROM counted JOIN {values} ON id = facet WHERE field = ANY({fields}::text[])
)
SELECT NULL, NULL, -facet, hits FROM counted WHERE facet < 0
UNION ALL (SELECT field, value, place, hits FROM ranked WHERE place <= {limit}) ORDER BY 1, 3
""")


class PostgresEngine:
    """A :class:`hubbub.core.contracts.SearchEngine` in a database. Thread-safe; searching does not wait for writing."""

    def __init__(self, url: str, prefix: str, *, patience: float = _PATIENCE, bounds: Bounds = _BOUNDS) -> None:
        """Opens or begins the index; raises ``IndexDamaged`` where its tables cannot be used.

        ``prefix``: how their names begin; the tables are made in the first schema of the connection's search path.
        """
        self._server = Server(url, patience=patience)
        self._tables = Tables(self._server, prefix, bounds)
        self._tables.open()

    def stamp(self) -> str:
        with self._server.reading() as connection:
            return self._tables.state(connection).stamp

    def set_stamp(self, stamp: str) -> None:
        with self._server.writing(self._tables.prefix) as connection:
            fresh = bool(stamp) and not self._tables.state(connection).settled
            if fresh:
                self._tables.settle(connection)
            connection.execute(self._tables(SQL("UPDATE {state} SET stamp = {stamp}"), stamp=Literal(stamp)))
        if fresh:
            self._tables.tidy()

    def put(self, docs: Sequence[SearchDoc]) -> None:
        newest = {storable(doc.ref): doc for doc in docs}
        if newest:
            with self._server.writing(self._tables.prefix) as connection:
                writing = Writing(self._tables, connection)
                writing.remove(list(newest))
                writing.add(list(newest.values()))
                writing.finish()

    def load(self, batches: Iterable[Sequence[SearchDoc]]) -> None:
        with self._server.writing(self._tables.prefix) as connection:
            writing = Writing(self._tables, connection)
            for docs in batches:
                writing.add(docs)
            writing.finish()

    def drop(self, refs: Sequence[str]) -> None:
        if refs:
            with self._server.writing(self._tables.prefix) as connection:
                writing = Writing(self._tables, connection)
                writing.remove(list(map(storable, refs)))
                writing.finish()

    def clear(self) -> None:
        with self._server.writing(self._tables.prefix) as connection:
            self._tables.empty(connection)

    def count(self) -> int:
        with self._server.reading() as connection:
            return self._tables.state(connection).docs

    def close(self) -> None:
        self._server.close()

    def search(self, query: Query, *, order: Order = "newest", limit: int = 50, after: str | None = None) -> Hits:
        if limit < 1:
            raise ValueError(f"a page has at least one hit, not {limit}")
        place = read_place(after) if after is not None else None
        with self._server.reading() as connection:
            return _Asking(self._tables, connection).page(query.root, order, limit, place)

    def facets(self, query: Query, *, fields: Sequence[FacetField] = FACET_FIELDS, limit: int = 10) -> Facets:
        with self._server.reading() as connection:
            return _Asking(self._tables, connection).facets(query.root, fields, limit)

    def similar(self, word: str, *, limit: int = 5) -> list[str]:
        if not word:
            return []
        with self._server.reading() as connection:
            return _Asking(self._tables, connection).similar(storable(word), limit)

    def place(self) -> str:
        """Where the index is, for people."""
        return f"tables {self._tables.prefix}_… of the {self._server.place}"

    def bytes(self) -> int:
        """How much room it takes."""
        return self._tables.bytes()


class _Asking:
    """Questions to one state of the index."""

    def __init__(self, tables: Tables, connection: Connection[Row]) -> None:
        self._tables = tables
        self._connection = connection
        self._state: State = tables.state(connection)
        self._translator = Translator(tables, connection, self._state)

    def page(self, root: Node, order: Order, limit: int, after: Place | None) -> Hits:
        tree = self._translator.tree(root)
        where = self._translator.where(tree)
        if self._state.settled and tsquery(tree) is not None and not isinstance(tree, Without):
            # The planner takes a tsquery of a hundred words for no dearer than one of a single word.
            self._connection.execute("SELECT set_config('enable_seqscan', 'off', true)")
        if order == "relevance":
            key = score(root, self._state, self._translator, self._having)
            after = self._now(key, after) if after else None
            return self._collected(where, key, order, limit, after)
        key = Identifier(_COLUMN[order])
        total = self._told(tree)
        if total is None and tsquery(tree) is not None:
            total = self._count(where)
        if total is None or total <= self._tables.bounds.hits:
            return self._collected(where, key, order, limit, after)
        parts = self._parts(where, key, order, limit, after, key)
        return _hits(self._connection.execute(self._tables(_PAGE, **parts)).fetchall(), total, order, limit)

    def facets(self, root: Node, fields: Sequence[FacetField], limit: int) -> Facets:
        where = self._translator.where(self._translator.tree(root))
        statement = self._tables(_FACETS, where=where, fields=Literal(list(fields)), limit=Literal(limit))
        days: list[tuple[date, int]] = []
        counted: dict[FacetField, list[tuple[str, int]]] = {field: [] for field in fields}
        for field, value, number, hits in self._connection.execute(statement):
            if field is None:
                days.append((date.fromordinal(number), hits))
            else:
                counted[field].append((value, hits))
        return Facets(
            total=sum(hits for _, hits in days),
            days=tuple(days),
            fields={field: tuple(values) for field, values in counted.items()},
        )

    def similar(self, word: str, limit: int) -> list[str]:
        start = space(Term("text", "x"))
        statement = self._tables(
            SQL("SELECT term, docs FROM {listed} AS listed WHERE starts_with(term, {start}) AND {near}"),
            listed=self._tables.vocabulary(self._state.settled),
            start=Literal(start + word[0]),
            near=near(start, word, 2),
        )
        known = ((term.removeprefix(start), docs) for term, docs in self._connection.execute(statement))
        found = [
            (distance, -docs, other)
            for other, docs in known
            if other != word and (distance := next((d for d in (1, 2) if within(word, other, d)), 0))
        ]
        return [other for _, _, other in sorted(found)[:limit]]

    def _collected(self, where: Composable, key: Composable, order: Order, limit: int, after: Place | None) -> Hits:
        """A page of hits that are all read, and counted at that."""
        parts = self._parts(where, key, order, limit, after, Identifier("key"))
        rows = self._connection.execute(self._tables(_COLLECTED, **parts)).fetchall()
        return _hits([(key, ref) for key, ref, _ in rows if ref is not None], rows[0][2], order, limit)

    def _parts(
        self, where: Composable, key: Composable, order: Order, limit: int, after: Place | None, compared: Composable
    ) -> dict[str, Composable]:
        beyond = SQL("TRUE")
        if after is not None:
            sign = SQL("<" if order != "oldest" else ">")
            beyond = SQL("{0} {1}= {2} AND ({0} {1} {2} OR ref > {3})").format(
                compared, sign, Literal(after[0]), Literal(storable(after[1]))
            )
        way = SQL("ASC" if order == "oldest" else "DESC")
        return {"key": key, "where": where, "beyond": beyond, "way": way, "limit": Literal(limit + 1)}

    def _now(self, key: Composable, after: Place) -> Place:
        """A place by relevance by what its document scores now, since every new mention moves all scores."""
        scores = SQL("SELECT {key} FROM {docs} WHERE ref = {ref}")
        now = one(self._connection, self._tables(scores, key=key, ref=Literal(storable(after[1]))))
        return (after[0] if now is None else now), after[1]

    def _having(self, tree: Tree) -> int:
        known = self._told(tree)
        return self._count(self._translator.where(tree)) if known is None else known

    def _told(self, tree: Tree) -> int | None:
        """How many documents answer, where that is kept; ``None`` where they must be counted."""
        match tree:
            case Every():
                return self._state.docs
            case Without(item):
                known = self._told(item)
                return None if known is None else self._state.docs - known
            case All((single,)) | Any((single,)):
                return self._told(single)
            case AnyOf((single,)) if self._state.settled and listed([single]):
                asked = SQL("SELECT docs FROM {vocabulary} WHERE term = {term}")
                return one(self._connection, self._tables(asked, term=Literal(single)), 0)
        return None

    def _count(self, where: Composable) -> int:
        return one(self._connection, self._tables(SQL("SELECT count(*) FROM {docs} WHERE {where}"), where=where), 0)


def _hits(rows: Sequence[Row], total: int, order: Order, limit: int) -> Hits:
    page = rows[:limit]
    scores = [key / SCALE if order == "relevance" else 0.0 for key, _ in page]
    hits = tuple(Hit(ref=ref, score=score) for (_, ref), score in zip(page, scores, strict=True))
    following = write_place((page[-1][0], page[-1][1])) if len(rows) > limit else None
    return Hits(total=total, hits=hits, next=following)
