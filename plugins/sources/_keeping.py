"""Small things that a plugin keeps in its folder from one run to the next: logins, counts, what a site allows."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ._raw import mapping_of


def digest(*words: str) -> str:
    """16 hexadecimal digits that stand for these words, and from which nobody can tell them."""
    return blake2b("\x1f".join(words).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def kept(file: Path) -> Mapping[str, Any]:
    """What :func:`keep` wrote; empty where there is nothing, or nothing that can be read."""
    with suppress(OSError, ValueError, RecursionError):
        return mapping_of(json.loads(file.read_text("utf-8")))
    return {}


def keep(file: Path, values: Mapping[str, Any]) -> None:
    """Write a file that only its owner can read, whole or not at all; where that fails nothing is kept and nothing breaks."""
    fresh = file.with_name(f"{file.name}.new")
    with suppress(OSError):
        fresh.unlink(missing_ok=True)
        number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w", encoding="utf-8") as out:
            json.dump(values, out)
        fresh.replace(file)
