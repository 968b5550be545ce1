"""JavaScript of others that tests load into a browser; `.ci/browser-tools` brings it, and it is never part of hubbub."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def npm_package(name: str) -> Path:
    """The folder of an npm package below ``HUBBUB_BROWSER_TOOLS``; skips the test where it is not there."""
    tools = os.environ.get("HUBBUB_BROWSER_TOOLS", "")
    folder = Path(tools) / "node_modules" / name
    if not tools or not (folder / "package.json").is_file():
        pytest.skip(f"{name} is not there: name a folder in HUBBUB_BROWSER_TOOLS and run .ci/browser-tools")
    return folder
