"""Reading mentions: one, some, all, their history and their conversation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from ..core.archives import Change, Due
from ..core.deciding import Known
from ..core.documents import SearchDoc
from ..core.values import Engagement, Mention, Record, SourceState, Version
from .among import among
from .columns import storable
from .database import Database, chunks
from .documents import document_of
from .heads import Head, engagement_of, head_of, texts_of
from .keys import twin
from .rows import KEYWORD_OF, SOURCE, record_of, state_of, version_of
from .selects import documents_select, records_select, stored, wordings_select
from .tables import changes, engagements, filled, keywords, mentions, sources, versions

_THREAD_ROUNDS = 50  # answers to answers to answers
_THREAD_SIZE = 5000  # mentions of one conversation


def records(connection: Connection, refs: Sequence[str]) -> list[Record]:
    """The records of these refs in their order."""
    found: dict[str, Record] = {}
    for part in chunks(list({storable(ref) for ref in refs})):
        rows = connection.execute(records_select().where(mentions.c.ref.in_(part)))
        found |= {record.ref: record for record in map(record_of, rows)}
    return [found[ref] for ref in map(storable, refs) if ref in found]


def documents(connection: Connection, refs: Sequence[str]) -> list[SearchDoc]:
    """What search sees of these refs, in their order."""
    found: dict[str, SearchDoc] = {}
    for part in chunks(list({storable(ref) for ref in refs})):
        rows = connection.execute(documents_select().where(mentions.c.ref.in_(part)))
        found |= {doc.ref: doc for doc in map(document_of, rows)}
    return [found[ref] for ref in map(storable, refs) if ref in found]


def walk(database: Database, size: int) -> Iterator[list[Record]]:
    """All records by the order of their coming. Each piece is a transaction of its own, so that writers are not held up."""
    last = 0
    while True:
        with database.read() as connection:
            page = records_select().where(mentions.c.id > last).order_by(mentions.c.id).limit(size)
            rows = connection.execute(page).all()
        if not rows:
            return
        last = rows[-1].id
        yield list(map(record_of, rows))


def all_versions(connection: Connection, ref: str) -> list[Version]:
    """All wordings of a mention."""
    rows = connection.execute(wordings_select().where(mentions.c.ref == ref).order_by(versions.c.number))
    return list(map(version_of, rows))


def engagement(connection: Connection, ref: str) -> list[Engagement]:
    """All counts of a mention."""
    joined = select(engagements).join_from(engagements, mentions, mentions.c.id == engagements.c.mention_id)
    rows = connection.execute(joined.where(mentions.c.ref == ref).order_by(engagements.c.at))
    return [found for row in rows if (found := engagement_of(row))]


def known(connection: Connection, fetched: Sequence[Mention]) -> dict[str, Known]:
    """What decisions need of the records that fetched mentions belong to, by fetched ref."""
    by_ref = _heads(connection, _BY_REF, {storable(mention.ref) for mention in fetched})
    there = {head.ref: head for head in by_ref}
    twins = {mention.ref: twin(mention) for mention in fetched if storable(mention.ref) not in there}
    # Of several with one twin the first that was met counts.
    by_twin = {head.twin: head for head in reversed(_heads(connection, _BY_TWIN, {t for t in twins.values() if t}))}
    answer: dict[str, Known] = {}
    for mention in fetched:
        head = there.get(storable(mention.ref)) or by_twin.get(twins.get(mention.ref, ""))
        if head:
            answer[mention.ref] = Known(
                ref=head.ref,
                version=head.version,
                digest=head.digest,
                engagement=head.engagement,
                sources=frozenset(head.sources),
                redacted=head.redacted,
            )
    return answer


def thread(connection: Connection, ref: str) -> list[Record]:
    """The conversation of a mention: by the thread that its platform names, and from answer to answer."""
    found: dict[str, Head] = {}
    wanted, roots = {storable(ref)}, set[str]()
    for _ in range(_THREAD_ROUNDS):
        fresh = [head for head in _conversation(connection, wanted, roots) if head.ref not in found]
        if not fresh or len(found) > _THREAD_SIZE:
            break
        found |= {head.ref: head for head in fresh}
        roots = {head.thread or head.ref for head in fresh}
        wanted = {other for head in fresh for other in (head.ref, head.parent) if other}
    return sorted(records(connection, list(found)), key=lambda record: (record.when, record.ref))


def group(connection: Connection, ref: str) -> list[Record]:
    """The near-copies of a mention, in the order of their coming, itself included."""
    own = select(mentions.c.id, mentions.c.copy_of).where(mentions.c.ref == storable(ref))
    row = connection.execute(own).one_or_none()
    if row is None:
        return []
    first = row.id if row.copy_of is None else row.copy_of
    members = select(mentions.c.id, mentions.c.ref).where((mentions.c.id == first) | (mentions.c.copy_of == first))
    return records(connection, [member.ref for member in connection.execute(members.order_by(mentions.c.id))])


def _conversation(connection: Connection, wanted: set[str], roots: set[str]) -> list[Head]:
    """Mentions that are one of these, answer one of these, or are in the thread of one of these roots."""
    found: list[Head] = []
    for part in chunks(sorted(wanted | roots), 300):
        answers = filled(mentions.c.parent) & mentions.c.parent.in_(part)
        near = or_(mentions.c.ref.in_(part), answers, filled(mentions.c.thread) & mentions.c.thread.in_(part))
        found += map(head_of, connection.execute(select(mentions).where(near)))
    return found


_BY_REF = select(mentions).where(among(mentions.c.ref))
_BY_TWIN = select(mentions).where(filled(mentions.c.twin), among(mentions.c.twin))


def _heads(connection: Connection, which: Select[Any], values: Collection[str]) -> list[Head]:
    """Heads by the values of a column, the first that was met first."""
    rows = connection.execute(which, {"values": values}) if values else ()
    return sorted(map(head_of, rows), key=lambda head: head.id)


# --- lists ---------------------------------------------------------------------------------------------------


def counts(connection: Connection, by: str) -> dict[str, int]:
    """How many mentions there are by each value of a keyword field, the most frequent first."""
    rows = select(keywords.c.value, keywords.c.mentions).where(keywords.c.field == KEYWORD_OF[by], keywords.c.mentions > 0)
    return {row.value: row.mentions for row in connection.execute(rows.order_by(keywords.c.mentions.desc(), keywords.c.value))}


def source_states(connection: Connection) -> dict[str, SourceState]:
    """How each source has been doing."""
    rows = connection.execute(select(*stored(sources, SOURCE)).order_by(sources.c.id))
    return {row.id: state_of(row) for row in rows}


def due_for_refresh(connection: Connection, now: datetime, limit: int) -> list[Due]:
    """What is to be asked for again, by the time from which on it is; at most so many of each list of sources."""
    since = (mentions.c.refresh_at, mentions.c.id)
    place = func.row_number().over(partition_by=mentions.c.sources, order_by=since)
    # The index of this column has only the rows that have a time in it; PostgreSQL wants to be told so.
    waiting = mentions.c.refresh_at.is_not(None) & (mentions.c.refresh_at <= now)
    due = select(mentions.c.ref, mentions.c.sources, *since, place.label("place")).where(waiting).subquery()
    first = select(due.c.ref, due.c.sources).where(due.c.place <= limit).order_by(due.c.refresh_at, due.c.id)
    return [Due(ref=row.ref, sources=texts_of(row.sources)) for row in connection.execute(first)]


def oldest_changes(connection: Connection, limit: int) -> list[Change]:
    """The oldest entries of the change log."""
    rows = connection.execute(select(changes.c.id, changes.c.ref).order_by(changes.c.id).limit(limit))
    return [Change(id=row.id, ref=row.ref) for row in rows]
