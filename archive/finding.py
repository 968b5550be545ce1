"""A query without words, answered by SQL. It means exactly what ``Query.matches`` says; a test holds the two together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Numeric,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
    type_coerce,
)

from ..core.query import And, Every, Node, Not, Or, Query, Range
from ..core.values import Hit, Hits, Order
from .columns import bounded, instant, micros
from .lookup import SINGLE, Asked, look_up
from .tables import keyword_mentions, keywords, mentions


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the hits are read from; it has the columns ``when`` and ``mention_id``."""

    table: FromClause
    narrow: ColumnElement[bool]
    """Which of its rows."""
    settled: Node | None
    """The part of the query that reading these rows answers already."""


def find(connection: Connection, query: Query, order: Order, limit: int, after: str | None) -> Hits:
    """A page of hits, the number of all, and the cursor of the page after it."""
    if query.has_text:
        raise ValueError("words are searched by the index, not by SQL")
    if order in ("engaged", "influential"):
        raise ValueError(f"the order {order!r} is the index's, not SQL's")
    if limit < 1:
        raise ValueError(f"a page has at least one hit, not {limit}")
    at = _cursor(after, order)
    asked = look_up(connection, query.root)
    items = query.root.items if isinstance(query.root, And) else (query.root,)
    items = [item for item in dict.fromkeys(items) if not isinstance(item, Every)]
    everything = count(connection)
    rows = _rows_for(items, asked, everything)
    rest = [_condition(item, rows.table, asked) for item in items if item is not rows.settled]
    if order == "priority":
        common = rows.table is not _ALL and min(asked[item].mentions for item in items if item in asked) > _FEW
        urgent = _Rows(_ALL, true(), None) if common else rows
        conditions = [_condition(item, _ALL, asked) for item in items] if common else rest
        found = _most_urgent(connection, (urgent, conditions), (rows, rest), at, limit + 1)
    else:
        found = connection.execute(_page(rows, rest, order == "oldest", at, limit)).all()
    hits = found[:limit]
    following = _place_of(hits[-1], order) if len(found) > limit else None
    total = _reckoned(connection, items, asked, everything)
    if total is None:
        total = _counted(connection, rows, rest)
    return Hits(total=total, hits=tuple(Hit(ref=row.ref) for row in hits), next=following)


def count(connection: Connection) -> int:
    """How many mentions there are: each has one status."""
    return int(connection.execute(select(func.sum(keywords.c.mentions)).where(keywords.c.field == "status")).scalar() or 0)


# --- the page ------------------------------------------------------------------------------------------------

_COUNTED = ("likes", "shares", "replies", "views", "score", "followers", "first_seen", "priority")
_ALL = select(
    mentions.c.id.label("mention_id"), mentions.c.ref, mentions.c.when, *(mentions.c[name] for name in _COUNTED)
).subquery("everything")


def _rows_for(items: Sequence[Node], asked: Mapping[Node, Asked], everything: int) -> _Rows:
    """The mentions of the rarest keywords that every hit must have, in order of time; all mentions where that is no less."""
    needed = [item for item in items if item in asked]
    if needed:
        rarest = min(needed, key=lambda item: asked[item].mentions)
        keyword = asked[rarest]
        found = keyword_mentions.alias("found")
        if len(keyword.ids) < 2:
            return _Rows(found, keyword.among(found.c.keyword_id), rarest)
        if keyword.mentions < everything // 4:  # else the newest are found sooner by looking at all in turn
            each = select(found.c.when, found.c.mention_id).where(keyword.among(found.c.keyword_id)).distinct()
            return _Rows(each.subquery("found"), true(), rarest)
    return _Rows(_ALL, true(), None)


_FEW = 5_000
"""Mentions that are sooner sorted than looked for in an order."""

_Asked = tuple[_Rows, Sequence[ColumnElement[bool]]]
"""What hits are read from, and what else they must answer."""


