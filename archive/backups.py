"""Backup and restore. A backup is an archive in one SQLite file, whichever database it came from."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Table, func, insert, select, text

from ..core.errors import ArchiveDamaged, ArchiveError
from .border import translated
from .database import Database
from .keywords import follow_all
from .opening import HEAD, prepare, revision
from .stamps import set_index_stamp
from .tables import changes, keyword_mentions, keywords, mentions, metadata

_ROWS = 2000
"""Rows carried at a time."""


def backup(database: Database, to: Path) -> None:
    """Write a copy as it is at one moment; complete under its name, or not there at all. No index follows it."""
    if to.exists():
        raise ArchiveError(f"{to} exists already; a backup overwrites nothing. Name another file.")
    if not to.parent.is_dir():
        raise ArchiveError(f"The folder of {to} does not exist; create it, or name another.")
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        _write(database, part)
        # A hard link, unlike renaming, never replaces a file that has come up meanwhile.
        with translated(str(to)):
            try:
                os.link(part, to)
            except FileExistsError as error:
                raise ArchiveError(f"{to} exists already; a backup overwrites nothing. Name another file.") from error
            except OSError:
                part.rename(to)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(FileNotFoundError):
                Path(f"{part}{suffix}").unlink()


def _write(database: Database, part: Path) -> None:
    if database.path is None:
        target = Database(part)
        try:
            prepare(target, _no_clock)
            carry(database, target)
        finally:
            target.close()
    else:
        with (
            translated(database.place),
            closing(sqlite3.connect(database.path, timeout=10)) as source,
            closing(sqlite3.connect(part)) as copy,
        ):
            source.backup(copy)
    with translated(str(part)), closing(sqlite3.connect(part)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without the side files of WAL
        copy.execute("UPDATE meta SET value = '' WHERE key = 'index'")
        copy.commit()


def restore(backup_file: Path, url: str | Path, now: Callable[[], datetime]) -> None:
    """Fill an empty place from a backup; the search index has to be built anew.

    Raises ``ArchiveError`` where there are mentions already, ``ArchiveDamaged`` for a file that is no backup.
    """
    if not backup_file.is_file():
        raise ArchiveError(f"There is no backup {backup_file}.")
    target = Database(url)
    if target.path is not None and target.path.resolve() == backup_file.resolve():
        raise ArchiveError(f"{backup_file} cannot be restored onto itself.")
    with ExitStack() as closing_later:
        closing_later.callback(target.close)
        source = Database(backup_file)
        closing_later.callback(source.close)
        found = revision(source)
        if found is None:
            raise ArchiveDamaged(f"{backup_file} is empty and no backup of an archive.")
        if found != HEAD:
            # An older one is migrated as a copy: the backup itself stays as it is.
            copy = Path(closing_later.enter_context(TemporaryDirectory())) / backup_file.name
            shutil.copyfile(backup_file, copy)
            source = Database(copy)
            closing_later.callback(source.close)
            prepare(source, now)
        prepare(target, now)
        carry(source, target)


def carry(source: Database, target: Database) -> None:
    """Copy every row of one archive into another that has none, in one transaction on either side."""
    with source.snapshot() as reader, target.write() as writer:
        for table in (mentions, metadata.tables["stories"], metadata.tables["sources"]):
            if writer.execute(select(func.count()).select_from(table)).scalar():
                raise ArchiveError(f"The archive {target.place} is not empty; restore into a new place.")
        for table in reversed(metadata.sorted_tables):
            writer.execute(table.delete())
        for table in metadata.sorted_tables:
            if table not in (keywords, keyword_mentions):
                _carry(table, reader, writer)
        follow_all(writer)
        set_index_stamp(writer, "")
        if target.path is None:
            _renumber(writer)


def _carry(table: Table, reader: Connection, writer: Connection) -> None:
    rows = reader.execution_options(yield_per=_ROWS).execute(select(table))
    for part in rows.mappings().partitions():
        writer.execute(insert(table), [dict(row) for row in part])


def _renumber(connection: Connection) -> None:
    """PostgreSQL numbers changes by a sequence, which copied rows do not move."""
    last = connection.execute(select(func.max(changes.c.id))).scalar() or 0
    connection.execute(text("SELECT setval(pg_get_serial_sequence('changes', 'id'), :n)"), {"n": last + 1})


def _no_clock() -> datetime:
    raise AssertionError("a new archive needs no migration")
