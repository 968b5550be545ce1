"""Rows as whole records, wordings and authors, and back. Pure functions: nothing here asks a database.

Records are read a page at a time, in all lists and searches, so :func:`record_of` takes a plain row with its values as they are
stored. What asks for such rows is in :mod:`.selects` for SQLAlchemy and in :mod:`.statements` for SQLite alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from json import JSONDecoder, dumps, loads
from typing import TYPE_CHECKING, Any

from ..core.making import maker
from ..core.serial import from_json, to_json
from ..core.values import (
    JSON,
    Author,
    Engagement,
    Health,
    Media,
    Mention,
    MentionKind,
    Quota,
    Record,
    Redaction,
    SourceState,
    TriageState,
    Version,
)
from .columns import instant, micros
from .heads import encoded, labels_of, texts_of

if TYPE_CHECKING:
    from sqlalchemy import Row

_LONG = 4096  # bytes of JSON beyond which compressing saves pages

RECORD = (
    "id",
    "ref",
    "platform",
    "when",
    "first_seen",
    "last_seen",
    "version",
    "state",
    "notes",
    "deleted",
    "sources",
    "labels",
    "tags",
    "counted",
    "likes",
    "shares",
    "replies",
    "views",
    "score",
    "copies",
    "priority",
)
"""The columns of ``mentions`` that a record is made of, in the order of :func:`record_of`."""
WORDING = (
    "url",
    "title",
    "text",
    "author",
    "kind",
    "published",
    "edited",
    "lang",
    "thread",
    "parent",
    "shared",
    "media",
    "raw",
)
"""The columns of ``versions`` that a mention is made of, in the order of :func:`mention_of`."""
REDACTION = ("at", "reason", "digest")
"""The columns of ``redactions`` that come last in a row of a record, empty for nearly all."""
SOURCE = (
    "id",
    "cursor",
    "health",
    "message",
    "last_run",
    "last_success",
    "next_run",
    "failures",
    "found",
    "quota",
    "last_new",
    "arrivals",
    "gap",
)
"""The columns of ``sources`` in the order of :func:`state_of`."""
KEYWORD_OF = {"state": "status", "topic": "topic", "source": "source", "lang": "lang", "platform": "platform"}
"""The keyword field that mentions are counted by."""

_KINDS = {kind.value: kind for kind in MentionKind}
_STATES = {state.value: state for state in TriageState}
_record, _mention, _engagement = maker(Record), maker(Mention), maker(Engagement)
_scan = JSONDecoder().raw_decode  # our own JSON has no spaces around it that ``loads`` would have to look for


def record_of(row: Sequence[Any]) -> Record:
    """A row of :data:`RECORD`, :data:`WORDING`, the ref of the first of its group, and :data:`REDACTION` as a value."""
    (_, ref, platform, when, first_seen, last_seen, version, state, notes, deleted, sources, labels, tags) = row[:13]
    counted, likes, shares, replies, views, score, copies, priority = row[13:21]
    first, redacted, reason, digest = row[-4:]
    engagement = None if counted is None else _engagement(instant(counted), likes, shares, replies, views, score)
    return _record(
        mention_of(row[21:-4], ref, platform, engagement),
        version,
        instant(when),
        instant(first_seen),
        instant(last_seen),
        texts_of(sources),
        labels_of(labels),
        _STATES[state],
        texts_of(tags),
        notes,
        bool(deleted),
        first or "",
        copies,
        priority,
        None if redacted is None else Redaction(at=instant(redacted), reason=reason, digest=digest),
    )


def mention_of(row: Sequence[Any], ref: str, platform: str, engagement: Engagement | None) -> Mention:
    """The mention with the wording in a row of :data:`WORDING`."""
    url, title, text, author, kind, published, edited, lang, thread, parent, shared, media, raw = row
    return _mention(
        platform,
        ref[len(platform) + 1 :],
        _KINDS[kind],
        url,
        title,
        text,
        author_in(author) if author else None,
        None if published is None else instant(published),
        None if edited is None else instant(edited),
        lang,
        thread,
        parent,
        shared,
        () if media == "[]" else tuple(from_json(Media, item) for item in loads(media)),
        engagement,
        None if raw is None else unpacked(raw),
    )


def version_of(row: Sequence[Any]) -> Version:
    """A row of number, seen, ref, platform and :data:`WORDING` as a value."""
    number, seen, ref, platform = row[:4]
    return Version(number=number, seen=instant(seen), mention=mention_of(row[4:], ref, platform, None))


def state_of(row: Sequence[Any]) -> SourceState:
    """A row of :data:`SOURCE` as a value."""
    id_, cursor, health, message, last_run, last_success, next_run, failures, found, quota, last_new, arrivals, gap = row
    return SourceState(
        id=id_,
        cursor=loads(cursor),
        health=Health(health),
        message=message,
        last_run=None if last_run is None else instant(last_run),
        last_success=None if last_success is None else instant(last_success),
        next_run=None if next_run is None else instant(next_run),
        failures=failures,
        found=found,
        quota=None if quota is None else from_json(Quota, loads(quota)),
        last_new=None if last_new is None else instant(last_new),
        arrivals=arrivals,
        gap=gap,
    )


def state_row(state: SourceState) -> dict[str, Any]:
    """How a source has been doing as a row of ``sources``, but for its cursor and what was found, which go with mentions."""
    return {
        "health": state.health.value,
        "message": state.message,
        "last_run": state.last_run,
        "last_success": state.last_success,
        "next_run": state.next_run,
        "failures": state.failures,
        "quota": None if state.quota is None else encoded(to_json(state.quota)),
        "last_new": state.last_new,
        "arrivals": state.arrivals,
        "gap": state.gap,
    }


def version_row(mention_id: int, number: int, mention: Mention, seen: datetime) -> dict[str, Any]:
    """A wording as a row of ``versions``."""
    return {
        "mention_id": mention_id,
        "number": number,
        "seen": seen,
        "url": mention.url,
        "title": mention.title,
        "text": mention.text,
        "author": _author_json(mention.author) if mention.author else None,
        "kind": mention.kind.value,
        "published": mention.published,
        "edited": mention.edited,
        "lang": mention.lang,
        "thread": mention.thread,
        "parent": mention.parent,
        "shared": mention.shared,
        "media": encoded(to_json(mention.media)) if mention.media else "[]",
        "raw": None if mention.raw is None else packed(mention.raw),
    }


# --- parts ---------------------------------------------------------------------------------------------------


def packed(data: JSON) -> bytes:
    """JSON as bytes, compressed where it is long."""
    return pressed(encoded(data))


def pressed(text: str) -> bytes:
    """JSON that is a text already as bytes, as :func:`packed` makes them."""
    plain = text.encode("ascii")
    return zlib.compress(plain, 1) if len(plain) > _LONG else plain


def unpacked(data: bytes) -> Any:
    """What :func:`packed` made into bytes. No JSON begins with the ``x`` that compressed data begins with."""
    return loads((zlib.decompress(data) if data[:1] == b"x" else data).decode("ascii"))


def author_of(row: Row[Any]) -> Author:
    """A row of ``authors``, or of one joined with ``author_metrics``, as a value."""
    return Author(
        platform=row.platform,
        key=row.key,
        handle=row.handle,
        name=row.name,
        url=row.url,
        avatar=row.avatar,
        followers=row.followers,
        metrics=loads(row.metrics),
        bot=row.bot,
        at=row.at,
    )


def metrics_row(metrics: Mapping[str, int]) -> str:
    """An author's other counts as JSON, in the order of their names."""
    return dumps(dict(sorted(metrics.items())), separators=(",", ":"))


def _author_json(author: Author) -> str:
    """An author within a wording. Written and read by hand, since there is one in every mention."""
    return encoded(
        {
            "platform": author.platform,
            "key": author.key,
            "handle": author.handle,
            "name": author.name,
            "url": author.url,
            "avatar": author.avatar,
            "followers": author.followers,
            "metrics": dict(author.metrics),
            "bot": author.bot,
            "at": None if author.at is None else micros(author.at),
        }
    )


@lru_cache(maxsize=1 << 10)
def author_in(data: str) -> Author:
    """Remembered: in one run, an author is met in many mentions as the very same."""
    row = _scan(data)[0]
    at = row.pop("at")
    return Author(**row, at=None if at is None else instant(at))
