"""A heading before each day of a story."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

from .phrases import phrases
from .stories import introduction
from .values import Block, BlockKind, Story


def day_headings(story: Story) -> Story:
    """Put a heading with the day (in UTC, in the story's language) before the first mention of each day.

    It stands before what introduces that mention. Where that begins with a heading already, there is none more: doing it
    again changes nothing.
    """
    blocks = list(story.blocks)
    day: date | None = None
    for block in story.blocks:
        if block.copy is None:
            continue
        when = block.copy.when.astimezone(UTC)
        if when.date() != day:
            day = when.date()
            first = next(iter(introduction(story, block.id)), block.id)
            at = next(index for index, other in enumerate(blocks) if other.id == first)
            if blocks[at].kind is not BlockKind.HEADING:
                blocks.insert(at, _heading(story, when, {other.id for other in blocks}))
    return story if len(blocks) == len(story.blocks) else replace(story, blocks=tuple(blocks))


def _heading(story: Story, when: datetime, taken: set[str]) -> Block:
    """Its id comes from the day, so that the same edit of the same story gives the same story."""
    number = 0
    while (block_id := f"b{hashlib.sha256(f'{when.date()} {number}'.encode()).hexdigest()[:12]}") in taken:
        number += 1
    return Block(id=block_id, kind=BlockKind.HEADING, text=phrases(story.lang).day(when, weekday=True))
