"""How a source is after a run, in one word and one sentence. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from random import Random

from .errors import HubbubError, PluginDisabled, SecretMissing, SourceError, SourceLimited
from .scheduling import interval, jittered
from .values import Failure, Health, Quota, Source, SourceState

FINE = frozenset({Health.OK, Health.EMPTY, Health.SLOW, Health.SILENT})
"""A source that answers as it should, even where there is something to say of it."""
LONGEST_PAUSE = timedelta(hours=24)
"""A source that keeps failing is still asked once a day: it may come back."""
SLOW = 5.0
"""Seconds of an answer from which on a source is called slow."""
KNOWN_FROM = 5
"""So often must a source have given something new before its silence means anything."""
SILENT_AFTER = 4
"""So many times its usual gap without anything new, and a day at least, is silence."""
MOST_TOLD = 3
"""Of what a plugin says of its lists, so much stands in the message; the run's report has all of it."""
_WEIGHT = 0.3
"""Of the newest gap in the mean: half of the rhythm is of the last two gaps."""
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
    slowest: float = 0.0,
    quota: Quota | None = None,
    kept: str = "",
    note: str = "",
    rng: Random | None = None,
) -> SourceState:
    """The state of a source after a run that ended with or without an error.

    ``slowest`` are the seconds of the answer that took longest, ``quota`` is what the API said is left, ``kept`` is where items
    that could not be read are kept. ``rng`` spreads the next runs; without it they are exact.
    """
    before = _with_rhythm(replace(before, quota=quota or before.quota), now, new)
    if error is not None:
        return _failed(before, source, now, error, rng)
    if note and not fetched and not failures:
        # What the source says of itself: a stream on which nothing comes is neither unchanged nor empty.
        health, message = Health.OK, note
    else:
        health, message = _judge(before, fetched=fetched, new=new, unchanged=unchanged, failures=failures)
        message = f"{note}; {message}" if note else message
    if failures and kept:
        message = f"{message}; as they came they are in {kept}"
    if health is Health.OK or (health is Health.EMPTY and before.arrivals):
        health, message = _silence(before, now) or (health, message)
    if health is Health.OK and slowest >= SLOW:
        health, message = Health.SLOW, f"{message}; it took {slowest:.0f} seconds to answer"
    return replace(
        before,
        health=health,
        message=message,
        last_run=now,
        last_success=now,
        next_run=now + jittered(interval(source, before.gap), source, rng),
        failures=0,
    )


def _with_rhythm(before: SourceState, now: datetime, new: int) -> SourceState:
    """The state with what a run that gave something new says of the source's rhythm: a weighted mean of the gaps."""
    if not new:
        return before
    gap = before.gap
    if before.last_new is not None:
        newest = max(0.0, (now - before.last_new).total_seconds())
        gap = newest if gap is None else gap + _WEIGHT * (newest - gap)
    return replace(before, last_new=now, arrivals=before.arrivals + 1, gap=gap)


def _silence(state: SourceState, now: datetime) -> tuple[Health, str] | None:
    """What to say of a source that has given nothing new for longer than its rhythm; ``None`` where it has not."""
    if state.last_new is None or state.gap is None or state.arrivals < KNOWN_FROM:
        return None
    silent, gap = now - state.last_new, timedelta(seconds=state.gap)
    if silent <= max(SILENT_AFTER * gap, timedelta(days=1)):
        return None
    words = f"it answers, but gave nothing new for {_span(silent)}; usually there is something every {_span(gap)}"
    return Health.SILENT, f"{words}. Look at the site whether it has moved."


def _span(time: timedelta) -> str:
    """A length of time in its largest unit: ``3 days``."""
    seconds = time.total_seconds()
    for name, unit in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= 1.5 * unit or name == "minute":
            count = max(1, round(seconds / unit))
            return f"{count} {name}s" if count > 1 else name
    raise AssertionError


