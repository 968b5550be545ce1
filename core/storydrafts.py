"""From the archive to a first draft: what a period's story rests on, found by few questions however much was said.

Nothing is read whole: days and feelings come as counts, mentions as the first few of an order (engaged, influential) within a
day or a stretch of days. The same archive gives the same draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from .accounts import OURS, VOICE, is_ours
from .desk import Desk
from .documents import DELETED, EDITED, total_engagement
from .drafting import Claim, Days, Draft, Selection
from .draftsigns import Peak, Turn, ordinary_day, peaks, turns_of_mood
from .drafttelling import blocks_of, title_of
from .errors import NotFound
from .histogram import Bin, bins
from .query import And, Every, Node, Query, Range, Term
from .values import Order, Record, Revision

LIMIT = 30
"""Mentions that a draft quotes at most, unless told otherwise."""
STRETCHES = 10
"""Into how many equal stretches of time a period is parted, so that all of it is told."""
LOOKED_AT = 12
"""How many mentions of an order are looked at to find one that can be quoted."""
FOLLOWED = 2
"""How many authors of a stretch are in the story for their audience."""
ANSWERS = 200
"""How many of our own posts of the period are looked through for answers to what is quoted."""
ANSWERED_WITHIN = timedelta(days=7)
"""How long after the period an answer of ours may have come."""

_FEELINGS = ("negative", "positive", "unknown")


def draft(desk: Desk, text: str, *, since: datetime | None = None, until: datetime | None = None, limit: int = LIMIT) -> Draft:
    """Choose the mentions that carry the story of what a query finds; ``until`` itself is left out.

    Raises ``QueryError`` for a query that cannot be read, and ``NotFound`` where it finds nothing that can be quoted.
    """
    return _Drafter(desk, desk.understand(text), since, until, limit).draft()


def begin_draft(desk: Desk, found: Draft, *, title: str = "", lang: str = "en") -> Revision:
    """Save a draft as a new story, of which undo leaves an empty one; without a title it is named after query and period.

    Raises ``StoryError`` for a language that there is not.
    """
    stories = desk.stories
    begun = stories.new(title or title_of(found, lang), lang=lang)
    numbers = count(1)
    blocks = blocks_of(found, lang=lang, at=stories.now(), new_id=lambda: f"d{next(numbers)}")
    note = f"drafted from {found.total:,} {'mention' if found.total == 1 else 'mentions'}"
    return stories.edit(begun.story.id, lambda story: replace(story, blocks=blocks), note)


class _Drafter:
    """One draft in the making."""

    def __init__(self, desk: Desk, query: Query, since: datetime | None, until: datetime | None, limit: int) -> None:
        self._desk, self._limit = desk, limit
        if since or until:
            query = _narrowed(query, Range("published", since, until, high_open=True))
        self._query = desk.finder.without_muted(query)[0]

    def draft(self) -> Draft:
        """The whole of it."""
        facets = self._desk.indexer.facets(self._query, fields=())
        days = facets.days
        feelings = {name: self._days_of(Term("sentiment", name)) for name in _FEELINGS}
        room = self._limit
        tops = peaks(days)[: max(1, room // 5)]
        turned = turns_of_mood(days, feelings, max(1, room // 10))
        stretches = [one for one in bins(days, min(STRETCHES, max(1, room // 3))) if one.count]
        chosen = Selection(room, stretches, ours=is_ours)
        chosen.serve(Claim(why=lambda _: "first mention that matches", records=self._ask("oldest"), own=True))
        for peak in tops:
            chosen.serve(self._of_peak(peak))
        for turn in turned:
            chosen.serve(self._of_turn(turn))
        chosen.serve(self._ours(max(1, room // 10)))
        chosen.serve(self._by_fate(DELETED, "deleted by its platform or author since; only our copy is left", room))
        chosen.serve(self._by_fate(EDITED, "edited since; the archive has its wordings", room))
        stretches.sort(key=lambda one: (-one.count, one.first))
        told = [claim for one in stretches for claim in (self._engaged(one), self._followed(one))]
        answers = room // 6
        chosen.share_out(told, leave=answers)
        chosen.serve(self._answers(chosen, answers))
        chosen.share_out(told)
        chosen.share_out([self._example(one) for one in stretches])
        if not chosen.picks:
            raise NotFound("mention that can be quoted for the query", self._query.text)
        return Draft(
            query=self._query.text,
            total=facets.total,
            days=days,
            negative=dict(feelings["negative"]),
            ordinary=ordinary_day(days),
            peaks=tops,
            turns=turned,
            picks=chosen.picks,
        )

    # --- claims ----------------------------------------------------------------------------------------------

    def _of_peak(self, peak: Peak) -> Claim:
        usual = f"{peak.ordinary:g} on an ordinary day"
        why = f"most engaged on {peak.day}, which stands out: {peak.count:,} mentions against {usual}"
        return Claim(why=lambda _: why, records=self._ask("engaged", _on(peak.day, peak.day)))

    def _of_turn(self, turn: Turn) -> Claim:
        went = f"{turn.feeling} went from {turn.before:.0%} to {turn.after:.0%} of what was judged on {turn.day}"
        feeling = turn.feeling if turn.rose else ("positive" if turn.feeling == "negative" else "negative")
        why = f"turning point: {went}; most engaged {feeling} mention of these days"
        until = min(turn.end, turn.day + timedelta(days=2))
        return Claim(why=lambda _: why, records=self._ask("engaged", _on(turn.day, until), Term("sentiment", feeling)))

    def _ours(self, take: int) -> Claim:
        return Claim(
            why=lambda record: f"our own account {_who(record)}",
            records=self._ask("engaged", Term("label", f"{VOICE}={OURS}")),
            take=take,
            own=True,
        )

    def _by_fate(self, fate: str, why: str, room: int) -> Claim:
        return Claim(why=lambda _: why, records=self._ask("engaged", Term("is", fate)), take=max(1, room // 15))

    def _engaged(self, one: Bin) -> Claim:
        found = _answers_last([record for record in self._ask("engaged", _on(one.first, one.last)) if _engagement(record)])
        return Claim(
            why=lambda record: f"{_engagement(record):,} likes, shares and replies, among the most {_within(one)}",
            records=found,
            take=len(found),
        )

    def _followed(self, one: Bin) -> Claim:
        found = [record for record in self._ask("influential", _on(one.first, one.last)) if _followers(record)]
        return Claim(
            why=lambda record: f"{_followers(record):,} followers, among the most {_within(one)}",
            records=_one_each(_answers_last(found)),
            take=FOLLOWED,
        )

    def _example(self, one: Bin) -> Claim:
        """What nobody counts may be worth telling: where there is room left, some of each stretch."""
        records = self._ask("relevance", _on(one.first, one.last))
        why = f"example of {one.count:,} {_within(one)}"
        return Claim(why=lambda _: why, records=records, take=len(records))

    def _answers(self, chosen: Selection, take: int) -> Claim:
        """What we answered to what is quoted, which need not match the query itself."""
        ours: list[Record] = []
        if picks := chosen.picks:
            span = Range("published", picks[0].record.when, picks[-1].record.when + ANSWERED_WITHIN)
            finder = self._desk.finder
            query, _ = finder.without_muted(Query("", And((Term("label", f"{VOICE}={OURS}"), span))))
            hits = finder.find(query, order="oldest", limit=ANSWERS)
            ours = self._desk.archive.records([hit.ref for hit in hits.hits])
        return Claim(
            why=lambda record: f"our answer to {record.mention.parent}, which is quoted",
            records=[record for record in ours if record.mention.parent in chosen.refs],
            take=take,
            own=True,
        )

    # --- asking ----------------------------------------------------------------------------------------------

    def _days_of(self, node: Node) -> Days:
        return self._desk.indexer.facets(_narrowed(self._query, node), fields=()).days

    def _ask(self, order: Order, *nodes: Node) -> list[Record]:
        hits = self._desk.finder.find(_narrowed(self._query, *nodes), order=order, limit=LOOKED_AT)
        return self._desk.archive.records([hit.ref for hit in hits.hits])


def _narrowed(query: Query, *nodes: Node) -> Query:
    root = query.root
    items = () if isinstance(root, Every) else root.items if isinstance(root, And) else (root,)
    every = (*items, *nodes)
    return Query(query.text, every[0] if len(every) == 1 else And(every) if every else Every())


def _on(first: date, last: date) -> Range:
    start = datetime.combine(first, time(), UTC)
    return Range("published", start, datetime.combine(last, time(), UTC) + timedelta(days=1), high_open=True)


def _within(one: Bin) -> str:
    return f"on {one.first}" if one.first == one.last else f"from {one.first} to {one.last}"


def _who(record: Record) -> str:
    author = record.mention.author
    return (f"@{author.handle}" if author.handle else author.name or author.key) if author else record.mention.platform


def _engagement(record: Record) -> int:
    return total_engagement(record.mention.engagement) or 0


def _followers(record: Record) -> int:
    author = record.mention.author
    return (author.followers or 0) if author else 0


def _answers_last(records: Sequence[Record]) -> list[Record]:
    """What stands by itself before what answers something, which a reader of the story may not know."""
    return sorted(records, key=lambda record: bool(record.mention.parent))


def _one_each(records: Sequence[Record]) -> list[Record]:
    """The first of each author."""
    found: dict[tuple[str, str], Record] = {}
    for record in records:
        if author := record.mention.author:
            found.setdefault((author.platform, author.key), record)
    return list(found.values())
