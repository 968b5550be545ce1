"""Turns at a host: what a host sees never exceeds its pace, however long a request was on its way."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.contracts import Rate
from hubbub.core.turns import Turns

TWO = Rate(requests=2, seconds=1.0)


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


def ask(turns: Turns, clock: Clock, at: float = 0.0, takes: float = 0.0) -> float:
    """When a request that takes so long was sent."""
    with turns.taken(at, clock, clock.sleep):
        sent = clock()
        clock.sleep(takes)
    return sent


def test_the_third_request_waits_until_a_second_after_the_first_was_answered() -> None:
    turns, clock = Turns(2, TWO), Clock()
    assert [ask(turns, clock, takes=0.4) for _ in range(4)] == pytest.approx([100.0, 100.4, 101.4, 101.8])


def test_without_a_pace_nobody_waits() -> None:
    turns, clock = Turns(2, None), Clock()
    assert [ask(turns, clock) for _ in range(3)] == [100.0] * 3


def test_what_was_waited_for_already_is_not_waited_for_again() -> None:
    turns, clock = Turns(2, TWO), Clock()
    slept: list[float] = []
    for at in (100.0, 100.0, 101.0, 101.0, 102.0):
        with turns.taken(at, clock, slept.append):
            pass
    assert slept == []


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 2)), max_size=20), st.integers(1, 4))
def test_a_host_never_sees_more_than_its_pace(requests: list[tuple[float, float]], most: int) -> None:
    turns, clock = Turns(2, Rate(requests=most, seconds=1.0)), Clock()
    arrived: list[float] = []
    for pause, takes in requests:
        clock.sleep(pause)
        sent = ask(turns, clock, takes=takes)
        # As late as can be: just before its answer.
        arrived.append(sent + takes)
    for moment in arrived:
        assert sum(moment <= other < moment + 0.999 for other in arrived) <= most


def test_so_many_at_once_and_no_more() -> None:
    turns = Turns(2, None)
    inside, most, lock = 0, 0, threading.Lock()
    both: Callable[[], object] = threading.Barrier(2, timeout=10).wait

    def work() -> None:
        nonlocal inside, most
        for _ in range(3):
            with turns.taken(0.0, Clock(), lambda seconds: None):
                with lock:
                    inside += 1
                    most = max(most, inside)
                both()
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (inside, most) == (0, 2)
