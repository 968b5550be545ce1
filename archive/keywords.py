"""Which mention has which keyword, kept in step with what the query language says that a mention is.

The keywords of a mention are those of its :func:`~hubbub.core.documents.document`, so that SQL and the search engines cannot
disagree. Each keyword knows how many mentions have it: lists by one keyword and their totals cost the same however big the
archive is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select, update

from ..core.documents import document, domains_of
from ..core.docwords import keyword_values
from ..core.folding import WORD_CAP, fold
from ..core.query import KEYWORD_FIELDS
from ..core.values import Label, Mention, MentionKind, Record, Redaction, TriageState
from .among import among
from .bulk import insert_many, insert_stored
from .columns import EPOCH, micros, storable
from .database import chunks
from .heads import Head, head_of
from .tables import keyword_mentions, keywords, mentions

_ROWS = 2000
"""Mentions that are worked out anew at a time."""


class Keyword(NamedTuple):
    """One value of one keyword field."""

    field: str
    value: str
    """As it was given; only the folded value where that is long."""
    folded: str
    """As it is searched for."""


class Move(NamedTuple):
    """What became of one mention: ``before`` is ``None`` for a new one, ``after`` for one that is removed."""

    before: Head | None
    after: Head | None


def keywords_of(head: Head) -> frozenset[Keyword]:
    """The keywords of a mention."""
    said = tuple((label.name, label.value, label.by) for label in head.labels)
    fate = head.deleted, min(head.version, 2), head.redacted
    others = _keywords_of(head.platform, head.kind, head.lang, head.state, head.tags, said, *fate)
    return others.union(_keywords_of_wording(head.has, head.host), _keywords_of_sources(head.sources))


@lru_cache(maxsize=1 << 13)
def _keywords_of(
    platform: str,
    kind: MentionKind,
    lang: str,
    state: TriageState,
    tags: tuple[str, ...],
    said: tuple[tuple[str, str, str], ...],
    deleted: bool,
    version: int,
    redacted: bool,
) -> frozenset[Keyword]:
    """The same from what they depend on, which is alike for many mentions."""
    record = Record(
        mention=Mention(platform=platform, key="", kind=kind, lang=lang),
        version=version,
        when=EPOCH,
        first_seen=EPOCH,
        last_seen=EPOCH,
        labels=tuple(Label(name=name, value=value, by=by) for name, value, by in said),
        state=state,
        tags=tags,
        deleted=deleted,
        redacted=Redaction(at=EPOCH, reason="", digest="") if redacted else None,
    )
    doc = document(record)
    return frozenset(_keyword(field, value) for field in KEYWORD_FIELDS for value in keyword_values(doc, field))


@lru_cache(maxsize=1 << 13)
def _keywords_of_wording(has: tuple[str, ...], host: str) -> frozenset[Keyword]:
    """Those that a mention's words and address make."""
    found = [_keyword("has", value) for value in has]
    return frozenset([*found, *(_keyword("domain", domain) for domain in domains_of(host))])


@lru_cache(maxsize=1 << 13)
def _keywords_of_sources(sources: tuple[str, ...]) -> frozenset[Keyword]:
    """Those of the sources, of which there are many: what else is alike is remembered once and not once for each of them."""
    return frozenset(_keyword("source", source) for source in sources)


def follow(connection: Connection, moves: Iterable[Move]) -> None:
    """Bring the keywords of these mentions up to date. The transaction must be a writing one."""
    gone: list[tuple[Keyword, datetime, int]] = []
    come: list[tuple[Keyword, int, int]] = []
    for before, after in moves:
        old = keywords_of(before) if before else frozenset()
        new = keywords_of(after) if after else frozenset()
        moved = before is not None and after is not None and before.when != after.when
        if before:
            gone += [(keyword, before.when, before.id) for keyword in (old if moved else old - new)]
        if after:
            when = micros(after.when)
            come += [(keyword, when, after.id) for keyword in (new if moved else new - old)]
    if not gone and not come:
        return
    counts = Counter(keyword for keyword, _, _ in come)
    counts.subtract(keyword for keyword, _, _ in gone)
    ids = _ids(connection, counts)
    if gone:
        connection.execute(
            delete(keyword_mentions).where(
                keyword_mentions.c.keyword_id == bindparam("k"),
                keyword_mentions.c.when == bindparam("w"),
                keyword_mentions.c.mention_id == bindparam("m"),
            ),
            [{"k": ids[keyword], "w": when, "m": mention} for keyword, when, mention in gone],
        )
    if come:
        # In the order of the table, so that neighbours are written together.
        insert_stored(connection, keyword_mentions, sorted((ids[keyword], when, mention) for keyword, when, mention in come))
    connection.execute(_COUNTED, [{"k": ids[keyword], "n": count} for keyword, count in counts.items()])
    # A value that no mention has any more is not kept: somebody may have wanted it gone.
    for part in chunks([ids[keyword] for keyword, count in counts.items() if count < 0]):
        connection.execute(delete(keywords).where(keywords.c.id.in_(part), keywords.c.mentions == 0))


def follow_all(connection: Connection, progress: Callable[[int, int], None] = lambda done, of: None) -> None:
    """Work the keywords of all mentions out anew, telling how many are done. The transaction must be a writing one."""
    total, done = connection.execute(select(func.count()).select_from(mentions)).scalar_one(), 0
    connection.execute(delete(keyword_mentions))
    connection.execute(delete(keywords))
    last = 0
    while rows := connection.execute(select(mentions).where(mentions.c.id > last).order_by(mentions.c.id).limit(_ROWS)).all():
        last = rows[-1].id
        follow(connection, [Move(None, head_of(row)) for row in rows])
        done += len(rows)
        progress(done, total)


def _keyword(field: str, value: str) -> Keyword:
    value = storable(value)
    folded = fold(value)
    return Keyword(field, value if len(value) <= WORD_CAP else folded, folded)


_THERE = select(keywords.c.id, keywords.c.field, keywords.c.value, keywords.c.folded).where(
    among(keywords.c.field, "fields"), among(keywords.c.value)
)
_COUNTED = update(keywords).where(keywords.c.id == bindparam("k")).values(mentions=keywords.c.mentions + bindparam("n"))


def _ids(connection: Connection, wanted: Mapping[Keyword, int]) -> dict[Keyword, int]:
    """The number of each keyword; those not met before get one."""
    # All fields at once: a value that another field has as well is met needlessly, but a query for each field costs more.
    fields, values = {keyword.field for keyword in wanted}, {keyword.value for keyword in wanted}
    rows = connection.execute(_THERE, {"fields": sorted(fields), "values": sorted(values)})
    ids = {Keyword(field, value, folded): number for number, field, value, folded in rows}
    missing = [keyword for keyword in wanted if keyword not in ids]
    if missing:
        first = (connection.execute(select(func.max(keywords.c.id))).scalar() or 0) + 1
        rows = [{"id": first + n, **keyword._asdict()} for n, keyword in enumerate(missing)]
        insert_many(connection, keywords, rows)
        ids |= {keyword: first + n for n, keyword in enumerate(missing)}
    return ids
