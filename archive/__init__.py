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


def open_archive(url: str | Path, *, now: Callable[[], datetime] = _clock) -> SqlArchive:
    """Open the archive at a path or address; an empty place becomes one, an older one is backed up and migrated.

    ``url`` is a file, ``sqlite:///…`` or ``postgresql://…``. Raises ``ArchiveTooNew``, ``ArchiveDamaged``,
    ``ArchiveLocked`` or another ``ArchiveError``, and ``ConfigError`` for an address that is none.
    """
    from .opening import open_any

    return open_any(url, now)


def restore(backup: Path, url: str | Path, *, now: Callable[[], datetime] = _clock) -> None:
    """Fill an empty place from a backup, across databases where need be; its search index has to be built anew."""
    from .backups import restore as fill

    fill(backup, url, now)
