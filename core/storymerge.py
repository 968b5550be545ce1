"""Two people changed one story since the same step: both changes in one story, by the ids of blocks. Pure.

Details, and fields of blocks that belong together, are taken from the side that changed them. A block that one side put in,
took out or moved is put in, taken out or moved. Where both sides changed the same thing into different things, theirs (what
stands) is kept and the conflict is told; a block that one side took out while the other changed it stays, and that is told,
too. So no block, and no change that does not contradict another, is ever lost.

This is the three-way merge of diff3 (Khanna, Kunal, Pierce 2007, "A Formal Investigation of Diff3") on blocks with identities,
which makes moves visible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from .storydiff import describe, longest_rise, shorten
from .storyorder import sorted_if_broken
from .values import Block, Story

TOGETHER: tuple[tuple[str, ...], ...] = (
    ("copy", "extent", "alts"),
    ("url", "media", "alt"),
    ("text",),
    ("rights",),
    ("note",),
    ("pinned",),
    ("kind",),
)
"""Fields of a block that only make sense together: the quoted part is one of the copy's words, and so on."""
COVER = ("cover", "cover_alt")


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Something that both sides changed, each in its own way."""

    block: str
    """Id of the block; empty for a detail of the story."""
    said: str
    """What it is about, and what each side made of it, in one sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """What came of it."""

    story: Story
    """Both changes; where they contradict each other, theirs."""
    conflicts: tuple[Conflict, ...] = ()


def merge(base: Story, ours: Story, theirs: Story) -> Merged:
    """What both made of ``base``; theirs is what stands by now."""
    if ours in (base, theirs):
        return Merged(story=theirs)
    if theirs == base:
        return Merged(story=ours)
    conflicts: list[Conflict] = []
    details = _details(base, ours, theirs, conflicts)
    blocks = _blocks(base, ours, theirs, conflicts)
    whole = replace(theirs, **details, blocks=tuple(blocks))
    return Merged(story=sorted_if_broken(whole), conflicts=tuple(conflicts))


# --- details -------------------------------------------------------------------------------------------------


def _details(base: Story, ours: Story, theirs: Story, conflicts: list[Conflict]) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    groups = [COVER, *((f.name,) for f in fields(Story) if f.name not in (*COVER, "id", "blocks", "created"))]
    for names in groups:
        was, we, they = (tuple(getattr(story, name) for name in names) for story in (base, ours, theirs))
        if they == was:
            chosen |= dict(zip(names, we, strict=True))
        elif we not in (was, they):
            said = f"the {names[0]}: {_value(they[0])} stands, you have {_value(we[0])}"
            conflicts.append(Conflict(block="", said=said))
    return chosen


# --- blocks --------------------------------------------------------------------------------------------------


def _blocks(base: Story, ours: Story, theirs: Story, conflicts: list[Conflict]) -> list[Block]:
    was, we, they = ({block.id: block for block in story.blocks} for story in (base, ours, theirs))
    kept: dict[str, Block] = {}
    for key in [*they, *(key for key in we if key not in they)]:
        block = _one(was.get(key), we.get(key), they.get(key), conflicts)
        if block is not None:
            kept[key] = block
    order = [key for key in they if key in kept]
    moved = _moved(base, ours)
    theirs_moved = _moved(base, theirs)
    mine, other = _before(we, they), _before(they, we)
    torn = [key for key in order if key in moved and key in theirs_moved and mine[key] != other[key]]
    conflicts += [Conflict(block=key, said=f"both moved {describe(kept[key])}, to different places") for key in torn]
    # What is new follows what it was put behind, wherever they moved that; what we moved goes behind what they left in place.
    before: str | None = None
    fixed: str | None = None
    for key in filter(kept.__contains__, we):
        behind = before if key not in they else fixed
        if key not in they or (key in moved and key not in theirs_moved):
            if key in they:
                order.remove(key)
            order.insert(order.index(behind) + 1 if behind is not None else 0, key)
        before = key
        fixed = fixed if key in theirs_moved else key
    return [kept[key] for key in order]


def _one(was: Block | None, we: Block | None, they: Block | None, conflicts: list[Conflict]) -> Block | None:
    """One block of both; ``None`` where it goes."""
    if was is None:  # put in by one side; by both only where one id was given twice
        if we is not None and they is not None and we != they:
            conflicts.append(Conflict(block=they.id, said=f"both put in {describe(they)}, and not the same"))
        return they or we
    if we is None or they is None:
        left = we or they
        if left is None or left == was:
            return None
        if they is None:
            said = f"you changed {describe(left)}, which was removed meanwhile"
        else:
            said = f"you removed {describe(left)}, which was changed meanwhile"
        conflicts.append(Conflict(block=left.id, said=said))
        return left
    changes: dict[str, Any] = {}
    for names in TOGETHER:
        before, mine, other = (tuple(getattr(block, name) for name in names) for block in (was, we, they))
        if other == before:
            changes |= dict(zip(names, mine, strict=True))
        elif mine not in (before, other):
            what = f"the {names[0]} of {describe(was)}" if names != ("text",) else describe(was)
            how = f": “{shorten(they.text)}” stands, you have “{shorten(we.text)}”" if names == ("text",) else ""
            conflicts.append(Conflict(block=was.id, said=f"both changed {what}{how}"))
    return replace(they, **changes)


def _moved(before: Story, after: Story) -> set[str]:
    """Which of the blocks of both stand elsewhere, among as few as possible."""
    places = {block.id: index for index, block in enumerate(after.blocks)}
    common = [block.id for block in before.blocks if block.id in places]
    still = set(longest_rise([places[key] for key in common]))
    return {key for key in common if places[key] not in still}


def _before(ones: Mapping[str, Block], others: Mapping[str, Block]) -> dict[str, str | None]:
    """By id of a block that both have: which of those stands before it among ``ones``."""
    common = [key for key in ones if key in others]
    return dict(zip(common, [None, *common], strict=False))


def _value(value: object) -> str:
    words = ", ".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)
    return f"“{shorten(words)}”" if words else "nothing"
