"""One mention on the whole screen, with its earlier wordings and its conversation."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ...core.desk import Row
from ...core.text import clean
from ...core.values import Record, Version
from ..background import Background
from ..formatting import fit, handle, headline, moment, plural, safe
from ..session import Session
from ..widgets.reading import Piece, describe
from .dialog import hint

SHOWN = 50
"""Mentions of a conversation that are listed."""


class ReadingScreen(Background, ModalScreen[None]):
    """A mention with everything around it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"reading--dim", "reading--strong", "reading--match", "reading--accent"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "back", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("pagedown,space", "scroll(15)", "page down", show=False),
        Binding("pageup", "scroll(-15)", "page up", show=False),
        Binding("o", "open", "browser", show=False),
        Binding("y", "copy", "copy", show=False),
    ]

    def __init__(self, session: Session, row: Row) -> None:
        super().__init__(session)
        self._row = row

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="reading-screen", can_focus=False):
            yield Static(describe(self._row), id="reading-whole", markup=False)
            yield Static("", id="reading-around", markup=False)
        yield hint("j/k scroll   o open in the browser   y copy the address   esc back")

    def on_mount(self) -> None:
        """Look for what is around it."""
        ref, archive = self._row.record.ref, self.session.desk.archive
        self.ask(lambda: (archive.versions(ref), archive.thread(ref)), lambda found: self._around(*found))

    def _around(self, versions: list[Version], thread: list[Record]) -> None:
        parts: list[Piece] = []
        if len(versions) > 1:
            parts.append((f"{plural(len(versions), 'wording')}\n", ".reading--strong"))
            for version in versions[:-1]:
                words = clean(f"{version.mention.title}\n{version.mention.text}".strip()[:2_000])
                parts += [(f"  {version.number}, seen {moment(version.seen)}\n", ".reading--dim"), words, "\n\n"]
        others = [record for record in thread if record.ref != self._row.record.ref]
        if others:
            parts.append((f"In the same conversation: {plural(len(others), 'mention')}\n", ".reading--strong"))
            for record in others[:SHOWN]:
                words = fit(headline(record.mention), 90).rstrip()
                parts += [(f"  {moment(record.when)}  {handle(record.mention.author)}  ", ".reading--dim"), words, "\n"]
            if len(others) > SHOWN:
                parts.append((f"  … and {len(others) - SHOWN} more\n", ".reading--dim"))
        self.query_one("#reading-around", Static).update(Content.assemble(*parts))

    def action_scroll(self, lines: int) -> None:
        """Scroll the text."""
        self.query_one("#reading-screen").scroll_relative(y=lines, animate=False)

    def action_open(self) -> None:
        """Open it in the browser."""
        url = self._row.record.mention.url
        self.ask(lambda: self.session.outside.browse(url), lambda _: self.tell(f"Opened {safe(url)}"))

    def action_copy(self) -> None:
        """Copy its address."""
        self.app.copy_to_clipboard(self._row.record.mention.url)
        self.tell("Copied the address.")
