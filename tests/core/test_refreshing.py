"""When mentions are asked for again, and which source is asked."""

from datetime import UTC, datetime, timedelta

import pytest

from hubbub.core.archives import Due
from hubbub.core.refreshing import assigned, next_refresh

NOW = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "stage"),
    [(-1, 1), (0, 1), (0.9, 1), (1, 24), (23, 24), (24, 168), (168, 720), (719, 720), (720, None), (9000, None)],
)
def test_the_next_time_is_the_next_of_four_ages(age: float, stage: int | None) -> None:
    when = NOW - timedelta(hours=age)
    assert next_refresh(when, NOW) == (None if stage is None else when + timedelta(hours=stage))


def test_a_mention_goes_to_the_first_of_its_sources_that_can_tell() -> None:
    due = [
        Due(ref="a:1", sources=("feed", "site")),
        Due(ref="a:2", sources=("feed",)),
        Due(ref="a:3", sources=("other", "site")),
    ]
    assert assigned(due, {"site", "other"}.__contains__) == {"site": ["a:1"], "other": ["a:3"]}


def test_a_run_is_bounded_for_each_source_and_in_all() -> None:
    due = [Due(ref=f"a:{n}", sources=("one", "two") if n % 2 else ("one",)) for n in range(10)]
    found = assigned(due, lambda name: True, per_source=2, per_run=9)
    assert found == {"one": ["a:0", "a:1"], "two": ["a:3", "a:5"]}
    assert sum(map(len, assigned(due, lambda name: True, per_run=3).values())) == 3
