"""Files that are either the old or the new one, whatever happens in between."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp


def write_atomically(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Replace (or create) a file in one step; who may read it stays as it was, and a link keeps pointing where it did.

    A new file gets ``mode``. The content is on the disk before the name points to it. Raises ``OSError``; then the old file is
    untouched.
    """
    path = path.resolve()
    handle, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode & 0o7777 if path.exists() else mode)
        os.replace(name, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise
    _sync_folder(path.parent)


def create(path: Path, content: bytes) -> None:
    """Create a file that must not exist yet; raises ``FileExistsError`` where it does."""
    with open(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the new name durable, on systems where a folder can be opened for that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
