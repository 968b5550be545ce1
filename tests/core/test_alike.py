"""Near-duplicates as one row."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.core.alike import fold, group_of
from hubbub.core.desk import Row
from hubbub.core.values import Mention, Record

AT = datetime(2026, 6, 14, tzinfo=UTC)


def row(key: str, copy_of: str = "") -> Row:
    mention = Mention(platform="rss", key=key)
    return Row(record=Record(mention=mention, version=1, when=AT, first_seen=AT, last_seen=AT, copy_of=copy_of))


def refs(rows) -> list[str]:
    return [row.record.ref for row in rows]


def test_rows_of_a_group_are_the_first_of_them_with_a_count_wherever_the_original_stands() -> None:
    rows = [row("a"), row("b", "rss:d"), row("c", "rss:a"), row("d"), row("e", "rss:gone")]
    folded = fold(rows)
    assert refs(folded.rows) == ["rss:a", "rss:b", "rss:e"]
    assert folded.alike == {"rss:a": 1, "rss:b": 1}
    assert not folded.below


def test_an_open_group_is_shown_whole_below_its_first() -> None:
    rows = [row("a"), row("b"), row("c", "rss:a"), row("d", "rss:a"), row("e", "rss:b")]
    folded = fold(rows, {"rss:a"})
    assert refs(folded.rows) == ["rss:a", "rss:c", "rss:d", "rss:b"]
    assert folded.alike == {"rss:a": 2, "rss:b": 1}
    assert folded.below == {"rss:c", "rss:d"}


def test_rows_that_are_all_different_stay_as_they_are() -> None:
    rows = [row("a"), row("b")]
    assert fold(rows).rows is rows


@given(st.lists(st.sampled_from(["", "rss:0", "rss:1", "rss:elsewhere"]), max_size=12), st.booleans())
@settings(max_examples=100)
def test_nothing_is_lost(copies: list[str], all_open: bool) -> None:
    rows = [row(str(number), copy) for number, copy in enumerate(copies)]
    groups = {group_of(row.record) for row in rows}
    folded = fold(rows, groups if all_open else ())
    assert len(folded.rows) - len(folded.below) == len(groups)
    assert len(groups) + sum(folded.alike.values()) == len(rows)
    assert not all_open or sorted(refs(folded.rows)) == sorted(refs(rows))


def test_a_copy_belongs_to_the_group_of_its_original() -> None:
    assert group_of(row("b", "rss:a").record) == group_of(replace(row("a").record, copies=1)) == "rss:a"
