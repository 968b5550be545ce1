"""Settings that were checked once need no second check: what was read is remembered beside the text it was read from.

Checking costs more than all the rest of a quick command (the schema's library, and the grammar of the topics' queries). What is
remembered holds nothing that the settings do not, can be deleted at any time, and is not looked at when the text, or hubbub's
version, is another.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

from .. import __version__
from ..core.serial import from_json, to_json
from .loading import read_settings, read_text
from .locations import Locations
from .workspace import Workspace
from .writing import write_atomically


def remembered_workspace(folder: Path) -> Workspace:
    """The same as ``load_workspace``, but checked only where the settings have changed; raises the same errors."""
    text, paths = read_text(folder), Locations(folder)
    of = {"hubbub": __version__, "rules": _rules(), "folder": str(folder.absolute()), "text": text}
    found = _recall(paths.checked, of)
    if found is None:
        found = read_settings(text, folder)
        _remember(paths.checked, of, found)
    return found


@cache
def _kinds() -> dict[str, Any]:
    """The types of what is remembered: everything but the folder, which may move."""
    hints = get_type_hints(Workspace)
    return {field.name: hints[field.name] for field in fields(Workspace) if field.name != "folder"}


def _recall(path: Path, of: Mapping[str, str]) -> Workspace | None:
    try:
        data = json.loads(path.read_bytes())
        if data["of"] != of:
            return None
        kinds = _kinds()
        values = {name: from_json(kinds[name], value) for name, value in data["settings"].items()}
        return Workspace(folder=Path(of["folder"]), **values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # Not there, cut short, or of another shape: the settings are checked again.
        return None


def _remember(path: Path, of: Mapping[str, str], workspace: Workspace) -> None:
    try:
        values = {name: to_json(getattr(workspace, name)) for name in _kinds()}
    except TypeError:
        # An option that is a date: rare enough to be checked each time.
        return
    content = json.dumps({"of": of, "settings": values}, ensure_ascii=False).encode("utf-8")
    # Without the file the next command only takes longer, so a folder that cannot be written to is no reason to stop.
    with suppress(OSError):
        write_atomically(path, content, mode=0o600)


def _rules() -> str:
    """Changes with the files of this room, so that whoever works on them never meets what older rules let through."""
    here = Path(__file__).parent
    with os.scandir(here) as entries:
        return " ".join(sorted(f"{e.name}{e.stat().st_mtime_ns}" for e in entries if e.name.endswith(".py")))
