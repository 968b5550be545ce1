"""Asks for a longer text: Markdown of a story, a note on a mention."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static, TextArea

from ...core.errors import HubbubError
from ..formatting import safe
from ..outside import Outside, edit_outside
from .dialog import Dialog, hint, title


class Write(Dialog[str]):
    """A text of several lines; ``escape`` asks once more where something was written."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+enter,f10", "accept", "keep", show=False, priority=True),
        Binding("f4", "external", "$EDITOR", show=False, priority=True),
        Binding("escape", "leave", "cancel", show=False, priority=True),
    ]

    def __init__(self, question: str, outside: Outside, *, text: str = "", allow_empty: bool = False) -> None:
        super().__init__()
        self._question, self._outside, self._text, self._allow_empty = question, outside, text, allow_empty
        self._warned = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -large"):
            yield title(self._question)
            yield TextArea(self._text, soft_wrap=True, tab_behavior="focus")
            with Horizontal(classes="dialog-buttons"):
                yield Button("Keep", variant="primary", id="keep", compact=True)
                yield Button("Cancel", id="cancel", compact=True)
            yield hint("ctrl+s or tab, enter: keep   f4 $EDITOR   esc cancel")

    def on_mount(self) -> None:
        """Begin behind what is there."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Keep or cancel."""
        event.stop()
        if event.button.id == "keep":
            self.action_accept()
        else:
            self.dismiss(None)

    def action_accept(self) -> None:
        """Answer with the text."""
        text = self.query_one(TextArea).text.strip()
        if text or self._allow_empty:
            self.dismiss(text)
        else:
            self._say("Nothing was written yet; esc cancels.")

    def action_leave(self) -> None:
        """Give no answer; what was written is not lost to one slip of a finger."""
        if self.query_one(TextArea).text.strip() == self._text.strip() or self._warned:
            self.dismiss(None)
            return
        self._warned = True
        self._say("esc again drops what you wrote; ctrl+s keeps it.")

    def action_external(self) -> None:
        """Go on in the user's own editor."""
        area = self.query_one(TextArea)
        try:
            area.text = edit_outside(self.app, self._outside, area.text)
        except HubbubError as error:
            self._say(safe(str(error)))

    def _say(self, words: str) -> None:
        line = self.query_one(".dialog-hint", Static)
        line.add_class("-urgent")
        line.update(words)
