"""Asks for one line of text."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from .dialog import Dialog, hint, title


class Prompt(Dialog[str]):
    """A line of text; what it was before is given and can be changed."""

    def __init__(self, question: str, *, value: str = "", example: str = "", allow_empty: bool = False) -> None:
        super().__init__()
        self._question, self._value, self._example, self._allow_empty = question, value, example, allow_empty

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield title(self._question)
            yield Input(self._value, placeholder=self._example, select_on_focus=False)
            yield hint("enter accept   esc cancel")

    @on(Input.Submitted)
    def accept(self, event: Input.Submitted) -> None:
        """Answer with the line; an empty one is refused unless it means something."""
        event.stop()
        value = event.value.strip()
        if value or self._allow_empty:
            self.dismiss(value)
        else:
            self.query_one(".dialog-hint").add_class("-urgent")
