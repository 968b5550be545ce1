"""What people say about stories and their blocks, beside the steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from ..core.errors import NotFound
from ..core.sharing import Comment
from .columns import storable
from .tables import comments, stories


def of_story(connection: Connection, story_id: str) -> list[Comment]:
    """The comments on a story, the first first."""
    rows = select(comments).where(comments.c.story_id == story_id).order_by(comments.c.id)
    return list(map(_comment_of, connection.execute(rows)))


def all_comments(connection: Connection) -> list[Comment]:
    """All there are, by number."""
    return list(map(_comment_of, connection.execute(select(comments).order_by(comments.c.id))))


def add(connection: Connection, comment: Comment) -> Comment:
    """Keep a comment under the next number, whatever its own is; raises ``NotFound`` where the story is not there."""
    if connection.execute(select(stories.c.id).where(stories.c.id == comment.story)).scalar() is None:
        raise NotFound("story", comment.story)
    number = (connection.execute(select(func.max(comments.c.id))).scalar() or 0) + 1
    connection.execute(insert(comments), {**comment_row(comment), "id": number})
    return _one(connection, number)


def resolve(connection: Connection, number: int, by: str, at: datetime | None) -> Comment:
    """Note that it is settled since then, or (``None``) open; raises ``NotFound``."""
    told = {"resolved": at, "resolved_by": storable(by) if at else ""}
    connection.execute(update(comments).where(comments.c.id == number).values(**told))
    return _one(connection, number)


def remove(connection: Connection, number: int) -> None:
    """Remove it with the answers to it; raises ``NotFound``."""
    _one(connection, number)
    connection.execute(delete(comments).where(or_(comments.c.id == number, comments.c.answers == number)))


def comment_row(comment: Comment) -> Mapping[str, Any]:
    """A comment as a row."""
    return {
        "id": comment.id,
        "story_id": comment.story,
        "block": storable(comment.block),
        "answers": comment.answers,
        "by": storable(comment.by),
        "at": comment.at,
        "text": storable(comment.text),
        "resolved": comment.resolved,
        "resolved_by": storable(comment.resolved_by),
    }


def _one(connection: Connection, number: int) -> Comment:
    row = connection.execute(select(comments).where(comments.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("comment", str(number))
    return _comment_of(row)


def _comment_of(row: Row[Any]) -> Comment:
    told = row._asdict()
    return Comment(story=told.pop("story_id"), **told)
