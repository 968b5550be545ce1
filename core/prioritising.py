"""Works out what needs a person first, for mentions of an archive, and keeps that up to date."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from .archives import Archive, ArchiveReader
from .attentionarchive import OurPost
from .priority import STALE, Facts, Priority, Weights, priority, score_of
from .values import Engagement, Record

AT_ONCE = 500
"""Mentions that are worked out and noted in one go."""
YOUNG = STALE
"""How old mentions are whose priority is worked out again and again: speed, waiting and age change it."""
MOST = 5_000
"""Young mentions that are looked at again at most, the newest first."""
EVERY = timedelta(minutes=5)
"""How often they are looked at again."""
WORTH_NOTING = 3
"""Points by which the priority of an untouched mention must have changed to be written: each write is one of the index, too."""
FEWEST = 5
"""Authors of a platform whose audiences are known, below which none is compared with the others."""

Scores = Mapping[tuple[str, str], float]
"""How influential authors are, 0 to 100, by platform and key."""


class Priorities:
    """Priorities of one archive. One run at a time."""

    def __init__(
        self,
        archive: Archive,
        *,
        weights: Weights,
        now: Callable[[], datetime],
        scores: Callable[[], Scores] = lambda: {},
    ) -> None:
        """``scores`` says how influential authors are; of whom it says nothing, the audience on their platform counts."""
        self._archive = archive
        self._weights = weights
        self._now = now
        self._scores = scores
        self._looked: datetime | None = None
        self._known: _Known | None = None

    def begin(self) -> None:
        """A run begins: what is known beside its mentions is asked anew, once it is needed."""
        self._known = None

    def of_new(self, records: Sequence[Record]) -> list[int]:
        """The scores of mentions that are about to be saved for the first time."""
        now = self._now()
        if self._known is None:
            self._known = _Known(self._archive, self._scores(), now - YOUNG)
        facts = self._known.facts_of_new(records)
        return [score_of(record, told, self._weights, now) for record, told in zip(records, facts, strict=True)]

    def settle(self, touched: Sequence[str]) -> int:
        """Work out what was touched and, every few minutes, what is young; gives how many priorities have changed."""
        now = self._now()
        young: list[str] = []
        if self._looked is None or now - self._looked >= EVERY:
            young = self._archive.to_prioritise(now - YOUNG, MOST)
            self._looked = now
        fresh = set(touched)
        refs = [*dict.fromkeys(touched), *(ref for ref in young if ref not in fresh)]
        return self._work_out(refs, fresh, now)

    def work_out(self, refs: Sequence[str]) -> int:
        """Work out these at once; gives how many priorities have changed."""
        return self._work_out(refs, set(refs), self._now())

    def _work_out(self, refs: Sequence[str], fresh: set[str], now: datetime) -> int:
        if not refs:
            return 0
        known, changed = _Known(self._archive, self._scores(), now - YOUNG), 0
        for start in range(0, len(refs), AT_ONCE):
            changed += self._note(self._archive.records(refs[start : start + AT_ONCE]), known, fresh, now)
        return changed

    def settle_all(self, progress: Callable[[int], None] | None = None) -> int:
        """Work out all mentions; done in pieces, each of them whole: stopped half-way, it can be asked again."""
        now, done, changed = self._now(), 0, 0
        known = _Known(self._archive, self._scores(), _LONG_AGO)
        for records in self._archive.walk(AT_ONCE):
            changed += self._note(records, known, {record.ref for record in records}, now)
            done += len(records)
            if progress:
                progress(done)
        return changed

    def explain(self, record: Record) -> Priority:
        """How much a mention needs a person now, and why."""
        facts = _Known(self._archive, self._scores(), record.when).facts([record])[0]
        return priority(record, facts, self._weights, self._now())

    def _note(self, records: Sequence[Record], known: _Known, touched: Collection[str], now: datetime) -> int:
        scores: dict[str, int] = {}
        for record, facts in zip(records, known.facts(records), strict=True):
            found, before = score_of(record, facts, self._weights, now), record.priority
            worth = 1 if record.ref in touched or not found else WORTH_NOTING
            if before is None or abs(found - before) >= worth:
                scores[record.ref] = found
        if scores:
            self._archive.set_priorities(scores)
        return len(scores)


class _Known:
    """What is known beside records, asked of the archive once for many."""

    def __init__(self, archive: ArchiveReader, scores: Scores, since: datetime) -> None:
        """``since``: from when on what we wrote is asked for at first; earlier posts of ours once they are needed."""
        self._archive = archive
        self._scores = scores
        self._audiences = archive.usual_audiences()
        self._since = since
        self._answers = Answers(archive.our_posts(since))

    def facts(self, records: Sequence[Record]) -> list[Facts]:
        """The facts of each of these."""
        self._look_back_to(records)
        series = self._archive.counts_of([record.ref for record in records])
        return [self._of(record, series.get(record.ref, ())) for record in records]

    def facts_of_new(self, records: Sequence[Record]) -> list[Facts]:
        """The same of mentions that are not archived yet."""
        self._look_back_to(records)
        return [self._of(record, (counts,) if (counts := record.mention.engagement) else ()) for record in records]

    def _look_back_to(self, records: Sequence[Record]) -> None:
        oldest = min((record.when for record in records), default=self._since)
        if oldest < self._since:
            self._since, self._answers = oldest, Answers(self._archive.our_posts(oldest))

    def _of(self, record: Record, series: Sequence[Engagement]) -> Facts:
        answered, author = self._answers.has(record), record.mention.author
        if author is None:
            return Facts(series=series, answered=answered)
        score = self._scores.get((author.platform, author.key))
        if score is not None:
            return Facts(influence=score, ranked=True, series=series, answered=answered)
        audience = percentile(self._audiences.get(author.platform, ()), author.followers)
        return Facts(influence=audience, series=series, answered=answered)


class Answers:
    """What our accounts wrote, to be asked whether it answers a mention."""

    def __init__(self, posts: Sequence[OurPost]) -> None:
        self._parents = {post.parent for post in posts if post.parent}
        self._threads: dict[str, datetime] = {}
        for post in posts:
            if post.thread:
                self._threads[post.thread] = max(post.when, self._threads.get(post.thread, post.when))

    def has(self, record: Record) -> bool:
        """Whether one of ours answers it, or came after it in its conversation."""
        last = self._threads.get(record.mention.thread or record.ref)
        return record.ref in self._parents or (last is not None and last > record.when)


def percentile(audiences: Sequence[int], followers: int | None) -> float | None:
    """How many of a platform's authors have a smaller audience, in per cent, those with an equal one counting half.

    ``None`` where the audience is not known, or there are too few others to compare it with.
    """
    if followers is None or len(audiences) < FEWEST:
        return None
    return 50 * (bisect_left(audiences, followers) + bisect_right(audiences, followers)) / len(audiences)


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
