"""Asks platforms how mentions are doing by now, and saves what they say: counts, edits, deletions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from logging import Logger

from .archives import Archive
from .cleaning import clean_mention
from .contracts import Refreshes
from .deciding import Intent, decide
from .errors import ArchiveError, SourceError, SourceLimited
from .fetching import Fetched, Finished, read_all
from .processing import Processed
from .refreshing import PUT_OFF, next_refresh
from .values import Failure, Health, Mention, Record, RefreshReport, Source

PIECE = 50
"""Answers that one transaction saves."""
GRACE = 5.0
"""Seconds that a source may take longer than all may, before it is not listened to any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A source with the mentions that it is asked for."""

    source: Source
    fetcher: Refreshes
    records: Sequence[Record]


def ask_again(
    archive: Archive,
    asked: Sequence[Asked],
    *,
    process: Callable[[Sequence[Mention]], Future[Processed]],
    judged: Callable[[list[Intent], datetime], list[Intent]],
    now: Callable[[], datetime],
    log: Logger,
    stop: threading.Event,
    threads: int,
    seconds: float,
) -> RefreshReport:
    """Ask sources for mentions that we have; raises only ``ArchiveError``, everything else is in the report.

    What was answered is asked for again at its next age; so is what a source passed over. Where a source fails, what it has not
    answered is put off; where the time is over, that is asked for in the next run.
    """
    until = time.monotonic() + seconds
    works = [(each.source, partial(_answers, each, until)) for each in asked]
    turns = {each.source.id: _Turn(archive, each, process, judged, now, log) for each in asked}
    with closing(read_all(works, threads=threads, stop=stop)) as items:
        for item in items:
            if isinstance(item, Fetched):
                turns[item.source.id].take(item.batch)
            elif isinstance(item, Finished) and item.error is not None:
                turns[item.source.id].put_off(item.error)
            elif time.monotonic() > until + GRACE:
                break
    done = turns.values()
    return RefreshReport(
        asked=sum(len(each.records) for each in asked),
        answered=sum(turn.answered for turn in done),
        changed=sum(turn.changed for turn in done),
        deleted=sum(turn.deleted for turn in done),
        failures=tuple(failure for turn in done for failure in turn.failures),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """Some answers; the last of a source is empty-handed or not, but ``over``."""

    answers: Sequence[tuple[str, Mention | None]]
    over: bool = False


def _answers(asked: Asked, until: float) -> Iterator[_Part]:
    """What a source answers, in pieces; ends early when the time is over."""
    piece: list[tuple[str, Mention | None]] = []
    try:
        for answer in asked.fetcher.refresh([record.mention for record in asked.records]):
            piece.append(answer)
            if time.monotonic() > until:
                yield _Part(piece)
                return
            if len(piece) >= PIECE:
                yield _Part(piece)
                piece = []
    except Exception:
        if piece:
            yield _Part(piece)
        raise
    yield _Part(piece, over=True)


@dataclass(slots=True)
class _Turn:
    """What becomes of the mentions that one source was asked for."""

    archive: Archive
    asked: Asked
    process: Callable[[Sequence[Mention]], Future[Processed]]
    judged: Callable[[list[Intent], datetime], list[Intent]]
    now: Callable[[], datetime]
    log: Logger
    waiting: Mapping[str, Record] = field(init=False)
    """By ref: what was not answered yet."""
    answered: int = 0
    changed: int = 0
    deleted: int = 0
    failures: list[Failure] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.waiting = {record.ref: record for record in self.asked.records}

    def take(self, part: _Part) -> None:
        """Save some answers; what is raised on the way costs only this source."""
        try:
            self._save(part)
        except ArchiveError:
            raise
        except Exception as error:
            self.put_off(error)

    def _save(self, part: _Part) -> None:
        at = self.now()
        told = {ref: mention for ref, mention in part.answers if ref in self.waiting}
        gone = [ref for ref, mention in told.items() if mention is None and not self.waiting[ref].deleted]
        # A plugin that answers with another mention than it was asked for is not believed.
        there = [clean_mention(mention) for ref, mention in told.items() if mention is not None and mention.ref == ref]
        known = self.archive.known(there) if there else {}
        intents = [
            decide(known[mention.ref], mention, seen=at)
            for mention in there
            if mention.ref in known and known[mention.ref].ref == mention.ref
        ]
        fresh = [intent.mention for intent in intents if intent.kind != "same"]
        if fresh:
            processed = self.process(fresh).result()
            self.failures += [
                self._failed(f"The processor {each.name!r} failed: {each.message}") for each in processed.failures
            ]
            said = zip(processed.labels, processed.signatures, strict=True)
            labelled = {mention.ref: words for mention, words in zip(fresh, said, strict=True)}
            intents = [
                replace(intent, labels=labelled[intent.ref][0], signature=labelled[intent.ref][1])
                if intent.kind != "same"
                else intent
                for intent in intents
            ]
        moved = self.waiting if part.over else told
        again = {ref: None if ref in gone else next_refresh(self.waiting[ref].when, at) for ref in moved}
        self.archive.save_refreshed(self.judged(intents, at), gone, again, at)
        self.waiting = {ref: record for ref, record in self.waiting.items() if ref not in told}
        self.answered += len(told)
        self.changed += len(fresh)
        self.deleted += len(gone)

    def put_off(self, error: Exception) -> None:
        """Leave alone for a while what was not answered, since the source cannot tell."""
        source, now = self.asked.source, self.now()
        until = error.until if isinstance(error, SourceLimited) else None
        self.archive.save_refreshed([], [], dict.fromkeys(self.waiting, until or now + PUT_OFF), now)
        if isinstance(error, SourceError):
            self.log.warning("source %s, asked again: %s", source.id, error)
            self.failures.append(self._failed(str(error), error.health))
        else:
            self.log.error("source %s, asked again: %s", source.id, error, exc_info=error)
            self.failures.append(self._failed(f"the plugin {source.plugin!r} failed: {type(error).__name__}: {error}"))

    def _failed(self, message: str, kind: Health = Health.BROKEN) -> Failure:
        return Failure(source=self.asked.source.id, message=message, kind=kind)
