"""Asks in which formats a story is written, writes it, and says where it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from ...core.values import Receipt, Revision
from ..background import Background
from ..formatting import fit, safe
from ..messages import StoryStands
from ..widgets.row_list import Line, RowList
from .dialog import Dialog, hint, title
from .notice import Notice

WORDS = {
    "html": "a page that needs nobody's server",
    "markdown": "a text for notes and wikis",
    "json": "everything, to be read back without loss",
}


class FormatList(RowList[str]):
    """The formats; marked ones are written."""

    draws_marks = False

    def key_of(self, row: str) -> str:
        """Its name."""
        return row

    def lines_of(self, row: str, width: int) -> list[Line]:
        """A box, the name, and what it is good for."""
        box = "[x] " if row in self.marks else "[ ] "
        return [[(box, "accent"), (fit(safe(row), 12), "strong"), (WORDS.get(row, ""), "dim")]]


class Publish(Dialog[tuple[tuple[str, ...], Path | None]]):
    """Formats, and the folder where it is not the workspace's own."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+enter,f10", "accept", "publish", show=False)]

    def __init__(self, story: str, formats: Sequence[str], standard: Path) -> None:
        super().__init__()
        self._story, self._formats, self._standard = story, formats, standard

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield title(f"Publish “{self._story}” as")
            yield FormatList(id="formats")
            yield title("into the folder")
            yield Input(placeholder=str(self._standard), id="folder")
            yield hint("space mark a format   enter publish   tab folder   esc cancel")

    def on_mount(self) -> None:
        """Begin with a page."""
        formats = self.query_one(FormatList)
        formats.styles.height = len(self._formats)
        formats.marks = {"html" if "html" in self._formats else self._formats[0]: None}
        formats.show(self._formats)
        formats.focus()

    @on(RowList.MarksChanged)
    def _draw(self, event: RowList.MarksChanged) -> None:
        event.stop()
        event.list.redraw()

    @on(RowList.Chosen)
    @on(Input.Submitted)
    def action_accept(self) -> None:
        """Answer with what is marked."""
        formats = tuple(name for name in self._formats if name in self.query_one(FormatList).marks)
        folder = self.query_one(Input).value.strip()
        if formats:
            self.dismiss((formats, Path(folder).expanduser() if folder else None))
        else:
            self.query_one(".dialog-hint").add_class("-urgent")


def publish_story(owner: Background, slug: str, name: str) -> None:
    """Ask how, write the story, and say where it is."""
    stories = owner.session.desk.stories

    def asked(answer: tuple[tuple[str, ...], Path | None] | None) -> None:
        if answer is not None:
            formats, to = answer
            owner.tell("Publishing …")
            owner.ask(
                lambda: (stories.publish(slug, formats=formats, to=to), stories.open(slug)),
                lambda done: published(*done),
                lane="story",
            )

    def published(receipts: Sequence[Receipt], revision: Revision) -> None:
        lines: list[str] = []
        for receipt in receipts:
            lines += [receipt.path, *(f"note: {warning}" for warning in receipt.warnings)]
        current = getattr(owner.app, "revision", None)
        if current is not None and current.story.slug == slug:
            owner.post_message(StoryStands(revision))
        owner.app.push_screen(Notice(f"“{name}” is published", lines))

    owner.app.push_screen(Publish(name, stories.exporters, stories.published / slug), asked)
