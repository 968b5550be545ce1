"""Which workspace is meant."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..core.errors import WorkspaceNotFound
from .locations import SETTINGS, home

VARIABLE = "HUBBUB_WORKSPACE"
"""The environment variable that names a workspace."""

_ADVICE = "Create one with 'hubbub init', or try the made-up one of 'hubbub demo'."


def find_workspace(wanted: Path | None = None, *, env: Mapping[str, str], cwd: Path, default: Path | None = None) -> Path:
    """The folder of the workspace that is meant: as wanted, as the environment says, upwards from here, in the data folder.

    A folder or its ``hubbub.toml`` may be named. What is named must be there; only then the next place is not looked at.
    Raises ``WorkspaceNotFound``.
    """
    if wanted is not None:
        return _named(wanted, cwd, "--workspace")
    if env.get(VARIABLE):
        return _named(Path(env[VARIABLE]), cwd, VARIABLE)
    for folder in (cwd, *cwd.parents):
        if (folder / SETTINGS).is_file():
            return folder
    default = home() if default is None else default
    if (default / SETTINGS).is_file():
        return default
    raise WorkspaceNotFound(f"There is no workspace (a folder with a {SETTINGS}) here, above, or in {default}. {_ADVICE}")


def _named(path: Path, cwd: Path, by: str) -> Path:
    path = cwd / path.expanduser()
    folder = path.parent if path.name == SETTINGS else path
    if not folder.is_dir():
        raise WorkspaceNotFound(f"{by} names {folder}, and there is no such folder. {_ADVICE}", file=str(folder))
    if not (folder / SETTINGS).is_file():
        raise WorkspaceNotFound(f"{by} names {folder}, which has no {SETTINGS}. {_ADVICE}", file=str(folder))
    return folder.resolve()
