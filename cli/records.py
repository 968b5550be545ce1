"""How a mention is printed: as a row, as a page, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from ..core.accounts import is_ours
from ..core.controls import clean
from ..core.desk import Row
from ..core.highlighting import snippet
from ..core.serial import to_json
from ..core.values import Mention, Record, Redaction, Span


def record_json(record: Record, spans: Sequence[Span] = ()) -> dict[str, Any]:
    """What ``--json`` prints of a mention; offsets are code points of ``title`` and ``text``."""
    mention = record.mention
    return {
        "ref": record.ref,
        "url": mention.url,
        "title": mention.title,
        "text": mention.text,
        "author": to_json(mention.author),
        "source": list(record.sources),
        "platform": mention.platform,
        "kind": mention.kind.value,
        "published": to_json(mention.published),
        "when": to_json(record.when),
        "first_seen": to_json(record.first_seen),
        "edited": to_json(mention.edited),
        "version": record.version,
        "lang": record.lang,
        "sentiment": record.sentiment,
        "topics": list(record.topics),
        "labels": to_json(record.labels),
        "status": record.state.value,
        "tags": list(record.tags),
        "notes": record.notes,
        "deleted": record.deleted,
        "redacted": to_json(record.redacted),
        "media": to_json(mention.media),
        "engagement": to_json(mention.engagement),
        "copy_of": record.copy_of,
        "copies": record.copies,
        "priority": record.priority,
        "thread": mention.thread,
        "parent": mention.parent,
        "highlights": to_json(tuple(spans)),
    }


def row_json(row: Row) -> dict[str, Any]:
    """What ``--json`` prints of a search result."""
    return record_json(row.record, row.spans)


def byline(record: Record) -> str:
    """Who said it, in a few words."""
    return author_name(record.mention)


def fate(record: Record) -> list[str]:
    """What is to be known before what was said: that it is ours, deleted, edited or redacted."""
    told = {"ours": is_ours(record), "deleted": record.deleted, "edited": record.version > 1, "redacted": bool(record.redacted)}
    return [word for word, so in told.items() if so]


def redacted_words(redaction: Redaction) -> str:
    """What stands in the place of words that were taken out."""
    why = f": {redaction.reason}" if redaction.reason else ""
    return f"(redacted on {redaction.at:%Y-%m-%d}{why})"


def author_name(mention: Mention) -> str:
    """The same of a mention that may not be archived."""
    author = mention.author
    if author is None:
        return "unknown author"
    return author.name or (f"@{author.handle}" if author.handle else author.key) or "unknown author"


def headline(row: Row, room: int, *, colour: bool) -> str:
    """Title and text in one line, cut around what matched; matches are bold where there is colour."""
    mention = row.record.mention
    if row.record.redacted:
        return clean(redacted_words(row.record.redacted), newlines=False)[:room]
    title = _field(mention.title, [(s.start, s.end) for s in row.spans if s.field == "title"], room, colour)
    left = room - len(mention.title) - 3
    if mention.title and left < 20:
        return title
    text = _field(
        mention.text, [(s.start, s.end) for s in row.spans if s.field == "text"], left if mention.title else room, colour
    )
    return f"{title} · {text}" if title and text else title or text


def age(when: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = (now - when).total_seconds()
    for size, unit in ((86_400 * 365, "y"), (86_400, "d"), (3_600, "h"), (60, "min")):
        if abs(seconds) >= size:
            return f"{int(seconds // size)} {unit}"
    return "now"


def _field(value: str, places: Sequence[tuple[int, int]], room: int, colour: bool) -> str:
    shown, found = snippet(value, places, room)
    if not colour:
        return " ".join(clean(shown, newlines=False).split())
    pieces, at = [], 0
    for start, end in found:
        pieces += [clean(shown[at:start], newlines=False), click.style(clean(shown[start:end], newlines=False), bold=True)]
        at = end
    return " ".join(("".join(pieces) + clean(shown[at:], newlines=False)).split(" "))
