"""Headings by day and by source are put where they belong, brought up to date, and never doubled."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from sample_story import START, empty_story, freeze, mention, quote

from hubbub.core.stories import add_mentions, edit_block, move_to, remove
from hubbub.core.storygroups import add_day_headings, group_by_source, remove_group_headings
from hubbub.core.values import Block, BlockKind, Story, StoryOrder

UTC = ZoneInfo("UTC")


def said(block_id: str, hours: float, **more: object) -> Block:
    return quote(block_id, mention(block_id, f"said at {hours}", hours=hours, **more))


def text(block_id: str) -> Block:
    return Block(id=block_id, kind=BlockKind.TEXT, text="words")


def ids(story: Story) -> str:
    return " ".join(block.id for block in story.blocks)


def story_of(*blocks: Block, **more: object) -> Story:
    return empty_story(blocks=blocks, **more)


def test_each_day_gets_a_heading_in_the_language_of_the_story():
    story = add_day_headings(story_of(text("o"), said("a", 0), text("on-b"), said("b", 5), text("on-c"), said("c", 30)), UTC)
    assert ids(story) == "o day-2026-06-08 a on-b b day-2026-06-09 on-c c"
    assert [block.text for block in story.blocks if block.kind is BlockKind.HEADING] == [
        "Monday, 8 June 2026",
        "Tuesday, 9 June 2026",
    ]
    greek = add_day_headings(replace(story, lang="el"), UTC)
    assert ids(greek) == ids(story)
    assert greek.blocks[1].text == "Δευτέρα 8 Ιουνίου 2026"


def test_a_day_begins_at_midnight_of_the_zone():
    story = add_day_headings(story_of(said("a", 0), said("b", 12.5)), ZoneInfo("Europe/Bucharest"))
    assert ids(story) == "day-2026-06-08 a day-2026-06-09 b"
    assert START.hour == 9


def test_called_again_they_follow_what_changed():
    story = add_day_headings(story_of(said("a", 0), said("b", 30)), UTC)
    assert add_day_headings(story, UTC) is story
    earlier = add_mentions(story, [freeze(mention("n", "n", hours=20))], ids=["n"])
    assert ids(earlier) == "day-2026-06-08 a n day-2026-06-09 b"
    assert ids(add_day_headings(earlier, UTC)) == "day-2026-06-08 a day-2026-06-09 n b"
    assert ids(add_day_headings(remove(story, ["b"]), UTC)) == "day-2026-06-08 a"
    assert ids(remove_group_headings(story)) == "a b"


def test_a_heading_in_other_words_keeps_them_and_its_place():
    story = add_day_headings(story_of(said("a", 0), text("on-b"), said("b", 30)), UTC)
    worded = edit_block(story, "day-2026-06-09", text="The second day")
    worded = move_to(worded, ["on-b"], "a")
    assert ids(worded) == "day-2026-06-08 a on-b day-2026-06-09 b"
    again = add_day_headings(replace(worded, lang="fr"), UTC)
    assert ids(again) == ids(worded)
    assert [block.text for block in again.blocks if block.kind is BlockKind.HEADING] == ["lundi 8 juin 2026", "The second day"]


def test_a_day_that_comes_again_gets_a_heading_of_its_own():
    story = story_of(said("a", 0), said("b", 30), said("c", 1), order=StoryOrder.MANUAL)
    assert ids(add_day_headings(story, UTC)) == "day-2026-06-08 a day-2026-06-09 b day-2026-06-08-2 c"


def test_sources_are_gathered_with_what_introduces_each_mention():
    story = story_of(
        said("a", 0),
        said("b", 1, platform="hackernews"),
        text("on-c"),
        said("c", 2),
        said("d", 3, platform="rss", url="https://www.news.example/1"),
    )
    grouped = group_by_source(story)
    assert ids(grouped) == "source-mastodon a on-c c source-hacker-news b source-news.example d"
    assert grouped.order is StoryOrder.MANUAL
    assert [block.text for block in grouped.blocks if block.kind is BlockKind.HEADING] == [
        "Mastodon",
        "Hacker News",
        "news.example",
    ]
    assert group_by_source(grouped) is grouped
    worded = edit_block(grouped, "source-mastodon", text="In the Fediverse")
    assert group_by_source(worded) is worded
    assert ids(add_day_headings(grouped, UTC)) == "day-2026-06-08 a on-c c b d"


BLOCKS = st.lists(st.tuples(st.sampled_from(["text", "said", "pinned"]), st.integers(0, 80)), max_size=12)


@given(BLOCKS, BLOCKS)
def test_grouping_twice_is_grouping_once_and_loses_nothing(first: list[tuple[str, int]], second: list[tuple[str, int]]):
    def block(number: int, kind: str, hours: int) -> Block:
        made = text(f"t{number}") if kind == "text" else said(f"m{number}", hours)
        return replace(made, pinned=kind == "pinned")

    blocks = [block(number, *each) for number, each in enumerate([*first, *second])]
    story = story_of(*blocks, order=StoryOrder.MANUAL)
    by_day, by_source = add_day_headings(story, UTC), group_by_source(story)
    assert remove_group_headings(by_day) == story
    assert sorted(ids(remove_group_headings(by_source)).split()) == sorted(ids(story).split())
    assert add_day_headings(by_day, UTC) == by_day
    assert group_by_source(by_source) == by_source
