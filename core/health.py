"""How a source is after a run, in one word and one sentence. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from .errors import HubbubError, SourceError, SourceLimited
from .values import Failure, Health, Source, SourceState

LONGEST_PAUSE = timedelta(hours=24)
"""A source that keeps failing is still asked once a day: it may come back."""
_STAYS = (Health.BROKEN, Health.EMPTY)
"""What an unchanged answer does not mend: it is the same answer that could not be read, or that held nothing."""


def after_run(
    before: SourceState,
    source: Source,
    *,
    now: datetime,
    error: Exception | None,
    fetched: int,
    new: int,
    unchanged: bool,
    failures: Sequence[Failure],
) -> SourceState:
    """The state of a source after a run that ended with or without an error."""
    if error is not None:
        return _failed(before, source, now, error)
    health, message = _judge(before, fetched=fetched, new=new, unchanged=unchanged, failures=failures)
    return replace(
        before,
        health=health,
        message=message,
        last_run=now,
        last_success=now,
        next_run=now + source.every,
        failures=0,
    )


def _judge(before: SourceState, *, fetched: int, new: int, unchanged: bool, failures: Sequence[Failure]) -> tuple[Health, str]:
    if unchanged:
        if before.health in _STAYS:
            return before.health, before.message
        return Health.OK, "nothing has changed since the last time"
    if failures:
        items = "item" if len(failures) == 1 else "items"
        health = Health.BROKEN if not fetched else Health.OK
        return health, f"{len(failures)} {items} could not be read ({failures[0].message}); {fetched} could"
    if not fetched:
        return Health.EMPTY, "it answers, but there is nothing in it"
    return Health.OK, f"{fetched} items, {new} new"


def _failed(before: SourceState, source: Source, now: datetime, error: Exception) -> SourceState:
    health = error.health if isinstance(error, SourceError) else Health.BROKEN
    message = str(error)
    if not isinstance(error, HubbubError):
        message = f"the plugin {source.plugin!r} failed: {type(error).__name__}: {error}"
    failures = before.failures + 1
    pause = min(source.every * 2 ** min(failures - 1, 10), max(LONGEST_PAUSE, source.every))
    next_run = now + pause
    if isinstance(error, SourceLimited) and error.until is not None:
        next_run = max(error.until, now + source.every)
        message = f"{message} (until {error.until:%Y-%m-%d %H:%M} UTC)" if "until" not in message else message
    return replace(before, health=health, message=message, last_run=now, next_run=next_run, failures=failures)
