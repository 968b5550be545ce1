"""Processors at work in a pool of processes. Each process builds its own, once, from the workspace's settings.

What a processor does there harms only itself: one that ends its process, takes too long or too much memory is reported and
skipped for the batch, and the others are asked of it once more. One that fails of several batches is left out of the rest of
the run.
"""

from __future__ import annotations

import logging
import pickle
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from ..core.processing import DECIDES, PATIENCE, Processed, ProcessorFailure, ask, process_all
from .compose import build_processor, has_strangers, is_ours, late_http, processors_of, registry
from .installed import Unusable
from .pools import MOST, LatePool, ProcessEnded, cores, may_start_processes
from .workers import at

if TYPE_CHECKING:
    from ..config.workspace import Workspace
    from ..core.contracts import Processor
    from ..core.relabelling import Judge
    from ..core.values import Labels, Mention

_T = TypeVar("_T")

A_BATCH = 1000
"""Mentions for which a processor has the time that the settings give; for more it has more."""
MANY = 2000
"""Mentions that are judged in the time in which a few processes are started."""


class Processing:
    """Has mentions judged by a workspace's processors: in a pool, or without one here."""

    def __init__(self, workspace: Workspace, pool: LatePool | None) -> None:
        self._workspace = workspace
        self._pool = pool
        self._recipe = pickle.dumps(workspace)
        self._lock = threading.Lock()
        self._failed: Counter[str] = Counter()

    def check(self) -> None:
        """Raise what is wrong with the settings of processors that come with hubbub, and of such as are not installed."""
        for name in processors_of(self._workspace):
            if is_ours(self._workspace, "processor", name):
                _built(self._recipe, name)
            elif name not in registry(self._workspace).names("processor"):
                build_processor(self._workspace, name, http=late_http(self._workspace))

    def begin(self) -> None:
        """A run begins: whoever was left out of the last one gets another chance."""
        with self._lock:
            self._failed.clear()

    def __call__(self, mentions: Sequence[Mention], droppable: frozenset[int] = frozenset()) -> Future[Processed]:
        """What the processors say, in a while; an exception where they cannot decide what is dropped."""
        outcome: Future[Processed] = Future()
        try:
            batch = pickle.dumps(tuple(mentions)) if self._pool else b""
        except Exception:  # a plugin may put anything into a mapping: what cannot travel is processed here
            batch = b""
        if batch:
            self._hand_in(batch, len(mentions), droppable, (), outcome)
        else:
            _settle(outcome, lambda: self._told(self._here(mentions, droppable)))
        return outcome

    def judge(self, name: str) -> Judge:
        """How one processor is asked of mentions of which labels are known; it is never left out."""

        def judge(mentions: Sequence[Mention], said: Sequence[Labels]) -> Future[list[Labels]]:
            if self._pool:
                batch = pickle.dumps((tuple(mentions), tuple(said)))
                return self._pool.within(self._seconds(len(mentions)), judge_batch, self._recipe, name, batch)
            answer: Future[list[Labels]] = Future()
            _settle(answer, lambda: ask(name, _built(self._recipe, name), mentions, said))
            return answer

        return judge

    def version(self, name: str) -> str:
        """The version of a processor as it is installed; raises what building it raises."""
        if self._pool and not is_ours(self._workspace, "processor", name):
            return self._pool.within(self._seconds(1), version_of, self._recipe, name).result()
        return version_of(self._recipe, name)

    # --- a batch ---------------------------------------------------------------------------------------------

    def _here(self, mentions: Sequence[Mention], droppable: frozenset[int]) -> Processed:
        left_out = self._left_out()
        built = {name: _built(self._recipe, name) for name in processors_of(self._workspace) if name not in left_out}
        return process_all(built, mentions, droppable=droppable)

    def _hand_in(
        self,
        batch: bytes,
        mentions: int,
        droppable: frozenset[int],
        failures: tuple[ProcessorFailure, ...],
        outcome: Future[Processed],
    ) -> None:
        """Ask all who have not failed of this batch; whoever ends the process fails, and the others are asked again."""
        assert self._pool is not None
        skipped = self._left_out() | {failure.name for failure in failures}

        def take(done: Future[Processed]) -> None:
            error = None if done.cancelled() else done.exception()
            if isinstance(error, ProcessEnded) and error.turn and error.turn != DECIDES:
                more = (*failures, ProcessorFailure(name=error.turn, message=str(error)))
                _try(outcome, lambda: self._hand_in(batch, mentions, droppable, more, outcome))
            else:
                _settle(outcome, lambda: self._told(_with(done.result(), failures)))

        work = self._pool.within(self._seconds(mentions), process_batch, self._recipe, batch, droppable, skipped)
        work.add_done_callback(take)

    def _told(self, processed: Processed) -> Processed:
        """The same, with a word about whoever is left out from now on."""
        with self._lock:
            before = {name for name, failed in self._failed.items() if failed >= PATIENCE}
            self._failed.update(failure.name for failure in processed.failures)
            now = {name for name, failed in self._failed.items() if failed >= PATIENCE} - before
        failures = [
            replace(failure, message=f"{failure.message} {_left_out(failure.name)}") if failure.name in now else failure
            for failure in processed.failures
            if failure.name not in before
        ]
        return replace(processed, failures=tuple(failures))

    def _left_out(self) -> frozenset[str]:
        with self._lock:
            return frozenset(name for name, failed in self._failed.items() if failed >= PATIENCE)

    def _seconds(self, mentions: int) -> float:
        return self._workspace.limits.timeout.total_seconds() * max(1.0, mentions / A_BATCH)


