"""Many rows into a table at once.

SQLAlchemy prepares the parameters of every row by name, which costs more than SQLite takes to write them. Here the statement
is compiled and each column's conversion looked up once; then a row is a tuple.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.types import TypeEngine

from .columns import micros, storable
from .sqltypes import Instant, Words

Convert = Callable[[Any], Any] | None


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns; none is fine."""
    if not rows:
        return
    statement, columns = _prepared(table, tuple(rows[0]), connection.dialect)
    converted = [_column(rows, name, convert) for name, convert in columns]
    if connection.dialect.positional:
        connection.exec_driver_sql(statement, list(zip(*converted, strict=True)))
    else:
        names = [name for name, _ in columns]
        connection.exec_driver_sql(statement, [dict(zip(names, row, strict=True)) for row in zip(*converted, strict=True)])


def insert_stored(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of all columns of a table in their order, as the database keeps them: times as :func:`micros` has them."""
    if not rows:
        return
    statement, columns = _prepared(table, tuple(table.columns.keys()), connection.dialect)
    if connection.dialect.positional:
        connection.exec_driver_sql(statement, list(rows))
    else:
        names = [name for name, _ in columns]
        connection.exec_driver_sql(statement, [dict(zip(names, row, strict=True)) for row in rows])


def _column(rows: Sequence[Mapping[str, Any]], name: str, convert: Convert) -> list[Any]:
    values = [row[name] for row in rows]
    # Most columns of words have nothing in any row that a database cannot keep: that is seen in one go.
    return values if convert is None or (convert is _words and _are_plain(values)) else list(map(convert, values))


def _are_plain(values: Sequence[str | None]) -> bool:
    together = "".join(filter(None, values))
    return together.isascii() and "\x00" not in together


def _words(value: str | None) -> str | None:
    return None if value is None else storable(value)


@lru_cache(maxsize=64)
def _prepared(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, list[tuple[str, Convert]]]:
    """The statement and its columns in their order, each with the conversion of its type."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(names))
    order = [column.name for column in table.columns if column.name in names]
    converts = [_conversion(table.c[name].type, dialect) for name in order]
    return str(compiled), list(zip(order, converts, strict=True))


def _conversion(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    """What a column's type makes of a value. The archive's own types are asked directly: it is their conversions that cost."""
    if isinstance(kind, Words):
        return _words
    if isinstance(kind, Instant):
        return lambda value: None if value is None else micros(value)
    return kind.dialect_impl(dialect).bind_processor(dialect)
