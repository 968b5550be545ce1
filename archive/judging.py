"""Which version of a processor said what stands in the archive, and how far it has looked.

Labels are JSON without spaces whose keys have one order, so that what a processor said is found by its beginning: by a scan of
the rows of ``mentions``, without a table of its own that every save would have to keep. What a quotation mark in a label would
feign is escaped there.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select

from ..core.archives import Judging, Piece
from ..core.serial import from_json, to_json
from ..core.values import BY_YOU, Record
from .database import Database
from .heads import encoded
from .rows import record_of
from .selects import records_select
from .tables import mentions, meta


def versions_of(connection: Connection, by: str) -> dict[str, int]:
    """How many mentions have labels of a processor, by its version."""
    said, versioned = _said(by), f"{_said(by)},{_VERSION}"
    after = func.substr(mentions.c.labels, _place(connection, versioned) + len(versioned))
    version = case(
        (_place(connection, versioned) > 0, func.substr(after, 1, _find(connection, after, literal('"')) - 1)), else_=""
    ).label("version")
    counted = select(version, func.count()).where(_place(connection, said) > 0).group_by(version)
    return {_unescaped(found): count for found, count in connection.execute(counted)}


def before_first(connection: Connection, by: str, after: int) -> int:
    """How many mentions beyond the place ``after`` came before the first that a processor said anything of."""
    first = connection.execute(select(func.min(mentions.c.id)).where(_place(connection, _said(by)) > 0)).scalar()
    earlier = select(func.count()).where(mentions.c.id > after)
    return connection.execute(earlier if first is None else earlier.where(mentions.c.id < first)).scalar_one()


def to_judge(connection: Connection, by: str, noted: Judging, after: int, limit: int, everything: bool) -> Piece:
    """The next mentions that this version of a processor has not judged, or simply the next ones; none without words."""
    wanted = records_select().where(mentions.c.id > after, mentions.c.redacted.is_(False))
    if not everything:
        wanted = wanted.where(_unjudged(connection, by, noted))
    rows = connection.execute(wanted.order_by(mentions.c.id).limit(limit)).all()
    if len(rows) == limit:
        through = rows[-1].id
    else:
        through = max(after, connection.execute(select(func.max(mentions.c.id))).scalar() or 0)
    return Piece(records=tuple(map(record_of, rows)), through=through)


def count_to_judge(connection: Connection, by: str, noted: Judging) -> int:
    """How many there are of these."""
    return connection.execute(
        select(func.count()).where(_unjudged(connection, by, noted), mentions.c.redacted.is_(False))
    ).scalar_one()


def corrected(connection: Connection, name: str) -> list[Record]:
    """The mentions that a person gave a label of this name, or one of it about a topic, in the order of their coming."""
    rows = records_select().where(_place(connection, _said(BY_YOU)) > 0).order_by(mentions.c.id)
    found = map(record_of, connection.execute(rows))
    return [record for record in found if any(x.by == BY_YOU and x.name.partition(":")[0] == name for x in record.labels)]


def judging(connection: Connection, by: str) -> Judging | None:
    """What was noted of a processor."""
    row = connection.execute(select(meta.c.value).where(meta.c.key == _key(by))).scalar()
    return None if row is None else from_json(Judging, json.loads(row))


def set_judging(database: Database, connection: Connection, by: str, noted: Judging) -> None:
    """Note it."""
    statement = database.insert(meta).values(key=_key(by), value=encoded(to_json(noted)))
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value}))


# --- conditions ----------------------------------------------------------------------------------------------

_VERSION = '"version":"'


def _said(by: str) -> str:
    """How a label of a processor stands in the JSON of labels."""
    return f'"by":{encoded(by)}'


def _unjudged(connection: Connection, by: str, noted: Judging) -> ColumnElement[bool]:
    """Whether a row has labels of another version only; or none, and was not looked at."""
    said = _said(by)
    if noted.version:
        other = _place(connection, f'{said},"version":{encoded(noted.version)}') == 0
    else:
        other = _place(connection, f"{said},{_VERSION}") > 0
    there = _place(connection, said)
    return or_(and_(there > 0, other), and_(there == 0, mentions.c.id > noted.through))


def _place(connection: Connection, words: str) -> ColumnElement[int]:
    return _find(connection, mentions.c.labels, literal(words))


def _find(connection: Connection, text: ColumnElement[Any], words: ColumnElement[str]) -> ColumnElement[int]:
    """Where words begin in a text, from 1 on; 0 where they do not stand in it."""
    return func.strpos(text, words) if connection.dialect.name == "postgresql" else func.instr(text, words)


def _unescaped(text: str) -> str:
    """What stands so in JSON; as it stands there where a quotation mark in it cut it off."""
    try:
        return json.loads(f'"{text}"')
    except ValueError:
        return text


def _key(by: str) -> str:
    return f"judging {by}"
