"""The one place that writes to standard error and decides exit codes."""

from __future__ import annotations

import errno
import logging
import sys
import traceback
from enum import IntEnum

from ..config.secrets import redact
from ..core.controls import clean
from ..core.errors import (
    AmbiguousAuthor,
    ArchiveError,
    ConfigError,
    HubbubError,
    NotFound,
    PluginError,
    QueryError,
    SearchError,
    SourceError,
)


class Exit(IntEnum):
    """What the exit code of every command means; :attr:`meaning` says it in a sentence."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> Exit:
        """A code with its meaning."""
        code = int.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code

    OK = 0, "All went well."
    FAILED = 1, "Something failed that has no code of its own; the message says what."
    USAGE = 2, "The command line could not be understood."
    CONFIG = 3, "The workspace was not found, or its settings or plugins cannot be used."
    QUERY = 4, "A query could not be read."
    ARCHIVE = 5, "The archive or the search index cannot be used."
    SOURCES = 6, "Some sources failed; what the others gave is saved."
    NOT_FOUND = 7, "There is no mention, topic, source, story or author of that name, or several authors have it."
    INTERRUPTED = 130, "Stopped by ctrl-C; everything saved so far is safe."
    PIPE_CLOSED = 141, "Who read the output closed it, as `head` does; nothing is wrong."


_CODES: tuple[tuple[type[Exception], Exit], ...] = (
    (QueryError, Exit.QUERY),
    (ConfigError, Exit.CONFIG),
    (PluginError, Exit.CONFIG),
    (ArchiveError, Exit.ARCHIVE),
    (SearchError, Exit.ARCHIVE),
    (SourceError, Exit.SOURCES),
    (NotFound, Exit.NOT_FOUND),
    (AmbiguousAuthor, Exit.NOT_FOUND),
)


def code_of(error: BaseException) -> Exit:
    """The exit code that an error ends a command with."""
    if isinstance(error, KeyboardInterrupt):
        return Exit.INTERRUPTED
    return next((code for kind, code in _CODES if isinstance(error, kind)), Exit.FAILED)


def note(text: str = "") -> None:
    """Tell the user something on the side: progress, a hint, a warning. Control characters and secrets are taken out."""
    _write(text)


def report(error: BaseException, *, verbose: bool) -> Exit:
    """Tell the user what went wrong, in words; the traceback only where it was asked for."""
    if verbose:
        _write("".join(traceback.format_exception(error)))
    if isinstance(error, KeyboardInterrupt):
        _write("Stopped. Everything saved so far is safe.")
    elif isinstance(error, HubbubError):
        _write(f"Error: {error}")
    elif isinstance(error, OSError):
        _write(f"Error: {_plain_os_error(error)}")
    else:
        _log_fault(error)
        _write(f"Error: hubbub has a fault: {type(error).__name__}: {error}")
        if not verbose:
            _write("Run the command with -v in front (hubbub -v …) to see where, and please report it.")
    return code_of(error)


def _log_fault(error: BaseException) -> None:
    """Keep the traceback of a fault of ours in the workspace's log, where one is open."""
    log = logging.getLogger("hubbub")
    if log.handlers:
        log.error("fault", exc_info=error)


def _plain_os_error(error: OSError) -> str:
    where = f": {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"There is no room left on the disk{where}. Make room and try again."
    return f"{error.strerror or error}{where}"


def _write(text: str) -> None:
    try:
        print(clean(redact(text), newlines=True), file=sys.stderr, flush=True)
    except (BrokenPipeError, ValueError):
        # Nobody reads standard error any more: there is no place left to say so.
        return
