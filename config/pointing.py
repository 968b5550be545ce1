"""Where in the file a plugin's name or option stands, for errors that are found only when the plugin is built."""

from __future__ import annotations

from collections.abc import Mapping

from ..core.errors import ConfigError
from .loading import read_text
from .places import Path, Places
from .workspace import Workspace


def option_line(workspace: Workspace, options: Mapping[str, object], option: str = "") -> int | None:
    """The line of one of these options, which are a source's, a processor's or the engine's; ``None`` where it is not known."""
    path = _path(workspace, options)
    return None if path is None else setting_line(workspace, *path, option)


def setting_line(workspace: Workspace, *path: str | int) -> int | None:
    """The line of a setting, or of the nearest thing around it that is written; ``None`` where it is not known."""
    try:
        text = read_text(workspace.folder)
    except ConfigError:
        # The file has gone meanwhile; the error is told without a line.
        return None
    return Places(text).line(*path)


def _path(workspace: Workspace, options: Mapping[str, object]) -> Path | None:
    for position, source in enumerate(workspace.sources):
        if source.options is options:
            return ("sources", position)
    for processor in workspace.processors:
        if processor.options is options:
            return ("processors", processor.name)
    for ranker in workspace.rankers:
        if ranker.options is options:
            return ("rankers", ranker.name)
    for exporter in workspace.publish.exporters:
        if exporter.options is options:
            return ("publish", exporter.name)
    return ("search", workspace.search.name) if workspace.search.options is options else None
