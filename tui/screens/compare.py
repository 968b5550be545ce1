"""What a source says now beside what a story quotes, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ...core.text import clean
from ..formatting import handle, safe
from .dialog import Dialog, hint, title

if TYPE_CHECKING:
    from ...core.storycare import Comparison
    from ...core.worddiff import Piece

MARKS = {"same": ("", "", ""), "removed": ("[-", "-]", "$error strike"), "added": ("{+", "+}", "$success bold")}
"""What stands around a piece, for those who see no colour, and its style."""


class Compare(Dialog[bool]):
    """Answers whether the newest wording is to be quoted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,n", "renew", "quote the newest", show=False),
        Binding("enter,q", "leave", "leave it", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("pagedown,space", "scroll(12)", "page down", show=False),
        Binding("pageup", "scroll(-12)", "page up", show=False),
    ]

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self._comparison = comparison

    def compose(self) -> ComposeResult:
        found = self._comparison
        with Vertical(classes="dialog -large"):
            yield title(f"{handle(found.old.author)}: quoted and now")
            with VerticalScroll(id="compare", can_focus=False):
                yield Static(Content.assemble(*_words(found)), markup=False)
            renew = "r quote the newest wording   " if found.changed else ""
            yield hint(f"{renew}j/k scroll   enter leave it as it is")

    def action_renew(self) -> None:
        """Say yes where there is something newer."""
        if self._comparison.changed:
            self.dismiss(True)

    def action_scroll(self, lines: int) -> None:
        """Scroll the text."""
        self.query_one("#compare").scroll_relative(y=lines, animate=False)


def _words(found: Comparison) -> Iterator[tuple[str, str]]:
    versions = f"version {found.old_version} is quoted" + (f", {found.new_version} is the newest" if found.new_version else "")
    yield f"{versions}\n", "$foreground 60%"
    for sentence in found.sentences:
        yield f"{safe(sentence)}\n", ""
    for pieces in (found.title, found.text):
        if pieces:
            yield "\n", ""
            yield from _pieces(pieces)
            yield "\n", ""


def _pieces(pieces: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    for piece in pieces:
        before, after, style = MARKS[piece.kind]
        yield f"{before}{clean(piece.text)}{after}", style
