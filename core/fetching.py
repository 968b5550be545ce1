"""Sources are read by threads; what they give is handed over as it comes, each source's batches in their order."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from .contracts import Fetcher
from .errors import SourceBroken
from .values import JSON, Batch, Source, Topic

T = TypeVar("T")

QUEUE = 16
"""Fetched batches that may wait: fetching faster than saving would only fill the memory."""
IDLE = 0.05
"""Seconds without anything new after which whoever listens may do something else."""
PATIENCE = 600.0
"""Seconds without any sign of life after which a source is left behind; every single request ends long before that."""
_HANGS = "It gave no sign of life for {} seconds and was left behind; its plugin hangs. The next run tries it again."


@dataclass(frozen=True, slots=True)
class Fetched(Generic[T]):
    """A batch of a source."""

    source: Source
    batch: T


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a source: nothing more comes of it in this run."""

    source: Source
    error: Exception | None


def fetch_all(
    sources: Sequence[Source],
    *,
    build: Callable[[Source], Fetcher],
    cursor_of: Callable[[Source], JSON],
    topics: Sequence[Topic],
    threads: int,
    stop: threading.Event,
    patience: float = PATIENCE,
    last_sign: Callable[[Source], float] = lambda source: 0.0,
) -> Generator[Fetched[Batch] | Finished | None, None, None]:
    """Batches of all sources, whose fetchers are built by the threads that read them: see :func:`read_all`."""

    def reading(source: Source) -> Callable[[], Iterator[Batch]]:
        return lambda: build(source).fetch(topics, cursor_of(source))

    works = [(source, reading(source)) for source in sources]
    yield from read_all(works, threads=threads, stop=stop, patience=patience, last_sign=last_sign)


def read_all(
    works: Sequence[tuple[Source, Callable[[], Iterator[T]]]],
    *,
    threads: int,
    stop: threading.Event,
    patience: float = PATIENCE,
    last_sign: Callable[[Source], float] = lambda source: 0.0,
) -> Generator[Fetched[T] | Finished | None, None, None]:
    """Batches of all sources as they come, one ``Finished`` for each source, and ``None`` when nothing has come for a while.

    A source that has neither begun nor given anything for ``patience`` seconds is left behind with an error, and whatever comes
    of it later is dropped: a plugin that hangs never holds up the others. ``last_sign`` tells the time (``time.monotonic``) of
    any other sign of life. Ends early once ``stop`` is set.
    """
    left = threading.Event()
    items: queue.Queue[Fetched[T] | Finished] = queue.Queue(QUEUE)
    waiting: queue.SimpleQueue[tuple[Source, Callable[[], Iterator[T]]]] = queue.SimpleQueue()
    reading: dict[str, tuple[Source, float]] = {}  # by id: what is being read, and when it last gave something
    behind: set[str] = set()
    for work in works:
        waiting.put(work)

    def hand_over(item: Fetched[T] | Finished) -> None:
        # Once the run has been left, or the source was left behind, nobody wants it any more.
        while not (stop.is_set() or left.is_set() or item.source.id in behind):
            with suppress(queue.Full):
                items.put(item, timeout=0.2)
                reading[item.source.id] = (item.source, time.monotonic())
                return

    def read() -> None:
        while not (stop.is_set() or left.is_set()):
            try:
                source, begin = waiting.get_nowait()
            except queue.Empty:
                return
            error: Exception | None = None
            reading[source.id] = (source, time.monotonic())
            try:
                for batch in begin():
                    hand_over(Fetched(source, batch))
                    if stop.is_set() or left.is_set() or source.id in behind:
                        return
            except (Exception, SystemExit) as raised:
                error = _as_error(raised)
            hand_over(Finished(source, error))

    def start(number: int) -> None:
        # Daemons: a thread that waits for a slow site must not hold up ctrl-C, and it has nothing that could be lost.
        for _ in range(number):
            threading.Thread(target=read, name="fetch", daemon=True).start()

    remaining = {source.id for source, _ in works}
    start(min(threads, len(works)))
    try:
        while remaining and not stop.is_set():
            try:
                item = items.get(timeout=IDLE)
            except queue.Empty:
                for source in _silent(reading, remaining, patience, last_sign):
                    behind.add(source.id)
                    remaining.discard(source.id)
                    start(1)  # its thread is lost
                    yield Finished(source, SourceBroken(_HANGS.format(round(patience))))
                yield None
                continue
            if item.source.id in behind:
                continue
            if isinstance(item, Finished):
                remaining.discard(item.source.id)
            yield item
    finally:
        left.set()


def _silent(
    reading: Mapping[str, tuple[Source, float]], remaining: Set[str], patience: float, last_sign: Callable[[Source], float]
) -> list[Source]:
    now = time.monotonic()
    return [
        source
        for id, (source, sign) in list(reading.items())
        if id in remaining and now - max(sign, last_sign(source)) > patience
    ]


def _as_error(raised: Exception | SystemExit) -> Exception:
    """A plugin that wants to end the program is like any other that fails: only its source ends."""
    return RuntimeError(f"it wanted to end the program ({raised})") if isinstance(raised, SystemExit) else raised
