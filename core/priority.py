"""What needs a person first: a score of 0 to 100 that says what it is made of.

Each part is a value from 0 to 1 with a weight; the score is their weighted mean in hundredths. What is unknown of a mention
counts :data:`UNKNOWN`: neither urgent nor out of the question. Age, rules and a person's own word change the score after that,
and what nobody needs to look at has 0. :func:`priority` is pure; :mod:`hubbub.core.prioritising` asks it of an archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from math import isfinite, log10
from typing import TypeAlias

from .accounts import is_ours
from .documents import total_engagement
from .values import BY_RULE, BY_YOU, Engagement, Label, Record, TriageState

UNKNOWN = 0.25
"""What a part counts of which nothing is known."""

URGENCY: Mapping[str, float] = {
    "crisis": 1.0,
    "complaint": 0.85,
    "lead": 0.7,
    "question": 0.6,
    "praise": 0.3,
    "news": 0.15,
    "spam": 0.0,
}
"""How much each kind of message (the label ``purpose``) wants a person."""
FEELING: Mapping[str, float] = {"negative": 1.0, "uncertain": 0.4, "positive": 0.3, "neutral": 0.1}
"""The same of a feeling (the label ``sentiment``): the very good is wanted at once, too."""
ASKING = frozenset({"crisis", "complaint", "lead", "question"})
"""Kinds of message that wait for an answer."""

MANY = 10_000
"""Reactions from which on reach counts whole."""
FAST = 1_000
"""Reactions an hour from which on speed counts whole."""
SPEED_KNOWN = timedelta(days=2)
"""How old the last count may be to tell anything of speed."""
PATIENCE = timedelta(hours=24)
"""How long a question may wait until waiting counts whole; it counts half at once."""
FRESH, STALE = timedelta(days=1), timedelta(days=7)
"""Until when age changes nothing, and from when on it takes away all that it takes."""
OLD = 0.25
"""What is left of the score then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """How much each part counts, in proportion to the others."""

    kind: float = 30.0
    """What kind of message it is."""
    sentiment: float = 20.0
    """How it feels."""
    influence: float = 20.0
    """Who said it."""
    reach: float = 10.0
    """How many have reacted."""
    speed: float = 10.0
    """How fast they do."""
    unanswered: float = 10.0
    """Whether it waits for an answer of ours."""

    def __post_init__(self) -> None:
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        for name, weight in told.items():
            if not isfinite(weight) or weight < 0:
                raise ValueError(f"the weight {name} must be a number from 0 on, not {weight}")
        if not any(told.values()):
            raise ValueError("at least one weight must be above 0")


