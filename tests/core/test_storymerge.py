"""Two changes of one story become one: nothing of either is lost, and what contradicts is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_story import NOW, mention, quote

from hubbub.core.extents import extent_of
from hubbub.core.stories import add_block, edit_block, in_order, move, move_to, pin, quote_part, remove, set_details, set_order
from hubbub.core.storymerge import Conflict, merge
from hubbub.core.values import Block, BlockKind, Story, StoryOrder

Change = Callable[[Story], Story]


def text(key: str, words: str = "") -> Block:
    return Block(id=key, kind=BlockKind.TEXT, text=words or f"Words of {key}")


def told(*keys: str, order: StoryOrder = StoryOrder.MANUAL) -> Story:
    return Story(id="s", slug="s", title="S", created=NOW, order=order, blocks=tuple(map(text, keys)))


def posted(hour: int) -> Block:
    return quote(f"m{hour}", mention(str(hour), f"It died at {hour}. Again.", hours=hour))


def keys(story: Story) -> str:
    return "".join(block.id for block in story.blocks)


BASE = told(*"abcde")


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (lambda s: add_block(s, text("x"), after="b"), lambda s: add_block(s, text("y"), after="d"), "abxcdye"),
        (lambda s: add_block(s, text("x"), after="b"), lambda s: add_block(s, text("y"), after="b"), "abxycde"),
        (lambda s: add_block(s, text("x"), before="a"), lambda s: remove(s, ["a"]), "xbcde"),
        (lambda s: remove(s, ["b"]), lambda s: remove(s, ["d"]), "ace"),
        (lambda s: move(s, ["a"], 4), lambda s: move(s, ["e"], -3), "ebcda"),
        (lambda s: move_to(s, ["c"], "top"), lambda s: add_block(s, text("y"), after="c"), "cabyde"),
        (lambda s: add_block(s, text("x")), lambda s: add_block(s, text("y")), "abcdexy"),
        (lambda s: move_to(s, ["e"], "top"), lambda s: move_to(s, ["e"], "top"), "eabcd"),
    ],
)
def test_blocks_put_in_taken_out_and_moved(ours: Change, theirs: Change, expected: str) -> None:
    merged = merge(BASE, ours(BASE), theirs(BASE))
    assert (keys(merged.story), merged.conflicts) == (expected, ())


def test_different_fields_and_details_of_one_thing() -> None:
    ours = set_details(edit_block(BASE, "a", text="Ours"), title="Ours")
    theirs = set_details(edit_block(BASE, "a", note="theirs"), byline="Theirs")
    merged = merge(BASE, ours, pin(theirs, ["b"], True))
    assert not merged.conflicts
    assert (merged.story.title, merged.story.byline) == ("Ours", "Theirs")
    assert (merged.story.blocks[0].text, merged.story.blocks[0].note) == ("Ours", "theirs")
    assert merged.story.blocks[1].pinned


@pytest.mark.parametrize(
    ("ours", "theirs", "block", "said"),
    [
        (
            lambda s: edit_block(s, "a", text="One"),
            lambda s: edit_block(s, "a", text="Two"),
            "a",
            "both changed the text “Words of a”: “Two” stands, you have “One”",
        ),
        (
            lambda s: edit_block(s, "a", text="One"),
            lambda s: remove(s, ["a"]),
            "a",
            "you changed the text “One”, which was removed meanwhile",
        ),
        (
            lambda s: remove(s, ["a"]),
            lambda s: edit_block(s, "a", text="Two"),
            "a",
            "you removed the text “Two”, which was changed meanwhile",
        ),
        (
            lambda s: move_to(s, ["e"], "top"),
            lambda s: move_to(s, ["e"], "b"),
            "e",
            "both moved the text “Words of e”, to different places",
        ),
        (
            lambda s: set_details(s, title="One"),
            lambda s: set_details(s, title="Two"),
            "",
            "the title: “Two” stands, you have “One”",
        ),
    ],
)
def test_what_contradicts_is_told_and_stays(ours: Change, theirs: Change, block: str, said: str) -> None:
    merged = merge(BASE, ours(BASE), theirs(BASE))
    assert merged.conflicts == (Conflict(block=block, said=said),)
    assert set(keys(merged.story)) == set("abcde")


def test_the_same_change_is_no_conflict() -> None:
    same = set_details(edit_block(BASE, "a", text="Same"), title="Same")
    assert merge(BASE, same, same).story is same
    assert merge(BASE, remove(BASE, ["a"]), remove(BASE, ["a", "b"])).conflicts == ()


def test_the_quoted_part_goes_with_the_copy() -> None:
    post = posted(1)
    assert post.copy
    base = replace(BASE, blocks=(*BASE.blocks, post))
    part = extent_of(post.copy.mention.text, post.copy.mention.text.split()[0])
    ours = quote_part(base, post.id, part)
    copy = replace(post.copy, mention=replace(post.copy.mention, text="Other words"), version=2)
    theirs = edit_block(base, post.id, copy=copy)
    merged = merge(base, ours, theirs)
    assert [conflict.block for conflict in merged.conflicts] == [post.id]
    assert merged.story == theirs


def test_a_chronological_story_stays_one() -> None:
    base = replace(told(order=StoryOrder.OLDEST), blocks=(posted(1), posted(3)))
    theirs = add_block(base, posted(2))
    merged = merge(base, set_order(base, StoryOrder.NEWEST), theirs)
    assert not merged.conflicts
    assert in_order(merged.story)
    assert [block.ref for block in merged.story.blocks] == [posted(n).ref for n in (3, 2, 1)]


# --- whatever two people do ------------------------------------------------------------------------------------

STEPS = st.tuples(st.sampled_from(("edit", "note", "remove", "add", "move", "title")), st.integers(0, 9), st.integers(-3, 3))


def walked(story: Story, steps: list[tuple[str, int, int]], who: str) -> Story:
    """What somebody makes of it."""
    for number, (what, at, by) in enumerate(steps):
        block = story.blocks[at % len(story.blocks)].id if story.blocks else ""
        if what == "title":
            story = set_details(story, title=f"{who}{number}")
        elif what == "add":
            story = add_block(story, text(f"{who}{number}"), after=block or None)
        elif block and what == "remove":
            story = remove(story, [block])
        elif block and what == "move":
            story = move(story, [block], by)
        elif block:
            story = edit_block(story, block, **{"text" if what == "edit" else "note": f"{who}{number}"})
    return story


def by_id(story: Story) -> dict[str, Block]:
    return {block.id: block for block in story.blocks}


@given(st.lists(STEPS, max_size=8), st.lists(STEPS, max_size=8))
def test_no_block_and_no_change_is_lost(mine: list[tuple[str, int, int]], others: list[tuple[str, int, int]]) -> None:
    ours, theirs = walked(BASE, mine, "ours"), walked(BASE, others, "theirs")
    found = merge(BASE, ours, theirs)
    was, we, they, merged = map(by_id, (BASE, ours, theirs, found.story))
    torn = {conflict.block for conflict in found.conflicts}
    assert len(merged) == len(found.story.blocks)
    for key in was.keys() | we.keys() | they.keys():
        sides = [side[key] for side in (we, they) if key in side]
        gone = key in was and len(sides) < 2
        assert (key in merged) == (not gone or any(side != was[key] for side in sides)), key
        if key not in merged or key in torn:
            continue
        for name in ("text", "note"):
            before = getattr(was[key], name) if key in was else None
            changed = {getattr(side, name) for side in sides} - {before}
            assert getattr(merged[key], name) in (changed or {before}), (key, name)
    # Whoever did something alone finds it exactly so, in the order that they gave it.
    assert merge(BASE, ours, BASE).story == ours
    assert merge(BASE, BASE, theirs).story == theirs
    if not any(what == "move" for what, _, _ in mine):
        order = [key for key in keys_of(found.story) if key in they]
        assert order == [key for key in keys_of(theirs) if key in merged]
    if not any(what == "move" for what, _, _ in others):
        order = [key for key in keys_of(found.story) if key in we]
        assert order == [key for key in keys_of(ours) if key in merged]


def keys_of(story: Story) -> list[str]:
    return [block.id for block in story.blocks]
