"""The column types of the archive: the same value in, the same value out, on both databases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

from .columns import instant, micros, storable

Id = BigInteger().with_variant(Integer, "sqlite")
"""A surrogate key: on SQLite ``INTEGER``, which makes it the row's own number."""


class Instant(TypeDecorator[datetime]):
    """A time, as microseconds since 1970: exact, ordered, without a session's time zone."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To the database."""
        return None if value is None else micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else instant(value)


class Words(TypeDecorator[str]):
    """Text, compared by code points: PostgreSQL's collation of the country would order and match refs differently."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """SQLite compares bytes by nature; PostgreSQL when told so."""
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else storable(value)
