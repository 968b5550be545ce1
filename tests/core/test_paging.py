"""Reading page by page: nothing lost and nothing read for ever, whatever is killed when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.errors import SourceGone, SourceLimited, SourceRefused
from hubbub.core.paging import Page, each, newest_first, oldest_first
from hubbub.core.values import JSON, Batch, Health, Mention

START = datetime(2026, 6, 1, tzinfo=UTC)


class Forum:
    """A list of posts, one a minute, that gives pages of ten by offset, the newest first."""

    def __init__(self, posts: int) -> None:
        self.posts, self.asked = posts, 0

    def ask(self, token: JSON) -> Page:
        self.asked += 1
        offset = token if isinstance(token, int) else 0
        numbers = range(self.posts - 1 - offset, max(-1, self.posts - 11 - offset), -1)
        more = self.posts - 10 - offset > 0
        return Page(mentions=tuple(post(number) for number in numbers), next=offset + 10 if more else None)


def post(number: int) -> Mention:
    return Mention(platform="forum", key=str(number), published=START + timedelta(minutes=number))


def run(batches: Iterator[Batch], stop_after: int | None = None) -> tuple[set[str], JSON]:
    keys: set[str] = set()
    cursor: JSON = None
    for batch in islice(batches, stop_after):
        keys |= {mention.key for mention in batch.mentions}
        cursor = json.loads(json.dumps(batch.cursor))
    return keys, cursor


def test_the_first_reading_goes_back_so_far_and_later_ones_to_what_is_known() -> None:
    forum = Forum(500)
    keys, cursor = run(newest_first(None, forum.ask, back=START + timedelta(minutes=440)))
    assert keys == {str(number) for number in range(430, 500)}
    forum.posts, forum.asked = 520, 0
    keys, cursor = run(newest_first(cursor, forum.ask, overlap=timedelta(minutes=5)))
    assert keys >= {str(number) for number in range(500, 520)}
    assert forum.asked == 3
    forum.asked = 0
    run(newest_first(cursor, forum.ask, overlap=timedelta(minutes=5)))
    assert forum.asked == 1


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 6)), min_size=1, max_size=12))
def test_kills_and_new_posts_lose_nothing(steps: list[tuple[int, int]]) -> None:
    """After the first whole reading every post is met, however often a run is killed and however much comes meanwhile."""
    forum = Forum(30)
    met, cursor = run(newest_first(None, forum.ask, pages=4))
    for fresh, killed_after in steps:
        forum.posts += fresh
        keys, after = run(newest_first(cursor, forum.ask, pages=4, overlap=timedelta(0)), killed_after)
        met |= keys
        cursor = after if after is not None else cursor
    for _ in range(forum.posts // 20 + 2):  # what is left is read in later runs
        keys, cursor = run(newest_first(cursor, forum.ask, pages=4, overlap=timedelta(0)))
        met |= keys
    assert met == {str(number) for number in range(forum.posts)}


def test_a_place_that_means_nothing_any_more_begins_again() -> None:
    forum = Forum(15)

    def ask(token: JSON) -> Page:
        if token == "old":
            raise SourceGone("no such page")
        return forum.ask(token)

    keys, _ = run(newest_first({"since": None, "walk": {"top": None, "page": "old"}}, ask))
    assert len(keys) == 15


def test_a_page_that_repeats_itself_ends() -> None:
    batches = list(newest_first(None, lambda token: Page(mentions=(post(1),), next="same"), pages=7))
    assert len(batches) == 7


def test_forward_to_the_end_and_on_from_there() -> None:
    posts = [post(number) for number in range(25)]

    def ask(place: JSON) -> Page:
        start = place if isinstance(place, int) else 0
        return Page(mentions=tuple(posts[start : start + 10]), next=min(start + 10, len(posts)))

    keys, cursor = run(oldest_first(None, ask))
    assert (len(keys), cursor) == (25, {"at": 25})
    posts.append(post(25))
    assert run(oldest_first(cursor, ask)) == ({"25"}, {"at": 26})


def test_a_list_that_begins_anew_is_read_once() -> None:
    """As a search does that goes by the hour: after its last page it stands where it began, pages later."""
    asked: list[JSON] = []

    def ask(place: JSON) -> Page:
        asked.append(place)
        return Page(mentions=(post(len(asked)),), next="second" if place == "first" else "first")

    assert run(oldest_first({"at": "first"}, ask)) == ({"1", "2"}, {"at": "first"})
    assert asked == ["first", "second"]


def lists(cursor: JSON, failing: dict[str, Exception]) -> Iterator[Batch]:
    def read(name: str, at: JSON) -> Iterator[Batch]:
        if name in failing:
            raise failing[name]
        yield Batch(mentions=(post(len(name)),), cursor=f"{name} after {at}")

    return each(cursor, ["a", "bb", "ccc"], read)


def test_each_list_has_a_place_of_its_own() -> None:
    batches = list(lists({"a": 1, "gone": 2}, {}))
    assert batches[-1].cursor == {"a": "a after 1", "bb": "bb after None", "ccc": "ccc after None"}


def test_one_list_that_fails_does_not_stop_the_others() -> None:
    batches = list(lists({"bb": 9}, {"bb": SourceRefused("no entry")}))
    assert [mention.key for batch in batches for mention in batch.mentions] == ["1", "3"]
    assert batches[-1].cursor == {"a": "a after None", "bb": 9, "ccc": "ccc after None"}
    assert [(f.item, f.kind) for f in batches[-1].failures] == [("bb", Health.REFUSED)]


def test_a_limit_ends_the_run_once_the_others_are_read() -> None:
    batches = lists(None, {"a": SourceLimited("later")})
    assert [next(batches).mentions[0].key for _ in range(2)] == ["2", "3"]
    assert next(batches).cursor == {"bb": "bb after None", "ccc": "ccc after None", "": "a"}
    with pytest.raises(SourceLimited):
        next(batches)
    turns = lists({"": "ccc", "a": 1}, {"bb": SourceLimited("later")})
    assert [(next(turns).mentions[0].key) for _ in range(2)] == ["3", "1"]
    with pytest.raises(SourceRefused):
        list(lists(None, {name: SourceRefused(name) for name in ("a", "bb", "ccc")}))
