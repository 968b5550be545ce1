"""Asks to choose one of a few things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from ..formatting import fit, safe
from ..widgets.row_list import Line, RowList
from .dialog import Dialog, hint, title


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the things."""

    id: str
    """The answer."""
    name: str
    remark: str = ""


class ChoiceList(RowList[Choice]):
    """The things to choose from."""

    without: ClassVar[frozenset[str]] = frozenset({"mark", "range", "unmark"})

    def key_of(self, row: Choice) -> str:
        """Its id."""
        return row.id

    def lines_of(self, row: Choice, width: int) -> list[Line]:
        """Name and remark."""
        remark = safe(row.remark)
        room = max(10, width - len(remark) - 2)
        return [[(fit(safe(row.name), room) + " ", ""), (remark, "dim")]]


class Choose(Dialog[str]):
    """One of a few; the answer is its id."""

    def __init__(self, question: str, choices: Sequence[Choice], *, standing: str | None = None) -> None:
        """``standing`` is the id that the cursor begins on."""
        super().__init__()
        self._question, self._choices, self._standing = question, choices, standing

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield title(self._question)
            yield ChoiceList(id="choices")
            yield hint("j/k move   enter choose   esc cancel")

    def on_mount(self) -> None:
        """Show the choices."""
        choices = self.query_one("#choices", ChoiceList)
        choices.styles.height = min(len(self._choices), 14)
        choices.show(self._choices, key=self._standing)
        choices.focus()

    @on(RowList.Chosen)
    def choose(self, event: RowList.Chosen) -> None:
        """Answer with the row."""
        event.stop()
        self.dismiss(event.list.current_key)
