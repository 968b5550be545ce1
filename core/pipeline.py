"""The way of a mention: fetch → decide → match topics → process → save with cursor and change log → index.

Sources are read by threads (:mod:`.fetching`), and processors may work in other processes (:mod:`.processing`), on several
batches ahead of the one that is saved. All else is done in the calling thread, in the order in which batches came: a batch is
one transaction, and the cursor moves only with the mentions that it covers. Whatever a plugin raises harms only its source.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from logging import Logger
from random import Random
from typing import TYPE_CHECKING

from .archives import Archive, Due
from .asking import Asked, ask_again
from .cleaning import clean_mention
from .contracts import Fetcher, Processor, Refreshes
from .deciding import Intent, canonical_url, decide
from .errors import ArchiveError, SecretMissing, SourceError
from .fetching import PATIENCE, Fetched, Finished, fetch_all
from .health import FINE, after_run
from .indexing import Indexer
from .observing import Traffic
from .processing import Processed, process_all
from .refreshing import PER_SOURCE, SECONDS, assigned, next_refresh
from .retention import FOR_EVER, Retention
from .unread import Unread
from .values import JSON, Failure, Health, Mention, RefreshReport, RunReport, Source, SourceReport, SourceState, Topic

if TYPE_CHECKING:
    from .attending import Attention

INDEX_EVERY = 10.0
"""Seconds after which a run makes searchable what it has saved by then."""
WORTH_INDEXING = 2000
"""Mentions that are made searchable as soon as the processors have to be waited for: that time is free."""
THREADS = 24
"""Sources that are read at a time: most of the time they wait for sites to answer, or for their turn at a host."""
AHEAD = 1500
"""Mentions that may be with the processors before the first of them is saved: enough to keep those at work while an index
catches up."""

Progress = Callable[[int, int, str], None]
Process = Callable[[Sequence[Mention], frozenset[int]], "Future[Processed]"]
"""Has the processors asked of mentions, here or in another process, as :func:`hubbub.core.processing.process_all` does."""


@dataclass(slots=True)
class _Tally:
    """What one source has given so far in this run."""

    fetched: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    dropped: int = 0
    unchanged: bool = False
    note: str = ""
    batches: int = 0
    traffic: Traffic = field(default_factory=Traffic)
    failures: list[Failure] = field(default_factory=list)
    error: Exception | None = None
    """What went wrong with one of its batches; later ones are left alone, so that the cursor skips nothing."""


@dataclass(slots=True)
class _Decided:
    """A batch that is with the processors."""

    source: Source
    cursor: JSON
    seen: datetime
    intents: Sequence[Intent]
    said: Future[Processed]
    """Of the new and changed ones among the intents."""
    names: frozenset[str]
    """What its mentions may be met under in another batch."""
    deleted: Sequence[str] = ()
    """Refs that the platform says are deleted."""


class Pipeline:
    """Collects for one workspace. One run at a time."""

    def __init__(
        self,
        *,
        archive: Archive,
        indexer: Indexer,
        build: Callable[[Source, Traffic], Fetcher],
        topics: Sequence[Topic],
        processors: Mapping[str, Processor],
        now: Callable[[], datetime],
        log: Logger,
        threads: int = THREADS,
        patience: float = PATIENCE,
        elsewhere: Process | None = None,
        retention: Retention = FOR_EVER,
        unread: Unread | None = None,
        rng: Random | None = None,
        attention: Attention | None = None,
        index_every: float = INDEX_EVERY,
    ) -> None:
        """``processors`` run in this order; the one called ``topics`` decides what is dropped.

        ``build`` makes a fetcher whose requests are noted in the ``Traffic``; one that gives no sign of life for ``patience``
        seconds is left behind. ``elsewhere`` has the same processors asked in
        another process; without it they are asked here. ``unread`` keeps items that could not be read. ``rng`` spreads the
        next runs of sources; without it they are exact. ``attention`` mutes, rules and says what needs a person first.
        """
        self._archive = archive
        self._indexer = indexer
        self._build = build
        self._topics = tuple(topics)
        self._digest = "\n".join(sorted(f"{topic.name}\t{topic.query}" for topic in topics))
        self._processors = dict(processors)
        self._process = elsewhere or self._process_here
        self._now = now
        self._retention = retention
        self._log = log
        self._threads = threads
        self._patience = patience
        self._unread = unread
        self._rng = rng
        self._attention = attention
        self._index_every = index_every
        self._stop = threading.Event()
        self._ahead: deque[_Decided | Finished] = deque()
        self._tallies: dict[str, _Tally] = {}
        self._able: dict[str, Refreshes] = {}
        """By source: the fetchers of this run that can ask again how mentions are doing."""
        self._touched: list[str] = []
        """What this run has saved something of."""
        self._unknown: list[str] = []
        """Those of these of which it is not known by now how much they need a person."""
        self._unindexed = self._indexed = 0
        self._indexed_at = time.monotonic()

    def stop(self) -> None:
        """Ask the run to end after the batch at hand; what is saved stays saved. Safe from any thread or signal handler."""
        self._stop.set()

    def collect(self, sources: Sequence[Source], progress: Progress | None = None) -> RunReport:
        """Read each source once; raises only ``ArchiveError``, everything else is in the report."""
        self._stop = threading.Event()
        self._ahead.clear()
        self._tallies = {source.id: _Tally() for source in sources}
        self._able = {}
        self._begin()
        started, clock = self._now(), time.monotonic()
        states = self._archive.source_states()
        reports: list[SourceReport] = []

        def settle() -> None:
            """Save the batch that came first; or say how its source is, where that is all of it."""
            if self._unindexed >= WORTH_INDEXING and not _is_ready(self._ahead[0]):
                self._make_searchable()
            if not self._arrived():
                # What a run that is stopped has not saved comes again: the cursors stand before it.
                self._ahead.clear()
                return
            first = self._ahead.popleft()
            if isinstance(first, Finished):
                before = states.get(first.source.id, SourceState(id=first.source.id))
                reports.append(self._close(first, before))
                if progress:
                    progress(len(reports), len(sources), first.source.id)
                return
            self._unindexed += self._try(first.source, lambda: self._save(first))
            if self._unindexed and time.monotonic() - self._indexed_at >= self._index_every:
                self._make_searchable()

        fetched = fetch_all(
            sources,
            build=self._built,
            cursor_of=lambda source: self._cursor_of(states.get(source.id), source),
            topics=self._topics,
            threads=self._threads,
            stop=self._stop,
            patience=self._patience,
            last_sign=lambda source: self._tallies[source.id].traffic.last_sign,
        )
        with closing(fetched):
            for item in fetched:
                if isinstance(item, Fetched):
                    self._try(item.source, lambda item=item: self._take(item, settle))
                elif isinstance(item, Finished):
                    self._ahead.append(item)
                while self._ahead and (_is_ready(self._ahead[0]) or self._is_far_ahead()):
                    settle()
        while self._ahead:
            settle()
        self._settle()
        well = {report.id for report in reports if report.health in FINE}
        refreshed = self._refresh_due([source for source in sources if source.id in well])
        if refreshed.answered:
            self._settle()
        return RunReport(
            started=started,
            seconds=time.monotonic() - clock,
            sources=tuple(sorted(reports, key=lambda report: report.id)),
            indexed=self._indexed,
            refreshed=refreshed,
        )

    def refresh(self, sources: Sequence[Source], refs: Sequence[str]) -> RefreshReport:
        """Ask at once how these mentions are doing, through those of the sources that they came through and that can tell.

        Raises only ``ArchiveError``, everything else is in the report.
        """
        self._stop = threading.Event()
        self._able, failures = {}, []
        self._begin()
        records = self._archive.records(refs)
        concerned = {name for record in records for name in record.sources}
        for source in sources:
            if source.id in concerned:
                self._tallies[source.id] = _Tally()
                try:
                    self._built(source)
                except Exception as error:
                    failures.append(_failure_of(source, error))
        due = [Due(ref=record.ref, sources=record.sources) for record in records]
        report = self._ask(sources, assigned(due, self._able.__contains__, per_source=len(due), per_run=len(due)), float("inf"))
        self._settle()
        return replace(report, failures=(*failures, *report.failures))

    # --- asking again ----------------------------------------------------------------------------------------

    def _built(self, source: Source) -> Fetcher:
        fetcher = self._build(source, self._tallies[source.id].traffic)
        if isinstance(fetcher, Refreshes):
            self._able[source.id] = fetcher
        return fetcher

    def _refresh_due(self, sources: Sequence[Source]) -> RefreshReport:
        """Ask for what is due by now, as far as these sources can tell."""
        able = {source.id for source in sources if source.id in self._able}
        if not able or self._stop.is_set():
            return RefreshReport()
        due = self._archive.due_for_refresh(self._now(), PER_SOURCE)
        return self._ask(sources, assigned(due, able.__contains__), SECONDS)

    def _ask(self, sources: Sequence[Source], wanted: Mapping[str, Sequence[str]], seconds: float) -> RefreshReport:
        if not wanted:
            return RefreshReport()
        asked_again = [ref for refs in wanted.values() for ref in refs]
        self._touched += asked_again
        self._unknown += asked_again
        by_id = {source.id: source for source in sources}
        asked = [
            Asked(source=by_id[name], fetcher=self._able[name], records=self._archive.records(refs))
            for name, refs in wanted.items()
        ]
        return ask_again(
            self._archive,
            asked,
            process=lambda mentions: self._process(mentions, frozenset()),
            judged=partial(self._judged, ""),
            now=self._now,
            log=self._log,
            stop=self._stop,
            threads=self._threads,
            seconds=seconds,
        )

    def _cursor_of(self, state: SourceState | None, source: Source) -> JSON:
        """The saved cursor; ``None`` where topics have changed since, so that a new topic looks back."""
        saved = state.cursor if state else None
        if not isinstance(saved, Mapping):
            return None
        if source.keep == "matches" and saved.get("topics") != self._digest:
            return None
        return saved.get("at")

    # --- one batch, in the calling thread --------------------------------------------------------------------

    def _try(self, source: Source, work: Callable[[], int]) -> int:
        """Do something for a source, unless something of it has failed before; note what is raised now."""
        tally = self._tallies[source.id]
        if tally.error is not None:
            return 0
        try:
            return work()
        except ArchiveError:
            raise
        except Exception as error:
            tally.error = error
            return 0

    def _take(self, item: Fetched, settle: Callable[[], None]) -> int:
        """Decide what a batch's mentions are, and hand the new and changed ones to the processors."""
        source, batch, tally = item.source, item.batch, self._tallies[item.source.id]
        # Nothing has changed only where no batch brings anything.
        tally.unchanged = batch.unchanged and (tally.unchanged or not tally.batches)
        tally.note, tally.batches = batch.note, tally.batches + 1
        tally.failures.extend(replace(failure, source=source.id) for failure in batch.failures)
        tally.fetched += len(batch.mentions)
        mentions = list({m.ref: m for m in map(clean_mention, batch.mentions)}.values())
        names = frozenset(name for m in mentions for name in (m.ref, canonical_url(m.url)) if name)
        # A post that is in an earlier batch as well is known only once that is saved.
        while any(isinstance(other, _Decided) and not names.isdisjoint(other.names) for other in self._ahead):
            settle()
        seen = self._now()
        known = self._archive.known(mentions) if mentions else {}
        decided = [decide(known.get(mention.ref), mention, seen=seen) for mention in mentions]
        # What would be removed again after this run is not taken in anew; what somebody spared then is known.
        intents = [i for i in decided if i.kind != "new" or not self._retention.has_expired(i.when, [source.id], seen)]
        tally.dropped += len(decided) - len(intents)
        fresh = [intent for intent in intents if intent.kind != "same"]
        droppable = frozenset(i for i, intent in enumerate(fresh) if intent.kind == "new" and source.keep == "matches")
        said = self._process([intent.mention for intent in fresh], droppable) if fresh else _done(Processed())
        self._ahead.append(_Decided(source, batch.cursor, seen, intents, said, names, batch.deleted))
        return 0

    def _process_here(self, mentions: Sequence[Mention], droppable: frozenset[int]) -> Future[Processed]:
        return _done(process_all(self._processors, mentions, droppable=droppable))

    def _is_far_ahead(self) -> bool:
        return sum(len(item.intents) for item in self._ahead if isinstance(item, _Decided)) > AHEAD

    def _arrived(self) -> bool:
        """Wait until the processors are done with the batch that came first; whether the run goes on."""
        first = self._ahead[0]
        while isinstance(first, _Decided) and not first.said.done() and not self._stop.is_set():
            wait([first.said], timeout=0.2)
        return not self._stop.is_set()

    def _save(self, batch: _Decided) -> int:
        """Save a batch with what processors said; gives how many mentions the index has to read."""
        source, tally, processed = batch.source, self._tallies[batch.source.id], batch.said.result()
        for failure in processed.failures:
            self._log.error("processor %s failed\n%s", failure.name, failure.details)
            words = f"The processor {failure.name!r} failed: {failure.message}"
            tally.failures.append(Failure(source=source.id, message=words, kind=Health.OK))  # the source did its part
        labels, signatures = iter(processed.labels), iter(processed.signatures)
        kept: list[Intent] = []
        for intent in batch.intents:
            said, signature = ((), None) if intent.kind == "same" else (next(labels), next(signatures))
            # A mention that we have stays ours, whatever topics say today: only the unknown are dropped.
            if intent.kind == "new" and source.keep == "matches" and not any(label.name == "topic" for label in said):
                tally.dropped += 1
                continue
            again = next_refresh(intent.when, batch.seen) if intent.kind == "new" and source.id in self._able else None
            kept.append(replace(intent, labels=said, signature=signature, refresh_at=again))
        if batch.deleted:
            # Before the cursor moves: after a kill in between it is only done twice.
            self._archive.mark_deleted(batch.deleted, batch.seen)
        kept = self._judged(source.id, kept, batch.seen)
        self._archive.save(source.id, kept, {"topics": self._digest, "at": batch.cursor}, batch.seen)
        touched = [intent for intent in kept if intent.kind != "same" or intent.counts_changed]
        self._touched += [intent.ref for intent in touched]
        self._unknown += [intent.ref for intent in touched if intent.priority is None]
        for intent in kept:
            setattr(tally, intent.kind, getattr(tally, intent.kind) + 1)
        return len(touched)

    # --- what the desk attends to, and finds -----------------------------------------------------------------

    def _begin(self) -> None:
        self._touched, self._unknown = [], []
        self._unindexed = self._indexed = 0
        self._indexed_at = time.monotonic()
        if self._attention:
            self._attention.begin()

    def _judged(self, source: str, intents: list[Intent], at: datetime) -> list[Intent]:
        return self._attention.judged(source, intents, at) if self._attention else intents

    def _make_searchable(self) -> None:
        """Have the index read what was saved by now: once it is known what of that needs a person, or it would all be read
        twice."""
        if self._attention:
            self._attention.prioritise(self._unknown)
        self._unknown = []
        self._catch_up()

    def _settle(self) -> None:
        """The same at the end, when all that was touched can be seen together."""
        if self._attention:
            self._attention.settle(self._touched, self._unknown)
        self._touched, self._unknown = [], []
        self._catch_up()

    def _catch_up(self) -> None:
        self._indexed += self._indexer.try_to_catch_up()
        self._unindexed, self._indexed_at = 0, time.monotonic()

    # --- the end of a source's run ---------------------------------------------------------------------------

    def _close(self, end: Finished, before: SourceState) -> SourceReport:
        """Say how the source is, and save it."""
        source, tally = end.source, self._tallies[end.source.id]
        error = tally.error or end.error
        if isinstance(error, ArchiveError):
            raise error
        if error is not None:
            log = self._log.warning if isinstance(error, SourceError) else self._log.exception
            log("source %s: %s", source.id, error, exc_info=None if isinstance(error, SourceError) else error)
            tally.failures.append(_failure_of(source, error))
        now = self._now()
        unread = self._unread.keep(source.id, tally.failures, now) if self._unread and tally.failures else None
        state = after_run(
            before,
            source,
            now=now,
            error=error,
            fetched=tally.fetched,
            new=tally.new,
            unchanged=tally.unchanged,
            failures=tally.failures,
            slowest=tally.traffic.slowest,
            quota=tally.traffic.quota,
            kept=f"{unread.parent.name}/{unread.name}" if unread else "",
            note=tally.note,
            rng=self._rng,
        )
        self._archive.save_source_state(state)
        return SourceReport(
            id=source.id,
            health=state.health,
            message=state.message,
            fetched=tally.fetched,
            new=tally.new,
            changed=tally.changed,
            same=tally.same,
            dropped=tally.dropped,
            unchanged=tally.unchanged,
            failures=tuple(tally.failures),
        )


def _done(processed: Processed) -> Future[Processed]:
    future: Future[Processed] = Future()
    future.set_result(processed)
    return future


def _is_ready(item: _Decided | Finished) -> bool:
    return isinstance(item, Finished) or item.said.done()


def _failure_of(source: Source, error: Exception) -> Failure:
    kind = error.health if isinstance(error, SourceError | SecretMissing) else Health.BROKEN
    return Failure(source=source.id, message=str(error), kind=kind)
