"""A story as it will read: the Markdown export, rendered."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from ...core.text import clean
from ..background import Background
from ..session import Session
from .dialog import hint


class PreviewScreen(Background, ModalScreen[None]):
    """Reads like the published page. Links are shown, never followed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,p,enter", "dismiss", "back", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("pagedown,space", "scroll(15)", "page down", show=False),
        Binding("pageup", "scroll(-15)", "page up", show=False),
        Binding("g,home", "scroll(-1000000)", "top", show=False),
        Binding("G,end", "scroll(1000000)", "bottom", show=False),
    ]

    def __init__(self, session: Session, slug: str) -> None:
        super().__init__(session)
        self._slug = slug

    def compose(self) -> ComposeResult:
        # The Markdown reader takes longer to load than all the rest of a screen.
        from textual.widgets import Markdown

        with VerticalScroll(id="preview", can_focus=False):
            yield Markdown("Rendering …", open_links=False)
        yield hint("j/k scroll   esc back")

    def on_mount(self) -> None:
        """Render it beside the screen."""
        stories = self.session.desk.stories
        self.ask(lambda: clean(stories.preview(self._slug)), self._show)

    async def _show(self, markdown: str) -> None:
        from textual.widgets import Markdown

        await self.query_one(Markdown).update(markdown)

    def action_scroll(self, lines: int) -> None:
        """Scroll the page."""
        self.query_one("#preview").scroll_relative(y=lines, animate=False)
