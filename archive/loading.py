"""Entries into an empty archive, all or nothing.

What an entry says for itself was checked where it was read (:mod:`hubbub.core.importing`); here is checked what entries say of
each other. The n-th entry of a kind gets row number n, so a number is the line of an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import groupby, islice
from typing import Any, NoReturn

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update

from ..core.accounts import bare_handle
from ..core.deciding import content_digest
from ..core.entries import (
    FILES,
    AuthorEntry,
    AuthorName,
    Entry,
    MentionEntry,
    RedactionEntry,
    RejectionEntry,
    SharingEntry,
    StoryStep,
    wording,
)
from ..core.errors import ArchiveError, ImportFailed
from ..core.redacting import left_of_labels, without_words
from ..core.sharing import Comment, Sharing
from ..core.values import Card, LinkCheck, Mute, SavedSearch, SourceState
from . import interactions as spoken
from . import linkchecks, sharings, storing
from . import mutes as muting
from . import searches as saved
from .bulk import insert_many
from .cards import card_row
from .columns import bounded, storable
from .commenting import comment_row
from .database import Database, chunks
from .grouping import Said, note_firsts
from .heads import Head, counts_row, encoded, head_row
from .keywords import Move, follow
from .people import Person, note_handles, rows_of
from .redactions import Stood, row_of, story_without
from .rows import metrics_row, state_row, version_row
from .saving import of_wording, stored_labels
from .stamps import set_index_stamp
from .tables import (
    author_cards,
    author_metrics,
    authors,
    changes,
    comments,
    engagements,
    link_checks,
    mentions,
    mutes,
    redactions,
    rejections,
    saved_searches,
    sources,
    stories,
    versions,
)

_PIECE = 1000
"""Entries that are written at a time: rows that are written together are sorted, and what is asked for each piece is asked
less often."""
_CACHE = 64
"""MiB of a SQLite archive that are kept in memory while it is filled, since rows of all times and words come at once."""
_KEPT: Mapping[str, Table] = {
    "mention": mentions,
    "author": authors,
    "source": sources,
    "saved search": saved_searches,
    "mute": mutes,
    "story": stories,
    "redaction": redactions,
    "link check": link_checks,
}


def load(database: Database, entries: Iterable[Entry]) -> None:
    """Fill an empty archive in one transaction; no index follows it.

    Raises ``ArchiveError`` where it is not empty, ``ImportFailed`` where entries contradict each other; then, and where
    ``entries`` raise, it is as it was.
    """
    with database.write() as connection, _roomy(database, connection):
        _check_empty(database, connection)
        loading = _Loading(database, connection)
        for kind, several in groupby(entries, key=type):
            take = loading.takes[kind]
            start = 1
            while piece := list(islice(several, _PIECE)):
                take(start, piece)
                start += len(piece)
        loading.finish()
        connection.execute(changes.delete())
        set_index_stamp(connection, "")


@contextmanager
def _roomy(database: Database, connection: Connection) -> Iterator[None]:
    """More memory for the pages of a SQLite archive, for as long as it is filled."""
    if database.path is None:
        yield
        return
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = {-_CACHE * 1024}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {before}")


def _check_empty(database: Database, connection: Connection) -> None:
    for name, table in _KEPT.items():
        count = connection.execute(select(func.count()).select_from(table)).scalar_one()
        if count:
            things = name if count == 1 else {"story": "stories", "saved search": "saved searches"}.get(name, f"{name}s")
            raise ArchiveError(
                f"The archive {database.place} is not empty (it has {count:,} {things}), and an import fills empty ones only. "
                "Import into a new workspace: hubbub import FROM --into FOLDER"
            )


def _refuse(kind: type, line: int, message: str) -> NoReturn:
    raise ImportFailed(f"{message} Nothing was imported.", file=FILES[kind], line=line)


class _Loading:
    """One load; each kind of entry has a method that takes a piece of them and the number of its first."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database, self._connection = database, connection
        self._later: list[tuple[int, str]] = []  # copies of mentions that come after them
        self._grouped = False
        self._first_accounts: dict[AuthorName, int] = {}
        self._linked: dict[int, int] = {}  # by the number of a person's first account: the last line that names it
        self._stood: dict[str, Stood] = {}  # mentions whose words were taken out
        self._once: dict[Person, tuple[datetime, int]] = {}  # handles that were in use once, when last, and by whom
        self._step = _Steps(connection)
        self._said: dict[int, str] = {}  # the story of each comment
        self.takes: Mapping[type, Any] = {
            AuthorEntry: self.authors,
            RedactionEntry: self.redactions,
            MentionEntry: self.mentions,
            SavedSearch: self.searches,
            Mute: self.mutes,
            SourceState: self.sources,
            StoryStep: self._step.steps,
            RejectionEntry: self.rejections,
            SharingEntry: self.sharings,
            Comment: self.comments,
            LinkCheck: self.checks,
        }

    # --- authors ---------------------------------------------------------------------------------------------

    def authors(self, start: int, entries: list[AuthorEntry]) -> None:
        """Authors with their counts."""
        seen: set[Person] = set(rows_of(self._connection, [(e.platform, e.key) for e in entries]))
        rows: list[dict[str, Any]] = []
        points: list[dict[str, Any]] = []
        cards: list[dict[str, Any]] = []
        for number, entry in enumerate(entries, start):
            if (entry.platform, entry.key) in seen:
                _refuse(AuthorEntry, number, f"The author {entry.platform}:{entry.key} stands here for the second time.")
            seen.add((entry.platform, entry.key))
            names = ("platform", "key", "handle", "name", "url", "avatar", "bot", "at")
            rows.append({"id": number, **{name: getattr(entry, name) for name in names}, **_audience(entry)})
            points += [{"author_id": number, "at": point.at, **_audience(point)} for point in entry.series]
            card = Card(relation=entry.relation, notes=entry.notes, tags=entry.tags)
            if card != Card() or entry.person:
                cards.append({"author_id": number, **card_row(card), "person": self._person(number, entry)})
        insert_many(self._connection, authors, rows)
        insert_many(self._connection, author_metrics, points)
        insert_many(self._connection, author_cards, cards)
        note_handles(self._database, self._connection, rows)

    def _person(self, number: int, entry: AuthorEntry) -> int | None:
        """The number of the first account of a person: their own, or one above."""
        if entry.person is None:
            return None
        if (entry.person.platform, entry.person.key) == (entry.platform, entry.key):
            self._first_accounts[entry.person] = number
        first = self._first_accounts.get(entry.person)
        if first is None:
            whose = f"{entry.person.platform}:{entry.person.key}"
            _refuse(
                AuthorEntry, number, f"It is an account of the same person as {whose}, which is not the first of them above."
            )
        self._linked[first] = number
        return first

    def redactions(self, start: int, entries: list[RedactionEntry]) -> None:
        """Whose words were taken out; none of them is taken in again, wherever it stands."""
        for number, entry in enumerate(entries, start):
            if entry.ref in self._stood:
                _refuse(RedactionEntry, number, f"The redaction of {entry.ref} stands here for the second time.")
            self._stood[entry.ref] = Stood(entry.digest, entry.twin)
        insert_many(self._connection, redactions, [row_of(entry) for entry in entries])

    # --- mentions --------------------------------------------------------------------------------------------

    def mentions(self, start: int, entries: list[MentionEntry]) -> None:
        """Mentions with all that is kept of them."""
        connection = self._connection
        known = self._ids([entry.ref for entry in entries] + [entry.copy_of for entry in entries if entry.copy_of])
        people = rows_of(connection, {(e.author.platform, e.author.key) for e in entries if e.author})
        rows: list[dict[str, Any]] = []
        heads: list[Head] = []
        firsts: list[Said] = []
        authored: dict[int, Person] = {}
        entries = [_without_words(entry) if entry.ref in self._stood else entry for entry in entries]
        for number, entry in enumerate(entries, start):
            if entry.ref in known:
                _refuse(MentionEntry, number, f"The mention {entry.ref} stands here for the second time.")
            known[entry.ref] = number
            who = (entry.author.platform, entry.author.key) if entry.author else None
            if who and who not in people:
                _refuse(MentionEntry, number, f"The author {':'.join(who)} is not in {FILES[AuthorEntry]}.")
            if who:
                authored[number] = who
            head = _head(number, entry, people[who].id if who else None, self._stood.get(entry.ref))
            signature = None if entry.signature is None else bytes.fromhex(entry.signature)
            first = known.get(entry.copy_of) if entry.copy_of else None
            if entry.copy_of:
                self._grouped = True
                if first is None:
                    self._later.append((number, entry.copy_of))
            elif signature:
                firsts.append(Said(number, entry.when, signature))
            heads.append(head)
            rows.append(head_row(head) | {"copy_of": first, "signature": signature})
        insert_many(connection, mentions, rows)
        told = [(n, w, e.mention(w)) for n, e in enumerate(entries, start) for w in e.versions]
        insert_many(connection, versions, [version_row(n, w.number, mention, w.seen) for n, w, mention in told])
        spoken.write(connection, {n: mention for n, _, mention in told}.items(), ())
        for number, said, _ in told:
            if said.author and (handle := bare_handle(said.author.handle)) and number in authored:
                row = people[authored[number]]
                past = (row.platform, handle)
                if handle != bare_handle(row.handle) and (past not in self._once or self._once[past][0] <= said.seen):
                    self._once[past] = said.seen, row.id
        counts = [{"mention_id": n} | counts_row(c) for n, e in enumerate(entries, start) for c in e.engagements]
        insert_many(connection, engagements, counts)
        note_firsts(connection, firsts)
        follow(connection, [Move(None, head) for head in heads])
        spoken.stamp(connection, {spoken.day_of(head.when) for head in heads})

    def _ids(self, refs: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in chunks(list(dict.fromkeys(refs))):
            rows = self._connection.execute(select(mentions.c.ref, mentions.c.id).where(mentions.c.ref.in_(part)))
            found |= {row.ref: row.id for row in rows}
        return found

    def finish(self) -> None:
        """What can be said only when all are there."""
        self._step.finish()
        for first, last in self._linked.items():
            if first == last:
                _refuse(AuthorEntry, first, "It is said to be one of several accounts of a person, and no other is.")
        once = [{"id": number, "platform": platform, "handle": h} for (platform, h), (_, number) in self._once.items()]
        note_handles(self._database, self._connection, once, older=True)
        if not self._grouped:
            return
        ids = self._ids(ref for _, ref in self._later)
        for number, ref in self._later:
            if ref not in ids:
                _refuse(MentionEntry, number, f"It is a copy of {ref}, which is not in this export.")
        late = [{"mention": number, "first": ids[ref]} for number, ref in self._later]
        if late:
            which = mentions.c.id == bindparam("mention")
            self._connection.execute(update(mentions).where(which).values(copy_of=bindparam("first")), late)
        first = mentions.alias()
        chained = select(mentions.c.id, first.c.ref).join(first, first.c.id == mentions.c.copy_of)
        row = self._connection.execute(chained.where(first.c.copy_of.is_not(None)).order_by(mentions.c.id).limit(1)).first()
        if row:
            _refuse(MentionEntry, row.id, f"It is a copy of {row.ref}, which is itself said to be a copy.")
        copies = mentions.alias()
        count = select(func.count()).where(copies.c.copy_of == mentions.c.id).scalar_subquery()
        firsts = select(copies.c.copy_of).where(copies.c.copy_of.is_not(None))
        self._connection.execute(update(mentions).where(mentions.c.id.in_(firsts)).values(copies=count))

    # --- the desk --------------------------------------------------------------------------------------------

    def searches(self, start: int, entries: list[SavedSearch]) -> None:
        """Saved searches."""
        names = {saved.key(search.name) for search in saved.saved(self._connection)}
        for number, search in enumerate(entries, start):
            if saved.key(search.name) in names:
                _refuse(SavedSearch, number, f"The saved search {search.name!r} stands here for the second time.")
            names.add(saved.key(search.name))
            saved.save(self._database, self._connection, search)

    def mutes(self, start: int, entries: list[Mute]) -> None:
        """What is muted; each keeps its number, by which it is unmuted."""
        there = muting.all_mutes(self._connection)
        known = {mute.id for mute in there} | {(mute.kind, mute.value) for mute in there}
        for number, mute in enumerate(entries, start):
            if mute.id in known or (mute.kind, mute.value) in known:
                _refuse(Mute, number, f"The mute {mute.id} ({mute.kind} {mute.value}) stands here for the second time.")
            known |= {mute.id, (mute.kind, mute.value)}
            self._connection.execute(insert(mutes), muting.mute_row(mute))

    def sources(self, start: int, entries: list[SourceState]) -> None:
        """How sources have been doing, with their cursors."""
        ids = set(self._connection.execute(select(sources.c.id)).scalars())
        for number, state in enumerate(entries, start):
            if state.id in ids:
                _refuse(SourceState, number, f"The source {state.id!r} stands here for the second time.")
            ids.add(state.id)
            row = {"id": state.id, "cursor": encoded(state.cursor), "found": bounded(state.found), **state_row(state)}
            self._connection.execute(insert(sources), row)

    # --- what hangs on stories -------------------------------------------------------------------------------

    def sharings(self, start: int, entries: list[SharingEntry]) -> None:
        """Who may do what with stories."""
        there = set(self._connection.execute(select(stories.c.id)).scalars())
        for number, entry in enumerate(entries, start):
            self._check_story(SharingEntry, number, entry.story, there)
            if sharings.of_story(self._connection, entry.story) != Sharing():
                _refuse(SharingEntry, number, f"The people of the story {entry.story!r} stand here for the second time.")
            told = Sharing(people=entry.people, closed=entry.closed, lock=entry.lock)
            sharings.write(self._connection, entry.story, told)

    def comments(self, start: int, entries: list[Comment]) -> None:
        """What was said about stories; each keeps its number, by which it is answered."""
        there = set(self._connection.execute(select(stories.c.id)).scalars())
        for number, entry in enumerate(entries, start):
            self._check_story(Comment, number, entry.story, there)
            if entry.id in self._said:
                _refuse(Comment, number, f"The comment {entry.id} stands here for the second time.")
            if entry.answers is not None and self._said.get(entry.answers) != entry.story:
                _refuse(Comment, number, f"Comment {entry.id} answers {entry.answers}, which is not above on the same story.")
            self._said[entry.id] = entry.story
        insert_many(self._connection, comments, [dict(comment_row(entry)) for entry in entries])

    def _check_story(self, kind: type, number: int, story: str, there: set[str]) -> None:
        if story not in there:
            _refuse(kind, number, f"The story {story!r} is not in {FILES[StoryStep]}.")

    def rejections(self, start: int, entries: list[RejectionEntry]) -> None:
        """What is not to be proposed for stories again."""
        there = set(self._connection.execute(select(stories.c.id)).scalars())
        known = {tuple(row) for row in self._connection.execute(select(rejections.c.story_id, rejections.c.ref))}
        for number, entry in enumerate(entries, start):
            self._check_story(RejectionEntry, number, entry.story, there)
            if (entry.story, entry.ref) in known:
                _refuse(RejectionEntry, number, f"The rejection of {entry.ref} stands here for the second time.")
            known.add((entry.story, entry.ref))
        insert_many(self._connection, rejections, [{"story_id": e.story, "ref": e.ref, "at": e.at} for e in entries])

    def checks(self, start: int, entries: list[LinkCheck]) -> None:
        """What was found at the addresses of quoted mentions."""
        known = set(linkchecks.read(self._connection, [check.ref for check in entries]))
        for number, check in enumerate(entries, start):
            if check.ref in known:
                _refuse(LinkCheck, number, f"The check of {check.ref} stands here for the second time.")
            known.add(check.ref)
        linkchecks.write(self._connection, entries)


def _audience(told: Any) -> dict[str, Any]:
    return {"followers": bounded(told.followers), "metrics": metrics_row(told.metrics)}


def _without_words(entry: MentionEntry) -> MentionEntry:
    wordings = [wording(told.number, told.seen, without_words(entry.mention(told))) for told in entry.versions]
    return replace(entry, versions=tuple(wordings), labels=left_of_labels(entry.labels), copy_of="", signature="")


def _head(number: int, entry: MentionEntry, author: int | None, stood: Stood | None) -> Head:
    newest = entry.mention(entry.versions[-1])
    told: dict[str, Any] = of_wording(newest) | ({"twin": stood.twin} if stood else {})
    return Head(
        id=number,
        ref=entry.ref,
        platform=entry.platform,
        **told,
        author_id=author,
        when=entry.when,
        first_seen=entry.first_seen,
        last_seen=entry.last_seen,
        version=entry.versions[-1].number,
        digest=stood.digest if stood else content_digest(newest),
        redacted=stood is not None,
        state=entry.state,
        notes=entry.notes,
        deleted=entry.deleted,
        sources=entry.sources,
        labels=stored_labels(entry.labels),
        tags=entry.tags,
        engagement=entry.engagement,
    )


class _Steps:
    """Stories, step by step."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._numbers: set[int] = set()
        self._last: StoryStep | None = None
        self._standing: StoryStep | None = None
        self._line = 0

    def steps(self, start: int, entries: list[StoryStep]) -> None:
        """Steps in the order of their stories."""
        for self._line, step in enumerate(entries, start):
            revision = step.revision
            if self._last is None or self._last.revision.story.id != revision.story.id:
                self.finish()
                self._begin(step)
            if revision.number <= max(self._numbers, default=0):
                self._refuse(f"Step {revision.number} of the story {revision.story.slug!r} does not follow the one above.")
            if revision.parent is not None and revision.parent not in self._numbers:
                self._refuse(f"Step {revision.number} was made from step {revision.parent}, which is not above it.")
            if step.standing and self._standing:
                self._refuse(f"The story {revision.story.slug!r} stands at two of its steps.")
            self._numbers.add(revision.number)
            self._standing = step if step.standing else self._standing
            self._last = step
            storing.write_step(self._connection, replace(revision, story=story_without(self._connection, revision.story)))

    def finish(self) -> None:
        """End a story: now it is known which step stands."""
        if self._last is None:
            return
        story = self._last.revision.story
        if self._standing is None:
            self._refuse(f"The story {story.slug!r} stands at none of its steps.")
        row = storing.summary_row(self._standing.revision) | {"updated": self._last.revision.at}
        self._check_slug(self._standing.revision.story.slug, story.id)
        self._connection.execute(update(stories).where(stories.c.id == story.id).values(row))
        self._numbers, self._last, self._standing = set(), None, None

    def _begin(self, step: StoryStep) -> None:
        story = step.revision.story
        if self._connection.execute(select(stories.c.id).where(stories.c.id == storable(story.id))).first():
            self._refuse(f"The story {story.slug!r} stands here for the second time.")
        # Its own id is a name that no other story has until it is known which step stands.
        row = storing.summary_row(step.revision) | {"slug": f"\x01{story.id}"}
        self._connection.execute(insert(stories), row)

    def _check_slug(self, slug: str, story_id: str) -> None:
        if self._connection.execute(select(stories.c.id).where(stories.c.slug == slug, stories.c.id != story_id)).first():
            self._refuse(f"Another story is called {slug!r}, too.")

    def _refuse(self, message: str) -> NoReturn:
        _refuse(StoryStep, self._line, message)
