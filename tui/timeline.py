"""Where times fall, as lines of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ..core.histogram import Bin, bins

BARS = "▁▂▃▄▅▆▇█"
WIDEST = 6
"""Cells of one stretch at most: a story of two days does not need the whole width."""
MARGIN = 0.15
"""Share of a story's span that is shown before and behind it; at least a day."""


def sparkline(counts: Sequence[int], top: int | None = None) -> str:
    """One bar a count, the highest (or one of ``top``) full; a count of zero is a dot at half height."""
    top = max(counts, default=0) if top is None else top
    return "".join("·" if not count else BARS[max(0, -(-count * len(BARS) // top) - 1)] for count in counts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """The days that a strip shows."""

    first: date
    last: date

    @classmethod
    def around(cls, times: Sequence[datetime]) -> Days | None:
        """The days of these times with a margin before and behind; ``None`` where there are none."""
        if not times:
            return None
        first, last = min(times).astimezone(UTC).date(), max(times).astimezone(UTC).date()
        margin = timedelta(days=max(1, round((last - first).days * MARGIN)))
        try:
            return cls(first=first - margin, last=last + margin)
        except OverflowError:  # the first or the last day that there is
            return cls(first=first, last=last)

    @property
    def clause(self) -> str:
        """What asks for mentions of these days."""
        return f"published:[{self.first} to {self.last}]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """Two lines over the same stretches of days: how busy it was, and where mentions of the story fall."""

    stretches: tuple[Bin, ...]
    """How many mentions each has in the archive; ``count`` is 0 where that is not known."""
    told: tuple[int, ...]
    """How many mentions of the story fall into each."""
    cells: int
    """Width of a stretch."""
    marks: str
    """The second line."""

    @property
    def bars(self) -> str:
        """The first line: nothing is a dot."""
        return "".join(bar * self.cells for bar in sparkline([stretch.count for stretch in self.stretches]))

    def at(self, cell: int) -> int:
        """The stretch under a cell."""
        return max(0, min(len(self.stretches) - 1, cell // self.cells))

    def holding(self, day: date) -> int | None:
        """The stretch of a day."""
        return next((n for n, stretch in enumerate(self.stretches) if stretch.first <= day <= stretch.last), None)


def strip_of(span: Days, days: Mapping[date, int], times: Sequence[datetime], room: int) -> Strip:
    """The strip of a span in at most ``room`` cells."""
    inside = {day: count for day, count in days.items() if span.first <= day <= span.last}
    edges = {span.first: 0, span.last: 0}
    stretches = bins(sorted((edges | inside).items()), max(1, room))
    cells = max(1, min(WIDEST, room // len(stretches)))
    start = datetime.combine(span.first, time.min, UTC)
    step = timedelta(days=(stretches[0].last - stretches[0].first).days + 1) / cells
    marked = [0] * (len(stretches) * cells)
    for moment in times:
        marked[max(0, min(len(marked) - 1, int((moment.astimezone(UTC) - start) / step)))] += 1
    told = tuple(sum(marked[n * cells : (n + 1) * cells]) for n in range(len(stretches)))
    return Strip(stretches=tuple(stretches), told=told, cells=cells, marks="".join(map(_mark, marked)))


def _mark(count: int) -> str:
    """One mention is a dot, some are their number."""
    return " ●23456789"[count] if count < 10 else "+"


def day_names(span: Days) -> tuple[str, str]:
    """First and last day, with years where they differ."""
    form = "%m-%d" if span.first.year == span.last.year else "%Y-%m-%d"
    return f"{span.first:{form}}", f"{span.last:{form}}"
