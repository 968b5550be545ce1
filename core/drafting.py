"""Which mentions carry the story of a period, and why each of them. Pure: claims come in, picks go out.

A claim is a list of records that speak for one thing (the first mention, a peak, a turning point …), the best first. The
claims of events are served in the order of their weight; what room is left is shared out among stretches of time in turns, so
that no burst takes it all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from .alike import group_of
from .draftsigns import Peak, Turn
from .histogram import Bin
from .values import Record

Days: TypeAlias = Sequence[tuple[date, int]]
"""Mentions by day (UTC), the first first; days without any are left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Mentions that stand for one thing."""

    why: Callable[[Record], str]
    """Why a mention would be in the story, as a working note."""
    records: Sequence[Record]
    """The best first."""
    take: int = 1
    """How many of them are wanted at most; of a claim on room that is left, in all its turns."""
    own: bool = False
    """Whether what our own accounts wrote may stand for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pick:
    """A mention that was chosen."""

    record: Record
    reasons: tuple[str, ...]
    """Why, the weightiest first."""

    @property
    def note(self) -> str:
        """The reasons as one working note."""
        return "; ".join(self.reasons)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What was chosen for a story, and the facts that its sentences state."""

    query: str
    """As it was asked."""
    total: int
    """Mentions that match, without muted ones."""
    days: Days
    """How many of them on each day."""
    negative: Mapping[date, int]
    """How many of a day's were judged negative."""
    ordinary: float | None
    """Mentions on an ordinary day; ``None`` where the period is too short to have one."""
    peaks: Sequence[Peak]
    """The days that stand out, the most outstanding first."""
    turns: Sequence[Turn]
    """The days on which a feeling turned, the surest first."""
    picks: Sequence[Pick]
    """What is quoted, in the order of time."""


class Selection:
    """What is chosen so far. Not thread-safe."""

    def __init__(self, limit: int, stretches: Sequence[Bin], *, ours: Callable[[Record], bool]) -> None:
        self._limit = limit
        self._stretches = stretches
        self._ours = ours
        self._picks: dict[str, Pick] = {}
        self._groups: set[str] = set()
        self._words: set[str] = set()
        self._authors: Counter[tuple[str, str]] = Counter()
        self._by_stretch: Counter[int] = Counter()

    @property
    def full(self) -> bool:
        """Whether there is no room left."""
        return len(self._picks) >= self._limit

    @property
    def picks(self) -> list[Pick]:
        """What was chosen, in the order of time."""
        return sorted(self._picks.values(), key=lambda pick: (pick.record.when, pick.record.ref))

    @property
    def refs(self) -> frozenset[str]:
        """Refs of what was chosen."""
        return frozenset(self._picks)

    def serve(self, claim: Claim) -> None:
        """Take what a claim wants; a mention that is chosen already gets one reason more."""
        taken = 0
        for record in claim.records:
            if taken >= claim.take:
                return
            if record.ref in self._picks:
                self._also(record, claim)
                taken += 1
            elif not self.full and self._may_have(record, claim):
                self._take(record, claim)
                taken += 1

    def share_out(self, claims: Sequence[Claim], *, leave: int = 0) -> None:
        """Fill the room but for ``leave``: each claim gives its next mention in turn until there is none, or no room.

        Nobody has more than an eighth of the room (but two in any case), and where there are three stretches or more, none of
        them more than half.
        """
        waiting = [(claim, iter(claim.records), [claim.take]) for claim in claims]
        while waiting:
            waiting = [one for one in waiting if len(self._picks) < self._limit - leave and self._turn(*one)]

    def _turn(self, claim: Claim, records: Iterator[Record], left: list[int]) -> bool:
        """Let a claim give one; whether it may have more."""
        for record in records:
            if record.ref in self._picks:
                self._also(record, claim)
            elif self._may_have(record, claim) and self._has_room_for(record):
                self._take(record, claim)
            else:
                continue
            left[0] -= 1
            return left[0] > 0
        return False

    def _may_have(self, record: Record, claim: Claim) -> bool:
        """Whether a mention can be quoted and says something that is not in the story yet."""
        mention = record.mention
        if record.muted or record.redacted or not (mention.text.strip() or mention.title.strip()):
            return False
        if self._ours(record) and not claim.own:
            return False
        return group_of(record) not in self._groups and _said(record) not in self._words

    def _has_room_for(self, record: Record) -> bool:
        author = record.mention.author
        if author and self._authors[author.platform, author.key] >= max(2, self._limit // 8):
            return False
        return len(self._stretches) < 3 or self._by_stretch[self._stretch(record)] < max(2, -(-self._limit // 2))

    def _take(self, record: Record, claim: Claim) -> None:
        self._picks[record.ref] = Pick(record=record, reasons=(claim.why(record),))
        self._groups.add(group_of(record))
        self._words.add(_said(record))
        self._by_stretch[self._stretch(record)] += 1
        if author := record.mention.author:
            self._authors[author.platform, author.key] += 1

    def _also(self, record: Record, claim: Claim) -> None:
        if self._ours(record) and not claim.own:
            return
        pick, why = self._picks[record.ref], claim.why(record)
        if why not in pick.reasons:
            self._picks[record.ref] = replace(pick, reasons=(*pick.reasons, why))

    def _stretch(self, record: Record) -> int:
        day = record.when.date()
        return next((n for n, one in enumerate(self._stretches) if one.first <= day <= one.last), -1)


def _said(record: Record) -> str:
    """The words of a mention without signs between them: what is said again word for word says nothing new, however short."""
    mention = record.mention
    text = f"{mention.title} {mention.text}".casefold()
    return " ".join(re.findall(r"\w+", text)) or text
