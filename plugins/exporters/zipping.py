"""ZIP files whose bytes depend on nothing but what is in them."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterable
from pathlib import Path

from ...core.errors import ExportError

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest time that the format can tell."""
_PACKED = (".png", ".jpg", ".gif", ".webp", ".avif", ".gz")
"""Endings of what does not become smaller."""


def write_zip(target: Path, entries: Iterable[tuple[str, bytes | Path]], *, stored: Collection[str] = ()) -> None:
    """Write name and content (or the file that has it) of each entry in this order; ``stored`` ones and pictures as they are.

    Raises ``ExportError`` where a file cannot be read.
    """
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in entries:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3  # the same on every system
            info.external_attr = 0o644 << 16
            asis = name in stored or name.endswith(_PACKED)
            info.compress_type = zipfile.ZIP_STORED if asis else zipfile.ZIP_DEFLATED
            packed.writestr(info, content if isinstance(content, bytes) else _read(content))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExportError(f"The copy of a picture in {path} cannot be taken along: {error.strerror or error}.") from error
