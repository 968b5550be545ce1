"""The story side of the builder: its blocks, where they fall in time, and what can be done with them.

Every edit is saved as a step of the story before it is shown; edits are queued, so that keys may be pressed faster than the
archive writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from ...core.errors import NotFound
from ...core.sharing import same_person
from ...core.stories import word_count
from ...core.values import Block, LinkCheck, Record, Revision, Story
from ..background import Trouble
from ..formatting import STORY_ORDERS, fit, plural, safe
from ..keymap import bindings
from ..messages import StoryGone, StoryStands
from ..session import Session
from ..storyactions import StoryActions
from .block_editor import BlockEditor
from .block_list import BlockList
from .find_bar import FindBar
from .row_list import RowList
from .story_strip import StoryStrip

WITHOUT_A_STORY = {"choose_story", "text_below", "text_above", "heading", "insert", "search"}
"""Actions that are possible, or lead to choosing a story, where there is none."""
ABOUT_A_BLOCK = {
    *("remove", "move_down", "move_up", "to_top", "to_bottom", "move_to", "pin", "external", "quote", "about", "open", "copy"),
    *("check_link", "check_links", "compare", "provenance", "redact", "find", "find_next", "find_previous"),
}
"""Actions that need a block."""
LEAST_TITLE = 12
"""Cells of the title that are always shown."""
STILL = 0.4
"""Seconds without a step until is looked how what is quoted is now."""
LOOK = 4.0
"""Seconds after which is looked whether another program has changed the story."""
NO_STORY = "No story is being worked on.\n\nPress A to begin or choose one."
NO_BLOCKS = """This story is empty.

