"""A mention as search sees it: the one view that live matching, SQL and every engine agree on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias, get_args
from urllib.parse import urlsplit

from .deciding import reliable_time
from .values import MUTED, Author, Engagement, Label, Mention, Record, TriageState

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)


class SearchDoc(NamedTuple):
    """What can be searched of one mention. Text as it was written: who reads it tokenises it with ``core.text``.

    Made for every mention that is indexed or matched, and a frozen dataclass of so many fields takes ten times as long to make.
    """

    ref: str
    when: datetime
    """What ``published:`` asks for and what orders by time."""
    seen: datetime
    """What ``seen:`` asks for: when it was first collected."""
    title: str = ""
    text: str = ""
    author: str = ""
    """Handle and name, for words: see :func:`words_of_author`."""
    account: str = ""
    """The author for facets: see :func:`account_of`."""
    url: str = ""
    """Its address, for words."""
    sources: tuple[str, ...] = ()
    platform: str = ""
    kind: str = ""
    topics: tuple[str, ...] = ()
    lang: str = "unknown"
    sentiment: str = "unknown"
    labels: tuple[str, ...] = ()
    """Values of the labels other than topic, language and sentiment, and ``name=value`` of each; of those about one topic
    (``sentiment:acme``) only the latter."""
    tags: tuple[str, ...] = ()
    status: str = TriageState.NEW.value
    has: tuple[str, ...] = ()
    """What is in it: see :func:`contents`."""
    domains: tuple[str, ...] = ()
    """Where it stands: see :func:`domains`."""
    aspects: tuple[str, ...] = ()
    """What became of it: see :func:`aspects`."""
    followers: int | None = None
    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    views: int | None = None
    engagement: int | None = None
    """What others did in all: see :func:`total_engagement`."""
    priority: int | None = None
    """How much it needs a person: what the order ``priority`` goes by."""


def contents(mention: Mention) -> tuple[str, ...]:
    """The values of ``has:``: ``media`` and its kinds (``image``, ``video``, …), and ``link`` where the text has an address."""
    kinds = ("media", *sorted({media.kind for media in mention.media})) if mention.media else ()
    return (*kinds, "link") if _has_address(mention.text) or _has_address(mention.title) else kinds


def _has_address(text: str) -> bool:
    return "://" in text and _ADDRESS.search(text) is not None


_ADDRESS = re.compile("https?://[^\\s]", re.IGNORECASE)


DELETED, EDITED, REDACTED = "deleted", "edited", "redacted"


def aspects(*, deleted: bool, version: int, muted: bool, redacted: bool) -> tuple[str, ...]:
    """The values of ``is:`` that tell a mention's fate: ``deleted`` by its platform, ``edited`` where it has several wordings,
    ``muted`` where the desk does not want to see it, ``redacted`` where its words were taken out."""
    fates = ((DELETED, deleted), (EDITED, version > 1), (MUTED, muted), (REDACTED, redacted))
    return tuple(name for name, told in fates if told)


def domains(url: str) -> tuple[str, ...]:
    """The values of ``domain:`` of an address: its host, and every domain above it but the topmost.

    ``https://blog.acme.example/a`` stands at ``blog.acme.example`` and at ``acme.example``.
    """
    return domains_of(host(url))


def host(url: str) -> str:
    """The host of an address as ``domain:`` asks for it; empty where it has none."""
    plain = _PLAIN.match(url)
    return _host(plain.group() if plain else url)


_PLAIN = re.compile("https?://[0-9A-Za-z.:-]+(?=[/?#]|\\Z)")
"""The beginning of an address that says all of its host: few hosts have many addresses."""


@lru_cache(maxsize=1 << 10)
def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").strip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=1 << 10)
def domains_of(host: str) -> tuple[str, ...]:
    """The same of a host."""
    parts = host.split(".")
    if len(parts) < 2 or parts[-1].isdigit():
        return (host,) if host else ()
    return tuple(".".join(parts[i:]) for i in range(len(parts) - 1))


def total_engagement(counts: Engagement | None) -> int | None:
    """Likes (the platform's own score where it counts no likes), shares and replies together; ``None`` where none is told."""
    return None if counts is None else total_of(counts.likes, counts.shares, counts.replies, counts.score)


def total_of(likes: int | None, shares: int | None, replies: int | None, score: int | None) -> int | None:
    """The same of the single counts."""
    told = [n for n in (score if likes is None else likes, shares, replies) if n is not None]
    return sum(told) if told else None


MOST = (1 << 29) - 1
"""Audiences and engagements beyond this (537 million) rank alike."""

_SECONDS = 34
# Bits for the seconds since 1970: until the year 2514.
_MICROSECONDS = 54
# Bits for the microseconds since 1970: until the year 2540.


def rank(doc: SearchDoc, order: RankOrder) -> int:
    """What the orders ``engaged``, ``influential`` and ``priority`` sort by, the greatest first: the number, then the time, in
    seconds, or in microseconds where it is the priority.

    One whole number below 2**63, so that any engine can sort by it. A mention whose number nobody told ranks as with 0; equal
    ranks are in the order of refs.
    """
    if order == "priority":
        return rank_of_priority(doc.priority, (doc.when - _EPOCH) // _MICROSECOND)
    return rank_of(doc.engagement if order == "engaged" else doc.followers, (doc.when - _EPOCH) // _SECOND)


def rank_of(number: int | None, seconds: int) -> int:
    """The same of its number and of its time in whole seconds since 1970."""
    return min(max(number or 0, 0), MOST) << _SECONDS | min(max(seconds, 0), (1 << _SECONDS) - 1)


def rank_of_priority(priority: int | None, micros: int) -> int:
    """The same of a priority and of the time in microseconds since 1970."""
    return min(max(priority or 0, 0), 100) << _MICROSECONDS | min(max(micros, 0), (1 << _MICROSECONDS) - 1)


RankOrder: TypeAlias = Literal["engaged", "influential", "priority"]
RANK_ORDERS: tuple[RankOrder, ...] = get_args(RankOrder)


def words_of_author(author: Author | None) -> str:
    """The words by which an author is found: handle with its sign, then name."""
    if author is None or not author.handle:
        return author.name if author else ""
    return f"@{author.handle} {author.name}" if author.name else f"@{author.handle}"


def account_of(author: Author | None) -> str:
    """An author as a facet counts them: the handle with its sign, else the name."""
    if author is None:
        return ""
    return f"@{author.handle}" if author.handle else author.name


def document(record: Record) -> SearchDoc:
    """The searchable view of an archived mention."""
    mention = record.mention
    said = tuple([(label.name, label.value, label.by) for label in record.labels])
    topics, lang, sentiment, muted, labels = judged(said, mention.lang)
    return _of_mention(
        mention,
        when=record.when,
        seen=record.first_seen,
        sources=record.sources,
        lang=lang,
        topics=topics,
        sentiment=sentiment,
        labels=labels,
        tags=record.tags,
        status=record.state.value,
        aspects=aspects(deleted=record.deleted, version=record.version, muted=muted, redacted=record.redacted is not None),
        priority=record.priority,
    )


def live_document(mention: Mention, *, source: str = "", lang: str = "", seen: datetime) -> SearchDoc:
    """The searchable view of a mention that has just been fetched."""
    return _of_mention(
        mention,
        when=reliable_time(mention.published, seen),
        seen=seen,
        sources=(source,) if source else (),
        lang=lang or mention.lang or "unknown",
    )


def _of_mention(
    mention: Mention,
    *,
    when: datetime,
    seen: datetime,
    sources: tuple[str, ...],
    lang: str,
    topics: tuple[str, ...] = (),
    sentiment: str = "unknown",
    labels: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    status: str = TriageState.NEW.value,
    aspects: tuple[str, ...] = (),
    priority: int | None = None,
) -> SearchDoc:
    author, counts = mention.author, mention.engagement
    return SearchDoc(
        ref=mention.ref,
        when=when,
        seen=seen,
        title=mention.title,
        text=mention.text,
        author=words_of_author(author),
        account=account_of(author),
        url=mention.url,
        sources=sources,
        platform=mention.platform,
        kind=mention.kind.value,
        topics=topics,
        lang=lang,
        sentiment=sentiment,
        labels=labels,
        tags=tags,
        status=status,
        has=contents(mention),
        domains=domains(mention.url),
        aspects=aspects,
        followers=author.followers if author else None,
        likes=counts.likes if counts else None,
        shares=counts.shares if counts else None,
        replies=counts.replies if counts else None,
        views=counts.views if counts else None,
        engagement=total_engagement(counts),
        priority=priority,
    )


_OWN_FIELD = {"topic", "lang", "sentiment"}


@lru_cache(maxsize=1 << 12)
def judged(said: tuple[tuple[str, str, str], ...], lang: str) -> tuple[tuple[str, ...], str, str, bool, tuple[str, ...]]:
    """Topics, language, sentiment, whether muted, and other labels by name, value and ``by`` of all labels: alike for many."""
    labels = tuple(Label(name=name, value=value, by=by) for name, value, by in said)
    mention = Mention(platform="", key="", lang=lang)
    record = Record(mention=mention, version=1, when=_EPOCH, first_seen=_EPOCH, last_seen=_EPOCH, labels=labels)
    others = {f"{name}={value}" for name, value, _ in said if name not in _OWN_FIELD}
    others |= {value for name, value, _ in said if name not in _OWN_FIELD and ":" not in name}
    return record.topics, record.lang, record.sentiment, record.muted, tuple(sorted(others))
