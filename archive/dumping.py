"""An archive as entries, one after another, in constant memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from json import loads
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from ..core.entries import (
    AuthorCounts,
    AuthorEntry,
    AuthorName,
    Entry,
    MentionEntry,
    RejectionEntry,
    StoryStep,
    Wording,
    wording,
)
from ..core.values import Engagement, Labels, SourceState
from . import commenting, linkchecks, mutes, reading, redactions, searches, sharings, storing
from .cards import card_of
from .columns import instant
from .database import Database, chunks
from .heads import engagement_of, head_of
from .rows import WORDING, author_of, mention_of
from .selects import stored
from .tables import author_cards, author_metrics, authors, engagements, mentions, rejections, stories, versions

_PIECE = 200
"""Mentions (or authors) at a time: each may carry megabytes of ``raw``."""


def dump(database: Database) -> Iterator[Entry]:
    """Everything that an archive keeps, as it is at one moment; others may go on writing meanwhile."""
    with database.snapshot() as connection:
        yield from _authors(connection)
        yield from redactions.all_redactions(connection)
        yield from _mentions(connection)
        yield from searches.saved(connection)
        yield from mutes.all_mutes(connection)
        yield from _sources(connection)
        yield from _steps(connection)
        yield from _rejections(connection)
        yield from sharings.all_sharings(connection)
        yield from commenting.all_comments(connection)
        yield from linkchecks.all_checks(connection)


def _pieces(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """The rows of a table in the order of their coming."""
    last = 0
    while rows := connection.execute(select(table).where(table.c.id > last).order_by(table.c.id).limit(_PIECE)).all():
        yield rows
        last = rows[-1].id


def _authors(connection: Connection) -> Iterator[AuthorEntry]:
    for rows in _pieces(connection, authors):
        series: defaultdict[int, list[AuthorCounts]] = defaultdict(list)
        here = author_metrics.c.author_id.between(rows[0].id, rows[-1].id)
        points = select(author_metrics).where(here).order_by(author_metrics.c.author_id, author_metrics.c.at)
        for point in connection.execute(points):
            counts = AuthorCounts(at=point.at, followers=point.followers, metrics=loads(point.metrics))
            series[point.author_id].append(counts)
        cards = _cards(connection, rows)
        for row in rows:
            author = author_of(row)
            yield AuthorEntry(
                platform=author.platform,
                key=author.key,
                handle=author.handle,
                name=author.name,
                url=author.url,
                avatar=author.avatar,
                bot=author.bot,
                followers=author.followers,
                metrics=author.metrics,
                at=row.at,
                series=tuple(series.get(row.id, ())),
                **cards.get(row.id, {}),
            )


def _cards(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, dict[str, Any]]:
    """By author, the fields of an entry that the desk wrote."""
    first = authors.alias("first")
    wanted = select(author_cards, first.c.platform, first.c.key).outerjoin_from(
        author_cards, first, first.c.id == author_cards.c.person
    )
    found: dict[int, dict[str, Any]] = {}
    for row in connection.execute(wanted.where(author_cards.c.author_id.between(rows[0].id, rows[-1].id))):
        card = card_of(row)
        person = None if row.person is None else AuthorName(platform=row.platform, key=row.key)
        found[row.author_id] = {"relation": card.relation, "notes": card.notes, "tags": card.tags, "person": person}
    return found


def _mentions(connection: Connection) -> Iterator[MentionEntry]:
    for rows in _pieces(connection, mentions):
        names = _names(connection, {row.author_id for row in rows if row.author_id is not None})
        firsts = _refs(connection, {row.copy_of for row in rows if row.copy_of is not None})
        wordings = _wordings(connection, rows)
        counts = _counts(connection, rows)
        for row in rows:
            head = head_of(row)
            yield MentionEntry(
                ref=head.ref,
                platform=head.platform,
                when=head.when,
                first_seen=head.first_seen,
                last_seen=head.last_seen,
                author=None if head.author_id is None else names[head.author_id],
                sources=head.sources,
                labels=_exact(head.labels),
                state=head.state,
                tags=head.tags,
                notes=head.notes,
                deleted=head.deleted,
                copy_of="" if row.copy_of is None else firsts[row.copy_of],
                signature=None if row.signature is None else bytes(row.signature).hex(),
                engagement=head.engagement,
                engagements=tuple(counts.get(head.id, ())),
                versions=tuple(wordings[head.id]),
            )


def _wordings(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, list[Wording]]:
    whose = {row.id: row for row in rows}
    found: defaultdict[int, list[Wording]] = defaultdict(list)
    here = versions.c.mention_id.between(rows[0].id, rows[-1].id)
    wanted = select(*stored(versions, ("mention_id", "number", "seen", *WORDING))).where(here)
    for row in connection.execute(wanted.order_by(versions.c.mention_id, versions.c.number)):
        head = whose[row.mention_id]
        mention = mention_of(row[3:], head.ref, head.platform, None)
        found[row.mention_id].append(wording(row.number, instant(row.seen), mention))
    return found


def _counts(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, list[Engagement]]:
    found: defaultdict[int, list[Engagement]] = defaultdict(list)
    here = engagements.c.mention_id.between(rows[0].id, rows[-1].id)
    for row in connection.execute(select(engagements).where(here).order_by(engagements.c.mention_id, engagements.c.at)):
        told = engagement_of(row, "at")
        if told:
            found[row.mention_id].append(told)
    return found


def _names(connection: Connection, ids: Iterable[int]) -> dict[int, AuthorName]:
    columns = (authors.c.id, authors.c.platform, authors.c.key)
    return {
        row.id: AuthorName(platform=row.platform, key=row.key)
        for part in chunks(sorted(ids))
        for row in connection.execute(select(*columns).where(authors.c.id.in_(part)))
    }


def _refs(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    return {
        row.id: row.ref
        for part in chunks(sorted(ids))
        for row in connection.execute(select(mentions.c.id, mentions.c.ref).where(mentions.c.id.in_(part)))
    }


def _exact(labels: Labels) -> Labels:
    """Labels whose scores are written in one way: 1 and 1.0 are the same."""
    return tuple(
        label if label.score is None or type(label.score) is float else replace(label, score=float(label.score))
        for label in labels
    )


def _sources(connection: Connection) -> Iterator[SourceState]:
    yield from reading.source_states(connection).values()


def _steps(connection: Connection) -> Iterator[StoryStep]:
    standing = connection.execute(select(stories.c.id, stories.c.revision).order_by(stories.c.id)).all()
    for row in standing:
        for revision in storing.each_step(connection, row.id):
            yield StoryStep(revision=revision, standing=revision.number == row.revision)


def _rejections(connection: Connection) -> Iterator[RejectionEntry]:
    rows = connection.execute(select(rejections).order_by(rejections.c.story_id, rejections.c.ref))
    for row in rows:
        yield RejectionEntry(story=row.story_id, ref=row.ref, at=row.at)
