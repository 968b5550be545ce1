"""A source's health: one word, one sentence, never silence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hubbub.core.errors import SourceBroken, SourceLimited, SourceUnreachable
from hubbub.core.health import FINE, after_run, health_words, quota_words
from hubbub.core.values import Failure, Health, Quota, Source, SourceState

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


def test_a_list_that_is_closed_is_no_item_that_could_not_be_read() -> None:
    closed = Failure(source="press", message="social.example shows tags only to its members.", kind=Health.NEEDS_KEY)
    alone, beside = run(failures=(closed,)), run(fetched=2, new=1, failures=(closed,))
    assert (alone.health, alone.message) == (Health.NEEDS_KEY, "social.example shows tags only to its members.")
    assert (beside.health, beside.message) == (Health.OK, "2 items, 1 new; social.example shows tags only to its members.")
    bad = Failure(source="press", message="item 4: no text")
    both = run(failures=(bad, closed))
    assert (both.health, both.message.startswith("1 item could not be read (item 4: no text); 0 could; social")) == (
        Health.BROKEN,
        True,
    )


def test_what_a_plugin_tells_beside_is_no_fault() -> None:
    left = Failure(source="stream", message="The stream was left for longer than it goes back.", kind=Health.OK)
    assert (run(failures=(left,)).health, run(failures=(left,)).message) == (Health.OK, left.message)


def test_cursor_and_count_are_left_to_the_batches() -> None:
    before = replace(UNTRIED, cursor={"a": 1}, found=7)
    after = run(before, fetched=1)
    assert (after.cursor, after.found) == ({"a": 1}, 7)


def arrivals(*hours: float) -> SourceState:
    """A source that gave something new at these hours from now on."""
    state = UNTRIED
    for hour in hours:
        state = run(state, now=NOW + timedelta(hours=hour), fetched=1, new=1)
    return state


def test_the_rhythm_is_learnt_from_what_is_new() -> None:
    assert (arrivals(0).gap, arrivals(0).arrivals) == (None, 1)
    state = arrivals(0, 2, 4, 6)
    assert (state.gap, state.arrivals, state.last_new) == (7200, 4, NOW + timedelta(hours=6))
    idle = run(state, now=NOW + timedelta(hours=7), fetched=20)
    assert (idle.gap, idle.arrivals, idle.last_new) == (7200, 4, state.last_new)
    assert run(state, now=NOW + timedelta(hours=16), new=1, fetched=1).gap == 7200 + 0.3 * 8 * 3600


def test_silence_for_longer_than_the_rhythm_is_told() -> None:
    state = arrivals(0, 10, 20, 30, 40)
    assert run(state, now=NOW + timedelta(hours=80), unchanged=True).health is Health.OK
    silent = run(state, now=NOW + timedelta(hours=81), unchanged=True)
    assert silent.health is Health.SILENT
    assert "nothing new for 2 days; usually there is something every 10 hours" in silent.message
    assert run(state, now=NOW + timedelta(hours=90)).health is Health.SILENT
    assert run(silent, now=NOW + timedelta(hours=90), fetched=1, new=1).health is Health.OK


def test_silence_means_nothing_of_who_was_heard_seldom_or_an_hour_ago() -> None:
    assert run(arrivals(0, 1, 2, 3), now=NOW + timedelta(days=9), unchanged=True).health is Health.OK
    assert run(arrivals(0, 0.1, 0.2, 0.3, 0.4), now=NOW + timedelta(hours=23), unchanged=True).health is Health.OK


def test_a_slow_answer_is_told_with_its_seconds() -> None:
    state = run(fetched=3, new=1, slowest=7.4)
    assert (state.health, state.message) == (Health.SLOW, "3 items, 1 new; it took 7 seconds to answer")
    assert run(fetched=3, slowest=4.9).health is Health.OK
    assert run(slowest=9).health is Health.EMPTY
    assert state.health in FINE


def test_what_an_api_said_last_stays_until_it_says_something_else() -> None:
    quota = Quota(left=3, limit=60)
    state = run(error=SourceLimited("wait"), quota=quota)
    assert state.quota == run(state, fetched=1).quota == quota


def test_what_the_plugin_says_and_where_items_are_kept_is_told() -> None:
    bad = Failure(source="press", message="likes is text where a number is expected", item="item 4")
    state = run(fetched=1, failures=(bad,), kept="unread/press.jsonl", note="connected since 09:12")
    assert state.message.startswith("connected since 09:12; 1 item could not be read (item 4: likes is text")
    assert state.message.endswith("in unread/press.jsonl")


def test_a_limit_says_until_when() -> None:
    limited = run(error=SourceLimited("too many requests", until=NOW + timedelta(hours=2)))
    local = (NOW + timedelta(hours=2)).astimezone()
    assert health_words(limited, NOW) == f"limited until {local:%H:%M}"
    far = run(error=SourceLimited("too many requests", until=NOW + timedelta(hours=23)))
    assert f"{(NOW + timedelta(hours=23)).astimezone():%d %b}" in health_words(far, NOW)
    assert health_words(run(fetched=1), NOW) == "ok"
    past = run(error=SourceLimited("too many requests", until=NOW - timedelta(hours=2)))
    assert past.next_run == NOW + SOURCE.every
    assert health_words(limited, NOW + timedelta(hours=2)) == "due"


def test_a_first_reading_that_gives_nothing_is_no_repetition() -> None:
    first = run(unchanged=True)
    assert (first.health, first.message) == (Health.OK, "it answers; nothing for your topics has come yet")
    assert run(first, unchanged=True).message == "nothing has changed since the last time"


def test_what_is_left_is_told_as_long_as_it_means_something() -> None:
    resets = NOW + timedelta(minutes=30)
    quota = Quota(left=1057, limit=5000, resets=resets, unit="posts")
    assert quota_words(quota, NOW) == f"1,057 of 5,000 posts until {resets.astimezone():%H:%M}"
    assert quota_words(Quota(left=3), NOW) == "3 requests"
    assert quota_words(quota, NOW, UTC) == "1,057 of 5,000 posts until 09:42 UTC"
    assert quota_words(quota, resets) == quota_words(None, NOW) == ""


def test_the_next_run_follows_the_rhythm_and_no_two_sources_march_in_step() -> None:
    state = run(arrivals(0, 4, 8), now=NOW + timedelta(hours=9), unchanged=True)
    assert state.next_run == NOW + timedelta(hours=10)
    times = {run(fetched=1, rng=Random(seed)).next_run for seed in range(9)}
    assert len(times) == 9
    assert all(time and SOURCE.every <= time - NOW <= SOURCE.every * 1.1 for time in times)


def test_an_item_is_named_once() -> None:
    left_out = Failure(source="a", item="item 7", message="item 7 was left out: field 'uri' is missing")
    assert left_out.words == left_out.message
    assert Failure(source="a", item="item 7", message="no address").words == "item 7: no address"
