"""What may still be asked: counted over all sources, in their turn, and remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.budgets import Budgets
from hubbub.core.contracts import Rate
from hubbub.core.errors import SourceLimited
from hubbub.core.http import PoliteClient
from hubbub.testing.fakes import FakeClock

NOW = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)


def test_requests_beyond_the_rate_wait_for_their_turn() -> None:
    budgets = Budgets()
    rates = [Rate(requests=2, seconds=1.0)]
    assert [budgets.reserve("press.example", rates, NOW, 10.0) for _ in range(5)] == [0.0, 0.0, 1.0, 1.0, 2.0]
    assert budgets.reserve("other.example", rates, NOW, 10.0) == 0.0


def test_what_would_take_too_long_is_told_and_not_counted() -> None:
    budgets = Budgets()
    rates = [Rate(requests=1, seconds=60.0)]
    assert budgets.reserve("a", rates, NOW, 20.0) == 0.0
    assert budgets.reserve("a", rates, NOW, 20.0) == NOW + timedelta(seconds=60)
    assert budgets.reserve("a", rates, NOW + timedelta(seconds=59), 20.0) == 1.0


def test_all_rates_of_an_allowance_hold() -> None:
    budgets = Budgets()
    rates = [Rate(requests=4, seconds=1.0), Rate(requests=6, seconds=60.0)]
    waits = [budgets.reserve("lobste.rs", rates, NOW, 100.0) for _ in range(8)]
    assert waits == [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 60.0, 60.0]


@given(
    st.lists(st.floats(0, 3), max_size=60),
    st.lists(st.builds(Rate, requests=st.integers(1, 5), seconds=st.sampled_from([1.0, 2.5, 10.0])), min_size=1, max_size=3),
)
def test_no_window_ever_holds_more_than_it_may(pauses: list[float], rates: list[Rate]) -> None:
    budgets, now = Budgets(), NOW
    sent: list[float] = []
    for pause in pauses:
        now += timedelta(seconds=pause)
        wait = budgets.reserve("a", rates, now, 1000.0)
        assert isinstance(wait, float)
        sent.append(now.timestamp() + wait)
    assert sent == sorted(sent)
    for rate in rates:
        for index, moment in enumerate(sent):
            # A hair's breadth for binary fractions.
            assert sum(moment <= other < moment + rate.seconds - 1e-6 for other in sent[index:]) <= rate.requests


def test_a_days_allowance_outlives_the_program(tmp_path: Path) -> None:
    day = [Rate(requests=3, seconds=86_400.0)]
    first = Budgets(tmp_path / "used.json")
    for _ in range(2):
        assert first.reserve("api", day, NOW, 0.0) == 0.0
    first.reserve("pace", [Rate(requests=2, seconds=1.0)], NOW, 0.0)
    first.close()
    assert "pace" not in (tmp_path / "used.json").read_text("utf-8")
    second = Budgets(tmp_path / "used.json")
    left = second.left("api", day, NOW)
    assert left is not None
    assert (left.left, left.limit, left.resets) == (1, 3, NOW + timedelta(days=1))
    assert second.reserve("api", day, NOW, 0.0) == 0.0
    assert second.reserve("api", day, NOW, 0.0) == NOW + timedelta(days=1)


def test_a_damaged_file_is_counted_anew(tmp_path: Path) -> None:
    for content in (
        b"{",
        b"[]",
        b'{"a": 3}',
        b'{"used": {"a": ["x", null, 1e300]}, "until": {"a": "x"}}',
        b'{"used": 7, "until": []}',
        bytes(range(256)),
    ):
        (tmp_path / "used.json").write_bytes(content)
        assert Budgets(tmp_path / "used.json").reserve("a", [Rate(requests=1, seconds=86_400.0)], NOW, 0.0) == 0.0


def test_a_host_that_asked_to_be_left_alone_is_left_alone_by_the_next_program(tmp_path: Path) -> None:
    answers = [httpx.Response(429, headers={"Retry-After": "120"}), httpx.Response(200)]
    clock = FakeClock()

    def program() -> PoliteClient:
        return PoliteClient(
            contact="",
            version="0",
            now=clock,
            transport=httpx.MockTransport(lambda _: answers.pop(0)),
            budgets=Budgets(tmp_path / "used.json"),
        )

    for _ in range(2):  # the first is told so, the second knows it
        with pytest.raises(SourceLimited) as caught:
            program().get("https://press.example/feed")
        assert caught.value.until == clock.at + timedelta(seconds=120)
        assert len(answers) == 1
    clock.advance(timedelta(seconds=121))
    assert program().get("https://press.example/feed").status == 200
