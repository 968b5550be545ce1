"""What the subcommands of ``hubbub story`` share: the desk, blocks by number, and how a story is printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..core.errors import NotFound, StoryRefused
from ..core.quoting import quoted_words
from ..core.serial import to_json
from ..core.stories import diff, word_count
from ..core.storydesk import StoryDesk
from ..core.storydiff import shorten
from ..core.values import Block, Revision, Story
from .exits import note
from .output import plural, say
from .progress import ProgressLine
from .session import Session


@contextmanager
def open_stories(session: Session) -> Iterator[StoryDesk]:
    """The story side of the workspace."""
    from .compose import open_desk

    with open_desk(session.workspace) as desk:
        yield desk.stories


def block_ids(story: Story, given: Sequence[str]) -> list[str]:
    """Ids of the blocks that a user names by number (as ``hubbub story show`` prints them) or by id; raises ``NotFound``."""
    ids = [block.id for block in story.blocks]
    found: list[str] = []
    for name in given:
        if name in ids:
            found.append(name)
        elif name.isdecimal() and 1 <= int(name) <= len(ids):
            found.append(ids[int(name) - 1])
        else:
            what = f"block of {story.slug}, which has {plural(len(ids), 'block')}:"
            raise NotFound(what, name)
    return found


def block_id(story: Story, given: str | None) -> str | None:
    """The same for one block; nothing for nothing."""
    return None if given is None else block_ids(story, [given])[0]


def fetch_pictures(desk: StoryDesk, name: str) -> None:
    """Keep our own copies of a story's pictures; what cannot be had is told and hinders nothing."""
    with ProgressLine("pictures") as line:
        try:
            saved = desk.save_media(name, progress=line)
        except StoryRefused as error:  # who may only read it writes it without them
            note(f"No pictures were fetched: {error}")
            return
    if saved.saved:
        note(f"Kept {plural(saved.saved, 'picture')}.")
    for problem in saved.problems:
        note(f"No copy of a picture: {problem}")


def told(before: Revision, after: Revision) -> None:
    """Say what a step did, or that it did nothing."""
    if after.number == before.number:
        say(f"{after.story.slug}: nothing to do; it is like that already.")
        return
    for sentence in diff(before.story, after.story) or [after.note]:
        say(sentence)
    if before.story.order is not after.story.order and after.story.order.value == "manual":
        say(f"The story is kept by hand now; back to the order of time: hubbub story sort {after.story.slug} oldest")


def print_story(revision: Revision, *, whole: bool = False) -> None:
    """Print a story for people: its details, then one numbered line a block."""
    story = revision.story
    say(story.title)
    if story.subtitle:
        say(story.subtitle)
    facts = [story.slug, story.state.value, story.order.value, story.lang, plural(len(story.blocks), "block")]
    say(" · ".join([*facts, plural(word_count(story), "word"), f"step {revision.number}"]))
    if story.query:
        say(f"proposals: hubbub story inbox {story.slug} (query: {story.query})")
    if not story.blocks:
        say(f"It is empty. Quote something: hubbub story add {story.slug} REF")
    for number, block in enumerate(story.blocks, 1):
        pin = " pinned" if block.pinned else ""
        when = f" {block.copy.when:%Y-%m-%d %H:%M} UTC" if block.copy else ""
        said = _said(block)
        said = said.replace("\n", "\n      ") if whole else shorten(said, 100)
        say(f"{number:>4}  {block.kind.value:<7}{pin}{when}  {said}".rstrip())
        if block.rights:
            say(f"      rights: {block.rights}")
        if block.note:
            say(f"      note: {' '.join(block.note.split())}")


def story_json(revision: Revision) -> dict[str, Any]:
    """What ``--json`` prints of a story; each block with its number."""
    data = to_json(revision.story)
    data["blocks"] = [{"number": number, **block} for number, block in enumerate(data["blocks"], 1)]
    made = {"revision": revision.number, "at": to_json(revision.at), "by": revision.by}
    return {**made, "words": word_count(revision.story), **data}


def _said(block: Block) -> str:
    if not block.copy:
        return "\n".join(filter(None, [block.text, block.alt, block.url]))
    mention = block.copy.mention
    author = mention.author
    who = (author.name or author.handle or author.key) if author else mention.platform
    if block.copy.redacted:
        return f"{who}: (redacted: {block.copy.redacted.reason})"
    return f"{who}: " + "\n".join(filter(None, [mention.title, quoted_words(block)]))
