"""Giving the space of what was removed back to the disk."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, text

from ..core.errors import ArchiveFull
from .border import translated
from .database import PATIENCE, Database
from .tables import metadata


def free_space(folder: Path) -> int:
    """Bytes that are free on the disk of a folder."""
    return shutil.disk_usage(folder).free


def compact(database: Database, free: Callable[[Path], int] = free_space) -> int:
    """Write the archive anew without gaps; gives how many bytes that freed.

    Raises ``ArchiveFull`` where the disk has no room for the copy, ``ArchiveLocked`` where others keep the archive busy. Then
    it is as it was.
    """
    return _compact_server(database) if database.path is None else _compact_file(database, database.path, free)


def _compact_file(database: Database, path: Path, free: Callable[[Path], int]) -> int:
    # A connection of its own: the others keep temporary tables in memory, and here that would be the whole archive.
    with (
        translated(database.place),
        closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as connection,
    ):
        before = _size(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _check_room(connection, path, free)
        connection.execute("VACUUM")
        # The new copy goes through the log, too. Where a reader still needs the log, it is taken in by a later checkpoint.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return max(0, before - _size(path))


def _check_room(connection: sqlite3.Connection, path: Path, free: Callable[[Path], int]) -> None:
    """SQLite writes the copy among the temporary files, and from there into the log beside the archive."""
    pages, unused, size = (connection.execute(f"PRAGMA {what}").fetchone()[0] for what in _PAGES)
    needed = (pages - unused) * size
    folder = path.absolute().parent
    temporary = Path(tempfile.gettempdir())
    shared = folder.stat().st_dev == temporary.stat().st_dev
    for place, wanted in ((folder, 2 * needed if shared else needed), (temporary, needed)):
        if free(place) < wanted:
            raise ArchiveFull(
                f"Compacting the archive {path} needs about {wanted / 1e6:,.0f} MB in {place}, and only "
                f"{free(place) / 1e6:,.0f} MB are free. Nothing was lost; make room and try again: hubbub archive compact"
            )


_PAGES = ("page_count", "freelist_count", "page_size")


def _size(path: Path) -> int:
    files = (path, Path(f"{path}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _compact_server(database: Database) -> int:
    with translated(database.place), database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(f"SET lock_timeout = '{int(PATIENCE * 1000)}ms'"))
        try:
            before = _size_on_server(connection)
            for table in metadata.tables:
                connection.execute(text(f"VACUUM (FULL, ANALYZE) {table}"))
            return max(0, before - _size_on_server(connection))
        finally:
            connection.execute(text("RESET lock_timeout"))


def _size_on_server(connection: Connection) -> int:
    sizes = "SELECT sum(pg_total_relation_size(to_regclass(name))) FROM unnest(CAST(:names AS text[])) AS name"
    return int(connection.execute(text(sizes), {"names": list(metadata.tables)}).scalar_one())
