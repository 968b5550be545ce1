"""Heavy things that are made when they are first needed: the HTTP client and the pool of processes."""

from __future__ import annotations

import linecache
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ..core.contracts import Allowance, Response
from ..core.errors import HubbubError
from ..core.values import JSON

if TYPE_CHECKING:
    # Searching and listing start no processes, so they do not pay for the import.
    from multiprocessing.context import BaseContext

MOST = 4
"""Processes beyond which more would only take memory."""
MANY = 20_000
"""Mentions: one process indexes them in the time in which a few processes are started, some times over."""


class LateHttp:
    """An ``HttpClient`` that imports and opens the real one at the first request."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._client: Any = None
        self._lock = threading.Lock()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        allowance: Allowance | None = None,
    ) -> Response:
        """Ask for a page."""
        return self._opened().get(
            url, params=params, headers=headers, validators=validators, max_bytes=max_bytes, allowance=allowance
        )

    def post(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        json: JSON = None,
        form: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        allowance: Allowance | None = None,
    ) -> Response:
        """Send JSON or a form."""
        return self._opened().post(
            url, params=params, headers=headers, json=json, form=form, max_bytes=max_bytes, allowance=allowance
        )

    def leave_alone(self, url: str, until: datetime) -> None:
        """Ask a host nothing until then."""
        self._opened().leave_alone(url, until)

    def _opened(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._make()
            return self._client

    def close(self) -> None:
        """Close the connections, if any were opened."""
        if self._client is not None:
            self._client.close()
            self._client = None


class LatePool(Executor):
    """A pool of processes that starts with the first piece of work.

    A process that is killed costs only the piece that it worked on: whatever else it took along is done again. Where the
    system starts no processes at all, the work is done by whoever hands it in.
    """

    def __init__(self, workers: int, start: Callable[[int], Executor] | None = None) -> None:
        """``start`` makes the real pool of so many processes."""
        self._workers = workers
        self._start = start or _start
        self._pool: Executor | None = None
        self._here = False
        self._lock = threading.Lock()
        self._again = _OneByOne(self._start)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a top-level function in another process."""
        work = partial(fn, *args, **kwargs)
        outcome: Future[Any] = Future()
        inner = self._hand_in(work)
        if inner is None:
            _settle(outcome, work)
        else:
            inner.add_done_callback(lambda done: self._pass_on(done, outcome, work))
        return outcome

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, if any were started."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=wait, cancel_futures=cancel_futures)
        self._again.shutdown()

    def _hand_in(self, work: Callable[[], Any]) -> Future[Any] | None:
        """Give the work to the pool; ``None`` where there can be none."""
        with self._lock:
            for _ in range(2):
                if self._here:
                    return None
                try:
                    self._pool = self._pool or self._start(self._workers)
                    return self._pool.submit(work)
                except BrokenExecutor:
                    self._pool = None
                except (OSError, ImportError, NotImplementedError) as error:
                    logging.getLogger("hubbub.pools").warning("no further processes can be started: %s", error)
                    self._pool, self._here = None, True
        return None

    def _pass_on(self, done: Future[Any], outcome: Future[Any], work: Callable[[], Any]) -> None:
        if done.cancelled():
            outcome.cancel()
            outcome.set_running_or_notify_cancel()
        elif isinstance(done.exception(), BrokenExecutor):
            self._again.submit(outcome, work)
        else:
            _settle(outcome, done.result)


class _OneByOne:
    """Does what was lost with a process once more: each alone in a process, so that only the guilty one fails again."""

    def __init__(self, start: Callable[[int], Executor]) -> None:
        self._start = start
        self._pool: Executor | None = None
        self._queue: Executor | None = None

    def submit(self, outcome: Future[Any], work: Callable[[], Any]) -> None:
        if self._queue is None:
            self._queue = ThreadPoolExecutor(1)
        self._queue.submit(_settle, outcome, partial(self._alone, work))

    def shutdown(self) -> None:
        if self._queue is not None:
            self._queue.shutdown(cancel_futures=True)
        if self._pool is not None:
            self._pool.shutdown()
        self._queue = self._pool = None

    def _alone(self, work: Callable[[], Any]) -> Any:
        self._pool = self._pool or self._start(1)
        try:
            return self._pool.submit(work).result()
        except BrokenExecutor:
            self._pool = None
            raise ProcessEnded from None


class ProcessEnded(HubbubError):
    """A process came to a sudden end, twice, over the same work."""

    def __init__(self) -> None:
        super().__init__("The process that worked on this ended suddenly, twice: it was killed, or ran out of memory.")


def pool_for(sources: int) -> LatePool | None:
    """A pool where it pays: more than one core, and more than a few sources to read."""
    cores = _cores()
    if cores < 2 or sources <= 3 or not _may_start_processes():
        return None
    # One core stays with this process, which saves and indexes meanwhile and can keep up with so many.
    return LatePool(min(cores - 1, MOST))


def pool_to_index(mentions: int) -> LatePool | None:
    """A pool where building an index of so many mentions takes longer than starting it."""
    cores = _cores()
    if cores < 2 or mentions < MANY or not _may_start_processes():
        return None
    # This process only hands on what the others have prepared, in a third of the time that they take.
    return LatePool(min(cores, MOST))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _may_start_processes() -> bool:
    """Whether this program can be imported by a new process, as multiprocessing does, without running all over again."""
    if "multiprocessing" in sys.modules and sys.modules["multiprocessing"].parent_process() is not None:
        return False
    main = sys.modules["__main__"]
    path = getattr(main, "__file__", None)
    lines = linecache.getlines(path, vars(main)) if path else []
    return path is None or any(line.startswith("if ") and "__name__" in line for line in lines)


def _settle(outcome: Future[Any], work: Callable[[], Any]) -> None:
    try:
        result = work()
    except Exception as error:
        outcome.set_exception(error)
    else:
        outcome.set_result(result)


def _start(workers: int) -> Executor:
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(workers, mp_context=_processes(), initializer=_worker)


def _processes() -> BaseContext:
    import multiprocessing

    # Plain fork would copy our threads' locks; a server process forks from a clean state, where the system has that.
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


def _worker() -> None:
    # ctrl-C is the parent's to answer: it ends its children in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that was killed cannot end its children: they notice, and go."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
