"""The search bar: the query, how much it found, and under it what is wrong with it."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.timer import Timer
from textual.widgets import Input, Static

from ...core.text import clean
from ..keymap import bindings

PAUSE = 0.001
"""Seconds without a key after which a query is looked up, where searches are quick: a paste is one search."""

SPARE = 32
"""Cells that the room for how much was found may be too wide."""


class QueryInput(Input):
    """The line in which a query is written."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("query")
    virtual_size: Reactive[Size] = reactive(Size(0, 0), init=False)
    """As in every scrolling widget, but a letter more or less never lays out the screen anew: the line keeps its place."""

    class Left(Message):
        """The user is done here and wants to be in the list."""

    def action_to_list(self) -> None:
        """Go to what was found."""
        self.post_message(self.Left())

    def action_clear(self) -> None:
        """Clear the query, or leave where it is empty."""
        if self.value:
            self.value = ""
        else:
            self.post_message(self.Left())


class QueryBar(Vertical):
    """The bar and the line of trouble under it."""

    class Asked(Message):
        """The query was changed and stood still for a moment."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self._placeholder = placeholder
        self._timer: Timer | None = None
        self._trouble = ""
        self.pause = PAUSE
        """Seconds without a key after which a query is looked up: where searches are slow, fewer are begun in vain."""

    def compose(self) -> ComposeResult:
        with Horizontal(id="query-line"):
            yield Static("/", id="query-sign", markup=False)
            yield QueryInput(placeholder=self._placeholder, id="query", compact=True, select_on_focus=False)
            yield Static("", id="query-info", markup=False)
        yield Static("", id="query-trouble", markup=False)

    @property
    def text(self) -> str:
        """The query as it stands."""
        return self.query_one(QueryInput).value

    def write(self, text: str) -> None:
        """Put a query into the bar, as if it had been typed."""
        self.query_one(QueryInput).value = text

    def edit(self) -> None:
        """Let the user write."""
        self.query_one(QueryInput).focus()

    def say(self, info: str) -> None:
        """Say at the right how much was found, and how it is ordered."""
        line = self.query_one("#query-info", Static)
        spare = line.content_size.width - cell_len(info)
        # While typing the room stays as it is: another one would lay the whole screen out anew for each letter.
        line.update(Content(info), layout=not 0 <= spare <= SPARE)

    def blame(self, trouble: str) -> None:
        """Say under the bar what is wrong; nothing takes it away."""
        if trouble != self._trouble:
            self._trouble = trouble
            line = self.query_one("#query-trouble", Static)
            line.update(Content(clean(trouble)))
            line.display = bool(trouble)

    @on(Input.Changed)
    def wait(self, event: Input.Changed) -> None:
        """Look it up when the typing pauses."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(self.pause, lambda: self.post_message(self.Asked(event.value)))
