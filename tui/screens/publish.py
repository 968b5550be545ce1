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

from ...core.stories import set_details
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
    "site": "a page for a static site generator",
    "json": "everything, to be read back without loss",
    "timelinejs": "a timeline for the TimelineJS player",
    "csv": "a table, one row a block",
    "atom": "the story as a feed",
    "pdf": "pages to print or send",
    "epub": "a book for readers",
    "wacz": "a web archive of what is quoted, to be replayed",
    "warc": "a web archive of what is quoted",
    "digest": "a short text for chat and mail",
    "slack": "a message for Slack",
    "mail": "a mail with its pictures inside",
}


class FormatList(RowList[str]):
    """The formats; marked ones are written. ``escape`` closes the dialog and leaves them marked."""

    draws_marks = False
    without: ClassVar[frozenset[str]] = frozenset({"range", "unmark"})

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

    def __init__(
        self, story: str, formats: Sequence[str], standard: Path, *, marked: Sequence[str] = (), folder: str = ""
    ) -> None:
        """``marked`` are the formats that the story asked for last, ``folder`` is where it was written last."""
        super().__init__()
        self._story, self._formats, self._standard = story, formats, standard
        self._marked = [name for name in marked if name in formats] or ["html" if "html" in formats else formats[0]]
        self._folder = folder

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield title(f"Publish “{self._story}” as")
            yield FormatList(id="formats")
            yield title("into the folder")
            yield Input(self._folder, placeholder=str(self._standard), id="folder", select_on_focus=False)
            yield hint("space mark a format   enter publish   tab folder   esc cancel")

    def on_mount(self) -> None:
        """Begin with what the story asks for."""
        formats = self.query_one(FormatList)
        formats.styles.height = min(len(self._formats), 12)
        formats.marks = dict.fromkeys(self._marked)
        formats.show(self._formats, key=self._marked[0])
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


def publish_story(owner: Background, name: str, title: str) -> None:
    """Ask how, remember it with the story, write it, and say where it is. ``name`` is the story's slug or id."""
    stories, last = owner.session.desk.stories, owner.session.folders

    def opened(revision: Revision) -> None:
        story = revision.story
        folder = last.get(story.id)
        dialog = Publish(
            story.title,
            stories.exporters,
            stories.published / story.slug,
            marked=story.formats,
            folder=str(folder) if folder else "",
        )
        owner.app.push_screen(dialog, lambda answer: asked(answer, story.id))

    def asked(answer: tuple[tuple[str, ...], Path | None] | None, story: str) -> None:
        if answer is not None:
            formats, to = answer
            last[story] = to
            _write(owner, story, title, formats, to)

    owner.ask(lambda: stories.open(name), opened, lane="story")


def publish_again(owner: Background, name: str, title: str) -> None:
    """Write the story in the formats that it asked for last, to where it was written last."""
    stories = owner.session.desk.stories

    def opened(revision: Revision) -> None:
        story = revision.story
        formats = tuple(name for name in story.formats if name in stories.exporters)
        if formats:
            _write(owner, story.id, title, formats, owner.session.folders.get(story.id), brief=True)
        else:
            owner.warn(f"None of the story's formats is installed: {', '.join(story.formats)}.")

    owner.ask(lambda: stories.open(name), opened, lane="story")


def _write(
    owner: Background, story: str, title: str, formats: tuple[str, ...], to: Path | None, *, brief: bool = False
) -> None:
    stories = owner.session.desk.stories

    def work() -> tuple[Sequence[Receipt], Revision]:
        # The formats are part of the story: kept first, or the page would be out of date from the beginning.
        stories.edit(story, lambda now: set_details(now, formats=formats), f"publishes as {', '.join(formats)}")
        return stories.publish(story, formats=formats, to=to), stories.open(story)

    def published(done: tuple[Sequence[Receipt], Revision]) -> None:
        receipts, revision = done
        lines: list[str] = []
        for receipt in receipts:
            lines += [receipt.path, *(f"note: {warning}" for warning in receipt.warnings)]
        current: Revision | None = getattr(owner.app, "revision", None)
        if current is not None and current.story.id == story:
            owner.post_message(StoryStands(revision))
        if brief:
            owner.tell(f"“{title}” is published: {lines[0]}")
        else:
            owner.app.push_screen(Notice(f"“{title}” is published", lines))

    owner.tell("Publishing …")
    owner.ask(work, published, lane="story")
