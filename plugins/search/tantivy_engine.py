"""The fast search engine: Tantivy, a native library that runs inside the process and keeps its index in a folder.

It is given the tokens of :mod:`hubbub.core.text`, never a text to take apart itself. One program at a time writes and lets go
soon after, so that several can share an index. It has no options.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tantivy import Index, IndexWriter

from ...core.contracts import Component, Context
from ...core.documents import RANK_ORDERS, SearchDoc
from ...core.errors import IndexDamaged, SearchError
from ...core.hookspecs import hookimpl
from ...core.query import Query
from ...core.values import FACET_FIELDS, FacetField, Facets, Hits, Order
from .cursors import read_place, read_scored
from .stampfile import StampFile, read_small, rules
from .tantivy_facets import count_facets
from .tantivy_pages import Pages
from .tantivy_queries import Translator
from .tantivy_relevance import by_relevance
from .tantivy_schema import packed, packed_all, register, schema
from .tantivy_similar import similar_words
from .tantivy_view import View
from .tantivy_writer import Writer

VERSION = 3
"""Goes up whenever documents are kept otherwise: an index of another version is built again."""

_PATIENCE = 3.0
"""Seconds to wait for another program that is writing."""


class TantivyEngine:
    """A :class:`hubbub.core.contracts.SearchEngine` over a folder. Searching is thread-safe and does not wait for writing."""

    def __init__(self, folder: Path, *, patience: float = _PATIENCE) -> None:
        """Opens or begins the index; raises ``IndexDamaged`` where its files cannot be used."""
        self._folder = folder
        self._meta = str(folder / "meta.json")
        self._stamps = StampFile(folder, rules("tantivy", VERSION))
        self._reading = threading.Lock()
        self._seen = b""
        self._latest: View | None = None
        there = Index.exists(str(folder))
        if there and not self._stamps.exists():
            raise IndexDamaged(f"{folder} has an index that is not ours")
        if not there and self._stamps.stamp():
            raise IndexDamaged(f"its files in {folder} are gone")
        if not self._stamps.exists():
            self._stamps.write("")
        with _foreign_errors(folder):
            self._schema = schema()
            self._index = Index(self._schema, path=str(folder))
            register(self._index)
            self._index.config_reader("manual")
            self._writer = Writer(self._index, patience)
        self.count()  # whoever cannot read it is told now

    def stamp(self) -> str:
        return self._stamps.stamp()

    def set_stamp(self, stamp: str) -> None:
        self._stamps.write(stamp)

    def put(self, docs: Sequence[SearchDoc]) -> None:
        newest = {doc.ref: doc for doc in docs}
        if not newest:
            return
        with self._write() as writer:
            if self.count():
                for ref in newest:
                    writer.delete_documents_by_term("ref", ref)
            for doc in newest.values():
                writer.add_json(packed(doc))
            writer.commit()

    pack = staticmethod(packed_all)

    def load(self, batches: Iterable[Sequence[SearchDoc]]) -> None:
        self.load_packed(map(packed_all, batches))

    def load_packed(self, batches: Iterable[Sequence[str]]) -> None:
        # One commit at the end, and nothing to replace: a commit for each batch costs as much as the indexing.
        with ExitStack() as stack:
            with _foreign_errors(self._folder):
                writer = stack.enter_context(self._writer.use())
            for batch in batches:  # what goes wrong in there is no fault of the index
                with _foreign_errors(self._folder):
                    for doc in batch:
                        writer.add_json(doc)
            with _foreign_errors(self._folder):
                writer.commit()

    def drop(self, refs: Sequence[str]) -> None:
        if not refs:
            return
        with self._write() as writer:
            for ref in refs:
                writer.delete_documents_by_term("ref", ref)
            writer.commit()

    def search(self, query: Query, *, order: Order = "newest", limit: int = 50, after: str | None = None) -> Hits:
        if limit < 1:
            raise ValueError(f"a page has at least one hit, not {limit}")
        if order == "relevance":
            scored = None if after is None else read_scored(after)
            with self._view() as view:
                return by_relevance(view, query.root, limit, scored)
        place = None if after is None else read_place(after)
        column = order if order in RANK_ORDERS else "when"
        with self._view() as view:
            return Pages(view, query.root, column, rising=order == "oldest").page(limit, place)

    def facets(self, query: Query, *, fields: Sequence[FacetField] = FACET_FIELDS, limit: int = 10) -> Facets:
        with self._view() as view:
            return count_facets(view, query.root, Translator(view).query(query.root), fields, limit)

    def similar(self, word: str, *, limit: int = 5) -> list[str]:
        with self._view() as view:
            return similar_words(view, word, limit)

    def count(self) -> int:
        with self._view() as view:
            return view.searcher.num_docs

    def clear(self) -> None:
        self._stamps.write("")
        with self._write() as writer:
            writer.delete_all_documents()
            writer.commit()

    def close(self) -> None:
        with suppress(SearchError), _foreign_errors(self._folder):  # what is damaged need not be merged
            self._writer.release()

    @contextmanager
    def _view(self) -> Iterator[View]:
        """What was committed last, by whichever program."""
        with _foreign_errors(self._folder):
            with self._reading:
                # Its few kilobytes are compared whole: two commits may share time, size and inode.
                now = read_small(self._meta)
                if now != self._seen or self._latest is None:
                    self._index.reload()
                    whole = all(segment["deletes"] is None for segment in json.loads(now)["segments"])
                    self._latest = View(self._index.searcher(), self._schema, whole=whole)
                    self._seen = now
                view = self._latest
            yield view

    @contextmanager
    def _write(self) -> Iterator[IndexWriter]:
        with _foreign_errors(self._folder), self._writer.use() as writer:
            yield writer


@contextmanager
def _foreign_errors(folder: Path) -> Iterator[None]:
    """Tantivy's errors in our words. It reports damage as ``ValueError``, ``OSError`` or a panic, which is no ``Exception``."""
    try:
        yield
    except SearchError:
        raise
    except BaseException as error:
        if not isinstance(error, (ValueError, OSError)) and type(error).__name__ != "PanicException":
            raise
        if "No space left" in str(error) or "os error 28" in str(error):
            raise SearchError(f"There is no room left on the disk for the search index in {folder}.") from error
        raise IndexDamaged(f"its files in {folder} cannot be used: {error}") from error


@hookimpl
def register_search_engines() -> list[Component]:
    """The engine ``tantivy``."""
    return [
        Component(
            name="tantivy",
            build=lambda options, context: _build(context),
            summary="the fast embedded engine, for as many mentions as one machine holds",
        )
    ]


def _build(context: Context) -> TantivyEngine:
    return TantivyEngine(context.data_dir)
