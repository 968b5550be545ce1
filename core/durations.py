"""Durations as people write them: ``90s``, ``15m``, ``2h``, ``1d``, ``1w``, ``1h30m``; and ages: ``90d``, ``2y``."""

from __future__ import annotations

import re
from datetime import timedelta

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=366)

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = re.compile(r"(\d{1,7})\s*([smhdw])\s*")


def parse_duration(text: str, *, shortest: timedelta = SHORTEST, longest: timedelta = LONGEST) -> timedelta:
    """Read a duration within these bounds; raises ``ValueError`` with what to write instead."""
    rest, seconds = text.strip().lower(), 0
    while match := _PART.match(rest):
        seconds += int(match[1]) * _UNITS[match[2]]
        rest = rest[match.end() :]
    if rest or not seconds:
        raise ValueError(f'{text!r} is not a duration; write a number and a unit (s, m, h, d, w), as "15m", "2h" or "1d"')
    span = timedelta(seconds=seconds)
    if not shortest <= span <= longest:
        if (shortest, longest) == (SHORTEST, LONGEST):
            raise ValueError(f'{text!r} is not between a minute and a year; write for example "15m", "2h" or "1d"')
        raise ValueError(f"{text!r} is not between {show_duration(shortest)} and {show_duration(longest)}")
    return span


SHORTEST_AGE = timedelta(days=1)
LONGEST_AGE = timedelta(days=36_500)

_DAYS = {"d": 1, "w": 7, "y": 365}
_AGE = re.compile(r"(\d{1,5})\s*([dwy])")


def parse_age(text: str) -> timedelta:
    """Read how long something is kept (``90d``, ``26w``, ``2y``); raises ``ValueError`` with what to write instead."""
    match = _AGE.fullmatch(text.strip().lower())
    span = timedelta(days=int(match[1]) * _DAYS[match[2]]) if match else timedelta(0)
    if not SHORTEST_AGE <= span <= LONGEST_AGE:
        raise ValueError(f'{text!r} is no age; write a number and d (days), w (weeks) or y (years), as "90d", "26w" or "2y"')
    return span


def show_duration(span: timedelta) -> str:
    """Write a duration as it would be written in the settings."""
    rest, parts = int(span.total_seconds()), []
    for unit, size in reversed(_UNITS.items()):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
