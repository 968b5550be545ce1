"""What all dialogs have in common: a box in the middle, a title, a line that says which keys end it, and a typed answer."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ..formatting import safe

A = TypeVar("A")


class Dialog(ModalScreen[A | None], Generic[A]):
    """A question; the answer is ``None`` where it was left with ``escape``."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "cancel", show=False)]

    def action_leave(self) -> None:
        """Give no answer."""
        self.dismiss(None)


def title(text: str) -> Static:
    """The top line of a dialog."""
    return Static(Content(safe(text)), classes="dialog-title", markup=False)


def hint(text: str) -> Static:
    """The bottom line of a dialog: its keys."""
    return Static(Content(text), classes="dialog-hint", markup=False)
