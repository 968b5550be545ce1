"""The people around a story in the builder: what they say about it, and who is at it alone."""

from __future__ import annotations

from ..core.sharing import Comment, Sharing, governs, same_person, told
from ..core.storycomments import open_by_block
from .screens.confirm import Confirm
from .screens.prompt import Prompt
from .storywork import StoryWork
from .widgets.block_list import BlockList


class StoryPeople(StoryWork):
    """Mixed into the pane of a story."""

    sharing: Sharing = Sharing()
    """Who may do what with it, as far as is known."""

    @property
    def list(self) -> BlockList:
        """The blocks."""
        raise NotImplementedError

    def action_comments(self) -> None:
        """Show what was said about it, and say more."""
        if self.revision is None:
            return
        from .screens.comments import CommentsScreen  # not needed for the first look at the story

        block = self.current_block()

        def closed(block_id: str | None) -> None:
            self.look_at_people()
            if block_id and self.revision and any(block.id == block_id for block in self.revision.story.blocks):
                self.show_rows(block_id)
            elif block_id:
                self.tell("That block was removed.")

        self.app.push_screen(CommentsScreen(self.session, self.revision.story, block.id if block else ""), closed)

    def action_lock(self) -> None:
        """Be at it alone, or let others edit again."""
        if self.revision is None:
            return
        people, story = self.desk.people, self.story_id

        def asked(sharing: Sharing) -> None:
            lock = sharing.lock
            if lock is None:
                question = "What are you doing? Others read it, and do not edit meanwhile"
                self.app.push_screen(Prompt(question, example="moving the second half", allow_empty=True), noted)
            elif same_person(lock.by, people.me):
                self.ask(lambda: people.unlock(story), self._locked, lane="story")
            elif governs(sharing, people.me):
                self.app.push_screen(Confirm("Take the lock over?", f"{told(lock)}. The history will tell it."), forced)
            else:
                self.warn(f"{told(lock)}.")

        def noted(note: str | None) -> None:
            if note is not None:
                self.ask(lambda: people.lock(story, note), self._locked, lane="story")

        def forced(yes: bool | None) -> None:
            if yes:
                self.ask(lambda: people.lock(story, force=True), self._locked, lane="story")

        self.ask(lambda: people.of(story), asked)

    def _locked(self, sharing: Sharing) -> None:
        self.tell(f"{told(sharing.lock)}." if sharing.lock else "Others can edit it again.")
        self.look_at_people()

    # --- what is shown of it -------------------------------------------------------------------------------------

    def look_at_people(self) -> None:
        """Read who is at it, and what is said; both may be other people's doing."""
        archive, story = self.session.desk.archive, self.story_id
        if story:
            self.ask(lambda: (archive.sharing(story), archive.comments(story)), self._show_people, group="people")

    def forget_people(self) -> None:
        """Begin with another story."""
        self.sharing, self.list.comments = Sharing(), {}
        self.look_at_people()

    def _show_people(self, found: tuple[Sharing, list[Comment]]) -> None:
        sharing, comments = found[0], open_by_block(tuple(found[1]))
        if sharing != self.sharing:
            self.sharing = sharing
            self.show_head()
        if comments != self.list.comments:
            self.list.comments = comments
            self.list.redraw()
            self.show_head()

    def people_words(self) -> tuple[str, ...]:
        """Who is at it alone, and what is said about the story as a whole, in few words."""
        lock, asked = self.sharing.lock, self.list.comments.get("", 0)
        words: list[str] = []
        if lock is not None:
            mine = same_person(lock.by, self.desk.people.me)
            words.append("locked by you" if mine else f"{lock.by} is at it since {lock.since:%H:%M} UTC")
        if asked:
            words.append(f"{asked} comment{'s' if asked > 1 else ''}")
        return tuple(words)
