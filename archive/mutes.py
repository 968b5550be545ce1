"""What the desk does not want to see, and how much of it there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select

from ..core.accounts import names_of, platform_and_handle
from ..core.errors import NotFound
from ..core.folding import fold
from ..core.values import MUTED, Mute, MuteKind
from .columns import storable
from .database import chunks
from .rows import author_of
from .tables import authors, keywords, mentions, mutes


def all_mutes(connection: Connection) -> list[Mute]:
    """All of them, the first first."""
    return [_mute_of(row) for row in connection.execute(select(mutes).order_by(mutes.c.id))]


def add(connection: Connection, kind: MuteKind, value: str, note: str, at: datetime) -> Mute:
    """Add one; where there is one of this value already, that one."""
    value = storable(value)
    same = select(mutes).where(mutes.c.kind == kind, mutes.c.value == value)
    there = connection.execute(same).one_or_none()
    if there is None:
        number = (connection.execute(select(func.max(mutes.c.id))).scalar() or 0) + 1
        row = {"id": number, "kind": kind, "value": value, "created": at, "note": storable(note)}
        connection.execute(insert(mutes), row)
        there = connection.execute(same).one()
    return _mute_of(there)


def remove(connection: Connection, number: int) -> Mute:
    """Take one away; raises ``NotFound``."""
    row = connection.execute(select(mutes).where(mutes.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("mute", str(number), [str(mute.id) for mute in all_mutes(connection)])
    connection.execute(delete(mutes).where(mutes.c.id == number))
    return _mute_of(row)


def hidden(connection: Connection, wanted: Sequence[Mute]) -> dict[int, int]:
    """How many mentions each of these mutes: every label is a keyword that knows how many have it."""
    folded = {mute.id: fold(storable(f"{MUTED}={mute.kind}:{mute.value}")) for mute in wanted}
    found: dict[str, int] = {}
    for part in chunks(sorted(set(folded.values()))):
        rows = select(keywords.c.folded, func.sum(keywords.c.mentions)).where(
            keywords.c.field == "label", keywords.c.folded.in_(part)
        )
        found |= {key: int(count) for key, count in connection.execute(rows.group_by(keywords.c.folded))}
    return {number: found.get(key, 0) for number, key in folded.items()}


def muted(connection: Connection) -> int:
    """How many mentions are muted, by whatever."""
    here = (keywords.c.field == "is") & (keywords.c.folded == MUTED)
    return int(connection.execute(select(func.sum(keywords.c.mentions)).where(here)).scalar() or 0)


def written_by(connection: Connection, author: str) -> list[str]:
    """Refs of all that an author wrote, the newest first."""
    platform, name = platform_and_handle(storable(author))
    name = name.casefold()
    here = func.lower(authors.c.platform) == platform
    if name.isascii():  # what else would be folded otherwise by databases than by us is looked at here
        bare = name.partition("@")[0]
        here &= or_(func.lower(authors.c.key) == name, func.lower(authors.c.handle).in_([name, bare]))
    rows = connection.execute(select(authors).where(here))
    ids = [row.id for row in rows if name in names_of(author_of(row))]
    found: list[tuple[Any, str]] = []
    for part in chunks(ids):
        found += [(row.when, row.ref) for row in connection.execute(_mentions_of(part))]
    return [ref for _, ref in sorted(found, reverse=True)]


def _mentions_of(ids: Sequence[int]) -> Any:
    return select(mentions.c.when, mentions.c.ref).where(mentions.c.author_id.in_(ids))


def mute_row(mute: Mute) -> Mapping[str, Any]:
    """A mute as a row."""
    return {"id": mute.id, "kind": mute.kind, "value": mute.value, "created": mute.created, "note": mute.note}


def _mute_of(row: Row[Any]) -> Mute:
    return Mute(id=row.id, kind=row.kind, value=row.value, created=row.created, note=row.note)
