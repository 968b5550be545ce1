"""What a list tells its pane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from .row_list import RowList


class RowMessage(Message):
    """Something that a list tells."""

    def __init__(self, list: RowList[Any]) -> None:
        super().__init__()
        self.list = list
        # Otherwise a list that is filled by its pane would be heard by that pane only: a message is not carried
        # beyond the parent that caused it.
        self.set_sender(list)

    @property
    def control(self) -> RowList[Any]:
        """The list that tells it."""
        return self.list


class Moved(RowMessage):
    """The cursor is on another row, or the row under it has changed."""


class Chosen(RowMessage):
    """A row was opened."""


class MarksChanged(RowMessage):
    """Rows were marked, or marks taken away."""


class NearEnd(RowMessage):
    """The last rows are near: more may be loaded below."""


class NearTop(RowMessage):
    """The first rows are near: more may be loaded above."""


class Dropped(RowMessage):
    """Rows were dragged into the gap before row ``gap`` (the number of rows: behind the last)."""

    def __init__(self, list: RowList[Any], keys: Sequence[str], gap: int) -> None:
        super().__init__(list)
        self.keys, self.gap = keys, gap
