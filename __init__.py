"""Listen to the hubbub. Keep the story.

The names below are what plugins are written with, and stay where they are: ``from hubbub import Component, Mention, hookimpl``.
Each is imported from its room when it is first used, so that ``import hubbub`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.archives import ArchiveReader as ArchiveReader
    from .core.contracts import Allowance as Allowance
    from .core.contracts import Checks as Checks
    from .core.contracts import Clues as Clues
    from .core.contracts import Component as Component
    from .core.contracts import Context as Context
    from .core.contracts import Converses as Converses
    from .core.contracts import Explains as Explains
    from .core.contracts import Exporter as Exporter
    from .core.contracts import Fetcher as Fetcher
    from .core.contracts import HttpClient as HttpClient
    from .core.contracts import Learns as Learns
    from .core.contracts import LooksUp as LooksUp
    from .core.contracts import Notifier as Notifier
    from .core.contracts import Processor as Processor
    from .core.contracts import Ranker as Ranker
    from .core.contracts import Rate as Rate
    from .core.contracts import ReadsLabels as ReadsLabels
    from .core.contracts import Refreshes as Refreshes
    from .core.contracts import Reimports as Reimports
    from .core.contracts import Response as Response
    from .core.contracts import RestsOn as RestsOn
    from .core.contracts import SearchEngine as SearchEngine
    from .core.contracts import Streams as Streams
    from .core.contracts import Suggestion as Suggestion
    from .core.documents import SearchDoc as SearchDoc
    from .core.errors import ExportError as ExportError
    from .core.errors import HubbubError as HubbubError
    from .core.errors import ImportFailed as ImportFailed
    from .core.errors import IndexBusy as IndexBusy
    from .core.errors import IndexDamaged as IndexDamaged
    from .core.errors import SourceBroken as SourceBroken
    from .core.errors import SourceError as SourceError
    from .core.errors import SourceGone as SourceGone
    from .core.errors import SourceLimited as SourceLimited
    from .core.errors import SourceNeedsKey as SourceNeedsKey
    from .core.errors import SourceRefused as SourceRefused
    from .core.errors import SourceUnreachable as SourceUnreachable
    from .core.fields import Fields as Fields
    from .core.fields import UnexpectedField as UnexpectedField
    from .core.fields import json_of as json_of
    from .core.fields import list_in as list_in
    from .core.fields import map_each as map_each
    from .core.fields import moment_of as moment_of
    from .core.fields import object_of as object_of
    from .core.hookspecs import hookimpl as hookimpl
    from .core.htmltext import read_html as read_html
    from .core.optiontypes import Ago as Ago
    from .core.optiontypes import PluginOptions as PluginOptions
    from .core.optiontypes import ServerName as ServerName
    from .core.optiontypes import WebAddress as WebAddress
    from .core.paging import Page as Page
    from .core.paging import each as each
    from .core.paging import newest_first as newest_first
    from .core.paging import oldest_first as oldest_first
    from .core.parsing import parse as parse
    from .core.query import Query as Query
    from .core.quoting import quoted_words as quoted_words
    from .core.searchterms import SearchTerm as SearchTerm
    from .core.searchterms import search_terms as search_terms
    from .core.searchterms import tags_of as tags_of
    from .core.values import JSON as JSON
    from .core.values import Alert as Alert
    from .core.values import Author as Author
    from .core.values import AuthorRank as AuthorRank
    from .core.values import Batch as Batch
    from .core.values import Block as Block
    from .core.values import BlockKind as BlockKind
    from .core.values import CheckState as CheckState
    from .core.values import Engagement as Engagement
    from .core.values import Extent as Extent
    from .core.values import Facets as Facets
    from .core.values import Failure as Failure
    from .core.values import FrozenCopy as FrozenCopy
    from .core.values import Hit as Hit
    from .core.values import Hits as Hits
    from .core.values import Label as Label
    from .core.values import Labels as Labels
    from .core.values import Learnt as Learnt
    from .core.values import LinkCheck as LinkCheck
    from .core.values import Media as Media
    from .core.values import Mention as Mention
    from .core.values import MentionKind as MentionKind
    from .core.values import PublishedStory as PublishedStory
    from .core.values import Quota as Quota
    from .core.values import Reason as Reason
    from .core.values import Receipt as Receipt
    from .core.values import Record as Record
    from .core.values import Redaction as Redaction
    from .core.values import RunReport as RunReport
    from .core.values import Span as Span
    from .core.values import Story as Story
    from .core.values import Topic as Topic
    from .core.values import Window as Window

__version__ = "0.1.0"

_HOMES = {
    "core.archives": "ArchiveReader",
    "core.contracts": (
        "Allowance Checks Clues Component Context Converses Explains Exporter Fetcher HttpClient Learns LooksUp Notifier "
        "Processor Ranker Rate ReadsLabels Refreshes Reimports Response RestsOn SearchEngine Streams Suggestion"
    ),
    "core.documents": "SearchDoc",
    "core.errors": (
        "ExportError HubbubError ImportFailed IndexBusy IndexDamaged SourceBroken SourceError SourceGone "
        "SourceLimited SourceNeedsKey SourceRefused SourceUnreachable"
    ),
    "core.fields": "Fields UnexpectedField json_of list_in map_each moment_of object_of",
    "core.hookspecs": "hookimpl",
    "core.htmltext": "read_html",
    "core.optiontypes": "Ago PluginOptions ServerName WebAddress",
    "core.paging": "Page each newest_first oldest_first",
    "core.parsing": "parse",
    "core.quoting": "quoted_words",
    "core.query": "Query",
    "core.searchterms": "SearchTerm search_terms tags_of",
    "core.values": (
        "JSON Alert Author AuthorRank Batch Block BlockKind CheckState Engagement Extent Facets Failure FrozenCopy Hit "
        "Hits Label Labels Learnt LinkCheck Media Mention MentionKind PublishedStory Quota Reason Receipt Redaction "
        "Record RunReport Span Story Topic Window"
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}
__all__ = ["__version__", *_HOME_OF]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
