"""The versions of a story: every saved step, what it changed, and the way back to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ...core.stories import diff
from ...core.values import Revision
from ..background import Background
from ..formatting import age, fit, plural, safe
from ..keymap import bindings
from ..session import Session
from ..widgets.row_list import Line, RowList
from .dialog import hint, title

WHO = 10
"""Cells of a person's name in the list; the whole stands beside what the step changed."""


class StepList(RowList[Revision]):
    """The steps, the newest first."""

    def __init__(self, standing: int, now: Callable[[], datetime]) -> None:
        super().__init__(id="steps")
        self._standing, self._now = standing, now
        self.named = False
        """Whether any step says who made it."""

    def key_of(self, row: Revision) -> str:
        """Its number."""
        return str(row.number)

    def height_of(self, index: int) -> int:
        """One line each."""
        return 1

    def lines_of(self, row: Revision, width: int) -> list[Line]:
        """Number, age, what was done, size."""
        here = "stands now" if row.number == self._standing else ""
        size = plural(len(row.story.blocks), "block")
        who = fit(safe(row.by), WHO) + "  " if self.named else ""
        return [
            [
                (f"{row.number:>4}  {age(row.at, self._now()):>5}  ", "dim"),
                (who, "dim"),
                (fit(safe(row.note), max(10, width - 40 - len(who))), ""),
                (f" {size:>11}  {here}", "accent" if here else "dim"),
            ]
        ]


class HistoryScreen(Background, ModalScreen[int | None]):
    """Answers with the number of the version to go back to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("history"),
        Binding("escape,q", "dismiss(None)", "back", show=False),
    ]

    def __init__(self, session: Session, revision: Revision) -> None:
        super().__init__(session)
        self._revision = revision
        self._steps: dict[int, Revision] = {}

    def compose(self) -> ComposeResult:
        with Vertical(id="history"):
            yield title(f"Versions of “{self._revision.story.title}”")
            yield StepList(self._revision.number, self.session.desk.now)
            with VerticalScroll(id="step-detail", can_focus=False):
                yield Static("", id="step-words", markup=False)
            yield hint(f"j/k move   enter or {self.session.keys.label('history.restore')} go back to it   esc leave")

    def on_mount(self) -> None:
        """Read the steps."""
        slug = self._revision.story.slug
        self.ask(lambda: self.session.desk.stories.history(slug), self._show)
        self.query_one(StepList).focus()

    def _show(self, steps: Sequence[Revision]) -> None:
        self._steps = {step.number: step for step in steps}
        self.query_one(StepList).named = any(step.by for step in steps)
        self.query_one(StepList).show(list(reversed(steps)), key=str(self._revision.number))

    @on(RowList.Moved)
    def _explain(self, event: RowList.Moved) -> None:
        event.stop()
        step = self.query_one(StepList).current
        self.query_one("#step-words", Static).update(self._words(step) if step else "")

    def _words(self, step: Revision) -> Content:
        parent = self._steps.get(step.parent) if step.parent is not None else None
        made = diff(parent.story, step.story) if parent else ["the story began"]
        back = diff(self._revision.story, step.story)
        pieces: list[str | tuple[str, str]] = [(f"This step{f', by {safe(step.by)}' if step.by else ''}\n", "bold")]
        pieces += [f"  {safe(line)}\n" for line in made or ["changed nothing that shows"]]
        if step.number != self._revision.number:
            pieces.append(("\nGoing back to it\n", "bold"))
            pieces += [f"  {safe(line)}\n" for line in back or ["changes nothing"]]
        return Content.assemble(*pieces)

    @on(RowList.Chosen)
    def action_restore(self) -> None:
        """Go back to the version under the cursor."""
        step = self.query_one(StepList).current
        if step is not None:
            self.dismiss(None if step.number == self._revision.number else step.number)
