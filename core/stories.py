"""Edits of a story: pure functions from one story to the next.

**Order.** A chronological story (oldest or newest first) is sorted by the time of its mentions. What stands between two
mentions *introduces* the later one and is glued to it: sorting, reversing and adding carry it along. What stands after the
last mention is the story's closing and stays at its end. What stands before the first mention opens the story: a mention that
is added and comes before all others goes behind it. A pinned block is taken out of this: sorting leaves it at its index, and
blocks around it are glued as if it were not there. Pinning a mention pins what introduces it, too.

**By hand.** Moving moves exactly the blocks that are named, so that a text can be given to another mention; name the ids of
:func:`introduction` as well to take the text along. A move that breaks the order of time makes the story one that is kept by
hand (``StoryOrder.MANUAL``); a text may move about in a chronological story.

Every function gives back the very same story where there is nothing to do, and raises ``StoryError`` for nonsense: an unknown
id, a new block with the id of an old one, a field that the kind of block does not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from .errors import StoryError, nearest
from .storydiff import diff
from .storylint import lint, word_count
from .values import Block, BlockKind, FrozenCopy, Story, StoryOrder, StoryState

__all__ = [
    "add_block",
    "add_mentions",
    "check",
    "diff",
    "edit_block",
    "find",
    "introduction",
    "lint",
    "move",
    "move_to",
    "pin",
    "remove",
    "reverse",
    "set_details",
    "set_order",
    "word_count",
]

PLACES = ("top", "bottom")
"""The places of :func:`move_to` that are no block ids; no block may be called so."""

Unit = tuple[Block, ...]
"""A mention, last, with what introduces it."""

EDITABLE: dict[BlockKind, frozenset[str]] = {
    BlockKind.MENTION: frozenset({"copy", "pinned"}),
    BlockKind.TEXT: frozenset({"text", "pinned"}),
    BlockKind.HEADING: frozenset({"text", "pinned"}),
    BlockKind.IMAGE: frozenset({"text", "url", "media", "alt", "pinned"}),
    BlockKind.LINK: frozenset({"text", "url", "pinned"}),
    BlockKind.DIVIDER: frozenset({"pinned"}),
}
"""The fields that each kind of block has."""

DETAILS = frozenset({"title", "subtitle", "byline", "description", "lang", "state"})


# --- adding, editing, removing -------------------------------------------------------------------------------


def add_mentions(story: Story, copies: Sequence[FrozenCopy], *, ids: Sequence[str], after: str | None = None) -> Story:
    """Quote mentions, one id for each; a mention that the story quotes already is left out.

    In a chronological story each goes to its place in time (behind the story's opening) and ``after`` does not matter;
    otherwise they come in the order given, behind the block ``after`` or at the end.
    """
    if len(ids) != len(copies):
        raise StoryError(f"{len(copies)} mentions need as many block ids, not {len(ids)}.")
    quoted = {block.ref for block in story.blocks if block.copy}
    at = _index(story, after) + 1 if after is not None else len(story.blocks)
    blocks = list(story.blocks)
    for block_id, copy in zip(ids, copies, strict=True):
        if copy.mention.ref in quoted:
            continue
        quoted.add(copy.mention.ref)
        _check_new_id(blocks, block_id)
        block = Block(id=block_id, kind=BlockKind.MENTION, copy=copy)
        if story.order is StoryOrder.MANUAL:
            blocks.insert(at, block)
            at += 1
        else:
            blocks.insert(_place_in_time(blocks, block, newest=story.order is StoryOrder.NEWEST), block)
    return _with(story, blocks)


def add_block(story: Story, block: Block, *, after: str | None = None, before: str | None = None) -> Story:
    """Put one block behind or in front of another, or at the end; a mention as :func:`add_mentions` does."""
    if after is not None and before is not None:
        raise StoryError("A block goes after one or before one, not both.")
    _check_new_id(story.blocks, block.id)
    block = _tidy(block)
    if block.copy is not None and story.order is not StoryOrder.MANUAL:
        return add_mentions(story, [block.copy], ids=[block.id])
    if block.ref and any(old.ref == block.ref for old in story.blocks):
        return story
    at = len(story.blocks)
    if after is not None:
        at = _index(story, after) + 1
    if before is not None:
        at = _index(story, before)
    return _with(story, [*story.blocks[:at], block, *story.blocks[at:]])


def edit_block(story: Story, block_id: str, **changes: Any) -> Story:
    """Change fields of one block; ``copy`` must quote the same mention (its newer wording)."""
    index = _index(story, block_id)
    old = story.blocks[index]
    for name in changes:
        if name not in EDITABLE[old.kind]:
            raise StoryError(f"A {old.kind} block has no {name!r} that can be changed.{nearest(name, EDITABLE[old.kind])}")
    new = _tidy(replace(old, **changes))
    if new.ref != old.ref:
        raise StoryError(f"Block {block_id!r} quotes {old.ref}; it cannot quote {new.ref or 'nothing'} instead.")
    edited = _with(story, [*story.blocks[:index], new, *story.blocks[index + 1 :]])
    return edited if in_order(edited) else set_order(edited, edited.order)


def remove(story: Story, block_ids: Iterable[str]) -> Story:
    """Take blocks out; what introduced a removed mention stays, and introduces the next."""
    gone = _indexes(story, block_ids)
    return _with(story, [block for index, block in enumerate(story.blocks) if index not in gone])


# --- moving by hand ------------------------------------------------------------------------------------------


def move(story: Story, block_ids: Iterable[str], by: int) -> Story:
    """Move blocks up (negative) or down, all by the same distance: as far as the first of them to meet an end can go."""
    marked = sorted(_indexes(story, block_ids))
    if not marked:
        return story
    by = max(-marked[0], min(by, len(story.blocks) - 1 - marked[-1]))
    targets = {index + by: story.blocks[index] for index in marked}
    others = iter([block for index, block in enumerate(story.blocks) if index not in marked])
    return _moved(story, [targets[i] if i in targets else next(others) for i in range(len(story.blocks))])


def move_to(story: Story, block_ids: Iterable[str], place: str) -> Story:
    """Gather blocks, in their present order, at the ``top``, the ``bottom``, or behind the block of that id."""
    marked = _indexes(story, block_ids)
    taken = [block for index, block in enumerate(story.blocks) if index in marked]
    others = [block for index, block in enumerate(story.blocks) if index not in marked]
    if place == "top":
        at = 0
    elif place == "bottom":
        at = len(others)
    elif _index(story, place) in marked:
        raise StoryError(f"Block {place!r} cannot be moved behind itself.")
    else:
        at = [block.id for block in others].index(place) + 1
    return _moved(story, [*others[:at], *taken, *others[at:]])


def introduction(story: Story, block_id: str) -> tuple[str, ...]:
    """Ids of the blocks that are glued to a mention because they stand directly before it; none for other blocks."""
    index = _index(story, block_id)
    target = story.blocks[index]
    if target.kind is not BlockKind.MENTION:
        return ()
    ids: list[str] = []
    for block in reversed(story.blocks[:index]):
        if block.pinned and not target.pinned:
            continue
        if block.kind is BlockKind.MENTION or block.pinned != target.pinned:
            break
        ids.append(block.id)
    return tuple(reversed(ids))


# --- order in time -------------------------------------------------------------------------------------------


def set_order(story: Story, order: StoryOrder) -> Story:
    """Sort by time, or (``MANUAL``) leave the blocks as they stand and keep them by hand from now on.

    The sort is stable; mentions of the same time keep their order.
    """
    if order is StoryOrder.MANUAL:
        return replace(story, order=order) if story.order is not order else story
    newest = order is StoryOrder.NEWEST
    blocks = _arrange(story.blocks, lambda units: sorted(units, key=lambda unit: _when(unit[-1]), reverse=newest))
    return story if (order, blocks) == (story.order, story.blocks) else replace(story, order=order, blocks=blocks)


def reverse(story: Story) -> Story:
    """Turn the order round: oldest to newest first and back; by hand, the mentions with what introduces them."""
    if story.order is StoryOrder.OLDEST:
        return set_order(story, StoryOrder.NEWEST)
    if story.order is StoryOrder.NEWEST:
        return set_order(story, StoryOrder.OLDEST)
    return _with(story, _arrange(story.blocks, lambda units: units[::-1]))


def pin(story: Story, block_ids: Iterable[str], pinned: bool) -> Story:
    """Let sorting leave blocks where they are, or no longer; a mention takes what introduces it along.

    A mention that is unpinned in a chronological story goes to its place in time.
    """
    ids = set(block_ids)
    for block_id in tuple(ids):
        ids.update(introduction(story, block_id))
    marked = _indexes(story, ids)
    blocks = [replace(b, pinned=pinned) if i in marked and b.pinned != pinned else b for i, b in enumerate(story.blocks)]
    changed = _with(story, blocks)
    return changed if in_order(changed) else set_order(changed, changed.order)


def in_order(story: Story) -> bool:
    """Whether the mentions that are not pinned stand as the story's order wants them."""
    if story.order is StoryOrder.MANUAL:
        return True
    times = [_when(block) for block in story.blocks if block.kind is BlockKind.MENTION and not block.pinned]
    return times == sorted(times, reverse=story.order is StoryOrder.NEWEST)


# --- what is said of the story -------------------------------------------------------------------------------


def set_details(story: Story, **changes: Any) -> Story:
    """Change title, subtitle, byline, description, language or state; the slug stays, so that addresses do."""
    for name in changes:
        if name not in DETAILS:
            raise StoryError(f"A story's {name!r} cannot be set.{nearest(name, DETAILS)}")
    for name in ("title", "subtitle", "byline", "description"):
        if name in changes:
            changes[name] = one_line(str(changes[name]))
    if changes.get("title") == "":
        raise StoryError("A story needs a title.")
    if "lang" in changes and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", changes["lang"]):
        raise StoryError(f"{changes['lang']!r} is no language; write a code such as en, es, ro, el or pt-BR.")
    if "state" in changes:
        changes["state"] = StoryState(changes["state"])
    changed = replace(story, **changes)
    return story if changed == story else changed


def check(story: Story) -> Story:
    """The story itself, or ``StoryError`` where its blocks are not as the edits here would leave them."""
    ids: set[str] = set()
    for number, block in enumerate(story.blocks, 1):
        if not block.id or block.id in PLACES or block.id in ids:
            raise StoryError(f"Block {number} cannot have the id {block.id!r}; each needs one of its own.")
        if (block.kind is BlockKind.MENTION) != (block.copy is not None):
            raise StoryError(f"Block {number} is a {block.kind}; only a mention block, and each of them, has a copy.")
        ids.add(block.id)
    return story


def find(story: Story, block_id: str) -> Block:
    """The block of that id."""
    return story.blocks[_index(story, block_id)]


def one_line(text: str) -> str:
    """The text with every run of white space made one space."""
    return " ".join(text.split())


# --- inner workings ------------------------------------------------------------------------------------------


def _index(story: Story, block_id: str) -> int:
    for index, block in enumerate(story.blocks):
        if block.id == block_id:
            return index
    raise StoryError(f"The story {story.slug!r} has no block {block_id!r}; it may have been removed meanwhile.")


def _indexes(story: Story, block_ids: Iterable[str]) -> set[int]:
    return {_index(story, block_id) for block_id in block_ids}


def _check_new_id(blocks: Sequence[Block], block_id: str) -> None:
    if not block_id or block_id in PLACES:
        raise StoryError(f"A block cannot be called {block_id!r}.")
    if any(block.id == block_id for block in blocks):
        raise StoryError(f"The story has a block {block_id!r} already.")


def _tidy(block: Block) -> Block:
    """The block as it is kept, or ``StoryError`` where it has a field that its kind does not."""
    if (block.kind is BlockKind.MENTION) != (block.copy is not None):
        raise StoryError("A mention block quotes a mention, and no other block does.")
    plain = Block(id=block.id, kind=block.kind)
    for name in (field.name for field in fields(Block)):
        if name not in EDITABLE[block.kind] and getattr(block, name) != getattr(plain, name):
            raise StoryError(f"A {block.kind} block has no {name!r}.")
    return replace(block, text=one_line(block.text)) if block.kind is BlockKind.HEADING else block


def _with(story: Story, blocks: Sequence[Block]) -> Story:
    return story if tuple(blocks) == story.blocks else replace(story, blocks=tuple(blocks))


def _moved(story: Story, blocks: Sequence[Block]) -> Story:
    moved = _with(story, blocks)
    return moved if in_order(moved) else replace(moved, order=StoryOrder.MANUAL)


def _when(block: Block) -> float:
    return block.copy.when.timestamp() if block.copy else 0.0


def _arrange(blocks: Sequence[Block], arrange: Callable[[list[Unit]], list[Unit]]) -> tuple[Block, ...]:
    """Rearrange the mentions that are not pinned, each with what introduces it; pinned blocks keep their index."""
    units: list[Unit] = []
    gathered: list[Block] = []
    for block in blocks:
        if block.pinned:
            continue
        gathered.append(block)
        if block.kind is BlockKind.MENTION:
            units.append(tuple(gathered))
            gathered = []
    flow = iter([block for unit in arrange(units) for block in unit] + gathered)
    return tuple(block if block.pinned else next(flow) for block in blocks)


def _place_in_time(blocks: Sequence[Block], new: Block, *, newest: bool) -> int:
    """Index at which a mention belongs: before what introduces the first later one, else behind the last mention.

    The words that a story opens with stay where they are: a mention that comes before all others goes behind them.
    """
    start: int | None = None
    end: int | None = None
    for index, block in enumerate(blocks):
        if block.pinned:
            continue
        start = index if start is None else start
        if block.kind is BlockKind.MENTION:
            if (_when(block) < _when(new)) if newest else (_when(block) > _when(new)):
                return index if end is None else start
            start, end = None, index + 1
    if end is not None:
        return end
    return max((index + 1 for index, block in enumerate(blocks) if not block.pinned), default=len(blocks))
