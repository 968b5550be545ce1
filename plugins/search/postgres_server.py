"""Connections to a PostgreSQL server, kept for the next question, and the server's errors in our words."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Composed

from ...core.errors import ConfigError, IndexBusy, IndexDamaged, SearchError

Row: TypeAlias = tuple[Any, ...]

OLDEST = 130000
"""The oldest server that is asked, as it numbers itself: 13 sorts by parts, which pages rely on."""

_KEPT = 4  # idle connections
_STALE = 1.0  # seconds after which an idle connection is tried before it is trusted
_PATIENCE = 10  # seconds to wait for a server that does not answer at all

_SETTINGS = SQL(
    # Compiling costs more than these questions do. A bitmap of hits should fit into memory, or it must be checked row by row.
    "SELECT current_schema(), set_config('jit', 'off', false), set_config('work_mem', '64MB', false), "
    "set_config('statement_timeout', '60s', false), set_config('client_min_messages', 'warning', false)"
)

_PATIENT = "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', '0', true)"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':' || %s, 0))"

_DAMAGED = ("42P01", "42703", "42704", "XX001", "XX002")  # no such table, column or index; data or index corrupted


class Server:
    """One database on a server. Thread-safe: whoever asks has a connection of their own."""

    def __init__(self, url: str, *, patience: float) -> None:
        """Connects to nothing. ``patience``: seconds to wait for another program that is writing."""
        self._url = re.sub(r"^postgresql\+\w+://", "postgresql://", url)  # as SQLAlchemy names its drivers
        self._patience = patience
        self._idle: list[tuple[Connection[Row], float]] = []
        self._lock = threading.Lock()
        try:
            parts = conninfo_to_dict(self._url)
        except psycopg.Error:  # whose message may show the password
            raise ConfigError(
                "This is no address of a PostgreSQL database, such as postgresql://desk@db.example/hubbub.",
                key="search.postgres.url",
            ) from None
        self._password = str(parts.get("password") or "")
        self.place = f"database {parts.get('dbname') or '?'} on {parts.get('host') or 'this machine'}"
        """What to call it before the user."""

    @contextmanager
    def reading(self) -> Iterator[Connection[Row]]:
        """Several questions that are answered from one state, whatever others write meanwhile."""
        with self._connection() as connection:
            connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
            with connection.transaction():
                yield connection

    @contextmanager
    def writing(self, lock: str) -> Iterator[Connection[Row]]:
        """A transaction that is the only writing one under this name: kept whole, or not at all. Raises ``IndexBusy``."""
        with self._connection() as connection:
            connection.isolation_level, connection.read_only = IsolationLevel.READ_COMMITTED, False
            with connection.transaction():
                connection.execute(_PATIENT, [f"{max(1, int(self._patience * 1000))}ms"])
                connection.execute(_LOCK, [lock])
                yield connection

    @contextmanager
    def outside(self) -> Iterator[Connection[Row]]:
        """A connection for what cannot be done within a transaction."""
        with self._connection() as connection:
            connection.execute("SELECT set_config('statement_timeout', '0', false)")
            yield connection
            connection.execute(_SETTINGS)

    def close(self) -> None:
        """Let go of the connections that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection, _ in idle:
            connection.close()

    @contextmanager
    def _connection(self) -> Iterator[Connection[Row]]:
        with self._errors():
            connection = self._kept() or self._opened()
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            with self._lock:
                if len(self._idle) < _KEPT:
                    self._idle.append((connection, time.monotonic()))
                    return
            connection.close()

    def _kept(self) -> Connection[Row] | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection, since = self._idle.pop()
            try:
                if time.monotonic() - since > _STALE:
                    connection.read_only = None
                    connection.isolation_level = None
                    with connection.transaction():
                        connection.execute("SELECT 1")
                return connection
            except psycopg.OperationalError:  # the server was restarted meanwhile
                connection.close()

    def _opened(self) -> Connection[Row]:
        # Plans are made for the words that are asked for: a prepared one would be made for any.
        connection = psycopg.connect(
            self._url,
            autocommit=True,
            prepare_threshold=None,
            connect_timeout=_PATIENCE,
            fallback_application_name="hubbub search",
        )
        try:
            if connection.info.server_version < OLDEST:
                raise SearchError(
                    f"The PostgreSQL of {self.place} is too old for the search index; it takes {OLDEST // 10000} or newer."
                )
            if connection.info.parameter_status("server_encoding") != "UTF8":
                raise SearchError(f"The {self.place} does not keep text as UTF-8; the search index needs one that does.")
            if one(connection, _SETTINGS) is None:
                raise SearchError(f"The user has no schema in the {self.place}; name one that is there in the search_path.")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """PostgreSQL's errors in our words, without the password. What is a mistake in our code passes through."""
        try:
            yield
        except psycopg.Error as error:
            known = self._known(error)
            if known is None:
                raise
            raise known from error

    def _known(self, error: psycopg.Error) -> SearchError | None:
        state, cause = error.sqlstate or "", " ".join(str(error).split()).rstrip(".")
        if self._password:
            cause = cause.replace(self._password, "********")
        if state in ("55P03", "40001", "40P01"):
            return IndexBusy("Another program is writing the search index; try again in a moment.")
        if state in _DAMAGED:
            return IndexDamaged(f"its tables in the {self.place} cannot be used: {cause}")
        if state == "57014":
            return SearchError("This search took the database too long and was given up; ask for less at once.")
        if state == "54001":
            return SearchError("This search is too much for the database; ask for less at once.")
        if state in ("42501", "25006"):
            return SearchError(f"The user may not write the search index in the {self.place} ({cause}).")
        if state == "53100":
            return SearchError(f"There is no room left on the disk for the search index in the {self.place}.")
        if state[:2] in ("08", "28", "3D", "53", "57", "58") or (isinstance(error, psycopg.OperationalError) and not state):
            return SearchError(f"The {self.place}, which holds the search index, does not answer ({cause}).")
        return None


def one(connection: Connection[Row], statement: SQL | Composed, default: Any = None) -> Any:
    """The first value of the first row of an answer."""
    found = connection.execute(statement).fetchone()
    return default if found is None or found[0] is None else found[0]
