"""What is done with the blocks of a story."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..core import stories as edits
from ..core.errors import HubbubError
from ..core.values import Block, BlockKind, Revision, Story, StoryOrder
from .background import Background
from .formatting import STORY_ORDERS, plural, safe
from .messages import CandidatesWanted, StoryStands
from .outside import edit_outside, is_web
from .pictures import keep_pictures
from .screens.choose import Choice, Choose
from .screens.details import Details
from .screens.history import HistoryScreen
from .screens.notice import Notice
from .screens.preview import PreviewScreen
from .screens.prompt import Prompt
from .screens.publish import publish_story
from .screens.write import Write
from .storypicking import pick_story

WRITABLE = (BlockKind.TEXT, BlockKind.HEADING)


class StoryActions(Background):
    """Mixed into the pane that shows a story."""

    revision: Revision | None = None
    """The story that is shown, as it stands."""

    # --- what the pane says ----------------------------------------------------------------------------------

    def chosen_ids(self) -> list[str]:
        """What an action is about."""
        raise NotImplementedError

    def current_block(self) -> Block | None:
        """The block under the cursor."""
        raise NotImplementedError

    def edit(self, note: str, change: Callable[[Story], Story]) -> None:
        """Save a step."""
        raise NotImplementedError

    def step(self, work: Callable[[], Revision | None], nothing: str = "") -> None:
        """Do something that gives the story's next standing revision."""
        raise NotImplementedError

    # --- words of our own ------------------------------------------------------------------------------------

    def action_text_below(self) -> None:
        """Write below the current block."""
        block = self.current_block()
        self._write_text(after=block.id if block else None)

    def action_text_above(self) -> None:
        """Write above it."""
        block = self.current_block()
        self._write_text(before=block.id if block else None)

    def _write_text(self, *, after: str | None = None, before: str | None = None) -> None:
        revision = self.revision
        if revision is None:
            self.action_choose_story()
            return
        slug, desk = revision.story.slug, self.session.desk.stories

        def written(text: str | None) -> None:
            if text:
                self.step(lambda: desk.add_text(slug, text, after=after, before=before))

        self.app.push_screen(Write("Text (Markdown)", self.session.outside), written)

    def action_heading(self) -> None:
        """Write a heading above the current block."""
        revision, block = self.revision, self.current_block()
        if revision is None:
            self.action_choose_story()
            return
        slug, before, desk = revision.story.slug, block.id if block else None, self.session.desk.stories

        def written(text: str | None) -> None:
            if text:
                self.step(lambda: desk.add_heading(slug, text, before=before))

        self.app.push_screen(Prompt("Heading", example="Monday: the first reports"), written)

    def action_edit(self) -> None:
        """Edit the current text or heading; a quote shows whom it quotes, for quotes are not edited."""
        block = self.current_block()
        if block is None:
            return
        if block.kind is BlockKind.HEADING:
            self.app.push_screen(Prompt("Heading", value=block.text), lambda text: self._rewrite(block, text))
        elif block.kind is BlockKind.TEXT:
            dialog = Write("Text (Markdown)", self.session.outside, text=block.text)
            self.app.push_screen(dialog, lambda text: self._rewrite(block, text))
        elif block.copy is not None:
            mention = block.copy.mention
            lines = [f"{mention.platform} · {mention.url or 'no address'}", mention.title, mention.text[:2_000]]
            self.app.push_screen(Notice("A quote is kept as it was said", [line for line in lines if line]))

    def action_external(self) -> None:
        """Edit it in the user's own editor."""
        block = self.current_block()
        if block is None or block.kind not in WRITABLE:
            self.tell("Only texts and headings are edited.")
            return
        try:
            text = edit_outside(self.app, self.session.outside, block.text)
        except HubbubError as error:
            self.show_trouble(error)
            return
        self._rewrite(block, text.strip())

    def _rewrite(self, block: Block, text: str | None) -> None:
        if text and text != block.text:
            self.edit(f"edited a {block.kind.value}", lambda story: edits.edit_block(story, block.id, text=text))

    # --- order -----------------------------------------------------------------------------------------------

    def action_remove(self) -> None:
        """Take blocks out."""
        ids = self.chosen_ids()
        if self.revision and ids:
            slug, desk = self.revision.story.slug, self.session.desk.stories
            self.step(lambda: desk.remove(slug, ids))
            self.tell(f"{plural(len(ids), 'block')} removed · {self.session.keys.label('story.undo')} takes it back")

    def action_move_down(self) -> None:
        """Down by one."""
        self._move("down", lambda story, ids: edits.move(story, ids, 1))

    def action_move_up(self) -> None:
        """Up by one."""
        self._move("up", lambda story, ids: edits.move(story, ids, -1))

    def action_to_top(self) -> None:
        """To the top."""
        self._move("to the top", lambda story, ids: edits.move_to(story, ids, "top"))

    def action_to_bottom(self) -> None:
        """To the bottom."""
        self._move("to the bottom", lambda story, ids: edits.move_to(story, ids, "bottom"))

    def action_move_to(self) -> None:
        """To a place by number."""
        ids = self.chosen_ids()
        if self.revision and ids:
            last = len(self.revision.story.blocks)
            question = f"Move {plural(len(ids), 'block')} behind which block? (1 to {last}, or 0 for the top)"
            self.app.push_screen(Prompt(question, example="3"), lambda answer: self._move_behind(ids, answer))

    def _move_behind(self, ids: Sequence[str], answer: str | None) -> None:
        if answer is None or self.revision is None:
            return
        if not answer.isdecimal() or int(answer) > len(self.revision.story.blocks):
            self.tell(f"There is no block {answer}.")
            return
        self.drop(ids, int(answer))

    def drop(self, ids: Sequence[str], gap: int) -> None:
        """Move blocks into the gap before block ``gap``, counted from 0 as the story stands."""
        if self.revision is None:
            return
        blocks = self.revision.story.blocks
        before = [block.id for block in blocks[:gap] if block.id not in ids]
        place = before[-1] if before else "top"
        self._move("to another place", lambda story, chosen: edits.move_to(story, chosen, place), ids)

    def _move(self, where: str, change: Callable[[Story, Sequence[str]], Story], ids: Sequence[str] | None = None) -> None:
        chosen = ids or self.chosen_ids()
        if self.revision and chosen:
            self.edit(f"moved {plural(len(chosen), 'block')} {where}", lambda story: change(story, chosen))

    def action_sort(self) -> None:
        """Choose the order."""
        if self.revision:
            standing = self.revision.story.order
            by_time = "by posted time, UTC"
            choices = [
                Choice(order.value, words, "" if order is StoryOrder.MANUAL else by_time)
                for order, words in STORY_ORDERS.items()
            ]
            self.app.push_screen(Choose("Order the story", choices, standing=standing.value), self._sort)

    def _sort(self, answer: str | None) -> None:
        if answer is not None:
            order = StoryOrder(answer)
            self.edit(f"ordered {STORY_ORDERS[order]}", lambda story: edits.set_order(story, order))

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.edit("turned the order round", edits.reverse)

    def action_pin(self) -> None:
        """Pin, or let go."""
        ids, block = self.chosen_ids(), self.current_block()
        if self.revision and ids and block:
            pinned = not all(b.pinned for b in self.revision.story.blocks if b.id in ids)
            words = "pinned" if pinned else "unpinned"
            self.edit(f"{words} {plural(len(ids), 'block')}", lambda story: edits.pin(story, ids, pinned))

    # --- back and forth --------------------------------------------------------------------------------------

    def action_undo(self) -> None:
        """Take the last step back."""
        if self.revision:
            slug, desk = self.revision.story.slug, self.session.desk.stories
            self.step(lambda: desk.undo(slug), "There is nothing to take back.")

    def action_redo(self) -> None:
        """Do it again."""
        if self.revision:
            slug, desk = self.revision.story.slug, self.session.desk.stories
            self.step(lambda: desk.redo(slug), "Nothing was taken back.")

    def action_history(self) -> None:
        """Show all steps, and go back to one."""
        if self.revision:
            slug, desk = self.revision.story.slug, self.session.desk.stories

            def chosen(number: int | None) -> None:
                if number is not None:
                    self.step(lambda: desk.restore(slug, number))

            self.app.push_screen(HistoryScreen(self.session, self.revision), chosen)

    # --- the whole story -------------------------------------------------------------------------------------

    def action_details(self) -> None:
        """Edit title, subtitle, byline, description and language."""
        if self.revision:

            def answered(details: dict[str, str] | None) -> None:
                if details is not None:
                    self.edit("changed the details", lambda story: edits.set_details(story, **details))

            self.app.push_screen(Details(self.revision.story), answered)

    def action_check(self) -> None:
        """Say what a reader would stumble over."""
        if self.revision:
            found = edits.lint(self.revision.story)
            self.app.push_screen(Notice("Before publishing", [f"! {line}" for line in found] or ["Nothing to complain about."]))

    def action_preview(self) -> None:
        """Show it as it will read."""
        if self.revision:
            self.app.push_screen(PreviewScreen(self.session, self.revision.story.slug))

    def action_publish(self) -> None:
        """Write it as a page or a file."""
        if self.revision:
            publish_story(self, self.revision.story.slug, self.revision.story.title)

    def action_pictures(self) -> None:
        """Keep a copy of every picture."""
        if self.revision:
            keep_pictures(self, self.revision.story.slug, say=True)

    def action_choose_story(self) -> None:
        """Work on another story."""
        standing = self.revision.story.slug if self.revision else None
        pick_story(self, lambda revision: self.post_message(StoryStands(revision)), standing=standing)

    def action_search(self) -> None:
        """Look for candidates on the other side."""
        self.post_message(CandidatesWanted())

    # --- out -------------------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Open the quoted mention in the browser."""
        url = self._address()
        if url:
            self.ask(lambda: self.session.outside.browse(url), lambda _: self.tell(f"Opened {url}"))

    def action_copy(self) -> None:
        """Copy its address."""
        url = self._address()
        if url:
            self.app.copy_to_clipboard(url)
            self.tell(f"Copied {safe(url)}")

    def _address(self) -> str:
        block = self.current_block()
        url = (block.copy.mention.url if block.copy else block.url) if block else ""
        if not is_web(url):
            self.tell("This block has no address.")
            return ""
        return url
