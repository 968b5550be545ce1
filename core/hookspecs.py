"""The hooks through which a plugin comes in (pluggy). Built-ins use the same door.

A plugin is a module named by an entry point in the group ``hubbub``. The entry point's name is ``<role>.<name>``, as in
``source.rss = "hubbub.plugins.sources.rss"``, so that plugins can be listed without importing any.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from .contracts import Component
    from .values import RunReport

GROUP = "hubbub"
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@hookspec
def register_sources() -> Iterable[Component]:  # pyright: ignore[reportReturnType]
    """Called once, when a source of this plugin is first needed: the components that build a ``Fetcher``."""


@hookspec
def register_processors() -> Iterable[Component]:  # pyright: ignore[reportReturnType]
    """Called once, when a processor of this plugin is first needed: the components that build a ``Processor``."""


@hookspec
def register_rankers() -> Iterable[Component]:  # pyright: ignore[reportReturnType]
    """Called once, when a ranker of this plugin is first needed: the components that build a ``Ranker``."""


@hookspec
def register_exporters() -> Iterable[Component]:  # pyright: ignore[reportReturnType]
    """Called once, when an exporter of this plugin is first needed: the components that build an ``Exporter``."""


@hookspec
def register_notifiers() -> Iterable[Component]:  # pyright: ignore[reportReturnType]
    """Called once, when a notifier of this plugin is first needed: the components that build a ``Notifier``."""


@hookspec
def register_search_engines() -> Iterable[Component]:  # pyright: ignore[reportReturnType]
    """Called once, when an engine of this plugin is first needed: the components that build a ``SearchEngine``.

    ``build(options, context)``: an engine keeps its files in ``context.data_dir``.
    """


@hookspec
def run_finished(report: RunReport) -> None:
    """Called after each collecting run, for every plugin that is loaded."""
