"""The stories: begin one, open one, copy, find, publish, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from ...core.errors import QueryError
from ...core.folding import fold
from ...core.values import Revision, StorySummary
from ..formatting import plural, safe
from ..keymap import bindings
from ..messages import StoryGone, StoryStands
from ..session import Session, Status
from ..storydrafting import draft_story
from ..storypicking import begin_story
from ..widgets.row_list import RowList
from ..widgets.story_list import StoryFacts, StoryList, about, days_told
from .base import DeskScreen
from .confirm import Confirm
from .preview import PreviewScreen
from .prompt import Prompt
from .publish import publish_story

EMPTY = """There is no story yet.

Press n to begin one, B for a first draft from the archive, or mark mentions in the inbox (space) and add them (a)."""
NOT_FOUND = "No story's title has “{letters}” in it.\n\nPress / and enter alone to see all."


class StoriesScreen(DeskScreen):
    """The shelf."""

    NAME = "stories"
    BINDINGS: ClassVar[list[BindingType]] = bindings("stories")
    AUTO_FOCUS = "#stories"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._stories: Sequence[StorySummary] = ()
        self._letters = ""
        self._known: dict[str, StoryFacts] = {}

    def compose_content(self) -> ComposeResult:
        yield Static("", id="stories-head", markup=False)
        yield StoryList(self.session.desk.now, id="stories")

    def on_mount(self) -> None:
        """Follow the story that is worked on, and what is collected."""
        self.list.empty_text = EMPTY
        self.watch(self.app, "revision", self._follow)
        self.watch(self.app, "status", self._follow_status, init=False)

    def on_screen_resume(self) -> None:
        """Read the list when the screen is shown again."""
        self.action_refresh()

    @property
    def list(self) -> StoryList:
        """The stories."""
        return self.query_one(StoryList)

    @property
    def current(self) -> StorySummary | None:
        """The story under the cursor."""
        return self.list.current

    def _follow(self, revision: Revision | None) -> None:
        self.list.current_slug = revision.story.slug if revision else ""
        if self.is_current:
            self.action_refresh()

    def _follow_status(self, old: Status, new: Status) -> None:
        if self.is_current and old.total != new.total:
            self.action_refresh()

    # --- showing -----------------------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Read the list again."""
        self.ask(self.session.desk.stories.list, self._listed, group="stories")

    def _listed(self, stories: Sequence[StorySummary]) -> None:
        self._stories = stories
        self._show()
        self._learn([story.id for story in stories])

    def _show(self) -> None:
        letters = fold(self._letters)
        shown = [story for story in self._stories if letters in fold(story.title)]
        self.list.facts = {story.id: self._known[story.id] for story in self._stories if story.id in self._known}
        self.list.empty_text = NOT_FOUND.format(letters=safe(self._letters)) if self._stories and letters else EMPTY
        self.list.show(shown)
        told = [plural(len(self._stories), "story", "stories")]
        if letters:
            told.append(f"{len(shown)} with “{safe(self._letters)}” in the title")
        proposed = sum(facts.proposed or 0 for facts in self.list.facts.values())
        if proposed:
            told.append(f"+{proposed:,} new proposed")
        self.query_one("#stories-head", Static).update(Content(" · ".join(told)), layout=False)

    def _learn(self, ids: Sequence[str]) -> None:
        """Read one story after the other, and show each as it is known; a newer list takes the place of what is left."""
        if not ids:
            return
        story, *others = ids

        def learnt(facts: StoryFacts) -> None:
            self._known[story] = facts
            self._show()
            self._learn(others)

        self.ask(
            lambda: self._facts(story), learnt, group="facts", lane="facts of stories", failed=lambda _: self._learn(others)
        )

    def _facts(self, id: str) -> StoryFacts:
        """What is known of a story. Blocks."""
        stories = self.session.desk.stories
        story = stories.open(id).story
        found, stale = stories.publication(id), stories.stale(id)
        first, last = days_told([block.copy.when for block in story.blocks if block.copy])
        try:
            proposed = stories.inbox.count(id) if story.query else None
        except QueryError:
            proposed = None
        return StoryFacts(
            first=first,
            last=last,
            published=found.at if found else None,
            formats=found.formats if found else (),
            stale=bool(stale),
            query=story.query,
            proposed=proposed,
        )

    # --- actions -----------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Most is about a story."""
        if action in ("duplicate", "delete", "preview", "publish", "proposals"):
            return self.current is not None
        return super().check_action(action, parameters)

    @on(RowList.Moved)
    def _moved(self) -> None:
        self.refresh_bindings()

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
        begin_story(self, self._work_on, choose=True)

    def action_draft(self) -> None:
        """Begin a story with what carries a period."""
        draft_story(self, self._work_on)

    def action_duplicate(self) -> None:
        """Begin another story with the same blocks."""
        story, stories = self.current, self.session.desk.stories
        if story is None:
            return

        def titled(title: str | None) -> None:
            if title:
                self.ask(lambda: stories.duplicate(story.id, title), self._copied, lane="story")

        self.app.push_screen(Prompt("What is the copy called?", value=f"{story.title} (2)"), titled)

    def _copied(self, revision: Revision) -> None:
        self.tell(f"“{revision.story.title}” has the same blocks; the other story stays as it is.")
        self._work_on(revision)

    def action_find(self) -> None:
        """Show stories by letters of their title."""

        def answered(letters: str | None) -> None:
            if letters is not None:
                self._letters = letters
                self._show()

        question = "Whose title has these letters? Nothing: all stories"
        self.app.push_screen(Prompt(question, value=self._letters, example="battery", allow_empty=True), answered)

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
