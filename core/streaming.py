"""Streams while watching: a thread reads each into a short queue, which the pipeline empties between its rounds.

A :class:`Tap` stands where the pipeline expects a fetcher. What has come is saved as all else is: batch by batch, each in one
transaction with its cursor. A full queue stops the reading of the socket. Where a batch could not be saved, the stream begins
again from the cursor that was; where the connection ends, or the machine has slept, from the last one that came.
"""

from __future__ import annotations

import json
import queue
import random
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from .contracts import Fetcher, Refreshes, Streams
from .errors import SourceLimited, SourceNeedsKey, SourceRefused
from .values import JSON, Batch, Mention, Topic

QUEUE = 64
"""Batches that may wait to be saved."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""Seconds before a stream is connected again; doubled each time, with jitter."""
FOR_PEOPLE = 1800.0
"""Seconds at least where a person has to mend something: a token, a refusal."""
CURSOR_EVERY = timedelta(minutes=1)
"""How often the place in a stream is saved on which nothing comes that matters."""
SLEPT = timedelta(seconds=90)
"""A stream says something every few seconds. Where the clock has gone on by more than this meanwhile, the machine has slept."""


class Tap:
    """A streaming source as a fetcher: its run gives what has come by now. Thread-safe."""

    def __init__(
        self,
        fetcher: Streams,
        *,
        now: Callable[[], datetime],
        woken: Callable[[], None] = lambda: None,
        rng: random.Random | None = None,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        """``woken`` is told from another thread when there is something to fetch."""
        self._fetcher, self._now, self._woken = fetcher, now, woken
        self._rng = rng or random.Random()
        self._first_pause = first_pause
        self._flow: _Flow | None = None
        self._given = ""
        """The cursor of the batch that was handed over last: what must have been saved."""

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. Raises what keeps the stream from being connected."""
        if self._flow is None or self._flow.topics != tuple(topics) or _text(cursor) != self._given:
            # The first time; or what was handed over last is not what was saved.
            self.close()
            self._flow, self._given = _Flow(tuple(topics)), _text(cursor)
            self._start(self._flow, cursor)
        flow = self._flow
        flow.told = True
        note, any_yet = flow.note, False
        for _ in range(flow.batches.qsize()):
            with suppress(queue.Empty):
                batch = flow.batches.get_nowait()
                cursor, any_yet = batch.cursor, True
                self._given = _text(cursor)
                yield replace(batch, note=batch.note or note)
        if flow.problem is not None:
            raise flow.problem
        if not any_yet:
            yield Batch(cursor=cursor, unchanged=True, note=note)

    @property
    def ready(self) -> bool:
        """Whether something has come, or something else is to be said of it, since the last fetch."""
        return self._flow is not None and (not self._flow.batches.empty() or not self._flow.told)

    def close(self) -> None:
        """Stop listening; does not wait for the connection to be closed."""
        if self._flow is not None:
            self._flow.stop.set()
        self._flow = None

    def _start(self, flow: _Flow, cursor: JSON) -> None:
        # A daemon: a thread that waits for a silent site must not hold up ctrl-C, and it has nothing that could be lost.
        threading.Thread(target=self._run, args=(flow, cursor), name="stream", daemon=True).start()

    def _run(self, flow: _Flow, cursor: JSON) -> None:
        pauses = 0
        while not flow.stop.is_set():
            problem: Exception | None = None
            came = False
            try:
                for batch in self._listened(flow, cursor):
                    cursor, pauses = batch.cursor, 0
                    if not came:
                        came = True
                        flow.say(f"connected since {self._now():%Y-%m-%d %H:%M} UTC", None, self._woken)
                    if not _is_empty(batch) or flow.wants_cursor(self._now()):
                        flow.put(batch, self._now(), self._woken)
            except Exception as error:  # whatever a plugin raises harms only its source
                problem = error
            if flow.stop.is_set():
                return
            wait = self._pause(pauses, problem)
            pauses += 1
            if problem is not None:
                flow.say("", problem, self._woken)
            else:
                flow.say(f"the connection ended at {self._now():%H:%M} UTC; connecting again", None, self._woken)
            flow.stop.wait(wait)

    def _listened(self, flow: _Flow, cursor: JSON) -> Iterator[Batch]:
        """One connection; ends early where the machine has slept, since nobody is at its other end then."""
        stream = self._fetcher.stream(flow.topics, cursor, flow.stop)
        try:
            while True:
                before = self._now()
                batch = next(stream, None)
                if batch is None:
                    return
                slept = abs(self._now() - before) > SLEPT
                yield batch
                if slept:
                    return
        finally:
            if isinstance(stream, Generator):
                stream.close()

    def _pause(self, pauses: int, problem: Exception | None) -> float:
        seconds = min(self._first_pause * 2 ** min(pauses, 20), LONGEST_PAUSE) * (0.5 + self._rng.random())
        if isinstance(problem, SourceNeedsKey | SourceRefused):
            return max(seconds, FOR_PEOPLE)
        if isinstance(problem, SourceLimited) and problem.until is not None:
            return max(seconds, (problem.until - self._now()).total_seconds())
        return seconds


class RefreshingTap(Tap):
    """A tap of a source that can be asked again how its mentions are doing."""

    def __init__(self, fetcher: Streams, refreshes: Refreshes, **others: Any) -> None:
        """``refreshes`` is the fetcher, too."""
        super().__init__(fetcher, **others)
        self._refreshes = refreshes

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``."""
        return self._refreshes.refresh(mentions)


class Taps:
    """The taps of all streaming sources, for as long as somebody watches. Use it in ``with``."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._taps: dict[str, Tap] = {}
        self._woken = threading.Event()

    def __enter__(self) -> Taps:
        return self

    def __exit__(self, *_: object) -> None:
        for tap in self._taps.values():
            tap.close()
        self._taps.clear()

    def of(self, source: str, build: Callable[[], Fetcher]) -> Fetcher:
        """The tap of a source, if its fetcher streams; else the fetcher itself, built anew for each run."""
        if source in self._taps:
            return self._taps[source]
        fetcher = build()
        if not isinstance(fetcher, Streams):
            return fetcher
        if isinstance(fetcher, Refreshes):
            tap = RefreshingTap(fetcher, fetcher, now=self._now, woken=self._woken.set)
        else:
            tap = Tap(fetcher, now=self._now, woken=self._woken.set)
        self._taps[source] = tap
        return tap

    def ready(self) -> frozenset[str]:
        """The sources that something has come of since they were last read."""
        self._woken.clear()
        return frozenset(source for source, tap in self._taps.items() if tap.ready)

    def wait(self, seconds: float) -> bool:
        """Wait until something comes, at most so long; whether something did."""
        return self._woken.wait(seconds)


@dataclass(slots=True)
class _Flow:
    """One life of a stream: a new one begins where a batch could not be saved."""

    topics: tuple[Topic, ...]
    stop: threading.Event = field(default_factory=threading.Event)
    batches: queue.Queue[Batch] = field(default_factory=lambda: queue.Queue(QUEUE))
    note: str = "connecting"
    problem: Exception | None = None
    told: bool = True
    """Whether :attr:`note` and :attr:`problem` were read as they are."""
    put_at: datetime | None = None

    def put(self, batch: Batch, now: datetime, woken: Callable[[], None]) -> None:
        """Hand a batch over; waits while the queue is full, and the socket with it."""
        self.put_at = now
        while not self.stop.is_set():
            with suppress(queue.Full):
                self.batches.put(batch, timeout=0.2)
                woken()
                return

    def wants_cursor(self, now: datetime) -> bool:
        """Whether an empty batch is worth a transaction, for its cursor."""
        return self.put_at is None or (self.batches.empty() and abs(now - self.put_at) >= CURSOR_EVERY)

    def say(self, note: str, problem: Exception | None, woken: Callable[[], None]) -> None:
        """Say how it is; the same trouble is not told twice."""
        news = str(problem) != str(self.problem) if problem or self.problem else note != self.note
        self.note, self.problem = note, problem
        if news:
            self.told = False
            woken()


def _is_empty(batch: Batch) -> bool:
    return not (batch.mentions or batch.failures or batch.deleted)


def _text(cursor: JSON) -> str:
    return json.dumps(cursor, sort_keys=True)
