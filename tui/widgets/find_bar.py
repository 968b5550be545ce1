"""The line in which words are sought in a story."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from .query_bar import QueryInput


class FindBar(Horizontal):
    """Hidden until it is asked for; ``escape`` hides it again."""

    class Sought(Message):
        """Other words are sought; empty for none."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def compose(self) -> ComposeResult:
        yield Static("find", id="find-sign", markup=False)
        yield QueryInput(id="find", compact=True, placeholder="words in the story", select_on_focus=True)
        yield Static("", id="find-info", markup=False)

    def on_mount(self) -> None:
        """Wait."""
        self.display = False

    @property
    def text(self) -> str:
        """What is sought."""
        return self.query_one(QueryInput).value

    def open(self) -> None:
        """Let the user write."""
        self.display = True
        self.query_one(QueryInput).focus()

    def close(self) -> None:
        """Seek nothing any more."""
        self.query_one(QueryInput).value = ""
        self.display = False

    def say(self, info: str) -> None:
        """Say how many there are."""
        self.query_one("#find-info", Static).update(Content(info))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Sought(event.value))
