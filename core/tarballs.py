"""A folder as one tar file, and back. Packing the same folder gives the same bytes; unpacking trusts nothing."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from .errors import ImportFailed

TOP = "hubbub-export"
"""The folder that everything lies in, whatever the file is called."""


def is_tar(path: Path) -> bool:
    """Whether a name asks for one file instead of a folder."""
    return path.name.endswith((".tar", ".tar.gz", ".tgz"))


def pack(folder: Path, to: Path, first: str) -> None:
    """Write the files of a folder into a tar file, compressed where its name says so; ``first`` is put before the others."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    with to.open("xb") as file, _compressed(file, to) as stream, tarfile.open(fileobj=stream, mode="w|") as tar:
        for name in sorted(names, key=lambda name: (name != first, name)):
            # Only names and sizes: whose file it was, and since when, is nobody's business and no part of its content.
            member = tarfile.TarInfo(f"{TOP}/{name}")
            member.size, member.mode = (folder / name).stat().st_size, 0o644
            with (folder / name).open("rb") as content:
                tar.addfile(member, content)


@contextmanager
def _compressed(file: BinaryIO, to: Path) -> Iterator[Any]:
    if to.name.endswith(".tar"):
        yield file
        return
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0, compresslevel=6) as stream:
        yield stream


def unpacked(path: Path, into: Path, wanted: str) -> Path:
    """Unpack a tar file; gives the folder in ``into`` that holds the file ``wanted``. Raises ``ImportFailed``.

    Only plain files are written, each once, under names that cannot lead out of the folder, while there is room for them.
    """
    try:
        with tarfile.open(path, mode="r|*") as tar:
            for member in tar:
                if not member.isdir():
                    _write(tar, member, into, path)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError) as error:
        raise ImportFailed(
            f"This is no tar file, or it is cut short: {error}. Nothing was imported.", file=str(path)
        ) from error
    for folder in (into, *sorted(child for child in into.iterdir() if child.is_dir())):
        if (folder / wanted).is_file():
            return folder
    raise ImportFailed(f"There is no {wanted} in it, so it is no export, or not a whole one.", file=str(path))


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path, path: Path) -> None:
    parts = PurePosixPath(member.name).parts
    leads_away = not parts or member.name.startswith("/") or ".." in parts or "\\" in member.name or ":" in parts[0]
    if leads_away or not member.isreg():
        what = "is a link, a device or a name that leads elsewhere; an export has none"
        raise ImportFailed(f"{member.name[:200]!r} {what}. Nothing was imported.", file=str(path))
    if member.size > shutil.disk_usage(into).free:
        raise ImportFailed(f"There is no room to unpack {member.name[:200]!r} ({member.size:,} bytes).", file=str(path))
    target = into.joinpath(*parts)
    content = tar.extractfile(member)
    assert content is not None  # it is a plain file
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            shutil.copyfileobj(content, file)
    except (FileExistsError, NotADirectoryError) as error:
        raise ImportFailed(f"{member.name[:200]!r} is in it twice. Nothing was imported.", file=str(path)) from error
