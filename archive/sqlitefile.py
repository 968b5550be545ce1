"""A SQLite archive's file, read through the standard library: SQLAlchemy takes a third of a second to import."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from ..core.errors import ArchiveDamaged, ArchiveError
from .border import translated

PATIENCE = 10.0
"""Seconds to wait for another program that is writing."""

REVISIONS = "alembic_version"
"""The table that says which version an archive is of."""


class SqliteFile:
    """Reads a file that is there. Thread-safe: every transaction has its own connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []  # adding and taking at the end are atomic

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A transaction that reads. Raises ``ArchiveError`` and its kinds."""
        with translated(str(self.path)):
            connection = self._taken()
            try:
                connection.execute("BEGIN")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """All that one statement finds: it is a transaction by itself. Raises ``ArchiveError`` and its kinds."""
        with translated(str(self.path)):
            connection = self._taken()
            try:
                found = connection.execute(statement, values).fetchall()
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)
            return found

    def revision(self) -> str | None:
        """The revision of the archive; ``None`` for an empty place. Looking changes nothing.

        Raises ``ArchiveError`` where something else lies there, ``ArchiveDamaged`` where it does not say its revision.
        """
        if not self.path.parent.is_dir():
            raise ArchiveError(f"The folder of the archive {self.path} does not exist; create it, or name another.")
        if not self.path.exists() or self.path.stat().st_size == 0:
            return None
        with self.read() as connection:
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not names:
                return None
            if not {REVISIONS, "meta"} <= names:
                raise ArchiveError(f"{self.path} holds another program's data and no archive of hubbub; name another place.")
            row = connection.execute(f"SELECT version_num FROM {REVISIONS}").fetchone()
        if not row or not row[0]:
            raise ArchiveDamaged(f"The archive {self.path} does not say which version it is of; restore a backup.")
        return row[0]

    def write_ahead(self) -> None:
        """Readers and a writer at once; a file that is not there is made.

        The file remembers it, but a backup that was put in its place does not have it.
        """
        with translated(str(self.path)):
            connection = self._idle.pop() if self._idle else self._connect("rwc")
            deadline = monotonic() + PATIENCE
            while True:
                try:
                    connection.execute("PRAGMA journal_mode = WAL").close()
                    break
                except sqlite3.OperationalError as error:
                    # Two programs that change the mode at once would wait for each other, so SQLite refuses one of them
                    # at once, whatever its time-out.
                    if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                        connection.close()
                        raise
                    sleep(random.uniform(0.005, 0.05))
            self._idle.append(connection)

    def close(self) -> None:
        """Let go of the file."""
        while self._idle:
            self._idle.pop().close()

    def _taken(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _connect(self, mode: str = "rw") -> sqlite3.Connection:
        address = f"{self.path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA cache_size = -16384").close()  # 16 MiB a connection
        return connection
