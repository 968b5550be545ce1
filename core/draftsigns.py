"""What the numbers of a period tell: its ordinary day, the days that stand out, the days on which a feeling turned. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, pairwise
from statistics import median

BEYOND = 3.5
"""How many scaled deviations from the median make a day a peak (Iglewicz and Hoaglin, How to Detect and Handle Outliers, ASQC
1993)."""
FEW_DAYS = 7
"""In fewer days than this there is no ordinary one."""
TO_SIGMA = 1.4826
"""Times the median absolute deviation: the standard deviation, were the counts normal (Rousseeuw and Croux 1993)."""
SURE = 1.747
"""What the range of a sum must reach for a turn: the 5 % point of Kuiper's distribution (Kuiper 1960)."""
FELT = 0.1
"""The least difference of the shares before and after a turn that a reader would notice."""
FEW_JUDGED = 8
"""Fewer judgements than this on one side tell no share."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Peak:
    """Neighbouring days with far more mentions than an ordinary one."""

    day: date
    """The busiest of them."""
    count: int
    """Mentions on it."""
    ordinary: float
    """Mentions on an ordinary day: the median of all days, those without any included."""
    excess: float
    """How far it stands out, in scaled deviations."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A day from which on a feeling has another share than before."""

    feeling: str
    """Which: ``negative`` or ``positive``."""
    start: date
    """The first day of the stretch before."""
    day: date
    """The first day of the stretch after."""
    end: date
    """The last day of that."""
    before: float
    """The feeling's share of what was judged in the stretch before (0 to 1)."""
    after: float
    """The same of the stretch after."""
    strength: float
    """How sure it is: the range of the sum, in units of its own scatter."""

    @property
    def rose(self) -> bool:
        """Whether the feeling became more frequent."""
        return self.after > self.before


def every_day(days: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """The days from the first to the last with those filled in that have none."""
    if not days:
        return []
    counts, first = dict(days), days[0][0]
    return [(day := first + timedelta(days=n), counts.get(day, 0)) for n in range((days[-1][0] - first).days + 1)]


def ordinary_day(days: Sequence[tuple[date, int]]) -> float | None:
    """The median of all days, those without any included; ``None`` where they are too few to tell."""
    whole = every_day(days)
    return median(count for _, count in whole) if len(whole) >= FEW_DAYS else None


def peaks(days: Sequence[tuple[date, int]]) -> list[Peak]:
    """The days that stand out, the most outstanding first; of neighbouring ones the busiest.

    Median and median absolute deviation are not moved by the very peaks that are looked for. Where nearly all days are
    alike the deviation would be nothing; counts scatter by at least the root of what is usual (Poisson), and by 1.
    """
    usual = ordinary_day(days)
    if usual is None:
        return []
    whole = every_day(days)
    scale = max(TO_SIGMA * median(abs(count - usual) for _, count in whole), math.sqrt(usual), 1.0)
    found: list[Peak] = []
    last: date | None = None
    for day, count in whole:
        excess = (count - usual) / scale
        if excess <= BEYOND:
            continue
        peak = Peak(day=day, count=count, ordinary=usual, excess=excess)
        if last is not None and (day - last).days == 1:
            found[-1] = max(found[-1], peak, key=lambda one: one.count)
        else:
            found.append(peak)
        last = day
    return sorted(found, key=lambda one: (-one.excess, one.day))


def turns(feeling: str, felt: Sequence[tuple[date, int]], judged: Sequence[tuple[date, int]], most: int = 3) -> list[Turn]:
    """The days on which the share of a feeling changed, the surest first.

    The cumulative sum of a series of noughts and ones, less what its mean lets expect, turns where their share changes
    (Pettitt, Biometrika 67, 1980). Its range, from the lowest to the highest point, finds a lasting change (one of them is an
    end) as well as one that passes again (Levin and Kline, Statistics in Medicine 4, 1985); divided by ``sqrt(n p (1 - p))``
    it follows Kuiper's distribution where nothing changed. The parts are searched again (binary segmentation, Vostrikova 1981).
    """
    by_day = dict(felt)
    told = [(day, by_day.get(day, 0), count) for day, count in judged if count > 0]
    cuts = dict(_cuts(told, 0, len(told)))
    while True:
        found = _between(feeling, told, cuts)
        faint = [(turn.strength, at) for at, turn in found.items() if abs(turn.after - turn.before) < FELT]
        if not faint:
            return sorted(found.values(), key=lambda turn: (-turn.strength, turn.day))[:most]
        del cuts[min(faint)[1]]


def turns_of_mood(
    days: Sequence[tuple[date, int]], feelings: Mapping[str, Sequence[tuple[date, int]]], most: int = 3
) -> list[Turn]:
    """The turns of ``negative`` and ``positive``, the surest first; where both turn within three days, the surer one.

    ``feelings`` has the days of ``negative``, ``positive`` and ``unknown``; what is not unknown was judged.
    """
    unknown = dict(feelings.get("unknown", ()))
    judged = [(day, count - unknown.get(day, 0)) for day, count in days]
    every = [turn for name in ("negative", "positive") for turn in turns(name, feelings.get(name, ()), judged, most)]
    found: list[Turn] = []
    for turn in sorted(every, key=lambda one: (-one.strength, one.day)):
        if all(abs((turn.day - other.day).days) > 3 for other in found):
            found.append(turn)
    return found[:most]


_Told = Sequence[tuple[date, int, int]]
"""Days with how many felt so and how many were judged."""


def _between(feeling: str, told: _Told, cuts: Mapping[int, float]) -> dict[int, Turn]:
    """The turn at each cut, told by the parts before and after it."""
    edges = [0, *sorted(cuts), len(told)]
    found: dict[int, Turn] = {}
    for low, at, high in zip(edges, edges[1:-1], edges[2:], strict=False):
        found[at] = Turn(
            feeling=feeling,
            start=told[low][0],
            day=told[at][0],
            end=told[high - 1][0],
            before=_share(told[low:at]),
            after=_share(told[at:high]),
            strength=cuts[at],
        )
    return found


def _cuts(told: _Told, low: int, high: int) -> list[tuple[int, float]]:
    """Where the share changes within a part, each as the first index after it with its strength."""
    felt, judged = sum(one[1] for one in told[low:high]), sum(one[2] for one in told[low:high])
    if judged < 2 * FEW_JUDGED or not 0 < felt < judged:
        return []
    mean = felt / judged
    sums = list(accumulate((one[1] - mean * one[2] for one in told[low:high]), initial=0.0))
    strength = (max(sums) - min(sums)) / math.sqrt(judged * mean * (1 - mean))
    if strength < SURE:
        return []
    # The sum begins and ends with nothing: an extreme that is no greater than that is the end itself.
    places = {(low + sums.index(extreme)) for extreme in (max(sums), min(sums))}
    edges = [low, *sorted(at for at in places if low < at < high and _enough(told[low:at]) and _enough(told[at:high])), high]
    parts = list(pairwise(edges))
    if len(parts) == 1 or not all(_enough(told[first:last]) for first, last in parts):
        return []
    return [(at, strength) for at in edges[1:-1]] + [cut for first, last in parts for cut in _cuts(told, first, last)]


def _enough(told: _Told) -> bool:
    return sum(one[2] for one in told) >= FEW_JUDGED


def _share(told: _Told) -> float:
    judged = sum(one[2] for one in told)
    return sum(one[1] for one in told) / judged if judged else 0.0
