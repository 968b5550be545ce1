"""The main job, from an empty workspace to a published story, with keys alone."""

from tui_world import World, build_app, mention, shows, until, write


async def test_from_an_empty_workspace_to_a_published_story(empty_world: World) -> None:
    world = empty_world
    world.to_come = [mention(number) for number in range(8)]
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "Nothing collected yet", "Press R")
        await pilot.press("R")
        await shows(pilot, "8 new mentions from 1 source", "@marta", "8 mentions")

        await pilot.press("slash")
        await write(pilot, "acme phone")
        await shows(pilot, "5 · newest first")
        await pilot.press("enter", "space", "space", "a")
        await shows(pilot, "What is the new story called?")
        await write(pilot, "The battery week")
        await pilot.press("enter")
        await shows(pilot, "2 added to “The battery week”", "❝")

        await pilot.press("2")
        await shows(pilot, "The battery week", "2 blocks", "oldest first", "saved")
        await pilot.press("H")
        await write(pilot, "Monday")
        await pilot.press("enter")
        await shows(pilot, "H  Monday", "3 blocks")
        await pilot.press("i")
        await write(pilot, "It began *quietly*.")
        await pilot.press("tab")
        await shows(pilot, "¶  It began *quietly*.", "4 blocks")

        await pilot.press("p")
        await shows(pilot, "It began quietly.", "Monday")
        await pilot.press("escape", "e")
        await shows(pilot, "Publish “The battery week” as", "[x] html", "[ ] json")
        await pilot.press("j", "j", "space", "enter")
        await shows(pilot, "is published", "index.html")
        await pilot.press("enter")
        await shows(pilot, "published · 4 blocks")

    page = (world.folder / "published" / "the-battery-week" / "index.html").read_text()
    assert "Monday" in page
    assert "quietly" in page
    assert "@marta" in page
    assert world.desk.stories.list()[0].mentions == 2
    assert any(file.suffix == ".json" for file in (world.folder / "published" / "the-battery-week").iterdir())


async def test_a_collect_that_fails_says_so_and_the_screen_stays(world: World) -> None:
    def refuse(sources: object, progress: object) -> None:
        raise RuntimeError("the roof is on fire")

    world.desk._collect = refuse  # type: ignore[assignment]
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await pilot.press("R")
        await shows(pilot, "the roof is on fire")
        await pilot.press("j")
        await until(pilot, lambda: app.is_running)


async def test_the_palette_finds_stories_and_actions(small_world: World) -> None:
    small_world.desk.stories.new("Răspunsul lui Acme")
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("ctrl+p")
        await write(pilot, "lui acme")
        await shows(pilot, "Story: Răspunsul lui Acme")
        await pilot.press("down", "enter")
        await shows(pilot, "This story is empty")


async def test_help_shows_the_keys_that_work_here_first(small_world: World) -> None:
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("question_mark")
        text = await shows(pilot, "mentions.done", "Done with it")
        assert text.splitlines()[1].strip().startswith("Mentions (inbox")
        await pilot.press("escape")
        await shows(pilot, "@marta")