class _Place(NamedTuple):
    """Where a page ended."""

    priority: int
    """0 where it was not asked for."""
    when: datetime
    ref: str


def _page(rows: _Rows, rest: Sequence[ColumnElement[bool]], oldest: bool, after: _Place | None, limit: int) -> Select[Any, Any]:
    """The refs of one page and one more, by time and then by ref."""
    source, ref, when = _columns(rows)
    page = select(ref, when).select_from(source).where(rows.narrow, *rest)
    if after:
        page = page.where(_beyond(when, ref, after, oldest=oldest))
    return page.order_by(when.asc() if oldest else when.desc(), ref).limit(limit + 1)


def _most_urgent(
    connection: Connection, urgent_from: _Asked, others_from: _Asked, after: _Place | None, limit: int
) -> Sequence[Any]:
    """The refs of a page by priority, then by time and ref. What has none, or 0, comes last and is read by time.

    Either part is read from rows of its own: what is urgent in its order, or the few that can be at all; the others by time.
    """
    found: Sequence[Any] = ()
    if after is None or after.priority > 0:
        every, priority, ref, when = _with_priority(urgent_from)
        urgent = every.where(priority > 0)
        if after:
            urgent = urgent.where(
                priority <= after.priority, or_(priority < after.priority, _beyond(when, ref, after, oldest=False))
            )
        found = connection.execute(urgent.order_by(priority.desc(), when.desc(), ref).limit(limit)).all()
    if len(found) == limit:
        return found
    every, priority, ref, when = _with_priority(others_from)
    others = every.where(func.coalesce(priority, 0) <= 0)
    if after and after.priority == 0:
        others = others.where(_beyond(when, ref, after, oldest=False))
    return [*found, *connection.execute(others.order_by(when.desc(), ref).limit(limit - len(found)))]


def _with_priority(asked: _Asked) -> tuple[Any, ColumnElement[int | None], ColumnElement[str], ColumnElement[datetime]]:
    rows, conditions = asked
    source, ref, when = _columns(rows)
    priority = source.c.priority if source is _ALL else mentions.c.priority
    every = select(ref, when, func.coalesce(priority, 0).label("priority")).select_from(source)
    return every.where(rows.narrow, *conditions), priority, ref, when


def _columns(rows: _Rows) -> tuple[FromClause, ColumnElement[str], ColumnElement[datetime]]:
    """What a page is read from: rows with the refs of their mentions, and their times."""
    table = rows.table
    if table is _ALL:
        return table, _ALL.c.ref, table.c.when
    return table.join(mentions, mentions.c.id == table.c.mention_id), mentions.c.ref, table.c.when


def _beyond(when: ColumnElement[datetime], ref: ColumnElement[str], after: _Place, *, oldest: bool) -> ColumnElement[bool]:
    """Whether a row comes after a place, in an order of time."""
    at, last = after.when, after.ref
    return and_(when >= at if oldest else when <= at, or_(when > at if oldest else when < at, ref > last))


def _cursor(after: str | None, order: Order) -> _Place | None:
    if after is None:
        return None
    priority, _, place = after.partition(" ") if order == "priority" else ("0", "", after)
    when, _, ref = place.partition(" ")
    try:
        return _Place(int(priority), instant(int(when)), ref)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{after!r} is no place in a list of mentions") from error


def _place_of(last: Any, order: Order) -> str:
    """The cursor of the page after a row; :func:`_cursor` reads it."""
    place = f"{micros(last.when)} {last.ref}"
    return f"{last.priority} {place}" if order == "priority" else place


# --- the total -----------------------------------------------------------------------------------------------


