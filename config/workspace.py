"""A workspace as a value: everything that ``hubbub.toml`` says, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from ..core.errors import NotFound
from ..core.priority import USUAL, Weights
from ..core.retention import FOR_EVER, Retention
from ..core.rules import Rule
from ..core.values import Source, Topic
from .locations import Locations


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpSettings:
    """How hubbub behaves on the network."""

    contact: str = ""
    """Goes into the user agent, so that a site can reach the person behind it."""
    allow_private: bool = False
    """Whether loopback and private addresses may be asked."""
    requests_per_second: float | None = None
    """How fast one host is asked, those of the own network included; ``None``: public hosts as is usual, own ones at will."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PluginSettings:
    """One plugin that the workspace uses, with its options as they are written."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessorLimits:
    """What a processor may take in a process of its own before it is stopped."""

    timeout: timedelta = timedelta(minutes=1)
    """For a batch of up to 1,000 mentions."""
    memory: int = 1500 * 10**6
    """Bytes of the whole process; only Linux keeps to it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchiveSettings:
    """Where the archive is."""

    url: str = ""
    """A database URL without a password; empty for ``archive.db`` in the workspace."""
    password: Mapping[str, str] | None = None
    """The reference of its password: see :mod:`hubbub.config.secrets`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TuiSettings:
    """How the terminal application looks and which keys it takes."""

    theme: str = ""
    """Name of a theme; empty for the built-in choice."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """By action id: the keys that do it instead of the built-in ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishSettings:
    """How stories are published."""

    timezone: str = "UTC"
    """Name of the time zone in which published stories show times (``Europe/Bucharest``)."""
    folder: str = "published"
    """Where they are written, relative to the workspace."""
    base_url: str = ""
    """Where that folder will be found on the web, with a slash at its end; empty for nowhere."""
    exporters: tuple[PluginSettings, ...] = ()
    """The exporters for which options are written."""

    def options(self, exporter: str) -> Mapping[str, object]:
        """The options of an exporter."""
        return next((settings.options for settings in self.exporters if settings.name == exporter), {})


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetSettings:
    """A place that published stories are pushed to."""

    name: str
    """What it is called on the command line."""
    kind: str
    """``rsync``, ``git`` or ``s3``."""
    options: Mapping[str, object] = field(default_factory=dict)
    """As they are written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotifySettings:
    """How people who are quoted are told."""

    template: str = ""
    """A file with the words, relative to the workspace; empty for ours."""
    sender: str = ""
    """Who the mails are from."""
    server: str = ""
    """``host`` or ``host:port`` of the server that sends them; empty: nothing is sent."""
    security: str = "starttls"
    """``starttls``, ``tls`` or ``none``."""
    user: str = ""
    password: Mapping[str, str] | None = None
    """The reference of its password: see :mod:`hubbub.config.secrets`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """One listening desk's settings."""

    folder: Path
    """Where it lies: an absolute path."""
    name: str
    """What people call it."""
    languages: tuple[str, ...] = ()
    """The languages listened in (ISO 639-1); empty for all."""
    person: str = ""
    """Who is at the desk, where the environment does not say; empty: the user of the machine."""
    http: HttpSettings = HttpSettings()
    topics: tuple[Topic, ...] = ()
    sources: tuple[Source, ...] = ()
    processors: tuple[PluginSettings, ...] = ()
    """In the order in which they judge."""
    limits: ProcessorLimits = ProcessorLimits()
    rankers: tuple[PluginSettings, ...] = (PluginSettings(name="influence"),)
    """Those that say together who is heard."""
    disabled: tuple[str, ...] = ()
    """Plugins (``<role>.<name>``) that are not used here."""
    search: PluginSettings = PluginSettings(name="auto")
    """The search engine; ``auto`` takes the fastest that is installed."""
    archive: ArchiveSettings = ArchiveSettings()
    retention: Retention = FOR_EVER
    """How long mentions are kept."""
    tui: TuiSettings = TuiSettings()
    publish: PublishSettings = PublishSettings()
    targets: tuple[TargetSettings, ...] = ()
    """Where published stories can be pushed."""
    notify: NotifySettings = NotifySettings()
    priority: Weights = USUAL
    """What tells which mentions need a person first, and how much each part counts."""
    rules: tuple[Rule, ...] = ()
    """What is done with mentions that match a query, in the order in which they are asked."""

    @property
    def paths(self) -> Locations:
        """Where its files lie."""
        return Locations(self.folder)

    def topic(self, name: str) -> Topic:
        """The topic of that name; raises ``NotFound``."""
        for topic in self.topics:
            if topic.name == name:
                return topic
        raise NotFound("topic", name, [topic.name for topic in self.topics])

    def target(self, name: str) -> TargetSettings:
        """The place to push to of that name; raises ``NotFound``."""
        for target in self.targets:
            if target.name == name:
                return target
        raise NotFound("target", name, [target.name for target in self.targets])

    def source(self, source_id: str) -> Source:
        """The source of that id; raises ``NotFound``."""
        for source in self.sources:
            if source.id == source_id:
                return source
        raise NotFound("source", source_id, [source.id for source in self.sources])