def _judge(before: SourceState, *, fetched: int, new: int, unchanged: bool, failures: Sequence[Failure]) -> tuple[Health, str]:
    counted = f"{fetched} {'item' if fetched == 1 else 'items'}, {new} new"
    if failures:
        broken = [failure for failure in failures if failure.kind is Health.BROKEN]
        items = "item" if len(broken) == 1 else "items"
        count = f"{len(broken)} {items} could not be read ({broken[0].words}); {fetched} could" if broken else counted
        # What is no item but a list, or a word of the plugin, speaks for itself.
        told = list(dict.fromkeys(failure.words for failure in failures if failure.kind is not Health.BROKEN))[:MOST_TOLD]
        health = Health.OK if fetched else next((one.kind for one in failures if one.kind not in FINE), Health.OK)
        return health, "; ".join([count] * bool(broken or fetched) + told)
    if unchanged:
        if before.health in _STAYS:
            return before.health, before.message
        if before.last_success is None:  # a stream of all that is said, of which nothing was for us
            return Health.OK, "it answers; nothing for your topics has come yet"
        return Health.OK, "nothing has changed since the last time"
    if not fetched:
        return Health.EMPTY, "it answers, but there is nothing in it"
    return Health.OK, counted


def _failed(before: SourceState, source: Source, now: datetime, error: Exception, rng: Random | None) -> SourceState:
    health = error.health if isinstance(error, SourceError | SecretMissing | PluginDisabled) else Health.BROKEN
    message = str(error)
    if not isinstance(error, HubbubError):
        message = f"the plugin {source.plugin!r} failed: {type(error).__name__}: {error}"
    if health is Health.UNREACHABLE:
        message = f"{message} It is tried again later."  # said here, where it is so
    if isinstance(error, PluginDisabled):
        # The user wants it so: there is nothing to count and nobody to spare.
        return replace(before, health=health, message=message, last_run=now, next_run=now + source.every)
    failures = before.failures + 1
    pause = min(source.every * 2 ** min(failures - 1, 10), max(LONGEST_PAUSE, source.every))
    next_run = now + jittered(pause, source, rng)
    if isinstance(error, SourceLimited) and error.until is not None:
        # Exactly then: the site, or what its API allows, says when.
        next_run = error.until if error.until > now else now + source.every
        message = f"{message} (until {error.until:%Y-%m-%d %H:%M} UTC)" if "until" not in message else message
    return replace(before, health=health, message=message, last_run=now, next_run=next_run, failures=failures)


def health_words(state: SourceState, at: datetime, zone: tzinfo | None = None) -> str:
    """How it is in a word; for a limit with its end: ``limited until 14:05``, with the day where that is far from now (``at``).

    A limit that is over by now is none any more: the source is ``due``. Times are those of a zone, or of the reader's own.
    """
    if state.health is not Health.LIMITED or state.next_run is None:
        return state.health.value
    if limit_is_over(state, at):
        return "due"
    return f"{state.health.value} until {_clock(state.next_run, at, zone)}"


def limit_is_over(state: SourceState, at: datetime) -> bool:
    """Whether a source may be asked again that was limited when it was asked last."""
    return state.health is Health.LIMITED and state.next_run is not None and state.next_run <= at


def quota_words(quota: Quota | None, at: datetime, zone: tzinfo | None = None) -> str:
    """What an API still allows: ``57 of 60 requests until 14:05``; empty where nothing is known.

    What was told of a time that is over by now (``at``) says nothing any more. Times as in :func:`health_words`.
    """
    if quota is None or (quota.resets is not None and quota.resets <= at):
        return ""
    of = f" of {quota.limit:,}" if quota.limit is not None else ""
    until = f" until {_clock(quota.resets, at, zone)}" if quota.resets is not None else ""
    return f"{quota.left:,}{of} {quota.unit}{until}"


def _clock(moment: datetime, at: datetime, zone: tzinfo | None) -> str:
    """A time of day; with its date where another day of that hour could be meant, with its zone where that was asked for."""
    day = "%d %b " if moment - at > timedelta(hours=20) else ""
    return moment.astimezone(zone).strftime(f"{day}%H:%M" if zone is None else f"{day}%H:%M %Z")


def as_it_is(source: Source, state: SourceState, disabled: Container[str]) -> SourceState:
    """How a source is now, where these plugins (``<role>.<name>``) are disabled: the archive knows how it was when it ran."""
    plugin = f"source.{source.plugin}"
    if plugin in disabled:
        message = f"its plugin is disabled; use it again with: hubbub plugins enable {plugin}"
        return replace(state, health=Health.DISABLED, message=message, next_run=None)
    if state.health is Health.DISABLED:
        return replace(state, health=Health.UNTRIED, message="not asked yet since its plugin was enabled again")
    return state
