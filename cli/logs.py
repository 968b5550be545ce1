"""The log file of a workspace: rotating, opened at the first entry, without secrets."""

from __future__ import annotations

import logging
from pathlib import Path

from ..config.secrets import redact
from ..core.controls import clean

SIZE = 1_000_000
"""Bytes after which the log starts a new file."""
KEPT = 3
"""Older files kept."""


def start_logging(path: Path, *, verbose: bool = False) -> None:
    """Send what hubbub logs into this file from now on, and nowhere else; calling it again changes the file."""
    logger = logging.getLogger("hubbub")
    for handler in [h for h in logger.handlers if isinstance(h, _LateFile)]:
        logger.removeHandler(handler)
        handler.close()
    logger.addHandler(_LateFile(path))
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    logger.propagate = False


class _OneLine(logging.Formatter):
    """Takes secrets and control characters out of everything, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(redact(super().format(record)), newlines=True)


class _LateFile(logging.Handler):
    """Makes the folder and the rotating file at the first entry, so that quick commands cost nothing."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write one entry; where the file cannot be written, the logging module's own rule for errors holds."""
        try:
            if self._file is None:
                from logging.handlers import RotatingFileHandler

                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = RotatingFileHandler(self._path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8")
                self._file.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
            self._file.emit(record)
        except OSError:
            self.handleError(record)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
        super().close()
