"""A list of an index's files with their sizes, so that one cut short is noticed by an engine that would not notice itself."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from ...core.errors import IndexDamaged

_NAME = "hubbub-files.json"


def seal(folder: Path, belongs: Callable[[str], bool]) -> None:
    """Make the index's files durable and note their sizes. They never change once written, only appear and go."""
    sizes: dict[str, int] = {}
    for path in folder.iterdir():
        if not belongs(path.name):
            continue
        try:
            with path.open("rb") as file:
                os.fsync(file.fileno())
                sizes[path.name] = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            continue  # another program has written meanwhile and cleared it away
    partial = (folder / _NAME).with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(sizes, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / _NAME)


def check(folder: Path) -> None:
    """Raises ``IndexDamaged`` where a file has another size than was noted; files that are not listed are not judged."""
    try:
        sizes = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        for name, size in sizes.items():
            path = folder / str(name)
            if path.exists() and path.stat().st_size != size:
                raise IndexDamaged(f"{path} was cut short")
    except FileNotFoundError:
        return  # nothing was noted yet, or the file has just gone
    except (ValueError, AttributeError) as error:
        raise IndexDamaged(f"{folder / _NAME} cannot be read") from error
