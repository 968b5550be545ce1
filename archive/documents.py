"""What search sees of mentions, straight from their rows.

The same as :func:`hubbub.core.documents.document` makes of their records (a test compares), in half the time: a record has
everything of a mention, what its platform sent and every piece of evidence included.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from json import loads
from typing import Any

from ..core.documents import SearchDoc, account_of, aspects, domains, judged, total_of, words_of_author
from .columns import instant
from .heads import texts_of
from .rows import author_in

HEAD = (
    "ref",
    "platform",
    "when",
    "first_seen",
    "version",
    "state",
    "deleted",
    "sources",
    "labels",
    "tags",
    "likes",
    "shares",
    "replies",
    "views",
    "score",
    "has",
    "priority",
    "redacted",
)
"""The columns of ``mentions`` that a document is made of, in the order of :func:`document_of`."""
SAID = ("url", "title", "text", "author", "kind", "lang")
"""The columns of ``versions``, likewise."""


def document_of(row: Sequence[Any]) -> SearchDoc:
    """A row of :data:`HEAD` and :data:`SAID` as a value."""
    (ref, platform, when, seen, version, state, deleted, sources, labels, tags, likes, shares, replies, views, score) = row[:15]
    has, priority, redacted, url, title, text, author_said, kind, stated = row[15:]
    topics, lang, sentiment, muted, others = _judged(labels, stated)
    author = author_in(author_said) if author_said else None
    return SearchDoc(
        ref=ref,
        when=instant(when),
        seen=instant(seen),
        title=title,
        text=text,
        author=words_of_author(author),
        account=account_of(author),
        url=url,
        sources=texts_of(sources),
        platform=platform,
        kind=kind,
        topics=topics,
        lang=lang,
        sentiment=sentiment,
        labels=others,
        tags=texts_of(tags),
        status=state,
        has=tuple(has.split()),
        domains=domains(url),
        aspects=aspects(deleted=bool(deleted), version=version, muted=muted, redacted=bool(redacted)),
        followers=author.followers if author else None,
        likes=likes,
        shares=shares,
        replies=replies,
        views=views,
        engagement=total_of(likes, shares, replies, score),
        priority=priority,
    )


@lru_cache(maxsize=1 << 10)
def _judged(labels: str, stated: str) -> tuple[tuple[str, ...], str, str, bool, tuple[str, ...]]:
    """What labels say, from their JSON; without evidence they are the same in most mentions."""
    return judged(tuple([(label["name"], label["value"], label["by"]) for label in loads(labels)]), stated)
