"""The mouse in a list: a click goes to a row, at the left edge or with ctrl it marks the row, with shift all up to it; a
double click opens it, dragging moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from .row_layout import RowLayout

if TYPE_CHECKING:
    from textual.widget import Widget as Base
else:
    Base = object

GUTTER = 2
"""Cells at the left of a list for the cursor and the mark."""


class RowMouse(Base):
    """Mixed into a list."""

    draggable = False
    """Whether rows can be dragged to another place."""
    layout_of_rows: RowLayout
    cursor: int
    gap: int | None = None
    """The row before which dragged rows would be dropped; ``None`` while nothing is dragged anywhere."""
    _pressed: int | None = None

    # --- what the list does ----------------------------------------------------------------------------------

    def go_to(self, index: int) -> None:
        """Move the cursor."""
        raise NotImplementedError

    def mark_to(self, index: int) -> None:
        """Mark all rows from the cursor to that one."""
        raise NotImplementedError

    def action_mark(self) -> None:
        """Mark the row under the cursor."""
        raise NotImplementedError

    def action_choose(self) -> None:
        """Open it."""
        raise NotImplementedError

    def dropped(self, pressed: int, gap: int) -> None:
        """Rows were dragged to another place."""
        raise NotImplementedError

    # --- events ----------------------------------------------------------------------------------------------

    def _row_at(self, event: events.MouseEvent) -> int | None:
        place = self.layout_of_rows.place(event.y - self.gutter.top + self.scroll_offset.y)
        return place[0] if place else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go to the row under the pointer; at its left edge, or with ctrl, mark it; with shift, mark all up to it."""
        index = self._row_at(event)
        if index is None or event.button != 1:
            return
        if event.shift:
            self.mark_to(index)
            return
        self.go_to(index)
        if event.ctrl or event.x - self.gutter.left < GUTTER:
            self.action_mark()
            self.go_to(index)
        elif self.draggable:
            self._pressed = index
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show where dragged rows would go, and scroll at the edges."""
        if self._pressed is None:
            return
        if event.y < 0 or event.y >= self.size.height:
            self.scroll_relative(y=-1 if event.y < 0 else 1, animate=False)
        index = self.layout_of_rows.nearest(event.y - self.gutter.top + self.scroll_offset.y)
        self.gap = None if index == self._pressed else index if index < self._pressed else index + 1
        self.refresh()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Drop what was dragged."""
        if self._pressed is not None:
            self.drop(self.gap)

    def on_click(self, event: events.Click) -> None:
        """A double click opens the row."""
        if event.chain == 2 and self._row_at(event) == self.cursor:
            self.action_choose()

    def drop(self, gap: int | None) -> None:
        """End dragging: into the gap before that row, or nowhere."""
        pressed, self._pressed, self.gap = self._pressed, None, None
        if pressed is None:
            return
        self.release_mouse()
        self.refresh()
        if gap is not None:
            self.dropped(pressed, gap)
