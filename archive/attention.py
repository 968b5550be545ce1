"""What is asked of mentions to tell which of them need a person first, and what is noted of that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select, update

from ..core.accounts import OURS, VOICE
from ..core.attentionarchive import OurPost
from ..core.folding import fold
from ..core.values import Engagement, TriageState
from .columns import storable
from .database import chunks
from .heads import engagement_of
from .saving import write_changes
from .tables import authors, engagements, keyword_mentions, keywords, mentions

_SPREAD = 100
"""Audiences that stand for those of a whole platform."""


def to_prioritise(connection: Connection, since: datetime, limit: int) -> list[str]:
    """The newest mentions whose priority may have changed."""
    open_ = mentions.c.state.in_([TriageState.NEW.value, TriageState.SEEN.value])
    rows = select(mentions.c.ref).where(mentions.c.when >= since, or_(open_, mentions.c.priority > 0))
    return list(connection.execute(rows.order_by(mentions.c.when.desc()).limit(limit)).scalars())


def counts_of(connection: Connection, refs: Sequence[str]) -> dict[str, tuple[Engagement, ...]]:
    """All counts by ref, the first first."""
    found: defaultdict[str, list[Engagement]] = defaultdict(list)
    joined = select(mentions.c.ref, engagements).join_from(mentions, engagements, engagements.c.mention_id == mentions.c.id)
    for part in chunks(list(map(storable, refs))):
        for row in connection.execute(
            joined.where(mentions.c.ref.in_(part)).order_by(engagements.c.mention_id, engagements.c.at)
        ):
            if counts := engagement_of(row):
                found[row.ref].append(counts)
    return {ref: tuple(series) for ref, series in found.items()}


def our_posts(connection: Connection, since: datetime) -> list[OurPost]:
    """What our accounts wrote from then on: the mentions with the keyword that says so."""
    ours = select(keywords.c.id).where(keywords.c.field == "label", keywords.c.folded == fold(f"{VOICE}={OURS}"))
    there = (keyword_mentions.c.keyword_id.in_(ours), keyword_mentions.c.when >= since)
    joined = select(mentions.c.when, mentions.c.parent, mentions.c.thread).join_from(
        keyword_mentions, mentions, mentions.c.id == keyword_mentions.c.mention_id
    )
    return [OurPost(when=row.when, parent=row.parent, thread=row.thread) for row in connection.execute(joined.where(*there))]


def usual_audiences(connection: Connection) -> dict[str, tuple[int, ...]]:
    """By platform how many followers its authors have: at most a hundred numbers, evenly spread over all."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for platform, followers in connection.execute(
        select(authors.c.platform, authors.c.followers).where(authors.c.followers.is_not(None))
    ):
        found[platform].append(followers)
    return {platform: _spread(sorted(told)) for platform, told in found.items()}


def _spread(numbers: list[int]) -> tuple[int, ...]:
    if len(numbers) <= _SPREAD:
        return tuple(numbers)
    return tuple(numbers[(2 * place + 1) * len(numbers) // (2 * _SPREAD)] for place in range(_SPREAD))


def set_priorities(connection: Connection, priorities: Mapping[str, int]) -> None:
    """Note them, and have the index read these mentions again."""
    there: list[str] = []
    for part in chunks(list(map(storable, priorities))):
        there += connection.execute(select(mentions.c.ref).where(mentions.c.ref.in_(part))).scalars()
    if there:
        noted = update(mentions).where(mentions.c.ref == bindparam("which")).values(priority=bindparam("points"))
        told = {storable(ref): score for ref, score in priorities.items()}
        connection.execute(noted, [{"which": ref, "points": told[ref]} for ref in there])
        write_changes(connection, there)
