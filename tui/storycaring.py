"""What is done for the quotes of a story: which part is shown, whether they are still there, where they come from, taking them
out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from ..core import stories as edits
from ..core.values import Block, BlockKind, CheckState, LinkCheck, Story
from .formatting import handle, plural, safe
from .messages import DeskChanged
from .pictures import keep_pictures
from .screens.confirm import Confirm
from .screens.form import Field, Form
from .screens.prompt import Prompt
from .screens.quoting import Part, Quoting
from .storywork import StoryWork

if TYPE_CHECKING:
    from ..core.storycare import Comparison, Provenance
    from ..core.storydesk import StoryDesk

CHECKING = "checking"
"""The lane of all that asks the web whether quotes are there."""
SWEEPING = "sweeping"
"""The lane in which what was taken out is swept from the disk."""
WITH_RIGHTS = (BlockKind.MENTION, BlockKind.IMAGE)
FOLLOWING = frozenset({"compare", "check_link", "quote"})
"""What can be done from where a quote comes from."""


class StoryCaring(StoryWork):
    """Mixed into the pane of a story."""

    checking: str = ""
    """How far a check of links is; empty while none runs."""

    class Checked(Message):
        """A check of links has gone one further."""

        def __init__(self, done: int, of: int) -> None:
            super().__init__()
            self.done, self.of = done, of

    def show_checks(self, checks: Mapping[str, LinkCheck]) -> None:
        """Show what was found when quotes were last looked up."""
        raise NotImplementedError

    def current_quote(self) -> Block | None:
        """The block under the cursor, if it quotes somebody; otherwise it is said that it does not."""
        block = self.current_block()
        if block is None or block.copy is None:
            self.tell("This block quotes nobody; go to a quote (❝) first.")
            return None
        return block

    # --- which part, by what right ---------------------------------------------------------------------------

    def action_quote(self) -> None:
        """Choose the sentences that are shown."""
        block = self.current_quote()
        if block is None or block.copy is None:
            return
        text, story = block.copy.mention.text, self.story_id
        if not text.strip():
            self.tell("There are no words of which a part could be quoted.")
            return

        def chosen(part: Part | None) -> None:
            if part is not None and part.extent != block.extent:
                self.step(lambda: self.desk.quote(story, block.id, part.extent))

        author = block.copy.mention.author
        self.app.push_screen(Quoting(self.session.keys, handle(author) if author else "", text, block.extent), chosen)

    def action_about(self) -> None:
        """Write rights, a note, and what pictures show: of the current block, rights and note of all that are marked."""
        blocks = self.chosen_blocks()
        if not blocks:
            return
        first, seen = blocks[0], self.revision
        fields: list[Field] = []
        if any(block.kind in WITH_RIGHTS for block in blocks):
            fields.append(Field(name="rights", label="Rights", value=first.rights, example="licence or permission"))
        fields.append(Field(name="note", label="Note", value=first.note, example="for yourself; it is never published"))
        images = [media for media in first.copy.mention.media if media.kind == "image"] if first.copy else []
        if len(blocks) == 1:
            for number, media in enumerate(images[:8]):
                value = first.alts.get(media.url) or media.alt
                label = f"Picture {number + 1} shows"
                fields.append(Field(name=f"alt-{number}", label=label, value=value, example="for those who cannot see it"))

        def answered(answer: dict[str, str] | None) -> None:
            if answer is None:
                return
            alts = {m.url: answer[f"alt-{n}"] for n, m in enumerate(images[:8]) if answer.get(f"alt-{n}", m.alt) != m.alt}

            def change(story: Story) -> Story:
                for block in blocks:
                    changes: dict[str, object] = {"note": answer["note"]}
                    if block.kind in WITH_RIGHTS:
                        changes["rights"] = answer["rights"]
                    if len(blocks) == 1 and images:
                        changes["alts"] = alts
                    story = edits.edit_block(story, block.id, **changes)
                return story

            self.edit(f"wrote rights and notes of {plural(len(blocks), 'block')}", change, seen=seen)

        what = "this block" if len(blocks) == 1 else plural(len(blocks), "marked block")
        self.app.push_screen(Form(f"About {what}", fields), answered)

    # --- is it still there? ----------------------------------------------------------------------------------

    def action_check_link(self) -> None:
        """Look up the chosen quotes."""
        refs = [block.ref for block in self.chosen_blocks() if block.ref]
        if refs:
            self._check(refs)
        else:
            self.tell("This block quotes nobody; go to a quote (❝) first.")

    def action_check_links(self) -> None:
        """Look up all quotes."""
        if self.revision and any(block.ref for block in self.revision.story.blocks):
            self._check(None)
        else:
            self.tell("The story quotes nothing yet.")

    def _check(self, refs: Sequence[str] | None) -> None:
        if self.checking:
            self.tell("A check is running already.")
            return
        story, desk = self.story_id, self.desk

        def progress(done: int, of: int, what: str) -> None:
            self.post_message(self.Checked(done, of))

        def work() -> tuple[list[LinkCheck], Mapping[str, LinkCheck]]:
            return desk.care.check(story, refs, progress), desk.care.checks(story)

        def checked(found: tuple[list[LinkCheck], Mapping[str, LinkCheck]]) -> None:
            self.checking = ""
            self.show_head()
            if self.story_id == story:
                self.show_checks(found[1])
            self.tell(said(found[0]))

        def failed(error: Exception) -> None:
            self.checking = ""
            self.show_head()
            self.show_trouble(error)

        self.checking = "checking links …"
        self.show_head()
        self.ask(work, checked, lane=CHECKING, failed=failed)

    def on_story_caring_checked(self, event: Checked) -> None:
        """Say how far the check is."""
        event.stop()
        if self.checking:
            self.checking = f"checking links {event.done}/{event.of}"
            self.show_head()

    # --- is it what it was? ----------------------------------------------------------------------------------

    def action_compare(self) -> None:
        """Compare with the newest wording, and quote that instead."""
        block = self.current_quote()
        if block is None:
            return
        story, desk = self.story_id, self.desk

        def answered(yes: bool | None) -> None:
            if yes:
                self.step(lambda: desk.care.renew(story, block.id), then=lambda: keep_pictures(self, story))

        def shown(found: Comparison) -> None:
            from .screens.compare import Compare

            self.app.push_screen(Compare(found), answered)

        self.ask(lambda: desk.care.compare(story, block.id), shown, lane="story")

    def action_provenance(self) -> None:
        """Show where it comes from."""
        block = self.current_quote()
        if block is None:
            return
        story, desk = self.story_id, self.desk

        async def follow(action: str | None) -> None:
            if action in FOLLOWING:
                await self.app.run_action(action, self)

        def shown(found: Provenance) -> None:
            from .screens.provenance import ProvenanceScreen

            self.app.push_screen(ProvenanceScreen(block, found), follow)

        self.ask(lambda: desk.care.provenance(story, block.id), shown, lane="story")

    # --- taking it out ---------------------------------------------------------------------------------------

    def action_redact(self) -> None:
        """Ask for the reason, say what it reaches, ask once more, and take the words out."""
        block = self.current_quote()
        if block is None or block.copy is None:
            return
        story, desk = self.story_id, self.desk
        who = handle(block.copy.mention.author)

        def reasoned(reason: str | None) -> None:
            if reason:
                self.ask(lambda: reach(desk, block.ref), lambda found: confirm(reason, found), lane="story")

        def confirm(reason: str, found: Reach) -> None:
            question = Confirm(f"Take the words of {who} out for good?", warning(found))
            self.app.push_screen(question, lambda yes: redact(reason, found) if yes else None)

        def redact(reason: str, found: Reach) -> None:
            def done() -> None:
                stale = f" Publish again: {', '.join(found.published)}." if found.published else ""
                self.tell(f"The words of {who} are taken out.{stale}")
                self.post_message(DeskChanged())
                self.ask(self.session.desk.sweep, lambda _: self.tell("Nothing of them is left on the disk."), lane=SWEEPING)

            self.step(lambda: desk.care.redact(story, block.id, reason), then=done)

        prompt = Prompt(f"Why are the words of {who} taken out? Readers will see it.", example="at the author's request")
        self.app.push_screen(prompt, reasoned)


class Reach:
    """What a redaction reaches."""

    def __init__(self, stories: Sequence[str], published: Sequence[str]) -> None:
        self.stories, self.published = stories, published
        """Titles of the stories that quote the mention, and slugs of those that are published."""


def reach(desk: StoryDesk, ref: str) -> Reach:
    """The stories that quote a mention, as they stand. Reads all stories: it blocks."""
    found = [desk.open(summary.id).story for summary in desk.list()]
    quoting = [story for story in found if any(block.ref == ref for block in story.blocks)]
    return Reach([story.title for story in quoting], [story.slug for story in quoting if desk.publication(story.id)])


def warning(found: Reach) -> str:
    """That in words."""
    titles = ", ".join(f"“{safe(title)}”" for title in found.stories[:4]) + (" and others" if len(found.stories) > 4 else "")
    lines = [
        "This cannot be undone. Title, text, pictures and what the platform sent go out of the archive,",
        f"and out of every step of {plural(len(found.stories), 'story', 'stories')}: {titles}.",
        "Who said it, where and when, your reason and a fingerprint of the words stay.",
    ]
    if found.published:
        lines.append(f"Published pages are out of date then, until you publish again: {', '.join(found.published)}.")
    return " ".join(lines)


def said(checks: Sequence[LinkCheck]) -> str:
    """What came of a check, in words."""
    counts = {state: sum(check.state is state for check in checks) for state in CheckState}
    parts = [f"{count} {state.value}" for state, count in counts.items() if count]
    return f"{plural(len(checks), 'link')} checked: {', '.join(parts)}." if checks else "There was no address to ask."
