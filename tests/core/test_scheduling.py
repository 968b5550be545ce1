"""Which sources are due."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.scheduling import LONGEST_SLEEP, due, interleaved, interval, jittered, pause, place
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


@pytest.mark.parametrize(
    ("gap_minutes", "minutes"), [(None, 15), (20, 15), (60, 15), (120, 30), (400, 100), (10_000, 120), (1e12, 120)]
)
def test_a_slower_rhythm_is_asked_less_often(gap_minutes: float | None, minutes: int) -> None:
    gap = None if gap_minutes is None else gap_minutes * 60
    assert interval(source("a"), gap) == timedelta(minutes=minutes)


def test_nothing_is_asked_less_often_than_every_six_hours_but_what_wants_to() -> None:
    assert interval(source("a", every=timedelta(hours=2)), 1e9) == timedelta(hours=6)
    assert interval(source("a", every=timedelta(days=1)), 1e9) == timedelta(days=1)


@given(st.floats(1, 100_000), st.integers(0, 1000))
def test_jitter_is_a_tenth_at_most_and_never_makes_it_faster_than_every(seconds: float, seed: int) -> None:
    asked = source("a", every=timedelta(seconds=60))
    pause_ = max(asked.every, timedelta(seconds=seconds))
    spread = jittered(pause_, asked, Random(seed))
    assert max(asked.every, pause_ * 0.9) <= spread <= pause_ * 1.1


def test_a_slow_source_is_not_due_before_its_interval() -> None:
    states = {"a": state("a", 40, last_run=NOW - timedelta(minutes=20), gap=4 * 3600.0)}
    assert due([source("a")], states, NOW) == []
    assert due([source("a")], states, NOW + timedelta(minutes=41)) != []


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"url": "https://press.example:8443/feed"}, "press.example"),
        ({"server": "social.example"}, "social.example"),
        ({"instances": ["one.example", "two.example"]}, "one.example"),
        ({"url": "https://[broken"}, "rss"),
        ({"url": {"env": "ADDRESS"}}, "rss"),
        ({}, "rss"),
    ],
)
def test_where_a_source_lies(options: dict[str, object], where: str) -> None:
    assert place(source("a", options=options)) == where


def test_sources_of_one_host_never_come_one_after_the_other_while_others_wait() -> None:
    def at(host: str, *ids: str) -> list[Source]:
        return [source(id, options={"url": f"https://{host}/{id}"}) for id in ids]

    asked = [*at("a.example", "a1", "a2", "a3"), *at("b.example", "b1"), *at("c.example", "c1", "c2")]
    assert [each.id for each in interleaved(asked)] == ["a1", "b1", "c1", "a2", "c2", "a3"]
