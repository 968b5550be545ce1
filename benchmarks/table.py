"""The table of results, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from measuring import Spread

BEGIN, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One thing measured."""

    name: str
    unit: str
    ours: Spread
    peer: str = ""
    """Who did the same work; empty where nobody does."""
    theirs: Spread | None = None
    wanted: float | None = None
    """The largest ratio that is wanted."""
    limit: float | None = None
    """The largest figure that is wanted."""
    least: float | None = None
    """The smallest figure that is wanted."""

    @property
    def ratio(self) -> float | None:
        """Our median through theirs: below one, we take less."""
        return self.ours.median / self.theirs.median if self.theirs and self.theirs.median else None

    @property
    def reached(self) -> bool | None:
        """Whether what is wanted was reached; ``None`` where nothing was set."""
        if self.wanted is not None and self.ratio is not None:
            return self.ratio <= self.wanted
        if self.least is not None:
            return self.ours.median >= self.least
        return self.ours.median <= self.limit if self.limit is not None else None

    def to_dict(self) -> dict[str, Any]:
        """For the results' file."""
        return {
            "name": self.name,
            "unit": self.unit,
            "ours": self.ours.to_dict(),
            "peer": self.peer,
            "theirs": self.theirs.to_dict() if self.theirs else None,
            "ratio": self.ratio,
            "wanted_ratio": self.wanted,
            "wanted_limit": self.limit,
            "wanted_least": self.least,
            "reached": self.reached,
        }


def markdown(rows: Sequence[Row], about: Mapping[str, Any]) -> str:
    """The table with a line about the machine; good or bad, as measured."""
    lines = [
        "| what | hubbub | peer | ratio | wanted | |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for row in rows:
        peer = f"{_spread(row.theirs, row.unit)} ({row.peer})" if row.theirs else "–"
        ratio = f"{row.ratio:.3g}" if row.ratio is not None else "–"
        verdict = {True: "reached", False: "**missed**", None: ""}[row.reached]
        lines.append(f"| {row.name} | {_spread(row.ours, row.unit)} | {peer} | {ratio} | {_wanted(row)} | {verdict} |")
    lines.append("")
    lines.append(
        f"Medians (least–most of the runs), hubbub and peer in turns in one run. {about['machine']}, Python {about['python']}, "
        f"{about['when'][:10]}."
    )
    return "\n".join(lines) + "\n"


def put_between_marks(page: str, table: str) -> str:
    """The page with the table between the comments ``benchmarks`` and ``/benchmarks``; unchanged where it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    return f"{before}{begin}\n{table}{end}{after}" if begin and end else page


def _spread(spread: Spread | None, unit: str) -> str:
    if spread is None:
        return "–"
    low, high = min(spread.values), max(spread.values)
    run = f" ({_number(low)}–{_number(high)})" if len(spread.values) > 1 else ""
    return f"{_number(spread.median)} {unit}{run}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _wanted(row: Row) -> str:
    if row.wanted is not None:
        return f"≤ {row.wanted:.3g}×" if row.wanted >= 1 else f"≤ 1/{1 / row.wanted:.0f}"
    if row.least is not None:
        return f"≥ {row.least:,.0f} {row.unit}"
    return f"≤ {row.limit:g} {row.unit}" if row.limit is not None else ""