USUAL = Weights()


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is known of a mention beside its record."""

    influence: float | None = None
    """How influential its author is, 0 to 100; ``None`` where nobody can tell."""
    ranked: bool = False
    """Whether a ranker says so; else it is their audience compared with that of others on the platform."""
    series: Sequence[Engagement] = ()
    """All counts of reactions, the first first."""
    answered: bool = False
    """Whether one of our accounts has answered it, as far as that is archived."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One thing that the score is made of."""

    name: str
    """As its weight is called."""
    value: float
    """0 to 1."""
    weight: float
    """How much it counts, in proportion to the others."""
    words: str
    """What it comes from: ``complaint (0.92)``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What changed the score after its parts were put together."""

    words: str
    """Why: ``rule Crisis: +20``."""
    score: int
    """What it was from then on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Priority:
    """How much a mention needs a person, and why."""

    score: int
    """0 to 100."""
    parts: tuple[Part, ...]
    steps: tuple[Step, ...] = ()
    """In their order; without any, the parts alone make the score."""

    def points(self, part: Part) -> float:
        """How much of the score a part is, before the steps."""
        return 100 * part.value * part.weight / sum(each.weight for each in self.parts)


def priority(record: Record, facts: Facts, weights: Weights, now: datetime) -> Priority:
    """How much a mention needs a person, and why."""
    told = _told(record, facts, now)
    parts = tuple(Part(name=n, value=value, weight=getattr(weights, n), words=words) for n, (value, words) in told.items())
    whole = _whole(told, weights)
    steps = tuple(Step(words=words, score=round(score)) for words, score in _changed(record, whole, now))
    return Priority(score=steps[-1].score if steps else round(whole), parts=parts, steps=steps)


def score_of(record: Record, facts: Facts, weights: Weights, now: datetime) -> int:
    """The score of :func:`priority` alone, as whole runs of mentions ask for it."""
    whole = _whole(_told(record, facts, now), weights)
    scores = [whole, *(score for _, score in _changed(record, whole, now))]
    return round(scores[-1])


def _whole(told: Mapping[str, _Told], weights: Weights) -> float:
    """The parts together."""
    counted = [(value, getattr(weights, name)) for name, (value, _) in told.items()]
    return 100 * sum(value * weight for value, weight in counted) / sum(weight for _, weight in counted)


def _changed(record: Record, score: float, now: datetime) -> Iterator[tuple[str, float]]:
    """What changes the score, in words, and what it is from then on."""
    for words, factor, more in _changes(record, now):
        score = min(max(score * factor + more, 0.0), 100.0)
        yield words, score


# --- parts: a value and its words ----------------------------------------------------------------------------

_Told: TypeAlias = tuple[float, str]


def _told(record: Record, facts: Facts, now: datetime) -> Mapping[str, _Told]:
    """All parts, by the names of their weights."""
    return {
        "kind": _kind(record),
        "sentiment": _sentiment(record),
        "influence": _influence(record, facts),
        "reach": _reach(record),
        "speed": _speed(record, facts, now),
        "unanswered": _unanswered(record, facts, now),
    }


def _kind(record: Record) -> _Told:
    found = [(URGENCY[label.value] * _sure(label), _scored(label)) for label in _purposes(record)]
    return max(found, default=(UNKNOWN, "kind of message unknown"))


def _sentiment(record: Record) -> _Told:
    names = {label.name for label in record.labels if label.name.partition(":")[0] == "sentiment"}
    judged = [label for name in names if (label := record.label(name)) and label.value in FEELING]
    found = [(FEELING[label.value] * _sure(label), _feeling(label)) for label in judged]
    return max(found, default=(UNKNOWN, "feeling unknown"))


def _influence(record: Record, facts: Facts) -> _Told:
    if facts.influence is None:
        return UNKNOWN, "influence unknown"
    score, platform = min(max(facts.influence, 0.0), 100.0), record.mention.platform
    if facts.ranked:
        return score / 100, f"influence {score:.0f} on {platform}"
    return score / 100, f"a larger audience than {score:.0f} % on {platform}"


def _reach(record: Record) -> _Told:
    count = total_engagement(record.mention.engagement)
    if count is None:
        return UNKNOWN, "reactions unknown"
    return _share(count, MANY), f"{count:,} reaction{'' if count == 1 else 's'}"


def _speed(record: Record, facts: Facts, now: datetime) -> _Told:
    told = [(counts.at, count) for counts in facts.series if (count := total_engagement(counts)) is not None]
    current = record.mention.engagement
    if not told and current and (count := total_engagement(current)) is not None:
        told = [(current.at, count)]
    if not told or now - told[-1][0] > SPEED_KNOWN:
        return UNKNOWN if not told else 0.0, "speed unknown" if not told else "no recent count of reactions"
    # From one count to the next; where there is one only, since it was published.
    (since, before), (until, count) = (told[-2] if len(told) > 1 else (min(record.when, told[-1][0]), 0)), told[-1]
    hours = max((until - since).total_seconds() / 3600, 1 / 60)
    more = max(count - before, 0)
    value = _share(more / hours, FAST)
    pace = "fast" if value >= 0.5 else "slow" if value < 0.2 else "steady"
    return value, f"{more:,} reaction{'' if more == 1 else 's'} in {_span(until - since)} ({pace})"


def _unanswered(record: Record, facts: Facts, now: datetime) -> _Told:
    purposes = {label.value for label in _purposes(record)}
    waits = bool(purposes & ASKING) or (not purposes and record.sentiment == "negative")
    if facts.answered:
        return 0.0, "answered by us"
    if not waits and not purposes and record.sentiment == "unknown":
        return UNKNOWN, "unknown whether it waits for an answer"
    if not waits:
        return 0.0, "no answer is waited for"
    waited = max(now - record.when, timedelta(0))
    return 0.5 + 0.5 * min(waited / PATIENCE, 1.0), f"unanswered for {_span(waited)}"


# --- what comes after ----------------------------------------------------------------------------------------


def _changes(record: Record, now: datetime) -> Iterator[tuple[str, float, float]]:
    """Words, factor and what is added of everything that changes a score."""
    own = next((label for label in record.labels if label.name == "priority" and label.by == BY_YOU), None)
    if own and (set_ := _number(own.value)):
        yield f"you: {set_[1]:.0f}", *_applied(set_)
        return
    age = now - record.when
    if age > FRESH:
        left = 1 - (1 - OLD) * min((age - FRESH) / (STALE - FRESH), 1.0)
        yield f"{_span(age)} old: times {left:.2f}", left, 0.0
    for label in record.labels:
        if label.name == "priority" and label.by.startswith(BY_RULE) and (change := _number(label.value)):
            yield f"rule {label.by.removeprefix(BY_RULE)}: {label.value}", *_applied(change)
    nobody = {
        "written by us": is_ours(record),
        "muted": record.muted,
        "spam or promotion": any(label.value == "spam" for label in _purposes(record)),
        "done": record.state is TriageState.DONE,
        "ignored": record.state is TriageState.IGNORED,
        "deleted at the source": record.deleted,
    }
    for words, so in nobody.items():
        if so:
            yield words, 0.0, 0.0


_Change = tuple[bool, float]
"""Whether a number is added, and the number."""


def change(text: str) -> str:
    """A change of priority as rules write it: ``+20``, ``-20`` or ``=90``; ``ValueError`` says what to write."""
    found = _number(text.strip())
    if not found or text.strip()[0].isdigit() or abs(found[1]) > 100:
        raise ValueError(f'write what to do with the priority: "+20", "-20" or "=90", up to 100 (not {text!r})')
    return text.strip()


def _number(text: str) -> _Change | None:
    sign, digits = text[:1], text.lstrip("+-=")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 3 and len(text) - len(digits) <= 1):
        return None
    return sign in "+-", float(digits) * (-1 if sign == "-" else 1)


def _applied(change: _Change) -> tuple[float, float]:
    added, number = change
    return (1.0, number) if added else (0.0, number)


# --- words ---------------------------------------------------------------------------------------------------


def _purposes(record: Record) -> list[Label]:
    """The kinds of message that it is said to be: a person's, else a rule's, else those of processors."""
    counts = record.label("purpose")
    if counts is None:
        return []
    if counts.by == BY_YOU or counts.by.startswith(BY_RULE):
        return [counts] if counts.value in URGENCY else []
    return [label for label in record.labels if label.name == "purpose" and label.value in URGENCY]


def _sure(label: Label) -> float:
    """How sure a judgement is: a person and a rule are, and who cannot tell is taken at their word."""
    return 1.0 if label.score is None else min(max(label.score, 0.0), 1.0)


def _scored(label: Label) -> str:
    return label.value if label.score is None else f"{label.value} ({label.score:.2f})"


def _feeling(label: Label) -> str:
    about = label.name.partition(":")[2]
    sure = "" if label.score is None else f" {label.score:.2f}"
    return f"{label.value}{sure}{f' about {about}' if about else ''}"


def _share(number: float, whole: float) -> float:
    """A number against one that counts whole, both as orders of magnitude."""
    return min(log10(1 + max(number, 0)) / log10(1 + whole), 1.0)


def _span(time: timedelta) -> str:
    minutes = max(int(time.total_seconds() // 60), 0)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
