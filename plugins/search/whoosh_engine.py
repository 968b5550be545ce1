"""The search engine that runs everywhere: Whoosh, in pure Python, with its index in a folder.

It is given the words of :mod:`hubbub.core.text` with their places and answers with sets of documents, so that it finds what
every other engine finds. Fit for tens of thousands of mentions; it has no options.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, LockError
from whoosh.writing import CLEAR

from ...core.contracts import Component, Context
from ...core.documents import SearchDoc
from ...core.errors import IndexBusy, IndexDamaged, SearchError
from ...core.hookspecs import hookimpl
from ...core.query import Query
from ...core.values import FACET_FIELDS, FacetField, Facets, Hits, Order
from . import sizes, whoosh_counting
from .cursors import read_place, read_scored
from .stampfile import StampFile, rules
from .whoosh_leaf import Leaf
from .whoosh_merging import merge_alike
from .whoosh_pages import by_number, by_relevance
from .whoosh_schema import MOST_DOCUMENTS, document, schema

VERSION = 3
"""Goes up whenever documents are kept otherwise: an index of another version is built again."""

_MEGABYTES = 128  # that the writer may gather before it sorts on disk

_PATIENCE = 2.0
"""Seconds to wait for another program that is writing."""


class WhooshEngine:
    """A :class:`hubbub.core.contracts.SearchEngine` over a folder. Threads take turns in searching."""

    def __init__(self, folder: Path, *, patience: float = _PATIENCE) -> None:
        """Opens or begins the index; raises ``IndexDamaged`` where its files cannot be used."""
        self._folder = folder
        self._patience = patience
        self._stamps = StampFile(folder, rules("whoosh", VERSION))
        self._writing = threading.Lock()
        self._reading = threading.RLock()
        self._generation = -1
        self._reader: Any = None
        self._leaves: list[Leaf] = []
        self._columns: dict[str, dict[str, list[Any]]] = {}
        with _foreign_errors(folder):
            there = any(_belongs(path.name) for path in folder.iterdir())
            if there and not self._stamps.exists():
                raise IndexDamaged(f"{folder} has an index that is not ours")
            if not there and self._stamps.stamp():
                raise IndexDamaged(f"its files in {folder} are gone")
            if not self._stamps.exists():
                self._stamps.write("")
            storage = FileStorage(str(folder))
            self._index = FileIndex(storage, schema()) if there else FileIndex.create(storage, schema(), "MAIN")
        with self._view():
            pass

    def stamp(self) -> str:
        return self._stamps.stamp()

    def set_stamp(self, stamp: str) -> None:
        self._stamps.write(stamp)

    def put(self, docs: Sequence[SearchDoc]) -> None:
        newest = list({doc.ref: doc for doc in docs}.values())
        for start in range(0, len(newest), MOST_DOCUMENTS):
            self._put(newest[start : start + MOST_DOCUMENTS])

    def _put(self, docs: Sequence[SearchDoc]) -> None:
        def write(writer: Any) -> None:
            _delete(writer, [doc.ref for doc in docs])
            for doc in docs:
                writer.add_document(**document(doc))
            writer.commit(mergetype=merge_alike)

        self._write(write)

    def drop(self, refs: Sequence[str]) -> None:
        if not refs:
            return

        def write(writer: Any) -> None:
            _delete(writer, refs)
            writer.commit(mergetype=merge_alike)

        self._write(write)

    def clear(self) -> None:
        self._stamps.write("")
        self._write(lambda writer: writer.commit(mergetype=CLEAR))
        with self._reading:
            self._columns = {}  # segments are named by chance, which a seeded generator can repeat

    def search(self, query: Query, *, order: Order = "newest", limit: int = 50, after: str | None = None) -> Hits:
        if limit < 1:
            raise ValueError(f"a page has at least one hit, not {limit}")
        if order == "relevance":
            scored = read_scored(after) if after is not None else None
            with self._view() as leaves:
                return by_relevance(leaves, query, limit, scored)
        place = read_place(after) if after is not None else None
        with self._view() as leaves:
            return by_number(leaves, query, order, limit, place)

    def facets(self, query: Query, *, fields: Sequence[FacetField] = FACET_FIELDS, limit: int = 10) -> Facets:
        with self._view() as leaves:
            return whoosh_counting.facets(leaves, query, fields, limit)

    def similar(self, word: str, *, limit: int = 5) -> list[str]:
        with self._view() as leaves:
            return whoosh_counting.similar(leaves, word, limit)

    def count(self) -> int:
        with self._view():
            return self._reader.doc_count()

    def close(self) -> None:
        with self._reading:
            if self._reader is not None:
                self._reader.close()
                self._reader = None
                self._generation = -1

    @contextmanager
    def _view(self) -> Iterator[list[Leaf]]:
        """The segments as they were committed last, by whichever program."""
        with self._reading, _foreign_errors(self._folder):
            generation = self._index.latest_generation()
            if generation != self._generation:
                self.close()
                sizes.check(self._folder)
                self._reader, self._generation = self._open()
                parts = [leaf for leaf, _ in self._reader.leaf_readers() if leaf.doc_count_all()]
                known, self._columns = self._columns, {part.segment().segment_id(): {} for part in parts}
                self._columns |= {name: columns for name, columns in known.items() if name in self._columns}
                self._leaves = [Leaf(part, self._columns[part.segment().segment_id()]) for part in parts]
            yield self._leaves

    def _open(self) -> tuple[Any, int]:
        """A reader of the last commit. Another program may replace that while it is being opened: then the next one."""
        while True:
            generation = self._index.latest_generation()
            try:
                return self._index.reader(), generation
            except OSError:
                if self._index.latest_generation() == generation:
                    raise

    def _write(self, change: Callable[[Any], None]) -> None:
        with self._writing, _foreign_errors(self._folder):
            try:
                writer = self._index.writer(timeout=self._patience, delay=0.02, limitmb=_MEGABYTES)
            except LockError as error:
                raise IndexBusy("Another program is writing the search index; try again in a moment.") from error
            try:
                change(writer)
            except BaseException:
                if not writer.is_closed:
                    with suppress(Exception):  # the first error counts
                        writer.cancel()
                raise
            sizes.seal(self._folder, _belongs)


def _belongs(name: str) -> bool:
    """Whether a file is a finished part of the index: a table of contents, or a segment."""
    return (name.startswith("_MAIN_") and name.endswith(".toc")) or (name.startswith("MAIN_") and name.endswith(".seg"))


def _delete(writer: Any, refs: Sequence[str]) -> None:
    reader = writer.reader()
    try:
        for leaf, offset in reader.leaf_readers():
            for number in list(Leaf(leaf, {}).numbers_of(refs)):
                writer.delete_document(offset + number)
    finally:
        reader.close()


@contextmanager
def _foreign_errors(folder: Path) -> Iterator[None]:
    """Whoosh's errors in our words. It has no checks of its own, so damage shows as any error at all."""
    try:
        yield
    except (SearchError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno == 28:
            raise SearchError(f"There is no room left on the disk for the search index in {folder}.") from error
        raise IndexDamaged(f"its files in {folder} cannot be used: {type(error).__name__}: {error}") from error


@hookimpl
def register_search_engines() -> list[Component]:
    """The engine ``whoosh``."""
    return [
        Component(
            name="whoosh",
            build=lambda options, context: _build(context),
            summary="the engine in pure Python, for tens of thousands of mentions on any machine",
        )
    ]


def _build(context: Context) -> WhooshEngine:
    return WhooshEngine(context.data_dir)
