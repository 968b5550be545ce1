"""Writing in place: what is written is kept, and what is left is there again."""

import os
from pathlib import Path

from tui_story import SLUG, begin, blocks_of, open_builder
from tui_world import World, build_app, screen_text, shows, until, write

from hubbub.core.values import BlockKind
from hubbub.tui.drafts import Draft, Drafts
from hubbub.tui.widgets.block_editor import BlockEditor


async def test_keys_that_follow_at_once_are_letters_and_not_actions(small_world: World) -> None:
    begin(small_world, 3, 1)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        await pilot.press("i", "d", "J", "u", "tab")
        await until(pilot, lambda: blocks_of(small_world) == ["3", "dJu", "1"])
        await pilot.press("H", "T", "o", "p", "enter")
        await until(pilot, lambda: blocks_of(small_world) == ["3", "Top", "dJu", "1"])


async def test_the_editor_lies_over_its_row_and_grows_with_the_words(small_world: World) -> None:
    begin(small_world, 3, 1)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await open_builder(pilot)
        await pilot.press("i")
        editor = app.screen.query_one(BlockEditor)
        await until(pilot, lambda: editor.region.height == 3)
        await write(pilot, "word " * 60)
        await until(pilot, lambda: editor.region.height >= 5)
        lines = screen_text(app).splitlines()
        rows = [number for number, line in enumerate(lines) if line.lstrip("▸ ").startswith(("❝", "¶"))]
        assert "❝  @dotblue" in lines[rows[-1]]
        assert rows[-1] == editor.region.bottom
        assert lines[editor.region.y].startswith("▸ ¶  word word")
        assert "tab keep" in lines[-1]


async def test_a_click_elsewhere_keeps_the_words(small_world: World) -> None:
    begin(small_world, 3, 1)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        blocks = await open_builder(pilot)
        await pilot.press("i", "a", "h")
        await pilot.click(blocks, offset=(12, 0))
        await until(pilot, lambda: blocks_of(small_world) == ["3", "ah", "1"] and blocks.has_focus)


async def test_what_is_left_is_there_again_until_it_is_kept(small_world: World) -> None:
    begin(small_world, 3)
    folder = small_world.folder / "drafts"
    app = build_app(small_world, drafts=folder)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        await pilot.press("i", "l", "o", "s", "t", "escape")
        await shows(pilot, "Not kept. The words are there again")
        assert blocks_of(small_world) == ["3"]
        await pilot.press("i")
        await until(pilot, lambda: app.screen.query_one(BlockEditor).text == "lost")
        await pilot.press("tab")
        await until(pilot, lambda: blocks_of(small_world) == ["3", "lost"])
        await until(pilot, lambda: not list(folder.iterdir()))


async def test_a_program_that_ends_while_words_are_written_loses_none(small_world: World) -> None:
    begin(small_world, 3)
    folder = small_world.folder / "drafts"
    app = build_app(small_world, drafts=folder)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        await pilot.press("H", "T", "o", "p")
        await until(pilot, lambda: any("Top" in file.read_text() for file in folder.glob("*.json")))
        await pilot.press("ctrl+q")
    assert blocks_of(small_world) == ["3"]
    again = build_app(small_world, drafts=folder)
    async with again.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        await shows(pilot, "not kept: “Top”", "H brings")
        await pilot.press("H", "s", "enter")
        await until(pilot, lambda: blocks_of(small_world) == ["Tops", "3"])


async def test_emptied_words_change_nothing_and_say_how_to_remove_them(small_world: World) -> None:
    begin(small_world, 3)
    small_world.desk.stories.add_text(SLUG, "Ours.")
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        await pilot.press("j", "enter", "f8", "tab")
        await shows(pilot, "a text needs words, d removes it")
        assert blocks_of(small_world) == ["3", "Ours."]


def test_drafts_are_files_of_ours_and_broken_ones_harm_nobody(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    evil = Draft(story="../../etc/passwd", block="\x00/x", kind=BlockKind.TEXT, text="words")
    drafts.keep(evil)
    assert all(file.parent == tmp_path and file.stem.isalnum() for file in tmp_path.iterdir())
    (tmp_path / "broken.json").write_text('{"story": 1')
    (tmp_path / "other.json").write_text("[]")
    assert Drafts(tmp_path).of("../../etc/passwd") == [evil]
    assert Drafts(tmp_path).of("another") == []
    drafts.keep(Draft(story=evil.story, block=evil.block, kind=evil.kind, text="  "))
    assert Drafts(tmp_path).of(evil.story) == []
    assert sorted(os.listdir(tmp_path)) == ["broken.json", "other.json"]
