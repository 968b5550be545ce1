"""Several questions asked of the network at once, and no longer than somebody at a terminal waits."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

THREADS = 8


def all_within(jobs: Sequence[Callable[[], T]], *, seconds: float, threads: int = THREADS) -> list[T | None]:
    """What each job gives, in the order of the jobs; ``None`` for one that has not ended within these seconds.

    A job must not raise. One that is late goes on in a thread that nobody waits for.
    """
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, T]] = queue.SimpleQueue()
    for number in range(len(jobs)):
        waiting.put(number)
    over = threading.Event()

    def work() -> None:
        with suppress(queue.Empty):
            while not over.is_set():
                number = waiting.get_nowait()
                done.put((number, jobs[number]()))

    # Daemons: a site that is slow must hold up neither the command's end nor ctrl-C.
    for _ in range(min(threads, len(jobs))):
        threading.Thread(target=work, daemon=True).start()
    results: list[T | None] = [None] * len(jobs)
    until = time.monotonic() + seconds
    try:
        for _ in jobs:
            number, result = done.get(timeout=max(0.0, until - time.monotonic()))
            results[number] = result
    except queue.Empty:
        pass
    finally:
        over.set()
    return results
