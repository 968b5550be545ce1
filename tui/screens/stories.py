"""The stories: begin one, open one, publish, delete."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from ...core.values import Revision, StorySummary
from ..keymap import bindings
from ..messages import StoryGone, StoryStands
from ..storypicking import begin_story
from ..widgets.row_list import RowList
from ..widgets.story_list import StoryList, about
from .base import DeskScreen
from .confirm import Confirm
from .preview import PreviewScreen
from .publish import publish_story

EMPTY = """There is no story yet.

Press n to begin one, or mark mentions in the inbox (space) and add them (a)."""


class StoriesScreen(DeskScreen):
    """The shelf."""

    NAME = "stories"
    BINDINGS: ClassVar[list[BindingType]] = bindings("stories")
    AUTO_FOCUS = "#stories"

    def compose_content(self) -> ComposeResult:
        yield StoryList(self.session.desk.now, id="stories")

    def on_mount(self) -> None:
        """Follow the story that is worked on."""
        self.query_one(StoryList).empty_text = EMPTY
        self.watch(self.app, "revision", self._follow)

    def on_screen_resume(self) -> None:
        """Read the list when the screen is shown again."""
        self.action_refresh()

    def _follow(self, revision: Revision | None) -> None:
        self.query_one(StoryList).current_slug = revision.story.slug if revision else ""
        self.action_refresh()

    def action_refresh(self) -> None:
        """Read the list again."""
        self.ask(self.session.desk.stories.list, self.query_one(StoryList).show, group="stories")

    @property
    def current(self) -> StorySummary | None:
        """The story under the cursor."""
        return self.query_one(StoryList).current

    @on(RowList.Chosen)
    def _open(self, event: RowList.Chosen) -> None:
        slug = event.list.current_key
        if slug is not None:
            self.ask(lambda: self.session.desk.stories.open(slug), self._work_on, lane="story")

    def _work_on(self, revision: Revision) -> None:
        self.post_message(StoryStands(revision))
        self.action_builder()

    def action_new(self) -> None:
        """Begin a story."""
        begin_story(self, self._work_on)

    def action_preview(self) -> None:
        """Show it as it will read."""
        if self.current:
            self.app.push_screen(PreviewScreen(self.session, self.current.slug))

    def action_publish(self) -> None:
        """Write it as a page or a file."""
        if self.current:
            publish_story(self, self.current.slug, self.current.title)

    def action_delete(self) -> None:
        """Delete it with all its versions, after asking."""
        story = self.current
        if story is None:
            return
        detail = f"{about(story)} All its versions go with it; pages that were published stay."
        self.app.push_screen(Confirm("Delete this story?", detail), lambda yes: self._delete(story) if yes else None)

    def _delete(self, story: StorySummary) -> None:
        stories = self.session.desk.stories

        def gone(_: None) -> None:
            self.tell(f"“{story.title}” is deleted.")
            self.post_message(StoryGone(story.slug))
            self.action_refresh()

        self.ask(lambda: stories.delete(story.slug), gone, lane="story")
