"""The story builder: everything by key, and by mouse."""

from datetime import timedelta

from tui_story import begin, open_builder, quoted
from tui_world import FakeOutside, World, build_app, mention, screen_text, shows, until, write

from hubbub.core.values import StoryOrder, StoryState


async def test_moving_by_key_follows_the_block_and_makes_the_order_ours(small_world: World) -> None:
    begin(small_world, 5, 3, 1)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        blocks = await open_builder(pilot)
        assert quoted(small_world) == [5, 3, 1]
        await pilot.press("J")
        await until(pilot, lambda: quoted(small_world) == [3, 5, 1])
        await shows(pilot, "by hand")
        await until(pilot, lambda: blocks.cursor == 1)
        await pilot.press("alt+down")
        await until(pilot, lambda: quoted(small_world) == [3, 1, 5])
        await pilot.press("less_than_sign")
        await until(pilot, lambda: quoted(small_world) == [5, 3, 1] and blocks.cursor == 0)
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: quoted(small_world) == [3, 1, 5])
        await until(pilot, lambda: blocks.cursor == 2)
        await pilot.press("m", "1")
        await shows(pilot, "move 1 block: ↑ ↓ or a number", "⇣")
        await pilot.press("enter")
        await until(pilot, lambda: quoted(small_world) == [3, 5, 1])


async def test_fast_keys_are_all_saved_in_their_order(small_world: World) -> None:
    begin(small_world, *range(8))
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await pilot.press("J", "J", "J", "J")
        await until(pilot, lambda: quoted(small_world) == [6, 5, 4, 3, 7, 2, 1, 0])
        await shows(pilot, "saved")
        await pilot.press("u", "u")
        await until(pilot, lambda: quoted(small_world) == [6, 5, 7, 4, 3, 2, 1, 0])
        await pilot.press("U")
        await until(pilot, lambda: quoted(small_world) == [6, 5, 4, 7, 3, 2, 1, 0])


async def test_the_marked_blocks_move_and_go_together(small_world: World) -> None:
    begin(small_world, 5, 4, 3, 2)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await pilot.press("space", "space", "greater_than_sign")
        await until(pilot, lambda: quoted(small_world) == [3, 2, 5, 4])
        await pilot.press("d")
        await shows(pilot, "2 blocks removed")
        await until(pilot, lambda: quoted(small_world) == [3, 2])
        await pilot.press("ctrl+z")
        await until(pilot, lambda: quoted(small_world) == [3, 2, 5, 4])


async def test_dragging_moves_a_block_and_escape_lets_it_be(small_world: World) -> None:
    begin(small_world, 5, 3, 1)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        blocks = await open_builder(pilot)
        await pilot.mouse_down(blocks, offset=(10, 0))
        await pilot.hover(blocks, offset=(10, 3))
        await shows(pilot, "⇣")
        await pilot.mouse_up(blocks, offset=(10, 3))
        await until(pilot, lambda: quoted(small_world) == [3, 5, 1])
        await pilot.mouse_down(blocks, offset=(10, 5))
        await pilot.hover(blocks, offset=(10, 0))
        await pilot.mouse_up(blocks, offset=(10, 0))
        await until(pilot, lambda: quoted(small_world) == [1, 3, 5])
        await pilot.mouse_down(blocks, offset=(10, 5))
        await pilot.hover(blocks, offset=(10, 0))
        await pilot.press("escape")
        await pilot.mouse_up(blocks, offset=(10, 0))
        await until(pilot, lambda: "⇣" not in screen_text(app))
        assert quoted(small_world) == [1, 3, 5]


async def test_words_of_our_own_are_written_edited_and_handed_to_the_editor(small_world: World) -> None:
    slug = begin(small_world, 3, 1)
    app = build_app(small_world, outside=FakeOutside())

    def texts() -> list[str]:
        return [block.text for block in small_world.desk.stories.open(slug).story.blocks if block.text]

    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await pilot.press("I")
        await write(pilot, "Before.")
        await pilot.press("tab")
        await until(pilot, lambda: texts() == ["Before."])
        await shows(pilot, "¶  Before.")
        await pilot.press("enter")
        await write(pilot, " And more.")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: texts() == ["Before. And more."])
        await pilot.press("f4")
        await until(pilot, lambda: texts() == ["Before. And more.\nfrom the editor"])
        await pilot.press("j", "f4")
        await shows(pilot, "Only texts and headings are edited")


