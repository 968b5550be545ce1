"""What the archive knows of itself: its own id, and which search index follows it."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from .tables import meta


def index_stamp(connection: Connection) -> str:
    """The stamp of the index that follows the change log; empty for none."""
    return connection.execute(select(meta.c.value).where(meta.c.key == "index")).scalar() or ""


def set_index_stamp(connection: Connection, stamp: str) -> None:
    """Name the index that follows the change log."""
    connection.execute(update(meta).where(meta.c.key == "index").values(value=stamp))
