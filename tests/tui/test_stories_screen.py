"""The list of stories: what each tells, what is out of date, what is proposed; templates, copies, find."""

from textual.pilot import Pilot
from tui_world import World, build_app, mention, shows, until, write

from hubbub.core.stories import set_details
from hubbub.tui.app import HubbubApp


def begin(world: World, title: str, *numbers: int) -> str:
    slug = world.desk.stories.new(title).story.slug
    world.desk.stories.add(slug, [mention(number).ref for number in numbers])
    return slug


async def open_stories(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, HubbubApp)
    await until(pilot, lambda: app.revision)
    await pilot.press("3")


async def test_each_story_tells_its_days_its_pages_and_what_is_proposed(small_world: World) -> None:
    stories = small_world.desk.stories
    first = begin(small_world, "The battery week", 0, 19)
    stories.inbox.attach(first, "topic:battery")
    stories.publish(first)
    second = begin(small_world, "Launch", 2)
    stories.publish(second)
    stories.edit(second, lambda story: set_details(story, subtitle="As others saw it"), "changed the details")
    begin(small_world, "Nothing yet")
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(110, 30)) as pilot:
        await open_stories(pilot)
        begun, ended = mention(19).published, mention(0).published
        assert begun is not None
        assert ended is not None
        await shows(pilot, f"{begun:%Y-%m-%d} – {ended:%m-%d}", "up to date", "+6 new", "3 stories · +6 new proposed")
        text = await shows(pilot, "changed since: out of date", "no mention yet · not published here")
        assert text.index("Nothing yet") < text.index("Launch") < text.index("The battery week")


async def test_stories_are_found_by_letters_of_their_title(small_world: World) -> None:
    begin(small_world, "The bättery week", 0)
    begin(small_world, "Launch", 2)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await open_stories(pilot)
        await shows(pilot, "Launch", "The bättery week")
        await pilot.press("slash")
        await write(pilot, "BATT")
        await pilot.press("enter")
        text = await shows(pilot, "2 stories · 1 with “BATT” in the title")
        assert "Launch" not in text
        await pilot.press("slash", *["backspace"] * 4)
        await write(pilot, "zzz")
        await pilot.press("enter")
        await shows(pilot, "No story's title has “zzz” in it")


async def test_a_story_is_copied_and_one_begun_from_a_template(small_world: World) -> None:
    slug = begin(small_world, "The battery week", 0, 4)
    stories = small_world.desk.stories
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(100, 30)) as pilot:
        await open_stories(pilot)
        await shows(pilot, "The battery week")
        await pilot.press("c", "enter")
        await shows(pilot, "The battery week (2)", "2 blocks")
        copy = next(story for story in stories.list() if story.slug != slug)
        assert [block.ref for block in stories.open(copy.id).story.blocks] == [mention(4).ref, mention(0).ref]
        await pilot.press("3")
        await shows(pilot, "2 stories")
        await pilot.press("n")
        await write(pilot, "When it burnt")
        await pilot.press("enter")
        await shows(pilot, "Begin with what?", "crisis")
        await pilot.press("j", "enter")
        await shows(pilot, "When it burnt")
        made = next(story for story in stories.list() if story.title == "When it burnt")
        assert made.blocks > 3
        assert made.mentions == 0
