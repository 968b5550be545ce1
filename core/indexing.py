"""The search index follows the archive by its change log.

Every save writes the touched refs to the log in its own transaction. :meth:`Indexer.catch_up` reads those records as they
are *now*, puts or drops them, and only then deletes the entries it read. Replays are harmless, so a crash anywhere or a
rollback can cost work but never agreement. Which index the log belongs to is a stamp kept on both sides: an index whose stamp
is another than the archive's (new, restored, switched) is rebuilt.

All of this is done under the archive's right to index. Without it, a program that has read a record and is slow to put it could
overwrite what a faster one put later, and with the log empty nobody would mend that.
"""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import Any, TypeVar

from .archives import Archive, Shares
from .contracts import Loads, Packs, SearchEngine
from .documents import SearchDoc, document
from .errors import IndexBusy, IndexDamaged
from .query import Query
from .values import FACET_FIELDS, FacetField, Facets, Hits, Order

BATCH = 2000
"""Records read and written at a time."""

AHEAD = 6
"""Pieces of an archive that may be with other processes at a time in a rebuild."""

PATIENCE = 10.0
"""Seconds to wait for another program before a search that needs the index gives up."""

_Answer = TypeVar("_Answer")
_Batch = TypeVar("_Batch", bound=Sequence[Any])

Progress = Callable[[int], None]
"""Told how many records are done."""


