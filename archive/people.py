"""Authors: one row each as they were last seen, and a series of their counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, insert, or_, select, update

from ..core.accounts import bare_handle
from ..core.values import Author, Hit, Hits, Mention, Record, Window
from .among import among
from .columns import bounded, instant, micros, storable
from .database import Database
from .heads import Head, head_of
from .interactions import days_naming, stamp
from .rows import author_of, metrics_row
from .tables import author_metrics, authors, handles, keywords, mentions

Person = tuple[str, str]
"""Platform and key."""


def person(author: Author) -> Person:
    """What tells an author from all others."""
    return storable(author.platform), storable(author.key)


def save_authors(database: Database, connection: Connection, seen: Iterable[Author], at: datetime) -> dict[Person, int]:
    """Add or bring up to date; gives the numbers of their rows. An author without counts leaves no point in the series."""
    latest: dict[Person, Author] = {}
    points: dict[tuple[Person, datetime], Author] = {}
    for author in seen:
        key = person(author)
        if key not in latest or _time(author, at) >= _time(latest[key], at):
            latest[key] = author
        if author.followers is not None or author.metrics:
            points[key, _time(author, at)] = author
    known = rows_of(connection, latest)
    number = connection.execute(select(func.max(authors.c.id))).scalar() or 0
    ids: dict[Person, int] = {}
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for key, author in latest.items():
        row = _row(author, key, at)
        old = known.get(key)
        if old is None:
            number += 1
            ids[key] = number
            new.append({"id": number, **row})
            continue
        ids[key] = old.id
        # Not every answer of an API has it: that one does not tell is no news.
        row["avatar"] = row["avatar"] or old.avatar
        if row["at"] >= old.at and any(row[name] != getattr(old, name) for name in row if name != "at"):
            changed.append({"author": old.id, **row})
    if new:
        connection.execute(insert(authors), new)
    if changed:
        connection.execute(update(authors).where(authors.c.id == bindparam("author")), changed)
    _save_points(database, connection, points, ids, known)
    renamed = [row for row in changed if row["handle"] != known[row["platform"], row["key"]].handle]
    note_handles(database, connection, [{"id": row["author"], **row} for row in renamed] + new)
    return ids


def note_handles(database: Database, connection: Connection, rows: Iterable[dict[str, Any]], *, older: bool = False) -> None:
    """Note by which handles people are named now: what one went by before leads to them until another one takes it.

    ``older``: they went by them once, so whoever has them already keeps them.
    """
    taken = {(row["platform"], bare_handle(row["handle"])): row["id"] for row in rows if row["handle"]}
    if taken:
        statement = database.insert(handles)
        keys = ["platform", "handle"]
        replaced = {"author_id": statement.excluded.author_id}
        connection.execute(
            statement.on_conflict_do_nothing(index_elements=keys)
            if older
            else statement.on_conflict_do_update(index_elements=keys, set_=replaced),
            [{"platform": platform, "handle": handle, "author_id": number} for (platform, handle), number in taken.items()],
        )
        stamp(connection, days_naming(connection, (handle for _, handle in taken)))


def _save_points(
    database: Database,
    connection: Connection,
    points: dict[tuple[Person, datetime], Author],
    ids: dict[Person, int],
    known: dict[Person, Row[Any]],
) -> None:
    """Write the counts that say something the last ones did not."""
    last = {key: (row.followers, row.metrics) for key, row in known.items()}
    rows = []
    for (key, time), author in sorted(points.items(), key=lambda item: item[0][1]):
        counts = bounded(author.followers), metrics_row(author.metrics)
        if last.get(key) != counts:
            last[key] = counts
            rows.append({"author_id": ids[key], "at": time, "followers": counts[0], "metrics": counts[1]})
    if rows:
        statement = database.insert(author_metrics)
        replaced = {name: statement.excluded[name] for name in ("followers", "metrics")}
        connection.execute(statement.on_conflict_do_update(index_elements=["author_id", "at"], set_=replaced), rows)


def author_series(connection: Connection, platform: str, key: str) -> list[Author]:
    """An author's counts over time."""
    here = (authors.c.platform == platform) & (authors.c.key == key)
    who = [column for column in authors.c if column.name not in ("followers", "metrics", "at")]
    counts = (author_metrics.c.followers, author_metrics.c.metrics, author_metrics.c.at)
    joined = select(*who, *counts).join_from(authors, author_metrics, author_metrics.c.author_id == authors.c.id)
    return [author_of(row) for row in connection.execute(joined.where(here).order_by(author_metrics.c.at))]


def author(connection: Connection, who: Person) -> Author | None:
    """An author as they were last seen."""
    row = rows_of(connection, [who]).get(who)
    return None if row is None else author_of(row)


