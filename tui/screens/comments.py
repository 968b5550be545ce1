"""What people said about a story and its blocks: read, written, answered and settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from ...core.sharing import Comment
from ...core.storycomments import StoryComments
from ...core.storydiff import describe
from ...core.values import Story
from ..background import Background
from ..formatting import age, fit, safe
from ..keymap import bindings
from ..session import Session
from ..widgets.block_list import wrapped
from ..widgets.row_list import Line, RowList
from .confirm import Confirm
from .dialog import hint, title
from .write import Write

MOST_LINES = 12
"""Lines of one comment that are shown; ``hubbub story comments`` prints all of it."""


class CommentList(RowList[Comment]):
    """Comments with their answers under them."""

    draws_marks = False

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(id="comments")
        self._now = now
        self.places: Mapping[str, str] = {}
        """What each block is, by id."""

    def key_of(self, row: Comment) -> str:
        """Its number."""
        return str(row.id)

    def lines_of(self, row: Comment, width: int) -> list[Line]:
        """Who, when and about what, and the words under it."""
        indent = "    " if row.answers else ""
        where = "" if row.answers else f" · {self.places.get(row.block, 'a block')}" if row.block else " · the story"
        state = f" · settled by {row.resolved_by or 'somebody'}" if row.resolved else ""
        who = safe(row.by or "somebody")
        about = f" · {safe(f'{age(row.at, self._now())}{state}{where}')}"
        room = max(10, width - len(indent))
        lines = wrapped(row.text, room, MOST_LINES)
        said: list[Line] = [[(indent, ""), (line, "dim" if row.resolved else "")] for line in lines]
        return [[(indent, ""), (who, "strong"), (fit(about, max(0, room - cell_len(who))), "dim")], *said]


class CommentsScreen(Background, ModalScreen[str | None]):
    """Answers with the id of the block to go to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("comments"),
        Binding("escape,q", "dismiss(None)", "back", show=False),
    ]

    def __init__(self, session: Session, story: Story, block: str) -> None:
        super().__init__(session)
        self._story, self._block = story, block
        self._comments: Sequence[Comment] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -large"):
            yield title(f"Comments on “{self._story.title}”")
            yield CommentList(self.session.desk.now)
            yield hint(
                f"{self._key('write')} on this block   {self._key('whole')} on the story   {self._key('answer')} answer   "
                f"{self._key('settle')} settled   {self._key('remove')} remove   enter go there   esc close"
            )

    def _key(self, name: str) -> str:
        return self.session.keys.label(f"comments.{name}")

    def on_mount(self) -> None:
        """Read them; the cursor goes to the first about the block at hand."""
        rows = self.query_one(CommentList)
        rows.empty_text = f"Nobody has said anything.\n\n{self._key('write')} says something about the block at hand."
        rows.focus()
        self._read(first=True)

    def _read(self, *, first: bool = False) -> None:
        desk, story = self.session.desk.stories, self._story.id

        def read() -> tuple[Sequence[Comment], Mapping[str, str]]:
            blocks = {block.id: describe(block) for block in desk.open(story).story.blocks}
            gone = {key: f"{what}, removed" for key, what in desk.comments.removed_blocks(story).items()}
            return desk.comments.of(story), blocks | gone

        def show(found: tuple[Sequence[Comment], Mapping[str, str]]) -> None:
            rows = self.query_one(CommentList)
            self._comments, rows.places = found
            here = next((each.id for each in self._comments if each.block == self._block), None) if first else None
            rows.show(threads(self._comments), key=None if here is None else str(here))
            rows.redraw()

        self.ask(read, show, group="comments")

    # --- what can be done ----------------------------------------------------------------------------------------

    def action_write(self) -> None:
        """Say something about the block at hand."""
        self._write("About this block" if self._block else "About the story", block=self._block)

    def action_whole(self) -> None:
        """Say something about the story as a whole."""
        self._write("About the story")

    def action_answer(self) -> None:
        """Answer the comment under the cursor."""
        comment = self.query_one(CommentList).current
        if comment is not None:
            self._write(f"Answer to {comment.by or 'somebody'}", answers=comment.id)

    def action_settle(self) -> None:
        """Call it settled, or open again."""
        comment = self._asked()
        if comment is not None:
            self._do(lambda: self._desk.resolve(self._story.id, comment.id, resolved=comment.resolved is None))

    def action_remove(self) -> None:
        """Take it away, after asking."""
        comment = self.query_one(CommentList).current
        if comment is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._do(lambda: self._desk.remove(self._story.id, comment.id))

        self.app.push_screen(Confirm("Remove this comment with its answers?", comment.text[:200]), answered)

    @on(RowList.Chosen)
    def _choose(self, event: RowList.Chosen) -> None:
        event.stop()
        comment = self.query_one(CommentList).current
        self.dismiss(comment.block or None if comment else None)

    # --- inner workings ------------------------------------------------------------------------------------------

    @property
    def _desk(self) -> StoryComments:
        return self.session.desk.stories.comments

    def _asked(self) -> Comment | None:
        """The comment under the cursor, or the one that it answers."""
        comment = self.query_one(CommentList).current
        return next((each for each in self._comments if comment and each.id == (comment.answers or comment.id)), None)

    def _write(self, question: str, *, block: str = "", answers: int | None = None) -> None:
        def answered(text: str | None) -> None:
            if text:
                self._do(lambda: self._desk.add(self._story.id, text, block=block, answers=answers))

        self.app.push_screen(Write(question, self.session.outside), answered)

    def _do(self, work: Callable[[], Comment]) -> None:
        self.ask(work, lambda _: self._read(), lane="story")


def threads(comments: Sequence[Comment]) -> list[Comment]:
    """What is open first, each comment followed by its answers."""
    asked = sorted((each for each in comments if each.answers is None), key=lambda each: each.resolved is not None)
    return [row for one in asked for row in (one, *(each for each in comments if each.answers == one.id))]
