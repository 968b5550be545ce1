"""Asking for rows by many values at once.

``column.in_(values)`` makes another statement for every number of values, which SQLAlchemy writes out and reads anew each time:
most of the cost of a short question. Here all values are one parameter, so a statement is made once, at import.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Column, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from .columns import storable
from .sqltypes import Words


class Values(TypeDecorator[Collection[Any]]):
    """Whole numbers or texts as one parameter: JSON on SQLite, an array on PostgreSQL."""

    impl = Text
    cache_ok = True

    def __init__(self, item: type[BigInteger] | type[Text]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """What the driver takes."""
        return ARRAY(self.item) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        """To the database."""
        values = list(map(storable, value or ()) if self.item is Text else value or ())
        return values if dialect.name == "postgresql" else json.dumps(values)


def among(column: Column[Any], name: str = "values") -> ColumnElement[bool]:
    """Whether a column has one of the values of the parameter ``name``."""
    kind = Values(Text if isinstance(column.type, Words) else BigInteger)
    return column.bool_op("IN")(_Each(bindparam(name, type_=kind)))


class _Each(FunctionElement[Any]):
    """The values of a parameter as rows."""

    inherit_cache = True


@compiles(_Each, "sqlite")
def _on_sqlite(element: _Each, compiler: Any, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **options)}))"


@compiles(_Each, "postgresql")
def _on_postgresql(element: _Each, compiler: Any, **options: Any) -> str:
    return f"(SELECT unnest({compiler.process(element.clauses, **options)}))"
