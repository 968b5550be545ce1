"""Writing in place: a small text area that lies over its row in the list of blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import TextArea

from ...core.errors import HubbubError
from ...core.text import clean
from ...core.values import BlockKind
from ..background import Background
from ..keymap import bindings
from ..outside import edit_outside
from ..session import Session

LEAST_TEXT = 3
"""Lines that are given to a text at first; a heading begins with one."""
NEW = "·new"
"""The key of the row in which a block is written that is not there yet; no block of ours is called so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Writing:
    """What is being written, and where."""

    kind: BlockKind
    block: str = ""
    """Id of the block that is edited; empty for a new one."""
    text: str = ""
    """What stands there."""
    after: str | None = None
    before: str | None = None

    @property
    def row(self) -> str:
        """The key of its row."""
        return self.block or NEW


class BlockEditor(Background, TextArea):
    """Keeps the words when it is left, but for ``escape``."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("writing")

    class Kept(Message):
        """These words are to stand in the story."""

        def __init__(self, writing: Writing, text: str) -> None:
            super().__init__()
            self.writing, self.text = writing, text

    class Left(Message):
        """The editor was left without."""

        def __init__(self, writing: Writing, text: str) -> None:
            super().__init__()
            self.writing, self.text = writing, text

    class Grown(Message):
        """The words need another number of lines, or have changed."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "", soft_wrap=True, tab_behavior="focus", compact=True, id="block-editor")
        self.writing: Writing | None = None

    def on_mount(self) -> None:
        """Wait."""
        self.display = False

    def open(self, writing: Writing, text: str) -> None:
        """Begin behind these words. The focus is taken at once: the next letters are meant for them."""
        self.writing = writing
        self.load_text(text)
        self.move_cursor(self.document.end)
        self.display = True
        self.screen.set_focus(self)

    @property
    def lines(self) -> int:
        """Lines that the words take, one to write on included."""
        text = self.writing is None or self.writing.kind is BlockKind.TEXT
        return max(LEAST_TEXT, self.wrapped_document.height + 1) if text else self.wrapped_document.height

    def lie(self, at: Offset, width: int, height: int) -> None:
        """Lie over these cells of the pane."""
        self.styles.offset = (at.x, at.y)
        self.styles.width, self.styles.height = width, height

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Have room made, and the words kept as a draft."""
        event.stop()
        self.post_message(self.Grown())

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter" and self.writing and self.writing.kind is BlockKind.HEADING:
            event.stop()
            event.prevent_default()
            self.action_keep()
        else:
            await super()._on_key(event)

    def on_blur(self) -> None:
        """A click elsewhere keeps the words; a terminal that goes to the background, or a dialog, is no leaving.

        Where hubbub itself is left, the draft stays.
        """
        if self.is_attached and self.app.app_focus and self.screen.is_current and self.screen.focused is not self:
            self.action_keep()

    def action_keep(self) -> None:
        """Keep the words."""
        if writing := self._close():
            self.post_message(self.Kept(writing, self._words()))

    def action_leave(self) -> None:
        """Go back without them."""
        if writing := self._close():
            self.post_message(self.Left(writing, self._words()))

    def action_external(self) -> None:
        """Go on in the user's own editor."""
        try:
            self.text = edit_outside(self.app, self.session.outside, self.text)
        except HubbubError as error:
            self.show_trouble(error)
        self.move_cursor(self.document.end)

    def action_anew(self) -> None:
        """Clear the words."""
        self.text = ""

    def _close(self) -> Writing | None:
        """What was written, once."""
        writing, self.writing = self.writing, None
        return writing

    def _words(self) -> str:
        return clean(self.text).strip()
