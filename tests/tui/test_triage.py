"""Single keys on mentions, and the way back."""

from dataclasses import replace
from datetime import timedelta

from tui_world import NOW, PNG, FakeOutside, World, build_app, mention, screen_text, shows, until, write

from hubbub.core.values import Media, TriageState
from hubbub.tui.widgets.mention_list import MentionList


def state(world: World, number: int) -> TriageState:
    return world.desk.record(mention(number).ref).state


async def test_done_moves_on_and_can_be_taken_back_and_done_again(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("d", "d")
        await shows(pilot, "1 mention: done · u takes it back", "18 new")
        await until(pilot, lambda: state(world, 1) is TriageState.DONE)
        assert app.screen.query_one(MentionList).cursor == 2
        await pilot.press("u")
        await until(pilot, lambda: state(world, 1) is TriageState.NEW)
        assert state(world, 0) is TriageState.DONE
        await pilot.press("U")
        await until(pilot, lambda: state(world, 1) is TriageState.DONE)
        await pilot.press("u", "u", "u")
        await shows(pilot, "There is nothing to take back", "20 new")


async def test_marked_mentions_are_handled_together(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("space", "j", "v", "j", "j", "v")
        await shows(pilot, "4 marked")
        await pilot.press("i")
        await shows(pilot, "4 mentions: ignored", "✗")
        handled = [number for number in range(20) if state(world, number) is TriageState.IGNORED]
        assert handled == [0, 2, 3, 4]
        assert "marked" not in screen_text(app)


async def test_the_same_key_again_makes_it_new(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("asterisk")
        await until(pilot, lambda: state(world, 0) is TriageState.KEPT)
        await shows(pilot, "★")
        await pilot.press("k")
        await until(pilot, lambda: app.screen.query_one(MentionList).rows[0].record.state is TriageState.KEPT)
        await pilot.press("b")
        await until(pilot, lambda: state(world, 0) is TriageState.NEW)


async def test_escape_takes_marks_away_before_it_goes_back(small_world: World) -> None:
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("space", "space")
        await shows(pilot, "2 marked")
        await pilot.press("escape")
        await until(pilot, lambda: "marked" not in screen_text(app))


async def test_tags_and_notes(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("t")
        await write(pilot, "battery, urgent")
        await pilot.press("enter")
        await shows(pilot, "tags      battery, urgent")
        await pilot.press("t")
        await write(pilot, "-urgent")
        await pilot.press("enter")
        await until(pilot, lambda: world.desk.record(mention(0).ref).tags == ("battery",))
        await pilot.press("u")
        await until(pilot, lambda: world.desk.record(mention(0).ref).tags == ("battery", "urgent"))
        await pilot.press("m")
        await write(pilot, "ask Ana")
        await pilot.press("ctrl+s")
        await shows(pilot, "notes     ask Ana")
        await pilot.press("u")
        await until(pilot, lambda: world.desk.record(mention(0).ref).notes == "")


async def test_a_correction_wins_and_can_be_taken_back(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("c", "enter")
        await write(pilot, "es")
        await pilot.press("enter")
        await shows(pilot, "es (said by you)")
        await pilot.press("u")
        await until(pilot, lambda: world.desk.record(mention(0).ref).lang == "en")


async def test_opening_reading_and_copying(small_world: World) -> None:
    outside = FakeOutside()
    world, app = small_world, build_app(small_world, outside=outside)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("o", "y")
        await until(pilot, lambda: outside.opened == [mention(0).url])
        assert app.clipboard == mention(0).url
        await pilot.press("enter")
        await shows(pilot, "Marta  @marta · 0 followers", "2026-06-14 12:00 UTC")
        await pilot.press("escape")
        await until(pilot, lambda: state(world, 0) is TriageState.SEEN)


async def test_next_new_skips_what_was_handled(small_world: World) -> None:
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("j", "d", "k", "k")
        await shows(pilot, "19 new")
        await pilot.press("n")
        assert app.screen.query_one(MentionList).cursor == 2
        await pilot.press("N")
        assert app.screen.query_one(MentionList).cursor == 0


async def test_adding_to_a_story_is_taken_back_and_leaves_what_others_did(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    slug = world.desk.stories.new("Night shift").story.slug

    def quoted() -> list[str]:
        return [block.ref or block.text for block in world.desk.stories.open(slug).story.blocks]

    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        await until(pilot, lambda: app.revision)
        await pilot.press("a")
        await shows(pilot, "1 added to “Night shift”")
        world.desk.stories.add_text(slug, "said by another program")
        await pilot.press("u")
        await until(pilot, lambda: quoted() == ["said by another program"])
        await pilot.press("U")
        await until(pilot, lambda: len(quoted()) == 2)
        await pilot.press("k", "a")
        await shows(pilot, "Already in “Night shift”")


async def test_pictures_are_kept_when_a_mention_is_added_or_it_is_said_why_not(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    image = Media(kind="image", url="https://social.example/a.png", alt="An empty battery")
    world.save("forum", [replace(mention(50), published=NOW + timedelta(minutes=1), media=(image,))])
    slug = world.desk.stories.new("Night shift").story.slug
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@ionut_p")
        await until(pilot, lambda: app.revision)
        await pilot.press("a")
        await shows(pilot, "A picture could not be kept")
        world.network.pictures[image.url] = PNG
        await pilot.press("2", "w")
        await shows(pilot, "1 picture kept.", "@ionut_p · mastodon", "· 1 picture kept")
        await pilot.press("w")
        await shows(pilot, "There is a copy of every picture")
    block = world.desk.stories.open(slug).story.blocks[0]
    assert block.copy is not None
    assert world.desk.stories.media.path(block.copy.mention.media[0].digest)


async def test_what_is_collected_appears_at_the_top_but_never_moves_what_is_being_read(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        mentions = app.screen.query_one(MentionList)
        world.to_come = [replace(mention(100), published=NOW + timedelta(minutes=1))]
        await pilot.press("R")
        await until(pilot, lambda: len(mentions.rows) == 21)
        assert mentions.current_key == mention(100).ref
        await pilot.press("j", "j")
        reading = mentions.current_key
        world.to_come = [replace(mention(101), published=NOW + timedelta(minutes=2))]
        await pilot.press("R")
        await shows(pilot, "1 more at the top")
        assert mentions.current_key == reading
        await pilot.press("g")
        await until(pilot, lambda: mentions.current_key == mention(101).ref)


async def test_refresh_asks_the_sources_of_the_current_mention(small_world: World) -> None:
    world, app = small_world, build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("j", "r")
        await until(pilot, lambda: world.collected == [["forum"]])