async def test_order_by_time_reverse_and_pin(small_world: World) -> None:
    slug = begin(small_world, 5, 3, 1)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await pilot.press("P")
        await shows(pilot, "· pinned")
        await pilot.press("S")
        await until(pilot, lambda: quoted(small_world) == [5, 1, 3])
        await shows(pilot, "newest first")
        await pilot.press("P", "s")
        await shows(pilot, "by posted time, UTC")
        await pilot.press("g", "enter")
        await until(pilot, lambda: quoted(small_world) == [5, 3, 1])
        assert small_world.desk.stories.open(slug).story.order is StoryOrder.OLDEST


async def test_versions_show_what_changed_and_lead_back(small_world: World) -> None:
    begin(small_world, 5, 3)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await pilot.press("d")
        await until(pilot, lambda: quoted(small_world) == [3])
        await pilot.press("V")
        await shows(pilot, "stands now", "removed 1 block", "began the story")
        await pilot.press("j")
        await shows(pilot, "Going back to it", "added")
        await pilot.press("enter")
        await until(pilot, lambda: quoted(small_world) == [5, 3])


async def test_details_are_checked_before_they_are_kept(small_world: World) -> None:
    slug = begin(small_world, 3)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await pilot.press("M")
        await pilot.press(*["backspace"] * 30, "enter")
        await shows(pilot, "A story needs a title")
        await write(pilot, "Neu")
        await pilot.press("tab")
        await write(pilot, "Seven days")
        await pilot.press("enter")
        await shows(pilot, "Neu  draft", "saved")
        story = small_world.desk.stories.open(slug).story
        assert (story.title, story.subtitle, story.slug) == ("Neu", "Seven days", "the-battery-week")


async def test_the_check_says_what_a_reader_would_stumble_over(small_world: World) -> None:
    begin(small_world, 3)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await pilot.press("exclamation_mark")
        await shows(pilot, "Before publishing", "has no byline")


async def test_a_quote_that_has_changed_since_says_so(small_world: World) -> None:
    from dataclasses import replace

    begin(small_world, 3)
    edited = replace(mention(3), text="I take it all back", edited=mention(3).published)
    small_world.save("forum", [edited], kind="changed")
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await shows(pilot, "changed since quoted", "Acme presenta")


async def test_narrow_screens_show_one_side_at_a_time(small_world: World) -> None:
    begin(small_world, 3)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await open_builder(pilot)
        assert "search for candidates" not in screen_text(app)
        await pilot.press("tab")
        text = await shows(pilot, "search for candidates", "20 · newest first")
        assert "blocks" not in text.splitlines()[1]
        await pilot.press("j", "a")
        await shows(pilot, "1 added to “The battery week”")
        await pilot.press("f6")
        await shows(pilot, "2 blocks")
        await pilot.press("a")
        await write(pilot, "teardown")
        await shows(pilot, "3 · newest first")


async def test_publishing_elsewhere_leaves_a_draft(small_world: World) -> None:
    slug = begin(small_world, 3)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await pilot.press("e", "tab")
        await write(pilot, str(small_world.folder / "elsewhere"))
        await pilot.press("enter")
        await shows(pilot, "is published", "elsewhere")
    assert (small_world.folder / "elsewhere" / slug / "index.html").exists()
    assert small_world.desk.stories.open(slug).story.state is StoryState.DRAFT


async def test_stories_are_begun_opened_and_deleted(small_world: World) -> None:
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(100, 30)) as pilot:
        await pilot.press("3")
        await shows(pilot, "There is no story yet")
        await pilot.press("n")
        await write(pilot, "First")
        await pilot.press("enter")
        await shows(pilot, "Begin with what?", "crisis")
        await pilot.press("enter")
        await shows(pilot, "This story is empty")
        await pilot.press("3")
        await shows(pilot, "❝ First", "draft")
        await pilot.press("D")
        await shows(pilot, "Delete this story?", "All its versions go with it")
        await pilot.press("n")
        assert len(small_world.desk.stories.list()) == 1
        await pilot.press("D", "y")
        await shows(pilot, "There is no story yet", "is deleted")
        assert small_world.desk.stories.list() == []
        await pilot.press("2")
        await shows(pilot, "No story is being worked on")


async def test_times_are_drawn_above_the_story(small_world: World) -> None:
    begin(small_world, 19, 1)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        first, last = mention(19).published, mention(1).published
        assert first is not None
        assert last is not None
        await shows(pilot, f"{first - timedelta(days=1):%m-%d} ", f" {last + timedelta(days=1):%m-%d} UTC", "2 in the story")
        assert screen_text(app).splitlines()[3].count("●") == 2