def find_authors(connection: Connection, name: str, platform: str) -> list[Author]:
    """By handle, of today or of old, with or without its server, and by key; the likeliest first."""
    handle, key = storable(bare_handle(name)), storable(name.strip())
    if not handle:
        return []
    # Both indexes begin with the platform, of which there are few.
    platforms = [storable(platform)] if platform else connection.execute(_PLATFORMS).scalars().all()
    whole = handles.c.handle == handle
    elsewhere = and_(handles.c.handle > f"{handle}@", handles.c.handle < f"{handle}A")  # "A" comes after "@"
    by_handle = select(handles.c.author_id).where(
        handles.c.platform.in_(platforms), whole if "@" in handle else whole | elsewhere
    )
    here = or_(authors.c.id.in_(by_handle), and_(authors.c.platform.in_(platforms), authors.c.key.in_({key, handle})))
    found = list(map(author_of, connection.execute(select(authors).where(here).order_by(authors.c.id))))

    def unlikely(author: Author) -> tuple[int, str]:
        today = bare_handle(author.handle)
        return (0 if today == handle else 1 if today.partition("@")[0] == handle else 2), author.platform

    return sorted(found, key=unlikely)


_PLATFORMS = select(keywords.c.value).where(keywords.c.field == "platform")


def mentions_of(connection: Connection, who: Person, limit: int, after: str | None) -> Hits:
    """A page of what an author said; the cursor is time and ref of its last one."""
    if limit < 1:
        raise ValueError(f"a page has at least one hit, not {limit}")
    here = _by(who)
    total = connection.execute(select(func.count()).select_from(mentions).where(here)).scalar_one()
    wanted = select(mentions.c.ref, mentions.c.when).where(here).order_by(mentions.c.when.desc(), mentions.c.ref)
    if after is not None:
        when, ref = _place(after)
        wanted = wanted.where(or_(mentions.c.when < when, and_(mentions.c.when == when, mentions.c.ref > ref)))
    rows = connection.execute(wanted.limit(limit + 1)).all()
    shown = rows[:limit]
    following = f"{micros(shown[-1].when)} {shown[-1].ref}" if len(rows) > limit else None
    return Hits(total=total, hits=tuple(Hit(ref=row.ref) for row in shown), next=following)


def _place(after: str) -> tuple[datetime, str]:
    number, _, ref = after.partition(" ")
    try:
        return instant(int(number)), ref
    except (ValueError, OverflowError):
        raise ValueError(f"{after!r} is no cursor of such a page") from None


def outline(connection: Connection, who: Person, window: Window, limit: int) -> list[Record]:
    """What an author said within a window, but for its words."""
    within = (mentions.c.when >= window.start, mentions.c.when < window.end)
    first = mentions.alias("first")
    joined = select(mentions, first.c.ref.label("first_ref")).outerjoin_from(mentions, first, first.c.id == mentions.c.copy_of)
    wanted = joined.where(_by(who), *within).order_by(mentions.c.when.desc(), mentions.c.ref).limit(limit)
    return [_wordless(head_of(row), row) for row in connection.execute(wanted)]


def _by(who: Person) -> ColumnElement[bool]:
    platform, key = who
    number = select(authors.c.id).where(authors.c.platform == platform, authors.c.key == key).scalar_subquery()
    return mentions.c.author_id == number


def _wordless(head: Head, row: Row[Any]) -> Record:
    key = head.ref[len(head.platform) + 1 :]
    said = Mention(platform=head.platform, key=key, kind=head.kind, lang=head.lang, thread=head.thread, parent=head.parent)
    return Record(
        mention=replace(said, engagement=head.engagement),
        version=head.version,
        when=head.when,
        first_seen=head.first_seen,
        last_seen=head.last_seen,
        sources=head.sources,
        labels=head.labels,
        state=head.state,
        tags=head.tags,
        notes=head.notes,
        deleted=head.deleted,
        copy_of=row.first_ref or "",
        copies=row.copies,
        priority=row.priority,
    )


def _time(author: Author, at: datetime) -> datetime:
    return author.at or at


def _row(author: Author, key: Person, at: datetime) -> dict[str, Any]:
    return {
        "platform": key[0],
        "key": key[1],
        "handle": storable(author.handle),
        "name": storable(author.name),
        "url": storable(author.url),
        "avatar": storable(author.avatar),
        "bot": author.bot,
        "followers": bounded(author.followers),
        "metrics": metrics_row(author.metrics),
        "at": _time(author, at),
    }


def rows_of(connection: Connection, wanted: Iterable[Person]) -> dict[Person, Row[Any]]:
    """The rows of those of these authors that there are."""
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for platform, key in wanted:
        keys[platform].append(key)
    found: dict[Person, Row[Any]] = {}
    for platform, all_of_it in keys.items():
        rows = connection.execute(_KNOWN, {"its": platform, "values": all_of_it})
        found |= {(row.platform, row.key): row for row in rows}
    return found


_KNOWN = select(authors).where(authors.c.platform == bindparam("its"), among(authors.c.key))
