"""Authors: one row each as they were last seen, and a series of their counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from ..core.values import Author
from .columns import bounded, storable
from .database import Database, chunks
from .rows import author_of, metrics_row
from .tables import author_metrics, authors

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
        if row["at"] >= old.at and any(row[name] != getattr(old, name) for name in row if name != "at"):
            changed.append({"author": old.id, **row})
    if new:
        connection.execute(insert(authors), new)
    if changed:
        connection.execute(update(authors).where(authors.c.id == bindparam("author")), changed)
    _save_points(database, connection, points, ids, known)
    return ids


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


def _time(author: Author, at: datetime) -> datetime:
    return author.at or at


def _row(author: Author, key: Person, at: datetime) -> dict[str, Any]:
    return {
        "platform": key[0],
        "key": key[1],
        "handle": storable(author.handle),
        "name": storable(author.name),
        "url": storable(author.url),
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
        for part in chunks(all_of_it):
            here = (authors.c.platform == platform) & authors.c.key.in_(part)
            found |= {(row.platform, row.key): row for row in connection.execute(select(authors).where(here))}
    return found
