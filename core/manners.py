"""What sites ask of us: how long to wait, read from their answers. Pure, but for the table of hosts that asked."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from .values import Quota

LONGEST_WAIT = timedelta(hours=24)
"""No header silences a source for longer: beyond this it is a mistake, or malice."""

FIRST_WAIT = timedelta(minutes=1)
"""How long we leave a host alone that asked us to slow down without saying for how long; doubled each time, up to an hour."""

_EPOCH_FROM = 10_000_000
"""A plain number of seconds above this (115 days) is a moment since 1970, not a span."""
_MILLISECONDS_FROM = 100_000_000_000

_REMAINING = ("x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining")
_LIMIT = ("x-ratelimit-limit", "ratelimit-limit", "x-rate-limit-limit")
_RESET = ("x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset")


def user_agent(version: str, contact: str) -> str:
    """Who we say that we are, everywhere."""
    return f"hubbub/{version} (+{contact})" if contact else f"hubbub/{version}"


def moment(value: str, now: datetime) -> datetime | None:
    """When a header means: seconds from now, seconds or milliseconds since 1970, an ISO time or an HTTP date."""
    text = value.strip()
    try:
        number = float(text)
    except ValueError:
        return _date(text)
    try:
        if number >= _MILLISECONDS_FROM:
            return datetime.fromtimestamp(number / 1000, UTC)
        if number >= _EPOCH_FROM:
            return datetime.fromtimestamp(number, UTC)
        return now + timedelta(seconds=number)
    except (ValueError, OverflowError, OSError):
        return None


def _date(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
        except ValueError:
            continue
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def asked_to_wait(status: int, headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when an answer asks us to leave its host alone; ``None`` where it does not, or does not say how long.

    ``Retry-After`` counts with any status. A rate-limit reset counts only when nothing is left of the limit, or with 429.
    """
    until = moment(headers["retry-after"], now) if "retry-after" in headers else None
    if until is None:
        remaining = next((headers[name] for name in _REMAINING if name in headers), "")
        reset = next((headers[name] for name in _RESET if name in headers), "")
        if reset and (status == 429 or remaining.strip() in ("0", "0.0")):
            until = moment(reset, now)
    if until is None or until <= now:
        return None
    return min(until, now + LONGEST_WAIT)


def quota_of(headers: Mapping[str, str], now: datetime) -> Quota | None:
    """What an answer's rate-limit headers say is left; ``None`` where they say nothing that can be read."""
    remaining = next((headers[name] for name in _REMAINING if name in headers), "")
    limit = next((headers[name] for name in _LIMIT if name in headers), "")
    reset = next((headers[name] for name in _RESET if name in headers), "")
    left = _whole(remaining)
    if left is None:
        return None
    return Quota(left=left, limit=_whole(limit), resets=moment(reset, now) if reset else None)


def _whole(text: str) -> int | None:
    """A count, as ``57`` or ``57.0`` (Reddit); ``None`` for anything else."""
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if 0 <= number < 1e15 else None


class Waiting:
    """The hosts that asked us to wait. Thread-safe."""

    def __init__(self, until: Mapping[str, datetime] | None = None) -> None:
        """``until`` are those that asked before this program was started."""
        self._until = dict(until or {})
        self._complaints: dict[str, int] = {}
        self._lock = threading.Lock()

    def until(self, host: str, now: datetime) -> datetime | None:
        """Until when this host must not be asked; ``None`` when it may be."""
        with self._lock:
            until = self._until.get(host)
            return until if until is not None and until > now else None

    def complained(self, host: str, asked: datetime | None, now: datetime) -> datetime:
        """Note that the host has had too much; gives until when it is left alone."""
        with self._lock:
            count = self._complaints.get(host, 0)
            self._complaints[host] = count + 1
            until = asked or now + min(FIRST_WAIT * 2 ** min(count, 10), timedelta(hours=1))
            self._until[host] = until
            return until

    def answered(self, host: str, asked: datetime | None) -> None:
        """Note a good answer, which may still ask for a pause before the next request."""
        with self._lock:
            self._complaints.pop(host, None)
            # What another answer asked for still holds: both may have been on their way at the same time.
            if asked is not None:
                self._until[host] = asked
