"""Searching while typing, errors with their place, paging in a window."""

import threading

from tui_world import World, build_app, mention, screen_text, shows, until, write

from hubbub.tui.screens.base import FRAME
from hubbub.tui.widgets.mention_list import MentionList
from hubbub.tui.widgets.mention_pane import MentionPane


async def test_results_come_while_typing_and_matched_words_are_marked(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "309 · rows 1–100")
        await pilot.press("slash", *"bateria")
        await shows(pilot, "37 · newest first")  # the focus is still in the bar
        rows = app.screen.query_one(MentionList).rows
        assert {row.record.lang for row in rows} == {"ro"}
        assert all(row.spans for row in rows)


async def test_screens_are_drawn_in_short_frames_only(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "309 ·")
        # Textual keeps its own timer where it comes to draw by one of another name: then rows wait for long frames again.
        frames = [timer for timer in app.screen._timers if timer.name == "screen_update"]  # pyright: ignore[reportPrivateUsage]
        assert [timer._interval for timer in frames] == [FRAME]  # pyright: ignore[reportPrivateUsage]


async def test_accents_do_not_matter(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await pilot.press("slash")
        await write(pilot, "μπαταρια")
        await shows(pilot, "μπαταρία", "· newest first")
        await until(pilot, lambda: {row.record.lang for row in app.screen.query_one(MentionList).rows} == {"el"})


async def test_a_bad_query_shows_its_place_and_the_last_good_results_stay(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await pilot.press("slash")
        await write(pilot, "teardown")
        await shows(pilot, "38 · newest first")
        await pilot.press("space", "left_parenthesis")
        text = await shows(pilot, "^", "teardown (")
        assert "38 · newest first" in text
        assert "teardown is the best" in text.replace("…", "")
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: "^" not in screen_text(app))
        await pilot.press("escape", "escape")
        await shows(pilot, "309 · rows 1–100")
        assert app.focused is app.screen.query_one(MentionList)


async def test_a_field_that_does_not_exist_gets_a_proposal(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await pilot.press("slash")
        await write(pilot, "langg:es")
        await shows(pilot, "lang")
        await shows(pilot, "^")


async def test_a_query_of_markup_is_only_text(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "309 ·")
        app.screen.query_one(MentionPane).bar.write("[bold]acme[/bold] [@click=app.quit]")
        await until(pilot, lambda: "…" not in screen_text(app).splitlines()[1])
        assert app.is_running


async def test_an_answer_that_comes_late_is_dropped(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "309 ·")
        pane = app.screen.query_one(MentionPane)
        heard: list[str] = []
        pane.ask(lambda: "old", heard.append, group="probe")
        pane.ask(lambda: "new", heard.append, group="probe")
        await until(pilot, lambda: heard)
        await pilot.pause(0.1)
        assert heard == ["new"]


async def test_views_limit_and_combine_with_the_query(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "battery       112", "309 · rows")
        await pilot.press("shift+tab", "shift+tab")
        await pilot.press("G")
        await shows(pilot, "112 · rows 1–100")
        await pilot.press("enter", "slash")
        await write(pilot, "lang:ro OR lang:fr")
        await shows(pilot, "74 · newest first")


async def test_the_window_pages_on_and_back_and_never_holds_more_than_500_rows(tmp_path) -> None:
    world = World(tmp_path, count=900, hostile=False)
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "900 · rows 1–100")
        mentions = app.screen.query_one(MentionList)
        for first, last in ((1, 200), (1, 300), (1, 400), (1, 500), (101, 600), (201, 700)):
            await pilot.press("G")
            await shows(pilot, f"rows {first}–{last}")
            assert len(mentions.rows) <= 500
        newest = mentions.rows[0].record.ref
        assert newest == mention(200).ref
        await pilot.press("g")
        await shows(pilot, "rows 101–600")
        await pilot.press("g")
        await shows(pilot, "rows 1–500")
        assert mentions.rows[0].record.ref == mention(0).ref
    world.close()


async def test_sorting_turns_through_the_orders(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "newest first", "yesterday")
        await pilot.press("s")
        await shows(pilot, "oldest first", "#299")
        await pilot.press("s")
        await shows(pilot, "most relevant first")
        await pilot.press("s")
        rows = app.screen.query_one(MentionList)
        await until(pilot, lambda: rows.rows and rows.rows[0].record.ref == mention(279).ref)  # 39 likes and 6 shares
        assert "─ " not in (await shows(pilot, "most engaged first"))
        await pilot.press("s")
        await until(pilot, lambda: rows.rows[0].record.ref == mention(299).ref)
        await shows(pilot, "most influential first")
        await pilot.press("s")
        await shows(pilot, "most urgent first")
        await pilot.press("s")
        await shows(pilot, "newest first", "yesterday")


async def test_every_view_remembers_its_order(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "309 · rows")
        await pilot.press("s")
        await shows(pilot, "oldest first")
        await pilot.press("shift+tab", "shift+tab", "j")
        await shows(pilot, "newest first")
        await pilot.press("k")
        await shows(pilot, "oldest first")


async def test_where_nothing_is_found_what_may_have_been_meant_is_proposed_and_taken_with_a_key(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        pane = app.screen.query_one(MentionPane)
        await pilot.press("slash")
        await write(pilot, "teardwon")
        await shows(pilot, "Did you mean  teardown", "Press Y, or f7 while writing,")
        await pilot.press("f7")
        await shows(pilot, "38 · newest first")
        assert pane.bar.text == "teardown"
        await pilot.press("escape")
        await write(pilot, "baterei")
        await shows(pilot, "Did you mean")
        await pilot.press("enter", "Y")
        await until(pilot, lambda: pane.list.rows and pane.proposal == "")


async def test_a_proposal_is_for_the_words_and_leaves_the_view_alone(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "battery       112")
        pane = app.screen.query_one(MentionPane)
        await pilot.press("shift+tab", "shift+tab", "j", "enter", "slash")
        await write(pilot, "teardwon")
        await shows(pilot, "Did you mean  teardown")
        await pilot.press("f7")
        await until(pilot, lambda: pane.asked == "(status:new) AND (teardown)" and pane.list.rows)
        pane.bar.write("teardown NOT acme")
        await shows(pilot, "No mention answers this query")
        await pilot.press("enter", "shift+tab", "shift+tab", "j", "j")
        pane.bar.write("teardown")
        await shows(pilot, "No mention in this view answers this query; 38 elsewhere do.")


async def test_at_most_one_search_runs_and_the_next_is_the_newest(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "309 ·")
        pane = app.screen.query_one(MentionPane)
        gate, begun, heard = threading.Event(), [], []

        def work(name: str) -> str:
            begun.append(name)
            assert gate.wait(10)
            return name

        for name in ("first", "second", "third"):
            pane.ask(lambda name=name: work(name), heard.append, group="probe", lane="probe")
            await pilot.pause(0.05)
        gate.set()
        await until(pilot, lambda: heard)
        assert (begun, heard) == (["first", "third"], ["third"])


async def test_an_empty_archive_without_sources_says_what_to_do(empty_world: World) -> None:
    empty_world.desk.sources = ()
    app = build_app(empty_world)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await shows(pilot, "no source to listen to", "hubbub sources add")
        await pilot.press("R")
        await shows(pilot, "There is no source yet")
