"""What every command is given: where the workspace is, and how to get at it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..config.finding import find_workspace
from ..config.remembering import remembered_workspace
from ..config.workspace import Workspace
from .logs import start_logging


@dataclass(kw_only=True)
class Session:
    """One run of the command line. Nothing is read before it is asked for."""

    wanted: Path | None = None
    """The folder (or file) that ``--workspace`` names."""
    verbose: bool = False
    """Whether tracebacks are shown and the log tells more."""
    env: Mapping[str, str] = field(default_factory=lambda: os.environ)
    """The environment, for ``HUBBUB_WORKSPACE`` and for secrets."""
    cwd: Path = field(default_factory=Path.cwd)
    """Where the search for a workspace starts."""

    @cached_property
    def folder(self) -> Path:
        """The workspace's folder; raises ``WorkspaceNotFound``."""
        return find_workspace(self.wanted, env=self.env, cwd=self.cwd)

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace, read and checked; its log is written from now on. Raises ``ConfigError``."""
        workspace = remembered_workspace(self.folder)
        start_logging(workspace.paths.log, verbose=self.verbose)
        return workspace
