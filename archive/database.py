"""The connection to a database, and what differs between SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ..core.errors import ArchiveError, ArchiveLocked, ConfigError, IndexBusy
from .border import translated
from .sqlitefile import PATIENCE

T = TypeVar("T")

CHUNK = 900
"""Values in one statement; databases bound how many there may be."""

_LOCK = "hashtextextended(current_schema() || ':hubbub:' || :what, 0)"


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The items in pieces that one statement can take."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


class Database:
    """One database. Thread-safe: every transaction has its own connection."""

    def __init__(self, url: str | Path, *, patience: float = PATIENCE) -> None:
        self.url = _understood(url)
        self.path = Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None
        """The file of a SQLite archive."""
        self.place = str(self.path) if self.path else self.url.render_as_string(hide_password=True)
        """What to call it before the user; a password is not shown."""
        self.engine = _engine(self.url, patience)
        self._patience = patience

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that reads."""
        with translated(self.place), self._connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """The same for several questions: all are answered from one state, whatever others write meanwhile."""
        with self.read() as connection:
            if self.path is None:  # SQLite does so by nature
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is the only writing one: saved whole at the end, or not at all. Raises ``ArchiveLocked``."""
        with translated(self.place), self._connect().execution_options(hubbub_writes=True) as connection:
            if self.path is None:
                connection.execute(text(f"SET LOCAL lock_timeout = '{int(self._patience * 1000)}ms'"))
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"), {"what": "write"})
            yield connection
            connection.commit()

    @contextmanager
    def indexing(self, wait: float) -> Iterator[None]:
        """The only right to bring the search index up to date; ends by itself with the process. Raises ``IndexBusy``."""
        lock = self._file_lock(wait) if self.path else self._server_lock(wait)
        with lock:
            yield

    def insert(self, table: Table) -> Any:
        """An ``INSERT`` that knows ``on_conflict_do_update``."""
        if self.path:
            from sqlalchemy.dialects import sqlite

            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # a tenth of a second to import: not for those who use SQLite

        return postgresql.insert(table)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @contextmanager
    def _file_lock(self, wait: float) -> Iterator[None]:
        # A database of its own is a lock that every system has and that dies with its process.
        path = f"{self.path}.indexing"
        with translated(self.place), closing(sqlite3.connect(path, timeout=wait, isolation_level=None)) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                    raise self._busy() from error
                raise
            yield

    @contextmanager
    def _server_lock(self, wait: float) -> Iterator[None]:
        with translated(self.place), self._connect() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{max(1, int(wait * 1000))}ms'"))
            try:
                connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"), {"what": "index"})
            except Exception as error:
                if getattr(getattr(error, "orig", None), "sqlstate", "") == "55P03":
                    raise self._busy() from error
                raise
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"), {"what": "index"})
                connection.commit()

    def _connect(self) -> Connection:
        try:
            return self.engine.connect()
        except PoolTimeout as error:
            raise ArchiveLocked(f"Too many threads work on the archive {self.place} at once; try again.") from error

    def _busy(self) -> IndexBusy:
        return IndexBusy(f"Another program is bringing the search index of {self.place} up to date; try again in a moment.")


def _understood(url: str | Path) -> URL:
    """The address as SQLAlchemy takes it; a plain path is a SQLite file."""
    if isinstance(url, Path) or "://" not in url:
        return URL.create("sqlite", database=str(url))
    try:
        made = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigError(
            "This is no address of a database, such as postgresql://user@host/name.", key="archive.url"
        ) from error
    if made.get_backend_name() == "sqlite":
        if not made.database or made.database == ":memory:":
            raise ConfigError("An archive in memory is lost at once; name a file: sqlite:///archive.db", key="archive.url")
        return made.set(drivername="sqlite")
    if made.get_backend_name() in ("postgresql", "postgres"):
        return made.set(drivername="postgresql+psycopg")
    raise ConfigError(
        f"Archives are kept in SQLite or PostgreSQL, not in {made.get_backend_name()}.",
        key="archive.url",
    )


def _engine(url: URL, patience: float) -> Engine:
    try:
        if url.get_backend_name() != "sqlite":
            return create_engine(url, hide_parameters=True, pool_size=5, max_overflow=20, pool_pre_ping=True)
        engine = create_engine(
            url, hide_parameters=True, pool_size=8, max_overflow=64, connect_args={"timeout": patience, "isolation_level": None}
        )
    except ModuleNotFoundError as error:
        raise ArchiveError("PostgreSQL needs its driver: pip install 'hubbub[postgres]'") from error
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    """Settings of a fresh SQLite connection; the driver leaves transactions to :func:`_begin`."""
    for pragma in (
        "synchronous = NORMAL",  # safe in WAL against a crash of the program; a power cut costs the last saves at most
        "foreign_keys = ON",
        "temp_store = MEMORY",
        "cache_size = -16384",  # 16 MiB a connection
        # What a run writes over and over goes into the file less often than by default. So many pages (16 MB) are found by one
        # hash table of the log, so that readers are no slower.
        "wal_autocheckpoint = 4000",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once: one that starts as a reader could not wait for it without a conflict.
    writes = connection.get_execution_options().get("hubbub_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
