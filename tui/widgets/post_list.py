"""A conversation, one post a line, answers indented below what they answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from rich.cells import cell_len

from ...core.accounts import is_ours
from ...core.conversations import Post
from ..formatting import STATE_MARKS, age, engagement, fit, handle, headline
from ..marking import Part
from .row_list import Line, RowList

STEP = 2
"""Cells that an answer is indented by."""
LIVE_MARK = "+"
"""Stands before a post that only the platform has."""


class PostList(RowList[Post]):
    """The posts of a conversation."""

    def __init__(self, now: Callable[[], datetime], *, around: str, id: str | None = None) -> None:
        """``around`` is the ref of the mention whose conversation it is."""
        super().__init__(id=id)
        self._now, self._around = now, around
        self.quoted: frozenset[str] = frozenset()
        """Refs that the current story quotes already."""

    def key_of(self, row: Post) -> str:
        """The ref."""
        return row.ref

    def height_of(self, index: int) -> int:
        """One line each."""
        return 1

    def lines_of(self, row: Post, width: int) -> list[Line]:
        """State, age, who, what, and what is special about it."""
        record, mention = row.record, row.mention
        when = record.when if record else mention.published
        indent = " " * min(row.depth * STEP, width // 3)
        counts = engagement(mention.engagement) if width >= 90 else ""
        parts: list[Part] = [
            (STATE_MARKS[record.state] if record else LIVE_MARK, "accent"),
            ("❝ " if row.ref in self.quoted else "  ", "accent"),
            (fit((age(when, self._now()) if when else "?").rjust(4), 5), "dim"),
            (indent + ("╰ " if row.depth else ""), "dim"),
            (f"{handle(mention.author)[:30]}  ", "strong"),
            (f"{notes} " if (notes := _notes(row)) else "", "dim"),
        ]
        room = max(0, width - sum(cell_len(text) for text, _ in parts) - (cell_len(counts) + 2 if counts else 0))
        parts.append((fit(headline(mention), room), "match" if row.ref == self._around else ""))
        return [[*parts, (f"  {counts}" if counts else "", "dim")]]


def _notes(post: Post) -> str:
    """What is special about a post, in brackets."""
    notes = [
        "ours" if post.record and is_ours(post.record) else "",
        "deleted" if post.record and post.record.deleted else "",
        "answers what is not here" if post.gap else "",
    ]
    told = ", ".join(filter(None, notes))
    return f"({told})" if told else ""
