"""Removing mentions for good, with everything that was kept of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, Connection, delete, exists, select

from .cards import leave_persons
from .columns import storable
from .database import Database, chunks
from .grouping import leave
from .interactions import days_naming, days_of_groups, note_moves, stamp
from .keywords import Move, follow
from .saving import heads_of, write_changes
from .tables import author_cards, author_metrics, authors, engagements, handles, interactions, mentions, versions


def purge(database: Database, connection: Connection, refs: Sequence[str]) -> int:
    """Remove these mentions; gives how many there were. The change log names all refs, known or not."""
    wanted = list(dict.fromkeys(map(storable, refs)))
    heads = list(heads_of(connection, wanted).values())
    if database.path is not None:
        # What is deleted is overwritten with zeros, or it could be read from the file until its place is used again.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    ids = [head.id for head in heads]
    stamp(connection, days_of_groups(connection, ids))
    leave(connection, ids)
    moves = [Move(head, None) for head in heads]
    follow(connection, moves)
    note_moves(connection, moves)
    for part in chunks(ids):
        connection.execute(delete(versions).where(versions.c.mention_id.in_(part)))
        connection.execute(delete(engagements).where(engagements.c.mention_id.in_(part)))
        connection.execute(delete(interactions).where(interactions.c.mention_id.in_(part)))
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
    leave_persons(connection, ids)
    gone = connection.execute(select(handles.c.handle).where(handles.c.author_id.in_(ids))).scalars().all()
    stamp(connection, days_naming(connection, gone))
    for table in (author_metrics, author_cards, handles):
        connection.execute(delete(table).where(table.c.author_id.in_(ids)))
    connection.execute(delete(authors).where(authors.c.id.in_(ids)))
