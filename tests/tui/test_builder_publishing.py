"""From an empty story to a published page, and what is remembered of publishing."""

from textual.pilot import Pilot
from tui_story import SLUG, begin, open_builder
from tui_world import World, build_app, screen_text, shows, until, write

from hubbub.core.values import BlockKind, StoryState
from hubbub.tui.app import HubbubApp
from hubbub.tui.screens.publish import Publish
from hubbub.tui.widgets.mention_list import MentionList


class Hands:
    """Presses keys and counts them; words that are written do not count."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot, self.keys = pilot, 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await self.pilot.press(*keys)

    async def write(self, text: str) -> None:
        await write(self.pilot, text)


async def test_thirty_mentions_from_an_empty_story_to_a_page_in_at_most_ninety_keys(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        hands = Hands(pilot)
        await until(pilot, lambda: len(app.screen.query_one(MentionList).rows) > 70)
        await hands.press("2", "A")
        await shows(pilot, "What is the new story called?")
        await hands.write("The battery week")
        await hands.press("enter")
        await shows(pilot, "This story is empty")
        await hands.press("H")
        await hands.write("Sixty hours")
        await hands.press("enter")
        await shows(pilot, "H  Sixty hours")
        await hands.press("i")
        await hands.write("What people said, in their own words.")
        await hands.press("tab")
        await shows(pilot, "¶  What people said")
        await hands.press("tab")
        rows = app.screen.query_one("#candidates MentionList", MentionList)
        await until(pilot, lambda: rows.has_focus and len(rows.rows) > 70)
        # Each is chosen by itself, and another passed over: the mark goes on to the next by itself.
        for _ in range(30):
            await hands.press("space", "j")
        await hands.press("a")
        await until(pilot, lambda: app.revision and sum(1 for block in app.revision.story.blocks if block.copy) == 30)
        await hands.press("tab", "P", "e")
        await shows(pilot, "a page that needs nobody's server")
        await hands.press("enter")
        await shows(pilot, "is published")
        assert hands.keys <= 90
    story = world.desk.stories.open(SLUG).story
    assert story.state is StoryState.PUBLISHED
    assert [block.kind for block in story.blocks[:2]] == [BlockKind.HEADING, BlockKind.TEXT]
    page = (world.folder / "published" / SLUG / "index.html").read_text(encoding="utf-8")
    assert "Sixty hours" in page
    assert page.count("<blockquote") == 30


async def test_formats_are_remembered_and_e_writes_once_more(small_world: World) -> None:
    begin(small_world, 3)
    stories, folder = small_world.desk.stories, small_world.folder / "published" / SLUG
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        await pilot.press("e")
        await shows(pilot, "[x] html", "[ ] json", "everything, to be read back without loss")
        await pilot.press("j", "space", "space", "enter")
        await shows(pilot, "is published")
        await pilot.press("enter")
        assert stories.open(SLUG).story.formats == ("html", "markdown", "json")
        await until(pilot, lambda: stories.stale(SLUG) is False)
        await pilot.press("H")
        await write(pilot, "New")
        await pilot.press("enter")
        await shows(pilot, "page out of date")
        await pilot.press("E")
        await until(pilot, lambda: stories.stale(SLUG) is False)
        await until(pilot, lambda: "out of date" not in screen_text(app))
        assert "New" in (folder / "story.md").read_text(encoding="utf-8")
        await pilot.press("e")
        await shows(pilot, "[x] html", "[x] json")


async def test_details_choose_a_state_and_refuse_what_cannot_be(small_world: World) -> None:
    begin(small_world, 3)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await open_builder(pilot)
        await pilot.press("M")
        await shows(pilot, "‹ draft ›", "‹ no cover ›", "the-battery-week")
        await pilot.press(*["tab"] * 5, "left")
        await shows(pilot, "‹ private")
        await pilot.press(*["tab"] * 4)
        await write(pilot, ", paper")
        await pilot.press("enter")
        await shows(pilot, "There is no format 'paper'")
        await pilot.press(*["backspace"] * 7, "tab")
        await write(pilot, "-2026")
        await pilot.press("enter")
        await until(pilot, lambda: small_world.desk.stories.list()[0].slug == "the-battery-week-2026")
        assert small_world.desk.stories.open("the-battery-week-2026").story.state is StoryState.PRIVATE
        await shows(pilot, "private · ")
        await pilot.press("H")
        await write(pilot, "Still at work")
        await pilot.press("enter")
        await shows(pilot, "H  Still at work")


async def test_remarks_lead_to_their_block(small_world: World) -> None:
    begin(small_world, 5, 3)
    small_world.desk.stories.add_link(SLUG, "https://acme.example/", text="")
    small_world.desk.stories.add_heading(SLUG, "The end")
    app = build_app(small_world)
    assert isinstance(app, HubbubApp)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        blocks = await open_builder(pilot)
        await pilot.press("exclamation_mark")
        await shows(pilot, "Before publishing")
        await pilot.press("G", "enter")
        await until(pilot, lambda: blocks.has_focus and blocks.cursor > 0)


async def test_escape_leaves_the_formats_as_they_were(small_world: World) -> None:
    begin(small_world, 3)
    app = build_app(small_world)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_builder(pilot)
        for _ in range(2):
            await pilot.press("e")
            await shows(pilot, "[x] html")
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(app.screen, Publish))
