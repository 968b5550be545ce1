"""How the facets and the histogram of a search are printed."""

from __future__ import annotations

from typing import Any

from ..core.histogram import bins, strip
from ..core.values import Facets
from .output import plural, say
from .widths import pad, width

NAMES = {"lang": "language"}
"""What a facet is called where people read it, if not by its field."""


def facets_json(facets: Facets) -> dict[str, Any]:
    """What ``--facets --json`` prints: hits by day and by value of each field."""
    return {
        "days": {day.isoformat(): count for day, count in facets.days},
        **{field: [{"value": value, "count": count} for value, count in values] for field, values in facets.fields.items()},
    }


def print_facets(facets: Facets, room: int) -> None:
    """Print them for people: a strip of time, then a line for each value."""
    if not facets.total:
        return
    stretches = bins(facets.days, max(10, min(room - 30, 90)))
    longest = (stretches[0].last - stretches[0].first).days + 1
    top = max(stretch.count for stretch in stretches)
    say(f"{stretches[0].first} {strip(stretches)} {stretches[-1].last}")
    say(f"{'':10} one sign is {plural(longest, 'day')}; the highest is {plural(top, 'mention')}")
    for field, values in facets.fields.items():
        if values:
            say(f"\n{NAMES.get(field, field)}")
            widest = min(max(width(value) for value, _ in values), 40)
            for value, count in values:
                say(f"  {pad(value, widest)}  {count:>9,}  {count / facets.total:>4.0%}")
    say()
