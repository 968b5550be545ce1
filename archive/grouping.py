"""Groups of near-copies: the first mention of its kind, and those that nearly repeat it (:mod:`hubbub.core.duplicates`).

The first is whichever came first, but a share only until what it shares has come.

``bands`` holds the buckets of the first mentions only, so a text that is posted a thousand times is compared with one. A copy
is compared with the first of its group, never with another copy, or groups would drift from one text to quite another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from ..core.duplicates import ALIKE, BANDS, WINDOW, buckets, similarity
from ..core.values import MentionKind
from .among import among
from .bulk import insert_stored
from .columns import EPOCH, micros
from .database import chunks
from .tables import bands, mentions

_PERIOD = 2 * WINDOW
"""The number of its period stands before a bucket's own, so that what is written today lies together. Half a period is the
window: whatever is near enough in time is in the same or in the nearer one of the neighbouring periods."""
_BUCKET_BITS = 43


@dataclass(frozen=True, slots=True)
class Said:
    """What grouping needs of a mention."""

    id: int
    when: datetime
    signature: bytes


def group_new(connection: Connection, said: Sequence[Said]) -> dict[int, int]:
    """Find the groups of mentions that are new, in the order of their coming: by id of a copy, the id of its first.

    Those that copy nothing are noted as firsts for later ones. The caller writes the outcome into ``mentions``.
    """
    nearby = [(each, _near(each)) for each in said if each.signature]
    firsts = _firsts(connection, {place for _, places in nearby for place in places})
    copy_of: dict[int, int] = {}
    alone: list[tuple[int, int, int]] = []
    for each, places in nearby:
        # Most share no place with any other.
        if not firsts.keys().isdisjoint(places):
            met = {other.id: other for place in places if place in firsts for other in firsts[place]}
            if first := _most_alike(each, met.values()):
                copy_of[each.id] = first.id
                continue
        own = places[:BANDS]
        alone += _rows(each, own)
        for place in own:
            firsts.setdefault(place, []).append(each)
    _note(connection, alone)
    return copy_of


def count_copies(connection: Connection, firsts: Iterable[int], by: int = 1) -> None:
    """Add (or take away) one copy for each time that a first is named."""
    rows = [{"first": first, "more": by * count} for first, count in Counter(firsts).items()]
    if rows:
        more = mentions.c.copies + bindparam("more")
        connection.execute(update(mentions).where(mentions.c.id == bindparam("first")).values(copies=more), rows)


def put_before_shares(connection: Connection, copies: Collection[int]) -> list[int]:
    """Let those of these new copies that are no shares be the first of their group where a share is: it came sooner, but who
    passes words on is not who says them. Gives the new firsts."""
    first = mentions.alias("first")
    columns = (mentions.c.id, first.c.id.label("share"), first.c.copies)
    led = select(*columns).join(first, first.c.id == mentions.c.copy_of).order_by(mentions.c.id)
    led = led.where(mentions.c.kind != MentionKind.SHARE, first.c.kind == MentionKind.SHARE)
    heirs: dict[int, tuple[int, int]] = {}
    for part in chunks(sorted(copies)):
        for row in connection.execute(led.where(mentions.c.id.in_(part))):
            heirs.setdefault(row.share, (row.id, row.copies))
    for share, (heir, count) in heirs.items():
        forget_firsts(connection, _said(connection, [share]))
        group = (mentions.c.copy_of == share) | (mentions.c.id == share)
        connection.execute(update(mentions).where(group).values(copy_of=heir, copies=0))
        connection.execute(update(mentions).where(mentions.c.id == heir).values(copy_of=None, copies=count))
        note_firsts(connection, _said(connection, [heir]))
    return [heir for heir, _ in heirs.values()]


def group_edited(connection: Connection, before: Sequence[Said], after: Sequence[Said]) -> None:
    """Follow edits: what is no longer like its group leaves it, the first as well as a copy.

    ``before`` is what the same mentions said until now, in the same order. Their rows must have their new signatures.
    """
    edited = {new.id for new in after}
    leading = select(mentions.c.id).where(mentions.c.copies > 0)
    firsts = {
        number
        for part in chunks(sorted(edited))
        for number in connection.execute(leading.where(mentions.c.id.in_(part))).scalars()
    }
    # The firsts before the copies, so that each copy is compared with the first that it has in the end.
    pairs = sorted(zip(before, after, strict=True), key=lambda pair: pair[1].id not in firsts)
    loose = [new for old, new in pairs if _leaves(connection, old, new, edited)]
    copy_of = group_new(connection, loose)
    for each in loose:
        connection.execute(update(mentions).where(mentions.c.id == each.id).values(copy_of=copy_of.get(each.id)))
    count_copies(connection, copy_of.values())


def _leaves(connection: Connection, old: Said, new: Said, edited: Collection[int]) -> bool:
    """Whether an edited mention belongs to no group now; what it leaves behind is put in order."""
    # Read anew for each: the edit of its first may have handed the group over.
    row = connection.execute(select(mentions.c.copy_of, mentions.c.copies).where(mentions.c.id == new.id)).one()
    if row.copy_of is not None:
        if any(_alike(new, first) for first in _said(connection, [row.copy_of])):
            return False
        count_copies(connection, [row.copy_of], by=-1)
        connection.execute(update(mentions).where(mentions.c.id == new.id).values(copy_of=None))
        return True
    forget_firsts(connection, [old])
    if row.copies and similarity(old.signature, new.signature) >= ALIKE:
        note_firsts(connection, [new])
        return False
    if row.copies:
        _hand_over(connection, new.id, unfit=edited)
        connection.execute(update(mentions).where(mentions.c.id == new.id).values(copies=0))
    return True


def forget_firsts(connection: Connection, said: Iterable[Said]) -> None:
    """Compare nothing with these any more."""
    rows = [{"b": place, "w": each.when, "m": each.id} for each in said for place in _own(each)]
    if rows:
        which = (bands.c.bucket == bindparam("b")) & (bands.c.when == bindparam("w")) & (bands.c.mention_id == bindparam("m"))
        connection.execute(delete(bands).where(which), rows)


def leave(connection: Connection, ids: Sequence[int]) -> None:
    """Take mentions that are about to be removed out of their groups. The oldest that is left of a group becomes its first."""
    going = set(ids)
    columns = (mentions.c.id, mentions.c.when, mentions.c.signature, mentions.c.copy_of, mentions.c.copies)
    rows = [
        row for part in chunks(sorted(going)) for row in connection.execute(select(*columns).where(mentions.c.id.in_(part)))
    ]
    count_copies(connection, [row.copy_of for row in rows if row.copy_of is not None and row.copy_of not in going], by=-1)
    firsts = [row for row in rows if row.copy_of is None and row.signature]
    forget_firsts(connection, [Said(row.id, row.when, row.signature) for row in firsts])
    for first in (row for row in firsts if row.copies):
        _hand_over(connection, first.id, unfit=going, gone=going)


def _hand_over(connection: Connection, first: int, *, unfit: Collection[int], gone: Collection[int] = ()) -> None:
    """Let the oldest copy that is not unfit be the first of the group; where all are, nobody is of it any more."""
    query = select(mentions.c.id).where(mentions.c.copy_of == first).order_by(mentions.c.id)
    members = [number for number in connection.execute(query).scalars() if number not in gone]
    heir = next((number for number in members if number not in unfit), None)
    others = [number for number in members if number != heir]
    for part in chunks(others):
        connection.execute(update(mentions).where(mentions.c.id.in_(part)).values(copy_of=heir))
    if heir is not None:
        connection.execute(update(mentions).where(mentions.c.id == heir).values(copy_of=None, copies=len(others)))
        note_firsts(connection, _said(connection, [heir]))


# --- buckets -------------------------------------------------------------------------------------------------


_AT_PLACES = select(bands.c.bucket, bands.c.mention_id).where(among(bands.c.bucket))
_SAID = select(mentions.c.id, mentions.c.when, mentions.c.signature).where(among(mentions.c.id))


def _firsts(connection: Connection, places: Collection[int]) -> dict[int, list[Said]]:
    """By place, the first mentions that have one of these."""
    found = connection.execute(_AT_PLACES, {"values": sorted(places)}).all() if places else []
    known = {each.id: each for each in _said(connection, {mention for _, mention in found})}
    by_place: dict[int, list[Said]] = {}
    for place, mention in found:
        if mention in known:
            by_place.setdefault(place, []).append(known[mention])
    return by_place


def _said(connection: Connection, ids: Collection[int]) -> list[Said]:
    rows = connection.execute(_SAID, {"values": ids}) if ids else ()
    return [Said(row.id, row.when, row.signature) for row in rows if row.signature]


def note_firsts(connection: Connection, said: Iterable[Said]) -> None:
    """Let later mentions be compared with these."""
    _note(connection, [row for each in said for row in _rows(each, _own(each))])


def _rows(each: Said, places: Iterable[int]) -> list[tuple[int, int, int]]:
    """The rows of ``bands`` that say that a mention is there."""
    when = micros(each.when)
    return [(place, when, each.id) for place in places]


def _note(connection: Connection, rows: list[tuple[int, int, int]]) -> None:
    # In the order of the table, so that neighbours are written together.
    insert_stored(connection, bands, sorted(rows))


def _most_alike(each: Said, others: Iterable[Said]) -> Said | None:
    alike = [other for other in others if _alike(each, other)]
    return max(alike, key=lambda other: (similarity(each.signature, other.signature), -other.id), default=None)


def _alike(one: Said, other: Said) -> bool:
    return abs(one.when - other.when) <= WINDOW and similarity(one.signature, other.signature) >= ALIKE


def _own(each: Said) -> list[int]:
    """Where a mention's buckets are kept."""
    return _places((each.when - EPOCH) // _PERIOD, buckets(each.signature))


def _near(each: Said) -> list[int]:
    """Where the buckets of all are kept that may be near enough in time; its own first."""
    period, into = divmod(each.when - EPOCH, _PERIOD)
    other = period + (1 if into >= WINDOW else -1)
    found = buckets(each.signature)
    return _places(period, found) + (_places(other, found) if other >= 0 else [])


def _places(period: int, found: Sequence[int]) -> list[int]:
    start = period << _BUCKET_BITS
    return [start | bucket for bucket in found]
