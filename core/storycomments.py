"""What people say to each other about a story and its blocks: beside it, never in it, and never published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .controls import clean
from .errors import NotFound, StoryError, StoryRefused
from .sharing import Comment, governs, same_person
from .stories import find
from .storydiff import describe

if TYPE_CHECKING:
    from .storydesk import StoryDesk

MAX_COMMENT = 10_000
"""Characters of a comment."""


class StoryComments:
    """The comments on the stories of a desk. Thread-safe as far as its archive is.

    They are no steps: undoing and restoring leave them, and a comment on a block that was removed stays with the story.
    """

    def __init__(self, desk: StoryDesk) -> None:
        self._desk = desk

    def of(self, name: str, *, open_only: bool = False) -> tuple[Comment, ...]:
        """The comments on a story, the first first; an open one comes with the answers to it."""
        found = self._desk.archive.comments(self._desk.open(name).story.id)
        return tuple(found if not open_only else (each for each in found if not self._settled(each, found)))

    def add(self, name: str, text: str, *, block: str = "", answers: int | None = None) -> Comment:
        """Say something about a story, about one of its blocks (by id), or in answer to another comment.

        Raises ``StoryRefused`` for readers, ``StoryError`` for what has no words or too many, and ``NotFound`` for what would
        be answered and is not there.
        """
        desk, story = self._desk, self._desk.open(name).story
        desk.people.check_comment(story.id, story.slug)
        text = checked_text(text)
        if answers is not None:
            asked = self._find(story.id, answers)
            block, answers = asked.block, asked.answers or asked.id
        elif block:
            find(story, block)
        return desk.archive.add_comment(story.id, block=block, answers=answers, by=desk.people.me, text=text, at=desk.now())

    def resolve(self, name: str, number: int, *, resolved: bool = True) -> Comment:
        """Call a comment (with its answers) settled, or open again; raises ``StoryRefused`` and ``NotFound``."""
        desk, story = self._desk, self._desk.open(name).story
        desk.people.check_comment(story.id, story.slug)
        found = self._find(story.id, number)
        number = found.answers or found.id
        return desk.archive.resolve_comment(number, by=desk.people.me, at=desk.now() if resolved else None)

    def remove(self, name: str, number: int) -> Comment:
        """Take a comment away with the answers to it; only who wrote it may, or who governs the story."""
        desk, story = self._desk, self._desk.open(name).story
        found = self._find(story.id, number)
        if not same_person(found.by, desk.people.me) and not governs(desk.archive.sharing(story.id), desk.people.me):
            raise StoryRefused(f"Comment {number} is {found.by or 'somebody'}’s to take away; call it settled instead.")
        desk.archive.remove_comment(number)
        return found

    def take_in(self, name: str, comments: Sequence[Comment]) -> None:
        """Keep comments that came with an imported story, under numbers of their own here."""
        archive, story, numbers = self._desk.archive, self._desk.open(name).story.id, dict[int, int]()
        for each in comments:
            answers = None if each.answers is None else numbers[each.answers]
            kept = archive.add_comment(story, block=each.block, answers=answers, by=each.by, text=each.text, at=each.at)
            numbers[each.id] = kept.id
            if each.resolved is not None:
                archive.resolve_comment(kept.id, by=each.resolved_by, at=each.resolved)

    def removed_blocks(self, name: str) -> Mapping[str, str]:
        """What the blocks were that comments are about and that the story does not have any more, in a few words, by id."""
        story = self._desk.open(name).story
        there = {block.id for block in story.blocks}
        gone = {each.block for each in self._desk.archive.comments(story.id) if each.block and each.block not in there}
        found = dict.fromkeys(gone, "a block")
        for step in self._desk.history(name) if gone else ():
            found |= {block.id: describe(block) for block in step.story.blocks if block.id in gone}
        return found

    def _find(self, story_id: str, number: int) -> Comment:
        for comment in self._desk.archive.comments(story_id):
            if comment.id == number:
                return comment
        raise NotFound("comment on this story", str(number))

    @staticmethod
    def _settled(comment: Comment, among: list[Comment]) -> bool:
        asked = next((each for each in among if each.id == comment.answers), comment)
        return asked.resolved is not None


def checked_text(text: str) -> str:
    """The words of a comment as they are kept, without what steers a terminal; raises ``StoryError``."""
    if len(text) > MAX_COMMENT:
        raise StoryError(f"A comment has at most {MAX_COMMENT:,} characters; this one has {len(text):,}.")
    words = clean(text).strip()
    if not words:
        raise StoryError("A comment needs words.")
    return words


def open_by_block(comments: tuple[Comment, ...]) -> dict[str, int]:
    """How many open comments each block has, answers not counted; the story as a whole is the block of no name."""
    found: dict[str, int] = {}
    for each in comments:
        if each.answers is None and each.resolved is None:
            found[each.block] = found.get(each.block, 0) + 1
    return found
