"""How documents get into the tables and out of them. Every function runs within the one writing transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal

from ...core.documents import RANK_ORDERS, SearchDoc, rank
from ...core.docwords import facet_values
from ...core.values import FACET_FIELDS
from .fields import numbers, text_parts
from .postgres_server import Row
from .postgres_tables import COLUMNS, NUMBERS, State, Tables
from .postgres_terms import SEPARATOR, lexeme, listed, row, size, storable, terms

_Values = dict[tuple[str, str], int]

_REMOVE = SQL("""
DELETE FROM {docs} WHERE ref = ANY({refs}) RETURNING length, wide, CASE WHEN {settled} THEN tsvector_to_array(terms) END
""")
_KNOWN = SQL("""
SELECT asked.field, asked.value, known.id FROM unnest({fields}::text[], {values_}::text[]) AS asked (field, value)
JOIN {values} AS known
ON known.field = asked.field AND left(known.value, 200) = left(asked.value, 200) AND known.value = asked.value
""")
_NEW = SQL("""
INSERT INTO {values} (field, value) SELECT * FROM unnest({fields}::text[], {values_}::text[]) RETURNING field, value, id
""")
_COUNT = SQL("""
INSERT INTO {vocabulary} AS known SELECT * FROM unnest({terms}::text[], {counts}::bigint[])
ON CONFLICT (term) DO UPDATE SET docs = known.docs + excluded.docs
""")
_FORGET = SQL("DELETE FROM {vocabulary} WHERE term = ANY({terms}) AND docs <= 0")
_SUM = SQL("UPDATE {state} SET docs = docs + {docs_}, words = words + {words}, wide = wide + {wide}")


class Writing:
    """One change of the index: what it adds to the sums and to the vocabulary is written at its end."""

    def __init__(self, tables: Tables, connection: Connection[Row]) -> None:
        self._tables = tables
        self._connection = connection
        self._state: State = tables.state(connection)
        self._docs = self._words = self._wide = 0
        self._counts: Counter[str] = Counter()

    def remove(self, refs: Sequence[str]) -> None:
        """Take documents out; unknown refs do not matter."""
        if not self._state.docs:
            return
        statement = self._tables(_REMOVE, refs=Literal(list(refs)), settled=Literal(self._state.settled))
        for length, wide, found in self._connection.execute(statement):
            self._docs -= 1
            self._words -= length
            self._wide -= wide is not None
            if self._state.settled:
                self._counts.subtract(listed(found if wide is None else wide.strip(SEPARATOR).split(SEPARATOR)))

    def add(self, docs: Sequence[SearchDoc]) -> None:
        """Take in documents whose refs are not there."""
        values = self._values({pair for doc in docs for pair in _facets(doc)})
        columns = SQL(", ").join(map(Identifier, COLUMNS))
        copy = self._tables(SQL("COPY {docs} ({columns}) FROM STDIN"), columns=columns)
        with self._connection.cursor().copy(copy) as rows:
            for doc in docs:
                rows.write_row(self._row(doc, values))

    def finish(self) -> None:
        """Write the sums, and the vocabulary where the index is settled."""
        sums = {"docs_": Literal(self._docs), "words": Literal(self._words), "wide": Literal(self._wide)}
        self._connection.execute(self._tables(_SUM, **sums))
        changed = sorted((term, count) for term, count in self._counts.items() if count)
        if changed:
            found, counts = zip(*changed, strict=True)
            self._connection.execute(self._tables(_COUNT, terms=Literal(list(found)), counts=Literal(list(counts))))
            fewer = [term for term, count in changed if count < 0]
            if fewer:
                self._connection.execute(self._tables(_FORGET, terms=Literal(fewer)))

    def _row(self, doc: SearchDoc, values: _Values) -> tuple[object, ...]:
        parts = text_parts(doc)
        found = terms(doc, parts)
        most = self._tables.bounds.bytes
        wide = size(found, most) > most
        if self._state.settled:
            self._counts.update(listed(found))
        kept = numbers(doc) | {order: rank(doc, order) for order in RANK_ORDERS}
        facets = [-doc.when.date().toordinal(), *{values[pair] for pair in _facets(doc)}]
        title = next(iter(parts["title"].sequences), [])
        text = next(iter(parts["text"].sequences[bool(title) :]), [])
        length = len(title) + len(text)
        self._docs += 1
        self._words += length
        self._wide += wide
        return (
            storable(doc.ref),
            *map(kept.get, NUMBERS),
            length,
            f"{{{','.join(map(str, facets))}}}",
            "" if wide else " ".join(map(lexeme, found)),
            SEPARATOR + SEPARATOR.join(found) + SEPARATOR if wide else None,
            row(title),
            row(text),
            *(row(chain.from_iterable(parts[field].sequences)) for field in ("author", "url")),
        )

    def _values(self, pairs: Iterable[tuple[str, str]]) -> _Values:
        """The numbers of values, given to those that have none yet."""
        known: _Values = {}
        for statement in (_KNOWN, _NEW):
            missing = sorted(set(pairs) - known.keys())
            if missing:
                fields, values = zip(*missing, strict=True)
                asked = self._tables(statement, fields=Literal(list(fields)), values_=Literal(list(values)))
                known |= {(field, value): number for field, value, number in self._connection.execute(asked)}
        return known


def _facets(doc: SearchDoc) -> list[tuple[str, str]]:
    return [(field, storable(value)) for field in FACET_FIELDS for value in facet_values(doc, field)]