Go to the candidates (tab), mark mentions (space),
and add them (a). Or write: i text, H heading;
b inserts pictures, links and dividers."""


class StoryPane(StoryActions, Vertical):
    """A story at work."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("story")

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        super().__init__(session, id=id)
        self._saving = 0
        self._stale: bool | None = None
        self._comparing: Timer | None = None
        self._known: Revision | None = None
        self._carrying = False
        self._counted: tuple[Story | None, int] = (None, 0)
        self.drafts = {}

    def compose(self) -> ComposeResult:
        yield Static("", id="story-head", markup=False)
        yield StoryStrip(self.session, id="story-time")
        yield BlockList(id="blocks")
        yield BlockEditor(self.session)
        yield FindBar(id="find-bar")

    @property
    def list(self) -> BlockList:
        """The blocks."""
        return self.query_one(BlockList)

    def on_mount(self) -> None:
        """Follow the story that is worked on, and what other programs do to it."""
        self.watch(self.app, "revision", self.show_revision)
        self.set_interval(LOOK, self._look)

    def on_resize(self) -> None:
        """Fit the lines above the blocks, and what lies over one."""
        self.show_head()
        self.call_after_refresh(self.place_editor)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Most is about a story, and much about a block of it; while words are written, keys are letters."""
        if self.writing is not None:
            return False
        if self.revision is None:
            return action in WITHOUT_A_STORY
        return action not in ABOUT_A_BLOCK or bool(self.revision.story.blocks)

    # --- showing ---------------------------------------------------------------------------------------------

    def show_revision(self, revision: Revision | None) -> None:
        """Show the story as it stands; the cursor goes to a block that was just made."""
        old, self.revision = self.revision, revision
        other = revision is None or old is None or revision.story.id != old.story.id
        before = {block.id for block in old.story.blocks} if old and not other else set()
        blocks = revision.story.blocks if revision else ()
        if other or not self._saving:
            self._known = revision
        if other:
            self._take_up()
        known = {block.id for block in blocks}
        self.list.marks = {key: None for key in self.list.marks if key in known}
        if self.list.carried and not known.issuperset(self.list.carried):
            self.list.put_down()
        made = [block.id for block in blocks if block.id not in before] if before and not other else []
        self.list.empty_text = NO_BLOCKS if revision else NO_STORY
        self.show_rows(made[0] if len(made) == 1 and self.writing is None else None)
        self.show_head()
        self.refresh_bindings()
        if self._comparing is not None:
            self._comparing.stop()
            self._comparing = None
        if other:
            self._look_up()
        else:
            self._comparing = self.set_timer(STILL, self._look_up)

    def _look_up(self) -> None:
        """Look how the quotes are now: hundreds of records, that no step waits for."""
        if self.revision is not None:
            story = self.revision.story
            refs, id = [block.ref for block in story.blocks if block.ref], story.id
            self.ask(lambda: self._read(id, refs), lambda found: self._compare(*found), group="compare")

    def show_rows(self, key: str | None = None) -> None:
        """Show the blocks, and a place for one that is being written."""
        self.list.show(self.rows(), key=key)
        self.call_after_refresh(self.place_editor)

    def _take_up(self) -> None:
        """Begin with another story."""
        self.list.cursor, self.list.marks, self.drafts = 0, {}, {}
        self.list.changed, self.list.checks = {}, {}
        self._stale = None
        self.forget_people()
        self.query_one(FindBar).close()
        if story := self.story_id:
            self.ask(lambda: self.session.drafts.of(story), self.take_up_drafts, group="drafts")

    def _read(self, story: str, refs: Sequence[str]) -> tuple[Sequence[Record], Mapping[str, LinkCheck], bool | None]:
        archive = self.session.desk.archive
        return archive.records(refs), archive.link_checks(refs), self.desk.stale(story)

    def _compare(self, records: Sequence[Record], checks: Mapping[str, LinkCheck], stale: bool | None) -> None:
        """Say which quoted mentions have changed, or gone, since they were quoted, and whether what is published is old."""
        self._stale = stale
        self.show_head()
        now = {record.ref: record for record in records}
        words: dict[str, str] = {}
        for block in self.list.rows:
            record = now.get(block.ref)
            if record is not None and block.copy is not None:
                if record.deleted:
                    words[block.ref] = "deleted at its source"
                elif record.version > block.copy.version:
                    words[block.ref] = "changed since quoted"
        if (words, checks) != (self.list.changed, self.list.checks):
            self.list.changed, self.list.checks = words, checks
            self.list.repaint()

    def show_checks(self, checks: Mapping[str, LinkCheck]) -> None:
        """Show what was found when quotes were last looked up."""
        self.list.checks = checks
        self.list.repaint()

    def show_head(self) -> None:
        head = self.query_one("#story-head", Static)
        if self.revision is None:
            head.update("", layout=False)
            return
        story = self.revision.story
        words = self._facts(story)
        name = fit(safe(story.title), max(LEAST_TITLE, self.size.width - cell_len(words) - 4)).rstrip()
        # Its room is always the same: laying the screen out anew for each step would be most of what a step costs.
        head.update(Content.assemble((name, "bold"), (f"  {words}", "$foreground 60%")), layout=False)

    def _facts(self, story: Story) -> str:
        """What is said beside the title; what matters least is left out where there is little room."""
        if self.list.carried:
            return f"move {plural(len(self.list.carried), 'block')}: ↑ ↓ or a number, enter drops behind it, esc"
        quotes = plural(sum(1 for block in story.blocks if block.copy), "quote")
        people = " · ".join(self.people_words())
        state = " · ".join(filter(None, (people, story.state.value + (", page out of date" if self._stale else ""))))
        counts, done = plural(len(story.blocks), "block"), self.checking or ("saving …" if self._saving else "saved")
        if self._counted[0] is not story:
            self._counted = (story, word_count(story))
        order, words = STORY_ORDERS[story.order], plural(self._counted[1], "word")
        all_of_it = (state, f"{counts} ({quotes})", order, words, done)
        title = min(cell_len(safe(story.title)), max(LEAST_TITLE, self.size.width // 3))
        room = self.size.width - title - 4
        choice = (all_of_it, (state, counts, order, done), (state, counts, done), (state, done), (people or done,))
        return next((facts for facts in map(" · ".join, choice) if cell_len(facts) <= room), people or done)

    # --- what the actions ask for ------------------------------------------------------------------------------

    def chosen_ids(self) -> list[str]:
        """What an action is about."""
        return self.list.chosen_keys

    def current_block(self) -> Block | None:
        """The block under the cursor."""
        return self.list.current if self.revision else None

    def edit(self, note: str, change: Callable[[Story], Story], *, seen: Revision | None = None) -> None:
        """Save a step; what others changed since ``seen`` is merged with it."""
        revision = self.revision
        if revision is not None:
            slug = revision.story.slug
            self.step(lambda: self.session.desk.stories.edit(slug, change, note, seen=seen))

    def step(self, work: Callable[[], Revision | None], nothing: str = "", then: Callable[[], object] | None = None) -> None:
        """Do something that gives the story's next standing revision; ``nothing`` is said where there is none."""
        self._saving += 1
        self.show_head()

        def done(revision: Revision | None) -> None:
            self._saving -= 1
            if revision is None:
                self.tell(nothing)
            else:
                if self._foreign(revision):
                    self.warn("Another program has changed this story, too; both changes are kept, and the newest is shown.")
                self._known = revision
                self.post_message(StoryStands(revision))
                if then is not None:
                    then()
            self.show_head()

        def failed(error: Trouble) -> None:
            self._saving -= 1
            self.show_head()
            self.show_trouble(error)
            self._look()

        self.ask(work, done, lane="story", failed=failed)

    # --- other programs --------------------------------------------------------------------------------------

    def _foreign(self, new: Revision) -> bool:
        """Whether somebody else saved a step between the last that is known and this: it is neither made from that (a step, or
        redoing one), nor what that was made from (undoing it)."""
        old = self._known
        if old is None or old.story.id != new.story.id:
            return False
        return new.parent != old.number and new.number not in (old.number, old.parent)

    def _look(self) -> None:
        """Look whether another program has changed the story, and show it as it is now."""
        if self.revision is None or self._saving or not self.screen.is_current:
            return
        story, standing = self.revision.story, self.revision.number
        self.look_at_people()

        def read() -> Revision | None:
            summary = next((summary for summary in self.desk.list() if summary.id == story.id), None)
            if summary is None:
                raise NotFound("story", story.slug)
            return self.desk.open(story.id) if summary.revision != standing else None

        def looked(new: Revision | None) -> None:
            if new is not None and not self._saving and self.revision and self.revision.number == standing:
                self.tell(f"{self._who(new)} has changed this story: {new.note}. The newest is shown.")
                self.post_message(StoryStands(new))

        def failed(error: Trouble) -> None:
            if isinstance(error, NotFound):
                self.warn(f"The story “{story.title}” was deleted by another program.")
                self.post_message(StoryGone(story.slug))
            else:
                self.show_trouble(error)

        self.ask(read, looked, group="look", failed=failed)

    def _who(self, step: Revision) -> str:
        """Who made a step that was not made here."""
        return step.by if step.by and not same_person(step.by, self.desk.people.me) else "Another program"

    # --- lists and bars --------------------------------------------------------------------------------------

    @on(RowList.Chosen)
    def _edit(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_edit()

    @on(RowList.Dropped)
    def _dropped(self, event: RowList.Dropped) -> None:
        event.stop()
        self.drop(event.keys, event.gap)

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        if self.list.carried or self._carrying:
            self._carrying = bool(self.list.carried)
            self.show_head()

    def top_of_blocks(self) -> int:
        """The line of the pane in which the list begins."""
        return self.list.region.y - self.region.y

    def carry(self, ids: Sequence[str]) -> None:
        """Let the cursor choose where blocks go."""
        self.list.carry(ids)
