"""A story at hand in the builder, for the tests of its story side."""

from __future__ import annotations

from textual.pilot import Pilot
from tui_world import World, mention, shows, until

from hubbub.tui.app import HubbubApp
from hubbub.tui.widgets.block_list import BlockList

SLUG = "the-battery-week"


def begin(world: World, *numbers: int) -> str:
    """A story that quotes mentions; gives its slug."""
    slug = world.desk.stories.new("The battery week").story.slug
    world.desk.stories.add(slug, [mention(number).ref for number in numbers])
    return slug


def quoted(world: World, slug: str = "the-battery-week") -> list[int]:
    """The numbers of the mentions that a story quotes, in its order."""
    blocks = world.desk.stories.open(slug).story.blocks
    return [int(block.ref.rpartition("-")[2]) for block in blocks if block.ref]


async def open_builder(pilot: Pilot[None]) -> BlockList:
    app = pilot.app
    assert isinstance(app, HubbubApp)
    await until(pilot, lambda: app.revision)
    await pilot.press("2")
    await shows(pilot, "The battery week", "saved")
    blocks = app.screen.query_one(BlockList)
    await until(pilot, lambda: blocks.has_focus)
    return blocks


def blocks_of(world: World, slug: str = SLUG) -> list[str]:
    """What the blocks of a story say: the words of ours, or the number of the mention."""
    blocks = world.desk.stories.open(slug).story.blocks
    return [block.ref.rpartition("-")[2].lstrip("0") if block.ref else block.text or block.kind.value for block in blocks]
