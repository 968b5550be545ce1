"""Who speaks, to whom, with what echo: whole windows of the archive as columns of numbers, for rankers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from ..core.accounts import OURS, VOICE
from ..core.folding import fold
from ..core.interactions import KINDS, Audiences, Edges, Voices
from ..core.values import Author, Window
from .columns import micros, storable
from .database import chunks
from .interactions import day_of, sql_day
from .people import Person, rows_of
from .rows import author_of
from .tables import authors, day_stamps, handles, interactions, keyword_mentions, keywords, mentions

if TYPE_CHECKING:
    import numpy as np

    from ..core.interactions import Numbers

_ROWS = 20_000  # rows that are made into numbers at a time
_MANY = 2_000  # authors from which on it is faster to look at everybody
_FEW = 8  # a window with more than this part of all mentions is read in the order of what is answered
_NOTHING = -1  # no keyword has this number


def stamps(connection: Connection, window: Window) -> dict[int, int]:
    """The stamps of the days that a window touches."""
    if window.end <= window.start:
        return {}
    first, last = day_of(window.start), (micros(window.end) - 1) // 86_400_000_000
    rows = connection.execute(select(day_stamps).where(day_stamps.c.day.between(first, last)).order_by(day_stamps.c.day))
    return {row.day: row.stamp for row in rows}


# --- edges ---------------------------------------------------------------------------------------------------


def edges(connection: Connection, window: Window, topic: str, platform: str) -> Edges:
    """Who spoke to whom: see :class:`hubbub.core.interactions.Edges`."""
    import numpy as np  # a tenth of a second to import, and only rankers need it

    keyword = _keyword(connection, "topic", topic) if topic else None
    named = _read(connection, _named(window, keyword, platform), np.int32)
    if _is_much(connection, window):
        told = [_told_of_all(connection, window, keyword, platform)]
    else:
        told = [_read(connection, each, np.int32) for each in _told(window, keyword, platform)]
    days, actors, targets, kinds = np.concatenate([*told, named]).T
    return Edges(days=days, actors=actors, targets=targets, kinds=kinds)


_ACTOR, _TOLD = mentions.alias("actor"), mentions.alias("told")
_AT = type_coerce(_ACTOR.c.when, BigInteger)


def _kind() -> ColumnElement[int]:
    """The kind of what is done to mentions, as its place among :data:`KINDS`."""
    return case(*((interactions.c.kind == kind, KINDS.index(kind)) for kind in KINDS[:-1]), else_=0)


def _told(window: Window, keyword: int | None, platform: str) -> list[Select[*tuple[Any, ...]]]:
    """What is done to mentions: by mentions on the topic, and to mentions on the topic by others."""
    columns: list[Any] = [sql_day(_AT), _ACTOR.c.author_id, _TOLD.c.author_id, _kind()]
    to = and_(_TOLD.c.ref == interactions.c.target, interactions.c.kind != "mention")
    others = and_(_ACTOR.c.author_id != _TOLD.c.author_id, *_within(window, platform))
    alone = or_(_ACTOR.c.copy_of.is_(None), interactions.c.kind == "share")
    if keyword is None:
        joined = select(*columns).join_from(_ACTOR, interactions, interactions.c.mention_id == _ACTOR.c.id).join(_TOLD, to)
        return [joined.where(others, alone)]
    about = keyword_mentions.alias("about")
    by_topic = (
        select(*columns)
        .join_from(about, _ACTOR, _ACTOR.c.id == about.c.mention_id)
        .join(interactions, interactions.c.mention_id == _ACTOR.c.id)
        .join(_TOLD, to)
        .where(about.c.keyword_id == keyword, *_in_window(about.c.when, window), others, alone)
    )
    to_topic = (
        select(*columns)
        .join_from(_ACTOR, interactions, interactions.c.mention_id == _ACTOR.c.id)
        .join(_TOLD, to)
        .where(~_has(_ACTOR, keyword), _has(_TOLD, keyword), others, alone)
    )
    return [by_topic, to_topic]


def _is_much(connection: Connection, window: Window) -> bool:
    """Whether a window has so much of the archive that it is sooner told of all that is in it."""
    here = connection.execute(select(func.count()).select_from(_ACTOR).where(*_in_window(_ACTOR.c.when, window))).scalar_one()
    return here * _FEW > (connection.execute(select(func.max(mentions.c.id))).scalar() or 0)


def _told_of_all(connection: Connection, window: Window, keyword: int | None, platform: str) -> Numbers:
    """The rows of :func:`_told`. What is answered is looked up in the order of its refs, as it stands in the index: looked up
    as the answers come, each is somewhere else, which takes ten times as long. Who answered when is put beside it here."""
    import numpy as np

    heads: list[Any] = [_ACTOR.c.id, sql_day(_AT), _ACTOR.c.author_id, case((_ACTOR.c.copy_of.is_(None), 1), else_=0)]
    ids, days, authors_, alone = _read(
        connection, select(*heads).where(_ACTOR.c.author_id.is_not(None), *_within(window, platform)), np.int32
    ).T
    pairs: list[Any] = [interactions.c.mention_id, _TOLD.c.id, _TOLD.c.author_id, _kind()]
    to = and_(_TOLD.c.ref == interactions.c.target, interactions.c.kind != "mention")
    told = select(*pairs).join_from(interactions, _TOLD, to).where(_TOLD.c.author_id.is_not(None))
    if connection.dialect.name == "sqlite":
        told = told.order_by(interactions.c.target)
    actor, other, target, kind = _read(connection, told, np.int32).T
    most = 1 + max((int(column.max(initial=0)) for column in (ids, actor, other)), default=0)
    place = np.full(most, -1, np.int32)
    place[ids] = np.arange(len(ids))
    at = place[actor]
    real = (at >= 0) & (authors_[at] != target) & ((alone[at] == 1) | (kind == KINDS.index("share"))) if len(ids) else at >= 0
    if keyword is not None:
        about = np.zeros(most, np.bool_)
        having = select(keyword_mentions.c.mention_id).where(keyword_mentions.c.keyword_id == keyword)
        on_topic = _read(connection, having, np.int32)[:, 0]
        about[on_topic[on_topic < most]] = True
        real &= about[actor] | about[other]
    at = at[real]
    return np.stack((days[at], authors_[at], target[real], kind[real]), axis=1)


def _named(window: Window, keyword: int | None, platform: str) -> Select[*tuple[Any, ...]]:
    """Who is named, by their handle on the platform where they are."""
    kind = literal(KINDS.index("mention"))
    columns: list[Any] = [sql_day(_AT), _ACTOR.c.author_id, handles.c.author_id, kind]
    wanted = (
        select(*columns)
        .join_from(_ACTOR, interactions, interactions.c.mention_id == _ACTOR.c.id)
        .join(handles, and_(handles.c.platform == _ACTOR.c.platform, handles.c.handle == interactions.c.target))
        .where(interactions.c.kind == "mention", _ACTOR.c.author_id != handles.c.author_id, _ACTOR.c.copy_of.is_(None))
        .where(*_within(window, platform))
    )
    if keyword is None:
        return wanted
    about = keyword_mentions.alias("about")
    on_topic = and_(about.c.keyword_id == keyword, about.c.mention_id == _ACTOR.c.id, *_in_window(about.c.when, window))
    return wanted.join(about, on_topic)


# --- voices --------------------------------------------------------------------------------------------------


def voices(connection: Connection, window: Window, topic: str, platform: str) -> Voices:
    """Who spoke: see :class:`hubbub.core.interactions.Voices`."""
    own = _keyword(connection, "label", f"{VOICE}={OURS}")
    likes = func.coalesce(_ACTOR.c.likes, case((_ACTOR.c.score > 0, _ACTOR.c.score), else_=0))
    day = sql_day(_AT).label("day")
    columns: list[Any] = [
        day,
        _ACTOR.c.author_id,
        func.count(),
        func.count() - func.count(_ACTOR.c.copy_of),
        func.count(_ACTOR.c.counted),
        func.coalesce(func.sum(likes), 0),
        func.coalesce(func.sum(_ACTOR.c.shares), 0),
        func.coalesce(func.sum(_ACTOR.c.replies), 0),
        func.max(_AT),
        func.max(case((_has(_ACTOR, own), 1), else_=0)) if own != _NOTHING else literal(0),
    ]
    spoke = (_ACTOR.c.author_id.is_not(None), *_within(window, platform))
    wanted = select(*columns).where(*spoke).group_by(day, _ACTOR.c.author_id)
    if topic:
        about, keyword = keyword_mentions.alias("about"), _keyword(connection, "topic", topic)
        wanted = wanted.join_from(about, _ACTOR, _ACTOR.c.id == about.c.mention_id)
        wanted = wanted.where(about.c.keyword_id == keyword, *_in_window(about.c.when, window))
    found = _read(connection, wanted).T
    names = ("days", "authors", "said", "fresh", "counted", "likes", "shares", "replies", "last", "ours")
    return Voices(**dict(zip(names, found, strict=True)))


def posts_of(connection: Connection, whose: Numbers, window: Window) -> Numbers:
    """How many mentions each of these authors has within a window."""
    import numpy as np

    # An expression, so that the index of authors and times is read and not that of times, which does not know the authors.
    when = type_coerce(mentions.c.when, BigInteger) + 0
    here = (mentions.c.author_id.is_not(None), when >= micros(window.start), when < micros(window.end))
    counts: list[Any] = [mentions.c.author_id, func.count()]
    counted = select(*counts).where(*here).group_by(mentions.c.author_id)
    if len(whose) <= _MANY:
        parts = [counted.where(mentions.c.author_id.in_(part)) for part in chunks(whose.tolist())]
    else:
        parts = [counted]
    found = np.concatenate([np.empty((0, 2), np.int64), *(_read(connection, part) for part in parts)])
    found = found[np.argsort(found[:, 0])]
    if not len(found):
        return np.zeros(len(whose), np.int64)
    places = np.minimum(np.searchsorted(found[:, 0], whose), len(found) - 1)
    return np.where(found[places, 0] == whose, found[places, 1], 0)


# --- people --------------------------------------------------------------------------------------------------


def audiences(connection: Connection, whose: Numbers) -> Audiences:
    """What platforms say of authors."""
    import numpy as np

    columns: list[Any] = [authors.c.id, authors.c.platform, authors.c.followers, authors.c.bot, authors.c.key]
    wanted = select(*columns).order_by(authors.c.id)
    if len(whose) > _MANY:
        queries = [wanted.where(authors.c.id.between(int(whose[0]), int(whose[-1])))]
    else:
        queries = [wanted.where(authors.c.id.in_(part)) for part in chunks(whose.tolist())]
    found: tuple[list[Any], ...] = ([], [], [], [], [])
    asked = np.zeros(int(whose.max(initial=0)) + 1, np.bool_)
    asked[whose] = True
    for part in (part for query in queries for part in _rows(connection, query)):
        columns = list(zip(*part, strict=True))
        there = asked[np.array(columns[0])].tolist()
        for all_of_it, column in zip(found, columns, strict=True):
            all_of_it.extend(compress(column, there))
    numbers, names, followers, bots, keys = found
    platforms = tuple(sorted(set(names)))
    places = {name: place for place, name in enumerate(platforms)}
    return Audiences(
        authors=np.array(numbers, np.int64),
        keys=tuple(keys),
        platforms=platforms,
        platform=np.fromiter(map(places.__getitem__, names), np.int64, len(names)),
        followers=np.array(followers, np.float64),
        bots=np.array(bots, np.bool_),
    )


def authors_numbered(connection: Connection, numbers: Sequence[int]) -> dict[int, Author]:
    """Authors by their numbers."""
    rows = (
        row
        for part in chunks(sorted(set(numbers)))
        for row in connection.execute(select(authors).where(authors.c.id.in_(part)))
    )
    return {row.id: author_of(row) for row in rows}


def author_numbers(connection: Connection, wanted: Iterable[Person]) -> dict[Person, int]:
    """The numbers of authors."""
    return {who: row.id for who, row in rows_of(connection, wanted).items()}


# --- parts ---------------------------------------------------------------------------------------------------


def _keyword(connection: Connection, field: str, value: str) -> int:
    here = (keywords.c.field == field) & (keywords.c.value == storable(value)) & (keywords.c.folded == fold(value))
    found = connection.execute(select(keywords.c.id).where(here)).scalar()
    return _NOTHING if found is None else found


def _has(rows: Any, keyword: int) -> ColumnElement[bool]:
    """Whether a mention has a keyword."""
    having = keyword_mentions.alias()
    return exists().where(having.c.keyword_id == keyword, having.c.when == rows.c.when, having.c.mention_id == rows.c.id)


def _in_window(when: ColumnElement[Any], window: Window) -> tuple[ColumnElement[bool], ...]:
    return when >= window.start, when < window.end


def _within(window: Window, platform: str) -> tuple[ColumnElement[bool], ...]:
    here = (_ACTOR.c.platform == platform,) if platform else ()
    return *_in_window(_ACTOR.c.when, window), *here


def _read(connection: Connection, wanted: Select[*tuple[Any, ...]], kind: type[np.integer] | None = None) -> Numbers:
    """The rows of a query of whole numbers, a row each; of 64 bits where nothing else is said."""
    import numpy as np

    kind, width = kind or np.int64, len(wanted.selected_columns)
    parts = [np.fromiter(chain.from_iterable(part), kind, width * len(part)) for part in _rows(connection, wanted)]
    return np.concatenate([np.empty(0, kind), *parts]).reshape(-1, width)


def _rows(connection: Connection, wanted: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Sequence[Any]]]:
    """The rows of a query, some at a time."""
    if connection.dialect.name == "sqlite":
        # Its driver reads row by row anyway, and to give names to a million rows takes longer than to read them.
        with connection.execute(wanted) as result:
            while result.cursor and (part := result.cursor.fetchmany(_ROWS)):
                yield part
    else:
        yield from connection.execute(wanted.execution_options(stream_results=True, yield_per=_ROWS)).partitions()
