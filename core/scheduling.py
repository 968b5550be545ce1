"""Which sources are due, and when to look again. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from .values import Source, SourceState

LONGEST_SLEEP = timedelta(minutes=1)
"""The schedule is looked at this often at least: settings change, and laptops sleep."""


def due(sources: Sequence[Source], states: Mapping[str, SourceState], now: datetime) -> list[Source]:
    """The enabled sources whose time has come, the one that has waited longest first."""
    waiting = [(_next_run(source, states) or now, source) for source in sources if source.enabled]
    return [source for at, source in sorted(waiting, key=lambda pair: pair[0]) if at <= now]


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
        return min(state.next_run, state.last_run + source.every)
    return state.next_run
