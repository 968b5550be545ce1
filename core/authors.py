"""What is shown of authors: ranked lists, and a card of one of them. Values and pure functions; :mod:`.authordesk` asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Literal, TypeAlias

from .localtime import local
from .values import BY_YOU, Author, AuthorRank, Card, Reason, Record, Window, about

RELATIONS = ("customer", "journalist", "employee", "competitor", "partner", "community")
"""Words for what somebody is to us that commands and screens propose; any other is as good."""

FEELINGS = ("positive", "neutral", "negative", "uncertain", "unknown")
"""The values of a feeling in the order in which they are shown; others count as unknown."""

ENOUGH = 3
"""Mentions of one leaning below which nobody is called an advocate or a detractor."""
CLEARLY = 2
"""How many times as many there must be of it as of the other leaning."""

Leaning: TypeAlias = Literal["advocate", "detractor", "divided", "not enough evidence"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Whether an author speaks for us or against us, and what says so."""

    leaning: Leaning
    words: str
    """Why, in a sentence."""
    favourable: tuple[str, ...] = ()
    """Refs of praise and of what is positive, the newest first; near-copies are left out."""
    critical: tuple[str, ...] = ()
    """Refs of complaints and of what is negative."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """How an author felt in one week."""

    monday: date
    feelings: Mapping[str, int]
    """Mentions by feeling; those that nobody judged are ``unknown``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorRow:
    """An author in a ranked list."""

    place: int
    """From 1 on, by score, among all that are compared; 0 for those that are not."""
    rank: AuthorRank
    card: Card


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorList:
    """Who is heard on a topic in a stretch of time."""

    topic: str
    """Empty for all that is said."""
    window: Window
    rows: tuple[AuthorRow, ...]
    total: int
    """How many authors spoke."""
    marked: Mapping[str, int]
    """How many of them are not compared with others, by why: ``bot``, ``ours``."""
    problems: tuple[str, ...] = ()
    """Which rankers failed, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorCard:
    """Everything that is shown of one author, all accounts that are linked to theirs included."""

    author: Author
    card: Card
    accounts: tuple[Author, ...]
    """All accounts of the person, this one included."""
    series: tuple[Author, ...]
    """Metrics of this account over time, the first first."""
    window: Window
    topic: str
    """What evidence and feelings are about; empty for all."""
    mentions: int
    """How many there are within the window."""
    hours: tuple[int, ...]
    """Mentions by the hour of the day (0 to 23) in the zone that was asked for."""
    weekdays: tuple[int, ...]
    """Mentions by the day of the week, Monday first."""
    platforms: Mapping[str, int]
    """Mentions by platform, the most first."""
    topics: Mapping[str, int]
    kinds: Mapping[str, int]
    weeks: tuple[Week, ...]
    """From the first week with a mention to the last, those without any included; the first first."""
    evidence: Evidence
    newest: tuple[Record, ...]
    """The newest mentions, words included."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorWhy:
    """Why an author stands where they do."""

    rank: AuthorRank
    place: int | None
    """Among those of the same platform, from 1 on; ``None`` for those that are not compared, or far down."""
    of: int
    """How many authors spoke, on all platforms."""
    reasons: tuple[Reason, ...]
    """The weightiest first."""


def account(author: Author) -> str:
    """What an author is called in commands: ``platform:handle``, or the platform's own id where they have no handle."""
    return f"{author.platform}:{author.handle or author.key}"


def feeling(record: Record, topic: str) -> str:
    """How a mention feels about a topic where that was judged, else on the whole."""
    label = (record.label(about("sentiment", topic)) if topic else None) or record.label("sentiment")
    return label.value if label and label.value in FEELINGS else "unknown"


def purposes(record: Record) -> set[str]:
    """The kinds of message that a mention is: as a person says, else as all others say."""
    labels = [label for label in record.labels if label.name == "purpose"]
    own = [label for label in labels if label.by == BY_YOU]
    return {label.value for label in own or labels}


