"""The composition root: the only place that makes concrete things from a workspace's settings."""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

from .. import __version__
from ..config.pointing import option_line, setting_line
from ..config.secrets import Secrets
from ..core.archives import Archive
from ..core.contracts import (
    BesideArchive,
    Component,
    Context,
    Exporter,
    Fetcher,
    HttpClient,
    Processor,
    Ranker,
    Rate,
    Role,
    SearchEngine,
)
from ..core.desk import Desk
from ..core.errors import ConfigError, HubbubError, IndexDamaged, UnknownPlugin
from ..core.indexing import Indexer
from ..core.registry import Registry
from ..core.retention import expire
from ..core.scheduling import interleaved
from ..core.values import JSON, RefreshReport, RunReport, Source
from .conversing import conversations_of
from .following import with_own_accounts
from .installed import Unusable, installed
from .lookingup import by_address_of
from .options import checked_options
from .pools import LateHttp, LatePool, pool_for, pool_to_index
from .progress import ProgressLine

if TYPE_CHECKING:
    from socket import socket

    from ..config.workspace import Workspace
    from ..core.attending import Attention
    from ..core.observing import Traffic
    from ..core.pipeline import Pipeline, Progress
    from ..core.prioritising import Priorities
    from ..core.storydesk import StoryDesk
    from ..core.streaming import Taps
    from .processing import Processing


PERSON = "HUBBUB_PERSON"
"""The environment variable that says who is at the desk."""


def now() -> datetime:
    """The clock of the program."""
    return datetime.now(UTC)


def registry(workspace: Workspace | None = None) -> Registry:
    """The installed plugins; for a workspace also those in its own folder, without those that it has disabled."""
    return installed(workspace)


def engine_name(workspace: Workspace) -> str:
    """The search engine that a workspace uses: ``auto`` takes tantivy where its wheel is installed, else whoosh."""
    if workspace.search.name != "auto":
        return workspace.search.name
    return "tantivy" if find_spec("tantivy") else "whoosh"


def open_archive_of(workspace: Workspace) -> Archive:
    """Open a workspace's archive; migrated first where it is older."""
    from ..archive import open_archive

    with ProgressLine("mentions brought up to date") as line:
        return open_archive(archive_url(workspace), now=now, migrating=line)


def archive_url(workspace: Workspace) -> str | Path:
    """Where the archive is: a file, or a database URL with its password put in. Never show it."""
    settings = workspace.archive
    if not settings.url:
        return workspace.paths.archive
    if settings.password is None:
        return settings.url
    password = secrets_of(workspace).resolve(settings.password, key="archive.password", file=str(workspace.paths.settings))
    parts = urlsplit(settings.url)
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        raise ConfigError(
            "A password needs a user: write postgresql://user@host/name.", file=str(workspace.paths.settings), key="archive.url"
        )
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password.get_secret_value(), safe='')}@{host}"))


def secrets_of(workspace: Workspace) -> Secrets:
    """Where this workspace's references to secrets lead."""
    return Secrets(env=os.environ, folder=workspace.folder)


def options_of(workspace: Workspace, component: Component, given: Mapping[str, object], where: str) -> Any:
    """A plugin's options with their secrets, checked; raises ``ConfigError``."""
    return checked_options(
        component,
        given,
        secrets=secrets_of(workspace),
        where=where,
        file=str(workspace.paths.settings),
        line_of=lambda option: option_line(workspace, given, option),
        also_known=("every", "keep", "enabled", "retain") if where.startswith("source ") else (),
    )


_WHERE_NAMED: Mapping[Role, tuple[str | int, ...]] = {
    "processor": ("processors", "order"),
    "ranker": ("rankers", "use"),
    "search": ("search", "engine"),
}
"""The settings that name plugins. Sources do so one by one, and exporters are named by commands."""


def chosen(workspace: Workspace, role: Role, name: str, source: Source | None = None) -> Component:
    """The plugin that the settings name, those of ``source`` for one that reads it.

    Raises ``ConfigError`` with file, line and key where no plugin is called so, and ``PluginError`` as the registry does.
    """
    try:
        return registry(workspace).component(role, name)
    except UnknownPlugin as error:
        path = _WHERE_NAMED.get(role, ())
        if source:
            path = next((("sources", n, "plugin") for n, one in enumerate(workspace.sources) if one.id == source.id), ())
        if not path:
            raise
        key = ".".join(part for part in path if isinstance(part, str))
        line = setting_line(workspace, *path)
        raise ConfigError(str(error), file=str(workspace.paths.settings), line=line, key=key) from None


