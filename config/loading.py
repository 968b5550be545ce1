"""From the text of ``hubbub.toml`` to a :class:`Workspace`, or to an error that says where and what to write."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import ConfigError, WorkspaceNotFound, WorkspaceTooNew
from ..core.priority import Weights
from ..core.retention import Retention
from ..core.rules import Rule, Then
from ..core.values import Source, Topic, TriageState
from .locations import FORMAT, SETTINGS
from .places import Places
from .workspace import (
    ArchiveSettings,
    HttpSettings,
    NotifySettings,
    PluginSettings,
    ProcessorLimits,
    PublishSettings,
    TargetSettings,
    TuiSettings,
    Workspace,
)

if TYPE_CHECKING:
    from .schema import Settings, ThenTable

SQLITE = "sqlite:///"


def load_workspace(folder: Path) -> Workspace:
    """Read and check a workspace's settings.

    Nothing is written, and no plugin is imported: whether a plugin is installed, and its own options, are checked where it
    is built. Raises ``ConfigError`` with all problems, the first one's line and key in its attributes.
    """
    return read_settings(read_text(folder), folder)


def read_text(folder: Path) -> str:
    """The text of a workspace's settings; raises ``ConfigError`` where it cannot be read as text."""
    path = folder / SETTINGS
    try:
        # An editor on Windows may put a byte order mark in front.
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise WorkspaceNotFound(f"there is no {SETTINGS} here; create one with 'hubbub init'", file=str(folder)) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigError("it is not UTF-8 text; save it as UTF-8", file=str(path), line=line) from None
    except OSError as error:
        raise ConfigError(f"it cannot be read: {error.strerror}", file=str(path)) from error


def read_settings(text: str, folder: Path) -> Workspace:
    """The workspace that a text of settings describes, if it lay in this folder."""
    # The schema stands on pydantic, which is imported only where there is something to check.
    from .problems import as_error, problems_of

    file = str(folder / SETTINGS)
    data = _parsed(text, file)
    places = Places(text)
    _refuse_newer(data, file, places)
    settings, problems = problems_of(data, places)
    if settings is None or problems:
        raise as_error(problems, file)
    return _workspace(settings, folder.absolute())


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        message, line = _syntax(str(error))
        raise ConfigError(message, file=file, line=line or text.count("\n") + 1) from None


def _syntax(message: str) -> tuple[str, int | None]:
    """tomllib's ``What is wrong (at line 3, column 7)`` as sentence and line."""
    what, _, place = message.partition(" (at ")
    words = place.rstrip(")").replace(",", "").split()
    line = int(words[1]) if words[:1] == ["line"] else None
    column = f" (column {words[3]})" if words[2:3] == ["column"] else ""
    return f"this is not TOML: {what}{column}", line


def _refuse_newer(data: dict[str, Any], file: str, places: Places) -> None:
    written = data.get("format")
    if isinstance(written, int) and written > FORMAT:
        raise WorkspaceTooNew(
            f"a newer hubbub wrote this (format {written}; this one reads {FORMAT}). Upgrade hubbub; nothing was touched",
            file=file,
            line=places.line("format"),
            key="format",
        )


def _workspace(settings: Settings, folder: Path) -> Workspace:
    processors, rankers = settings.processors.options(), settings.rankers.options()
    engine = settings.search.engine
    return Workspace(
        folder=folder,
        name=settings.workspace.name,
        languages=tuple(dict.fromkeys(settings.workspace.languages)),
        person=settings.workspace.person,
        http=HttpSettings(
            contact=settings.http.contact,
            allow_private=settings.http.allow_private,
            requests_per_second=settings.http.requests_per_second,
        ),
        topics=tuple(Topic(name=t.name, kind=t.kind, query=t.query, accounts=tuple(t.accounts)) for t in settings.topics),
        sources=tuple(
            Source(id=s.id, plugin=s.plugin, options=s.options(), every=s.every, keep=s.keep, enabled=s.enabled)
            for s in settings.sources
        ),
        processors=tuple(PluginSettings(name=n, options=processors.get(n, {})) for n in settings.processors.order),
        limits=ProcessorLimits(timeout=settings.processors.timeout, memory=settings.processors.memory),
        rankers=tuple(PluginSettings(name=n, options=rankers.get(n, {})) for n in dict.fromkeys(settings.rankers.use)),
        disabled=tuple(dict.fromkeys(settings.plugins.disabled)),
        search=PluginSettings(name=engine, options=settings.search.options().get(engine, {})),
        archive=ArchiveSettings(url=_beside(settings.archive.url, folder), password=settings.archive.password),
        retention=Retention(
            keep=settings.archive.keep, sources={s.id: s.retain for s in settings.sources if s.retain is not None}
        ),
        tui=TuiSettings(theme=settings.tui.theme, keys=dict(settings.tui.keys)),
        publish=PublishSettings(
            timezone=settings.publish.timezone,
            folder=settings.publish.folder,
            base_url=settings.publish.base_url,
            exporters=tuple(PluginSettings(name=n, options=o) for n, o in settings.publish.options().items()),
        ),
        targets=tuple(TargetSettings(name=t.name, kind=t.kind, options=t.options()) for t in settings.targets),
        notify=NotifySettings(**settings.notify.model_dump()),
        priority=Weights(**settings.priority.model_dump()),
        rules=tuple(Rule(name=r.name, query=r.if_, then=_then(r.then)) for r in settings.rules),
    )


def _then(table: ThenTable) -> Then:
    return Then(
        tags=tuple(dict.fromkeys(table.tag)),
        labels=dict(table.label),
        state=None if table.state is None else TriageState(table.state),
        priority=table.priority,
        mute=table.mute,
        route=table.route or "",
    )


def _beside(url: str, folder: Path) -> str:
    """The address of an archive; a SQLite file is meant relative to the workspace, wherever a command is run."""
    if not url.startswith(SQLITE):
        return url
    return f"{SQLITE}{folder / Path(url.removeprefix(SQLITE)).expanduser()}"
