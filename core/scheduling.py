"""Which sources are due, in which order they are asked, and when to look again. Pure.

A source is asked as often as its ``every`` says, or less often where it has a slower rhythm (:attr:`SourceState.gap`): a blog
that writes once a day need not be asked every quarter of an hour.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urlsplit

from .values import Source, SourceState

LONGEST_SLEEP = timedelta(minutes=1)
"""The schedule is looked at this often at least: settings change, and laptops sleep."""
SLOWEST = timedelta(hours=6)
"""However rarely a source has something, it is asked this often, unless its ``every`` is longer."""
MOST_EVERIES = 8
"""Nor does it wait longer than so many times its ``every``."""
ASKED_PER_GAP = 4
"""So many times is a source asked between two times that it has something new."""
JITTER = 0.1
"""The part of an interval by which it is longer or shorter by chance, so that sources do not march in step."""
_PLACES = ("url", "server", "instance", "instances")
"""Options that say where a source lies."""


def interval(source: Source, gap: float | None) -> timedelta:
    """How long to wait between two runs of a source with this rhythm (seconds), jitter left aside."""
    if gap is None:
        return source.every
    slowest = max(source.every, min(MOST_EVERIES * source.every, SLOWEST))
    # Compared as numbers: a gap may be longer than a timedelta can be.
    return timedelta(seconds=min(max(gap / ASKED_PER_GAP, source.every.total_seconds()), slowest.total_seconds()))


def jittered(pause: timedelta, source: Source, rng: Random | None) -> timedelta:
    """The pause, longer or shorter by chance; never shorter than the source's ``every``. Exact without ``rng``."""
    if rng is None:
        return pause
    by = rng.uniform(-JITTER, JITTER)
    return pause * (1 + (by if pause * (1 + by) >= source.every else abs(by)))


def due(sources: Sequence[Source], states: Mapping[str, SourceState], now: datetime) -> list[Source]:
    """The enabled sources whose time has come, the one that has waited longest first, those of one place interleaved."""
    waiting = [(_next_run(source, states) or now, source) for source in sources if source.enabled]
    return interleaved(source for at, source in sorted(waiting, key=lambda pair: pair[0]) if at <= now)


def interleaved(sources: Iterable[Source]) -> list[Source]:
    """The sources in turns: first one of each place, then the second of each. Within a place their order stays."""
    places: dict[str, deque[Source]] = {}
    for source in sources:
        places.setdefault(place(source), deque()).append(source)
    order: list[Source] = []
    waiting = deque(places.values())
    while waiting:
        line = waiting.popleft()
        order.append(line.popleft())
        if line:
            waiting.append(line)
    return order


def place(source: Source) -> str:
    """Where it lies: the host that its options name, else its plugin, since a plugin without one asks always the same."""
    for name in _PLACES:
        value = source.options.get(name)
        if isinstance(value, list | tuple) and value:
            value = value[0]
        if isinstance(value, str) and value.strip():
            try:
                return urlsplit(value if "://" in value else f"//{value}").hostname or source.plugin
            except ValueError:
                return source.plugin
    return source.plugin


def pause(sources: Sequence[Source], states: Mapping[str, SourceState], now: datetime) -> timedelta:
    """How long to wait until the next source is due; never longer than a minute, never negative."""
    times = [_next_run(source, states) or now for source in sources if source.enabled]
    return max(timedelta(0), min([LONGEST_SLEEP, *(at - now for at in times)]))


def _next_run(source: Source, states: Mapping[str, SourceState]) -> datetime | None:
    state = states.get(source.id)
    if state is None or state.next_run is None:
        return None
    if state.last_run is not None and not state.failures:
        # The interval may have been shortened since.
        return min(state.next_run, state.last_run + interval(source, state.gap) * (1 + JITTER))
    return state.next_run
