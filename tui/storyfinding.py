"""Finding words in a story."""

from __future__ import annotations

from ..core.stories import matching
from ..core.values import Story
from .storywork import StoryWork
from .widgets.block_list import BlockList
from .widgets.find_bar import FindBar
from .widgets.query_bar import QueryInput


class StoryFinding(StoryWork):
    """Mixed into the pane of a story."""

    _from = 0
    """The row from which was sought."""

    _sought: tuple[Story, str, frozenset[str]] | None = None
    """What was sought last, in which story, and the blocks that have it."""

    @property
    def list(self) -> BlockList:
        """The blocks."""
        raise NotImplementedError

    @property
    def bar(self) -> FindBar:
        """The line in which words are sought."""
        return self.query_one(FindBar)

    def action_find(self) -> None:
        """Seek from here on."""
        self._from = self.list.cursor
        self.bar.open()

    def action_find_next(self) -> None:
        """Go to the next; begin again at the top after the last."""
        self._go(self.list.cursor, 1)

    def action_find_previous(self) -> None:
        """Go to the one before."""
        self._go(self.list.cursor, -1)

    def on_find_bar_sought(self, event: FindBar.Sought) -> None:
        """Go to the first from where it was begun."""
        event.stop()
        self.list.seek(event.text)
        if event.text.strip():
            self._go(self._from, 0)
        else:
            self.bar.say("")

    def on_query_input_left(self, event: QueryInput.Left) -> None:
        """Back to the blocks."""
        event.stop()
        if not self.bar.text:
            self.bar.close()
        self.list.focus()

    def stop_finding(self) -> None:
        """Seek nothing any more."""
        self.bar.close()
        self.list.focus()

    def _go(self, row: int, by: int) -> None:
        """To the first found from ``row`` on (0), or the next (1) or last (-1) beyond it, round the ends."""
        if not self.bar.text.strip():
            self.action_find()
            return
        if self.revision is None:
            return
        story, text = self.revision.story, self.bar.text

        def sought(ids: frozenset[str]) -> None:
            self._sought = (story, text, ids)
            self._land(ids, row, by)

        if self._sought is not None and self._sought[0] is story and self._sought[1] == text:
            self._land(self._sought[2], row, by)
        else:
            self.ask(lambda: frozenset(matching(story, text)), sought, group="find")

    def _land(self, ids: frozenset[str], row: int, by: int) -> None:
        found = [index for index, block in enumerate(self.list.rows) if block.id in ids]
        if not found:
            self.bar.say("not in the story")
            return
        if by < 0:
            at = next((index for index in reversed(found) if index < row), found[-1])
        else:
            at = next((index for index in found if index >= row + by), found[0])
        self.list.go_to(at)
        self.bar.say(f"{found.index(at) + 1} of {len(found)}")
