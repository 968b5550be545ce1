"""How many requests may still be made, and when: counted for each host and each API over all sources.

What has to outlive the program is kept in a file: what was used of long windows, and which hosts asked to be left alone.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .contracts import Rate
from .values import Quota

REMEMBERED = 600.0
"""Seconds of a window from which on what was used is kept in a file: a day's allowance must outlive the program."""
_WRITE_EVERY = 5.0
LAST = 253_402_300_799.0
"""Seconds since 1970 of the last time that a ``datetime`` can be."""


class Budgets:
    """What was used of each allowance. Thread-safe. Times are those of the clock that is handed in."""

    def __init__(self, path: Path | None = None) -> None:
        """``path`` is the file that keeps what was used of long windows; without it they end with the program."""
        self._path = path
        self._used: dict[str, deque[float]] = {}
        self._lock = threading.Lock()
        self._written = 0.0
        self._long: set[str] = set()
        self._until: dict[str, float] = {}
        self._load()

    def reserve(self, name: str, rates: Sequence[Rate], now: datetime, patience: float) -> float | datetime:
        """Seconds to wait before the request that is now counted; or, where that is beyond ``patience``, when it may be made.

        In that case nothing is counted.
        """
        with self._lock:
            at = now.timestamp()
            used = self._used.setdefault(name, deque())
            longest = max((rate.seconds for rate in rates), default=0.0)
            while used and used[0] <= at - longest:
                used.popleft()
            free = max((self._free_at(used, rate, at) for rate in rates), default=at)
            if free - at > patience:
                return datetime.fromtimestamp(free, UTC)
            # Reserved for when it will be made, so that those who wait at the same time take turns.
            used.append(max(free, used[-1] if used else free))
            if longest >= REMEMBERED:
                self._long.add(name)
                self._write(at)
            return max(0.0, free - at)

    def left(self, name: str, rates: Sequence[Rate], now: datetime) -> Quota | None:
        """What is left of the longest window."""
        if not rates:
            return None
        rate = max(rates, key=lambda one: one.seconds)
        with self._lock:
            at = now.timestamp()
            used = [moment for moment in self._used.get(name, ()) if moment > at - rate.seconds]
        resets = datetime.fromtimestamp(used[0] + rate.seconds, UTC) if used else None
        return Quota(left=max(0, rate.requests - len(used)), limit=rate.requests, resets=resets)

    def hold(self, host: str, until: datetime, now: datetime) -> None:
        """Remember that a host asked to be left alone until then."""
        with self._lock:
            at = now.timestamp()
            self._until = {name: time for name, time in self._until.items() if time > at}
            self._until[host] = until.timestamp()
            self._write(float("inf"))

    def held(self) -> dict[str, datetime]:
        """The hosts that asked to be left alone, with the time until when."""
        with self._lock:
            return {host: datetime.fromtimestamp(time, UTC) for host, time in self._until.items()}

    def close(self) -> None:
        """Write what has to outlive the program."""
        with self._lock:
            if self._long or self._until:
                self._write(float("inf"))

    @staticmethod
    def _free_at(used: deque[float], rate: Rate, at: float) -> float:
        inside = len(used)
        if inside < rate.requests:
            return at
        # The request that must have left the window before another one may enter it.
        return max(at, used[inside - rate.requests] + rate.seconds)

    def _load(self) -> None:
        if self._path is None:
            return
        with suppress(OSError, ValueError):
            kept = json.loads(self._path.read_text("utf-8"))
            for name, times in _part(kept, "used").items():
                if isinstance(times, list):
                    self._used[name] = deque(sorted(float(time) for time in times if _is_time(time)))
                    self._long.add(name)
            self._until = {host: float(time) for host, time in _part(kept, "until").items() if _is_time(time)}

    def _write(self, at: float) -> None:
        if self._path is None or at - self._written < _WRITE_EVERY:
            return
        self._written = 0.0 if at == float("inf") else at
        used = {name: [round(time, 1) for time in self._used[name]] for name in sorted(self._long)}
        text = json.dumps({"used": used, "until": self._until})
        fresh = self._path.with_name(f"{self._path.name}.new")
        with suppress(OSError):  # where it cannot be kept it is counted anew: the API's own answer is the last word
            fresh.write_text(text, "utf-8")
            fresh.replace(self._path)


def _part(kept: Any, name: str) -> Mapping[str, Any]:
    part = kept.get(name) if isinstance(kept, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _is_time(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < LAST
