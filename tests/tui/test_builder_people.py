"""Several people at one story in the builder: who made what, who is at it, what they say, and both changes in one."""

from __future__ import annotations

import pytest
from tui_story import SLUG, begin, blocks_of, open_builder
from tui_world import World, build_app, screen_text, shows, until, write

from hubbub.core.sharing import Role
from hubbub.core.stories import edit_block, set_details
from hubbub.core.storydesk import StoryDesk
from hubbub.tui.widgets.story_pane import LOOK, StoryPane


@pytest.fixture
def ion(small_world: World) -> StoryDesk:
    """The stories as Ion has them, while Ana is at the screen."""
    small_world.person = "ana"
    begin(small_world, 3, 1)
    return small_world.stories_of("ion")


async def test_the_versions_say_who_made_them(small_world: World, ion: StoryDesk) -> None:
    ion.edit(SLUG, lambda story: set_details(story, byline="Ion"), "signed it")
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(100, 30)) as pilot:
        await open_builder(pilot)
        await pilot.press("V")
        await shows(pilot, "ion         signed it", "ana         added 2 mentions", "This step, by ion")


async def test_comments_are_marked_read_written_answered_and_settled(small_world: World, ion: StoryDesk) -> None:
    block = ion.open(SLUG).story.blocks[1].id
    ion.comments.add(SLUG, "Who is \x1b[1m[b]that[/b]?", block=block)
    ion.comments.add(SLUG, "Is it out?")
    for words in ("long words " * 90, "Short"):
        ion.comments.add(SLUG, "!", block=ion.add_text(SLUG, words).story.blocks[-1].id)
    ion.comments.add(SLUG, "!", block=ion.add_divider(SLUG).story.blocks[-1].id)
    ion.comments.add(SLUG, "!", block=ion.add_heading(SLUG, "Head").story.blocks[-1].id)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        blocks = await open_builder(pilot)
        await shows(
            pilot,
            "· 1 comment",
            "1 comment · draft",
            "long wo… · 1 comment",
            "¶  Short · 1 comment",
            "── · 1 comment",
            "Head · 1 comment",
        )
        await pilot.press("j", "T")
        await shows(pilot, "Comments on “The battery week”", "ion · ", "Who is [b]that[/b]?", "· the story")
        await pilot.press("r")
        await write(pilot, "A reader.")
        await pilot.press("ctrl+s")
        await shows(pilot, "A reader.")
        await pilot.press("i")
        await write(pilot, "Second")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: len(ion.comments.of(SLUG)) == 8)
        assert [(each.by, each.block) for each in ion.comments.of(SLUG)[6:]] == [("ana", block), ("ana", block)]
        await pilot.press("d")
        await shows(pilot, "settled by ana")
        await pilot.press("escape")
        await until(pilot, lambda: blocks.comments.get(block) == 1)
        await pilot.press("T", "X", "y")
        await until(pilot, lambda: len(ion.comments.of(SLUG)) < 8)


async def test_a_lock_is_seen_and_edits_are_refused_with_the_name(small_world: World, ion: StoryDesk) -> None:
    ion.people.lock(SLUG, "the lead")
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await shows(pilot, "ion is at it since 12:00 UTC · draft")
        await pilot.press("J")
        await shows(pilot, "Reading and comments")
        assert blocks_of(small_world) == ["3", "1"]
        await pilot.press("l")
        await shows(pilot, "Take the lock over?")
        await pilot.press("y")
        await shows(pilot, "locked by you · draft")
        await pilot.press("J")
        await until(pilot, lambda: blocks_of(small_world) == ["1", "3"])
        await pilot.press("l")
        await until(pilot, lambda: ion.people.of(SLUG).lock is None)
        await pilot.press("l")
        await shows(pilot, "What are you doing?")
        await write(pilot, "titles")
        await pilot.press("enter")
        await until(pilot, lambda: (lock := ion.people.of(SLUG).lock) is not None and lock.note == "titles")


async def test_one_who_only_reads_is_told_whom_to_ask(small_world: World, ion: StoryDesk) -> None:
    small_world.desk.stories.people.add(SLUG, "ana", Role.OWNER)
    small_world.desk.stories.people.add(SLUG, "ion", Role.OWNER)
    ion.people.add(SLUG, "ana", Role.READER)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await pilot.press("d")
        await shows(pilot, "ana may only")
        assert blocks_of(small_world) == ["3", "1"]


async def test_words_that_another_changed_meanwhile_are_kept_as_a_draft(small_world: World, ion: StoryDesk) -> None:
    first, second = (ion.add_text(SLUG, words).story.blocks[-1].id for words in ("One", "Two"))
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await pilot.press("G", "enter")
        await write(pilot, " of Ana")
        ion.edit(SLUG, lambda story: edit_block(story, first, text="One of Ion"), "edited")
        await pilot.press("tab")
        await until(pilot, lambda: blocks_of(small_world)[2:] == ["One of Ion", "Two of Ana"])
        await until(pilot, lambda: "saving" not in screen_text(app))
        await pilot.press("enter")
        await write(pilot, "!")
        ion.edit(SLUG, lambda story: edit_block(story, second, text="Two of Ion"), "edited")
        await pilot.press("tab")
        await shows(pilot, "ion has changed the story", "“Two of Ion” stands, you have “Two of Ana!”")
        assert blocks_of(small_world)[3] == "Two of Ion"
        await until(pilot, lambda: "Two of Ion" in screen_text(app))
        await pilot.press("enter")
        await shows(pilot, "The words that you left are back")


async def test_what_others_say_and_lock_is_looked_for(small_world: World, ion: StoryDesk) -> None:
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        ion.comments.add(SLUG, "Now?")
        ion.people.lock(SLUG)
        assert LOOK <= 5
        app.screen.query_one(StoryPane).look_at_people()
        await shows(pilot, "ion is at it since", "1 comment")
