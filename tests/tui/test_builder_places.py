"""Finding, jumping, carrying and ordering some blocks of a story."""

from tui_story import SLUG, begin, blocks_of, open_builder, quoted
from tui_world import World, build_app, screen_text, shows, until, write

from hubbub.core.values import StoryOrder


async def test_blocks_are_carried_to_where_the_cursor_goes(small_world: World) -> None:
    begin(small_world, 9, 7, 5, 3, 1)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        blocks = await open_builder(pilot)
        await pilot.press("space", "space", "m", "G")
        await shows(pilot, "move 2 blocks", "⇣")
        await pilot.press("enter")
        await until(pilot, lambda: quoted(small_world) == [5, 3, 1, 9, 7])
        await pilot.press("escape", "g", "m", "j", "escape")
        await until(pilot, lambda: "⇣" not in screen_text(app))
        assert quoted(small_world) == [5, 3, 1, 9, 7]
        await pilot.press("G", "m", "0", "enter")
        await until(pilot, lambda: quoted(small_world) == [7, 5, 3, 1, 9])
        await until(pilot, lambda: blocks.cursor == 0)


async def test_only_the_marked_blocks_are_ordered_and_days_get_headings(small_world: World) -> None:
    begin(small_world, 9, 7, 5, 3, 1)
    stories = small_world.desk.stories
    ids = [block.id for block in stories.open(SLUG).story.blocks]
    stories.edit(SLUG, lambda story: _order(story, ids[::-1]), "turned")
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        assert quoted(small_world) == [1, 3, 5, 7, 9]
        await pilot.press("j", "v", "j", "j", "s")
        await shows(pilot, "only the 3 marked blocks, oldest first")
        await pilot.press("j", "enter")
        await until(pilot, lambda: quoted(small_world) == [1, 7, 5, 3, 9])
        await pilot.press("s", "G", "k", "k", "enter")
        await until(pilot, lambda: len(blocks_of(small_world)) > 5)
        assert "Sunday, 14 June 2026" in blocks_of(small_world)


def _order(story, ids):
    from dataclasses import replace

    by_id = {block.id: block for block in story.blocks}
    return replace(story, order=StoryOrder.MANUAL, blocks=tuple(by_id[id] for id in ids))


async def test_words_are_found_marked_and_gone_through(small_world: World) -> None:
    begin(small_world, 5, 4, 3, 1)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        blocks = await open_builder(pilot)
        await pilot.press("slash")
        await write(pilot, "ACME MOV")
        await shows(pilot, "1 of 1")
        assert blocks.cursor == 2
        await pilot.press(*["backspace"] * 4)
        await until(pilot, lambda: blocks.cursor == 0)
        await shows(pilot, "1 of 4")
        await pilot.press("enter", "n", "n")
        await until(pilot, lambda: blocks.cursor == 2)
        await pilot.press("N", "N", "N")
        await until(pilot, lambda: blocks.cursor == 3)
        await pilot.press("slash", "escape", "escape")
        await until(pilot, lambda: "find" not in screen_text(app) and blocks.has_focus and not blocks.sought)


async def test_a_letter_beside_each_row_goes_there(small_world: World) -> None:
    begin(small_world, 5, 4, 3, 1)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        blocks = await open_builder(pilot)
        await pilot.press("f2")
        await until(pilot, lambda: "d ❝  @kostas" in screen_text(app))
        await pilot.press("d")
        await until(pilot, lambda: blocks.cursor == 2)
        assert "a ❝" not in screen_text(app)
        assert quoted(small_world) == [5, 4, 3, 1]
        await pilot.press("f2", "escape")
        await until(pilot, lambda: "a ❝" not in screen_text(app))
        assert blocks.cursor == 2


async def test_shift_click_marks_all_between_and_ctrl_click_one(small_world: World) -> None:
    begin(small_world, 5, 4, 3, 1)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        blocks = await open_builder(pilot)
        await pilot.click(blocks, offset=(12, 4), shift=True)
        await until(pilot, lambda: len(blocks.marks) == 3)
        await pilot.click(blocks, offset=(12, 0), control=True)
        await until(pilot, lambda: len(blocks.marks) == 2)
        assert blocks.chosen_keys == [block.id for block in blocks.rows[1:3]]


async def test_links_dividers_and_notes_are_made_from_the_keyboard(small_world: World) -> None:
    begin(small_world, 5, 3)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        await pilot.press("b", "j", "enter")
        await write(pilot, "javascript:alert(1)")
        await pilot.press("enter")
        await shows(pilot, "An address begins with https://")
        await pilot.press(*["backspace"] * 19)
        await write(pilot, "https://acme.example/recall")
        await pilot.press("tab")
        await write(pilot, "The recall")
        await pilot.press("enter")
        await shows(pilot, "→  The recall · https://acme.example/recall")
        await pilot.press("b", "G", "enter")
        await until(pilot, lambda: blocks_of(small_world) == ["5", "The recall", "divider", "3"])
        await pilot.press("g", "t")
        await write(pilot, "CC BY 4.0")
        await pilot.press("tab")
        await write(pilot, "ask her")
        await pilot.press("enter")
        await shows(pilot, "· ask her")
        block = small_world.desk.stories.open(SLUG).story.blocks[0]
        assert (block.rights, block.note) == ("CC BY 4.0", "ask her")
