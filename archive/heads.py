"""The row of ``mentions`` as a value, and back. Pure functions: nothing here asks the database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from ..core.serial import to_json
from ..core.values import Engagement, Label, Labels, MentionKind, Span, TriageState
from .columns import bounded

if TYPE_CHECKING:
    from sqlalchemy import Row

COUNTS = ("likes", "shares", "replies", "views", "score")

encoded = json.JSONEncoder(separators=(",", ":"), allow_nan=False, default=to_json).encode
"""JSON text without spaces, in ASCII."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """A row of ``mentions``: everything of a record but its words."""

    id: int
    ref: str
    platform: str
    kind: MentionKind
    lang: str
    """As the platform states it."""
    twin: str
    thread: str
    parent: str
    author_id: int | None
    when: datetime
    first_seen: datetime
    last_seen: datetime
    version: int
    digest: str
    state: TriageState = TriageState.NEW
    notes: str = ""
    deleted: bool = False
    sources: tuple[str, ...] = ()
    labels: Labels = ()
    tags: tuple[str, ...] = ()
    followers: int | None = None
    engagement: Engagement | None = None
    has: tuple[str, ...] = ()
    """What is in its newest wording: see :func:`hubbub.core.documents.contents`."""
    host: str = ""
    """Where that stands: see :func:`hubbub.core.documents.host`."""
    redacted: bool = False
    """Whether its words were taken out; digest and twin are of what stood there."""


def head_of(row: Row[Any]) -> Head:
    """A row of ``mentions`` as a value."""
    return Head(
        id=row.id,
        ref=row.ref,
        platform=row.platform,
        kind=MentionKind(row.kind),
        lang=row.lang,
        twin=row.twin,
        thread=row.thread,
        parent=row.parent,
        author_id=row.author_id,
        when=row.when,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        version=row.version,
        digest=row.digest,
        state=TriageState(row.state),
        notes=row.notes,
        deleted=row.deleted,
        sources=texts_of(row.sources),
        labels=labels_of(row.labels),
        tags=texts_of(row.tags),
        followers=row.followers,
        engagement=engagement_of(row, "counted"),
        has=tuple(row.has.split()),
        host=row.host,
        redacted=row.redacted,
    )


def head_row(head: Head) -> dict[str, Any]:
    """A value as a row of ``mentions``."""
    return {
        "id": head.id,
        "ref": head.ref,
        "platform": head.platform,
        "kind": head.kind.value,
        "lang": head.lang,
        "twin": head.twin,
        "thread": head.thread,
        "parent": head.parent,
        "author_id": head.author_id,
        "when": head.when,
        "first_seen": head.first_seen,
        "last_seen": head.last_seen,
        "version": head.version,
        "digest": head.digest,
        "state": head.state.value,
        "notes": head.notes,
        "deleted": head.deleted,
        "sources": _texts_row(head.sources),
        "labels": labels_row(head.labels),
        "tags": _texts_row(head.tags),
        "followers": bounded(head.followers),
        "has": " ".join(head.has),
        "host": head.host,
        "redacted": head.redacted,
        **counts_row(head.engagement, "counted"),
    }


# --- parts ---------------------------------------------------------------------------------------------------


def counts_row(engagement: Engagement | None, at: str = "at") -> dict[str, Any]:
    """Counts as columns."""
    if engagement is None:
        return {at: None, **dict.fromkeys(COUNTS)}
    return {at: engagement.at, **{name: bounded(getattr(engagement, name)) for name in COUNTS}}


def engagement_of(row: Row[Any], at: str = "at") -> Engagement | None:
    """Columns as counts; ``None`` where there are none."""
    counted = getattr(row, at)
    if counted is None:
        return None
    return Engagement(at=counted, likes=row.likes, shares=row.shares, replies=row.replies, views=row.views, score=row.score)


def labels_row(labels: Labels) -> str:
    """Labels as JSON, empty fields left out."""
    return encoded([_label_row(label) for label in labels]) if labels else "[]"


def _label_row(label: Label) -> dict[str, Any]:
    row: dict[str, Any] = {"name": label.name, "value": label.value, "by": label.by}
    if label.version:
        row["version"] = label.version
    if label.score is not None:
        row["score"] = label.score
    if label.spans:
        row["spans"] = [
            [s.field, s.start, s.end] if s.weight is None else [s.field, s.start, s.end, s.weight] for s in label.spans
        ]
    return row


@lru_cache(maxsize=1 << 10)
def labels_of(data: str) -> Labels:
    """Labels from their JSON; without evidence they are the same in most mentions."""
    if data == "[]":
        return ()
    return tuple(
        Label(
            name=row["name"],
            value=row["value"],
            by=row["by"],
            version=row.get("version", ""),
            score=row.get("score"),
            spans=tuple(_span(*parts) for parts in row.get("spans", ())),
        )
        for row in json.loads(data)
    )


def _span(field: Literal["title", "text"], start: int, end: int, weight: float | None = None) -> Span:
    return Span(field=field, start=start, end=end, weight=weight)


@lru_cache(maxsize=1 << 10)
def texts_of(data: str) -> tuple[str, ...]:
    """Ids of sources, or tags, from their JSON: a few lists stand in most mentions."""
    return tuple(json.loads(data))


@lru_cache(maxsize=1 << 10)
def _texts_row(texts: tuple[str, ...]) -> str:
    return encoded(texts)
