"""The right to write to a Tantivy index: one writer in one program at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tantivy import Index, IndexWriter

from ...core.errors import IndexBusy

_HEAP = 30_000_000
"""Bytes that the writer may gather before it writes them out; Tantivy wants at least 15 million a thread."""

_LINGER = 0.3
"""Seconds for which the writer stays open after a write. A series of writes then goes on while segments are merged in the
background, and other programs get their turn all the same."""


class Writer:
    """Opens the index for writing when that is needed and lets go of it soon after. Thread-safe."""

    def __init__(self, index: Index, patience: float) -> None:
        """``patience``: seconds to wait for another program that is writing."""
        self._index = index
        self._patience = patience
        self._turn = threading.Lock()
        self._open: IndexWriter | None = None
        self._timer: threading.Timer | None = None

    @contextmanager
    def use(self) -> Iterator[IndexWriter]:
        """The writer, for one commit; what is not committed is forgotten. Raises ``IndexBusy``."""
        with self._turn:
            self._stop_timer()
            if self._open is None:
                self._open = self._locked()
            try:
                yield self._open
            except BaseException:
                try:
                    self._open.rollback()
                finally:
                    self._let_go()
                raise
            # Not a daemon: a program ends only when the merging that is under way has been finished.
            self._timer = threading.Timer(_LINGER, self._expire)
            self._timer.start()

    def release(self) -> None:
        """Finish merging and let other programs write."""
        with self._turn:
            self._stop_timer()
            self._let_go()

    def _expire(self) -> None:
        # A merge that fails costs nothing: what was committed stands, and damage shows when it is read.
        with suppress(BaseException):
            self.release()

    def _let_go(self) -> None:
        writer, self._open = self._open, None
        if writer is not None:
            writer.wait_merging_threads()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _locked(self) -> IndexWriter:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return self._index.writer(_HEAP, 1)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise
                if time.monotonic() >= deadline:
                    raise IndexBusy("Another program is writing the search index; try again in a moment.") from error
            time.sleep(0.02)