def evidence(said: Sequence[Record], topic: str) -> Evidence:
    """Whether these mentions of one author make an advocate or a detractor.

    Only mentions on the topic count, and of near-copies the first. Praise and what feels positive speak for us, complaints and
    what feels negative against us; a complaint in friendly words is a complaint. There must be :data:`ENOUGH` of a leaning, and
    :data:`CLEARLY` times as many as of the other.
    """
    favourable: list[str] = []
    critical: list[str] = []
    for record in said:
        if record.copy_of or (topic and topic not in record.topics):
            continue
        kinds, felt = purposes(record), feeling(record, topic)
        if "complaint" in kinds or (felt == "negative" and "praise" not in kinds):
            critical.append(record.ref)
        elif "praise" in kinds or felt == "positive":
            favourable.append(record.ref)
    up, down = len(favourable), len(critical)
    leaning: Leaning = "not enough evidence"
    if up >= ENOUGH and up >= CLEARLY * down:
        leaning = "advocate"
    elif down >= ENOUGH and down >= CLEARLY * up:
        leaning = "detractor"
    elif up >= ENOUGH or down >= ENOUGH:
        leaning = "divided"
    words = (
        f"{up} favourable and {down} critical mentions; it takes {ENOUGH} of one, and {CLEARLY} times as many as of the other"
    )
    return Evidence(leaning=leaning, words=words, favourable=tuple(favourable), critical=tuple(critical))


def weeks(said: Sequence[Record], topic: str, zone: tzinfo | None) -> tuple[Week, ...]:
    """Feelings by week, from the first week with a mention to the last."""
    by_week: dict[date, Counter[str]] = {}
    for record in said:
        day = local(record.when, zone).date()
        by_week.setdefault(day - timedelta(days=day.weekday()), Counter())[feeling(record, topic)] += 1
    if not by_week:
        return ()
    first, last = min(by_week), max(by_week)
    mondays = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    return tuple(
        Week(monday=monday, feelings={name: by_week.get(monday, Counter())[name] for name in FEELINGS}) for monday in mondays
    )


def card_of(
    author: Author,
    *,
    card: Card,
    accounts: Sequence[Author],
    series: Sequence[Author],
    window: Window,
    topic: str,
    said: Sequence[Record],
    newest: Sequence[Record],
    zone: tzinfo | None,
) -> AuthorCard:
    """An author's card from what they said within a window, without its words, the newest first."""
    times = [local(record.when, zone) for record in said]
    hours, days = Counter(time.hour for time in times), Counter(time.weekday() for time in times)
    return AuthorCard(
        author=author,
        card=card,
        accounts=tuple(accounts),
        series=tuple(series),
        window=window,
        topic=topic,
        mentions=len(said),
        hours=tuple(hours[hour] for hour in range(24)),
        weekdays=tuple(days[day] for day in range(7)),
        platforms=_counted(record.mention.platform for record in said),
        topics=_counted(name for record in said for name in record.topics),
        kinds=_counted(record.mention.kind.value for record in said),
        weeks=weeks(said, topic, zone),
        evidence=evidence(said, topic),
        newest=tuple(newest),
    )


def joined(ranks: Mapping[str, Sequence[AuthorRank]]) -> Sequence[AuthorRank]:
    """The ranks of several rankers as one list: the mean of the scores that an author has, parts named by their ranker."""
    if len(ranks) == 1:
        return next(iter(ranks.values()))
    found: dict[tuple[str, str], dict[str, AuthorRank]] = {}
    for name, each in ranks.items():
        for rank in each:
            found.setdefault((rank.author.platform, rank.author.key), {})[name] = rank
    several = [_one(by_ranker) for by_ranker in found.values()]
    return sorted(several, key=lambda rank: (-rank.score, rank.author.platform, rank.author.key))


def _one(by_ranker: Mapping[str, AuthorRank]) -> AuthorRank:
    ranks = list(by_ranker.values())
    return AuthorRank(
        author=ranks[0].author,
        score=round(sum(rank.score for rank in ranks) / len(ranks), 2),
        parts={f"{name}.{part}": value for name, rank in by_ranker.items() for part, value in rank.parts.items()},
        figures={f"{name}.{part}": value for name, rank in by_ranker.items() for part, value in rank.figures.items()},
        marks=tuple(dict.fromkeys(mark for rank in ranks for mark in rank.marks)),
    )


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts = Counter(names)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
