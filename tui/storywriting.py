"""Words of our own in a story: written in place, kept as drafts while they are written, and handed to the user's editor."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Offset

from ..core import stories as edits
from ..core.errors import HubbubError
from ..core.values import Block, BlockKind, Revision
from .drafts import Draft
from .outside import edit_outside
from .storywork import StoryWork
from .widgets.block_editor import NEW, BlockEditor, Writing
from .widgets.block_list import BlockList
from .widgets.row_mouse import GUTTER

WRITABLE = (BlockKind.TEXT, BlockKind.HEADING)
SIGN = 3
"""Cells of the sign that stands before a block."""
DRAFTS = "drafts"
"""The lane of all that writes drafts."""


class StoryWriting(StoryWork):
    """Mixed into the pane of a story."""

    writing: Writing | None = None
    """What is being written."""
    seen: Revision | None = None
    """The story as it stood when that was begun: what others do meanwhile is merged with it."""
    drafts: dict[tuple[str, BlockKind], Draft]
    """Words of this story that were not kept in it, by block (empty for a new one) and kind."""

    @property
    def list(self) -> BlockList:
        """The blocks."""
        raise NotImplementedError

    @property
    def editor(self) -> BlockEditor:
        """Where words are written; it is hidden while none are."""
        return self.query_one(BlockEditor)

    def top_of_blocks(self) -> int:
        """The line of the pane in which the list begins."""
        raise NotImplementedError

    # --- beginning -------------------------------------------------------------------------------------------

    def action_text_below(self) -> None:
        """Write below the current block."""
        block = self.current_block()
        self.write(Writing(kind=BlockKind.TEXT, after=block.id if block else None))

    def action_text_above(self) -> None:
        """Write above it."""
        block = self.current_block()
        self.write(Writing(kind=BlockKind.TEXT, before=block.id if block else None))

    def action_heading(self) -> None:
        """Write a heading above the current block."""
        block = self.current_block()
        self.write(Writing(kind=BlockKind.HEADING, before=block.id if block else None))

    def action_external(self) -> None:
        """Edit the current words in the user's own editor."""
        block = self.current_block()
        if block is None or block.kind not in WRITABLE:
            self.tell("Only texts and headings are edited.")
            return
        self.seen = self.revision
        try:
            text = edit_outside(self.app, self.session.outside, block.text)
        except HubbubError as error:
            self.show_trouble(error)
            return
        self._keep(Writing(kind=block.kind, block=block.id, text=block.text), text.strip())

    def write(self, writing: Writing) -> None:
        """Open the editor over its row, with the words that were left there, if there are any."""
        if self.revision is None:
            self.action_choose_story()
            return
        if self.writing is not None:
            return
        draft = self.drafts.get((writing.block, writing.kind))
        self.writing, self.seen = writing, self.revision
        self.list.writing, self.list.room = writing.row, 1
        self.show_rows(writing.row)
        self.editor.open(writing, draft.text if draft else writing.text)
        self.refresh_bindings()
        if draft:
            self.tell(f"The words that you left are back · {self.session.keys.label('writing.anew')} begins anew")

    def rows(self) -> Sequence[Block]:
        """The blocks, with a place for one that is being written."""
        blocks = self.revision.story.blocks if self.revision else ()
        writing = self.writing
        if writing is None or writing.block:
            return blocks
        ids = [block.id for block in blocks]
        at = len(ids)
        if writing.after in ids:
            at = ids.index(writing.after) + 1
        elif writing.before in ids:
            at = ids.index(writing.before)
        return (*blocks[:at], Block(id=NEW, kind=writing.kind), *blocks[at:])

    # --- while it goes on ------------------------------------------------------------------------------------

    def on_block_editor_grown(self, event: BlockEditor.Grown) -> None:
        """Give the words more room, or less."""
        event.stop()
        self.place_editor()
        self._draft()

    def place_editor(self) -> None:
        """Give the words the lines that they need, and lay the editor over them."""
        writing, editor, blocks = self.writing, self.editor, self.list
        if writing is None:
            return
        region = blocks.scrollable_content_region
        width = max(10, region.width - GUTTER - SIGN)
        editor.styles.width = width
        room = max(1, min(editor.lines, region.height - 1))
        if room != blocks.room:
            blocks.room = room
            blocks.redraw()
            blocks.reveal()
        index = next((i for i, row in enumerate(blocks.rows) if row.id == writing.row), None)
        if index is None:
            return
        line = blocks.layout_of_rows.start(index) - blocks.scroll_offset.y
        editor.lie(Offset(GUTTER + SIGN, self.top_of_blocks() + line), width, room)

    def _draft(self) -> None:
        """Keep the words on disk as they are now."""
        writing = self.writing
        if writing is not None and self.story_id:
            text = self.editor.text
            self._note(writing, "" if text.strip() == writing.text.strip() else text)

    def _note(self, writing: Writing, text: str, story: str = "") -> None:
        draft = Draft(story=story or self.story_id, block=writing.block, kind=writing.kind, text=text)
        if draft.story != self.story_id:
            pass  # another story is worked on by now
        elif text.strip():
            self.drafts[writing.block, writing.kind] = draft
        else:
            self.drafts.pop((writing.block, writing.kind), None)
        group = f"draft {writing.row} {writing.kind}"
        self.ask(lambda: self.session.drafts.keep(draft), lambda _: None, lane=DRAFTS, group=group)

    # --- ending ----------------------------------------------------------------------------------------------

    def on_block_editor_kept(self, event: BlockEditor.Kept) -> None:
        """Save the words."""
        event.stop()
        self._close()
        self._keep(event.writing, event.text)

    def on_block_editor_left(self, event: BlockEditor.Left) -> None:
        """Leave them out; they stay a draft."""
        event.stop()
        self._close()
        changed = event.text != event.writing.text.strip()
        self._note(event.writing, event.text if changed else "")
        if changed and event.text:
            self.tell("Not kept. The words are there again when you write here next.")

    def _close(self) -> None:
        self.writing, self.list.writing = None, ""
        self.show_rows()
        self.screen.set_focus(self.list)
        self.editor.display = False
        self.refresh_bindings()

    def _keep(self, writing: Writing, text: str) -> None:
        """Save the words as a step; the draft is there until that is done."""
        story, seen = self.story_id, self.seen
        if not text or text == writing.text.strip():
            self._note(writing, "")
            if writing.block and not text:
                self.tell(f"Nothing was changed: a {writing.kind} needs words, {self._key('remove')} removes it.")
            return

        def done() -> None:
            self._note(writing, "", story)

        if writing.block:
            note = f"edited a {writing.kind.value}"
            change = lambda now: edits.edit_block(now, writing.block, text=text)  # noqa: E731
            self.step(lambda: self.desk.edit(story, change, note, seen=seen), then=done)
        elif writing.kind is BlockKind.HEADING:
            self.step(lambda: self.desk.add_heading(story, text, before=writing.before, seen=seen), then=done)
        else:
            where = {"after": writing.after, "before": writing.before}
            self.step(lambda: self.desk.add_text(story, text, **where, seen=seen), then=done)

    def _key(self, name: str) -> str:
        return self.session.keys.label(f"story.{name}")

    # --- words that were left --------------------------------------------------------------------------------

    def take_up_drafts(self, drafts: Sequence[Draft]) -> None:
        """Offer what was written and not kept, by a program that was ended, say."""
        self.drafts = {(draft.block, draft.kind): draft for draft in drafts}
        for draft in drafts[:1]:
            key = "heading" if draft.kind is BlockKind.HEADING else "text_below"
            how = "enter on its block" if draft.block else self._key(key)
            words = " ".join(draft.text.split())
            self.tell(f"There are words that were not kept: “{words[:60]}” · {how} brings them back")
