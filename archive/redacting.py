"""Taking somebody's words out of the archive and of every step of every story, for good."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ..core.entries import RedactionEntry
from ..core.errors import ArchiveDamaged, NotFound
from ..core.redacting import left_of_labels, pictures_of, redacted_copy, without_words
from ..core.serial import DecodeError, from_json, to_json
from ..core.values import BlockKind, FrozenCopy, Media, Redaction
from .columns import storable
from .database import Database
from .grouping import leave
from .heads import Head
from .interactions import day_of, days_of_groups, note_moves, stamp
from .interactions import write as write_interactions
from .keys import twin
from .keywords import Move, follow
from .redactions import redactions, row_of
from .rows import packed, unpacked, version_of
from .saving import heads_of, update_heads, write_changes
from .selects import wordings_select
from .tables import copies, link_checks, mentions, revisions, versions
from .tables import redactions as table

Quotes = dict[str, dict[str, FrozenCopy]]
"""By the id of a story: by digest, its copies of one mention."""


def redact(database: Database, connection: Connection, ref: str, reason: str, at: datetime) -> Redaction:
    """Take a mention's words out; the transaction must be a writing one."""
    ref = storable(ref)
    head = heads_of(connection, [ref]).get(ref)
    held_in = quotes(connection, ref)
    before = redactions(connection, [ref]).get(ref)
    if head is None and before is None and not held_in:
        raise NotFound("mention", ref)
    if database.path is not None:
        # As in purging: what is overwritten could be read from the file until its place is used again.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    if before:
        redaction = replace(before, reason=storable(reason))
        connection.execute(update(table).where(table.c.ref == ref).values(reason=redaction.reason))
    else:
        # Of several copies, the one of the newest wording.
        newest = max((c for held in held_in.values() for c in held.values()), key=lambda copy: copy.version, default=None)
        digest = head.digest if head else newest.digest if newest else ""
        known_by = head.twin if head else twin(newest.mention) if newest else ""
        entry = RedactionEntry(ref=ref, at=at, reason=storable(reason), digest=digest, twin=known_by)
        connection.execute(insert(table), row_of(entry))
        redaction = Redaction(at=at, reason=entry.reason, digest=digest)
    shown = [media for held in held_in.values() for copy in held.values() for media in copy.mention.media]
    if head:
        shown += _take_words(connection, head)
    for story_id, held in held_in.items():
        _take_quotes(connection, story_id, held, redaction, pictures_of(shown))
    connection.execute(update(link_checks).where(link_checks.c.ref == ref).values(detail=""))
    if database.path is not None:
        connection.exec_driver_sql("PRAGMA secure_delete = OFF")
    write_changes(connection, [ref])
    return redaction


# --- out of the mention --------------------------------------------------------------------------------------


def _take_words(connection: Connection, head: Head) -> list[Media]:
    """Empty all wordings, and what was made of them; gives what they showed."""
    found = connection.execute(wordings_select().where(mentions.c.id == head.id).order_by(versions.c.number))
    wordings = list(map(version_of, found))
    stamp(connection, days_of_groups(connection, [head.id]) | {day_of(head.when)})
    leave(connection, [head.id])
    alone = {"copy_of": None, "copies": 0, "signature": b""}
    connection.execute(update(mentions).where(mentions.c.id == head.id).values(**alone))
    nothing = {"title": "", "text": "", "media": "[]", "raw": None}
    connection.execute(update(versions).where(versions.c.mention_id == head.id).values(**nothing))
    write_interactions(connection, (), [(head.id, without_words(version.mention)) for version in wordings[-1:]])
    after = replace(head, redacted=True, has=(), labels=left_of_labels(head.labels))
    update_heads(connection, [after])
    follow(connection, [Move(head, after)])
    note_moves(connection, [Move(head, after)])
    return [media for version in wordings for media in version.mention.media]


# --- out of stories ------------------------------------------------------------------------------------------


def quotes(connection: Connection, ref: str) -> Quotes:
    """All copies of a mention. No index leads to them: words are taken out rarely, and copies are saved all day."""
    found: defaultdict[str, dict[str, FrozenCopy]] = defaultdict(dict)
    for row in connection.execute(select(copies).order_by(copies.c.story_id, copies.c.digest)):
        body = unpacked(row.body)
        if f"{body['mention']['platform']}:{body['mention']['key']}" == ref:
            try:
                found[row.story_id][row.digest] = from_json(FrozenCopy, body)
            except DecodeError as error:
                raise ArchiveDamaged(f"A quote of the story {row.story_id} cannot be read: {error}") from error
    return dict(found)


def _take_quotes(
    connection: Connection, story_id: str, held: dict[str, FrozenCopy], redaction: Redaction, pictures: frozenset[str]
) -> None:
    """Put copies without words in the place of these, and let every step name them; undoing finds nothing else."""
    named: dict[str, str] = {}
    rows: dict[str, bytes] = {}
    for digest, copy in held.items():
        body = packed(to_json(redacted_copy(copy, redaction)))
        named[digest] = hashlib.sha256(body).hexdigest()
        rows[named[digest]] = body
    here = revisions.c.story_id == story_id
    for number in connection.execute(select(revisions.c.number).where(here)).scalars().all():
        this = here & (revisions.c.number == number)
        body = unpacked(connection.execute(select(revisions.c.body).where(this)).scalar_one())
        if _put(body, named, pictures):
            connection.execute(update(revisions).where(this).values(body=packed(body)))
    for digest in held:
        connection.execute(delete(copies).where(copies.c.story_id == story_id, copies.c.digest == digest))
    connection.execute(insert(copies), [{"story_id": story_id, "digest": d, "body": body} for d, body in rows.items()])


def _put(body: dict[str, Any], named: dict[str, str], pictures: frozenset[str]) -> bool:
    """Let a step name the copies without words, in place; whether anything is another now.

    The same as :func:`hubbub.core.redacting.redacted_story`, without reading hundreds of blocks of hundreds of steps.
    """
    before = packed(body)
    for block in body["blocks"]:
        if block["copy"] in named:
            block |= {"copy": named[block["copy"]], "extent": None, "alts": {}}
        elif block["kind"] == BlockKind.IMAGE.value and (block["media"] in pictures or block["url"] in pictures):
            block |= {"url": "", "media": "", "alt": ""}
    if body.get("cover") in pictures:
        body |= {"cover": "", "cover_alt": ""}
    return packed(body) != before
