"""Stories, one a line: title, state, size, when they were changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ...core.values import StorySummary
from ..formatting import age, fit, plural, safe
from .row_list import Line, RowList


class StoryList(RowList[StorySummary]):
    """All stories of the workspace."""

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self.current_slug = ""
        """The story that is worked on."""

    def key_of(self, row: StorySummary) -> str:
        """The slug."""
        return row.slug

    def height_of(self, index: int) -> int:
        """One line each."""
        return 1

    def above(self, index: int, width: int) -> list[Line]:
        """The names of the columns."""
        if index:
            return []
        return [
            [(fit("  title", max(12, width - 50)) + f" {'state':<10} {'blocks':>7} {'mentions':>9}  {'changed':>8}", "dim")]
        ]

    def lines_of(self, row: StorySummary, width: int) -> list[Line]:
        """One line."""
        here = row.slug == self.current_slug
        changed = age(row.updated, self._now())
        return [
            [
                ("❝ " if here else "  ", "accent"),
                (fit(safe(row.title), max(10, width - 52)), "strong"),
                (f" {row.state.value:<10} {row.blocks:>7,} {row.mentions:>9,}  {changed:>8}", "dim"),
            ]
        ]


def about(story: StorySummary) -> str:
    """A story in a sentence, for questions."""
    return f"{safe(story.title)}: {plural(story.blocks, 'block')}, {plural(story.mentions, 'mention')}, {story.state.value}."