class Indexer:
    """One archive and the engine that follows it. Thread-safe."""

    def __init__(
        self,
        archive: Archive,
        open_engine: Callable[[], SearchEngine],
        discard: Callable[[], None],
        *,
        patience: float = PATIENCE,
        batch: int = BATCH,
        pool: Callable[[int], Executor | None] = lambda mentions: None,
    ) -> None:
        """``open_engine`` opens the index's files; ``discard`` removes them where they cannot be opened.

        ``pool`` starts the processes that a rebuild from so many mentions is worth.
        """
        self._archive = archive
        self._open = open_engine
        self._discard = discard
        self._patience = patience
        self._batch = batch
        self._pool = pool
        self._engine: SearchEngine | None = None
        self._opening = threading.RLock()
        self.messages: list[str] = []
        """What the user should be told: a rebuild, and why."""

    @property
    def engine(self) -> SearchEngine:
        """The engine, opened; damaged files are discarded first, so that it starts empty and is rebuilt."""
        with self._opening:
            if self._engine is None:
                try:
                    self._engine = self._open()
                except IndexDamaged:
                    self._engine = self._open_anew()
            return self._engine

    def in_step(self) -> bool:
        """Whether this index is the one that the change log belongs to."""
        return self._agrees(self.engine)

    def catch_up(self, progress: Progress | None = None) -> int:
        """Take in everything that has changed; gives how many records were put or dropped.

        Raises ``IndexBusy`` where another program is doing it.
        """
        done = self._work(progress)
        # Who saved something while the last entries were taken in was sent away, so it is taken in here.
        with suppress(IndexBusy):
            while self._archive.changes(1):
                done += self._work(progress)
        return done

    def try_to_catch_up(self) -> int:
        """The same, content to leave it to the program that is at it."""
        with suppress(IndexBusy):
            return self.catch_up()
        return 0

    def try_to_catch_up_if_pending(self) -> int:
        """The same, without opening the engine where the change log is empty."""
        return self.try_to_catch_up() if self._archive.pending() else 0

    def rebuild(self, progress: Progress | None = None) -> int:
        """Build the whole index again; raises ``IndexBusy`` where another program keeps at it."""
        engine = self.engine
        with self._archive.indexing(self._patience):
            return self._build(self._engine or engine, progress)

    def search(self, query: Query, *, order: Order = "newest", limit: int = 50, after: str | None = None) -> Hits:
        """Answer from the engine, rebuilt first where it is not in step; damage found on the way is mended once."""
        return self._ask(lambda engine: engine.search(query, order=order, limit=limit, after=after))

    def facets(self, query: Query, *, fields: Sequence[FacetField] = FACET_FIELDS, limit: int = 10) -> Facets:
        """Count what the engine finds, with the same care."""
        return self._ask(lambda engine: engine.facets(query, fields=fields, limit=limit))

    def _ask(self, question: Callable[[SearchEngine], _Answer]) -> _Answer:
        mended = False
        while True:
            self._get_in_step()
            try:
                answer = question(self.engine)
            except IndexDamaged as error:
                if mended:
                    raise
                mended = True
                self._mend(error)
                continue
            # Another program may have begun a rebuild meanwhile; what an index says until that is done is not all.
            if self.in_step():
                return answer

    def close(self) -> None:
        """Let go of the engine's files."""
        with self._opening:
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    # --- under the right to index ----------------------------------------------------------------------------

    def _work(self, progress: Progress | None) -> int:
        engine = self.engine
        with self._archive.indexing():
            engine = self._engine or engine
            return self._follow(engine, progress) if self._agrees(engine) else self._build(engine, progress)

    def _agrees(self, engine: SearchEngine) -> bool:
        stamp = self._archive.index_stamp()
        return bool(stamp) and engine.stamp() == stamp

    def _follow(self, engine: SearchEngine, progress: Progress | None) -> int:
        done = 0
        while changes := self._archive.changes(self._batch):
            refs = list(dict.fromkeys(change.ref for change in changes))
            docs = self._archive.documents(refs)
            present = {doc.ref for doc in docs}
            engine.put(docs)
            engine.drop([ref for ref in refs if ref not in present])
            self._archive.forget_changes([change.id for change in changes])
            done += len(refs)
            if progress:
                progress(done)
        return done

    def _build(self, engine: SearchEngine, progress: Progress | None) -> int:
        """Until it is complete the stamps differ, so a crash only means another rebuild."""
        self._archive.set_index_stamp("")
        engine.clear()
        # What is in the log by now is covered by the walk; what comes later stays there for the next catch_up.
        while changes := self._archive.changes(self._batch * 10):
            self._archive.forget_changes([change.id for change in changes])
        done = self._fill(engine, progress)
        stamp = uuid.uuid4().hex
        engine.set_stamp(stamp)
        self._archive.set_index_stamp(stamp)
        return done

    def _fill(self, engine: SearchEngine, progress: Progress | None) -> int:
        """Put everything that the archive has into an empty engine; gives how many that are."""
        done = 0

        def counted(batches: Iterable[_Batch]) -> Iterator[_Batch]:
            nonlocal done
            for batch in batches:
                yield batch
                done += len(batch)
                if progress:
                    progress(done)

        archive = self._archive
        if isinstance(engine, Packs) and isinstance(archive, Shares) and (pool := self._pool(archive.count())):
            try:
                engine.load_packed(counted(_packed_elsewhere(pool, archive.pieces(self._batch), engine.pack)))
            finally:
                pool.shutdown(cancel_futures=True)
            return done
        batches = counted(_all_documents(archive, self._batch))
        if isinstance(engine, Loads):
            engine.load(batches)
        else:
            for docs in batches:
                engine.put(docs)
        return done

    def _get_in_step(self) -> None:
        if self.in_step():
            return
        engine = self.engine
        with self._archive.indexing(self._patience):
            engine = self._engine or engine  # another thread may have opened it anew
            if self._agrees(engine):  # whoever had the right before has built it
                return
            if self._archive.count():
                self.messages.append("The search index was not in step with the archive; it has been rebuilt.")
            self._build(engine, None)

    def _open_anew(self) -> SearchEngine:
        """Open the engine where its files were damaged a moment ago; another program may have mended them."""
        with self._archive.indexing(self._patience):
            try:
                return self._open()
            except IndexDamaged as error:
                self.messages.append(f"The search index could not be used ({error}); it is rebuilt from the archive.")
                self._discard()
                return self._open()

    def _mend(self, error: IndexDamaged) -> None:
        """Build the index again from nothing after a search found it damaged."""
        self.messages.append(f"The search index could not be used ({error}); it has been rebuilt from the archive.")
        with self._opening, self._archive.indexing(self._patience):
            self.close()
            self._discard()
            self._engine = self._open()
            self._build(self._engine, None)


def _all_documents(archive: Archive, size: int) -> Iterator[list[SearchDoc]]:
    if isinstance(archive, Shares):
        return (list(piece()) for piece in archive.pieces(size))
    return ([document(record) for record in records] for records in archive.walk(size))


def _packed_elsewhere(
    pool: Executor, pieces: Iterable[Callable[[], Iterable[SearchDoc]]], pack: Callable[[Iterable[SearchDoc]], Sequence[Any]]
) -> Iterator[Sequence[Any]]:
    """Pieces of an archive, read and packed by other processes some ahead of the one that is waited for."""
    ahead: deque[Future[Sequence[Any]]] = deque()
    for piece in pieces:
        ahead.append(pool.submit(_packed, piece, pack))
        if len(ahead) == AHEAD:
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


def _packed(piece: Callable[[], Iterable[SearchDoc]], pack: Callable[[Iterable[SearchDoc]], Sequence[Any]]) -> Sequence[Any]:
    # One document after the other: thousands at once would be gone through by the garbage collector again and again.
    return pack(piece())