@contextmanager
def judging_pool(workspace: Workspace, mentions: int) -> Iterator[LatePool | None]:
    """A pool where so many mentions take longer than starting it, or where others' processors are to be asked."""
    many = mentions >= MANY and cores() > 1
    if not may_start_processes() or not (many or has_strangers(workspace)):
        yield None
        return
    pool = LatePool(min(cores(), MOST) if many else 1, memory=workspace.limits.memory)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


# --- in a process of the pool --------------------------------------------------------------------------------


def process_batch(recipe: bytes, mentions: bytes, droppable: frozenset[int], skipped: frozenset[str]) -> Processed:
    """Ask the processors of a workspace of mentions; both are pickled."""
    built: dict[str, Processor] = {}
    for name in processors_of(_workspace(recipe)):
        if name not in skipped:
            at(name)
            built[name] = _built(recipe, name)
    return process_all(built, pickle.loads(mentions), droppable=droppable, at=at)


def judge_batch(recipe: bytes, name: str, batch: bytes) -> list[Labels]:
    """Ask one processor of mentions with the labels that are known of them."""
    at(name)
    processor = _built(recipe, name)
    at(name)
    mentions, said = pickle.loads(batch)
    return ask(name, processor, mentions, said)


def version_of(recipe: bytes, name: str) -> str:
    """The version of a processor; raises what building it raised."""
    at(name)
    processor = _built(recipe, name)
    if isinstance(processor, Unusable):
        processor.process(())
    return processor.version


@lru_cache(maxsize=1)
def _workspace(recipe: bytes) -> Workspace:
    return pickle.loads(recipe)


@lru_cache(maxsize=64)
def _built(recipe: bytes, name: str) -> Processor:
    workspace = _workspace(recipe)
    return build_processor(workspace, name, http=late_http(workspace))


# --- parts ---------------------------------------------------------------------------------------------------


def _with(processed: Processed, failures: tuple[ProcessorFailure, ...]) -> Processed:
    for failure in failures:
        logging.getLogger("hubbub.pools").warning("processor %s: %s", failure.name, failure.message)
    return replace(processed, failures=(*failures, *processed.failures))


def _left_out(name: str) -> str:
    return (
        f"It has failed {PATIENCE} times and is left out of the rest of this run; "
        f"what it did not judge it is asked of by: hubbub process --only {name}"
    )


def _settle(outcome: Future[_T], work: Callable[[], _T]) -> None:
    _try(outcome, lambda: outcome.set_result(work()))


def _try(outcome: Future[_T], work: Callable[[], None]) -> None:
    try:
        work()
    except BaseException as error:
        outcome.set_exception(error)
