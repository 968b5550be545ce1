"""The part of the archive that is about stories: each call is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from ..core.sharing import Comment, Sharing
from ..core.values import FrozenCopy, LinkCheck, Redaction, Revision, Story, StorySummary
from . import choosing, commenting, linkchecks, redacting, sharings, storing
from . import redactions as redacted
from .columns import storable
from .database import Database


class SqlStories:
    """Stories, what is proposed for them, and what has become of what they quote."""

    _db: Database

    def stories(self) -> list[StorySummary]:
        """All stories, the one changed last first."""
        with self._db.read() as connection:
            return storing.summaries(connection)

    def story(self, name: str, revision: int | None = None) -> Revision:
        """The standing (or a given) revision of a story, by slug or id; raises ``NotFound``."""
        with self._db.read() as connection:
            return storing.story(connection, name, revision)

    def revisions(self, story_id: str) -> list[Revision]:
        """All steps of a story, the first first; raises ``NotFound``."""
        with self._db.read() as connection:
            return storing.steps(connection, story_id)

    def next_step(self, story_id: str, number: int) -> int | None:
        """Number of the newest step that was made from this one; ``None`` where none was."""
        with self._db.read() as connection:
            return storing.next_step(connection, story_id, number)

    def save_story(self, story: Story, *, note: str, expected: int | None, at: datetime, by: str = "") -> Revision:
        """Save a step on top of revision ``expected`` (``None``: a new story, which becomes that of ``by``); raises
        ``StoryConflict``."""
        with self._db.write() as connection:
            return storing.save_story(connection, story, note=note, expected=expected, at=at, by=by)

    def stand(self, story_id: str, revision: int, *, expected: int) -> Revision:
        """Let another revision be the standing one (undo, redo); raises ``StoryConflict`` and ``NotFound``."""
        with self._db.write() as connection:
            return storing.stand(connection, story_id, revision, expected)

    def delete_story(self, story_id: str) -> None:
        """Remove a story with all its revisions; raises ``NotFound``."""
        with self._db.write() as connection:
            storing.delete_story(connection, story_id)

    # --- the people around them ------------------------------------------------------------------------------

    def sharing(self, story_id: str) -> Sharing:
        """Who may do what with a story, and who is at it alone; nothing is said of a story that is not there."""
        with self._db.read() as connection:
            return sharings.of_story(connection, story_id)

    def share(self, story_id: str, change: Callable[[Sharing], Sharing]) -> Sharing:
        """Let others do more or less with a story; raises ``NotFound``, and what ``change`` raises."""
        with self._db.write() as connection:
            return sharings.change(connection, story_id, change)

    def comments(self, story_id: str) -> list[Comment]:
        """What was said about a story and its blocks, the first first."""
        with self._db.read() as connection:
            return commenting.of_story(connection, story_id)

    def add_comment(self, story_id: str, *, block: str, answers: int | None, by: str, text: str, at: datetime) -> Comment:
        """Keep a comment under the next number; raises ``NotFound``."""
        with self._db.write() as connection:
            comment = Comment(id=0, story=story_id, block=block, answers=answers, by=by, at=at, text=text)
            return commenting.add(connection, comment)

    def resolve_comment(self, number: int, *, by: str, at: datetime | None) -> Comment:
        """Note that a comment is settled, or (``None``) open again; raises ``NotFound``."""
        with self._db.write() as connection:
            return commenting.resolve(connection, number, by, at)

    def remove_comment(self, number: int) -> None:
        """Remove a comment with the answers to it; raises ``NotFound``."""
        with self._db.write() as connection:
            commenting.remove(connection, number)

    # --- what is proposed for them ---------------------------------------------------------------------------

    def rejected(self, story_id: str) -> frozenset[str]:
        """Refs of the mentions that are never to be proposed for a story again; raises ``NotFound``."""
        with self._db.read() as connection:
            return choosing.rejected(connection, story_id)

    def reject(self, story_id: str, refs: Sequence[str], at: datetime) -> None:
        """Never propose these mentions for a story again; raises ``NotFound``."""
        with self._db.write() as connection:
            choosing.reject(connection, story_id, refs, at)

    def unreject(self, story_id: str, refs: Sequence[str]) -> None:
        """Let these mentions be proposed again; raises ``NotFound``."""
        with self._db.write() as connection:
            choosing.unreject(connection, story_id, refs)

    # --- what has become of what they quote ------------------------------------------------------------------

    def link_checks(self, refs: Sequence[str]) -> dict[str, LinkCheck]:
        """What was found when these mentions were last looked up, by ref; those that never were are left out."""
        with self._db.read() as connection:
            return linkchecks.read(connection, refs)

    def note_checks(self, checks: Sequence[LinkCheck]) -> None:
        """Keep what was found, in place of what was found before."""
        with self._db.write() as connection:
            linkchecks.write(connection, checks)

    def redactions(self, refs: Sequence[str] | None = None) -> dict[str, Redaction]:
        """Which of these mentions (or of all there ever were) were redacted, and why, by ref."""
        with self._db.read() as connection:
            return redacted.redactions(connection, refs)

    def quotes(self, ref: str) -> dict[str, tuple[FrozenCopy, ...]]:
        """By id of a story: all copies of a mention that its steps quote. It looks through all stories."""
        with self._db.read() as connection:
            return {story: tuple(held.values()) for story, held in redacting.quotes(connection, storable(ref)).items()}

    def redact(self, ref: str, *, reason: str, at: datetime) -> Redaction:
        """Take a mention's words out of all its wordings and of every step of every story; raises ``NotFound``."""
        with self._db.write() as connection:
            return redacting.redact(self._db, connection, ref, reason, at)
