"""Saving a batch: what becomes of each mention is settled in memory, then written table by table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ..core.deciding import Intent, counts_differ
from ..core.documents import contents, host
from ..core.errors import ArchiveError
from ..core.values import BY_YOU, JSON, Author, Engagement, Labels, Mention, SourceState, TriageState
from .among import among
from .bulk import insert_many
from .columns import storable
from .database import Database, chunks
from .grouping import Said, count_copies, group_edited, group_new, put_before_shares
from .heads import Head, counts_row, head_of, head_row
from .interactions import days_of_groups, note_moves, stamp
from .interactions import write as write_interactions
from .keys import twin
from .keywords import Move, follow
from .people import Person, person, save_authors
from .redactions import keep_out
from .rows import state_row, version_row
from .tables import changes, engagements, mentions, sources, versions


@dataclass(slots=True)
class _Draft:
    """One mention while its batch is being settled."""

    before: Head | None
    after: Head
    wordings: list[tuple[int, Mention]] = field(default_factory=list)
    counts: list[Engagement] = field(default_factory=list)
    signature: bytes | None = None
    """Of the newest of these wordings; ``None`` where nobody worked it out."""
    priority: int | None = None
    """Of a new one: how much it needs a person, as far as that is known."""
    refresh_at: datetime | None = None
    """Of a new one: when its platform is asked how it is doing."""
    answering: Mention | None = None
    """The mention as it was met now, where that tells for the first time whom it answers."""

    @property
    def touched(self) -> bool:
        """Whether anything but the time of the last sight is another than before."""
        return bool(self.wordings) or self.before is None or replace(self.after, last_seen=self.before.last_seen) != self.before


def save(
    database: Database, connection: Connection, source: str, intents: Sequence[Intent], cursor: JSON, at: datetime
) -> None:
    """Save a batch and the cursor after it.

    What an intent is depends on the archive as it is now: another program may have saved the same mention since it was
    decided, and a batch may hold one mention twice. Then the later one is an edit of the earlier, or the same. Words that were
    taken out stay out.
    """
    heads = heads_of(connection, {storable(intent.ref) for intent in intents})
    intents, without_words = keep_out(connection, heads, intents)
    authors = [intent.mention.author for intent in intents if intent.mention.author]
    people = save_authors(database, connection, authors, at) if authors else {}
    number = connection.execute(_LAST).scalar() or 0
    drafts: dict[str, _Draft] = {}
    for intent in intents:
        ref = storable(intent.ref)
        if ref not in drafts and ref not in heads:
            number += 1
            drafts[ref] = _new(number, ref, intent, source, people, at)
            if ref in without_words:
                drafts[ref].after = replace(drafts[ref].after, redacted=True, twin=without_words[ref].twin)
            continue
        draft = drafts.setdefault(ref, _Draft(heads[ref], heads[ref])) if ref in heads else drafts[ref]
        _merge(draft, intent, at)
        _link(draft, source, people, intent.mention.author)
    _write(database, connection, list(drafts.values()), at)
    found = sum(source not in (draft.before.sources if draft.before else ()) for draft in drafts.values())
    if source:
        _move_cursor(connection, source, cursor, found)


def save_refreshed(
    database: Database,
    connection: Connection,
    intents: Sequence[Intent],
    again: Mapping[str, datetime | None],
    at: datetime,
) -> None:
    """Save what platforms say of mentions that we have, and when each is asked for again.

    What has been removed since it was asked for stays away.
    """
    there = heads_of(connection, {storable(intent.ref) for intent in intents})
    save(database, connection, "", [intent for intent in intents if storable(intent.ref) in there], None, at)
    if again:
        rows = [{"which": storable(ref), "due": due} for ref, due in again.items()]
        noted = update(mentions).where(mentions.c.ref == bindparam("which")).values(refresh_at=bindparam("due"))
        connection.execute(noted, rows)


def heads_of(connection: Connection, refs: Iterable[str]) -> dict[str, Head]:
    """The heads of these refs that there are."""
    rows = connection.execute(_HEADS, {"values": list(refs)})
    return {row.ref: head_of(row) for row in rows}


_HEADS = select(mentions).where(among(mentions.c.ref))
_LAST = select(func.max(mentions.c.id))


def write_changes(connection: Connection, refs: Iterable[str]) -> None:
    """Write refs to the change log."""
    insert_many(connection, changes, [{"ref": ref} for ref in refs])


# --- settling ------------------------------------------------------------------------------------------------


def _new(number: int, ref: str, intent: Intent, source: str, people: Mapping[Person, int], at: datetime) -> _Draft:
    mention = intent.mention
    head = Head(
        id=number,
        ref=ref,
        platform=storable(mention.platform),
        **of_wording(mention),
        author_id=people[person(mention.author)] if mention.author else None,
        when=intent.when,
        first_seen=at,
        last_seen=at,
        version=1,
        digest=intent.digest,
        sources=(source,) if source else (),
        labels=stored_labels(intent.labels),
        state=intent.state or TriageState.NEW,
        tags=_tags((), intent.tags),
        engagement=mention.engagement,
    )
    if not ref.startswith(f"{head.platform}:"):
        raise ArchiveError(f"The mention {ref!r} cannot be saved: its ref does not begin with its platform {head.platform!r}.")
    counts = [mention.engagement] if mention.engagement else []
    return _Draft(None, head, [(1, mention)], counts, intent.signature, intent.priority, intent.refresh_at)


def _merge(draft: _Draft, intent: Intent, at: datetime) -> None:
    mention, head = intent.mention, draft.after
    if intent.digest != head.digest:
        own = tuple(label for label in head.labels if label.by == BY_YOU)
        # Only a date that can be believed moves a mention; an edit without one leaves it where it was.
        when = intent.when if intent.when == mention.published else head.when
        changed = {"version": head.version + 1, "digest": intent.digest, "when": when, **of_wording(mention)}
        head = replace(
            head, **changed, labels=own + stored_labels(tuple(label for label in intent.labels if label.by != BY_YOU))
        )
        if intent.state and head.state is TriageState.NEW:
            head = replace(head, state=intent.state)
        head = replace(head, tags=_tags(head.tags, intent.tags))
        draft.wordings.append((head.version, mention))
        draft.signature = intent.signature
    elif mention.parent and not head.parent:
        # Some pages tell whom a post answers only where they have both.
        thread = mention.thread or head.thread
        head = replace(head, parent=storable(mention.parent), thread=storable(thread))
        if draft.wordings:
            number, said = draft.wordings[-1]
            draft.wordings[-1] = number, replace(said, parent=mention.parent, thread=thread)
        else:
            draft.answering = mention
    if mention.engagement and counts_differ(head.engagement, mention.engagement):
        head = replace(head, engagement=mention.engagement)
        draft.counts.append(mention.engagement)
    draft.after = replace(head, last_seen=max(head.last_seen, at))


def of_wording(mention: Mention) -> dict[str, Any]:
    """The columns of ``mentions`` that go with the newest wording."""
    return {
        "kind": mention.kind,
        "lang": storable(mention.lang),
        "twin": twin(mention),
        "thread": storable(mention.thread),
        "parent": storable(mention.parent),
        "followers": mention.author.followers if mention.author else None,
        "has": contents(mention),
        "host": storable(host(mention.url)),
    }


def _link(draft: _Draft, source: str, people: Mapping[Person, int], author: Author | None) -> None:
    if source and source not in draft.after.sources:
        draft.after = replace(draft.after, sources=tuple(sorted({*draft.after.sources, source})))
    if author and draft.after.author_id != people[person(author)]:
        draft.after = replace(draft.after, author_id=people[person(author)])


def _tags(there: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*there, *(tag for text in more if (tag := storable(text).strip()))})) if more else there


def stored_labels(labels: Labels) -> Labels:
    """Labels as they are kept: each once."""
    return tuple({(label.by, label.name, label.value): label for label in labels}.values())


# --- writing -------------------------------------------------------------------------------------------------


def _write(database: Database, connection: Connection, drafts: list[_Draft], at: datetime) -> None:
    new = [draft for draft in drafts if draft.before is None]
    copy_of = group_new(connection, [_said(draft) for draft in new])
    beside = [
        {
            "copy_of": copy_of.get(draft.after.id),
            "signature": draft.signature,
            "priority": draft.priority,
            "refresh_at": draft.refresh_at,
        }
        for draft in new
    ]
    insert_many(connection, mentions, [head_row(draft.after) | more for draft, more in zip(new, beside, strict=True)])
    count_copies(connection, copy_of.values())
    if firsts := put_before_shares(connection, copy_of.keys()):
        stamp(connection, days_of_groups(connection, firsts))
    edited = [draft for draft in drafts if draft.before and draft.wordings]
    if edited:
        stamp(connection, days_of_groups(connection, [draft.after.id for draft in edited]))
    _follow_edits(connection, edited)
    touched = [draft for draft in drafts if draft.touched]
    update_heads(connection, [draft.after for draft in touched if draft.before])
    seen = [draft.after.id for draft in drafts if not draft.touched]
    for part in chunks(seen):
        connection.execute(update(mentions).where(mentions.c.id.in_(part), mentions.c.last_seen < at).values(last_seen=at))
    wordings = [version_row(draft.after.id, number, mention, at) for draft in drafts for number, mention in draft.wordings]
    insert_many(connection, versions, wordings)
    answering = [(draft.after, draft.answering) for draft in drafts if draft.answering and not draft.wordings]
    _note_answers(connection, [head for head, _ in answering])
    write_interactions(connection, _newest(new), [*_newest(edited), *((head.id, mention) for head, mention in answering)])
    _write_counts(database, connection, drafts)
    moves = [Move(draft.before, draft.after) for draft in touched]
    follow(connection, moves)
    note_moves(connection, moves)
    write_changes(connection, [draft.after.ref for draft in touched])


def _note_answers(connection: Connection, heads: Sequence[Head]) -> None:
    """Write into the standing wordings whom they answer."""
    if heads:
        whose = (versions.c.mention_id == bindparam("mention")) & (versions.c.number == bindparam("standing"))
        told = {"parent": bindparam("answered"), "thread": bindparam("conversation")}
        rows = [{"mention": h.id, "standing": h.version, "answered": h.parent, "conversation": h.thread} for h in heads]
        connection.execute(update(versions).where(whose).values(**told), rows)


def _newest(drafts: Sequence[_Draft]) -> list[tuple[int, Mention]]:
    return [(draft.after.id, draft.wordings[-1][1]) for draft in drafts]


def _follow_edits(connection: Connection, drafts: Sequence[_Draft]) -> None:
    """Note the signatures of mentions that were edited, and see whether they still belong to their groups."""
    before: dict[int, Said] = {}
    for part in chunks([draft.after.id for draft in drafts]):
        rows = connection.execute(select(mentions.c.id, mentions.c.when, mentions.c.signature).where(mentions.c.id.in_(part)))
        before |= {row.id: Said(row.id, row.when, row.signature or b"") for row in rows}
    if drafts:
        signed = [{"mention": draft.after.id, "signature": draft.signature} for draft in drafts]
        connection.execute(update(mentions).where(mentions.c.id == bindparam("mention")), signed)
        group_edited(connection, [before[draft.after.id] for draft in drafts], [_said(draft) for draft in drafts])


def _said(draft: _Draft) -> Said:
    return Said(draft.after.id, draft.after.when, draft.signature or b"")


def update_heads(connection: Connection, heads: Sequence[Head]) -> None:
    """Write heads that have changed; what a mention is known by stays."""
    if heads:
        rows = [{"head": head.id, **head_row(head)} for head in heads]
        for row in rows:
            del row["id"], row["ref"]
        connection.execute(update(mentions).where(mentions.c.id == bindparam("head")), rows)


def _write_counts(database: Database, connection: Connection, drafts: list[_Draft]) -> None:
    rows = {(draft.after.id, counts.at): counts for draft in drafts for counts in draft.counts}
    if rows:
        statement = database.insert(engagements)
        columns = ("likes", "shares", "replies", "views", "score")
        replaced = {name: statement.excluded[name] for name in columns}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["mention_id", "at"], set_=replaced),
            [{"mention_id": mention, **counts_row(counts)} for (mention, _), counts in rows.items()],
        )


# Nobody else writes meanwhile, so what is not there to be updated can be inserted. A statement that does both is written out
# anew by SQLAlchemy each time, which takes ten times as long.
_SOURCE = sources.c.id == bindparam("source")
_CURSOR = update(sources).where(_SOURCE).values(cursor=bindparam("at"), found=sources.c.found + bindparam("more"))


def _move_cursor(connection: Connection, source: str, cursor: JSON, found: int) -> None:
    at = json.dumps(cursor)
    if not connection.execute(_CURSOR, {"source": source, "at": at, "more": found}).rowcount:
        connection.execute(insert(sources).values(id=source, cursor=at, found=found))


def save_source_state(connection: Connection, state: SourceState) -> None:
    """Save how a source has been doing; its cursor and ``found`` stay. The transaction must be a writing one."""
    row = state_row(state)
    if not connection.execute(update(sources).where(_SOURCE).values(row), {"source": state.id}).rowcount:
        connection.execute(insert(sources).values(id=state.id, **row))
