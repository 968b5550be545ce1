"""What is done with a story: with its words, its order, its quotes, and with the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..core import stories as edits
from ..core.errors import StoryError
from ..core.values import Block, BlockKind
from .formatting import safe
from .messages import CandidatesWanted, StoryStands
from .outside import is_web
from .pictures import keep_pictures
from .screens.choose import Choice, Choose
from .screens.details import Details, changed
from .screens.form import Field, Form
from .screens.history import HistoryScreen
from .screens.preview import PreviewScreen
from .screens.publish import publish_again, publish_story
from .screens.remarks import Remarks
from .storycaring import StoryCaring
from .storyfinding import StoryFinding
from .storyordering import StoryOrdering
from .storypeople import StoryPeople
from .storypicking import pick_story
from .storywriting import WRITABLE, StoryWriting
from .widgets.block_editor import Writing

if TYPE_CHECKING:
    from ..core.values import Media

PULL = "picture-"


class StoryActions(StoryWriting, StoryOrdering, StoryFinding, StoryCaring, StoryPeople):
    """Mixed into the pane that shows a story."""

    # --- blocks ----------------------------------------------------------------------------------------------

    def action_edit(self) -> None:
        """Edit the current block in place, or in a form; a quote shows where it comes from, for quotes are not edited."""
        block = self.current_block()
        if block is None:
            return
        if block.kind in WRITABLE:
            self.write(Writing(kind=block.kind, block=block.id, text=block.text))
        elif block.kind is BlockKind.LINK:
            self._ask_link(block)
        elif block.kind is BlockKind.IMAGE:
            self._ask_image(block)
        elif block.copy is not None:
            self.action_provenance()

    def action_insert(self) -> None:
        """Choose what is put below the current block."""
        if self.revision is None:
            self.action_choose_story()
            return
        block = self.current_block()
        choices = [
            Choice("image", "a picture", "from a file or a web address"),
            Choice("link", "a link", "an address with words"),
            Choice("divider", "a divider", "a line between two parts"),
        ]
        images = pictures_of(block)
        choices += [
            Choice(f"{PULL}{number}", f"picture {number + 1} of this quote", media.alt or media.url)
            for number, media in enumerate(images)
        ]
        self.app.push_screen(Choose("Insert", choices), lambda answer: self._insert(answer, block))

    def _insert(self, answer: str | None, block: Block | None) -> None:
        story, after = self.story_id, block.id if block else None
        if answer == "divider":
            self.step(lambda: self.desk.add_divider(story, after=after))
        elif answer == "link":
            self._ask_link(None, after)
        elif answer == "image":
            self._ask_image(None, after)
        elif answer is not None and block is not None:
            url = pictures_of(block)[int(answer.removeprefix(PULL))].url
            self.step(lambda: self.desk.pull_out(story, block.id, url))

    def _ask_link(self, block: Block | None, after: str | None = None) -> None:
        story = self.story_id
        fields = [
            Field(name="url", label="Address", value=block.url if block else "", example="https://…"),
            Field(name="text", label="Words", value=block.text if block else "", example="what is there"),
        ]

        edited, seen = block.id if block else "", self.revision

        def check(answer: Mapping[str, str]) -> None:
            if not is_web(answer["url"]):
                raise StoryError("An address begins with https:// or http://.")

        def answered(answer: dict[str, str] | None) -> None:
            if answer is None:
                return
            if edited:
                self.edit("edited a link", lambda now: edits.edit_block(now, edited, **answer), seen=seen)
            else:
                self.step(lambda: self.desk.add_link(story, answer["url"], text=answer["text"], after=after))

        self.app.push_screen(Form("A link", fields, check), answered)

    def _ask_image(self, block: Block | None, after: str | None = None) -> None:
        story = self.story_id
        about = [
            Field(name="alt", label="What it shows", value=block.alt if block else "", example="for those who cannot see it"),
            Field(name="text", label="Caption", value=block.text if block else ""),
            Field(name="rights", label="Rights", value=block.rights if block else "", example="licence or permission"),
        ]
        edited, seen = block.id if block else "", self.revision
        source = [Field(name="source", label="File or address", example="~/pictures/phone.jpg or https://…")]

        def answered(answer: dict[str, str] | None) -> None:
            if answer is None:
                return
            if edited:
                self.edit("edited an image", lambda now: edits.edit_block(now, edited, **answer), seen=seen)
                return
            name = answer.pop("source")
            place = name if is_web(name) else Path(name).expanduser()
            self.step(lambda: self.desk.add_image(story, place, after=after, **answer))

        self.app.push_screen(Form("A picture", about if block else [*source, *about]), answered)

    # --- back and forth --------------------------------------------------------------------------------------

    def action_undo(self) -> None:
        """Take the last step back."""
        if story := self.story_id:
            self.step(lambda: self.desk.undo(story), "There is nothing to take back.")

    def action_redo(self) -> None:
        """Do it again."""
        if story := self.story_id:
            self.step(lambda: self.desk.redo(story), "Nothing was taken back.")

    def action_history(self) -> None:
        """Show all steps, and go back to one."""
        if self.revision:
            story = self.story_id

            def chosen(number: int | None) -> None:
                if number is not None:
                    self.step(lambda: self.desk.restore(story, number))

            self.app.push_screen(HistoryScreen(self.session, self.revision), chosen)

    # --- the whole story -------------------------------------------------------------------------------------

    def action_details(self) -> None:
        """Edit what is said of the story as a whole."""
        if self.revision:
            formats, seen = self.desk.exporters, self.revision

            def answered(answer: dict[str, str] | None) -> None:
                if answer is not None:
                    self.edit("changed the details", lambda story: changed(story, answer, formats), seen=seen)

            self.app.push_screen(Details(self.revision.story, formats), answered)

    def action_lint(self) -> None:
        """Say what a reader would stumble over."""
        if self.revision is None:
            return
        story = self.story_id

        def chosen(block: str | None) -> None:
            if block:
                self.show_rows(block)
            elif block is not None:
                self.action_details()

        self.ask(lambda: self.desk.remarks(story), lambda found: self.app.push_screen(Remarks(found), chosen), lane="story")

    def action_preview(self) -> None:
        """Show it as it will read."""
        if self.revision:
            self.app.push_screen(PreviewScreen(self.session, self.story_id))

    def action_publish(self) -> None:
        """Write it as a page or in other formats."""
        if self.revision:
            publish_story(self, self.story_id, self.revision.story.title)

    def action_republish(self) -> None:
        """Write it once more as it was written last."""
        if self.revision:
            publish_again(self, self.story_id, self.revision.story.title)

    def action_pictures(self) -> None:
        """Keep a copy of every picture."""
        if self.revision:
            keep_pictures(self, self.story_id, say=True)

    def action_choose_story(self) -> None:
        """Work on another story."""
        standing = self.revision.story.slug if self.revision else None
        pick_story(self, lambda revision: self.post_message(StoryStands(revision)), standing=standing)

    def action_search(self) -> None:
        """Look for candidates on the other side."""
        self.post_message(CandidatesWanted())

    # --- out -------------------------------------------------------------------------------------------------

    def action_view(self) -> None:
        """Show the pictures of the block large."""
        block = self.current_block()
        if block is not None:
            from .screens.picture import pictures_in, show_pictures  # not needed for the first look at the story

            show_pictures(self, pictures_in(block))

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


def pictures_of(block: Block | None) -> list[Media]:
    """The pictures of a quoted mention."""
    return [media for media in block.copy.mention.media if media.kind == "image"] if block and block.copy else []
