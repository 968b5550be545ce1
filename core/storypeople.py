"""Who may do what with the stories of a desk, and who is at one alone: the one place where that is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from .sharing import (
    Role,
    Sharing,
    check_governs,
    check_lock,
    check_role,
    locked,
    person_name,
    same_person,
    unlocked,
    with_person,
    without_person,
)

if TYPE_CHECKING:
    from .storydesk import StoryDesk


Change: TypeAlias = Callable[[Sharing], Sharing]


class StoryPeople:
    """The people around the stories of a desk. Thread-safe as far as its archive is.

    What is asked before an edit and the edit are two transactions: a lock that somebody takes between the two holds from the
    next edit on.
    """

    def __init__(self, desk: StoryDesk, me: str) -> None:
        self._desk = desk
        self.me = person_name(me)
        """Who is at the desk; empty where nobody said."""

    def of(self, name: str) -> Sharing:
        """How a story stands; raises ``NotFound``."""
        return self._desk.archive.sharing(self._desk.open(name).story.id)

    # --- asking --------------------------------------------------------------------------------------------------

    def check_edit(self, story_id: str, slug: str, *, locks: bool = True) -> None:
        """Raise ``StoryRefused`` where the person at the desk may not edit now; without ``locks``: may not edit at all."""
        sharing = self._desk.archive.sharing(story_id)
        check_role(sharing, self.me, Role.EDITOR, slug)
        if locks:
            check_lock(sharing, self.me, slug)

    def check_comment(self, story_id: str, slug: str) -> None:
        """Raise ``StoryRefused`` where the person at the desk may only read."""
        check_role(self._desk.archive.sharing(story_id), self.me, Role.COMMENTER, slug)

    def check_delete(self, story_id: str, slug: str) -> None:
        """Raise ``StoryRefused`` where the person may not edit now; a closed story is its owner's to delete."""
        self.check_edit(story_id, slug)
        sharing = self._desk.archive.sharing(story_id)
        if sharing.closed:
            check_governs(sharing, self.me, slug)

    # --- saying --------------------------------------------------------------------------------------------------

    def add(self, name: str, person: str, role: Role) -> Sharing:
        """Give somebody a role; raises ``StoryRefused`` for who may not, and ``StoryError``."""
        return self._govern(name, lambda now: with_person(now, person_name(person), role))

    def remove(self, name: str, person: str) -> Sharing:
        """Name somebody no more; raises as :meth:`add`."""
        return self._govern(name, lambda now: without_person(now, person_name(person)))

    def close(self, name: str, *, closed: bool = True) -> Sharing:
        """Let only those who are named edit and comment, or everybody again; raises as :meth:`add`.

        Who closes a story that has no owner becomes its owner.
        """

        def change(now: Sharing) -> Sharing:
            if closed and Role.OWNER not in now.people.values() and self.me:
                now = with_person(now, self.me, Role.OWNER)
            return Sharing(people=now.people, closed=closed, lock=now.lock)

        return self._govern(name, change)

    def lock(self, name: str, note: str = "", *, force: bool = False) -> Sharing:
        """Be at a story alone; ``force`` takes over from somebody, which the story's history tells. Raises ``StoryRefused``."""
        story = self._desk.open(name).story

        def change(now: Sharing) -> Sharing:
            check_role(now, self.me, Role.EDITOR, story.slug)
            return locked(now, self.me, self._desk.now(), note, slug=story.slug, force=force)

        return self._turn(name, change, "took over the lock of")

    def unlock(self, name: str, *, force: bool = False) -> Sharing:
        """Let others edit again; raises as :meth:`lock`."""
        story = self._desk.open(name).story
        return self._turn(name, lambda now: unlocked(now, self.me, slug=story.slug, force=force), "took away the lock of")

    # --- inner workings ------------------------------------------------------------------------------------------

    def _govern(self, name: str, change: Change) -> Sharing:
        story = self._desk.open(name).story

        def checked(now: Sharing) -> Sharing:
            check_governs(now, self.me, story.slug)
            return change(now)

        return self._desk.archive.share(story.id, checked)

    def _turn(self, name: str, change: Change, taken: str) -> Sharing:
        """Change a lock; what is taken from somebody else is a step of the story, so that its history tells who did it."""
        story_id, before = self._desk.open(name).story.id, Sharing()

        def noted(now: Sharing) -> Sharing:
            nonlocal before
            before = now
            return change(now)

        after = self._desk.archive.share(story_id, noted)
        if before.lock is not None and not same_person(before.lock.by, self.me):
            self._desk.note(story_id, f"{taken} {before.lock.by}")
        return after
