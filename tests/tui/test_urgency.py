"""What needs somebody first, why, and what nobody wants to see."""

from pathlib import Path

from tui_world import World, build_app, mention, shows, until, write

from hubbub.core.values import Label, Span
from hubbub.tui.screens.inbox import InboxScreen
from hubbub.tui.screens.why import WhyScreen
from hubbub.tui.widgets.mention_list import MentionList
from hubbub.tui.widgets.sidebar import Sidebar


def world_of(folder: Path) -> World:
    """Twenty mentions; the eleventh is a complaint."""
    world = World(folder, count=20, hostile=False)
    said = mention(10)
    words = Span(field="text", start=0, end=len(said.text.split()[0]), weight=-0.5)
    labels = (
        Label(name="purpose", value="complaint", by="purpose", score=0.9, spans=(words,)),
        Label(name="sentiment", value="negative", by="sentiment", score=0.95),
    )
    world.archive.relabel({said.ref: labels[:1]}, "purpose")
    world.archive.relabel({said.ref: labels[1:]}, "sentiment")
    world.desk.priorities.work_out([mention(number).ref for number in range(20)])
    world.desk.indexer.catch_up()
    return world


async def test_what_needs_somebody_comes_first_and_says_why(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    app = build_app(world)
    async with app.run_test(size=(120, 40)) as pilot:
        await shows(pilot, "20 · newest first")
        screen = app.screen
        assert isinstance(screen, InboxScreen)
        sidebar, listed = screen.query_one(Sidebar), screen.query_one(MentionList)
        await pilot.press("shift+tab")
        sidebar.go_to(next(index for index, view in enumerate(sidebar.rows) if view.name == "Needs you"))
        await until(pilot, lambda: listed.rows and listed.rows[0].record.ref == mention(10).ref)
        listed.focus()
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, WhyScreen))
        await shows(pilot, "of 100", "complaint", "purpose: complaint", "−0.50", "sentiment: negative")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
    world.close()


async def test_an_author_is_muted_after_a_look_and_shown_again(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    author = mention(0).author
    assert author is not None
    said_by = {number: mention(number).author for number in range(20)}
    theirs = [number for number, other in said_by.items() if other and other.key == author.key]
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "20 · newest first")
        listed = app.screen.query_one(MentionList)
        listed.go_to(next(index for index, row in enumerate(listed.rows) if row.record.ref == mention(0).ref))
        await pilot.press("M")
        await shows(pilot, "Mute what?", "Its author", "A word or a phrase")
        await pilot.press("enter")
        await shows(pilot, f"{len(theirs)} mention")
        await pilot.press("y")
        await shows(pilot, f"{20 - len(theirs)} · {len(theirs)} muted")
        assert not {row.record.ref for row in listed.rows} & {mention(number).ref for number in theirs}
        await pilot.press("u")
        await shows(pilot, "20 · newest first")
        await pilot.press("U")
        await shows(pilot, f"{20 - len(theirs)} · {len(theirs)} muted")
        await pilot.press("u")
        await shows(pilot, "20 · newest first")
        assert world.desk.mutes() == []
    world.close()


async def test_what_cannot_be_muted_is_said(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "20 · newest first")
        await pilot.press("M", "end", "enter")
        await shows(pilot, "Which word or phrase")
        await write(pilot, "!!!")
        await pilot.press("enter")
        await shows(pilot, "This cannot be muted")
    world.close()
