"""Reading page by page so that a kill at any page neither loses nor doubles anything: what most sources share.

- :func:`newest_first` for lists that begin with the newest: back to what the last run saw first.
- :func:`oldest_first` for lists that go on from a place: forward to their end.
- :func:`each` for a source that reads several lists (one a search, an instance, a channel).

Cursors are plain JSON. One that cannot be understood means: from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from .errors import SourceBroken, SourceError, SourceGone, SourceLimited
from .values import JSON, Batch, Failure, Mention

OVERLAP = timedelta(hours=1)
"""How much of what was seen is read again: lists of searches are not always in order, and clocks differ."""
_TURN = ""
"""Where the cursor of several lists keeps which of them comes first in the next run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What one request gave."""

    mentions: tuple[Mention, ...] = ()
    failures: tuple[Failure, ...] = ()
    next: JSON = None
    """What to ask for the page after this one; ``None``: there is none."""
    oldest: datetime | None = None
    """How far back the page reaches, where its mentions do not tell (all were left out)."""


Ask = Callable[[JSON], Page]
"""Asks for a page: the first one for ``None``, else the one that the ``next`` of the page before names."""


def newest_first(
    cursor: JSON, ask: Ask, *, pages: int = 10, back: datetime | None = None, overlap: timedelta = OVERLAP
) -> Iterator[Batch]:
    """Read from the newest back to what the last complete reading began with.

    The first reading goes back to ``back``, or ``pages`` pages. Later ones read at most ``pages`` pages a run and go on
    in the next run where that is not enough. The place of the newest is kept only once all between is read, so that a run that
    ends half-way leaves no hole.
    """
    since, top, token = _places(cursor)
    first = since is None
    limit = since - overlap if since else back
    resumed = token is not None
    for number in range(pages):
        try:
            page = ask(token)
        except (SourceBroken, SourceGone):
            if not resumed or number:
                raise
            # A place of an older run may mean nothing any more: begin again.
            top, resumed = None, False
            page = ask(None)
        times = [mention.published for mention in page.mentions if mention.published]
        top = _latest(*times, top)
        reached = [*times, *([page.oldest] if page.oldest else [])]
        over = page.next is None or (limit is not None and any(moment < limit for moment in reached))
        if over or (first and number == pages - 1):
            nothing = not (first or page.mentions or page.failures)
            done = {"since": _iso(_latest(top, since))}
            yield Batch(mentions=page.mentions, failures=page.failures, cursor=done, unchanged=nothing)
            return
        token = page.next
        after: JSON = {"since": _iso(since), "walk": {"top": _iso(top), "page": token}}
        yield Batch(mentions=page.mentions, failures=page.failures, cursor=after)


def oldest_first(cursor: JSON, ask: Ask, *, pages: int = 50) -> Iterator[Batch]:
    """Read forward from the place of the last run; ``ask`` gets what :attr:`Page.next` was last, ``None`` at first.

    A page's ``next`` is the place after it, also on the last page (so that the next run goes on there); the reading ends
    with a page without mentions and failures, or whose ``next`` was asked for in it already (some lists begin anew).
    """
    place = cursor.get("at") if isinstance(cursor, Mapping) else None
    asked: list[JSON] = []
    for _ in range(pages):
        asked.append(place)
        page = ask(place)
        after = place if page.next is None else page.next
        nothing = place is not None and not (page.mentions or page.failures)
        yield Batch(mentions=page.mentions, failures=page.failures, cursor={"at": after}, unchanged=nothing)
        if after in asked or not (page.mentions or page.failures):
            return
        place = after


def each(cursor: JSON, names: Sequence[str], read: Callable[[str, JSON], Iterator[Batch]]) -> Iterator[Batch]:
    """Read several lists, each with a cursor of its own inside the cursor of all.

    One that fails does not stop the others; where none can be read the first one's error is raised. A list that is limited for
    a while ends the run, once the others are read, and the next run begins with it: where an allowance is smaller than the
    lists are many, each gets its turn.
    """
    saved = cursor if isinstance(cursor, Mapping) else {}
    places: dict[str, Any] = {name: saved[name] for name in names if name in saved}
    errors: list[tuple[str, SourceError]] = []
    start = names.index(saved[_TURN]) if saved.get(_TURN) in names else 0
    for name in (*names[start:], *names[:start]):
        try:
            for batch in read(name, places.get(name)):
                places = {**places, name: batch.cursor}
                yield replace(batch, cursor=dict(places))
        except SourceError as error:
            errors.append((name, error))
    if not errors:
        return
    limited = next(((name, error) for name, error in errors if isinstance(error, SourceLimited)), None)
    if limited is not None:
        if len(errors) < len(names):
            yield Batch(cursor={**places, _TURN: limited[0]})
        raise limited[1]
    if len(errors) == len(names):
        raise errors[0][1]
    failures = tuple(
        Failure(source="", item=name, message=f"{name} could not be read: {error}", kind=error.health) for name, error in errors
    )
    yield Batch(cursor=dict(places), failures=failures)


def second_before(oldest: datetime | None, asked: JSON) -> int | None:
    """For lists that are asked for up to a second (since 1970): the second that the page after one begins with.

    ``oldest`` is of that page, ``asked`` the second that it was asked for. One less where a whole page is of that very second.
    """
    if oldest is None:
        return None
    second = int(oldest.timestamp())
    return second - 1 if second == asked else second


def _places(cursor: JSON) -> tuple[datetime | None, datetime | None, JSON]:
    if not isinstance(cursor, Mapping):
        return None, None, None
    walk = cursor.get("walk")
    walk = walk if isinstance(walk, Mapping) else {}
    return _moment(cursor.get("since")), _moment(walk.get("top")), walk.get("page")


def _latest(*moments: datetime | None) -> datetime | None:
    known = [moment for moment in moments if moment is not None]
    return max(known) if known else None


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
