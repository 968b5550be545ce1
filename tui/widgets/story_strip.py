"""The strip of days above a story: how busy the archive was around it, and where its mentions fall, so that gaps and peaks are
seen. It can be pointed into; the days that are chosen narrow the candidates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from ...core.values import Revision
from ..background import Background
from ..formatting import fit
from ..keymap import bindings
from ..narrowing import days_clause, value_clause
from ..session import Session
from ..timeline import Days, Strip, day_names, strip_of

PAUSE = 0.3
"""Seconds without a step until it is counted how busy it was."""
LOOKED_AT = 50
"""Quoted mentions that are asked for their topics."""
TOPICS = 3
"""Topics that stand for a story without a query: those that most of its mentions belong to."""
WORDS = 30
"""Cells that the words behind the strip may take."""
Asked = tuple[str, Days, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Busy:
    """How busy the archive was."""

    query: str
    """What was counted; empty for everything."""
    days: Mapping[date, int]


class StoryStrip(Background, Widget, can_focus=True):
    """Two lines of days."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = bindings("strip")
    proposed: reactive[int | None] = reactive(None)
    """How many mentions the story's query proposes."""

    class DaysChosen(Message):
        """Candidates of these days are wanted."""

        def __init__(self, query: str, clause: str) -> None:
            super().__init__()
            self.query, self.clause = query, clause

    class Left(Message):
        """The user is done with the strip."""

    def __init__(self, session: Session, *, id: str) -> None:
        super().__init__(session, id=id)
        self._times: tuple[datetime, ...] = ()
        self._span: Days | None = None
        self._busy = Busy("", {})
        self._is_counted = False
        self._asked: tuple[str, str, Days, int | None] | None = None
        self._total: int | None = None
        self._revision: Revision | None = None
        self._pointed: date | None = None
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Follow the story, and what is collected."""
        self.watch(self.app, "revision", self._follow)
        self.watch(self.app, "status", self._recount)

    # --- counting ----------------------------------------------------------------------------------------------

    def _follow(self, revision: Revision | None) -> None:
        if (revision and revision.story.id) != (self._revision and self._revision.story.id):
            self._busy, self._pointed, self._asked, self._is_counted = Busy("", {}), None, None, False
        self._revision = revision
        times = tuple(sorted(block.copy.when for block in revision.story.blocks if block.copy)) if revision else ()
        if times != self._times or not times:
            self._times, self._span = times, Days.around(times)
            self.refresh()
        self._count_soon()

    def _recount(self) -> None:
        total = getattr(getattr(self.app, "status", None), "total", None)
        if total != self._total:
            self._total = total
            self._count_soon()

    def _count_soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._count)

    def _count(self) -> None:
        revision, span = self._revision, self._span
        if revision is None or span is None:
            return
        asked = (revision.story.id, revision.story.query, span, self._total)
        if asked == self._asked:
            return
        self._asked = asked
        query, desk = revision.story.query, self.session.desk
        refs = [block.ref for block in revision.story.blocks if block.ref][:LOOKED_AT]

        def work() -> Busy:
            text = query or self._topics(refs)
            counted = desk.facets(f"({text}) {span.clause}" if text else span.clause, fields=())
            return Busy(text, dict(counted.days))

        # Without an answer the strip still shows where the mentions fall.
        self.ask(work, self._counted, group="busy", lane="facets", failed=lambda _: self._counted(Busy("", {}), known=False))

    def _topics(self, refs: list[str]) -> str:
        counts = Counter(topic for record in self.session.desk.archive.records(refs) for topic in record.topics)
        clauses = [value_clause("topic", topic) for topic, _ in counts.most_common(TOPICS)]
        return " OR ".join(clause for clause in clauses if clause)

    def _counted(self, busy: Busy, *, known: bool = True) -> None:
        self._busy, self._is_counted = busy, known
        self.refresh()

    # --- drawing -----------------------------------------------------------------------------------------------

    def _ends(self) -> tuple[str, str]:
        return day_names(self._span) if self._span else ("", "")

    def strip(self) -> Strip | None:
        """The strip in the room that there is; ``None`` where no mention is placed in time."""
        if self._span is None:
            return None
        first, last = self._ends()
        room = self.content_size.width - len(first) - len(last) - 6
        return strip_of(self._span, self._busy.days, self._times, max(8, min(120, room - min(WORDS, room // 2))))

    def watch_proposed(self) -> None:
        """Say so."""
        self.refresh()

    def render(self) -> Content:
        """The bars with their days, the marks below, and words behind both."""
        strip = self.strip()
        if strip is None:
            words = "no mention placed in time yet" if self._revision else ""
            return Content(fit(words, self.content_size.width))
        first, last = self._ends()
        at = self._place(strip)
        pointing = self.has_focus and strip.stretches
        above: list[tuple[str, str]] = [(f"{first} ", "$foreground 60%")]
        below: list[tuple[str, str]] = [(" " * (len(first) + 1), "")]
        for index in range(len(strip.stretches)):
            here = slice(index * strip.cells, (index + 1) * strip.cells)
            style = " reverse" if pointing and index == at else ""
            above.append((strip.bars[here], f"$accent{style}"))
            below.append((strip.marks[here], f"$foreground{style}"))
        above.append((f" {last} UTC", "$foreground 60%"))
        below.append((" " * (len(last) + 5), ""))
        used = len(first) + len(last) + 6 + len(strip.marks) + 2
        room = max(0, self.content_size.width - used)
        one, two = self._words(strip, at) if pointing else self._about(strip, room)
        return Content.assemble(*above, (f"  {fit(one, room)}\n", ""), *below, (f"  {fit(two, room)}", ""))

    def _words(self, strip: Strip, at: int) -> tuple[str, str]:
        here = strip.stretches[at]
        days = f"{here.first:%a %m-%d}" if here.first == here.last else f"{here.first:%m-%d} – {here.last:%m-%d}"
        return f"▲ {days}", f"{here.count:,} archived, {strip.told[at]:,} told"

    def _about(self, strip: Strip, room: int) -> tuple[str, str]:
        total = sum(stretch.count for stretch in strip.stretches)
        told = f"{len(self._times):,} in the story"
        new = f" · +{self.proposed:,} new" if self.proposed else ""
        return f"{total:,} archived" if self._is_counted else "", told + (new if len(told) + len(new) <= room else "")

    def _place(self, strip: Strip) -> int:
        found = strip.holding(self._pointed) if self._pointed else None
        return found if found is not None else max(range(len(strip.told)), key=lambda n: strip.told[n])

    # --- pointing ----------------------------------------------------------------------------------------------

    def on_focus(self) -> None:
        """Show the pointer."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide it."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Point to what is clicked; a double click lists it."""
        strip = self.strip()
        if strip is None:
            return
        cell = event.x - self.gutter.left - len(self._ends()[0]) - 1
        if 0 <= cell < len(strip.marks):
            self._pointed = strip.stretches[strip.at(cell)].first
            self.refresh()
            if event.chain == 2:
                self.action_choose()

    def action_earlier(self) -> None:
        """Point to the days before."""
        self._point(-1)

    def action_later(self) -> None:
        """Point to the days after."""
        self._point(1)

    def action_peak(self) -> None:
        """Point to the busiest days that the story does not tell of; to the busiest where it tells of all."""
        strip = self.strip()
        if strip is None:
            return
        untold = [n for n in range(len(strip.told)) if not strip.told[n] and strip.stretches[n].count]
        best = max(untold or range(len(strip.told)), key=lambda n: strip.stretches[n].count)
        self._pointed = strip.stretches[best].first
        self.refresh()

    def action_choose(self) -> None:
        """List candidates of these days."""
        strip = self.strip()
        if strip is not None:
            self.post_message(self.DaysChosen(self._busy.query, days_clause(strip.stretches[self._place(strip)])))

    def action_to_blocks(self) -> None:
        """Back to the blocks."""
        self.post_message(self.Left())

    def _point(self, by: int) -> None:
        strip = self.strip()
        if strip is not None:
            at = max(0, min(len(strip.stretches) - 1, self._place(strip) + by))
            self._pointed = strip.stretches[at].first
            self.refresh()
