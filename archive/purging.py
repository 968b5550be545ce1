"""Removing mentions for good, with everything that was kept of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, Connection, delete, exists, select

from .columns import storable
from .database import Database, chunks
from .grouping import leave
from .keywords import Move, follow
from .saving import heads_of, write_changes
from .tables import author_metrics, authors, engagements, mentions, versions


def purge(database: Database, connection: Connection, refs: Sequence[str]) -> int:
    """Remove these mentions; gives how many there were. The change log names all refs, known or not."""
    wanted = list(dict.fromkeys(map(storable, refs)))
    heads = list(heads_of(connection, wanted).values())
    if database.path is not None:
        # What is deleted is overwritten with zeros, or it could be read from the file until its place is used again.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    ids = [head.id for head in heads]
    leave(connection, ids)
    follow(connection, [Move(head, None) for head in heads])
    for part in chunks(ids):
        connection.execute(delete(versions).where(versions.c.mention_id.in_(part)))
        connection.execute(delete(engagements).where(engagements.c.mention_id.in_(part)))
        connection.execute(delete(mentions).where(mentions.c.id.in_(part)))
    for part in chunks(sorted({head.author_id for head in heads if head.author_id is not None})):
        lonely = connection.execute(select(authors.c.id).where(authors.c.id.in_(part), _says_nothing(authors.c.id))).scalars()
        _forget_authors(connection, lonely.all())
    if database.path is not None:
        connection.exec_driver_sql("PRAGMA secure_delete = OFF")
    write_changes(connection, wanted)
    return len(heads)


def _says_nothing(author: Column[int]) -> ColumnElement[bool]:
    return ~exists().where(mentions.c.author_id == author)


def _forget_authors(connection: Connection, ids: Sequence[int]) -> None:
    for table, column in ((author_metrics, author_metrics.c.author_id), (authors, authors.c.id)):
        connection.execute(delete(table).where(column.in_(ids)))
