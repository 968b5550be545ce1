"""When things are said in the demo's sixty days."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from .posts import Kind

DAYS = 60
"""How far back the demo's world reaches."""

_WHEN: dict[Kind, tuple[tuple[float, int, int], ...]] = {
    Kind.BATTERY: ((0.15, 24, 23), (0.55, 23, 20), (0.25, 20, 18), (0.05, 18, 14)),
    Kind.FIX: ((0.6, 18, 15), (0.4, 15, 8)),
    Kind.PRAISE: ((0.35, 59, 26), (0.65, 16, 0)),
    Kind.COMPLAINT: ((0.3, 59, 26), (0.45, 24, 17), (0.25, 17, 0)),
    Kind.CAMPAIGN: ((0.65, 46, 36), (0.35, 36, 1)),
    Kind.RIVAL: ((0.4, 42, 35), (0.35, 23, 18), (0.25, 18, 0)),
}
"""Weight, first and last day (days ago) of the stretches in which each kind falls: the battery breaks 24 days ago and is
mended 18 days ago, the campaign bursts and fades, the rival's phone appears 42 days ago."""

_ALWAYS = ((0.75, 59, 4), (0.25, 4, 0))
"""All other kinds: at any time, the last days a little fuller."""


def moment(kind: Kind, now: datetime, rng: Random) -> datetime:
    """A time in the past at which somebody might say this: by day, and whole minutes."""
    stretches = _WHEN.get(kind, _ALWAYS)
    _, first, last = rng.choices(stretches, [weight for weight, _, _ in stretches])[0]
    at = clock(now, rng.randint(last, first), round(rng.triangular(6.5 * 60, 23.5 * 60, 13 * 60)))
    return at if at < now - timedelta(minutes=15) else at - timedelta(days=1)


def clock(now: datetime, days_ago: int, minutes: int) -> datetime:
    """So many minutes after midnight, some days ago."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days_ago) + timedelta(minutes=minutes)
