"""The order of a story's blocks: moving them by key and by mouse, sorting, pinning, removing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..core import stories as edits
from ..core.values import Story, StoryOrder
from .formatting import STORY_ORDERS, plural
from .screens.choose import Choice, Choose
from .storywork import StoryWork

BY_TIME = "by posted time, UTC"
RANGE = "range-"
GROUPS: Mapping[str, tuple[str, str]] = {
    "day": ("a heading before each day", "brought up to date when done again"),
    "source": ("together by source, each under a heading", ""),
    "nothing": ("without these headings", ""),
}
"""What :meth:`hubbub.core.storydesk.StoryDesk.group` does, in words."""


class StoryOrdering(StoryWork):
    """Mixed into the pane of a story."""

    def carry(self, ids: Sequence[str]) -> None:
        """Let the cursor choose where blocks go."""
        raise NotImplementedError

    def action_remove(self) -> None:
        """Take blocks out."""
        ids, story = self.chosen_ids(), self.story_id
        if story and ids:
            told = f"{plural(len(ids), 'block')} removed · {self.session.keys.label('story.undo')} takes it back"
            self.step(lambda: self.desk.remove(story, ids), then=lambda: self.tell(told))

    def action_move_down(self) -> None:
        """Down by one."""
        self._move("down", lambda story, ids: edits.move(story, ids, 1))

    def action_move_up(self) -> None:
        """Up by one."""
        self._move("up", lambda story, ids: edits.move(story, ids, -1))

    def action_to_top(self) -> None:
        """To the top."""
        self._move("to the top", lambda story, ids: edits.move_to(story, ids, "top"))

    def action_to_bottom(self) -> None:
        """To the bottom."""
        self._move("to the bottom", lambda story, ids: edits.move_to(story, ids, "bottom"))

    def action_move_to(self) -> None:
        """To a place that the cursor or a number names."""
        if ids := self.chosen_ids():
            self.carry(ids)

    def drop(self, ids: Sequence[str], gap: int) -> None:
        """Move blocks into the gap before block ``gap``, counted from 0 as the story stands."""
        if self.revision is None:
            return
        blocks = self.revision.story.blocks
        before = [block.id for block in blocks[:gap] if block.id not in ids]
        place = before[-1] if before else "top"
        self._move("to another place", lambda story, chosen: edits.move_to(story, chosen, place), ids)

    def _move(self, where: str, change: Callable[[Story, Sequence[str]], Story], ids: Sequence[str] | None = None) -> None:
        chosen = ids or self.chosen_ids()
        if self.revision and chosen:
            self.edit(f"moved {plural(len(chosen), 'block')} {where}", lambda story: change(story, chosen))

    def action_sort(self) -> None:
        """Choose the order of all, or of the marked blocks alone; or put headings between."""
        if self.revision is None:
            return
        ids = self.chosen_ids()
        choices = [
            Choice(order.value, words, "" if order is StoryOrder.MANUAL else BY_TIME) for order, words in STORY_ORDERS.items()
        ]
        if len(ids) > 1:
            some = f"only the {len(ids)} marked blocks, "
            choices += [
                Choice(RANGE + order.value, some + STORY_ORDERS[order], "by time")
                for order in (StoryOrder.OLDEST, StoryOrder.NEWEST)
            ]
        choices += [Choice(by, words, remark) for by, (words, remark) in GROUPS.items()]
        standing = self.revision.story.order.value
        self.app.push_screen(Choose("Order the story", choices, standing=standing), lambda answer: self._sort(answer, ids))

    def _sort(self, answer: str | None, ids: Sequence[str]) -> None:
        if answer == "day" or answer == "source" or answer == "nothing":
            story = self.story_id
            self.step(lambda: self.desk.group(story, answer))
        elif answer is not None and answer.startswith(RANGE):
            order = StoryOrder(answer.removeprefix(RANGE))
            note = f"ordered {plural(len(ids), 'block')} {STORY_ORDERS[order]}"
            self.edit(note, lambda story: edits.sort_range(story, ids, order))
        elif answer is not None:
            order = StoryOrder(answer)
            self.edit(f"ordered {STORY_ORDERS[order]}", lambda story: edits.set_order(story, order))

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.edit("turned the order round", edits.reverse)

    def action_pin(self) -> None:
        """Pin, or let go."""
        if blocks := self.chosen_blocks():
            pinned = not all(block.pinned for block in blocks)
            ids = [block.id for block in blocks]
            words = "pinned" if pinned else "unpinned"
            self.edit(f"{words} {plural(len(ids), 'block')}", lambda story: edits.pin(story, ids, pinned))
