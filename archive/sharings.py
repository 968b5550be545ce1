"""Who may do what with each story, and who is at one alone: one row for a story of which anything is said."""

from __future__ import annotations

from collections.abc import Callable
from json import dumps, loads
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from ..core.entries import SharingEntry
from ..core.errors import NotFound
from ..core.sharing import Lock, Role, Sharing
from .columns import storable
from .tables import sharings, stories


def of_story(connection: Connection, story_id: str) -> Sharing:
    """What is said of a story."""
    row = connection.execute(select(sharings).where(sharings.c.story_id == story_id)).one_or_none()
    return _sharing_of(row) if row else Sharing()


def change(connection: Connection, story_id: str, made: Callable[[Sharing], Sharing]) -> Sharing:
    """Say something else of a story; the transaction must be a writing one. Raises ``NotFound``."""
    if connection.execute(select(stories.c.id).where(stories.c.id == story_id)).scalar() is None:
        raise NotFound("story", story_id)
    before = of_story(connection, story_id)
    after = made(before)
    if after != before:
        write(connection, story_id, after)
    return after


def write(connection: Connection, story_id: str, sharing: Sharing) -> None:
    """Say this of a story, in place of what was said."""
    connection.execute(delete(sharings).where(sharings.c.story_id == story_id))
    if sharing != Sharing():
        connection.execute(insert(sharings), _row(story_id, sharing))


def all_sharings(connection: Connection) -> list[SharingEntry]:
    """All there are, by story."""
    found: list[SharingEntry] = []
    for row in connection.execute(select(sharings).order_by(sharings.c.story_id)):
        told = _sharing_of(row)
        found.append(SharingEntry(story=row.story_id, people=told.people, closed=told.closed, lock=told.lock))
    return found


def _row(story_id: str, sharing: Sharing) -> dict[str, Any]:
    lock = sharing.lock
    return {
        "story_id": story_id,
        "people": dumps({storable(name): role.value for name, role in sharing.people.items()}, ensure_ascii=False),
        "closed": sharing.closed,
        "locked_by": storable(lock.by) if lock else "",
        "locked_at": lock.since if lock else None,
        "lock_note": storable(lock.note) if lock else "",
    }


def _sharing_of(row: Row[Any]) -> Sharing:
    lock = None if row.locked_at is None else Lock(by=row.locked_by, since=row.locked_at, note=row.lock_note)
    return Sharing(people={name: Role(role) for name, role in loads(row.people).items()}, closed=row.closed, lock=lock)
