"""An empty database becomes an archive of this version."""

from __future__ import annotations

import uuid

from sqlalchemy import Connection, insert, text

from ..core.errors import ArchiveDamaged, ArchiveError
from .database import Database
from .sqlitefile import REVISIONS
from .tables import meta, metadata, where_on_postgresql


def create(database: Database, head: str) -> None:
    """Create the tables, unless another program was faster; the writing transaction makes one of the two the first."""
    with database.write() as connection:
        if _made(database, connection):
            return
        if database.path is None:
            where_on_postgresql()
        metadata.create_all(connection, checkfirst=False)
        connection.execute(text(f"CREATE TABLE {REVISIONS} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text(f"INSERT INTO {REVISIONS} VALUES (:head)"), {"head": head})
        connection.execute(insert(meta), [{"key": "id", "value": uuid.uuid4().hex}, {"key": "index", "value": ""}])


def revision_on_server(database: Database, connection: Connection) -> str | None:
    """The revision of an archive in PostgreSQL; ``None`` for an empty schema."""
    names = set(connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")).scalars())
    if not names & {REVISIONS, *metadata.tables}:
        return None
    if REVISIONS not in names or meta.name not in names:
        raise ArchiveError(f"{database.place} holds another program's data and no archive of hubbub; name another place.")
    found = connection.execute(text(f"SELECT version_num FROM {REVISIONS}")).scalar()
    if not found:
        raise ArchiveDamaged(f"The archive {database.place} does not say which version it is of; restore a backup.")
    return found


def _made(database: Database, connection: Connection) -> bool:
    if database.path is None:
        return revision_on_server(database, connection) is not None
    return bool(connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = :n"), {"n": REVISIONS}).scalar())
