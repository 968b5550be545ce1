"""One line on standard error that shows how a long work goes; silent where nobody watches."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from ..core.controls import clean
from .widths import fit


class ProgressLine:
    """Use it as a context manager; the line is wiped at the end. Thread-safe enough: the last writer wins."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._started = time.monotonic()
        self._shown = 0.0
        self._live = sys.stderr.isatty()

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live and self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __call__(self, done: int, of: int = 0, last: str = "") -> None:
        """``done`` (of ``of``, where known) are finished, ``last`` is the latest; drawn at most ten times a second."""
        now = time.monotonic()
        if not self._live or (now - self._shown < 0.1 and done != of):
            return
        self._shown = now
        rate = done / max(now - self._started, 0.001)
        share = f"{done:,}/{of:,}" if of else f"{done:,}"
        line = f"{share} {self._unit} · {rate:,.0f}/s" + (f" · {clean(last, newlines=False)}" if last else "")
        sys.stderr.write("\r\x1b[K" + fit(line, 100))
        sys.stderr.flush()
