"""Posts and their answers as a tree, whatever is missing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.conversations import Conversations, arrange
from hubbub.core.deciding import Known
from hubbub.core.errors import SourceUnreachable
from hubbub.core.values import Mention, Record

START = datetime(2026, 6, 14, 9, tzinfo=UTC)


def post(key: str, parent: str = "", *, thread: str = "", minutes: int | None = 0, text: str = "") -> Mention:
    published = None if minutes is None else START + timedelta(minutes=minutes)
    refs = {name: f"x:{value}" if value else "" for name, value in (("parent", parent), ("thread", thread))}
    return Mention(platform="x", key=key, text=text or key, published=published, **refs)


def record(mention: Mention, *, deleted: bool = False) -> Record:
    when = mention.published or START
    return Record(mention=mention, version=1, when=when, first_seen=when, last_seen=when, deleted=deleted)


def drawn(mentions: Sequence[Mention], live: Sequence[Mention] = ()) -> list[str]:
    """The tree as lines; ``~`` marks a gap, ``+`` what is not archived."""
    posts = arrange(map(record, mentions), live)
    return [f"{'.' * p.depth}{'~' if p.gap else ''}{'' if p.record else '+'}{p.mention.key}" for p in posts]


def test_answers_follow_what_they_answer_the_oldest_first() -> None:
    root, late, early = post("ρ"), post("b", "ρ", minutes=9), post("a", "ρ", minutes=3)
    deep, deeper = post("c", "a", minutes=20), post("d", "c", minutes=5)
    assert drawn([deeper, late, root, early, deep]) == ["ρ", ".a", "..c", "...d", ".b"]


def test_a_post_whose_parent_is_missing_stands_below_its_thread_or_alone() -> None:
    posts = [post("root"), post("a", "gone", thread="root", minutes=2), post("b", "a", thread="root", minutes=3)]
    assert drawn(posts) == ["root", ".~a", "..b"]
    assert drawn(posts[1:]) == ["~a", ".b"]
    assert drawn([post("a", "gone", minutes=2), post("b", "gone", minutes=1)]) == ["~b", "~a"]


def test_several_roots_are_in_the_order_of_time_and_posts_without_a_time_come_last() -> None:
    assert drawn([post("b", minutes=5), post("a", minutes=9)], [post("c", minutes=None), post("d", minutes=7)]) == [
        "b",
        "+d",
        "a",
        "+c",
    ]


def test_circles_begin_with_their_oldest_post() -> None:
    assert drawn([post("self", "self")]) == ["self"]
    circle = [post("a", "c", minutes=3), post("b", "a", minutes=1), post("c", "b", minutes=2), post("d", "c", minutes=9)]
    assert drawn(circle) == ["b", ".c", "..a", "..d"]
    assert drawn([post("a", "gone", thread="b"), post("b", "gone", thread="a", minutes=1)]) == ["~a", ".~b"]


def test_what_is_archived_wins_over_what_came_live_and_deleted_posts_stay() -> None:
    ours = record(post("a", text="as archived"), deleted=True)
    first, second = arrange([ours], [post("a", text="as it is now"), post("b", "a", minutes=4)])
    assert (first.mention.text, first.record) == ("as archived", ours)
    assert (second.depth, second.record) == (1, None)


def test_what_a_post_answers_is_told_by_the_platform_where_the_archive_does_not_know() -> None:
    """As with a post of Mastodon that was found in the list of a tag, apart from what it answers."""
    live = [post("root"), post("answer", "root", thread="root", minutes=1), post("later", "answer", thread="root", minutes=2)]
    assert drawn([post("answer", minutes=1)], live) == ["+root", ".answer", "..+later"]
    elsewhere = post("answer", "other", minutes=1)
    assert drawn([post("answer", "root", minutes=1)], [post("root"), elsewhere]) == ["+root", ".answer"]


def test_a_thousand_levels_are_no_trouble() -> None:
    posts = [post(str(n), str(n - 1) if n else "", minutes=n) for n in range(5_000)]
    assert [p.depth for p in arrange(map(record, reversed(posts)))] == list(range(5_000))


keys = st.sampled_from("abcdefgh")
some_posts = st.lists(
    st.builds(post, keys, keys | st.just(""), thread=keys | st.just(""), minutes=st.integers(0, 5) | st.none()), max_size=12
)


@given(some_posts, some_posts)
def test_every_post_has_just_one_place_below_what_it_answers(kept: list[Mention], live: list[Mention]) -> None:
    posts = arrange(map(record, kept), live)
    assert sorted(p.ref for p in posts) == sorted({m.ref for m in (*kept, *live)})
    path: list[str] = []
    for p in posts:
        assert p.depth <= len(path)
        path = [*path[: p.depth], p.ref]
        assert p.depth == 0 or path[-2] in (p.mention.parent, p.mention.thread)


class Shelf:
    """As much of an archive as a conversation reads."""

    def __init__(self, *records: Record) -> None:
        self._records = {record.ref: record for record in records}

    def get(self, ref: str) -> Record | None:
        return self._records.get(ref)

    def records(self, refs: Sequence[str]) -> list[Record]:
        return [self._records[ref] for ref in refs if ref in self._records]

    def known(self, mentions: Sequence[Mention]) -> dict[str, Known]:
        return {
            mention.ref: Known(ref=ref, version=1, digest="", engagement=None, sources=frozenset())
            for mention in mentions
            for ref, record in self._records.items()
            if mention.ref == ref or (mention.url and mention.url == record.mention.url)
        }

    def thread(self, ref: str) -> list[Record]:
        return self.records([ref])


def test_the_platform_adds_what_is_not_archived_and_strangers_words_are_cleaned() -> None:
    archive = Shelf(record(post("b", "a", minutes=1)), record(post("c", minutes=2)))
    whole = [post("a", text="\x1b[31mred"), post("b", "a", minutes=1), post("c", "b", minutes=2)]
    found = Conversations(archive, ask=lambda _: whole).of("x:b", ask=True)  # pyright: ignore[reportArgumentType]
    assert [(p.ref, p.record is not None) for p in found.posts] == [("x:a", False), ("x:b", True), ("x:c", True)]
    assert [mention.text for mention in found.unarchived] == ["red"]
    assert (found.asked, found.problem) == (True, "")


def test_a_post_that_is_archived_under_another_ref_is_not_told_to_be_missing() -> None:
    url = "https://social.example/1"
    archive = Shelf(record(post("b")), record(replace(post("elsewhere", "b", minutes=1), url=url)))
    whole = [post("b"), replace(post("c", "b", minutes=1), url=url)]
    found = Conversations(archive, ask=lambda _: whole).of("x:b", ask=True)  # pyright: ignore[reportArgumentType]
    assert [(p.ref, p.depth) for p in found.posts] == [("x:b", 0), ("x:elsewhere", 1)]
    assert found.unarchived == ()


def test_a_platform_that_does_not_answer_costs_nothing_of_what_is_archived() -> None:
    def unreachable(_: Record) -> Sequence[Mention]:
        raise SourceUnreachable("No answer from social.example.")

    archive = Shelf(record(post("b")))
    found = Conversations(archive, ask=unreachable).of("x:b", ask=True)  # pyright: ignore[reportArgumentType]
    assert [p.ref for p in found.posts] == ["x:b"]
    assert found.problem == "No answer from social.example."
    assert Conversations(archive).of("x:b").problem == ""  # pyright: ignore[reportArgumentType]
