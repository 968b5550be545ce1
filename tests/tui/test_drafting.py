"""A first draft in the terminal: asked for, made beside the screen, opened in the builder."""

from textual.events import Key
from textual.widgets import Input
from tui_world import World, build_app, shows, until, write


async def test_a_draft_is_made_from_a_query_and_opened_in_the_builder(small_world: World) -> None:
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 44)) as pilot:
        await pilot.press("3")
        await shows(pilot, "There is no story yet", "B for a first draft")
        await pilot.press("B")
        await shows(pilot, "A first draft from the archive", "Mentions")
        await write(pilot, "acme AND (")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query(".dialog-hint.-urgent"))
        assert small_world.desk.stories.list() == []
        await pilot.press(*["backspace"] * 6)
        await pilot.press("tab")
        await write(pilot, "What Acme is told")
        await pilot.press("tab", "backspace", "backspace", "5", "enter")
        await shows(pilot, "5 mentions chosen")
        await until(pilot, lambda: getattr(app, "revision", None) is not None and app.revision.story.blocks)
        story = small_world.desk.stories.open("what-acme-is-told").story
        quoted = [block for block in story.blocks if block.ref]
        assert len(quoted) == 5
        assert "first mention that matches" in quoted[0].note
        await shows(pilot, "What Acme is told", "Chosen from")


async def test_the_builder_drafts_from_the_query_that_stands_there(small_world: World) -> None:
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 44)) as pilot:
        await pilot.press("2")
        await pilot.press("tab", "slash")
        await write(pilot, "teardown")
        await pilot.press("enter", "B")
        await shows(pilot, "A first draft from the archive", "teardown")
        await pilot.press("enter")
        await until(pilot, small_world.desk.stories.list)
        await shows(pilot, "Chosen from")


async def test_what_is_typed_ahead_of_the_screen_goes_into_its_field(small_world: World) -> None:
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 44)) as pilot:
        await pilot.press("3")
        await shows(pilot, "B for a first draft")
        await pilot.press("B")
        await shows(pilot, "A first draft from the archive")
        for key in ("a", "tab", "b"):  # as they come over a slow line: at once
            app.post_message(Key(key, None if key == "tab" else key))
        await pilot.pause()
        assert [field.value for field in app.screen.query(Input)][:2] == ["a", "b"]
