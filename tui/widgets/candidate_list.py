"""Candidates for a story: when, who, how it feels, how much the author is heard, reactions, what.

Where it is narrow, each has two lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from rich.cells import cell_len

from ...core.accounts import is_ours
from ...core.desk import Row
from ...core.values import Record
from ..formatting import engagement, fit, handle
from ..marking import Part
from .mention_list import HANDLED, MentionList, words_of
from .row_list import Line
from .row_mouse import GUTTER

ONE_LINE = 70
"""Cells from which a candidate has one line."""
IN_THE_STORY = "(already in the story) "
Heard = Mapping[tuple[str, str], float]
"""Influence of 0 to 100 by platform and key of an author."""


class CandidateList(MentionList):
    """A window of mentions, to choose from."""

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(now, id=id)
        self.heard: Heard = {}
        """What is known so far; it comes later than the rows, and no row waits for it."""

    def height_of(self, index: int) -> int:
        """Told by the width alone."""
        return 1 if self._width - GUTTER >= ONE_LINE else 2

    def lines_of(self, row: Row, width: int) -> list[Line]:
        """What to choose by, then the words: behind it, or below."""
        record = row.record
        told = "" if record.ref not in self.quoted else IN_THE_STORY
        plain = "dim" if told or record.state in HANDLED else ""
        narrow = width < ONE_LINE
        room = 14 if width >= 90 or narrow else 9
        counts = fit(engagement(record.mention.engagement), room).rstrip()
        head: list[Part] = [
            ("╰ " if record.ref in self.below else "", "dim"),
            (f"{record.when.astimezone(UTC):{'%H:%M' if self.by_day else '%m-%d %H:%M'}} ", "dim"),
            (
                fit(handle(record.mention.author), 22 if narrow else 18 if width >= 90 else 12) + " ",
                "dim" if plain else "strong",
            ),
            (fit(feeling(record), 5) + " ", _colour(record)),
            (fit(self._influence(record), 3).rstrip().rjust(3) + "  ", ""),
        ]
        ours: Part = ("ours ", "accent") if is_ours(record) else ("", "")
        alike = f"  +{self.alike[record.ref]} alike" if record.ref in self.alike else ""
        if narrow:
            head += [ours, (counts, "dim"), (alike, "accent")]
            inside: Part = (told, "accent")
            return [fitted(head, width), [("  ", ""), inside, *words_of(row, width - 2 - len(told), plain)]]
        head += [(counts.rjust(room) + "  ", "dim"), ours, (told, "accent")]
        room = width - sum(cell_len(text) for text, _ in head) - len(alike)
        return [[*head, *words_of(row, room, plain), (alike, "accent")]]

    def _influence(self, record: Record) -> str:
        author = record.mention.author
        score = self.heard.get((author.platform, author.key)) if author else None
        return "–" if score is None else f"{score:.0f}"


def feeling(record: Record) -> str:
    """How it feels, in at most five characters: ``−0.83``, ``+0.61``, ``0``, ``±`` (undecided), ``?`` (nobody can say)."""
    label = record.label("sentiment")
    score = f"{label.score:.2f}" if label is not None and label.score is not None else ""
    match record.sentiment:
        case "negative":
            return f"−{score}"
        case "positive":
            return f"+{score}"
        case "neutral":
            return "0"
        case "uncertain":
            return "±"
        case _:
            return "?"


def _colour(record: Record) -> str:
    return {"negative": "bad", "positive": "good"}.get(record.sentiment, "dim")


def fitted(parts: list[Part], width: int) -> list[Part]:
    """The parts in exactly so many cells; what has no room is cut."""
    found: list[Part] = []
    for text, style in parts:
        room = width - sum(cell_len(known) for known, _ in found)
        found.append((text if cell_len(text) <= room else fit(text, room), style))
    return [*found, (" " * (width - sum(cell_len(text) for text, _ in found)), "")]
