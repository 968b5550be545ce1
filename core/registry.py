"""Which plugins there are, and the way from a name to a component. Listing imports none of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from threading import RLock
from typing import TYPE_CHECKING, get_args

import pluggy

from . import hookspecs
from .contracts import Component, Role
from .errors import BrokenPlugin, DuplicatePlugin, PluginDisabled, UnknownPlugin
from .values import RunReport

if TYPE_CHECKING:
    from .fileplugins import FilePlugin  # only workspaces with such files need it

HOOKS: dict[Role, str] = {
    "source": "register_sources",
    "processor": "register_processors",
    "ranker": "register_rankers",
    "exporter": "register_exporters",
    "notifier": "register_notifiers",
    "search": "register_search_engines",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PluginInfo:
    """An installed plugin, as its entry point describes it; nothing was imported."""

    role: str
    name: str
    module: str
    origin: str
    """Name of the distribution that brings it."""
    version: str
    """Version of that distribution."""
    problem: str = ""
    """Why it cannot be used; empty where nothing is known to be wrong."""
    enabled: bool = True
    """Whether this workspace lets it be used."""


class Registry:
    """The installed plugins of one process. Thread-safe."""

    def __init__(
        self,
        points: Iterable[EntryPoint] | None = None,
        *,
        files: Iterable[FilePlugin] = (),
        disabled: Collection[str] = (),
    ) -> None:
        """``points`` are those of all installed distributions where none are given; ``files`` are plugins of one file each.

        ``disabled``: plugins (``<role>.<name>``) that are listed and not loaded.
        """
        installed = entry_points(group=hookspecs.GROUP) if points is None else points
        self._points: tuple[EntryPoint | FilePlugin, ...] = (*installed, *files)
        self._disabled = frozenset(disabled)
        self._manager = pluggy.PluginManager(hookspecs.GROUP)
        self._manager.add_hookspecs(hookspecs)
        self._components: dict[tuple[str, str], Component] = {}
        self._loading = RLock()
        self._infos: tuple[PluginInfo, ...] | None = None

    def listing(self) -> list[PluginInfo]:
        """All installed plugins by role and name, with what is plainly wrong with them."""
        if self._infos is None:
            self._infos = tuple(self._listed())
        return list(self._infos)

    def _listed(self) -> Iterator[PluginInfo]:
        abouts: dict[int, tuple[str, str]] = {}
        names = [point.name for point in self._points if not getattr(point, "problem", "")]
        for point in sorted(self._points, key=lambda p: (p.name, p.value)):
            role, _, name = point.name.partition(".")
            problem: str = getattr(point, "problem", "")
            if problem:
                pass  # a file that is not run says why
            elif role not in get_args(Role) or not name:
                problem = f"its entry point must be called <role>.<name>, with one of the roles {', '.join(get_args(Role))}"
            elif names.count(point.name) > 1:
                problem = f"{names.count(point.name)} installed plugins are called {point.name}"
            dist = point.dist
            if id(dist) not in abouts:
                # A distribution reads the whole file of its metadata for each thing that it is asked.
                abouts[id(dist)] = (dist.name, dist.version) if dist else ("?", "?")
            origin, version = abouts[id(dist)]
            yield PluginInfo(
                role=role,
                name=name,
                module=point.value,
                origin=origin,
                version=version,
                problem=problem,
                enabled=point.name not in self._disabled,
            )

    def names(self, role: Role) -> list[str]:
        """Names of the installed plugins of a role that are not disabled, sorted."""
        names = {point.name for point in self._points if point.name.partition(".")[0] == role} - self._disabled
        return sorted(name.partition(".")[2] for name in names)

    def component(self, role: Role, name: str) -> Component:
        """Load one plugin by name and give its component.

        Raises ``UnknownPlugin`` (with the installed names), ``PluginDisabled``, ``DuplicatePlugin`` or ``BrokenPlugin``.
        """
        with self._loading:
            if (role, name) not in self._components:
                self._load(role, name)
            return self._components[role, name]

    def finished(self, report: RunReport) -> list[str]:
        """Tell every loaded plugin that a run is over; gives what went wrong, one sentence a plugin."""
        problems: list[str] = []
        for impl in self._manager.hook.run_finished.get_hookimpls():
            # Called one by one: pluggy would stop at the first that raises.
            try:
                impl.function(*[{"report": report}[name] for name in impl.argnames])
            except (Exception, SystemExit) as error:
                problems.append(f"{impl.plugin_name}: run_finished failed: {error}")
        return problems

    def _load(self, role: Role, name: str) -> None:
        called = [point for point in self._points if point.name == f"{role}.{name}"]
        # A file that is not run stands in nobody's way.
        points = [point for point in called if not getattr(point, "problem", "")] or called
        if not points:
            raise UnknownPlugin(role=role, name=name, known=self.names(role))
        if points[0].name in self._disabled:
            raise PluginDisabled(
                f"The {role} plugin {name!r} is disabled in this workspace; "
                f"use it again with: hubbub plugins enable {role}.{name}",
                role=role,
                name=name,
            )
        if len(points) > 1:
            origins = ", ".join(sorted(point.dist.name if point.dist else point.value for point in points))
            raise DuplicatePlugin(
                f"Two {role} plugins are called {name!r} (from {origins}); uninstall one of them.", role=role, name=name
            )
        try:
            module = points[0].load()
            if not self._manager.is_registered(module):
                self._manager.register(module, name=points[0].value)
                self._manager.check_pending()
            hook = getattr(module, HOOKS[role], None)
            found = list(hook()) if hook else []
        except (Exception, SystemExit) as error:
            # Also one that wants to end the program: it harms only itself.
            self._unregister(points[0])
            raise BrokenPlugin(f"The {role} plugin {name!r} cannot be loaded: {error}", role=role, name=name) from error
        matching = [component for component in found if isinstance(component, Component) and component.name == name]
        if len(matching) != 1:
            given = ", ".join(str(getattr(component, "name", type(component).__name__)) for component in found) or "nothing"
            raise BrokenPlugin(
                f"The {role} plugin {name!r} must register one component of that name in {HOOKS[role]}(); "
                f"it registers {given}.",
                role=role,
                name=name,
            )
        self._components[role, name] = matching[0]

    def _unregister(self, point: EntryPoint | FilePlugin) -> None:
        """Forget a module that failed: what pluggy finds wrong in it would be told of every plugin after it."""
        if self._manager.has_plugin(point.value):
            self._manager.unregister(name=point.value)
