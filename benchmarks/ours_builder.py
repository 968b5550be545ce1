"""The story builder at work on a long story: seconds from a key to the drawn screen. ``python ours_builder.py FOLDER BLOCKS``

The folder is a workspace of ``make_archive``. A story of so many blocks, three mentions to each text of our own, is begun in
it and deleted at the end; every action is done several times through Textual's pilot, on the whole application of 140×50 cells.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from textual.pilot import Pilot

from hubbub.cli.compose import open_desk
from hubbub.cli.garbage import look_seldom
from hubbub.config.loading import load_workspace
from hubbub.core.desk import Desk
from hubbub.core.stories import add_block, add_mentions
from hubbub.core.storycopies import freeze
from hubbub.core.values import Block, BlockKind, Record, Story
from hubbub.tui.app import HubbubApp
from hubbub.tui.screens.builder import BuilderScreen
from hubbub.tui.widgets.block_list import BlockList
from hubbub.tui.widgets.mention_list import MentionList

REPEATS = 9
LONGEST = 30.0
"""Seconds after which waiting has no sense any more."""


def begin(desk: Desk, blocks: int) -> str:
    """A story of so many blocks; gives its slug."""
    quotes = blocks * 3 // 4
    rows = [row for page in _pages(desk, quotes) for row in page]
    copies = [freeze(row, desk.now()) for row in rows]
    slug = desk.stories.new("A long story").story.slug

    def fill(story: Story) -> Story:
        story = add_mentions(story, copies, ids=[f"m{number}" for number in range(len(copies))])
        for number in range(blocks - len(copies)):
            block = Block(id=f"t{number}", kind=BlockKind.TEXT, text=f"What happened then, number {number}.")
            story = add_block(story, block, before=f"m{number * 3}")
        return story

    desk.stories.edit(slug, fill, "filled")
    return slug


def _pages(desk: Desk, wanted: int) -> Iterator[list[Record]]:
    after, found = None, 0
    while found < wanted:
        results = desk.search("topic:acme", limit=min(100, wanted - found), after=after)
        found, after = found + len(results.rows), results.next
        yield [row.record for row in results.rows]


class Builder:
    """The builder's screen, and a stop-watch."""

    def __init__(self, app: HubbubApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot
        self.times: dict[str, list[float]] = {}

    @property
    def blocks(self) -> BlockList:
        """The story's side."""
        return self.app.screen.query_one(BlockList)

    @property
    def candidates(self) -> MentionList:
        """The other side."""
        return self.app.screen.query_one(MentionList)

    def is_open(self) -> bool:
        """Whether the builder shows the story."""
        there = isinstance(self.app.screen, BuilderScreen) and self.app.screen.query(BlockList)
        return bool(there and self.blocks.rows and self.blocks.has_focus)

    def step(self) -> int:
        """The number of the revision that is shown."""
        return self.app.revision.number if self.app.revision else 0

    async def until(self, condition: Callable[[], object], what: str = "the story") -> None:
        """Wait until something is true and drawn."""
        end = time.perf_counter() + LONGEST
        while not condition():
            if time.perf_counter() > end:
                sys.exit(f"the builder did not show this within {LONGEST:.0f} s: {what}")
            await asyncio.sleep(0.0005)
        drawn = asyncio.Event()
        self.app.screen.call_after_refresh(drawn.set)
        await drawn.wait()

    async def time(self, name: str, key: str, condition: Callable[[], object]) -> None:
        """Press a key and wait for what it does."""
        await self.pilot.pause(0.3)
        began = time.perf_counter()
        self.app.simulate_key(key)
        await self.until(condition, name)
        self.times.setdefault(name, []).append(time.perf_counter() - began)

    async def edit(self, name: str, key: str) -> None:
        """Press a key that saves a step."""
        before = self.step()
        await self.time(name, key, lambda: self.step() != before and self.app.revision and self.blocks.rows is not None)

    async def go(self, name: str, key: str) -> None:
        """Press a key that moves the cursor."""
        before = self.blocks.cursor
        await self.time(name, key, lambda: self.blocks.cursor != before)


async def act(builder: Builder) -> None:
    """Every action, once."""
    builder.blocks.go_to(1)
    await builder.go("cursor down", "j")
    await builder.go("to the last block", "G")
    await builder.go("to the first block", "g")
    await builder.edit("move a block", "J")
    await builder.edit("undo", "u")
    await builder.edit("redo", "U")
    await builder.edit("to the bottom", "greater_than_sign")
    await builder.edit("undo", "u")
    await builder.edit("reverse", "S")
    await builder.edit("pin", "P")
    await builder.edit("undo", "u")
    await builder.edit("undo", "u")
    await builder.edit("remove", "d")
    await builder.edit("undo", "u")
    await builder.time("to the candidates", "tab", lambda: builder.candidates.has_focus)
    while builder.candidates.current_key in builder.candidates.quoted:
        await builder.pilot.press("j")
    await builder.edit("add a candidate", "a")
    before = len(builder.candidates.marks)
    await builder.time("mark a candidate", "space", lambda: len(builder.candidates.marks) > before)
    builder.candidates.unmark()
    await builder.time("to the story", "tab", lambda: builder.blocks.has_focus)


async def measured(desk: Desk, slug: str, repeats: int = REPEATS) -> dict[str, float]:
    """The median seconds of each action."""
    app = HubbubApp(desk)
    async with app.run_test(size=(140, 50)) as pilot:
        builder = Builder(app, pilot)
        await builder.until(lambda: app.revision is not None and app.revision.story.slug == slug)
        await pilot.pause(0.5)
        await builder.time("open the builder", "2", builder.is_open)
        await builder.until(lambda: builder.candidates.rows)
        await builder.pilot.pause(1.0)
        for _ in range(repeats):
            await act(builder)
    return {name: statistics.median(times) for name, times in builder.times.items()}


def main(folder: Path, blocks: int) -> dict[str, float]:
    """Begin the story, measure, delete the story."""
    with open_desk(load_workspace(folder)) as desk:
        slug = begin(desk, blocks)
        try:
            return asyncio.run(measured(desk, slug))
        finally:
            desk.stories.delete(slug)


if __name__ == "__main__":
    look_seldom()  # as every command of hubbub does
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
