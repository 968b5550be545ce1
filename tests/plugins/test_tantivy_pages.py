"""Pages of many hits: read from an end of the index only, and yet what going through all of it finds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from hubbub.core.documents import SearchDoc, rank
from hubbub.core.parsing import parse
from hubbub.core.values import Order
from hubbub.plugins.search.tantivy_engine import TantivyEngine

NOW = datetime(2026, 6, 14, tzinfo=UTC)
MANY = 9000


def documents() -> list[SearchDoc]:
    """Posts of 300 days; each third is about acme, the newest hundred are not; few have many likes."""
    rng = Random(5)
    return [
        SearchDoc(
            ref=f"x:{number:05}",
            when=NOW - timedelta(minutes=number * 48 + rng.randrange(3) * 16),
            seen=NOW,
            text="nothing" if number < 100 or number % 3 else "acme again",
            lang="en" if number % 2 else "es",
            engagement=int(rng.paretovariate(0.8)),
            priority=rng.choice((None, 0, 5, 40, 90)),
        )
        for number in range(MANY)
    ]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> TantivyEngine:
    engine = TantivyEngine(tmp_path_factory.mktemp("index"))
    engine.put(documents())
    return engine


def keys_of(order: Order) -> Callable[[SearchDoc], tuple[float, str]]:
    if order in ("newest", "oldest"):
        sign = -1 if order == "newest" else 1
        return lambda doc: (sign * doc.when.timestamp(), doc.ref)
    return lambda doc: (-rank(doc, "engaged" if order == "engaged" else "priority"), doc.ref)


@pytest.mark.parametrize("order", ["newest", "oldest", "engaged", "priority"])
@pytest.mark.parametrize("text", ["acme", "acme lang:es NOT tag:none", ""])
def test_pages_are_those_of_all_hits_in_order(engine: TantivyEngine, text: str, order: Order) -> None:
    query = parse(text, now=NOW)
    wanted = [doc.ref for doc in sorted(filter(query.matches, documents()), key=keys_of(order))]
    found: list[str] = []
    after = None
    for _ in range(3):
        page = engine.search(query, order=order, limit=40, after=after)
        assert page.total == len(wanted)
        found += [hit.ref for hit in page.hits]
        after = page.next
    assert found == wanted[:120]


def test_totals_are_right_when_documents_were_removed_and_replaced(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    docs = documents()[:4000]
    engine.put(docs)
    query = parse("acme", now=NOW)
    before = engine.search(query).total
    gone = [doc for doc in docs if query.matches(doc)][:10]
    engine.drop([doc.ref for doc in gone[:5]])
    engine.put([doc._replace(text="nothing") for doc in gone[5:]])
    page = engine.search(query)
    assert page.total == before - 10
    assert not {hit.ref for hit in page.hits} & {doc.ref for doc in gone}
    engine.close()
