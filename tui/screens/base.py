"""What all screens of the desk have in common: the top line, the key bar, the numbers, going back."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.reactive import Reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from ..background import Background
from ..keymap import bindings
from ..messages import CollectWanted
from ..session import Session
from ..widgets.key_bar import KeyBar
from ..widgets.status_line import StatusLine

WIDTHS = [(0, "-narrow"), (100, "-wide"), (120, "-broad")]
HEIGHTS = [(0, "-low"), (30, "-tall")]
FRAME = 1 / 120
"""Seconds of a frame; what is to be drawn waits for the next one or the one after, but for the first after a rest. In frames of
1/60, as Textual has them, the rows of a search waited longer than they took. Where nothing changes, no frame is drawn."""


class DeskScreen(Background, Screen[None]):
    """A screen with the top line and the key bar around its own content."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("screen")
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    NAME: ClassVar[str] = ""
    """The action that leads here."""
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As in every screen, but the whole of it need not be drawn anew: those that get and lose the focus are."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)

    @cached_property
    def _update_timer(self) -> Timer:  # pyright: ignore[reportIncompatibleMethodOverride]
        """What draws, as in every screen, but with shorter frames."""
        return self.set_interval(FRAME, self._on_timer_update, name="screen_update", pause=True)

    def compose(self) -> ComposeResult:
        yield StatusLine(self.session.desk.name, self.NAME)
        with Container(id="content"):
            yield from self.compose_content()
        yield KeyBar(self.session.keys)

    def compose_content(self) -> ComposeResult:
        """What lies between the two lines."""
        raise NotImplementedError

    def _switch(self, mode: str) -> None:
        self.app.switch_mode(mode)

    def action_inbox(self) -> None:
        """Go to the inbox."""
        self._switch("inbox")

    def action_builder(self) -> None:
        """Go to the story builder."""
        self._switch("builder")

    def action_stories(self) -> None:
        """Go to the stories."""
        self._switch("stories")

    def action_sources(self) -> None:
        """Go to the sources."""
        self._switch("sources")

    def action_overview(self) -> None:
        """Go to the overview."""
        self._switch("overview")

    def action_authors(self) -> None:
        """Go to the authors."""
        self._switch("authors")

    def search(self, query: str) -> None:
        """Show what a query finds, on a screen that can."""

    def action_back(self) -> None:
        """Go back to the inbox."""
        self._switch("inbox")

    def action_leave(self) -> None:
        """Go back to the inbox, too."""
        self.action_back()

    def action_collect(self) -> None:
        """Collect from all sources."""
        self.post_message(CollectWanted())
