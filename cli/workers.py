"""What a process of the pool does: one piece of work after the other, told and answered through a pipe.

It says whose turn it is while it works, so that whoever waits knows whom to blame when it ends, or does not.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .garbage import look_seldom

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

DONE, FAILED, TURN = b"=", b"!", b"@"
"""How what a worker sends begins: a result, an error, a name in UTF-8."""
STAYS, GOES = b"+", b"-"
"""What comes next in a result and an error: whether the process is there for more. Then it is pickled: an error as itself (or
``None``) and its words."""

FULL = 2 / 3
"""Share of the memory that it may have with which a process ends after a piece of work, and makes room for a fresh one."""

_here: Connection | None = None


def at(name: str) -> None:
    """Say whose turn it is now, where anybody waits for that."""
    if _here is not None:
        _here.send_bytes(TURN + name.encode())


def work(connection: Connection, memory: int, environment: Mapping[str, str]) -> None:
    """Do what comes until nothing does; ``memory`` (bytes, 0 for no bound) is what the process may have."""
    global _here
    _here = connection
    # The server that processes are forked from has the environment of when it was started.
    os.environ.clear()
    os.environ.update(environment)
    # ctrl-C is the parent's to answer: it ends its children in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _bound(memory)
    look_seldom()
    while True:
        try:
            job = connection.recv_bytes()
        except (EOFError, OSError):
            return
        kind, content = _answer(job)
        full = memory > 0 and _data() > memory * FULL
        connection.send_bytes(kind + (GOES if full else STAYS) + content)
        if full:
            return


def _answer(job: bytes) -> tuple[bytes, bytes]:
    try:
        function, args, kwargs = pickle.loads(job)
        return DONE, pickle.dumps(function(*args, **kwargs))
    except BaseException as error:
        words = f"{type(error).__name__}: {error}"
        with suppress(Exception):
            error.add_note(traceback.format_exc())
            content = pickle.dumps((error, words))
            pickle.loads(content)  # the class of an error may want more than its words to be made again
            return FAILED, content
        return FAILED, pickle.dumps((None, words))


def is_last(answer: bytes) -> bool:
    """Whether the process that sent this answer has ended."""
    return answer[1:2] == GOES


def _bound(memory: int) -> None:
    """Have the system refuse more memory than that; Linux counts it, other systems do not."""
    if memory and sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        bound = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))


def _data() -> int:
    """Bytes of memory that count against that bound; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _end_with_parent() -> None:
    """A parent that was killed cannot end its children: they notice, and go."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def settled(answer: bytes) -> Any:
    """The result that a worker sent; raises what the work raised."""
    kind, content = answer[:1], answer[2:]
    if kind == DONE:
        return pickle.loads(content)
    try:
        error, words = pickle.loads(content)
    except Exception as problem:
        error, words = None, f"an error that cannot be told ({problem})"
    # One that wants to end the program has ended what it worked on, and no more.
    raise error if isinstance(error, Exception) else RuntimeError(words)
