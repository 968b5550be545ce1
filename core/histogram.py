"""Hits by day as a row of equal stretches of time, few enough to be drawn side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

BLOCKS = " ▁▂▃▄▅▆▇█"
"""From nothing to all, by eighths."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """A stretch of days."""

    first: date
    last: date
    """The last day that belongs to it."""
    count: int


def bins(days: Sequence[tuple[date, int]], most: int) -> list[Bin]:
    """The days, from the first to the last that has hits, in at most ``most`` stretches of equally many whole days."""
    if not days:
        return []
    start, end = days[0][0], days[-1][0]
    step = -(-((end - start).days + 1) // max(most, 1))
    counts = [0] * (((end - start).days // step) + 1)
    for day, count in days:
        counts[(day - start).days // step] += count
    return [
        Bin(
            first=start + timedelta(days=n * step),
            last=min(start + timedelta(days=(n + 1) * step - 1), end) if (n + 1) * step <= (end - start).days else end,
            count=count,
        )
        for n, count in enumerate(counts)
    ]


def strip(found: Sequence[Bin]) -> str:
    """One block character a stretch, as high as its share of the highest; whatever has a hit is not empty."""
    top = max((each.count for each in found), default=0)
    return "".join(BLOCKS[-(-each.count * (len(BLOCKS) - 1) // top)] if top else BLOCKS[0] for each in found)
