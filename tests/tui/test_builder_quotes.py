"""What is done for quotes: a part of them, whether they are still there, what changed, where from, taking them out."""

from dataclasses import replace

from tui_story import SLUG, begin, blocks_of, open_builder
from tui_world import World, build_app, mention, screen_text, shows, until, write

from hubbub.core.values import Block, CheckState, Extent, LinkCheck

LONG = "It began on Monday. The phone got hot. Nobody answered! Then it died."


def first(world: World) -> Block:
    return world.desk.stories.open(SLUG).story.blocks[0]


def rewrite(world: World, number: int, text: str) -> None:
    """Let the source say something else."""
    world.save("forum", [replace(mention(number), text=text, edited=mention(number).published)], kind="changed")


async def test_a_sentence_is_quoted_with_two_keys_and_all_of_it_again(small_world: World) -> None:
    rewrite(small_world, 3, LONG)
    begin(small_world, 3)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        await pilot.press("quotation_mark", "j", "enter")
        extent = Extent(exact="The phone got hot.", prefix="It began on Monday. ", suffix=" Nobody answered! Then it died.")
        await until(pilot, lambda: first(small_world).extent == extent)
        await shows(pilot, "“… The phone got hot. …”", "in part")
        await pilot.press("quotation_mark", "J", "shift+right", "L", "enter")
        await until(pilot, lambda: "in part" in screen_text(app))
        await shows(pilot, "“… phone got hot. Nobody answered! Then …”")
        await pilot.press("quotation_mark", "a")
        await until(pilot, lambda: first(small_world).extent is None)
        await shows(pilot, "It began on Monday. The phone")
        await pilot.press("u")
        await until(pilot, lambda: first(small_world).extent is not None)


async def test_checks_are_words_in_the_row(small_world: World) -> None:
    begin(small_world, 3, 1)
    url = mention(1).url
    small_world.network.pictures[url] = b"there"
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        await pilot.press("j", "c")
        await shows(pilot, "1 link checked", "· live")
        await pilot.press("C")
        await shows(pilot, "2 links checked", "· unreachable")
    checks = small_world.desk.stories.care.checks(SLUG)
    assert checks[mention(1).ref].state is CheckState.LIVE
    again = build_app(small_world)
    gone = LinkCheck(ref=mention(3).ref, at=small_world.tick(), state=CheckState.GONE, detail="404")
    small_world.archive.note_checks([gone])
    async with again.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        await shows(pilot, "· live", "· gone at its source")


async def test_what_changed_is_shown_and_the_newest_is_quoted(small_world: World) -> None:
    begin(small_world, 3)
    rewrite(small_world, 3, "Acme presenta su viejo móvil en Madrid #3")
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        await shows(pilot, "changed since quoted")
        await pilot.press("equals_sign")
        await shows(pilot, "[-nuevo-]", "{+viejo+}", "version 1 is quoted, 2 is the newest")
        await pilot.press("r")
        await until(pilot, lambda: first(small_world).copy and first(small_world).copy.version == 2)
        await shows(pilot, "viejo móvil")
        await until(pilot, lambda: "changed since quoted" not in screen_text(app))
        await pilot.press("equals_sign")
        text = await shows(pilot, "It still says what is quoted")
        assert "r quote the newest" not in text


async def test_where_a_quote_comes_from_is_told_in_full(small_world: World) -> None:
    slug = small_world.desk.stories.new("The battery week").story.slug
    small_world.desk.stories.add(slug, [mention(3).ref], query="acme lang:es")
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(100, 30)) as pilot:
        await open_builder(pilot)
        copy = first(small_world).copy
        assert copy is not None
        await pilot.press("f3")
        await shows(pilot, "forum", "acme lang:es", copy.digest, "never checked", mention(3).ref, "2026-06-14 05:57 UTC")
        await pilot.press("tab")
        await shows(pilot, "Nothing is kept of what the platform sent")
        await pilot.press("tab", "equals_sign")
        await shows(pilot, "quoted and now")


async def test_redaction_asks_says_what_it_reaches_and_takes_the_words_out(small_world: World) -> None:
    begin(small_world, 3)
    stories = small_world.desk.stories
    stories.publish(SLUG, formats=["html"])
    other = stories.new("Another").story.slug
    stories.add(other, [mention(3).ref])
    stories.edit(SLUG, lambda story: replace(story, subtitle="newest"), "so that it is the one to work on")
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        await pilot.press("X")
        await write(pilot, "asked for by the author")
        await pilot.press("enter")
        await shows(pilot, "cannot be undone", "2 stories", "“Another”", "out of date")
        await pilot.press("n")
        await shows(pilot, "Acme presenta")
        await pilot.press("X")
        await write(pilot, "asked for by the author")
        await pilot.press("enter")
        await shows(pilot, "cannot be undone")
        await pilot.press("y")
        await shows(pilot, "(redacted: asked for by the author)", "Publish again")
        await until(pilot, lambda: "out of date" in screen_text(app))
        await shows(pilot, "Nothing of them is left on the disk.")
    assert first(small_world).copy.mention.text == ""
    assert stories.open(other).story.blocks[0].copy.mention.text == ""


async def test_what_another_program_does_is_shown_and_nothing_of_either_is_lost(small_world: World) -> None:
    begin(small_world, 3, 1)
    stories = small_world.desk.stories
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 30)) as pilot:
        await open_builder(pilot)
        stories.add_heading(SLUG, "From elsewhere")
        await pilot.press("i", "m", "e", "tab")
        await shows(pilot, "H  From elsewhere", "¶  me", "Another program has changed this story")
        assert blocks_of(small_world) == ["3", "me", "1", "From elsewhere"]
        stories.add_heading(SLUG, "And again")
        await shows(pilot, "H  And again")
        block = stories.open(SLUG).story.blocks[0].id
        stories.remove(SLUG, [block])
        await pilot.press("g", "t")
        await write(pilot, "CC0")
        await pilot.press("enter")
        await shows(pilot, "contradicts")
        await until(pilot, lambda: "@kostas" not in screen_text(app).split("▏")[0])
