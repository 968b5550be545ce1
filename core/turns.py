"""Whose turn it is to ask a host: so many at once, and so many in a stretch of time, counted from when they were answered.

Counting from the answer is what makes a pace hold for the host, too: requests that were sent a second apart may arrive together
where the first had to wait for its connection, but none is still on its way once it has been answered.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .contracts import Rate


class Turns:
    """The turns at one host. Thread-safe."""

    def __init__(self, at_once: int, pace: Rate | None) -> None:
        self._pace = pace
        self._free = threading.BoundedSemaphore(min(at_once, pace.requests) if pace else at_once)
        self._lock = threading.Lock()
        self._active = 0
        self._answered: deque[float] = deque(maxlen=pace.requests if pace else 0)

    @contextmanager
    def taken(self, at: float, now: Callable[[], float], sleep: Callable[[float], None]) -> Iterator[None]:
        """Wait for a turn, and have it until the end of the block, where the answer has come (or nothing will).

        ``at`` is when the request was to be made at the earliest, in seconds as ``now`` tells them.
        """
        with self._free:
            with self._lock:
                start = max(now(), at)
                wait = max(0.0, self._free_at(start) - start)
                self._active += 1
            try:
                if wait:
                    sleep(wait)
                yield
            finally:
                with self._lock:
                    self._active -= 1
                    self._answered.append(max(now(), start + wait))

    def _free_at(self, start: float) -> float:
        if self._pace is None:
            return start
        # Of the requests in a stretch, those under way and this one leave room for so many that have been answered.
        room = self._pace.requests - 1 - self._active
        if len(self._answered) <= room:
            return start
        return self._answered[-1 - room] + self._pace.seconds
