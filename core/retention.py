"""How long mentions are kept. Settings and a time make the decision; only :func:`expire` asks an archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .folding import fold
from .query import And, Node, Not, Prefix, Query, Range, Term
from .values import Record, TriageState

if TYPE_CHECKING:
    from .archives import Archive
    from .contracts import ArchiveReader  # settings are read by every command, and this takes a while

AT_ONCE = 500
"""Mentions that one transaction removes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """How long mentions are kept after the time that they are sorted by. By default for ever."""

    keep: timedelta | None = None
    """Where their sources say nothing of their own; ``None``: for ever."""
    sources: Mapping[str, timedelta] = field(default_factory=dict)
    """By id of a source."""

    def span(self, sources: Iterable[str]) -> timedelta | None:
        """How long a mention that came through these sources is kept: as long as the one that keeps longest says."""
        spans = [self.sources.get(source, self.keep) for source in sources] or [self.keep]
        told = [span for span in spans if span is not None]
        return max(told) if len(told) == len(spans) else None

    def has_expired(self, when: datetime, sources: Iterable[str], now: datetime) -> bool:
        """Whether a mention of that time, through these sources, is kept no longer."""
        span = self.span(sources)
        return span is not None and now - when > span

    def queries(self, now: datetime) -> Iterator[Query]:
        """What together finds every mention that may have expired, but for the kept and the tagged ones."""
        spared = (Not(Term("status", TriageState.KEPT.value)), Not(Prefix("tag", "")))
        limits: list[tuple[Node | None, timedelta]] = [(Term("source", fold(id)), span) for id, span in self.sources.items()]
        if self.keep is not None:
            limits.append((None, self.keep))
        for source, span in limits:
            old = Range("published", None, now - span, high_open=True)
            yield Query("", And((*((source,) if source else ()), old, *spared)))


FOR_EVER = Retention()
"""Nothing is ever removed by itself."""


def is_spared(record: Record, quoted: frozenset[str]) -> bool:
    """Whether somebody has done something with a mention, so that only a person may remove it.

    ``quoted`` are the refs that stories quote.
    """
    return record.state is TriageState.KEPT or bool(record.tags) or bool(record.notes) or record.ref in quoted


def quoted_refs(archive: ArchiveReader) -> frozenset[str]:
    """The refs that the standing revisions of all stories quote."""
    stories = (archive.story(summary.id).story for summary in archive.stories())
    return frozenset(block.ref for story in stories for block in story.blocks if block.ref)


def expire(archive: Archive, retention: Retention, now: datetime) -> int:
    """Remove all mentions that are kept no longer; gives how many. The index has to catch up afterwards."""
    gone = 0
    quoted: frozenset[str] | None = None
    for query in retention.queries(now):
        after: str | None = None
        while True:
            page = archive.find(query, order="oldest", limit=AT_ONCE, after=after)
            records = archive.records([hit.ref for hit in page.hits])
            old = [record for record in records if retention.has_expired(record.when, record.sources, now)]
            if old:
                quoted = quoted_refs(archive) if quoted is None else quoted
                gone += archive.purge([record.ref for record in old if not is_spared(record, quoted)])
            after = page.next
            if after is None:
                break
    return gone
