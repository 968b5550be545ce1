"""Did you mean …? What is proposed for a query that finds nothing, and that it finds something."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hubbub.archive import open_archive
from hubbub.core.deciding import decide
from hubbub.core.desk import Desk
from hubbub.core.indexing import Indexer
from hubbub.core.parsing import parse
from hubbub.core.query import Query
from hubbub.core.suggesting import did_you_mean
from hubbub.core.values import Mention, RunReport
from hubbub.testing.engines import MemoryEngine

NOW = datetime(2026, 6, 17, tzinfo=UTC)
TEXTS = {
    "en": "The new Acme phone: batteries that last",
    "es": "Mi teléfono Acme se apaga",
    "ro": "Ştirile despre telefoane",
    "el": "Η μπαταρία του τηλεφώνου",
    "ja": "日本語の電話",
}


def nothing_to_tell() -> RunReport:
    raise AssertionError("nothing is collected here")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("suggesting")
    archive, engine = open_archive(folder / "archive.db", now=lambda: NOW), MemoryEngine()
    indexer = Indexer(archive, lambda: engine, lambda: None)
    made = [Mention(platform="x", key=lang, text=text, lang=lang) for lang, text in TEXTS.items()]
    archive.save("press", [decide(None, mention, seen=NOW) for mention in made], None, NOW)
    indexer.catch_up()
    yield Desk(
        name="desk",
        archive=archive,
        indexer=indexer,
        stories=lambda: pytest.fail("no story is opened here"),
        topics=(),
        sources=(),
        collect=lambda *_: nothing_to_tell(),
        now=lambda: NOW,
    )
    archive.close()


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("acmme", "acme"),
        ("Acmme phnoe", "acme phone"),
        ("title:acmme OR text:phome", "title:acme OR text:phone"),
        ('"acme phne"', '"acme phone"'),
        ("=telefonu", "=telefono"),
        ("μπαταρίλα", "μπαταρια"),
        ("ştirille", "stirile"),
        ("phome NOT acmme", "phone NOT acmme"),
        ("acmme source:press", "acme source:press"),
        ("pres source:press,pres", ""),
    ],
)
def test_unknown_words_become_known_ones(desk: Desk, text: str, proposal: str) -> None:
    found = desk.search(text)
    assert (found.total, found.did_you_mean) == (0, proposal)
    if proposal:
        assert desk.search(proposal).total > 0


@pytest.mark.parametrize(
    "text", ["zzzzzz", "tag:acmme", "lang:en lang:ro", "#acmme", "likes:>5", "acmme lang:xx", "author:acmme"]
)
def test_where_nothing_is_like_it_nothing_is_proposed(desk: Desk, text: str) -> None:
    found = desk.search(text)
    assert (found.total, found.did_you_mean) == (0, "")


def test_a_query_that_finds_something_is_left_alone(desk: Desk) -> None:
    assert desk.search("acme OR phome").did_you_mean == ""
    assert desk.search("battery").total == 1  # by its inflected form


def test_values_of_fields_stay_as_they_are() -> None:
    query = parse('acmee tag:acmee tag:"acmee x" TOPIC:a,acmee title:acmee (acmee)')
    proposal = did_you_mean(query, lambda _: 0, lambda _: ["acme"])
    assert proposal == 'acme tag:acmee tag:"acmee x" TOPIC:a,acmee title:acme (acme)'


def test_only_a_few_words_are_looked_up() -> None:
    asked: list[Query] = []

    def total(query: Query) -> int:
        asked.append(query)
        return 0

    did_you_mean(parse(" ".join(f"word{number}" for number in range(500))), total, lambda _: [])
    assert len(asked) < 20
