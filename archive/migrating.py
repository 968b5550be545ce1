"""Bringing an older archive up to date, after a backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from ..core.errors import ArchiveTooNew
from .database import Database
from .keywords import follow_all
from .opening import HEAD, Progress, silent
from .stamps import set_index_stamp
from .tables import metadata

FOLDER = Path(__file__).parent / "migrations"


def script() -> ScriptDirectory:
    """All migrations there are."""
    return ScriptDirectory(str(FOLDER))


def migrate(database: Database, found: str, at: datetime, to: str = "head", *, progress: Progress = silent) -> None:
    """Run the migrations after ``found`` in one transaction; raises ``ArchiveTooNew`` for a revision that is not ours."""
    if found not in {known.revision for known in script().walk_revisions()}:
        raise ArchiveTooNew(
            f"The archive {database.place} was written by a newer hubbub (revision {found}). "
            "Upgrade hubbub; nothing was touched."
        )
    if database.path is not None:
        _back_up(database.path, found, at)
    run(database, to, progress)


def run(database: Database, to: str = "head", progress: Progress = silent) -> None:
    """Run the migrations that are missing up to ``to``, in one transaction."""
    with database.write() as connection:
        run_on(connection, to, progress)


def run_on(connection: Connection, to: str = "head", progress: Progress = silent) -> None:
    """The same within a writing transaction.

    At the newest one, what follows from the mentions is made anew by the code of today: the keywords here, the index at the
    next search.
    """
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes.update(connection=connection, metadata=metadata, progress=progress)
    command.upgrade(config, to)
    if to in ("head", HEAD):
        follow_all(connection, lambda done, of: progress(done, of, "filters"))
        set_index_stamp(connection, "")


def _back_up(path: Path, found: str, at: datetime) -> None:
    target = path.with_name(f"{path.name}.backup-{found}-{at:%Y%m%dT%H%M%SZ}")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
