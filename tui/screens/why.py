"""Why a mention stands where it does: what its priority is made of, and every judgement with the words that it goes by."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ...core.explaining import Judgement, explain
from ...core.priority import Priority
from ...core.values import BY_YOU, Record
from ..background import Background
from ..formatting import fit, headline, safe, signed
from ..session import Session
from .dialog import Dialog, hint, title

Piece = str | tuple[str, str]
DIM, STRONG = "$foreground 60%", "bold"
BAR = 12


class WhyScreen(Background, Dialog[None]):
    """An explanation to be read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,q", "leave", "close", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("pagedown,space", "scroll(12)", "page down", show=False),
        Binding("pageup", "scroll(-12)", "page up", show=False),
    ]

    def __init__(self, session: Session, record: Record) -> None:
        super().__init__(session)
        self._record = record

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -tall -large"):
            yield title(f"Why: {headline(self._record.mention)[:200]}")
            with VerticalScroll(id="why", can_focus=False):
                yield Static("Working it out …", id="why-priority", markup=False)
                yield Static(judged(self._record), id="why-judged", markup=False)
            yield hint("j/k scroll   enter close")

    def on_mount(self) -> None:
        """Work the priority out as it is now."""
        desk, ref = self.session.desk, self._record.ref
        self.ask(lambda: desk.why_priority(ref), lambda found: self._show(found))

    def _show(self, found: Priority) -> None:
        self.query_one("#why-priority", Static).update(urgency(found))

    def action_scroll(self, lines: int) -> None:
        """Scroll the text."""
        self.query_one("#why").scroll_relative(y=lines, animate=False)


def urgency(found: Priority) -> Content:
    """What a priority is made of, each part with its points and a bar."""
    pieces: list[Piece] = [(f"Priority {found.score} of 100\n", STRONG)]
    most = max((found.points(part) for part in found.parts), default=0.0)
    for part in found.parts:
        points = found.points(part)
        bar = "▇" * round(BAR * points / most) if most else ""
        pieces += [f"  {fit(part.name, 11)}{points:5.1f} ", (fit(bar, BAR + 1), DIM), f"{safe(part.words)}\n"]
    pieces += [f"  then       {step.score:>5} {' ' * (BAR + 1)}{safe(step.words)}\n" for step in found.steps]
    return Content.assemble(*pieces)


def judged(record: Record) -> Content:
    """Every judgement with who made it, and with its evidence."""
    pieces: list[Piece] = []
    for judgement in explain(record):
        pieces += _lines(judgement)
    return Content.assemble(*pieces) if pieces else Content("\nNothing has been judged of it.")


def _lines(judgement: Judgement) -> list[Piece]:
    label = judgement.label
    name = f"{judgement.name} about {judgement.topic}" if judgement.topic else judgement.name
    by = "you" if label.by == BY_YOU else " ".join(filter(None, (label.by, label.version)))
    sure = f" {label.score:.2f}" if label.score is not None else ""
    pieces: list[Piece] = [f"\n{safe(name)}: ", (safe(label.value), STRONG), sure, (f"  said by {safe(by)}\n", DIM)]
    for evidence in judgement.evidence:
        weight = "" if evidence.span.weight is None else f"{signed(evidence.span.weight)}  "
        pieces.append(f"  {weight}“{safe(evidence.words)}”\n")
    if judgement.remark:
        pieces.append((f"  {judgement.remark}\n", DIM))
    return pieces
