"""A story's order in time: what is glued to what, what is pinned, where a mention belongs. See :mod:`hubbub.core.stories`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from .errors import StoryError
from .values import Block, BlockKind, Story, StoryOrder

Unit = tuple[Block, ...]
"""A mention, last, with what introduces it."""


def set_order(story: Story, order: StoryOrder) -> Story:
    """Sort by time, or (``MANUAL``) leave the blocks as they stand and keep them by hand from now on.

    The sort is stable; mentions of the same time keep their order.
    """
    if order is StoryOrder.MANUAL:
        return replace(story, order=order) if story.order is not order else story
    blocks = arranged(story.blocks, lambda units: _by_time(units, newest=order is StoryOrder.NEWEST))
    return story if (order, blocks) == (story.order, story.blocks) else replace(story, order=order, blocks=blocks)


def reverse(story: Story) -> Story:
    """Turn the order round: oldest to newest first and back; by hand, the mentions with what introduces them."""
    if story.order is StoryOrder.OLDEST:
        return set_order(story, StoryOrder.NEWEST)
    if story.order is StoryOrder.NEWEST:
        return set_order(story, StoryOrder.OLDEST)
    return with_blocks(story, arranged(story.blocks, lambda units: units[::-1]))


def sort_range(story: Story, block_ids: Iterable[str], order: StoryOrder = StoryOrder.OLDEST) -> Story:
    """Sort by time only the stretch from the first to the last of these blocks; everything else stays where it is.

    The stretch begins with what introduces its first mention. What stands in it behind its last mention introduces one beyond
    it, and stays at its end. Where that breaks the story's order of time, the story is kept by hand from now on.
    """
    marked = indexes_of(story, block_ids)
    if order is StoryOrder.MANUAL:
        raise StoryError("A range is sorted oldest or newest first.")
    if not marked:
        return story
    first, last = min(marked), max(marked) + 1
    mention = next((block for block in story.blocks[first:last] if block.kind is BlockKind.MENTION and not block.pinned), None)
    if mention is not None:
        places = positions(story)
        first = min([first, *(places[block_id] for block_id in introduction(story, mention.id))])
    sort = arranged(story.blocks[first:last], lambda units: _by_time(units, newest=order is StoryOrder.NEWEST))
    return kept_by_hand_if_broken(with_blocks(story, [*story.blocks[:first], *sort, *story.blocks[last:]]))


def pin(story: Story, block_ids: Iterable[str], pinned: bool) -> Story:
    """Let sorting leave blocks where they are, or no longer; a mention takes what introduces it along.

    A mention that is unpinned in a chronological story goes to its place in time.
    """
    places = positions(story)
    marked = indexes_of(story, block_ids, places)
    for index in tuple(marked):
        marked.update(_introduction(story.blocks, index))
    blocks = [replace(b, pinned=pinned) if i in marked and b.pinned != pinned else b for i, b in enumerate(story.blocks)]
    return sorted_if_broken(with_blocks(story, blocks))


def introduction(story: Story, block_id: str) -> tuple[str, ...]:
    """Ids of the blocks that are glued to a mention because they stand directly before it; none for other blocks."""
    return tuple(story.blocks[index].id for index in _introduction(story.blocks, index_of(story, block_id)))


def in_order(story: Story) -> bool:
    """Whether the mentions that are not pinned stand as the story's order wants them."""
    if story.order is StoryOrder.MANUAL:
        return True
    times = [_when(block) for block in story.blocks if block.kind is BlockKind.MENTION and not block.pinned]
    return times == sorted(times, reverse=story.order is StoryOrder.NEWEST)


def sorted_if_broken(story: Story) -> Story:
    """The story in its order of time."""
    return story if in_order(story) else set_order(story, story.order)


def kept_by_hand_if_broken(story: Story) -> Story:
    """The story as it stands; kept by hand where it does not stand in its order of time."""
    return story if in_order(story) else replace(story, order=StoryOrder.MANUAL)


def placed_in_time(blocks: Sequence[Block], new: Sequence[Block], *, newest: bool) -> list[Block]:
    """The blocks with new mentions: each before what introduces the first later one, else behind the last mention.

    The words that a story opens with stay where they are: a mention that comes before all others goes behind them. Mentions of
    one time stand in the order in which they came. One walk, however many are new.
    """
    waiting = sorted(new, key=_when, reverse=newest)[::-1]
    placed: list[Block] = []
    end: int | None = None  # behind the last mention so far
    for block in blocks:
        if block.kind is BlockKind.MENTION and not block.pinned:
            before: list[Block] = []
            while waiting and ((_when(waiting[-1]) > _when(block)) if newest else (_when(waiting[-1]) < _when(block))):
                before.append(waiting.pop())
            if before:
                at = len(placed) if end is None else _behind_pinned(placed, end)
                placed[at:at] = before
            placed.append(block)
            end = len(placed)
        else:
            placed.append(block)
    if waiting:
        last = max((index + 1 for index, block in enumerate(placed) if not block.pinned), default=len(placed))
        at = last if end is None else end
        placed[at:at] = waiting[::-1]
    return placed


# --- blocks by id --------------------------------------------------------------------------------------------


def positions(story: Story) -> Mapping[str, int]:
    """Where each block stands, by id."""
    return {block.id: index for index, block in enumerate(story.blocks)}


def index_of(story: Story, block_id: str) -> int:
    """Where a block stands; raises ``StoryError``."""
    for index, block in enumerate(story.blocks):
        if block.id == block_id:
            return index
    raise StoryError(f"The story {story.slug!r} has no block {block_id!r}; it may have been removed meanwhile.")


def indexes_of(story: Story, block_ids: Iterable[str], places: Mapping[str, int] | None = None) -> set[int]:
    """Where blocks stand; raises ``StoryError``."""
    places = positions(story) if places is None else places
    found: set[int] = set()
    for block_id in block_ids:
        found.add(places[block_id] if block_id in places else index_of(story, block_id))
    return found


def with_blocks(story: Story, blocks: Sequence[Block]) -> Story:
    """The story with these blocks; the very same where they are the same."""
    return story if tuple(blocks) == story.blocks else replace(story, blocks=tuple(blocks))


# --- inner workings ------------------------------------------------------------------------------------------


def _introduction(blocks: Sequence[Block], index: int) -> list[int]:
    """Indexes of what introduces a mention."""
    target = blocks[index]
    found: list[int] = []
    if target.kind is not BlockKind.MENTION:
        return found
    for before in range(index - 1, -1, -1):
        block = blocks[before]
        if block.pinned and not target.pinned:
            continue
        if block.kind is BlockKind.MENTION or block.pinned != target.pinned:
            break
        found.append(before)
    return found[::-1]


def _when(block: Block) -> float:
    return block.copy.when.timestamp() if block.copy else 0.0


def _by_time(units: list[Unit], *, newest: bool) -> list[Unit]:
    return sorted(units, key=lambda unit: _when(unit[-1]), reverse=newest)


def arranged(blocks: Sequence[Block], arrange: Callable[[list[Unit]], list[Unit]]) -> tuple[Block, ...]:
    """The blocks with another order of the mentions that are not pinned, each with what introduces it; pinned ones stay."""
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


def _behind_pinned(placed: Sequence[Block], at: int) -> int:
    """The first place from here on where no pinned block stands."""
    while at < len(placed) and placed[at].pinned:
        at += 1
    return at
