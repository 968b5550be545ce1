"""Asks for several things at once: lines of text, and choices between a few."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from ...core.errors import HubbubError
from ..formatting import fit, safe
from .choose import Choice
from .dialog import Dialog, hint, title


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One line of a form."""

    name: str
    """The key of the answer."""
    label: str
    value: str = ""
    example: str = ""
    choices: Sequence[Choice] = ()
    """Where it is one of a few: these; the answer is the id."""


class Pick(Widget, can_focus=True):
    """One of a few, turned through with ``←`` and ``→`` or ``space``; a click turns, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l,space", "turn(1)", "next", show=False),
        Binding("left,h", "turn(-1)", "before", show=False),
        Binding("enter", "submit", "keep", show=False),
    ]
    at: reactive[int] = reactive(0)

    class Submitted(Message):
        """The form is done."""

    class Turned(Message):
        """Another choice stands."""

        def __init__(self, pick: Pick) -> None:
            super().__init__()
            self.pick = pick

    def __init__(self, choices: Sequence[Choice], standing: str, *, id: str) -> None:
        super().__init__(id=id)
        self.choices = choices
        self.set_reactive(Pick.at, next((n for n, choice in enumerate(choices) if choice.id == standing), 0))

    @property
    def value(self) -> str:
        """The id of what is chosen."""
        return self.choices[self.at].id

    def render(self) -> Content:
        """What is chosen, and that there is more."""
        choice = self.choices[self.at]
        words = safe(choice.name) + (f" · {safe(choice.remark)}" if choice.remark else "")
        return Content(fit(f"‹ {words} ›", max(1, self.size.width)))

    def action_turn(self, by: int) -> None:
        """The next, or the one before."""
        self.at = (self.at + by) % len(self.choices)
        self.post_message(self.Turned(self))

    def action_submit(self) -> None:
        """Be done."""
        self.post_message(self.Submitted())

    def on_click(self, event: events.Click) -> None:
        """The next."""
        event.stop()
        self.action_turn(1)


class Form(Dialog[dict[str, str]]):
    """What is not possible is said at once, and nothing is lost."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10", "accept", "keep", show=False, priority=True),
        # At once, before the keys behind it are handed out: what is typed ahead belongs into the next field.
        Binding("tab", "app.focus_next", "next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "before", show=False, priority=True),
        Binding("down", "app.focus_next", "next", show=False),
        Binding("up", "app.focus_previous", "before", show=False),
    ]

    def __init__(
        self, heading: str, fields: Sequence[Field], check: Callable[[Mapping[str, str]], object] | None = None
    ) -> None:
        """``check`` raises ``HubbubError`` for answers that cannot be."""
        super().__init__()
        self._heading, self._fields, self._check = heading, fields, check

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -form"):
            yield title(self._heading)
            with VerticalScroll(classes="form", can_focus=False):
                for field in self._fields:
                    with Horizontal(classes="form-line"):
                        yield Static(Content(field.label), classes="form-label", markup=False)
                        if field.choices:
                            yield Pick(field.choices, field.value, id=f"field-{field.name}")
                        else:
                            yield Input(field.value, placeholder=field.example, id=f"field-{field.name}", select_on_focus=False)
            yield hint("tab next   ←→ choose   enter keep   esc cancel")

    @on(Input.Submitted)
    @on(Pick.Submitted)
    def action_accept(self) -> None:
        """Answer with all lines."""
        answer = {field.name: self.value(field.name) for field in self._fields}
        try:
            if self._check:
                self._check(answer)
        except HubbubError as error:
            line = self.query_one(".dialog-hint", Static)
            line.add_class("-urgent")
            line.update(Content(safe(str(error))))
        else:
            self.dismiss(answer)

    def value(self, name: str) -> str:
        """What stands in a line."""
        widget = self.query_one(f"#field-{name}")
        return widget.value.strip() if isinstance(widget, Input) else widget.value if isinstance(widget, Pick) else ""

    def put(self, name: str, value: str) -> None:
        """Write something into a line of text."""
        self.query_one(f"#field-{name}", Input).value = value
