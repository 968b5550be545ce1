"""What the engine ``tantivy`` does beyond the contract: several segments, crowds of equal hits, filling in one go."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from hubbub.core.docwords import DocWords, facet_values
from hubbub.core.query import And, Every, Inflected, Node, Not, Prefix, Query, Term, Wildcard, Written
from hubbub.core.values import FACET_FIELDS
from hubbub.plugins.search.tantivy_engine import TantivyEngine
from hubbub.testing.engine_contract import doc, found, ref
from hubbub.testing.engine_samples import START, asked, found_numbers, refs


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[TantivyEngine]:
    engine = TantivyEngine(tmp_path)
    yield engine
    engine.close()


def test_the_exact_word_comes_first_however_dense_the_other_forms_are(engine: TantivyEngine) -> None:
    engine.put([doc(n, "phones phones", title="phones", lang="en") for n in range(5)])
    engine.put([doc(10, "phone " + "many other words " * 100, lang="en")])
    engine.put([doc(11, "phone " + "weitere Wörter " * 300, lang="de"), doc(12, "Phones", lang="de")])
    assert set(found_numbers(engine, Inflected("text", "phone"), "relevance")[:2]) == {10, 11}


def test_stems_are_those_of_each_language_and_of_languages_that_came_later(engine: TantivyEngine) -> None:
    query = Inflected("text", "telefonos")
    engine.put([doc(1, "teléfono", lang="es"), doc(2, "telefono", lang="xx")])
    assert found_numbers(engine, query) == [1]
    engine.put([doc(3, "telefonos", lang="xx"), doc(4, "teléfonos", lang="es-MX"), doc(5, "telefone", lang="pt")])
    docs = [doc(5, "telefone", lang="pt")]
    assert found_numbers(engine, query) == [5] * Query("", query).matches(docs[0]) + [4, 3, 1]


def test_values_that_are_equally_frequent_are_counted_exactly_over_segments(engine: TantivyEngine) -> None:
    dice = Random(5)
    docs = [
        doc(
            n,
            "acme",
            account=f"@{dice.randint(0, 150)}",
            topics=tuple(dice.choices("abcdefgh", k=2)),
            when=START - timedelta(days=dice.randint(0, 40_000)),
        )
        for n in range(600)
    ]
    for start in range(0, 600, 100):  # each a segment, or part of a merged one
        engine.put(docs[start : start + 100])
    for limit in (1, 7, 40, 500):
        counted = engine.facets(asked(Term("text", "acme")), limit=limit)
        for field in FACET_FIELDS:
            values = Counter(value for each in docs for value in set(facet_values(each, field)))
            assert counted.fields[field] == tuple(sorted(values.items(), key=lambda item: (-item[1], item[0]))[:limit])
        assert counted.days == tuple(sorted(Counter(each.when.date() for each in docs).items()))


@pytest.mark.parametrize(
    "node", [Term("text", "acme"), Prefix("text", "ac"), Every(), Term("lang", "en"), Written("text", "acme")]
)
def test_crowds_of_equal_hits_are_in_the_order_of_refs(engine: TantivyEngine, node: Node) -> None:
    numbers = list(range(120))
    Random(2).shuffle(numbers)
    for start in range(0, 120, 40):
        engine.put([doc(n, "acme", when=START, lang="en") for n in numbers[start : start + 40]])
    for order in ("relevance", "newest", "oldest", "engaged"):
        assert found_numbers(engine, node, order) == list(range(120)), order


@pytest.mark.parametrize("order", ["relevance", "newest", "engaged"])
def test_a_crowd_is_paged_on_while_its_members_come_and_go(engine: TantivyEngine, order: str) -> None:
    engine.put([doc(n, "acme", when=START) for n in range(0, 100, 2)])
    for node in (Every(), Term("text", "acme")):
        first = engine.search(asked(node), order=order, limit=20)  # pyright: ignore[reportArgumentType]
        assert refs(first) == [ref(n) for n in range(0, 40, 2)]
        engine.drop([ref(n) for n in range(0, 30, 2)])
        engine.put([doc(n, "acme", when=START) for n in (31, 41)])
        second = engine.search(asked(node), order=order, limit=3, after=first.next)  # pyright: ignore[reportArgumentType]
        assert refs(second) == [ref(40), ref(41), ref(42)]
        engine.drop([ref(31), ref(41)])
        engine.put([doc(n, "acme", when=START) for n in range(0, 30, 2)])


def test_a_page_by_relevance_goes_on_where_its_last_mention_is_gone(engine: TantivyEngine) -> None:
    engine.put([doc(n, "acme " * n + "word " * (20 - n)) for n in range(1, 20)])
    first = engine.search(asked("acme"), order="relevance", limit=5)
    assert refs(first) == [ref(n) for n in (19, 18, 17, 16, 15)]
    engine.drop([ref(15)])
    second = engine.search(asked("acme"), order="relevance", limit=3, after=first.next)
    assert refs(second) == [ref(14), ref(13), ref(12)]
    assert second.total == 18


def test_patterns_that_tantivy_refuses_are_answered_all_the_same(engine: TantivyEngine) -> None:
    docs = [
        doc(1, "abacadabra aaaaaaaaaaaaaaab", tags=("press room one", "press")),
        doc(2, "a#b #abacus [x] a.b", title="abacadabrx"),
        doc(3, "aaaaaaaaaaaaaaaaaaaaaaaa", tags=("pressroom",)),
    ]
    engine.put(docs)
    shapes = (
        "*a*b*c*",
        "*a" + "?" * 14,
        "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
        "?" * 24,
        "aba*" + "?" * 12,
        "[a-z]*",
        "a.*",
        "#a*c*s",
    )
    nodes = [Wildcard(field, shape) for shape in shapes for field in ("text", "title")]
    nodes += [Wildcard("tag", shape) for shape in ("press?room*", "*r??m*", "p" + "?" * 13, "*" + "?" * 12 + "e")]
    for node in nodes:
        expected = [int(each.ref[-4:]) for each in reversed(docs) if Query("", node).matches(DocWords(each))]
        assert found_numbers(engine, node) == expected, node


def test_an_index_is_filled_in_one_go(engine: TantivyEngine) -> None:
    engine.put([doc(900, "gone")])
    engine.clear()
    engine.load([doc(n, "acme") for n in range(start, start + 10)] for start in range(0, 50, 10))
    assert found_numbers(engine, "acme") == list(range(49, -1, -1))
    assert engine.count() == 50
    engine.put([doc(3, "another"), doc(50, "acme")])
    assert (engine.count(), len(found(engine, "acme"))) == (51, 50)


def test_a_filling_that_is_cut_short_leaves_nothing(engine: TantivyEngine) -> None:
    def cut_short() -> Iterator[list]:
        yield [doc(n, "acme") for n in range(10)]
        raise OSError("the archive went away")

    engine.clear()
    with pytest.raises(OSError, match="went away"):
        engine.load(cut_short())
    assert (engine.count(), found(engine, Every())) == (0, [])
    engine.load([[doc(1, "acme")]])
    assert found_numbers(engine, And((Term("text", "acme"), Not(Written("text", "acmé"))))) == [1]
