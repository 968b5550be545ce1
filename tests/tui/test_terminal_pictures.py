"""Pictures of mentions and blocks, large: in words everywhere, drawn where the terminal can."""

import io
from dataclasses import replace

from PIL import Image
from textual.widgets import Static
from tui_world import FakeOutside, World, build_app, mention, screen_text, shows, until

from hubbub.core.values import Block, BlockKind, Media
from hubbub.tui.screens.picture import NO_ALT, PictureScreen, pictures_in
from hubbub.tui.terminalimages import LARGEST, load

ADDRESS = "https://social.example/media/{}.png"


def png(width: int, height: int) -> bytes:
    """A picture of that size."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "PNG")
    return file.getvalue()


def with_pictures(world: World) -> None:
    """The newest mention of the world shows two pictures; the second is nowhere to be had."""
    world.network.pictures[ADDRESS.format(1)] = png(40, 30)
    media = (
        Media(kind="image", url=ADDRESS.format(1), alt="A phone at \x1b[31m3 %"),
        Media(kind="video", url="https://social.example/media/film.mp4"),
        Media(kind="image", url=ADDRESS.format(2)),
    )
    world.save("forum", [replace(mention(0), media=media, edited=mention(0).published)], kind="changed")
    world.desk.indexer.catch_up()


async def test_a_terminal_that_draws_nothing_gets_words(small_world: World) -> None:
    with_pictures(small_world)
    outside = FakeOutside()
    app = build_app(small_world, outside=outside)
    async with app.run_test(notifications=True, size=(100, 30)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("f9")
        text = await shows(pilot, "Picture 1 of 2", "A phone at 3 %", "o open in the browser")
        assert "[31m" not in text
        await pilot.press("right")
        await shows(pilot, "Picture 2 of 2", NO_ALT)
        await pilot.press("o")
        await until(pilot, lambda: outside.opened == [ADDRESS.format(2)])
        await pilot.press("escape", "j", "f9")
        await shows(pilot, "It has no picture.")


async def test_a_terminal_that_draws_is_given_the_picture_and_told_why_one_is_missing(small_world: World) -> None:
    with_pictures(small_world)
    app = build_app(small_world)
    app.session.asked_for_drawing = True
    app.session.draws = lambda image: Static(f"drawn {image.width} by {image.height}")
    async with app.run_test(notifications=True, size=(100, 30)) as pilot:
        await shows(pilot, "@marta")
        await pilot.press("f9")
        await shows(pilot, "drawn 40 by 30", "A phone at 3 %")
        await pilot.press("right")
        await shows(pilot, "It cannot be shown", "There is no network in tests")
        assert "drawn" not in screen_text(app)
        await pilot.press("left")
        await shows(pilot, "drawn 40 by 30")
        await pilot.press("f9")
        await until(pilot, lambda: not isinstance(app.screen, PictureScreen))


async def test_the_pictures_of_a_block_are_shown_from_our_copy(small_world: World) -> None:
    with_pictures(small_world)
    stories = small_world.desk.stories
    slug = stories.new("The battery week").story.slug
    stories.add(slug, [mention(0).ref])
    stories.save_media(slug)
    small_world.network.pictures.clear()
    app = build_app(small_world)
    app.session.asked_for_drawing = True
    app.session.draws = lambda image: Static(f"drawn {image.width} by {image.height}")
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await until(pilot, lambda: app.revision)
        await pilot.press("2")
        await shows(pilot, "The battery week", "❝  @marta")
        await until(pilot, lambda: app.screen.query_one("#blocks").has_focus)
        await pilot.press("f9")
        await shows(pilot, "drawn 40 by 30")


def test_the_picture_of_an_image_block_is_its_own() -> None:
    block = Block(id="b1", kind=BlockKind.IMAGE, url=ADDRESS.format(1), media="ab" * 32, alt="A phone")
    assert pictures_in(block) == [Media(kind="image", url=ADDRESS.format(1), alt="A phone", digest="ab" * 32)]
    assert pictures_in(Block(id="b2", kind=BlockKind.TEXT, text="words")) == []


def test_a_huge_picture_is_made_small_before_it_goes_to_the_terminal(tmp_path) -> None:
    file = tmp_path / "huge.png"
    file.write_bytes(png(4000, 1000))
    assert load(file).size == (LARGEST[0], LARGEST[0] // 4)
