"""How whole conversations are read from their platforms, and kept where the user wants that."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..config.workspace import Workspace
from ..core.archives import Archive
from ..core.contracts import Converses, HttpClient
from ..core.conversations import Conversations
from ..core.errors import HubbubError, SourceBroken
from ..core.indexing import Indexer
from ..core.retention import FOR_EVER
from ..core.slugs import unique
from ..core.values import JSON, Batch, Mention, Record, RunReport, Source, Topic
from .following import with_own_accounts

if TYPE_CHECKING:
    from ..core.pipeline import Pipeline
    from .pools import LatePool

KEPT_AS = "conversations"
"""Id of the source through which posts of a conversation come that the user keeps; it is never asked by itself."""


def conversations_of(workspace: Workspace, archive: Archive, indexer: Indexer, http: HttpClient) -> Conversations:
    """The conversations of a workspace; no plugin is loaded before a platform is asked."""

    def keep(mentions: Sequence[Mention]) -> RunReport:
        return save_as(KEPT_AS, workspace, archive, indexer, http, mentions)

    return Conversations(archive, ask=lambda record: ask_platform(workspace, record, http), keep=keep)


def save_as(
    id: str, workspace: Workspace, archive: Archive, indexer: Indexer, http: HttpClient, mentions: Sequence[Mention]
) -> RunReport:
    """Save mentions that a person wants, as coming through a source of that id: all of them, whatever their topic and age."""
    from .processing import judging_pool

    source = Source(id=unique(id, {source.id for source in workspace.sources}), plugin=id, keep="all")
    with judging_pool(workspace, len(mentions)) as pool:
        return _pipeline(workspace, archive, indexer, http, pool, mentions).collect([source])


def ask_platform(workspace: Workspace, record: Record, http: HttpClient) -> Sequence[Mention]:
    """The whole conversation of a mention, from the first source that can read it; raises ``HubbubError``."""
    from .compose import build_source

    problem = ""
    for source in _candidates(workspace, record):
        try:
            fetcher = build_source(workspace, source, http=http)
        except HubbubError as error:
            problem = problem or (str(error) if source.options else "")  # what a plugin lacks that nobody set up is no news
            continue
        if isinstance(fetcher, Converses):
            try:
                return _read(fetcher, record.mention, source)
            except HubbubError as error:  # another server's source may know it
                problem = problem or str(error)
    raise HubbubError(problem or f"No source here can read whole conversations of {record.mention.platform!r}.")


def _read(fetcher: Converses, mention: Mention, source: Source) -> Sequence[Mention]:
    try:
        return fetcher.conversation(mention)
    except HubbubError:
        raise
    except Exception as error:  # a plugin may raise anything; what is archived is shown all the same
        raise SourceBroken(f"The source plugin {source.plugin!r} failed: {type(error).__name__}: {error}") from error


def _candidates(workspace: Workspace, record: Record) -> Iterator[Source]:
    """The sources that it came through, then others of its platform, then the platform's plugin as it is without options."""
    from .compose import registry

    platform = record.mention.platform
    sources = {source.id: source for source in with_own_accounts(workspace).sources}
    yield from (sources[id] for id in record.sources if id in sources)
    yield from (source for id, source in sources.items() if source.plugin == platform and id not in record.sources)
    if platform in registry(workspace).names("source"):
        yield Source(id=platform, plugin=platform)


class _Given:
    """A fetcher of mentions that are there already."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self._mentions = tuple(mentions)

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """All of them at once."""
        yield Batch(mentions=self._mentions, cursor=None)


def _pipeline(
    workspace: Workspace,
    archive: Archive,
    indexer: Indexer,
    http: HttpClient,
    pool: LatePool | None,
    mentions: Sequence[Mention],
) -> Pipeline:
    """A run over these mentions: decided, judged, saved and indexed as what any source gives."""
    from ..core.pipeline import Pipeline
    from .compose import build_attention, now
    from .processing import Processing

    processing = Processing(workspace, pool)
    processing.check()
    return Pipeline(
        archive=archive,
        indexer=indexer,
        build=lambda *_: _Given(mentions),
        topics=workspace.topics,
        processors={},
        elsewhere=processing,
        now=now,
        log=logging.getLogger("hubbub.conversations"),
        retention=FOR_EVER,
        attention=build_attention(workspace, archive, http=http),
    )
