"""Heavy things that are made when they are first needed: the HTTP client and the pool of processes."""

from __future__ import annotations

import linecache
import logging
import os
import pickle
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from ..core.contracts import Allowance, Response
from ..core.errors import HubbubError
from ..core.values import JSON

if TYPE_CHECKING:
    # Searching and listing start no processes, so they do not pay for the import.
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

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

    Each does one piece at a time, so that a process that ends costs only its own piece; that is done once more in a fresh one,
    since whoever ended it may have meant another. Where the system starts no processes at all, the work is done here.
    """

    def __init__(
        self, workers: int, *, memory: int = 0, start: Callable[[int], tuple[BaseProcess, Connection]] | None = None
    ) -> None:
        """``memory``: bytes that each may have, 0 for no bound; ``start`` starts a process that may have so many."""
        self.workers = workers
        self._memory = memory
        self._start = start or _start
        self._starting = threading.Lock()
        self._here = False
        self._closing = False
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._hands: list[_Hand] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a top-level function in another process."""
        return self._take(_Job(fn, args, kwargs, None))

    def within(self, seconds: float, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """The same, with a bound on the time that each of those may take of whom it says that it is their turn.

        The process of one who takes longer is ended, and the future raises ``ProcessEnded``.
        """
        return self._take(_Job(fn, args, {}, seconds))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, if any were started: after their work, or at once where nobody waits for that."""
        with self._starting:
            self._closing = True
            hands, self._hands = self._hands, []
        if cancel_futures:
            with suppress(Empty):
                while job := self._jobs.get_nowait():
                    job.future.cancel()
                    job.future.set_running_or_notify_cancel()
        for hand in hands:
            self._jobs.put(None)
            if cancel_futures:
                hand.kill()
        if wait:
            for hand in hands:
                hand.thread.join()

    def _take(self, job: _Job) -> Future[Any]:
        with self._starting:
            if self._closing:
                raise RuntimeError("this pool has been shut down")
            self._jobs.put(job)
            # One more process with each piece of work, until there are enough.
            if len(self._hands) < self.workers:
                self._hands.append(_Hand(self))
        return job.future

    def _begin(self) -> tuple[BaseProcess, Connection] | None:
        """A fresh process; ``None`` where there can be none."""
        with self._starting:
            if self._here or self._closing:
                return None
            try:
                return self._start(self._memory)
            except (OSError, ImportError, NotImplementedError) as error:
                logging.getLogger("hubbub.pools").warning("no further processes can be started: %s", error)
                self._here = True
                return None


@dataclass(frozen=True, slots=True)
class _Job:
    fn: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    seconds: float | None
    """The longest that one turn in it may take."""
    future: Future[Any] = field(default_factory=Future)


class _Hand:
    """A thread that hands work to a process of its own, and starts another one when that has ended."""

    _alone = threading.Lock()
    """Where no process can be started the pieces of work are done one after the other, as in a single process."""

    def __init__(self, pool: LatePool) -> None:
        self._pool = pool
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self.thread = threading.Thread(target=self._run, name="hubbub pool", daemon=True)
        self.thread.start()

    def kill(self) -> None:
        """End the process now, whatever it does."""
        process = self._process
        if process is not None:
            with suppress(OSError, ValueError):
                process.kill()

    def _run(self) -> None:
        while (job := self._pool._jobs.get()) is not None:
            if job.future.set_running_or_notify_cancel():
                _settle(job.future, partial(self._do, job))
        self._let_go()

    def _do(self, job: _Job) -> Any:
        content = pickle.dumps((job.fn, job.args, job.kwargs))
        ended = ProcessEnded("")
        for _ in range(2):
            if self._process is None:
                begun = self._pool._begin()
                if begun is None:
                    if self._pool._closing:
                        raise ended
                    with self._alone:
                        return job.fn(*job.args, **job.kwargs)
                self._process, self._pipe = begun
            try:
                return self._ask(content, job.seconds)
            except ProcessEnded as error:
                ended = error
                self._let_go()
                if error.seconds:
                    break
        raise ended

    def _ask(self, content: bytes, seconds: float | None) -> Any:
        from .workers import is_last, settled

        answer = self._answer(content, seconds)
        if is_last(answer):
            self._let_go()
        return settled(answer)

    def _answer(self, content: bytes, seconds: float | None) -> bytes:
        from .workers import TURN

        pipe, turn = self._pipe, ""
        assert pipe is not None
        try:
            pipe.send_bytes(content)
            while pipe.poll(seconds):
                answer = pipe.recv_bytes()
                if answer[:1] != TURN:
                    return answer
                turn = answer[1:].decode()
        except (EOFError, OSError):
            raise ProcessEnded(turn) from None
        raise ProcessEnded(turn, seconds or 0.0)

    def _let_go(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self.kill()
            self._process.join()
        self._process = self._pipe = None


class ProcessEnded(HubbubError):
    """A process came to a sudden end over a piece of work, twice; or it took too long and was ended."""

    def __init__(self, turn: str = "", seconds: float = 0.0) -> None:
        """``turn``: whose turn it was, empty where nobody said so; ``seconds``: how long it was waited for, if that is why."""
        self.turn, self.seconds = turn, seconds
        if seconds:
            super().__init__(f"It was not done after {seconds:,.0f} seconds and was stopped.")
        else:
            super().__init__("The process that worked on this ended suddenly, twice: it was killed, or ran out of memory.")


def pool_for(sources: int, *, memory: int = 0, strangers: bool = False) -> LatePool | None:
    """A pool where it pays: more than one core, and more than a few sources to read; or where strangers' code is to run.

    Each process may have ``memory`` bytes; 0: no bound.
    """
    pays = cores() > 1 and sources > 3
    if not (pays or strangers) or not may_start_processes():
        return None
    # One core stays with this process, which saves and indexes meanwhile and can keep up with so many.
    return LatePool(min(cores() - 1, MOST) if pays else 1, memory=memory)


def pool_to_index(mentions: int) -> LatePool | None:
    """A pool where building an index of so many mentions takes longer than starting it."""
    if cores() < 2 or mentions < MANY or not may_start_processes():
        return None
    # This process only hands on what the others have prepared, in a third of the time that they take.
    return LatePool(min(cores(), MOST))


def cores() -> int:
    """How many this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def may_start_processes() -> bool:
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


def _start(memory: int) -> tuple[BaseProcess, Connection]:
    from .workers import work

    context = _processes()
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, memory, dict(os.environ)), daemon=True)  # pyright: ignore[reportAttributeAccessIssue]
    try:
        process.start()
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return process, ours  # pyright: ignore[reportReturnType] as on Windows


def _processes() -> BaseContext:
    import multiprocessing

    # Plain fork would copy our threads' locks; a server process forks from a clean state, where the system has that.
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
