"""Jumping in a list: a letter stands beside each row on the screen, and pressing it goes there."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events

from .row_mouse import RowMouse

LETTERS = "asdfghjklqwertyuiopzxcvbnmASDFGHJKLQWERTYUIOPZXCVBNM0123456789"
"""Those under the fingers first; more rows than these are on no screen."""


class RowJump(RowMouse):
    """Mixed into a list."""

    jumps: Mapping[str, int] = {}
    """The row of each letter while a jump is under way."""

    def action_jump(self) -> None:
        """Write the letters, or take them away."""
        self._letter({} if self.jumps or not self.layout_of_rows else dict(zip(LETTERS, self._visible(), strict=False)))

    def letter_of(self, index: int) -> str:
        """The letter beside a row; empty where none is."""
        return next((letter for letter, row in self.jumps.items() if row == index), "")

    def on_key(self, event: events.Key) -> None:
        """The next key is a letter; any other ends it."""
        if self.jumps and event.key not in ("f2", "ctrl+o"):
            event.stop()
            event.prevent_default()
            row = self.jumps.get(event.character or "")
            self._letter({})
            if row is not None:
                self.go_to(row)

    def on_blur(self) -> None:
        """Elsewhere the letters are letters again."""
        self._letter({})

    def _visible(self) -> range:
        top = self.scroll_offset.y
        first = self.layout_of_rows.nearest(top)
        first += self.layout_of_rows.start(first) < top
        return range(first, self.layout_of_rows.nearest(top + self.scrollable_content_region.height - 1) + 1)

    def _letter(self, jumps: Mapping[str, int]) -> None:
        if jumps != self.jumps:
            self.jumps = jumps
            self.refresh()