def _reckoned(connection: Connection, items: Sequence[Node], asked: Mapping[Node, Asked], everything: int) -> int | None:
    """The total where the numbers that are kept tell it, or nearly; ``None`` where the hits have to be counted."""
    match items:
        case []:
            return everything
        case [one] if one in asked:
            return _size(connection, asked[one])
        case [Not(one)] if one in asked:
            return everything - _size(connection, asked[one])
        case [one, other] if one in asked and other in asked:
            rare, common = sorted((asked[one], asked[other]), key=lambda keyword: keyword.mentions)
            others = everything - common.mentions
            if rare.exact and common.field in SINGLE and others < rare.mentions // 2:
                # Nearly all have the common one (``status:new``): count the few that do not.
                return rare.mentions - _without(connection, rare, common)
    match items:
        case [*others, Not(one)] if one in asked:
            # What few mentions have, as is:muted, is quickly counted among them.
            whole = _reckoned(connection, others, asked, everything)
            if whole is None:
                return None
            both = [*others, one]
            rows = _rows_for(both, asked, everything)
            rest = [_condition(item, rows.table, asked) for item in both if item is not rows.settled]
            return whole - _counted(connection, rows, rest)
    return None


def _counted(connection: Connection, rows: _Rows, rest: Sequence[ColumnElement[bool]]) -> int:
    return connection.execute(select(func.count()).select_from(rows.table).where(rows.narrow, *rest)).scalar_one()


def _size(connection: Connection, asked: Asked) -> int:
    """How many mentions have one of these keywords."""
    if asked.exact:
        return asked.mentions
    here = asked.among(keyword_mentions.c.keyword_id)
    each = select(keyword_mentions.c.when, keyword_mentions.c.mention_id).where(here).distinct().subquery()
    return connection.execute(select(func.count()).select_from(each)).scalar_one()


def _without(connection: Connection, rare: Asked, common: Asked) -> int:
    """How many mentions have one keyword and another value than these of a field of single values."""
    found, field = keyword_mentions.alias("found"), keywords.c.field == common.field
    others = select(keywords.c.id).where(field, not_(common.among(keywords.c.id)))
    counting = select(func.count()).select_from(found).where(found.c.keyword_id.in_(others), rare.had_by(found))
    return connection.execute(counting).scalar_one()


# --- conditions ----------------------------------------------------------------------------------------------


def _condition(node: Node, rows: FromClause, asked: Mapping[Node, Asked]) -> ColumnElement[bool]:
    """Whether a row answers a part of the query; never null, so that it can be negated."""
    if node in asked:
        return asked[node].had_by(rows)
    match node:
        case Every():
            return true()
        case And(items):
            return and_(true(), *(_condition(item, rows, asked) for item in items))
        case Or(items):
            return or_(false(), *(_condition(item, rows, asked) for item in items))
        case Not(item):
            return not_(_condition(item, rows, asked))
        case Range("published"):
            return and_(true(), *_ends(node, rows.c.when))
        case Range(field) if rows is _ALL:
            number = _number(field, rows)
            return and_(number.is_not(None), *_ends(node, number))
        case Range(field):
            counted = mentions.alias()  # not the one that a page is joined with
            number = _number(field, counted)
            return exists().where(counted.c.id == rows.c.mention_id, number.is_not(None), *_ends(node, number))
    raise ValueError(f"SQL has no answer to {node!r}")


def _number(field: str, rows: FromClause) -> ColumnElement[Any]:
    """The number or time that a range asks for; ``rows`` have the columns of ``mentions``."""
    if field == "seen":
        return rows.c.first_seen
    if field != "engagement":
        return rows.c[field]
    # See documents.total_engagement. As decimals the sum of three numbers of 64 bits is one, too.
    told = (func.coalesce(rows.c.likes, rows.c.score), rows.c.shares, rows.c.replies)
    each = [func.coalesce(cast(number, Numeric(30, 0)), 0) for number in told]
    return type_coerce(case((func.coalesce(*told).is_(None), None), else_=each[0] + each[1] + each[2]), BigInteger)


def _ends(node: Range, value: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    ends = []
    low, high = bounded(node.low), bounded(node.high)
    if low is not None:
        ends.append(value > low if node.low_open else value >= low)
    if high is not None:
        ends.append(value < high if node.high_open else value <= high)
    return ends
