"""Whom mentions speak to, as rows beside them; and the stamps of the days that such rows, and what hangs on them, belong to."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, delete, select, type_coerce

from ..core.accounts import VOICE
from ..core.interactions import interactions_of
from ..core.values import Mention
from .among import among
from .bulk import insert_many
from .columns import EPOCH, storable
from .database import chunks
from .heads import Head
from .keywords import Move
from .tables import day_stamps, interactions, mentions

_DAY = timedelta(days=1)
_DAY_MICROS = 86_400_000_000
_EARLIER = 1_000_000 * _DAY_MICROS  # before year 1: databases divide towards 0, and days before 1970 are days as well


def day_of(when: datetime) -> int:
    """The day of a time, counted from 1970-01-01 in UTC."""
    return (when - EPOCH) // _DAY


def sql_day(when: ColumnElement[Any]) -> ColumnElement[int]:
    """The same in SQL, of a column as it is stored."""
    return (when + _EARLIER) // _DAY_MICROS - 1_000_000


_DAYS = sql_day(type_coerce(mentions.c.when, BigInteger))


def rows_of(mention_id: int, mention: Mention) -> list[dict[str, Any]]:
    """Rows of ``interactions`` for a wording."""
    found = dict.fromkeys((kind, storable(target)) for kind, target in interactions_of(mention))
    return [{"mention_id": mention_id, "kind": kind, "target": target} for kind, target in found if target]


def write(connection: Connection, new: Iterable[tuple[int, Mention]], changed: Iterable[tuple[int, Mention]]) -> None:
    """Write whom new mentions speak to, and renew it of those that have another wording."""
    renewed = dict(changed)
    for part in chunks(list(renewed)):
        connection.execute(delete(interactions).where(interactions.c.mention_id.in_(part)))
    standing = dict(new) | renewed
    insert_many(connection, interactions, [row for number, mention in standing.items() for row in rows_of(number, mention)])


# --- stamps --------------------------------------------------------------------------------------------------


def note_moves(connection: Connection, moves: Sequence[Move]) -> None:
    """Stamp the days on which what was said, to whom, or with what echo differs now.

    What speaks to a mention is told by that one's author and topics, so its day counts, too.
    """
    days: set[int] = set()
    spoken_to: set[str] = set()
    for before, after in moves:
        if before is None or after is None:
            heads = [head for head in (before, after) if head]
            days |= {day_of(head.when) for head in heads}
            spoken_to |= {head.ref for head in heads}
            continue
        if _own(before) != _own(after):
            days |= {day_of(before.when), day_of(after.when)}
        if _told(before) != _told(after):
            spoken_to.add(after.ref)
    stamp(connection, days | days_speaking_to(connection, spoken_to))


def _own(head: Head) -> tuple[Any, ...]:
    return head.when, head.version, head.engagement, head.parent, *_told(head)


def _told(head: Head) -> tuple[Any, ...]:
    return head.author_id, {label.value for label in head.labels if label.name == "topic"}, _voice(head)


def _voice(head: Head) -> set[str]:
    return {label.value for label in head.labels if label.name == VOICE}


def days_speaking_to(connection: Connection, refs: Iterable[str]) -> set[int]:
    """The days of mentions that answer, share or quote these."""
    return _days_to(connection, refs, interactions.c.kind != "mention")


def days_naming(connection: Connection, handles: Iterable[str]) -> set[int]:
    """The days of mentions that name somebody by one of these handles, folded."""
    return _days_to(connection, handles, interactions.c.kind == "mention")


def _days_to(connection: Connection, targets: Iterable[str], kind: ColumnElement[bool]) -> set[int]:
    wanted = sorted(set(targets))
    if not wanted:
        return set()
    joined = select(_DAYS).distinct().join_from(interactions, mentions, mentions.c.id == interactions.c.mention_id)
    return set(connection.execute(joined.where(kind, among(interactions.c.target)), {"values": wanted}).scalars())


def days_of_groups(connection: Connection, ids: Sequence[int]) -> set[int]:
    """The days of the near-copies among which these mentions are: which of them is the first may change."""
    days: set[int] = set()
    for part in chunks(ids):
        firsts = select(mentions.c.copy_of).where(mentions.c.id.in_(part), mentions.c.copy_of.is_not(None))
        for which in (mentions.c.copy_of.in_(part), mentions.c.copy_of.in_(firsts), mentions.c.id.in_(firsts)):
            days |= set(connection.execute(select(_DAYS).distinct().where(which)).scalars())
    return days


_OLD_STAMPS = delete(day_stamps).where(among(day_stamps.c.day))


def stamp(connection: Connection, days: Iterable[int]) -> None:
    """Give these days another number. The transaction must be a writing one."""
    wanted = sorted(set(days))
    connection.execute(_OLD_STAMPS, {"values": wanted})
    insert_many(connection, day_stamps, [{"day": day, "stamp": secrets.randbits(63)} for day in wanted])
