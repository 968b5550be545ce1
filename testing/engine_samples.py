"""What the suites of :mod:`hubbub.testing.engine_contract` are written with: documents, and how all hits are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..core.contracts import SearchEngine
from ..core.documents import SearchDoc
from ..core.parsing import parse
from ..core.query import Node, Query
from ..core.values import Hits, Order

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def doc(number: int, text: str = "", **more: object) -> SearchDoc:
    """A document with a number for a name, published that many minutes after the start."""
    fields: dict[str, object] = {
        "ref": ref(number),
        "when": START + timedelta(minutes=number),
        "seen": START,
        "text": text,
    }
    return SearchDoc(**(fields | more))  # pyright: ignore[reportArgumentType]


def ref(number: int) -> str:
    """The ref of the document with this number."""
    return f"test:{number:04d}"


def refs(hits: Hits) -> list[str]:
    """The refs of a page, in its order."""
    return [hit.ref for hit in hits.hits]


def numbers(hits: Hits) -> list[int]:
    """The numbers of a page's documents, in its order."""
    return [int(hit.ref.removeprefix("test:")) for hit in hits.hits]


def asked(what: str | Node) -> Query:
    """A query, from its text or its tree."""
    return parse(what) if isinstance(what, str) else Query("", what)


def found(engine: SearchEngine, what: str | Node, order: Order = "newest") -> list[str]:
    """All refs that a query finds, read page by page; the pages must agree on the total."""
    query, after, pages = asked(what), None, []
    while True:
        page = engine.search(query, order=order, limit=7, after=after)
        pages += refs(page)
        if page.next is None:
            assert page.total == len(pages), "the total is not what the pages hold"
            return pages
        assert page.hits, "an empty page promises a next one"
        after = page.next


def found_numbers(engine: SearchEngine, what: str | Node, order: Order = "newest") -> list[int]:
    """The numbers of all documents that a query finds."""
    return [int(ref.removeprefix("test:")) for ref in found(engine, what, order)]
