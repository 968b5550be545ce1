"""The plugins that a workspace can use: those that are installed, and the trusted files in its own folder ``plugins/``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.errors import ConfigError
from ..core.registry import HOOKS, Registry
from .exits import Exit
from .output import plural, say

if TYPE_CHECKING:
    from ..config.workspace import Workspace
    from ..core.fileplugins import FilePlugin
    from ..core.values import Labels, Mention

TRUST = "look at it, and if you trust it say so: hubbub plugins trust"


def installed(workspace: Workspace | None) -> Registry:
    """The registry of a workspace, or of none; the same one for as long as its files and settings are the same."""
    return _registry(() if workspace is None else _files(workspace), () if workspace is None else workspace.disabled)


@lru_cache(maxsize=8)
def _registry(files: tuple[FilePlugin, ...], disabled: tuple[str, ...]) -> Registry:
    return Registry(files=files, disabled=disabled)


def _files(workspace: Workspace) -> tuple[FilePlugin, ...]:
    folder = workspace.paths.plugins
    if next(folder.glob("*.py"), None) is None:
        # Nearly always: what reads such files need not be imported.
        return ()
    from ..config.trusting import trusted_files
    from ..core.fileplugins import plugins_in

    return tuple(plugins_in(folder, trusted_files(folder), HOOKS, TRUST))


def switch(workspace: Workspace, wanted: str, *, on: bool, engine: str = "") -> str:
    """Disable or enable a plugin (``source.acme-forum``, or its bare name) in the settings; gives its full name.

    Raises ``NotFound`` with the nearest name, and ``ConfigError`` where nothing would work without it.
    """
    from ..config.editing import set_value
    from .plugincheck import role_and_name

    gone = on and wanted in workspace.disabled  # it may have been uninstalled meanwhile
    name = wanted if gone else ".".join(role_and_name(installed(workspace), wanted))
    if not on and name == f"search.{engine}":
        raise ConfigError(
            f"{name} is what searches are answered by here; take another engine first, as with: hubbub index use whoosh"
        )
    disabled = [other for other in workspace.disabled if other != name] + ([] if on else [name])
    set_value(workspace.folder, "plugins", "disabled", disabled)
    return name


def trust_files(workspace: Workspace, *, yes: bool, forget: bool) -> Exit:
    """Ask whether the files in ``plugins/`` may run, and remember the answer outside of the workspace."""
    from ..config.trusting import trust, trusted_files
    from ..core.fileplugins import digest_of, files_in, plugins_in

    folder = workspace.paths.plugins
    if forget:
        trust(folder, {})
        say(f"No file in {folder} is run any more.")
        return Exit.OK
    # What is shown is what is trusted: the files are read once.
    digests = {name: digest_of(content) for name, content in files_in(folder).items()}
    if not digests:
        say(f"There is no Python file in {folder}. A plugin of one file goes there, as acme_forum.py.")
        return Exit.OK
    before = trusted_files(folder)
    for plugin in plugins_in(folder, digests, HOOKS, TRUST):
        name = Path(plugin.value).name
        news = "as before" if before.get(name) == digests[name] else "changed" if name in before else "new"
        say(f"  {plugin.value}: {plugin.problem or plugin.name} ({news})")
    if not yes and not click.confirm("They can do all that you can do. Have you looked at them, and trust them?"):
        say("Nothing was changed.")
        return Exit.FAILED
    trust(folder, digests)
    say(f"{plural(len(digests), 'file')} may run, as they are now.")
    return Exit.OK


class Unusable:
    """Stands for a processor that could not be built: it says why of every batch, and the others do their work."""

    version = ""

    def __init__(self, error: Exception | SystemExit) -> None:
        self.why = f"it could not be built ({type(error).__name__}: {error})"

    def process(self, mentions: Sequence[Mention]) -> Sequence[Labels]:
        """Raises, with what building it raised."""
        raise RuntimeError(self.why)
