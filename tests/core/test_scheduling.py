"""Which sources are due."""

from datetime import UTC, datetime, timedelta

from hubbub.core.scheduling import LONGEST_SLEEP, due, pause
from hubbub.core.values import Health, Source, SourceState

NOW = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)


def source(id: str, **changes: object) -> Source:
    return Source(id=id, plugin="rss", **{"every": timedelta(minutes=15)} | changes)


def state(id: str, minutes: int, **changes: object) -> SourceState:
    return SourceState(id=id, health=Health.OK, next_run=NOW + timedelta(minutes=minutes), **changes)


def test_what_was_never_asked_is_due() -> None:
    assert [s.id for s in due([source("a")], {}, NOW)] == ["a"]


def test_the_longest_waiting_comes_first_and_the_rest_wait() -> None:
    states = {"a": state("a", -1), "b": state("b", -9), "c": state("c", 3)}
    assert [s.id for s in due([source("a"), source("b"), source("c")], states, NOW)] == ["b", "a"]


def test_a_disabled_source_is_never_due() -> None:
    assert due([source("a", enabled=False)], {}, NOW) == []


def test_a_shorter_interval_counts_at_once() -> None:
    states = {"a": state("a", 50, last_run=NOW - timedelta(minutes=10))}
    assert due([source("a", every=timedelta(minutes=5))], states, NOW) != []


def test_a_failing_source_waits_out_its_pause() -> None:
    states = {"a": state("a", 50, last_run=NOW - timedelta(minutes=20), failures=3)}
    assert due([source("a", every=timedelta(minutes=5))], states, NOW) == []


def test_the_pause_ends_with_the_next_due_source() -> None:
    states = {"a": SourceState(id="a", next_run=NOW + timedelta(seconds=20))}
    assert pause([source("a")], states, NOW) == timedelta(seconds=20)


def test_the_pause_is_bounded() -> None:
    assert pause([source("a")], {"a": state("a", 600)}, NOW) == LONGEST_SLEEP
    assert pause([], {}, NOW) == LONGEST_SLEEP
    assert pause([source("a")], {"a": state("a", -600)}, NOW) == timedelta(0)
