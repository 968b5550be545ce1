"""The tables of an index in PostgreSQL: how they are called, made, settled and dropped.

``docs`` has a row for each document. ``values`` gives a number to every value that facets count. ``vocabulary`` says in how
many documents a term is. ``state`` has one row: by which rules the index was made, which build it is, and sums over documents.

An index is *settled* when a build is complete: until then nothing but the documents is kept, which is what makes a build fast,
and questions read them all; from then on every write keeps the other indexes and the vocabulary in step.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import Connection
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from ...core.documents import RANK_ORDERS
from ...core.errors import IndexDamaged
from .postgres_server import Row, Server, one
from .postgres_terms import LISTED, SEPARATOR
from .stampfile import rules

VERSION = 2
"""Goes up whenever documents are kept otherwise: an index of another version is built again."""

NUMBERS = ("when", "seen", "followers", "likes", "shares", "replies", "views", "engagement", *RANK_ORDERS)
"""Columns of whole numbers: times in microseconds since 1970, counts, and the ranks of :func:`hubbub.core.documents.rank`."""
ROWS = {"text": ("title", "text"), "title": ("title",), "author": ("author",), "url": ("url",)}
"""By text field: the columns of its rows of words; no phrase runs from one into the next."""
COLUMNS = ("ref", *NUMBERS, "length", "facets", "terms", "wide", "title", "text", "author", "url")
"""The columns of ``docs``. ``length`` is how many words title and text have. ``facets`` are the numbers of values, and the day
with a minus sign (Gregorian, day 1 is that of the year 1). ``terms`` is empty where ``wide`` holds the terms."""

_NEEDED = ("when", "seen", *RANK_ORDERS)
_TABLES = ("docs", "values", "vocabulary", "state")

_MAKE = SQL("""
CREATE TABLE {docs} (
    ref text COLLATE "C" PRIMARY KEY, {numbers}, length integer NOT NULL, facets integer[] NOT NULL,
    terms tsvector NOT NULL, wide text,
    title text NOT NULL, text text NOT NULL, author text NOT NULL, url text NOT NULL
);
CREATE TABLE {values} (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, field text NOT NULL, value text COLLATE "C" NOT NULL
);
CREATE INDEX ON {values} (field, left(value, 200));
CREATE TABLE {vocabulary} (term text COLLATE "C" PRIMARY KEY, docs bigint NOT NULL) WITH (fillfactor = 80);
CREATE TABLE {state} (
    rules text NOT NULL, stamp text NOT NULL, settled boolean NOT NULL,
    docs bigint NOT NULL, words bigint NOT NULL, wide bigint NOT NULL
);
INSERT INTO {state} VALUES ({rules}, '', false, 0, 0, 0)
""")

_COUNTED = SQL("""
SELECT term, count(*) AS docs FROM (
    SELECT unnest(tsvector_to_array(terms)) AS term FROM {docs} WHERE wide IS NULL
    UNION ALL SELECT unnest(string_to_array(btrim(wide, {separator}), {separator})) FROM {docs} WHERE wide IS NOT NULL
) AS every WHERE left(term, 1) = ANY({listed}) GROUP BY term
""")


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What the index says of itself."""

    rules: str
    stamp: str
    settled: bool
    docs: int
    """How many documents there are."""
    words: int
    """How many words their titles and texts have in all."""
    wide: int
    """How many documents have more terms than a ``tsvector`` takes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """From where on things are done in another way, with the same result."""

    bytes: int = 900_000
    """Of the terms of a document. A ``tsvector`` takes a megabyte; one with more is *wide*, its terms are kept as text."""
    terms: int = 200
    """That are asked of the index at once. It weighs each of them for every document that has one."""
    hits: int = 20_000
    """That are read and sorted for a page. Of more, the page is looked for in the order itself, where it is soon met."""


class Tables:
    """The tables of one index, in the first schema of the connection's search path."""

    def __init__(self, server: Server, prefix: str, bounds: Bounds) -> None:
        """Nothing is asked yet."""
        self.bounds = bounds
        self._server = server
        self.prefix = prefix
        self.names = {name: Identifier(f"{prefix}_{name}") for name in _TABLES}
        self.rules = rules("postgres", VERSION)

    def __call__(self, statement: SQL, **parts: Composable) -> Composed:
        """A statement with the names of the tables put in, and other parts."""
        return statement.format(**self.names, **parts)

    def open(self) -> None:
        """Make the tables where there are none. Raises ``IndexDamaged`` where those there cannot be used."""
        with self._server.reading() as connection:
            there = self._there(connection)
            if there:
                self._check(connection, there)
                return
        with self._server.writing(self.prefix) as connection:
            if there := self._there(connection):  # another program was faster
                self._check(connection, there)
            else:
                connection.execute(self(_MAKE, numbers=self._numbers(), rules=Literal(self.rules)))

    def state(self, connection: Connection[Row]) -> State:
        """What the index says of itself; raises ``IndexDamaged`` where it says nothing."""
        row = connection.execute(self(SQL("SELECT rules, stamp, settled, docs, words, wide FROM {state}"))).fetchone()
        if row is None:
            raise IndexDamaged(f"its tables {self.prefix}_… in the {self._server.place} do not say what they are")
        return State(**dict(zip(("rules", "stamp", "settled", "docs", "words", "wide"), row, strict=True)))

    def vocabulary(self, settled: bool) -> Composable:
        """Where to read ``term`` and ``docs`` from: kept where the index is settled, counted anew where it is not."""
        return self.names["vocabulary"] if settled else SQL("({})").format(self._counted())

    def settle(self, connection: Connection[Row]) -> None:
        """Complete a build: index the documents and count the vocabulary."""
        connection.execute("SELECT set_config('maintenance_work_mem', '128MB', true)")
        connection.execute(self(SQL("CREATE INDEX {name} ON {docs} USING gin (terms)"), name=self._index("terms")))
        for number in NUMBERS:
            known = SQL("") if number in _NEEDED else SQL("WHERE {} IS NOT NULL").format(Identifier(number))
            statement = SQL("CREATE INDEX {name} ON {docs} ({number}) {known}")
            connection.execute(self(statement, name=self._index(number), number=Identifier(number), known=known))
        connection.execute(self(SQL("CREATE INDEX {name} ON {docs} (ref) WHERE wide IS NOT NULL"), name=self._index("wide")))
        connection.execute(self(SQL("INSERT INTO {vocabulary} {counted} ORDER BY term"), counted=self._counted()))
        connection.execute(self(SQL("UPDATE {state} SET settled = true")))
        connection.execute(self(SQL("ANALYZE {docs}")))
        connection.execute(self(SQL("ANALYZE {vocabulary}")))

    def tidy(self) -> None:
        """Have the server note which pages everybody sees, so that hits are counted without reading them."""
        with self._server.outside() as connection:
            connection.execute(self(SQL("VACUUM {docs}")))

    def empty(self, connection: Connection[Row]) -> None:
        """Forget all documents, and with them that the index was settled."""
        connection.execute(self(SQL("TRUNCATE {docs}, {values}, {vocabulary}")))
        names = [self._index(name) for name in (*NUMBERS, "terms", "wide")]
        connection.execute(SQL("DROP INDEX IF EXISTS {}").format(SQL(", ").join(names)))
        connection.execute(self(SQL("UPDATE {state} SET stamp = '', settled = false, docs = 0, words = 0, wide = 0")))

    def drop(self) -> None:
        """Remove the tables."""
        with self._server.writing(self.prefix) as connection:
            connection.execute(SQL("DROP TABLE IF EXISTS {}").format(SQL(", ").join(self.names.values())))

    def bytes(self) -> int:
        """How much room they take."""
        with self._server.reading() as connection:
            names = [f'"{self.prefix}_{name}"' for name in _TABLES]
            sizes = SQL("SELECT sum(pg_total_relation_size(to_regclass(name)))::bigint FROM unnest({}::text[]) AS name")
            return one(connection, sizes.format(Literal(names)), 0)

    def _there(self, connection: Connection[Row]) -> set[str]:
        tables = SQL("SELECT name FROM unnest({}::text[]) AS name WHERE to_regclass('\"' || name || '\"') IS NOT NULL")
        return {name for (name,) in connection.execute(tables.format(Literal([f"{self.prefix}_{name}" for name in _TABLES])))}

    def _check(self, connection: Connection[Row], there: set[str]) -> None:
        if len(there) < len(_TABLES):
            raise IndexDamaged(f"some of its tables {self.prefix}_… in the {self._server.place} are gone")
        made_by = self.state(connection).rules
        if made_by != self.rules:
            raise IndexDamaged(f"it was made by other rules ({made_by}) than are in force now ({self.rules})")

    def _numbers(self) -> Composable:
        kinds = {number: SQL("bigint NOT NULL" if number in _NEEDED else "bigint") for number in NUMBERS}
        return SQL(", ").join(SQL("{} {}").format(Identifier(number), kind) for number, kind in kinds.items())

    def _counted(self) -> Composable:
        return self(_COUNTED, separator=Literal(SEPARATOR), listed=Literal(list(LISTED)))

    def _index(self, name: str) -> Identifier:
        return Identifier(f"{self.prefix}_docs_{name}")
