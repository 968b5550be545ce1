"""Where times fall, as one line of text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

BARS = "▁▂▃▄▅▆▇█"


def sparkline(counts: Sequence[int], top: int | None = None) -> str:
    """One bar a count, the highest (or one of ``top``) full; a count of zero is a dot at half height."""
    top = max(counts, default=0) if top is None else top
    return "".join("·" if not count else BARS[max(0, -(-count * len(BARS) // top) - 1)] for count in counts)


def timeline(times: Sequence[datetime], width: int) -> str:
    """First day, a bar for each equal stretch of time, last day; a sentence where there is nothing to draw."""
    if not times:
        return "no mention placed in time yet"
    first, last = min(times).astimezone(UTC), max(times).astimezone(UTC)
    same_day = first.date() == last.date()
    if same_day:
        ends = (f"{first:%Y-%m-%d %H:%M}", f"{last:%H:%M}")
    elif first.year == last.year:
        ends = (f"{first:%m-%d}", f"{last:%m-%d}")
    else:
        ends = (f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}")
    slots = max(1, min(60, width - len(ends[0]) - len(ends[1]) - 8))
    span = (last - first).total_seconds()
    counts = [0] * slots
    for time in times:
        share = (time - first).total_seconds() / span if span else 0
        counts[min(slots - 1, int(share * slots))] += 1
    if not span:
        return f"{ends[0]} UTC"
    return f"{ends[0]} {sparkline(counts)} {ends[1]} UTC"
