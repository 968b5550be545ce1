"""Mentions, one a line: state, age, where from, who, language, what, reactions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from rich.cells import cell_len

from ...core.accounts import is_ours
from ...core.desk import Row
from ...core.values import Record, TriageState
from ..formatting import STATE_MARKS, age, day, engagement, fit, handle, origin, safe
from ..marking import Part, one_line
from .row_list import Line, RowList

SENTIMENT = {"negative": "−", "positive": "+", "neutral": "·", "uncertain": "±"}
URGENT = 70
"""Priority from which a row is marked."""
HANDLED = {TriageState.DONE, TriageState.IGNORED}


class MentionList(RowList[Row]):
    """A window of mentions."""

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self.quoted: frozenset[str] = frozenset()
        """Refs that the current story quotes already."""
        self.by_day = True
        """Whether days are told apart; they are not where something else than time orders the rows."""
        self.alike: Mapping[str, int] = {}
        """How many near-duplicates are folded under a row, or shown below it, by ref."""
        self.below: frozenset[str] = frozenset()
        """Refs of near-duplicates that are shown below the first of their group."""

    def key_of(self, row: Row) -> str:
        """The ref."""
        return row.record.ref

    def height_of(self, index: int) -> int:
        """One line each."""
        return 1

    def above(self, index: int, width: int) -> list[Line]:
        """The day, where it changes."""
        if not self.by_day or self.rows[index].record.ref in self.below:
            return []
        here = self.rows[index].record.when
        above = index - 1
        while above >= 0 and self.rows[above].record.ref in self.below:
            above -= 1
        before = self.rows[above].record.when if above >= 0 else self._now()
        if here.date() == before.date():
            return []
        name = f" {day(here, self._now())} "
        left = max(2, min(30, (width - len(name)) // 2))
        return [[("─" * left + name + "─" * max(2, width - left - len(name)), "rule")]]

    def lines_of(self, row: Row, width: int) -> list[Line]:
        """One line, with the columns that the width allows."""
        record = row.record
        mention = record.mention
        plain = "dim" if record.state in HANDLED else ""
        mark = "accent" if record.state in (TriageState.NEW, TriageState.KEPT) else "dim"
        parts: list[Part] = [
            (STATE_MARKS[record.state], mark),
            _remark(record, self.quoted),
            ("╰ " if record.ref in self.below else "", "dim"),
            (fit(age(record.when, self._now()).rjust(4), 5), "dim"),
        ]
        if width >= 70:
            parts.append((fit(origin(record), 14 if width >= 120 else 10) + " ", "dim"))
        parts.append((fit(handle(mention.author), 18 if width >= 120 else 12) + " ", "dim" if plain else "strong"))
        if width >= 60:
            parts.append((fit(safe(record.lang[:8]).replace("unknown", "?"), 3), "dim"))
        if width >= 90:
            parts.append((_tone(record) + " ", ""))
        parts.append(("ours " if is_ours(record) else "", "accent"))
        alike = f"  +{self.alike[record.ref]} alike" if record.ref in self.alike else ""
        counts = fit(engagement(mention.engagement), 14).rstrip().rjust(14) if width >= 90 else ""
        room = width - sum(cell_len(text) for text, _ in parts) - len(alike) - (cell_len(counts) + 2 if counts else 0)
        return [[*parts, *words_of(row, room, plain), (alike, "accent"), (f"  {counts}" if counts else "", "dim")]]


def _remark(record: Record, quoted: Collection[str]) -> Part:
    """Whether the story quotes it; else whether it needs somebody."""
    if record.ref in quoted:
        return "❝", "accent"
    urgent = (record.priority or 0) >= URGENT and record.state not in HANDLED
    return ("!", "bad") if urgent else (" ", "")


def _tone(record: Record) -> str:
    """How it feels; a question that neither praises nor complains is shown as one."""
    mark = SENTIMENT.get(record.sentiment, " ")
    asks = any(label.name == "purpose" and label.value == "question" for label in record.labels)
    return "?" if asks and mark in " ·" else mark


def words_of(row: Row, room: int, plain: str) -> list[Part]:
    """Title and text in exactly ``room`` cells, matched words marked."""
    mention = row.record.mention
    title = one_line(mention.title, row.spans, "title", 400)
    told = any(span.field == "title" for span in row.spans)
    text = one_line(mention.text, row.spans, "text", 400, seek=not told)
    gone = row.record.redacted
    nothing = f"(redacted: {safe(gone.reason)})" if gone else "(no words)"
    parts = [*title, *([(" · ", "dim")] if title and text else []), *text] or [(nothing, "dim")]
    fitted: list[Part] = []
    for index, (words, style) in enumerate(parts, 1):
        size = cell_len(words)
        if size >= room:
            return [*fitted, (fit(words if index == len(parts) else words + "…", room), style or plain)]
        fitted.append((words, style or plain))
        room -= size
    return [*fitted, (" " * room, "")]
