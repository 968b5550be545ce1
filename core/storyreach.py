"""What became of what a story quotes: the counts at the time of quoting against the newest that are known. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from .values import Block, Engagement, FrozenCopy, Record, Story

Count: TypeAlias = Literal["likes", "shares", "replies", "views", "score"]
COUNTS: tuple[Count, ...] = ("likes", "shares", "replies", "views", "score")
"""What platforms count, in the order in which it is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One count, then and now."""

    then: int
    """When it was quoted."""
    now: int
    """As it is known last."""

    @property
    def by(self) -> int:
        """By how much it rose; below 0 where it fell."""
        return self.now - self.then


@dataclass(frozen=True, kw_only=True, slots=True)
class MentionReach:
    """One quoted mention."""

    number: int
    """Of the block, from 1."""
    block: str
    ref: str
    author: str
    """Who said it, as shown; empty for nobody."""
    followers: int | None
    """Of the author, as known last; ``None`` where the platform does not tell."""
    quoted: datetime
    then_at: datetime | None
    """When the counts that it was quoted with were read; ``None`` where there were none."""
    now_at: datetime | None
    """When the newest were read."""
    counts: Mapping[Count, Change]
    """What was counted both times."""
    deleted: bool = False
    """Whether the platform has deleted it since."""
    archived: bool = True
    """Whether the archive still has it; without it only the counts of the quote are known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryReach:
    """All that a story quotes."""

    mentions: tuple[MentionReach, ...]
    """In the story's order."""
    counts: Mapping[Count, Change]
    """Sums over the mentions of which the count is known at both times; each mention once."""
    followers: int
    """Sum over their authors, each once, as far as platforms tell: an upper bound, since audiences overlap."""
    untold: int
    """Mentions of which nothing was counted both times."""


def reach_of(story: Story, records: Sequence[Record]) -> StoryReach:
    """What became of what the story quotes; ``records`` are those of its mentions that the archive has."""
    known = {record.ref: record for record in records}
    mentions: list[MentionReach] = []
    authors: dict[tuple[str, str], int] = {}
    for number, block in enumerate(story.blocks, 1):
        if block.copy:
            found = _reach(number, block, block.copy, known.get(block.ref))
            mentions.append(found)
            if (said := block.copy.mention.author) and found.followers:
                authors[said.platform, said.key] = found.followers
    once = list({one.ref: one for one in reversed(mentions)}.values())
    counts: dict[Count, Change] = {}
    for name in COUNTS:
        told = [one.counts[name] for one in once if name in one.counts]
        if told:
            counts[name] = Change(then=sum(each.then for each in told), now=sum(each.now for each in told))
    untold = sum(not one.counts for one in once)
    return StoryReach(mentions=tuple(mentions), counts=counts, followers=sum(authors.values()), untold=untold)


def _reach(number: int, block: Block, copy: FrozenCopy, record: Record | None) -> MentionReach:
    then = copy.mention.engagement
    now = record.mention.engagement if record else None
    author = (record.mention.author if record else None) or copy.mention.author
    return MentionReach(
        number=number,
        block=block.id,
        ref=block.ref,
        author=(author.name or author.handle or author.key) if author else "",
        followers=author.followers if author else None,
        quoted=copy.frozen,
        then_at=then.at if then else None,
        now_at=now.at if now else None,
        counts=_changes(then, now),
        deleted=record is not None and record.deleted,
        archived=record is not None,
    )


def _changes(then: Engagement | None, now: Engagement | None) -> dict[Count, Change]:
    changes: dict[Count, Change] = {}
    for name in COUNTS:
        before, after = getattr(then, name, None), getattr(now, name, None)
        if before is not None and after is not None:
            changes[name] = Change(then=before, now=after)
    return changes
