"""Processors at work in a pool of processes. Each process builds its own, once, from the workspace's settings."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from functools import lru_cache
from typing import TYPE_CHECKING

from ..core.processing import Processed, process_all
from .compose import build_processors, late_http

if TYPE_CHECKING:
    from ..config.workspace import Workspace
    from ..core.contracts import Processor
    from ..core.values import Mention


class PooledProcessing:
    """Has mentions processed in a pool, as the workspace's processors would do it here."""

    def __init__(self, pool: Executor, workspace: Workspace) -> None:
        self._pool = pool
        self._recipe = pickle.dumps(workspace)

    def __call__(self, mentions: Sequence[Mention]) -> Future[Processed]:
        """What the processors say, in a while; an exception where they cannot decide what is dropped."""
        try:
            batch = pickle.dumps(tuple(mentions))
        except Exception:  # a plugin may put anything into a mapping: what cannot travel is processed here
            here: Future[Processed] = Future()
            here.set_result(process_all(_processors(self._recipe), mentions))
            return here
        return self._pool.submit(process_batch, self._recipe, batch)


def process_batch(recipe: bytes, mentions: bytes) -> Processed:
    """Ask the processors of a workspace of mentions; both are pickled."""
    return process_all(_processors(recipe), pickle.loads(mentions))


@lru_cache(maxsize=1)
def _processors(recipe: bytes) -> dict[str, Processor]:
    workspace: Workspace = pickle.loads(recipe)
    return build_processors(workspace, http=late_http(workspace))
