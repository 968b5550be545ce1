"""Which files of which workspaces' ``plugins/`` the user has said may be run.

A plugin runs with all rights of the user, and a workspace is a folder that is copied, shared, synchronised and kept in version
control. So the answer is kept outside of it, in the user's own configuration, by the folder's real path: a workspace that came
from elsewhere is not trusted because the one it was copied from was. And it is kept of each file with its SHA-256, not of the
folder: whoever can write into a shared folder, or whose change comes with the next ``git pull``, could otherwise have anything
run here. The price is that the author of a file says so again after each change, which is one short command.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ..core.errors import ConfigError
from .writing import write_atomically


def trust_file() -> Path:
    """Where it is kept."""
    from platformdirs import user_config_path

    return user_config_path("hubbub", appauthor=False) / "trusted-plugins.json"


def trusted_files(folder: Path, kept_in: Path | None = None) -> Mapping[str, str]:
    """The digests of the files of a folder that may be run, by name; none where the list is missing or cannot be read."""
    found = _read(kept_in or trust_file()).get(_key(folder))
    return found if isinstance(found, dict) else {}


def trust(folder: Path, digests: Mapping[str, str], kept_in: Path | None = None) -> None:
    """From now on these files, as they are, and no others of this folder may be run; with none, the folder is forgotten."""
    path = kept_in or trust_file()
    known = _read(path)
    if digests:
        known[_key(folder)] = dict(digests)
    else:
        known.pop(_key(folder), None)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(path, json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8"), mode=0o600)
    except OSError as error:
        raise ConfigError(f"what you trust cannot be written down: {error.strerror}", file=str(path)) from error


def _key(folder: Path) -> str:
    return str(folder.resolve())


def _read(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        # No list, or a damaged one: nothing is trusted.
        return {}
    return found if isinstance(found, dict) else {}
