"""What a query finds, counted: a strip of days and the most frequent values of each field, each of which narrows the search.

It is counted beside the screen once the rows are shown and the typing has paused; what comes late is dropped, and what was
counted is remembered until the archive changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.message import Message
from textual.timer import Timer

from ...core.histogram import Bin, bins, strip
from ...core.values import FacetField, Facets
from ..background import Background, Trouble
from ..formatting import fit, safe, short
from ..keymap import bindings
from ..narrowing import days_clause, value_clause
from ..session import Session
from .row_list import Line, RowList

PAUSE = 0.25
"""Seconds after the rows until it is counted."""
REMEMBERED = 32
"""Queries whose counts are remembered."""
BAR = 4
"""Cells of the bar behind a value."""
TITLES: dict[FacetField, str] = {
    "source": "Source",
    "platform": "Platform",
    "topic": "Topic",
    "lang": "Language",
    "sentiment": "Sentiment",
    "author": "Author",
}
DAYS = "days"


@dataclass(frozen=True, slots=True)
class FacetRow:
    """The strip of days, or a value of a field."""

    field: str
    value: str = ""
    count: int = 0
    share: float = 0.0
    """Of the most frequent value of the field; 0 to 1."""
    title: str = ""
    """The heading that it stands under, where it is the first of its field."""


def facet_rows(facets: Facets) -> list[FacetRow]:
    """The strip, then the values of all fields that have any."""
    rows = [FacetRow(DAYS, title="Days")] if facets.days else []
    for field, values in facets.fields.items():
        top = max((count for _, count in values), default=0)
        for index, (value, count) in enumerate(values):
            rows.append(FacetRow(field, value, count, count / top, "" if index else TITLES[field]))
    return rows


class FacetList(Background, RowList[FacetRow]):
    """The counts of one query."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("facets")
    draws_marks = False

    class Narrowed(Message):
        """The search is to ask for this, too."""

        def __init__(self, clause: str) -> None:
            super().__init__()
            self.clause = clause

    class Widened(Message):
        """The last narrowing is to be taken back."""

    def __init__(self, session: Session, *, id: str) -> None:
        super().__init__(session, id=id)
        self._text: str | None = None
        self._facets: Facets | None = None
        self._timer: Timer | None = None
        self._at = 0
        self._pointed: date | None = None
        self.empty_text = "Counting …"

    # --- counting ----------------------------------------------------------------------------------------------

    def follow(self, text: str) -> None:
        """Count this query, when there is time; while the list is hidden, when it is shown."""
        self._text = text
        self.forget("facets")
        if self._timer is not None:
            self._timer.stop()
        known = self.session.facets.get(text)
        if known is not None:
            self._show(known)
        elif self.display:
            self._timer = self.set_timer(PAUSE, self._count)

    def on_show(self) -> None:
        """Count what was asked for while the list was hidden."""
        if self._text is not None:
            self.follow(self._text)

    def _count(self) -> None:
        text, desk = self._text, self.session.desk
        if text is not None:
            counted = lambda facets: self._counted(text, facets)  # noqa: E731
            self.ask(lambda: desk.facets(text), counted, group="facets", lane="facets", failed=self._refused)

    def _counted(self, text: str, facets: Facets) -> None:
        known = self.session.facets
        while len(known) >= REMEMBERED:
            del known[next(iter(known))]
        known[text] = facets
        self._show(facets)

    def _refused(self, error: Trouble) -> None:
        # The list of mentions says what is wrong, at more length than there is room for here.
        self.empty_text = "This cannot be counted."
        self._facets = None
        self.show(())

    def _show(self, facets: Facets) -> None:
        self.empty_text = "Nothing to count."
        if facets != self._facets:
            self._facets = facets
            self._at = self._place_of(self._pointed)
            self.show(facet_rows(facets))

    # --- drawing -----------------------------------------------------------------------------------------------

    def key_of(self, row: FacetRow) -> str:
        """Field and value."""
        return f"{row.field} {row.value}"

    def above(self, index: int, width: int) -> list[Line]:
        """The name of each field."""
        title = self.rows[index].title
        if not title:
            return []
        heading: Line = [(fit(title, width), "dim")]
        return [[("", "")], heading] if index else [heading]

    def lines_of(self, row: FacetRow, width: int) -> list[Line]:
        """The strip with a pointer, its ends and what is under the pointer; or value, count and a bar."""
        if row.field == DAYS:
            return self._days(width)
        bar = fit("▇" * max(1, round(row.share * BAR)), BAR + 1) if width >= 20 else ""
        count = short(row.count) if width < 24 else f"{row.count:,}"
        name = fit(safe(row.value) or "(empty)", width - len(count) - len(bar) - 1)
        return [[(f"{name} ", ""), (count, "dim"), (f" {bar}".rstrip().ljust(len(bar)), "accent")]]

    def _bins(self, width: int) -> list[Bin]:
        return bins(self._facets.days, max(1, width)) if self._facets else []

    def _place_of(self, day: date | None) -> int:
        """Where a day stands in the strip that is shown now; the last place for one that does not."""
        found = self._bins(self._width - 2)
        holding = [index for index, one in enumerate(found) if day is not None and one.first <= day <= one.last]
        return holding[0] if holding else max(0, len(found) - 1)

    def _days(self, width: int) -> list[Line]:
        found = self._bins(width)
        self._at = min(self._at, len(found) - 1)
        here = found[self._at]
        first, last = f"{found[0].first}", f"{found[-1].last}"
        ends = first if first == last else f"{first}{' ' * max(1, len(found) - len(first) - len(last))}{last}"
        days = f"{here.first}" if here.first == here.last else f"{here.first} – {here.last:%m-%d}"
        return [
            [(strip(found), "accent")],
            [(" " * self._at + "▲", "")],
            [(fit(ends, width), "dim")],
            [(fit(f"▲ {days}: {here.count:,}", width), "")],
        ]

    # --- actions -----------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the strip has an earlier and a later."""
        if action in ("earlier", "later"):
            return self.current is not None and self.current.field == DAYS
        if action in ("narrow", "leave_out"):
            return self.current is not None
        return super().check_action(action, parameters)

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        self.refresh_bindings()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_narrow()

    def action_earlier(self) -> None:
        """Point to the days before."""
        self._point(self._at - 1)

    def action_later(self) -> None:
        """Point to the days after."""
        self._point(self._at + 1)

    def action_narrow(self) -> None:
        """Ask for what is under the cursor, too."""
        self._narrow("")

    def action_leave_out(self) -> None:
        """Leave out what is under the cursor."""
        self._narrow("NOT ")

    def action_widen(self) -> None:
        """Take the last narrowing back."""
        self.post_message(self.Widened())

    def _point(self, at: int) -> None:
        found = self._bins(self._width - 2)
        self._at = max(0, min(at, len(found) - 1))
        # Counts that come late must not move the pointer off the day that the user chose.
        self._pointed = found[self._at].first if found else None
        self.redraw()

    def _narrow(self, sign: str) -> None:
        row = self.current
        if row is None:
            return
        clause = days_clause(self._bins(self._width - 2)[self._at]) if row.field == DAYS else value_clause(row.field, row.value)
        if clause:
            self.post_message(self.Narrowed(sign + clause))
        else:
            self.tell("A value with quotation marks in it cannot be asked for.")
