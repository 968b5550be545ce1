"""A source's health: one word, one sentence, never silence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hubbub.core.errors import SourceBroken, SourceLimited, SourceUnreachable
from hubbub.core.health import after_run
from hubbub.core.values import Failure, Health, Source, SourceState

NOW = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)
SOURCE = Source(id="press", plugin="rss", every=timedelta(minutes=15))
UNTRIED = SourceState(id="press")


def run(before: SourceState = UNTRIED, **changes: object) -> SourceState:
    values = {"now": NOW, "error": None, "fetched": 0, "new": 0, "unchanged": False, "failures": ()}
    return after_run(before, SOURCE, **(values | changes))


def test_items_make_it_ok() -> None:
    state = run(fetched=20, new=3)
    assert (state.health, state.message) == (Health.OK, "20 items, 3 new")
    assert (state.last_success, state.next_run) == (NOW, NOW + SOURCE.every)


def test_an_empty_feed_is_a_state_of_its_own() -> None:
    assert run().health is Health.EMPTY


def test_an_unchanged_answer_does_not_fill_an_empty_feed() -> None:
    assert run(run(), unchanged=True).health is Health.EMPTY


def test_an_unchanged_answer_does_not_mend_a_broken_feed() -> None:
    broken = run(error=SourceBroken("no feed at this address"))
    again = run(broken, unchanged=True)
    assert (again.health, again.message) == (Health.BROKEN, "no feed at this address")


def test_an_unchanged_answer_shows_that_a_site_is_reachable_again() -> None:
    assert run(run(error=SourceUnreachable("no answer")), unchanged=True).health is Health.OK


def test_failures_make_the_pauses_longer_but_not_longer_than_a_day() -> None:
    state, pauses = UNTRIED, []
    for _ in range(12):
        state = run(state, error=SourceUnreachable("no answer"))
        assert state.next_run is not None
        pauses.append(state.next_run - NOW)
    assert pauses[:3] == [timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60)]
    assert pauses[-1] == timedelta(hours=24)
    assert (state.failures, state.last_success) == (12, None)


def test_success_forgets_the_failures() -> None:
    failing = run(error=SourceUnreachable("no answer"))
    assert run(failing, fetched=1).failures == 0


def test_a_limit_is_waited_for_and_told() -> None:
    until = NOW + timedelta(hours=2)
    state = run(error=SourceLimited("too many requests", until=until))
    assert state.next_run == until
    assert "2026-06-14 11:12 UTC" in state.message


def test_an_error_nobody_foresaw_names_the_plugin() -> None:
    state = run(error=KeyError("created_at"))
    assert state.health is Health.BROKEN
    assert "'rss'" in state.message
    assert "created_at" in state.message


def test_bad_items_among_good_ones_are_told() -> None:
    state = run(fetched=9, failures=(Failure(source="press", message="item 4: no text"),))
    assert state.health is Health.OK
    assert "1 item could not be read (item 4: no text); 9 could" in state.message


def test_only_bad_items_break_it() -> None:
    assert run(fetched=0, failures=(Failure(source="press", message="x"),)).health is Health.BROKEN


def test_cursor_and_count_are_left_to_the_batches() -> None:
    before = replace(UNTRIED, cursor={"a": 1}, found=7)
    after = run(before, fetched=1)
    assert (after.cursor, after.found) == ({"a": 1}, 7)
