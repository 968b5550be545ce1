"""Which mentions are never to be proposed for a story again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from ..core.errors import NotFound
from .columns import storable
from .database import chunks
from .tables import rejections, stories


def rejected(connection: Connection, story_id: str) -> frozenset[str]:
    """Refs of what was rejected for a story; raises ``NotFound``."""
    _check(connection, story_id)
    return frozenset(connection.execute(select(rejections.c.ref).where(rejections.c.story_id == story_id)).scalars())


def reject(connection: Connection, story_id: str, refs: Sequence[str], at: datetime) -> None:
    """Never propose these again; what is rejected already stays so since then."""
    known = rejected(connection, story_id)
    new = [ref for ref in dict.fromkeys(map(storable, refs)) if ref not in known]
    if new:
        connection.execute(insert(rejections), [{"story_id": story_id, "ref": ref, "at": at} for ref in new])


def unreject(connection: Connection, story_id: str, refs: Sequence[str]) -> None:
    """Let these be proposed again."""
    _check(connection, story_id)
    for part in chunks(list(map(storable, refs))):
        connection.execute(delete(rejections).where(rejections.c.story_id == story_id, rejections.c.ref.in_(part)))


def _check(connection: Connection, story_id: str) -> None:
    if connection.execute(select(stories.c.id).where(stories.c.id == story_id)).scalar() is None:
        raise NotFound("story", story_id)
