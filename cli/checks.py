"""What ``hubbub doctor`` looks at outside the archive: the machine, the settings, the plugins, the sources."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from shutil import disk_usage, get_terminal_size
from typing import Literal

from .. import __version__
from ..config.workspace import Workspace
from ..core.contracts import Role
from ..core.errors import ConfigError, HubbubError, SecretMissing
from ..core.stemming import language_of
from ..core.values import Source
from .following import following, with_own_accounts

Level = Literal["ok", "warn", "fail"]

OLDEST_PYTHON = (3, 11)
SMALLEST_TERMINAL = (80, 24)
"""Columns and lines that the terminal application is made for."""
LITTLE_SPACE, NO_SPACE = 1_000_000_000, 100_000_000
"""Bytes of free disk below which we warn, and below which we call it a failure."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    level: Level
    message: str
    advice: str = ""
    """What to do; empty where all is well."""


def ok(name: str, message: str) -> Check:
    """All is well."""
    return Check(name=name, level="ok", message=message)


def warn(name: str, message: str, advice: str) -> Check:
    """It works, but not as it could."""
    return Check(name=name, level="warn", message=message, advice=advice)


def fail(name: str, message: str, advice: str) -> Check:
    """It does not work."""
    return Check(name=name, level="fail", message=message, advice=advice)


def check_machine() -> Iterator[Check]:
    """Python, the terminal, and what runs best when it is installed."""
    version = platform.python_version()
    if sys.version_info >= OLDEST_PYTHON:
        yield ok("python", f"hubbub {__version__} on Python {version}, {platform.system()}")
    else:
        yield fail("python", f"Python {version} is too old", "Install Python 3.11 or newer.")
    yield _encoding(sys.stdout.encoding or "")
    yield _terminal(sys.stdout.isatty(), *get_terminal_size())
    if find_spec("tantivy"):
        yield ok("tantivy", "the fast search engine is installed")
    else:
        yield warn("tantivy", "the fast search engine is not installed; whoosh is used", "pip install tantivy")


def check_settings(workspace: Workspace) -> Iterator[Check]:
    """What the settings say, beyond being valid."""
    yield ok("settings", f"{workspace.paths.settings} is in order: {workspace.name}")
    yield _space(disk_usage(workspace.folder).free)
    if not os.access(workspace.folder, os.W_OK):
        yield fail("folder", f"{workspace.folder} cannot be written to", "Change its owner or its permissions.")
    if workspace.http.contact:
        yield ok("contact", f"sites that are asked see {workspace.http.contact}")
    else:
        yield warn("contact", "sites that are asked cannot reach you", 'Write contact = "you@your.example" under [http].')
    if workspace.languages:
        yield ok("languages", ", ".join(workspace.languages))
    else:
        yield warn(
            "languages", "none are chosen, so short texts are often taken for the wrong one", "Set [workspace] languages."
        )
    without = [language for language in workspace.languages if not language_of(language)]
    if without:
        yield warn(
            "inflection",
            f"no stemmer knows {', '.join(without)}: words of these languages are found as they are typed",
            "Search for other forms with a star: phon*",
        )
    if any(settings.name == "entities" for settings in workspace.processors):
        yield from _models(workspace.languages)
    if workspace.topics:
        yield ok("topics", ", ".join(topic.name for topic in workspace.topics))
    else:
        yield warn("topics", "there is no topic, so nothing is kept", "hubbub topics add NAME")
    sources = with_own_accounts(workspace).sources
    enabled = sum(source.enabled for source in sources)
    if enabled:
        yield ok("sources", f"{enabled} of {len(sources)} are enabled")
    else:
        yield warn("sources", "there is no enabled source", "hubbub sources add https://press.example/")


def _models(languages: tuple[str, ...]) -> Iterator[Check]:
    """By which models names are told. None is needed, so a missing one is no fault."""
    from ..plugins.processors._entities_models import installed_models, missing_models

    installed = installed_models()
    there = [f"{installed[language]} for {language}" for language in languages if language in installed]
    if there:
        yield ok("names", f"people, organisations, places and products are told by {', '.join(there)}")
    for language, how in missing_models(languages, installed).items():
        advice = how or "Mentions in it have no labels of names."
        yield Check(name="names", level="ok", message=f"no model of spaCy tells names in {language}", advice=advice)


def check_plugins(workspace: Workspace) -> Iterator[Check]:
    """Whether each plugin that is used can be loaded, and its options and secrets are in order."""
    from .compose import engine_name, registry

    broken: set[tuple[str, str]] = set()
    for info in registry(workspace).listing():
        if info.problem:
            broken.add((info.role, info.name))
            yield fail(f"plugin {info.role}.{info.name}", info.problem, f"Uninstall or upgrade {info.origin}.")
    exporters = [("exporter", name, workspace.publish.options(name)) for name in registry(workspace).names("exporter")]
    engine = ("search", engine_name(workspace), workspace.search.options)
    processors = [
        ("processor", settings.name, settings.options)
        for settings in workspace.processors
        if f"processor.{settings.name}" not in workspace.disabled
    ]
    rankers = [
        ("ranker", settings.name, settings.options)
        for settings in workspace.rankers
        if f"ranker.{settings.name}" not in workspace.disabled
    ]
    for role, name, options in [*processors, *rankers, engine, *exporters]:
        if (role, name) not in broken:
            yield _plugin(workspace, role, name, options, f"{role} {name}")
    found = following(workspace)
    for source in (*workspace.sources, *found.sources):
        yield _source(workspace, source)
    for left_out in found.unfollowed:
        yield ok(f"account {left_out.account}", f"not followed: {left_out.reason}")


def _plugin(workspace: Workspace, role: Role, name: str, options: object, label: str, source: Source | None = None) -> Check:
    from .compose import chosen, options_of

    try:
        component = chosen(workspace, role, name, source)
        options_of(workspace, component, options, label)  # pyright: ignore[reportArgumentType]
    except SecretMissing as error:
        return fail(label, str(error), "Put the secret where its reference in hubbub.toml says, or change the reference.")
    except ConfigError as error:
        return fail(label, str(error), "Change hubbub.toml.")
    except HubbubError as error:
        return fail(label, str(error), "Mend or install the plugin, or change hubbub.toml; see hubbub plugins list.")
    return ok(label, component.summary or "can be loaded")


def _source(workspace: Workspace, source: Source) -> Check:
    found = _plugin(workspace, "source", source.plugin, source.options, f"source {source.id}", source)
    if found.level == "ok":
        return ok(found.name, f"its plugin {source.plugin} and its options are in order")
    return found


def _encoding(encoding: str) -> Check:
    if encoding.lower().replace("-", "") == "utf8":
        return ok("encoding", "output is UTF-8")
    return warn("encoding", f"output is {encoding or 'of unknown encoding'}; other scripts show as ?", "Set PYTHONUTF8=1.")


def _terminal(attached: bool, columns: int, lines: int) -> Check:
    if not attached:
        return ok("terminal", "none is attached; line commands do not need one")
    wide, high = SMALLEST_TERMINAL
    if columns < wide or lines < high:
        return warn("terminal", f"{columns}×{lines} is small", f"Make it {wide}×{high} or more for the terminal application.")
    return ok("terminal", f"{columns}×{lines}, {os.environ.get('TERM', 'unknown kind')}")


def _space(free: int) -> Check:
    room = f"{free / 1e9:,.1f} GB are free"
    if free < NO_SPACE:
        return fail("disk", room, "Make room: nothing can be archived on a full disk.")
    return warn("disk", room, "Make room before long.") if free < LITTLE_SPACE else ok("disk", room)
