"""Saved searches: queries with a name. Two names that differ only by case are one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, select

from ..core.errors import NotFound
from ..core.values import SavedSearch
from .columns import storable
from .database import Database
from .tables import saved_searches


def saved(connection: Connection) -> list[SavedSearch]:
    """All of them by name."""
    return [_search_of(row) for row in connection.execute(select(saved_searches).order_by(saved_searches.c.key))]


def save(database: Database, connection: Connection, search: SavedSearch) -> None:
    """Save one, in place of the one of that name."""
    row = {
        "name": search.name,
        "query": search.query,
        "order": search.order,
        "created": search.created,
        "looked": search.looked,
    }
    statement = database.insert(saved_searches).values(key=key(search.name), **row)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=row))


def forget(connection: Connection, name: str) -> None:
    """Forget one; raises ``NotFound``."""
    if not connection.execute(delete(saved_searches).where(saved_searches.c.key == key(name))).rowcount:
        raise NotFound("saved search", name, [search.name for search in saved(connection)])


def key(name: str) -> str:
    """What tells a saved search from all others."""
    return storable(name).casefold()


def _search_of(row: Row[Any]) -> SavedSearch:
    return SavedSearch(name=row.name, query=row.query, order=row.order, created=row.created, looked=row.looked)
