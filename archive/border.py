"""Where the databases' own errors become ours. What is a mistake in our code passes through as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from ..core.errors import ArchiveDamaged, ArchiveError, ArchiveFull, ArchiveLocked

_LOCKED = (ArchiveLocked, "Another program is writing to the archive {place}; try again when it is done.")
_FULL = (ArchiveFull, "There is no room left for the archive {place}; nothing was saved. Make room and try again.")
_DAMAGED = (
    ArchiveDamaged,
    "The archive {place} cannot be read ({cause}). Restore a backup, or move the file away to begin anew.",
)
_DENIED = (ArchiveError, "The archive {place} cannot be opened for writing ({cause}); check the folder and its permissions.")
_AWAY = (ArchiveError, "The database of the archive {place} does not answer ({cause}).")
_BROKEN = (ArchiveError, "The database refused to work on the archive {place}: {cause}.")

_SQLITE = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR_SHMSIZE: _FULL,  # no room for the small file beside it that readers need, too
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_READONLY: _DENIED,
    sqlite3.SQLITE_CANTOPEN: _DENIED,
    sqlite3.SQLITE_PERM: _DENIED,
    sqlite3.SQLITE_AUTH: _DENIED,
    sqlite3.SQLITE_IOERR: _BROKEN,
    sqlite3.SQLITE_TOOBIG: _BROKEN,
    sqlite3.SQLITE_NOMEM: _BROKEN,
}
_POSTGRES = {  # by SQLSTATE, the longest beginning that fits
    "08": _AWAY,  # connection
    "28": _DENIED,  # who are you
    "3D": _AWAY,  # no such database
    "40": _LOCKED,  # deadlock, serialisation
    "42501": _DENIED,
    "53100": _FULL,
    "53": _AWAY,  # out of memory, too many connections
    "54": _BROKEN,  # beyond a limit
    "55P03": _LOCKED,
    "57": _AWAY,  # shut down
    "58": _BROKEN,  # its disk
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn database errors on the way out into ``ArchiveError`` and its kinds; ``place`` is shown to the user."""
    try:
        yield
    except Exception as error:
        cause = getattr(error, "orig", None) or error  # SQLAlchemy wraps what a driver raises
        known = _known(cause)
        if known is None:
            raise
        raise _made(known, place, cause) from error


def _known(cause: BaseException) -> tuple[type[ArchiveError], str] | None:
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", None)
        return None if code is None else _SQLITE.get(code) or _SQLITE.get(code & 0xFF)
    state = getattr(cause, "sqlstate", None)
    if state:
        return next((_POSTGRES[state[:n]] for n in (5, 2) if state[:n] in _POSTGRES), None)
    # psycopg gives no state where no server answered.
    return _AWAY if type(cause).__module__.startswith("psycopg") and type(cause).__name__ == "OperationalError" else None


def _made(known: tuple[type[ArchiveError], str], place: str, cause: BaseException) -> ArchiveError:
    kind, words = known
    return kind(words.format(place=place, cause=" ".join(str(cause).split()).rstrip(".")))
