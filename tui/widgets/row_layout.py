"""Which line of a list belongs to which row. Pure."""

from __future__ import annotations

from collections.abc import Iterable


class RowLayout:
    """Rows one under the other, each with lines of its own and, before them, lines that belong to none."""

    def __init__(self, heights: Iterable[tuple[int, int]] = ()) -> None:
        """``heights`` tells of each row how many lines precede it and how many it has."""
        self._places: list[tuple[int, int]] = []
        self._starts: list[int] = []
        self._tops: list[int] = []
        for index, (above, own) in enumerate(heights):
            self._tops.append(len(self._places))
            self._starts.append(len(self._places) + above)
            self._places += [(index, part) for part in range(above + own)]

    def __bool__(self) -> bool:
        return bool(self._places)

    @property
    def height(self) -> int:
        """Lines in all."""
        return len(self._places)

    def place(self, line: int) -> tuple[int, int] | None:
        """The row of a line and which of its lines it is, those before it included; ``None`` outside."""
        return self._places[line] if 0 <= line < len(self._places) else None

    def nearest(self, line: int) -> int:
        """The row of a line, or the first or last row where the line lies outside."""
        return self._places[max(0, min(line, len(self._places) - 1))][0]

    def top(self, index: int) -> int:
        """The first line before a row, or its own first where none precedes it."""
        return self._tops[index]

    def start(self, index: int) -> int:
        """A row's own first line."""
        return self._starts[index]

    def end(self, index: int) -> int:
        """One past a row's last line."""
        return self._tops[index + 1] if index + 1 < len(self._tops) else len(self._places)
