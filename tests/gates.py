"""Running a piece of a program call by call, so that a test decides who goes on, and who dies where."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Killed(BaseException):
    """The program was killed here. No ``Exception``: nobody may catch it and go on."""


class Run:
    """A function in a thread of its own that stops before every call of a :class:`Gated` object."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.result: object = None
        self.error: BaseException | None = None
        self.finished = False
        self._go, self._stopped = threading.Semaphore(0), threading.Semaphore(0)
        self._killed = False
        self._thread = threading.Thread(target=self._work, args=(work,), daemon=True)

    def step(self) -> None:
        """Let it go on to its next stop, or to its end."""
        if self.finished:
            return
        if not self._thread.ident:
            self._thread.start()
        else:
            self._go.release()
        assert self._stopped.acquire(timeout=60), "a step does not come to an end"

    def kill(self) -> None:
        """End it where it stands: whatever it was about to call is not called."""
        self._killed = True
        while not self.finished and self._thread.ident:
            self.step()
        self.finished = True

    def stop(self) -> None:
        """Called in its own thread: wait until it may go on."""
        self._stopped.release()
        self._go.acquire()
        if self._killed:
            raise Killed

    def _work(self, work: Callable[[], object]) -> None:
        try:
            self.result = work()
        except BaseException as error:
            self.error = error
        self.finished = True
        self._stopped.release()


class Gated:
    """Stands before an object; a :class:`Run` that is at work stops before each call. Other threads pass."""

    def __init__(self, target: Any, running: Callable[[], Run | None]) -> None:
        self._target, self._running = target, running

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        if not callable(value):
            return value

        def call(*args: Any, **options: Any) -> Any:
            self._wait()
            result = value(*args, **options)
            if isinstance(result, Iterator):
                return self._pieces(result)
            return self._held(result) if hasattr(result, "__enter__") else result

        return call

    def _wait(self) -> None:
        run = self._running()
        if run:
            run.stop()

    def _pieces(self, pieces: Iterator[Any]) -> Iterator[Any]:
        for piece in pieces:
            yield piece
            self._wait()

    @contextmanager
    def _held(self, manager: Any) -> Iterator[Any]:
        with manager as value:
            self._wait()
            yield value
