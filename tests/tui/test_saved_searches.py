"""Saved searches in the side bar: named, counted, opened, renamed, deleted, and the way back."""

from dataclasses import replace
from datetime import timedelta

from tui_world import NOW, World, build_app, mention, screen_text, shows, until, write

from hubbub.core.values import SavedSearch
from hubbub.tui.views import views
from hubbub.tui.widgets.mention_pane import MentionPane
from hubbub.tui.widgets.sidebar import Sidebar


def saved(world: World) -> dict[str, SavedSearch]:
    return {search.name: search for search in world.archive.saved_searches()}


async def go_to(pilot, name: str) -> Sidebar:
    """Bring the cursor of the side bar to a view."""
    sidebar = pilot.app.screen.query_one(Sidebar)
    await until(pilot, lambda: name in {view.name for view in sidebar.rows})
    sidebar.focus()
    sidebar.go_to(next(i for i, view in enumerate(sidebar.rows) if view.name == name))
    await pilot.pause()
    return sidebar


async def test_a_query_is_saved_under_a_name_with_its_order_and_becomes_a_view(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await pilot.press("slash")
        await write(pilot, "lang:es OR lang:ro")
        await shows(pilot, "8 · newest first")
        await pilot.press("enter", "s", "S")
        await shows(pilot, "Save this search as")
        await write(pilot, "Iberia")
        await pilot.press("enter")
        await shows(pilot, "“Iberia” saved · u takes it back", "Searches", "Iberia")
        assert saved(world)["Iberia"] == SavedSearch(
            name="Iberia", query="lang:es OR lang:ro", order="oldest", created=NOW, looked=NOW
        )
        pane = app.screen.query_one(MentionPane)
        pane.bar.write("")
        await shows(pilot, "20 · oldest first")
        await go_to(pilot, "Iberia")
        await shows(pilot, "in Iberia · 8 · oldest first")
        await pilot.press("enter", "s")
        await until(pilot, lambda: saved(world)["Iberia"].order == "relevance")
        await go_to(pilot, "New")
        await shows(pilot, "20 · newest first")
        await go_to(pilot, "Iberia")
        await shows(pilot, "in Iberia · 8 · most relevant first")
        await pilot.press("enter", "slash")
        await write(pilot, "lang:ro")
        await until(pilot, lambda: pane.asked == "(lang:es OR lang:ro) AND (lang:ro)")


async def test_what_is_new_is_counted_after_collecting_until_it_is_looked_at(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    world.desk.save_search("Spanish", "lang:es")
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "Spanish         6")
        later = NOW + timedelta(minutes=3)
        world.desk.now = lambda: later
        world.to_come = [replace(mention(n), published=NOW, lang="es") for n in (102, 103)]
        world.collected_at = later
        await pilot.press("R")
        await shows(pilot, "+2 8")
        await go_to(pilot, "Spanish")
        await shows(pilot, "in Spanish · 8")
        assert "+2 8" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: "+2 8" not in screen_text(app))
        assert saved(world)["Spanish"].looked == later
        assert app.focused is app.screen.query_one(MentionPane).list


async def test_renaming_and_deleting_are_asked_for_and_can_be_taken_back(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    world.desk.save_search("Spanish", "lang:es")
    world.desk.save_search("Other", "lang:en")
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await go_to(pilot, "Spanish")
        await pilot.press("e")
        await write(pilot, " words")
        await pilot.press("enter")
        await until(pilot, lambda: sorted(saved(world)) == ["Other", "Spanish words"])
        await shows(pilot, "“Spanish” is “Spanish words” now")
        await pilot.press("u")
        await until(pilot, lambda: sorted(saved(world)) == ["Other", "Spanish"])
        await go_to(pilot, "Spanish")
        await pilot.press("e")
        await pilot.press(*["backspace"] * 7, *"OTHER", "enter")
        await shows(pilot, "There is a saved search “Other” already")
        await pilot.press("D")
        await shows(pilot, "Delete the saved search “Spanish”?", "lang:es")
        await pilot.press("n")
        assert "Spanish" in saved(world)
        await pilot.press("D", "y")
        await until(pilot, lambda: sorted(saved(world)) == ["Other"])
        await until(pilot, lambda: "Spanish" not in {view.name for view in app.screen.query_one(Sidebar).rows})
        await pilot.press("u")
        await until(pilot, lambda: sorted(saved(world)) == ["Other", "Spanish"])
        await go_to(pilot, "Spanish")


async def test_another_search_is_replaced_only_after_asking(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    world.desk.save_search("Mine", "lang:es")
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await pilot.press("slash")
        await write(pilot, "lang:ro")
        await shows(pilot, "2 · newest first")
        await pilot.press("enter", "S")
        await write(pilot, "mine")
        await pilot.press("enter")
        await shows(pilot, "Replace the saved search “Mine”?", "lang:es")
        await pilot.press("y")
        await until(pilot, lambda: [search.query for search in saved(world).values()] == ["lang:ro"])
        await shows(pilot, "“mine” saved")
        await pilot.press("u")
        await until(pilot, lambda: [search.query for search in saved(world).values()] == ["lang:es"])


async def test_a_saved_query_that_cannot_be_asked_any_more_says_why(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    broken = SavedSearch(name="Broken [b]", query='titel:"x"', created=NOW, looked=NOW)
    world.archive.save_search(broken)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "! Broken [b]")
        await go_to(pilot, "Broken [b]")
        await shows(pilot, "The saved search “Broken [b]” cannot be asked any more")
        await shows(pilot, "There is no field 'titel'", "cannot be counted")
        await go_to(pilot, "Everything")
        await shows(pilot, "20 · newest first")


def test_nothing_but_what_is_searched_for_makes_a_view_another() -> None:
    (first, *_), (second, *_) = views([], {"new": 3}, {}), views([], {"new": 4}, {"acme": 1})
    assert first == second
    assert (first.count, second.count) == (3, 4)
