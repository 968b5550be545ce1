"""An archive in a SQLite file: what is asked all day is read without SQLAlchemy."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..core.archives import Change
from ..core.documents import SearchDoc
from ..core.query import Every, Not, Query, Term
from ..core.values import MUTED, Hit, Hits, Order, Record, SourceState
from . import statements
from .columns import storable
from .documents import document_of
from .rows import KEYWORD_OF, record_of, state_of
from .sqlitefile import SqliteFile

if TYPE_CHECKING:
    from .sqlarchive import SqlArchive as Whole
else:
    Whole = object

_MUTED = ("is", MUTED)
_SHOWN = Not(Term(*_MUTED))
_ALL = (Every(), _SHOWN)
_Place = tuple[int, str]
"""A time in microseconds and a ref."""
_FIRST, _LAST = (-(2**63), ""), (2**63 - 1, "")
_CHUNK = 900  # values in one statement; SQLite bounds how many there may be


class SqliteArchive(Whole):
    """Answers by itself what a search and the lists of the screens ask; everything else is the business of the whole archive.

    That one is opened when it is first needed: importing SQLAlchemy takes several times as long as a search from the command
    line, and reading a page of rows through it several times as long as SQLite itself.
    """

    def __init__(self, file: SqliteFile, open_whole: Callable[[], Whole]) -> None:
        self._file = file
        self._open_whole = open_whole
        self._opened: Whole | None = None
        self._opening = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    @property
    def _whole(self) -> Whole:
        with self._opening:
            if self._opened is None:
                self._opened = self._open_whole()
            return self._opened

    @property
    def place(self) -> str:
        """Where it lies."""
        return str(self._file.path)

    def close(self) -> None:
        """Let go of all connections."""
        self._file.close()
        if self._opened is not None:
            self._opened.close()

    # --- read here -------------------------------------------------------------------------------------------

    def get(self, ref: str) -> Record | None:
        """One record."""
        return next(iter(self.records([ref])), None)

    def records(self, refs: Sequence[str]) -> list[Record]:
        """The records of these refs in their order; those that are not there are left out."""
        wanted = list(map(storable, refs))
        rows = {row[1]: row for row in self._of(wanted, statements.records)}
        return [record_of(rows[ref]) for ref in wanted if ref in rows]

    def find(self, query: Query, *, order: Order = "newest", limit: int = 50, after: str | None = None) -> Hits:
        """Answer a query without text part. The newest of all, and of all that is not muted, are read here: every list begins
        with them."""
        if query.root not in _ALL or order not in ("newest", "relevance") or after is not None or limit < 1:
            return self._whole.find(query, order=order, limit=limit, after=after)
        with self._file.read() as connection:
            total = connection.execute(statements.COUNT, ("status",)).fetchone()[0] or 0
            muted = connection.execute(statements.KEYWORD, _MUTED).fetchone() if query.root == _SHOWN else None
            if muted:
                total -= muted[1]
                found = connection.execute(statements.NEWEST_WITHOUT, (muted[0], limit + 1, 0)).fetchall()
            else:
                found = connection.execute(statements.NEWEST, (limit + 1, 0)).fetchall()
        hits = found[:limit]
        following = f"{hits[-1][1]} {hits[-1][0]}" if len(found) > limit else None
        return Hits(total=total, hits=tuple(Hit(ref=ref) for ref, _ in hits), next=following)

    def documents(self, refs: Sequence[str]) -> list[SearchDoc]:
        """What search sees of these refs in their order; those that are not there are left out."""
        wanted = list(map(storable, refs))
        found = {row[0]: document_of(row) for row in self._of(wanted, statements.documents)}
        return [found[ref] for ref in wanted if ref in found]

    def pieces(self, size: int) -> Sequence[Callable[[], Iterable[SearchDoc]]]:
        """What search sees of all that is there now in pieces, to be read by any process.

        In the order of time: an index that is built so has the newest side by side, where most searches look for them. What
        moves in time meanwhile stands in the change log.
        """
        places = [_FIRST, *self._rows(statements.PLACES, size), _LAST] if self.count() else []
        return [partial(_piece, self._file.path, after, last) for after, last in pairwise(places)]

    def count(self) -> int:
        """How many mentions there are."""
        return self._rows(statements.COUNT, "status")[0][0] or 0

    def muted(self) -> int:
        """How many mentions are muted, by whatever."""
        return self._rows(statements.WITH_KEYWORD, *_MUTED)[0][0] or 0

    def counts(self, by: Literal["state", "topic", "source", "lang", "platform"]) -> dict[str, int]:
        """How many mentions there are by each value, the most frequent first."""
        return dict(self._rows(statements.COUNTS, KEYWORD_OF[by], 0))

    def source_states(self) -> dict[str, SourceState]:
        """By source id."""
        return {row[0]: state_of(row) for row in self._rows(statements.SOURCES)}

    def changes(self, limit: int = 1000) -> list[Change]:
        """The oldest entries of the change log."""
        return [Change(id=number, ref=ref) for number, ref in self._rows(statements.CHANGES, limit, 0)]

    def pending(self) -> int:
        """How many entries the change log has."""
        return self._rows(statements.PENDING)[0][0]

    def index_stamp(self) -> str:
        """The stamp of the index that follows this archive's change log; empty for none."""
        rows = self._rows(statements.INDEX_STAMP, "index")
        return rows[0][0] if rows else ""

    def _of(self, refs: Sequence[str], statement: Callable[[int], str]) -> list[tuple[Any, ...]]:
        """What a statement finds of so many refs, all as it is at one moment."""
        if len(refs) <= _CHUNK:
            return self._file.rows(statement(len(refs)), refs) if refs else []
        parts = (refs[start : start + _CHUNK] for start in range(0, len(refs), _CHUNK))
        with self._file.read() as connection:
            return [row for part in parts for row in connection.execute(statement(len(part)), part)]

    def _rows(self, statement: str, *values: object) -> list[Any]:
        return self._file.rows(statement, values)


def _piece(path: Path, after: _Place, last: _Place) -> Iterator[SearchDoc]:
    with closing(SqliteFile(path)) as file, file.read() as connection:
        yield from map(document_of, connection.execute(statements.PIECE, (*after, *last)))
