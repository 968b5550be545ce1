"""The inbox of a story: its query proposes, proposals are accepted or rejected, and what was rejected never returns."""

from textual.pilot import Pilot
from tui_world import NOW, World, build_app, mention, shows, until, write

from hubbub.tui.widgets.candidate_pane import CandidatePane, Shown
from hubbub.tui.widgets.story_strip import StoryStrip

BATTERY = [number for number in range(20) if number % 8 in (0, 4, 6)]
"""Those of the small world that say “battery”, “Bateria” or “batterie”."""


def begin(world: World, *numbers: int, query: str = "") -> str:
    slug = world.desk.stories.new("The battery week").story.slug
    world.desk.stories.add(slug, [mention(number).ref for number in numbers])
    if query:
        world.desk.stories.inbox.attach(slug, query)
    return slug


def refs(world: World, slug: str) -> set[str]:
    return {block.ref for block in world.desk.stories.open(slug).story.blocks if block.ref}


async def open_builder(pilot: Pilot[None]) -> CandidatePane:
    await until(pilot, lambda: getattr(pilot.app, "revision", None))
    await pilot.press("2")
    await shows(pilot, "The battery week")
    pane = pilot.app.screen.query_one(CandidatePane)
    await until(pilot, lambda: pane.list.rows)
    return pane


async def test_a_query_is_attached_altered_and_taken_away(small_world: World) -> None:
    slug = begin(small_world, 0)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        pane = await open_builder(pilot)
        await shows(pilot, "Q a query that proposes")
        await pilot.press("x")
        await shows(pilot, "This story has no query", "Press Q to attach one")
        await pilot.press("Q")
        await write(pilot, "topic:battery AND (")
        await pilot.press("enter")
        await shows(pilot, "│  topic:battery AND (")
        assert small_world.desk.stories.open(slug).story.query == ""
        await pilot.press(*["backspace"] * 6)
        await pilot.press("enter")
        await shows(pilot, "proposals: topic:battery", f"+{len(BATTERY) - 1} new")
        assert small_world.desk.stories.open(slug).story.query == "topic:battery"
        assert [row.record.ref for row in pane.list.rows] == [mention(number).ref for number in BATTERY[1:]]
        await until(pilot, lambda: app.screen.query_one(StoryStrip).proposed == len(BATTERY) - 1)
        await pilot.press("Q", *["backspace"] * 20, "enter")
        await shows(pilot, "The story has no query any more")
        assert (pane.shown, small_world.desk.stories.open(slug).story.query) == (Shown.SEARCH, "")
        await until(pilot, lambda: app.screen.query_one(StoryStrip).proposed is None)


async def test_proposals_are_accepted_and_rejected_and_both_are_taken_back(small_world: World) -> None:
    slug = begin(small_world, 0, query="topic:battery")
    first, second, *_ = (mention(number).ref for number in BATTERY[1:])
    inbox = small_world.desk.stories.inbox
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        pane = await open_builder(pilot)
        await pilot.press("x")
        await until(pilot, lambda: pane.list.current_key == first)
        await pilot.press("plus")
        await until(pilot, lambda: first in refs(small_world, slug) and pane.list.current_key == second)
        await pilot.press("minus")
        await shows(pilot, "1 mention: never proposed for this story again")
        await until(pilot, lambda: second not in {row.record.ref for row in pane.list.rows})
        assert inbox.count(slug) == len(BATTERY) - 3
        await shows(pilot, f"+{len(BATTERY) - 3} new")
        await pilot.press("u")
        await until(pilot, lambda: pane.list.rows and pane.list.rows[0].record.ref == second)
        assert inbox.rejected(slug) == ()
        await pilot.press("U")
        await until(pilot, lambda: second not in {row.record.ref for row in pane.list.rows})
        await pilot.press("u", "u")
        await until(pilot, lambda: first not in refs(small_world, slug))
        await until(pilot, lambda: [row.record.ref for row in pane.list.rows][:2] == [first, second])


async def test_rejected_ones_are_listed_and_may_return(small_world: World) -> None:
    slug = begin(small_world, 0, query="topic:battery")
    gone = [mention(number).ref for number in BATTERY[1:3]]
    small_world.desk.stories.inbox.reject(slug, gone)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        pane = await open_builder(pilot)
        await pilot.press("x")
        await until(pilot, lambda: pane.shown is Shown.PROPOSED and pane.list.rows)
        assert not set(gone) & {row.record.ref for row in pane.list.rows}
        await pilot.press("x")
        await until(pilot, lambda: [row.record.ref for row in pane.list.rows] == gone)
        await shows(pilot, "rejected: topic:battery")
        await pilot.press("minus")
        await shows(pilot, "may be proposed again")
        await until(pilot, lambda: [row.record.ref for row in pane.list.rows] == gone[1:])
        await pilot.press("x")
        await until(pilot, lambda: pane.shown is Shown.SEARCH and len(pane.list.rows) > 2)
    assert [record.ref for record in small_world.desk.stories.inbox.rejected(slug)] == gone[1:]


async def test_a_collect_renews_what_is_proposed(small_world: World) -> None:
    begin(small_world, 0, query="topic:battery")
    small_world.to_come = [mention(80), mention(81)]
    small_world.collected_at = NOW
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await shows(pilot, f"+{len(BATTERY) - 1} new")
        await pilot.press("R")
        await shows(pilot, f"+{len(BATTERY)} new")


async def test_another_story_begins_with_its_own_search(small_world: World) -> None:
    begin(small_world, 0, query="topic:battery")
    other = small_world.desk.stories.new("Another").story.slug
    small_world.desk.stories.edit("the-battery-week", lambda story: story, "")
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        app.revision = small_world.desk.stories.open("the-battery-week")
        pane = await open_builder(pilot)
        await pilot.press("x")
        await until(pilot, lambda: pane.shown is Shown.PROPOSED)
        app.revision = small_world.desk.stories.open(other)
        await until(pilot, lambda: pane.shown is Shown.SEARCH and len(pane.list.rows) == 20)
        assert pane.list.quoted == frozenset()
