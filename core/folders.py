"""Putting a whole folder into place, so that a crash leaves the old one or the new one, never a mixture."""

from __future__ import annotations

import glob
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STALE = 3600.0
"""Seconds after which a working folder is taken for a crash's remains, where the system cannot tell that nobody works in it."""

FRESH = 2.0
"""Seconds within which a working folder may have been made and not be held yet."""


@contextmanager
def working_folder(target: Path) -> Iterator[Path]:
    """An empty folder beside ``target``, on the same disk; removed at the end unless it was put into place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    recover(target)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    held = _hold(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            os.close(held)


def replace_folder(new: Path, target: Path) -> None:
    """Let ``new`` (on the same disk) stand at ``target``; what stood there is removed.

    Where the system can exchange two folders in one step there is no instant without one; elsewhere the old one steps aside
    first, and :func:`recover` brings it back after a crash between the two steps.
    """
    sync(new)
    os.chmod(new, 0o755)
    if not target.exists():
        new.rename(target)
        return
    if _exchange(new, target):
        shutil.rmtree(new, ignore_errors=True)
        return
    aside = target.with_name(f".{target.name}.old-{new.name[-8:]}")
    target.rename(aside)
    try:
        new.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def recover(target: Path) -> None:
    """Bring back what a crash left aside, and clear away the remains of crashes."""
    name = glob.escape(target.name)
    for aside in sorted(target.parent.glob(f".{name}.old-*")):
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.rename(target)
    for left in target.parent.glob(f".{name}.new-*"):
        if _abandoned(left):
            shutil.rmtree(left, ignore_errors=True)


def sync(folder: Path) -> None:
    """Have the contents of all files on the disk before their folder is put into place."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            # Windows wants a file open for writing; elsewhere a file that may only be read is no hindrance.
            with path.open("rb+" if sys.platform == "win32" else "rb") as file:
                os.fsync(file.fileno())


def _hold(folder: Path) -> int | None:
    """Let others see that somebody works in a folder, until the descriptor is closed, by a crash too; ``None`` on Windows."""
    if sys.platform == "win32":
        return None
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held already, or a file system without locks
        os.close(descriptor)
        return None
    return descriptor


def _abandoned(folder: Path) -> bool:
    """Whether nobody works in a working folder: what a killed program left may hold words that were taken out since."""
    try:
        age = time.time() - folder.stat().st_mtime
        if not FRESH < age < STALE:
            return age >= STALE
        held = _hold(folder)
    except OSError:  # its owner has just removed it
        return False
    if held is None:
        return False
    os.close(held)
    return True


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; false where the system or its file system cannot."""
    import ctypes  # of no use to commands that publish nothing

    call: tuple[str, tuple[object, ...]]
    first, second = os.fsencode(one.absolute()), os.fsencode(other.absolute())
    if sys.platform.startswith("linux"):
        call = "renameat2", (-100, first, -100, second, 2)  # AT_FDCWD and RENAME_EXCHANGE: renameat2(2)
    elif sys.platform == "darwin":
        call = "renamex_np", (first, second, 2)  # RENAME_SWAP: renamex_np(2)
    else:
        return False
    function = getattr(ctypes.CDLL(None, use_errno=True), call[0], None)
    return function is not None and function(*call[1]) == 0
