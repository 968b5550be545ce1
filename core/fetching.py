"""Sources are read by threads; what they give is handed over as it comes, each source's batches in their order."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from .contracts import Fetcher
from .values import JSON, Batch, Source, Topic

T = TypeVar("T")

QUEUE = 16
"""Fetched batches that may wait: fetching faster than saving would only fill the memory."""
IDLE = 0.05
"""Seconds without anything new after which whoever listens may do something else."""


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
) -> Generator[Fetched[Batch] | Finished | None, None, None]:
    """Batches of all sources, whose fetchers are built first: see :func:`read_all`."""

    def reading(source: Source, fetcher: Fetcher) -> Callable[[], Iterator[Batch]]:
        return lambda: fetcher.fetch(topics, cursor_of(source))

    works: list[tuple[Source, Callable[[], Iterator[Batch]]]] = []
    for source in sources:
        try:
            works.append((source, reading(source, build(source))))
        except (Exception, SystemExit) as raised:
            yield Finished(source, _as_error(raised))
    yield from read_all(works, threads=threads, stop=stop)


def read_all(
    works: Sequence[tuple[Source, Callable[[], Iterator[T]]]], *, threads: int, stop: threading.Event
) -> Generator[Fetched[T] | Finished | None, None, None]:
    """Batches of all sources as they come, one ``Finished`` for each source, and ``None`` when nothing has come for a while.

    Ends early once ``stop`` is set.
    """
    left = threading.Event()
    items: queue.Queue[Fetched[T] | Finished] = queue.Queue(QUEUE)
    waiting: queue.SimpleQueue[tuple[Source, Callable[[], Iterator[T]]]] = queue.SimpleQueue()
    remaining = len(works)
    for work in works:
        waiting.put(work)

    def hand_over(item: Fetched[T] | Finished) -> None:
        # Once the run has been left, nobody empties the queue any more.
        while not (stop.is_set() or left.is_set()):
            with suppress(queue.Full):
                items.put(item, timeout=0.2)
                return

    def read() -> None:
        while not (stop.is_set() or left.is_set()):
            try:
                source, begin = waiting.get_nowait()
            except queue.Empty:
                return
            error: Exception | None = None
            try:
                for batch in begin():
                    hand_over(Fetched(source, batch))
                    if stop.is_set() or left.is_set():
                        return
            except (Exception, SystemExit) as raised:
                error = _as_error(raised)
            hand_over(Finished(source, error))

    # Daemons: a thread that waits for a slow site must not hold up ctrl-C, and it has nothing that could be lost.
    for number in range(min(threads, remaining)):
        threading.Thread(target=read, name=f"fetch-{number}", daemon=True).start()
    try:
        while remaining and not stop.is_set():
            try:
                item = items.get(timeout=IDLE)
            except queue.Empty:
                yield None
                continue
            remaining -= isinstance(item, Finished)
            yield item
    finally:
        left.set()


def _as_error(raised: Exception | SystemExit) -> Exception:
    """A plugin that wants to end the program is like any other that fails: only its source ends."""
    return RuntimeError(f"it wanted to end the program ({raised})") if isinstance(raised, SystemExit) else raised
