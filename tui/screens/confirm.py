"""Asks yes or no before something that cannot be taken back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from ..formatting import safe
from .dialog import Dialog, hint, title


class Confirm(Dialog[bool]):
    """Yes or no; anything but a clear yes is a no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", show=False),
        Binding("n", "answer(False)", "no", show=False),
    ]

    def __init__(self, question: str, detail: str) -> None:
        super().__init__()
        self._question, self._detail = question, detail

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield title(self._question)
            yield Static(Content(safe(self._detail)), markup=False)
            yield hint("y yes   n no   esc cancel")

    def action_answer(self, answer: bool) -> None:
        """Give the answer."""
        self.dismiss(answer)
