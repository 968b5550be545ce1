"""Who may do what with a story: roles, the lock, and the name of the person at the desk. Pure decisions.

These are rules of courtesy among people who share one archive: they keep two from writing over each other, and a reader from
changing a word by a slip. Whoever can write to the database can set them aside; rights of PostgreSQL are there for that.

A story is *open* until somebody closes it: everybody may edit, but for those who are named with a smaller role. A *closed* one
is edited by those who are named, and read by all. Roles contain each other: an owner is an editor, an editor a commenter, a
commenter a reader. While somebody has a story *locked*, nobody else edits it; reading and comments go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from .controls import clean
from .errors import StoryError, StoryRefused

MAX_NAME = 60
"""Characters of a person's name; of a longer one, the rest is cut."""
MAX_NOTE = 200
"""Characters of the note of a lock; of a longer one, the rest is cut."""


class Role(StrEnum):
    """What somebody may do with a story; each role may do what those before it may."""

    READER = "reader"
    COMMENTER = "commenter"
    EDITOR = "editor"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(Role).index(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lock:
    """Somebody is at a story and wants to be alone."""

    by: str
    """Who."""
    since: datetime
    """Since when."""
    note: str = ""
    """What they are doing, in a few words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sharing:
    """Who may do what with one story."""

    people: Mapping[str, Role] = field(default_factory=dict)
    """By name. A story that was begun before there were owners has none until somebody is named."""
    closed: bool = False
    """Whether only those who are named may edit and comment."""
    lock: Lock | None = None
    """Who is at it alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """What somebody said about a story, or about one of its blocks; it is never published and no part of any step."""

    id: int
    """Unique in the archive, from 1."""
    story: str
    """Id of the story."""
    block: str = ""
    """Id of the block that it is about, which may be gone by now; empty for the story as a whole."""
    answers: int | None = None
    """The comment that it answers."""
    by: str
    """Who said it; empty where nobody was named."""
    at: datetime
    """When."""
    text: str
    """Plain text."""
    resolved: datetime | None = None
    """When somebody called it settled; ``None`` while it is open."""
    resolved_by: str = ""


# --- names ---------------------------------------------------------------------------------------------------


def person_name(text: str) -> str:
    """A name as it is kept: one line without what steers a terminal, at most ``MAX_NAME`` characters."""
    return " ".join(clean(text[: 10 * MAX_NAME], newlines=False).split())[:MAX_NAME].rstrip()


def same_person(one: str, other: str) -> bool:
    """Whether two names are of one person, whatever their case."""
    return one.casefold() == other.casefold()


# --- what somebody may -----------------------------------------------------------------------------------------


def role_of(sharing: Sharing, person: str) -> Role:
    """The role of a person; those who are not named edit an open story, and read a closed one."""
    named = next((role for name, role in sharing.people.items() if same_person(name, person)), None)
    return named or (Role.READER if sharing.closed else Role.EDITOR)


def owners(sharing: Sharing) -> tuple[str, ...]:
    """Their names."""
    return tuple(name for name, role in sharing.people.items() if role is Role.OWNER)


def governs(sharing: Sharing, person: str) -> bool:
    """Whether a person may say who does what: an owner; whoever may edit, where there is no owner."""
    return role_of(sharing, person) is Role.OWNER or (not owners(sharing) and _at_least(sharing, person, Role.EDITOR))


def check_role(sharing: Sharing, person: str, wanted: Role, slug: str) -> None:
    """Raise ``StoryRefused`` where somebody's role is smaller; it says who may, and how to ask."""
    held = role_of(sharing, person)
    if held.rank >= wanted.rank:
        return
    named = [name for name, role in sharing.people.items() if role.rank >= wanted.rank]
    who = ", ".join(named) or ("everybody else" if not sharing.closed else "nobody")
    verb = "edited" if wanted is Role.EDITOR else "commented on"
    others = " and everybody who is not named" if named and not sharing.closed else ""
    raise StoryRefused(
        f"The story {slug!r} is {verb} by {who}{others}; {person or 'you'} may only {_MAY[held]}. "
        f"{_ask(sharing)}: hubbub story people {slug} --add {_word(person)} --role {wanted}"
    )


def check_governs(sharing: Sharing, person: str, slug: str) -> None:
    """Raise ``StoryRefused`` for everybody who may not say who does what."""
    if not governs(sharing, person):
        who = ", ".join(owners(sharing)) or "those who may edit it"
        raise StoryRefused(f"Only {who} can do that to the story {slug!r}. You are {person or 'nobody by name'}.")


def check_lock(sharing: Sharing, person: str, slug: str) -> None:
    """Raise ``StoryRefused`` while somebody else is at it alone."""
    lock = sharing.lock
    if lock is not None and not same_person(lock.by, person):
        raise StoryRefused(
            f"{told(lock)}. Reading and comments go on; ask them to let go: hubbub story unlock {slug}"
            + (f"; or take it over: hubbub story lock {slug} --force" if governs(sharing, person) else "")
        )


def told(lock: Lock) -> str:
    """A lock in words."""
    note = f" ({lock.note})" if lock.note else ""
    return f"{lock.by or 'Somebody'} is at it since {lock.since:%Y-%m-%d %H:%M} UTC{note}"


# --- changes ---------------------------------------------------------------------------------------------------


def with_person(sharing: Sharing, person: str, role: Role) -> Sharing:
    """Give somebody a role in place of the one that they had; raises ``StoryError`` where that leaves no owner."""
    if not person:
        raise StoryError("A person needs a name.")
    held = next((name for name in sharing.people if same_person(name, person)), person)
    return _still_owned(sharing, replace(sharing, people={**sharing.people, held: role}))


def without_person(sharing: Sharing, person: str) -> Sharing:
    """Name somebody no more; raises ``StoryError`` for somebody who is not named, and for the last owner."""
    held = next((name for name in sharing.people if same_person(name, person)), None)
    if held is None:
        raise StoryError(f"{person} is not named; named are: {', '.join(sharing.people) or 'nobody'}.")
    return _still_owned(sharing, replace(sharing, people={n: r for n, r in sharing.people.items() if n != held}))


def locked(sharing: Sharing, person: str, at: datetime, note: str, *, slug: str, force: bool = False) -> Sharing:
    """Let somebody be at it alone. One who is already keeps the time since when; raises ``StoryRefused`` while another is,
    unless ``force`` takes it over."""
    if not person:
        raise StoryError('A lock needs your name: HUBBUB_PERSON=ana, or person = "ana" under [workspace].')
    standing = sharing.lock
    note = " ".join(clean(note[: 10 * MAX_NOTE], newlines=False).split())[:MAX_NOTE]
    if standing is not None and same_person(standing.by, person):
        return replace(sharing, lock=replace(standing, note=note or standing.note))
    _check_force(sharing, person, slug, force=force)
    return replace(sharing, lock=Lock(by=person, since=at, note=note))


def unlocked(sharing: Sharing, person: str, *, slug: str, force: bool = False) -> Sharing:
    """Let others edit again; raises as :func:`locked`."""
    _check_force(sharing, person, slug, force=force)
    return replace(sharing, lock=None)


def _check_force(sharing: Sharing, person: str, slug: str, *, force: bool) -> None:
    if not force:
        check_lock(sharing, person, slug)
    elif sharing.lock is not None and not same_person(sharing.lock.by, person):
        check_governs(sharing, person, slug)


def _still_owned(before: Sharing, after: Sharing) -> Sharing:
    if owners(before) and not owners(after):
        raise StoryError(f"{owners(before)[0]} is the only owner; make somebody else one first (--role owner).")
    return after


def _at_least(sharing: Sharing, person: str, role: Role) -> bool:
    return role_of(sharing, person).rank >= role.rank


def _ask(sharing: Sharing) -> str:
    who = owners(sharing)
    return f"Ask {who[0]}" if who else "Somebody who may edit it can change that"


def _word(name: str) -> str:
    """A name as one word of a command line."""
    return name if name and all(each.isalnum() or each in "-_.@" for each in name) else f'"{name or "NAME"}"'


_MAY: Mapping[Role, str] = {
    Role.READER: "read it",
    Role.COMMENTER: "read it and comment",
    Role.EDITOR: "edit it",
    Role.OWNER: "edit it",
}
