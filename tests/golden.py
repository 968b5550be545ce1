"""Golden files: what an exporter wrote when somebody last looked at it."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "plugins" / "golden"


def agree(name: str, text: str) -> None:
    """The text is that of a golden file; HUBBUB_GOLDEN=write in the environment writes the file anew."""
    file = GOLDEN / name
    if os.environ.get("HUBBUB_GOLDEN") == "write":
        file.write_bytes(text.encode())
    assert text == file.read_bytes().decode()
