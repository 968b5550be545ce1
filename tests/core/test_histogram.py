"""Hits by day as a row of stretches."""

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.histogram import BLOCKS, bins, strip

START = date(2026, 1, 1)


@given(st.dictionaries(st.integers(0, 3000), st.integers(1, 10_000), max_size=50), st.integers(1, 200))
def test_every_hit_lies_in_one_stretch_and_the_stretches_in_a_row(hits: dict[int, int], most: int) -> None:
    days = [(START + timedelta(days=n), count) for n, count in sorted(hits.items())]
    found = bins(days, most)
    assert len(found) <= most
    assert [each.count for each in found] == [sum(c for day, c in days if b.first <= day <= b.last) for b in found]
    assert sum(each.count for each in found) == sum(hits.values())
    assert all(a.last + timedelta(days=1) == b.first for a, b in itertools.pairwise(found))
    if days:
        assert (found[0].first, found[-1].last) == (days[0][0], days[-1][0])


def test_the_highest_is_a_full_block_and_a_single_hit_is_not_nothing() -> None:
    found = bins([(START, 1), (START + timedelta(days=2), 1000)], 10)
    assert strip(found) == f"{BLOCKS[1]}{BLOCKS[0]}{BLOCKS[-1]}"
    assert strip(bins([], 10)) == ""
