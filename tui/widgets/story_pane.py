"""The story side of the builder: its blocks, where they fall in time, and what can be done with them.

Every edit is saved as a step of the story before it is shown; edits are queued, so that keys may be pressed faster than the
archive writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from ...core.stories import word_count
from ...core.values import Block, Record, Revision, Story
from ..background import Trouble
from ..formatting import STORY_ORDERS, fit, plural, safe
from ..keymap import bindings
from ..messages import StoryStands
from ..session import Session
from ..storyactions import StoryActions
from ..timeline import timeline
from .block_list import BlockList
from .row_list import RowList

WITHOUT_A_STORY = {"choose_story", "text_below", "text_above", "heading", "search"}
"""Actions that are possible, or lead to choosing a story, where there is none."""
ABOUT_A_BLOCK = {"remove", "move_down", "move_up", "to_top", "to_bottom", "move_to", "pin", "external", "open", "copy"}
"""Actions that need a block."""
NO_STORY = "No story is being worked on.\n\nPress A to begin or choose one."
NO_BLOCKS = """This story is empty.

Go to the candidates (tab), mark what belongs here (space)
and add it (a). Or write: i text, H heading."""


class StoryPane(StoryActions, Vertical):
    """A story at work."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("story")

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        super().__init__(session, id=id)
        self._wanted: str | None = None
        self._saving = 0

    def compose(self) -> ComposeResult:
        yield Static("", id="story-head", markup=False)
        yield Static("", id="story-time", markup=False)
        yield BlockList(id="blocks")

    @property
    def list(self) -> BlockList:
        """The blocks."""
        return self.query_one(BlockList)

    def on_mount(self) -> None:
        """Follow the story that is worked on."""
        self.watch(self.app, "revision", self.show_revision)

    def on_resize(self) -> None:
        """Fit the lines above the blocks."""
        self._head()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Most is about a story, and much about a block of it."""
        if self.revision is None:
            return action in WITHOUT_A_STORY
        return action not in ABOUT_A_BLOCK or bool(self.revision.story.blocks)

    # --- showing ---------------------------------------------------------------------------------------------

    def show_revision(self, revision: Revision | None) -> None:
        """Show the story as it stands; the cursor goes to a block that was just made."""
        other = revision is None or self.revision is None or revision.story.id != self.revision.story.id
        before = {block.id for block in self.revision.story.blocks} if self.revision and not other else set()
        self.revision = revision
        blocks = revision.story.blocks if revision else ()
        if other:
            self.list.cursor = 0
            self.list.marks = {}
        known = {block.id for block in blocks}
        self.list.marks = {key: None for key in self.list.marks if key in known}
        made = [block.id for block in blocks if block.id not in before] if before and not other else []
        self.list.empty_text = NO_BLOCKS if revision else NO_STORY
        self.list.show(blocks, key=made[0] if len(made) == 1 else None)
        self._head()
        self.refresh_bindings()
        refs = [block.ref for block in blocks if block.ref]
        if refs:
            self.ask(lambda: self.session.desk.archive.records(refs), self._compare, group="compare")

    def _compare(self, records: Sequence[Record]) -> None:
        """Say which quoted mentions have changed, or gone, since they were quoted."""
        now = {record.ref: record for record in records}
        words: dict[str, str] = {}
        for block in self.list.rows:
            record = now.get(block.ref)
            if record is not None and block.copy is not None:
                if record.deleted:
                    words[block.ref] = "deleted at its source"
                elif record.version > block.copy.version:
                    words[block.ref] = "changed since quoted"
        if words != self.list.changed:
            self.list.changed = words
            self.list.redraw()

    def _head(self) -> None:
        head, time = self.query_one("#story-head", Static), self.query_one("#story-time", Static)
        if self.revision is None:
            head.update("")
            time.update("")
            return
        story = self.revision.story
        facts = [story.state.value, plural(len(story.blocks), "block"), STORY_ORDERS[story.order]]
        if self.size.width >= 90:
            facts.append(plural(word_count(story), "word"))
        words = " · ".join([*facts, "saving …" if self._saving else "saved"])
        name = fit(safe(story.title), max(8, self.size.width - len(words) - 4)).rstrip()
        head.update(Content.assemble((name, "bold"), (f"  {words}", "$foreground 60%")))
        times = [block.copy.when for block in story.blocks if block.copy]
        time.update(Content(timeline(times, self.size.width)))

    # --- what the actions ask for ------------------------------------------------------------------------------

    def chosen_ids(self) -> list[str]:
        """What an action is about."""
        return self.list.chosen_keys

    def current_block(self) -> Block | None:
        """The block under the cursor."""
        return self.list.current if self.revision else None

    def edit(self, note: str, change: Callable[[Story], Story]) -> None:
        """Save a step."""
        revision = self.revision
        if revision is not None:
            slug = revision.story.slug
            self.step(lambda: self.session.desk.stories.edit(slug, change, note))

    def step(self, work: Callable[[], Revision | None], nothing: str = "") -> None:
        """Do something that gives the story's next standing revision; ``nothing`` is said where there is none."""
        self._saving += 1
        self._head()

        def done(revision: Revision | None) -> None:
            self._saving -= 1
            if revision is not None:
                self.post_message(StoryStands(revision))
            else:
                self.tell(nothing)
            self._head()

        def failed(error: Trouble) -> None:
            self._saving -= 1
            self._head()
            self.show_trouble(error)

        self.ask(work, done, lane="story", failed=failed)

    # --- mouse -----------------------------------------------------------------------------------------------

    @on(RowList.Chosen)
    def _edit(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_edit()

    @on(RowList.Dropped)
    def _dropped(self, event: RowList.Dropped) -> None:
        event.stop()
        self.drop(event.keys, event.gap)
