"""The archive: the only room that knows SQL. Importing it loads no database driver."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .sqlarchive import SqlArchive

__all__ = ["open_archive", "restore"]


def _clock() -> datetime:
    return datetime.now(UTC)


def _silent(done: int, of: int, what: str) -> None:
    """Nobody watches."""


def open_archive(
    url: str | Path, *, now: Callable[[], datetime] = _clock, migrating: Callable[[int, int, str], None] = _silent
) -> SqlArchive:
    """Open the archive at a path or address; an empty place becomes one, an older one is backed up and migrated.

    A migration may take minutes; ``migrating`` is told meanwhile: so many mentions done, of how many, and what is worked
    out of them.

    ``url`` is a file, ``sqlite:///…`` or ``postgresql://…``. Raises ``ArchiveTooNew``, ``ArchiveDamaged``,
    ``ArchiveLocked`` or another ``ArchiveError``, and ``ConfigError`` for an address that is none.
    """
    from .opening import open_any

    return open_any(url, now, migrating)


def restore(backup: Path, url: str | Path, *, now: Callable[[], datetime] = _clock) -> None:
    """Fill an empty place from a backup, across databases where need be; its search index has to be built anew."""
    from .backups import restore as fill

    fill(backup, url, now)
