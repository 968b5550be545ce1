"""The same desk at 80×24 and 200×60, and on the way from one to the other."""

import time
from datetime import timedelta

from tui_world import NOW, World, build_app, screen_text, shows, until

from hubbub.core.values import Health, Quota, SourceState
from hubbub.tui.widgets.reading import Reading
from hubbub.tui.widgets.sidebar import Sidebar


async def test_a_small_terminal_shows_the_list_and_keeps_the_rest_behind_keys(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        text = await shows(pilot, "309 · rows 1–100", "1 Inbox")
        assert not app.screen.query_one(Sidebar).display
        assert not app.screen.query_one(Reading).display
        lines = text.splitlines()
        assert len(lines) == 24
        assert "? all keys" in lines[-1]
        assert all(len(line) <= 80 for line in lines)
        await pilot.press("f")
        await shows(pilot, "Topics", "★ Kept")
        await pilot.press("j", "enter")
        await until(pilot, lambda: "Topics" not in screen_text(app))
        await pilot.press("enter")
        await shows(pilot, "followers", "esc back")


async def test_a_large_terminal_shows_everything_at_once(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(200, 60)) as pilot:
        text = await shows(pilot, "Topics", "309 mentions", "5 Overview", "said by language", "#20")
        assert len(text.splitlines()) == 60


async def test_resizing_keeps_the_cursor_and_brings_panes_back(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(200, 60)) as pilot:
        await shows(pilot, "309 ·")
        await pilot.press(*["j"] * 30)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: not app.screen.query_one(Sidebar).display)
        await shows(pilot, "▸")
        await pilot.resize_terminal(200, 60)
        await until(pilot, lambda: app.screen.query_one(Sidebar).display)
        assert "▸" in screen_text(app)


async def test_sources_say_how_they_are_in_plain_words(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await pilot.press("4")
        await shows(pilot, "● tech-press", "✗ forum", "cannot be reached", "– quiet", "off")
        await pilot.press("j")
        await shows(pilot, "No answer from forum.example.", "https://forum.example/feed.xml")
        await pilot.press("r")
        await until(pilot, lambda: world.collected == [["forum"]])
        await pilot.press("s")
        await shows(pilot, 'source:"forum"', "150 ·")


async def test_sources_tell_what_is_left_and_until_when_they_are_limited(world: World) -> None:
    quota = Quota(left=57, limit=60, resets=NOW + timedelta(hours=1))
    soon, later = NOW + timedelta(minutes=9), NOW + timedelta(hours=2)
    slow = SourceState(id="tech-press", health=Health.SLOW, message="it took 7 seconds", quota=quota, next_run=soon)
    limited = SourceState(id="forum", health=Health.LIMITED, message="wait", next_run=later, failures=1)
    for state in (slow, limited):
        world.archive.save_source_state(state)
    app = build_app(world)
    async with app.run_test(notifications=True, size=(110, 40)) as pilot:
        await pilot.press("4")
        await shows(pilot, "◔ tech-press", "slow to answer, 57 requests left", "in 9m", "57 of 60 requests until 13:00 UTC")
        await shows(pilot, "◐ forum", "limited until 14:00 UTC", "in 2h")


async def test_a_limit_that_is_over_is_told_no_more(world: World) -> None:
    limited = SourceState(id="forum", health=Health.LIMITED, message="wait", next_run=NOW - timedelta(minutes=1), failures=2)
    world.archive.save_source_state(limited)
    app = build_app(world)
    async with app.run_test(notifications=True, size=(110, 40)) as pilot:
        await pilot.press("4")
        assert "limited" not in await shows(pilot, "○ forum", "due (2 times in a row)")


async def test_the_overview_counts(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(100, 40)) as pilot:
        await pilot.press("5")
        await shows(pilot, "309 mentions in the archive", "battery", "Languages", "Platforms", "mastodon")
        await pilot.press("q")
        await shows(pilot, "newest first")


async def test_five_hundred_rows_appear_at_once(tmp_path) -> None:
    world = World(tmp_path, count=500, hostile=False)
    app = build_app(world)
    async with app.run_test(notifications=True, size=(200, 60)) as pilot:
        await shows(pilot, "500 ·")
        rows = world.desk.search("", limit=500).rows
        start = time.perf_counter()
        app.screen.query_one("#inbox-pane").list.show(rows)  # type: ignore[attr-defined]
        assert time.perf_counter() - start < 0.25
    world.close()
