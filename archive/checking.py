"""Is the archive whole? What the database says of its file, and what must hold between our tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, and_, exists, func, not_, or_, select, text, type_coerce

from ..core.accounts import bare_handle
from ..core.redacting import has_words
from ..core.serial import from_json
from ..core.values import FrozenCopy, Mention, MentionKind
from .cards import astray
from .columns import micros, storable
from .database import Database
from .heads import head_of
from .interactions import day_of, rows_of
from .keywords import keywords_of
from .rows import unpacked
from .tables import (
    authors,
    copies,
    day_stamps,
    handles,
    interactions,
    keyword_mentions,
    keywords,
    mentions,
    redactions,
    revisions,
    stories,
    versions,
)

_PAGE = 1000
_PRIME = 1_000_003  # keeps sums of times within 64 bits; what is left of a time before 1970 is below 0 in SQL alone
_SHOWN = 5  # examples of one kind of trouble


def check(database: Database) -> list[str]:
    """Sentences, one for each kind of trouble, with examples; empty when all is well."""
    with database.snapshot() as connection:
        found = _file(connection) if database.path else []
        return found or [
            *_versions(connection),
            *_stories(connection),
            *_redactions(connection),
            *_groups(connection),
            *_keywords(connection),
            *_interactions(connection),
            *_people(connection),
        ]


def _file(connection: Connection) -> list[str]:
    problems = [row[0] for row in connection.execute(text("PRAGMA integrity_check(20)")) if row[0] != "ok"]
    sentences = [f"The file is damaged: {problem}." for problem in problems]
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        sentences.append(f"{len(broken)} rows name rows that are not there, the first in the table {broken[0][0]}.")
    return sentences


def _versions(connection: Connection) -> list[str]:
    wordings = (
        select(versions.c.mention_id, func.count().label("many"), func.max(versions.c.number).label("last"))
        .group_by(versions.c.mention_id)
        .subquery()
    )
    wrong = or_(wordings.c.many.is_(None), wordings.c.many != mentions.c.version, wordings.c.last != mentions.c.version)
    joined = select(mentions.c.ref).outerjoin_from(mentions, wordings, wordings.c.mention_id == mentions.c.id).where(wrong)
    return _told("Mentions whose wordings are not numbered from 1 to their newest", connection.execute(joined).scalars().all())


def _stories(connection: Connection) -> list[str]:
    here = and_(revisions.c.story_id == stories.c.id, revisions.c.number == stories.c.revision)
    lost = connection.execute(select(stories.c.slug).where(not_(exists().where(here)))).scalars().all()
    return _told("Stories whose standing revision is not there", lost)


def _redactions(connection: Connection) -> list[str]:
    """Whose words were taken out has none, neither in a wording nor in a quote, and is marked so."""
    noted = exists().where(redactions.c.ref == mentions.c.ref)
    unlike = connection.execute(select(mentions.c.ref).where(mentions.c.redacted != noted)).scalars().all()
    if connection.execute(select(redactions.c.ref).limit(1)).first() is None:
        return _told("Mentions that are marked as redacted by mistake", unlike)
    left = or_(versions.c.title != "", versions.c.text != "", versions.c.media != "[]", versions.c.raw.is_not(None))
    joined = select(mentions.c.ref).join_from(mentions, versions, versions.c.mention_id == mentions.c.id)
    wordy = connection.execute(joined.where(noted, left).distinct()).scalars().all()
    refs = set(connection.execute(select(redactions.c.ref)).scalars())
    quoted: set[str] = set()
    for row in connection.execute(select(copies.c.body)):
        body = unpacked(row.body)
        ref = f"{body['mention']['platform']}:{body['mention']['key']}"
        if ref in refs and has_words(from_json(FrozenCopy, body).mention):
            quoted.add(ref)
    return [
        *_told("Mentions that are marked as redacted and were not, or the other way round", unlike),
        *_told("Mentions that were redacted and have words (redact them again)", wordy),
        *_told("Mentions that were redacted and are quoted with words (redact them again)", sorted(quoted)),
    ]


def _groups(connection: Connection) -> list[str]:
    """A copy names the first of its group, which is no copy itself and knows how many there are."""
    first = mentions.alias("first")
    joined = select(mentions.c.ref).outerjoin_from(mentions, first, first.c.id == mentions.c.copy_of)
    wrong = or_(first.c.id.is_(None), first.c.copy_of.is_not(None))
    astray = connection.execute(joined.where(mentions.c.copy_of.is_not(None), wrong)).scalars().all()
    held = (
        select(mentions.c.copy_of, func.count().label("many"))
        .where(mentions.c.copy_of.is_not(None))
        .group_by(mentions.c.copy_of)
        .subquery()
    )
    counted = select(mentions.c.ref).outerjoin_from(mentions, held, held.c.copy_of == mentions.c.id)
    miscounted = connection.execute(counted.where(mentions.c.copies != func.coalesce(held.c.many, 0))).scalars().all()
    return [
        *_told("Near-copies whose first mention is not there", astray),
        *_told("Mentions with another number of near-copies than they say", miscounted),
    ]


def _keywords(connection: Connection) -> list[str]:
    """Each keyword has the mentions that it should have, compared by sums: no index leads from a mention to its keywords."""
    wanted: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    last = 0
    while rows := connection.execute(select(mentions).where(mentions.c.id > last).order_by(mentions.c.id).limit(_PAGE)).all():
        last = rows[-1].id
        for head in map(head_of, rows):
            for keyword in keywords_of(head):
                sums = wanted[tuple(keyword)]
                sums[0] += 1
                sums[1] += head.id
                sums[2] += micros(head.when) % _PRIME
    number = type_coerce(keyword_mentions.c.when, BigInteger)
    held = (
        select(
            keyword_mentions.c.keyword_id,
            func.count().label("many"),
            func.sum(keyword_mentions.c.mention_id).label("ids"),
            func.sum((number % _PRIME + _PRIME) % _PRIME).label("times"),
        )
        .group_by(keyword_mentions.c.keyword_id)
        .subquery()
    )
    joined = select(keywords, held.c.many, held.c.ids, held.c.times).outerjoin_from(
        keywords, held, held.c.keyword_id == keywords.c.id
    )
    wrong = []
    for row in connection.execute(joined):
        sums = wanted.pop((row.field, row.value, row.folded), [0, 0, 0])
        if [row.many or 0, row.ids or 0, row.times or 0] != sums or row.mentions != sums[0]:
            wrong.append(f"{row.field}:{row.value}")
    wrong += [f"{field}:{value}" for field, value, _ in wanted]
    return _told("Filters that miss mentions or show too many (a backup restored into a new place mends them)", wrong)


def _interactions(connection: Connection) -> list[str]:
    """Each mention speaks to those to whom its standing wording does, on a day that is stamped."""
    wrong: list[str] = []
    stamped = set(connection.execute(select(day_stamps.c.day)).scalars())
    current = and_(versions.c.mention_id == mentions.c.id, versions.c.number == mentions.c.version)
    words = [versions.c[name] for name in ("kind", "title", "text", "thread", "parent", "shared")]
    whose = (mentions.c.id, mentions.c.ref, mentions.c.platform, mentions.c.when)
    wanted = select(*whose, *words).join_from(mentions, versions, current)
    last = 0
    while rows := connection.execute(wanted.where(mentions.c.id > last).order_by(mentions.c.id).limit(_PAGE)).all():
        here = select(interactions).where(interactions.c.mention_id.between(rows[0].id, rows[-1].id))
        held = {tuple(row) for row in connection.execute(here)}
        right = {tuple(row.values()) for each in rows for row in rows_of(each.id, _said(each))}
        refs = {row.id: row.ref for row in rows}
        wrong += sorted({refs[row[0]] for row in held ^ right} | {row.ref for row in rows if day_of(row.when) not in stamped})
        last = rows[-1].id
    return _told("Mentions that are noted to speak to others than they do", wrong)


def _said(row: Row[Any]) -> Mention:
    _, ref, platform, _, kind, title, text, thread, parent, shared = tuple[Any, ...](row)
    key = ref[len(platform) + 1 :]
    return Mention(
        platform=platform, key=key, kind=MentionKind(kind), title=title, text=text, thread=thread, parent=parent, shared=shared
    )


def _people(connection: Connection) -> list[str]:
    """By their handle of today authors are found, they or one with the same; linked accounts are of a person with several."""
    known = {tuple(row) for row in connection.execute(select(handles.c.platform, handles.c.handle))}
    named = connection.execute(select(authors.c.platform, authors.c.handle).where(authors.c.handle != ""))
    lost = [f"{platform}:{handle}" for platform, handle in named if (platform, storable(bare_handle(handle))) not in known]
    return [
        *_told("Authors that are not found by their handle", lost),
        *_told("Accounts of nobody's person", astray(connection)),
    ]


def _told(what: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return [f"{what}: {', '.join(names[:_SHOWN])}{more}."]