def late_http(workspace: Workspace) -> LateHttp:
    """The polite client of a workspace, opened at its first request."""

    def make() -> HttpClient:
        from ..core.budgets import Budgets
        from ..core.http import PACE, PoliteClient

        settings = workspace.http
        return PoliteClient(
            contact=settings.contact,
            version=__version__,
            allow_private=settings.allow_private,
            pace=PACE if settings.requests_per_second is None else Rate.per_second(settings.requests_per_second),
            pace_own=settings.requests_per_second is not None,
            budgets=Budgets(workspace.paths.budgets),
        )

    return LateHttp(make)


def _connect(workspace: Workspace) -> Callable[[str, int], socket]:
    def connect(host: str, port: int) -> socket:
        from ..core.network import connector

        return connector(allow_private=workspace.http.allow_private)(host, port)

    return connect


def build_context(
    workspace: Workspace,
    role: Role,
    name: str,
    *,
    http: HttpClient,
    executor: LatePool | None = None,
    data_dir: Path | None = None,
) -> Context:
    """Everything that a plugin may use of the outside world."""
    from ..core.manners import user_agent

    folder = workspace.paths.made(data_dir or workspace.paths.plugin_data(role, name))
    return Context(
        http=http,
        now=now,
        log=logging.getLogger(f"hubbub.{role}.{name}"),
        data_dir=folder,
        workspace=workspace.folder,
        languages=workspace.languages,
        topics=workspace.topics,
        executor=executor,
        connect=_connect(workspace),
        user_agent=user_agent(__version__, workspace.http.contact),
    )


def build_source(workspace: Workspace, source: Source, *, http: HttpClient, executor: LatePool | None = None) -> Fetcher:
    """The fetcher that reads a configured source; raises ``ConfigError`` or ``PluginError``."""
    from ..core.observing import ObservedClient

    component = chosen(workspace, "source", source.plugin, source)
    options = options_of(workspace, component, source.options, f"source {source.id!r}")
    context = build_context(workspace, "source", source.plugin, http=http, executor=executor)
    if isinstance(http, ObservedClient):
        context = replace(context, tell_quota=http.tell_quota)
    return component.build(options, context)


def processors_of(workspace: Workspace) -> list[str]:
    """Names of the workspace's processors in their order, without those that are disabled."""
    return [one.name for one in workspace.processors if f"processor.{one.name}" not in workspace.disabled]


def build_processors(workspace: Workspace, *, http: HttpClient) -> dict[str, Processor]:
    """The workspace's processors in their order, without those that are disabled.

    One that is broken says so of every batch, and the others go on; wrong settings are raised.
    """
    return {name: build_processor(workspace, name, http=http) for name in processors_of(workspace)}


def build_processor(workspace: Workspace, name: str, *, http: HttpClient) -> Processor:
    """The processor of that name, in the same way."""
    given = next((one.options for one in workspace.processors if one.name == name), {})
    try:
        component = chosen(workspace, "processor", name)
        options = options_of(workspace, component, given, f"processor {name!r}")
        return component.build(options, build_context(workspace, "processor", name, http=http))
    except ConfigError:
        raise
    except (Exception, SystemExit) as error:
        return Unusable(error)


def build_rankers(workspace: Workspace, *, http: HttpClient) -> dict[str, Ranker]:
    """The workspace's rankers, without those that are disabled; raises ``ConfigError`` or ``PluginError``."""
    built: dict[str, Ranker] = {}
    for settings in workspace.rankers:
        if f"ranker.{settings.name}" not in workspace.disabled:
            component = chosen(workspace, "ranker", settings.name)
            options = options_of(workspace, component, settings.options, f"ranker {settings.name!r}")
            built[settings.name] = component.build(options, build_context(workspace, "ranker", settings.name, http=http))
    return built


def is_ours(workspace: Workspace, role: Role, name: str) -> bool:
    """Whether a plugin comes with hubbub; strangers' code runs where it can be stopped."""
    return any(
        info.module.startswith("hubbub.plugins.") and info.origin == "hubbub"
        for info in registry(workspace).listing()
        if (info.role, info.name) == (role, name)
    )


def has_strangers(workspace: Workspace) -> bool:
    """Whether some of the workspace's processors do not come with hubbub."""
    return any(not is_ours(workspace, "processor", name) for name in processors_of(workspace))


