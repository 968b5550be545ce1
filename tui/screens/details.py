"""Asks for what is said of a story as a whole."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from ...core.errors import StoryError
from ...core.stories import set_details
from ...core.values import Story
from ..formatting import safe
from .dialog import Dialog, hint, title

FIELDS = (
    ("title", "Title"),
    ("subtitle", "Subtitle"),
    ("byline", "Byline: who tells it"),
    ("description", "Description: one or two sentences for previews"),
    ("lang", "Language of our own words (en, es, ro, el …)"),
)


class Details(Dialog[dict[str, str]]):
    """A form of five lines; what is not possible is said at once, and nothing is lost."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10", "accept", "keep", show=False, priority=True),
        Binding("down", "app.focus_next", "next", show=False),
        Binding("up", "app.focus_previous", "before", show=False),
    ]

    def __init__(self, story: Story) -> None:
        super().__init__()
        self._story = story

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield title("Details of the story")
            for name, label in FIELDS:
                yield Static(Content(label), classes="dialog-label", markup=False)
                yield Input(getattr(self._story, name), id=f"detail-{name}", select_on_focus=False)
            yield hint("tab next   enter keep   esc cancel")

    @on(Input.Submitted)
    def action_accept(self) -> None:
        """Answer with the five lines."""
        answer = {name: self.query_one(f"#detail-{name}", Input).value.strip() for name, _ in FIELDS}
        try:
            set_details(self._story, **answer)
        except StoryError as error:
            line = self.query_one(".dialog-hint", Static)
            line.add_class("-urgent")
            line.update(Content(safe(str(error))))
        else:
            self.dismiss(answer)
