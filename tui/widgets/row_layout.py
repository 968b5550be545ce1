"""Which line of a list belongs to which row. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


class RowLayout:
    """Rows one under the other, each with lines of its own and, before them, lines that belong to none."""

    def __init__(self, heights: Iterable[tuple[int, int]] = ()) -> None:
        """``heights`` tells of each row how many lines precede it and how many it has: at least one in all."""
        self._starts: list[int] = []
        self._tops: list[int] = []
        self.height = 0
        """Lines in all."""
        for above, own in heights:
            self._tops.append(self.height)
            self._starts.append(self.height + above)
            self.height += above + own

    def __bool__(self) -> bool:
        return self.height > 0

    def place(self, line: int) -> tuple[int, int] | None:
        """The row of a line and which of its lines it is, those before it included; ``None`` outside."""
        if not 0 <= line < self.height:
            return None
        index = bisect_right(self._tops, line) - 1
        return index, line - self._tops[index]

    def nearest(self, line: int) -> int:
        """The row of a line, or the first or last row where the line lies outside."""
        return bisect_right(self._tops, max(0, min(line, self.height - 1))) - 1

    def top(self, index: int) -> int:
        """The first line before a row, or its own first where none precedes it."""
        return self._tops[index]

    def start(self, index: int) -> int:
        """A row's own first line."""
        return self._starts[index]

    def end(self, index: int) -> int:
        """One past a row's last line."""
        return self._tops[index + 1] if index + 1 < len(self._tops) else self.height