def build_indexer(workspace: Workspace, archive: Archive, *, http: HttpClient, engine: str = "") -> Indexer:
    """The index of a workspace; its files are opened when it is first used."""
    index = IndexPlace(workspace, engine or engine_name(workspace), http)
    return Indexer(archive, index.open, index.discard, pool=pool_to_index)


class IndexPlace:
    """Where a workspace's index of one engine lies: in a folder of its own, or wherever the engine puts it."""

    def __init__(self, workspace: Workspace, name: str, http: HttpClient) -> None:
        self._workspace, self._name, self._http = workspace, name, http

    def open(self) -> SearchEngine:
        """The engine over it; raises ``IndexDamaged``, ``ConfigError`` or ``PluginError``."""
        component = chosen(self._workspace, "search", self._name)
        return component.build(self._options(component), self._context())

    def discard(self) -> None:
        """Remove it, damaged or not."""
        component = registry(self._workspace).component("search", self._name)
        if component.discard:
            component.discard(self._options(component), self._context())
        folder = self._workspace.paths.index(self._name)
        try:
            rmtree(folder)
        except FileNotFoundError:
            return
        except OSError as error:
            raise IndexDamaged(f"The damaged index in {folder} cannot be removed ({error}); remove it by hand.") from error

    def _options(self, component: Component) -> Any:
        workspace = self._workspace
        given = workspace.search.options if engine_name(workspace) == self._name else {}
        options = options_of(workspace, component, given, f"search engine {self._name!r}")
        if not isinstance(options, BesideArchive):
            return options
        url = workspace.archive.url
        identity = url if url.startswith("postgresql") else f"{platform.node()}:{archive_url(workspace)}"
        return options.beside(str(archive_url(workspace)), identity)

    def _context(self) -> Context:
        folder = self._workspace.paths.index(self._name)
        return build_context(self._workspace, "search", self._name, http=self._http, data_dir=folder)


def person_of(workspace: Workspace, env: Mapping[str, str]) -> str:
    """Who is at the desk: as the environment says, else the settings, else the system; empty where none of them does."""
    named = env.get(PERSON, "") or workspace.person
    if named:
        return named
    from getpass import getuser

    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # a container whose user has no name
        return ""


def build_story_desk(
    workspace: Workspace,
    archive: Archive,
    indexer: Indexer,
    *,
    http: HttpClient,
    refresh: Callable[[Sequence[str]], RefreshReport],
) -> StoryDesk:
    """The story side of a workspace."""
    from ..core.media import MediaStore
    from ..core.seeking import Finder
    from ..core.storydesk import StoryDesk

    def options(name: str) -> Any:
        component = registry(workspace).component("exporter", name)
        return options_of(workspace, component, workspace.publish.options(name), f"exporter {name!r}")

    def exporter(name: str) -> Exporter:
        component = registry(workspace).component("exporter", name)
        return component.build(options(name), build_context(workspace, "exporter", name, http=http))

    def plain_options(name: str) -> JSON:
        given = options(name)
        return None if given is None else given.model_dump(mode="json")  # a secret stays hidden

    return StoryDesk(
        archive=archive,
        media=MediaStore(workspace.paths.media, http),
        exporter=exporter,
        exporters=registry(workspace).names("exporter"),
        published=workspace.paths.published(workspace.publish.folder),
        now=now,
        timezone=workspace.publish.timezone,
        base_url=workspace.publish.base_url,
        shelf_title=workspace.name,
        finder=Finder(archive, indexer, now=now),
        http=http,
        templates=workspace.folder / "templates",
        options=plain_options,
        refresh=refresh,
        person=person_of(workspace, os.environ),
    )


def build_priorities(workspace: Workspace, archive: Archive, *, http: HttpClient) -> Priorities:
    """What tells which mentions of a workspace need a person first."""
    from ..core.influences import Influences
    from ..core.prioritising import Priorities

    log = logging.getLogger("hubbub.priorities")
    influences = Influences(archive, lambda: build_rankers(workspace, http=http), now=now, log=log)
    return Priorities(archive, weights=workspace.priority, now=now, scores=influences)


def build_attention(workspace: Workspace, archive: Archive, *, http: HttpClient) -> Attention:
    """The mutes, rules and priorities of a workspace at work in a run."""
    from ..core.attending import Attention

    return Attention(archive, rules=workspace.rules, priorities=build_priorities(workspace, archive, http=http), now=now)


