"""From an address to an archive that is there, ours, and of this version. SQLAlchemy is imported where there is work for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from .sqlitearchive import SqliteArchive
from .sqlitefile import SqliteFile

if TYPE_CHECKING:
    from .database import Database
    from .sqlarchive import SqlArchive

HEAD = "0006"
"""The newest revision of :mod:`.migrations`. Kept here so that an archive of this version opens without alembic."""


Progress: TypeAlias = Callable[[int, int, str], None]
"""Told how a migration goes: so many mentions done, of how many, and what is worked out of them."""


def silent(done: int, of: int, what: str) -> None:
    """Nobody watches."""


def open_any(url: str | Path, now: Callable[[], datetime], progress: Progress) -> SqlArchive:
    """The archive at a path or address: see :func:`hubbub.archive.open_archive`."""
    if isinstance(url, str) and "://" in url:
        whole = _whole(url, now, progress)
        return whole if whole.path is None else SqliteArchive(SqliteFile(whole.path), lambda: whole)
    file = SqliteFile(Path(url))
    try:
        if file.revision() != HEAD:
            _whole(file.path, now, progress).close()
        file.write_ahead()
    except BaseException:
        file.close()
        raise
    return SqliteArchive(file, lambda: _whole(file.path, now, progress))


def _whole(url: str | Path, now: Callable[[], datetime], progress: Progress) -> SqlArchive:
    from .database import Database
    from .sqlarchive import SqlArchive

    database = Database(url)
    try:
        prepare(database, now, progress)
    except BaseException:
        database.close()
        raise
    return SqlArchive(database)


def prepare(database: Database, now: Callable[[], datetime], progress: Progress = silent) -> None:
    """Create the tables in an empty database, or bring older ones up to date; an archive of this version is only looked at.

    Raises ``ArchiveTooNew`` and ``ArchiveDamaged``, and then nothing was touched.
    """
    found = revision(database)
    if database.path is not None:
        with closing(SqliteFile(database.path)) as file:
            file.write_ahead()
    if found is None:
        from .creating import create

        create(database, HEAD)
    elif found != HEAD:
        from .migrating import migrate  # alembic is loaded only where there is work for it

        migrate(database, found, now(), progress=progress)


def revision(database: Database) -> str | None:
    """The revision of an archive; ``None`` for an empty database. Looking changes nothing."""
    if database.path is not None:
        with closing(SqliteFile(database.path)) as file:
            return file.revision()
    from .creating import revision_on_server

    with database.read() as connection:
        return revision_on_server(database, connection)
