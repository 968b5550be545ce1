"""The archive itself: each call is one transaction, and says in its name what happens in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import delete, func, select

from ..core.archives import Change, Due, Judging, Piece
from ..core.deciding import Intent, Known
from ..core.documents import SearchDoc
from ..core.entries import Entry
from ..core.query import Query
from ..core.values import (
    JSON,
    Engagement,
    Hits,
    Label,
    Labels,
    Media,
    Mention,
    Order,
    Record,
    SavedSearch,
    SourceState,
    TriageState,
    Version,
)
from . import (
    backups,
    checking,
    compacting,
    dumping,
    finding,
    judging,
    loading,
    picturing,
    purging,
    reading,
    saving,
    searches,
    stamps,
    triage,
)
from .database import Database, chunks
from .sqlattention import SqlAttention
from .sqlauthors import SqlAuthors
from .sqlstories import SqlStories
from .tables import changes, sources


class SqlArchive(SqlAuthors, SqlAttention, SqlStories):
    """An ``Archive`` in SQLite or PostgreSQL. Thread-safe; several programs may use one at once.

    Get one from :func:`hubbub.archive.open_archive`. Every call raises ``ArchiveError`` or one of its kinds where the
    database cannot do it, and then nothing of it was done.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    @property
    def path(self) -> Path | None:
        """The file of a SQLite archive."""
        return self._db.path

    @property
    def place(self) -> str:
        """Where it lies, as users may see it: a path, or an address without password."""
        return self._db.place

    # --- reading mentions ------------------------------------------------------------------------------------

    def get(self, ref: str) -> Record | None:
        """One record."""
        return next(iter(self.records([ref])), None)

    def records(self, refs: Sequence[str]) -> list[Record]:
        """The records of these refs in their order; those that are not there are left out."""
        with self._db.read() as connection:
            return reading.records(connection, refs)

    def find(self, query: Query, *, order: Order = "newest", limit: int = 50, after: str | None = None) -> Hits:
        """Answer a query without text part; ``ValueError`` for one with, and for a cursor that is none."""
        with self._db.read() as connection:
            return finding.find(connection, query, order, limit, after)

    def documents(self, refs: Sequence[str]) -> list[SearchDoc]:
        """What search sees of these refs in their order; those that are not there are left out."""
        with self._db.read() as connection:
            return reading.documents(connection, refs)

    def walk(self, size: int = 1000) -> Iterator[list[Record]]:
        """All records in pieces, in the order of their coming; what is added meanwhile is walked over, too."""
        return reading.walk(self._db, size)

    def versions(self, ref: str) -> list[Version]:
        """All wordings, the first first."""
        with self._db.read() as connection:
            return reading.all_versions(connection, ref)

    def engagement(self, ref: str) -> list[Engagement]:
        """All counts, the first first."""
        with self._db.read() as connection:
            return reading.engagement(connection, ref)

    def thread(self, ref: str) -> list[Record]:
        """The archived conversation that a mention belongs to, oldest first, itself included."""
        with self._db.read() as connection:
            return reading.thread(connection, ref)

    def group(self, ref: str) -> list[Record]:
        """The near-copies that a mention belongs to, the first first, itself included."""
        with self._db.read() as connection:
            return reading.group(connection, ref)

    def known(self, mentions: Sequence[Mention]) -> dict[str, Known]:
        """By fetched ref: the records that these belong to, by ref or else by canonical address and equal title."""
        with self._db.read() as connection:
            return reading.known(connection, mentions)

    def count(self) -> int:
        """How many mentions there are."""
        with self._db.read() as connection:
            return finding.count(connection)

    def counts(self, by: Literal["state", "topic", "source", "lang", "platform"]) -> dict[str, int]:
        """How many mentions there are by each value, the most frequent first."""
        with self._db.read() as connection:
            return reading.counts(connection, by)

    # --- saving and triage -----------------------------------------------------------------------------------

    def save(self, source: str, intents: Sequence[Intent], cursor: JSON, at: datetime) -> None:
        """Save a batch and the cursor after it, all or nothing."""
        with self._db.write() as connection:
            saving.save(self._db, connection, source, intents, cursor, at)

    def set_state(self, states: Mapping[str, TriageState]) -> dict[str, TriageState]:
        """Set triage states by ref; gives back those before."""
        with self._db.write() as connection:
            return triage.set_state(connection, states)

    def set_tags(self, tags: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        """Set the whole set of tags by ref; gives back those before."""
        with self._db.write() as connection:
            return triage.set_tags(connection, tags)

    def set_notes(self, ref: str, notes: str) -> str:
        """Set the notes; gives back those before."""
        with self._db.write() as connection:
            return triage.set_notes(connection, ref, notes)

    def set_label(self, ref: str, name: str, label: Label | None) -> Label | None:
        """Set (or with ``None`` take back) a person's own label of that name; gives back the one before."""
        with self._db.write() as connection:
            return triage.set_label(connection, ref, name, label)

    # --- judging again ---------------------------------------------------------------------------------------

    def judging(self, by: str) -> Judging | None:
        """What was noted of how far a processor has looked; ``None`` where nothing was."""
        with self._db.read() as connection:
            return judging.judging(connection, by)

    def judged(self, by: str) -> dict[str, int]:
        """How many mentions have labels of this processor, by its version."""
        with self._db.read() as connection:
            return judging.versions_of(connection, by)

    def judged_before(self, by: str, after: int) -> int:
        """How many mentions beyond the place ``after`` came before the first of which this processor said anything."""
        with self._db.read() as connection:
            return judging.before_first(connection, by, after)

    def to_judge(self, by: str, noted: Judging, after: int, limit: int, *, everything: bool = False) -> Piece:
        """The next mentions that this version of a processor has not judged, or with ``everything`` simply the next ones."""
        with self._db.read() as connection:
            return judging.to_judge(connection, by, noted, after, limit, everything)

    def count_to_judge(self, by: str, noted: Judging) -> int:
        """How many mentions this version of a processor has not judged."""
        with self._db.read() as connection:
            return judging.count_to_judge(connection, by, noted)

    def corrected(self, name: str) -> list[Record]:
        """The mentions that have a person's label of this name, or of this name about a topic."""
        with self._db.read() as connection:
            return judging.corrected(connection, name)

    def relabel(
        self,
        labels: Mapping[str, Labels],
        by: str,
        *,
        wordings: Mapping[str, int] | None = None,
        noted: Judging | None = None,
    ) -> None:
        """Replace all labels of one processor by ref, in the place where they stood; a person's labels stay."""
        with self._db.write() as connection:
            triage.relabel(connection, labels, by, wordings)
            if noted is not None:
                judging.set_judging(self._db, connection, by, noted)

    def set_judging(self, by: str, noted: Judging) -> None:
        """Note how far a processor has looked."""
        with self._db.write() as connection:
            judging.set_judging(self._db, connection, by, noted)

    # --- what the platform says ------------------------------------------------------------------------------

    def mark_deleted(self, refs: Sequence[str], at: datetime) -> None:
        """Note that the platform has deleted these; our copies stay."""
        with self._db.write() as connection:
            triage.mark_deleted(connection, refs)

    def note_media(self, held: Mapping[str, Mapping[str, Media]]) -> None:
        """Note our copies of pictures, by ref and by the address of the picture."""
        with self._db.write() as connection:
            picturing.note_media(connection, held)

    def purge(self, refs: Sequence[str]) -> int:
        """Remove mentions with all that is kept of them, for good; gives how many were there."""
        with self._db.write() as connection:
            return purging.purge(self._db, connection, refs)

    # --- sources ---------------------------------------------------------------------------------------------

    def source_states(self) -> dict[str, SourceState]:
        """By source id."""
        with self._db.read() as connection:
            return reading.source_states(connection)

    def save_source_state(self, state: SourceState) -> None:
        """Everything of it but the cursor and ``found``, which move with the mentions only."""
        with self._db.write() as connection:
            saving.save_source_state(connection, state)

    def forget_source(self, source: str) -> None:
        """Forget a source's state and cursor; its mentions stay."""
        with self._db.write() as connection:
            connection.execute(delete(sources).where(sources.c.id == source))

    # --- asking again ----------------------------------------------------------------------------------------

    def due_for_refresh(self, now: datetime, limit: int) -> list[Due]:
        """Mentions whose platform is to be asked by now how they are doing, those that have waited longest first."""
        with self._db.read() as connection:
            return reading.due_for_refresh(connection, now, limit)

    def save_refreshed(
        self, intents: Sequence[Intent], deleted: Sequence[str], again: Mapping[str, datetime | None], at: datetime
    ) -> None:
        """Save how mentions are now, which of them were deleted, and when each is asked for again, all or nothing."""
        with self._db.write() as connection:
            saving.save_refreshed(self._db, connection, intents, again, at)
            triage.mark_deleted(connection, deleted)

    # --- saved searches --------------------------------------------------------------------------------------

    def saved_searches(self) -> list[SavedSearch]:
        """All saved searches by name."""
        with self._db.read() as connection:
            return searches.saved(connection)

    def save_search(self, search: SavedSearch) -> None:
        """Save a search, in place of the one of that name."""
        with self._db.write() as connection:
            searches.save(self._db, connection, search)

    def delete_search(self, name: str) -> None:
        """Forget a saved search; raises ``NotFound``."""
        with self._db.write() as connection:
            searches.forget(connection, name)

    # --- the change log --------------------------------------------------------------------------------------

    def changes(self, limit: int = 1000) -> list[Change]:
        """The oldest entries of the change log."""
        with self._db.read() as connection:
            return reading.oldest_changes(connection, limit)

    def pending(self) -> int:
        """How many entries the change log has."""
        with self._db.read() as connection:
            return connection.execute(select(func.count()).select_from(changes)).scalar_one()

    def touch(self, refs: Sequence[str]) -> None:
        """Write these refs to the change log, so that the index reads them again."""
        with self._db.write() as connection:
            saving.write_changes(connection, refs)

    def forget_changes(self, ids: Sequence[int]) -> None:
        """Delete entries of the change log that the index has taken in."""
        with self._db.write() as connection:
            for part in chunks(ids):
                connection.execute(delete(changes).where(changes.c.id.in_(part)))

    def index_stamp(self) -> str:
        """The stamp of the index that follows this archive's change log; empty for none."""
        with self._db.read() as connection:
            return stamps.index_stamp(connection)

    def set_index_stamp(self, stamp: str) -> None:
        """Name the index that follows the change log from now on; empty for none."""
        with self._db.write() as connection:
            stamps.set_index_stamp(connection, stamp)

    def indexing(self, wait: float = 0.0) -> AbstractContextManager[None]:
        """The only right to bring the search index up to date, after at most ``wait`` seconds; raises ``IndexBusy``."""
        return self._db.indexing(wait)

    # --- the whole -------------------------------------------------------------------------------------------

    def dump(self) -> Iterator[Entry]:
        """Everything that is kept, as it is at one moment, entry by entry."""
        return dumping.dump(self._db)

    def load(self, entries: Iterable[Entry]) -> None:
        """Fill the empty archive, all or nothing; ``ArchiveError`` where it is not empty, ``ImportFailed`` for bad entries."""
        loading.load(self._db, entries)

    def backup(self, to: Path) -> None:
        """Write a consistent copy, an archive in one SQLite file, while others go on working."""
        backups.backup(self._db, to)

    def compact(self) -> int:
        """Give the space of what was removed back to the disk; gives how many bytes. Raises ``ArchiveFull`` without room."""
        return compacting.compact(self._db)

    def check(self) -> list[str]:
        """What is wrong with it, in sentences; empty when all is well."""
        return checking.check(self._db)

    def close(self) -> None:
        """Let go of all connections."""
        self._db.close()