@contextmanager
def open_desk(workspace: Workspace, taps: Taps | None = None) -> Iterator[Desk]:
    """A workspace at work; everything is closed at the end. With ``taps`` sources that stream are listened to all the time."""
    with ExitStack() as closing:
        archive = open_archive_of(workspace)
        closing.callback(archive.close)
        http = late_http(workspace)
        closing.callback(http.close)
        indexer = build_indexer(workspace, archive, http=http)
        closing.callback(indexer.close)
        collect = Collector(workspace, archive, indexer, http, taps)
        closing.callback(collect.close)
        yield Desk(
            name=workspace.name,
            archive=archive,
            indexer=indexer,
            stories=lambda: build_story_desk(workspace, archive, indexer, http=http, refresh=collect.refresh),
            topics=workspace.topics,
            sources=lambda: with_own_accounts(workspace).sources,
            disabled=workspace.disabled,
            collect=collect,
            refresh=collect.refresh,
            now=now,
            conversations=conversations_of(workspace, archive, indexer, http),
            by_address=by_address_of(workspace, archive, indexer, http),
            priorities=build_priorities(workspace, archive, http=http),
            rankers=lambda: build_rankers(workspace, http=http),
        )


class Collector:
    """How the desk has sources read once; processors and processes are kept from one run to the next."""

    def __init__(
        self, workspace: Workspace, archive: Archive, indexer: Indexer, http: HttpClient, taps: Taps | None = None
    ) -> None:
        self._workspace, self._archive, self._indexer, self._http = workspace, archive, indexer, http
        self._taps = taps
        self._executor: LatePool | None = None
        self._processing: Processing | None = None
        self._pipeline: Pipeline | None = None

    def __call__(self, ids: Sequence[str] | None, progress: Progress | None) -> RunReport:
        """Collect from the enabled sources, or from those named (enabled or not); raises ``NotFound``."""
        sources = self._chosen(ids)
        pipeline = self._at_work
        if self._processing is not None:
            self._processing.begin()
        report = pipeline.collect(sources, progress)
        self._expire()
        for problem in registry(self._workspace).finished(report):
            logging.getLogger("hubbub.plugins").warning(problem)
        return report

    def refresh(self, refs: Sequence[str]) -> RefreshReport:
        """Ask at once how these mentions are doing."""
        return self._at_work.refresh(self._chosen(None), refs)

    def close(self) -> None:
        """End the processes."""
        if self._pipeline is not None:
            self._pipeline.stop()
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def _expire(self) -> None:
        """Remove what is kept no longer, after every run."""
        gone = expire(self._archive, self._workspace.retention, now())
        if gone:
            self._indexer.try_to_catch_up()
            logging.getLogger("hubbub.retention").info("%d mentions were kept no longer and have been removed", gone)

    def _chosen(self, ids: Sequence[str] | None) -> list[Source]:
        workspace = with_own_accounts(self._workspace)
        if not ids:
            return interleaved(source for source in workspace.sources if source.enabled)
        return [workspace.source(wanted) for wanted in dict.fromkeys(ids)]

    @property
    def _at_work(self) -> Pipeline:
        if self._pipeline is None:
            self._pipeline = self._build()
            self._look_back()
        return self._pipeline

    def _look_back(self) -> None:
        """Note what processors have not judged by now: afterwards it could not be told from what they are silent about."""
        from .judging import offers

        with suppress(HubbubError):
            offers(self._workspace, self._archive)

    def _fetcher(self, source: Source, traffic: Traffic) -> Fetcher:
        from ..core.observing import ObservedClient

        def build() -> Fetcher:
            observed = ObservedClient(self._http, traffic, now)
            return build_source(self._workspace, source, http=observed, executor=self._executor)

        return self._taps.of(source.id, build) if self._taps else build()

    def _build(self) -> Pipeline:
        from random import Random

        from ..core.pipeline import Pipeline
        from ..core.unread import Unread
        from .processing import Processing

        workspace = self._workspace
        accounts = sum(len(topic.accounts) for topic in workspace.topics)
        self._executor = pool_for(
            sum(source.enabled for source in workspace.sources) + accounts,
            memory=workspace.limits.memory,
            strangers=has_strangers(workspace),
        )
        self._processing = Processing(workspace, self._executor)
        self._processing.check()
        return Pipeline(
            archive=self._archive,
            indexer=self._indexer,
            build=self._fetcher,
            topics=workspace.topics,
            processors={},
            now=now,
            retention=workspace.retention,
            unread=Unread(workspace.paths.unread),
            rng=Random(),
            log=logging.getLogger("hubbub.pipeline"),
            elsewhere=self._processing,
            attention=build_attention(workspace, self._archive, http=self._http),
        )
