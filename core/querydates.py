"""Dates as people write them in queries: each is a stretch of time, from a year down to an instant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})"
    r"(?:[T ](?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,6})?)?)?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?)?)?)?",
    re.ASCII | re.IGNORECASE,
)
_AGO = re.compile(r"(?:(\d{1,6})|an?)\s*(second|minute|hour|day|week|month|year)s?\s+ago", re.ASCII | re.IGNORECASE)
_NAMED = re.compile(r"(this|last)\s+(day|week|month|year)", re.IGNORECASE)

_STEP = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time, UTC."""

    start: datetime
    end: datetime
    """The first instant after it; the same as :attr:`start` for a mere instant."""


def read_period(text: str, now: datetime) -> Period | None:
    """What a date means, as seen from ``now``; ``None`` where it cannot be read or does not exist.

    Understood are ISO 8601 (``2026``, ``2026-06``, ``2026-06-15``, ``2026-06-15T10:30``, ``…Z``, ``…+02:00``), ``3 days ago``,
    ``this week``, ``last month`` and what Whoosh reads in English: ``today``, ``yesterday``, ``last monday``, ``15 june 2026``.
    """
    text = " ".join(text.split())
    try:
        if match := _ISO.fullmatch(text):
            return _iso(match)
        if match := _AGO.fullmatch(text):
            count = int(match[1]) if match[1] else 1
            instant = _earlier(now, count, match[2].lower())
            return Period(instant, instant)
        if match := _NAMED.fullmatch(text):
            return _named(match[1].lower() == "last", match[2].lower(), now)
        return _english(text, now)
    except (ValueError, OverflowError):
        return None


def _iso(match: re.Match[str]) -> Period:
    number = {name: int(value) for name, value in match.groupdict().items() if value and name != "zone"}
    date = (number["year"], number.get("month", 1), number.get("day", 1))
    start = datetime(*date, number.get("hour", 0), number.get("minute", 0), number.get("second", 0), tzinfo=UTC)
    zone = match["zone"]
    if zone and zone not in "Zz":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        start = start - offset if zone[0] == "+" else start + offset
    finest = next(name for name in ("second", "minute", "hour", "day", "month", "year") if match[name])
    return Period(start, _later(start, finest))


def _later(time: datetime, unit: str) -> datetime:
    """One unit later, from a unit's beginning."""
    if unit == "year":
        return time.replace(year=time.year + 1)
    if unit == "month":
        return time.replace(year=time.year + time.month // 12, month=time.month % 12 + 1)
    return time + _STEP[unit]


def _earlier(time: datetime, count: int, unit: str) -> datetime:
    """So many units earlier; a day that the month does not have becomes its last."""
    if unit in _STEP:
        return time - count * _STEP[unit]
    months = time.year * 12 + time.month - 1 - count * (12 if unit == "year" else 1)
    first = time.replace(year=months // 12, month=months % 12 + 1, day=1)
    last_day = (_later(first, "month") - timedelta(days=1)).day
    return first.replace(day=min(time.day, last_day))


def _named(last: bool, unit: str, now: datetime) -> Period:
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        start -= timedelta(days=start.weekday())
    elif unit != "day":
        start = start.replace(day=1, month=1 if unit == "year" else start.month)
    if last:
        start = _earlier(start, 1, unit)
    return Period(start, _later(start, unit))


def _english(text: str, now: datetime) -> Period | None:
    from whoosh.qparser.dateparse import English, timespan  # a tenth of a second to import

    found: Any = English().date_from(text.lower(), now.astimezone(UTC).replace(tzinfo=None))
    if isinstance(found, datetime):
        instant = found.replace(tzinfo=UTC)
        return Period(instant, instant)
    if not isinstance(found, timespan) or not isinstance(found.start, datetime) or not isinstance(found.end, datetime):
        return None
    # Whoosh's spans end with their last microsecond; a mere time of day is an instant.
    end = found.end + timedelta(microseconds=1) if found.end > found.start else found.end
    return Period(found.start.replace(tzinfo=UTC), end.replace(tzinfo=UTC))
