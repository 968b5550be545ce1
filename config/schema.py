"""What may be written in ``hubbub.toml``, as pydantic models. Unknown keys are refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ..core.durations import parse_age, parse_duration
from . import rules
from .languages import parse_language
from .locations import FORMAT

DEFAULT_PROCESSORS = ("language", "topics", "sentiment", "purpose", "entities")


def _duration(value: Any) -> timedelta:
    if not isinstance(value, str):
        raise ValueError(f'write it as text with a unit, as "15m", "2h" or "1d" (not {value!r})')
    return parse_duration(value)


def _age(value: Any) -> timedelta:
    if not isinstance(value, str):
        raise ValueError(f'write it as text with a unit, as "90d", "26w" or "2y" (not {value!r})')
    return parse_age(value)


def _patience(value: Any) -> timedelta:
    if not isinstance(value, str):
        raise ValueError(f'write it as text with a unit, as "30s" or "2m" (not {value!r})')
    return parse_duration(value, shortest=timedelta(seconds=1), longest=timedelta(hours=1))


def _size(value: Any) -> int:
    if not isinstance(value, str):
        raise ValueError(f'write it as text with a unit, as "1500MB" or "2GB" (not {value!r})')
    return rules.memory(value)


Age = Annotated[timedelta, BeforeValidator(_age)]
Line = Annotated[str, AfterValidator(rules.line)]
Language = Annotated[str, AfterValidator(parse_language)]
PluginName = Annotated[str, AfterValidator(rules.plugin_name)]
Weight = Annotated[float, AfterValidator(rules.weight)]


class Table(BaseModel):
    """A table whose keys are all known, with values of the right type: ``"yes"`` is not ``true``."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class OpenTable(BaseModel):
    """A table that also holds a plugin's own options; the plugin checks those."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    def options(self) -> dict[str, Any]:
        """The keys that are not our own."""
        return dict(self.model_extra or {})


class WorkspaceTable(Table):
    """``[workspace]``"""

    name: Line
    languages: list[Language] = []
    person: Annotated[str, AfterValidator(rules.person)] = ""


class HttpTable(Table):
    """``[http]``"""

    contact: Annotated[str, AfterValidator(rules.contact)] = ""
    allow_private: bool = False
    requests_per_second: Annotated[float, Field(gt=0, le=1000)] | None = None


class TopicTable(Table):
    """``[[topics]]``"""

    name: Line
    query: str
    kind: Literal["brand", "product", "person", "competitor", "campaign"] = "brand"
    accounts: list[Annotated[str, AfterValidator(rules.one_account)]] = []


class SourceTable(OpenTable):
    """``[[sources]]``, with the options of its plugin beside ours."""

    id: Annotated[str, AfterValidator(rules.source_id)]
    plugin: PluginName
    every: Annotated[timedelta, BeforeValidator(_duration)] = timedelta(minutes=15)
    keep: Literal["matches", "all"] = "matches"
    enabled: bool = True
    retain: Age | None = None


class ProcessorsTable(OpenTable):
    """``[processors]``, with a table of options for each plugin: ``[processors.language]``."""

    order: list[PluginName] = list(DEFAULT_PROCESSORS)
    timeout: Annotated[timedelta, BeforeValidator(_patience)] = timedelta(minutes=1)
    memory: Annotated[int, BeforeValidator(_size)] = 1500 * 10**6


class RankersTable(OpenTable):
    """``[rankers]``, with a table of options for each plugin: ``[rankers.influence]``."""

    use: Annotated[list[PluginName], Field(min_length=1)] = ["influence"]


class SearchTable(OpenTable):
    """``[search]``, with a table of options for each engine: ``[search.tantivy]``."""

    engine: PluginName = "auto"


class PluginsTable(Table):
    """``[plugins]``"""

    disabled: list[Annotated[str, AfterValidator(rules.full_plugin_name)]] = []


class ArchiveTable(Table):
    """``[archive]``"""

    url: Annotated[str, AfterValidator(rules.archive_url)] = ""
    password: Annotated[dict[str, str], AfterValidator(rules.password)] | None = None
    keep: Age | None = None


class PriorityTable(Table):
    """``[priority]``: how much each part counts, in proportion to the others."""

    kind: Weight = 30.0
    sentiment: Weight = 20.0
    influence: Weight = 20.0
    reach: Weight = 10.0
    speed: Weight = 10.0
    unanswered: Weight = 10.0


class ThenTable(Table):
    """``then`` of ``[[rules]]``"""

    tag: list[Line] = []
    label: Annotated[dict[str, Line], AfterValidator(rules.rule_labels)] = {}
    state: Literal["seen", "kept", "done", "ignored"] | None = None
    priority: Annotated[str, BeforeValidator(rules.priority_change)] = ""
    mute: bool = False
    route: Line | None = None


class RuleTable(Table):
    """``[[rules]]``"""

    name: Line
    if_: Annotated[str, Field(alias="if")]
    then: ThenTable


class TuiTable(Table):
    """``[tui]``"""

    theme: Line = ""
    keys: dict[str, Line] = {}


class PublishTable(OpenTable):
    """``[publish]``, with a table of options for each exporter: ``[publish.html]``."""

    timezone: Annotated[str, AfterValidator(rules.time_zone)] = "UTC"
    folder: Line = "published"
    base_url: Annotated[str, AfterValidator(rules.base_url)] = ""


class TargetTable(OpenTable):
    """``[[targets]]``: where published stories are pushed, with the options of its kind beside ours."""

    name: Annotated[str, AfterValidator(rules.target_name)]
    kind: Literal["rsync", "git", "s3"]


class NotifyTable(Table):
    """``[notify]``: how people who are quoted are told."""

    template: str = ""
    sender: str = ""
    server: Annotated[str, AfterValidator(rules.mail_server)] = ""
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: Annotated[dict[str, str], AfterValidator(rules.password)] | None = None


class Settings(Table):
    """The whole file."""

    format: Annotated[int, Field(ge=1)] = FORMAT
    workspace: WorkspaceTable
    http: HttpTable = HttpTable()
    topics: list[TopicTable] = []
    sources: list[SourceTable] = []
    processors: ProcessorsTable = ProcessorsTable()
    rankers: RankersTable = RankersTable()
    search: SearchTable = SearchTable()
    plugins: PluginsTable = PluginsTable()
    archive: ArchiveTable = ArchiveTable()
    tui: TuiTable = TuiTable()
    publish: PublishTable = PublishTable()
    targets: list[TargetTable] = []
    notify: NotifyTable = NotifyTable()
    priority: PriorityTable = PriorityTable()
    rules: list[RuleTable] = []
