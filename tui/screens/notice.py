"""Says something that is longer than a passing message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ..formatting import safe
from .dialog import Dialog, hint, title


class Notice(Dialog[None]):
    """Lines to be read."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q,space", "leave", "close", show=False)]

    def __init__(self, heading: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._heading, self._lines = heading, lines

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield title(self._heading)
            with VerticalScroll(classes="notice"):
                yield Static(Content("\n".join(safe(line) for line in self._lines)), markup=False)
            yield hint("enter close")
