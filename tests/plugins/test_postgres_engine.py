"""What only the engine in PostgreSQL does: several ways to one result, tables of its own, a server that may be away."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postgres_world import assert_in_step
from query_samples import documents, with_words, without_words

from hubbub.core.contracts import SearchEngine
from hubbub.core.documents import SearchDoc
from hubbub.core.errors import IndexBusy, IndexDamaged, SearchError
from hubbub.core.parsing import parse
from hubbub.core.query import Node, Query
from hubbub.core.values import Order
from hubbub.testing.engine_contract import doc, found, refs

pytestmark = pytest.mark.server


def opened(address: str, prefix: str = "own", **more: object) -> SearchEngine:
    from hubbub.plugins.search.postgres_index import PostgresEngine

    return PostgresEngine(address, prefix, **more)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def engine(schema: str) -> Iterator[SearchEngine]:
    engine = opened(schema)
    yield engine
    engine.close()


# --- several ways, one result ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def narrow(shared_schema: str) -> Iterator[SearchEngine]:
    """A settled engine that takes the ways of big indexes with a handful of documents."""
    from hubbub.plugins.search.postgres_tables import Bounds

    engine = opened(shared_schema, "narrow", bounds=Bounds(bytes=400, terms=2, hits=1))
    engine.set_stamp("settled")
    yield engine
    engine.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    put=st.lists(documents, min_size=1, max_size=12),
    dropped=st.sets(st.integers(0, 40), max_size=6),
    asked=st.lists(st.tuples(with_words | without_words, st.sampled_from(["newest", "oldest"])), min_size=1, max_size=8),
)
def test_all_ways_find_what_the_definition_says(
    narrow: SearchEngine, put: list[SearchDoc], dropped: set[int], asked: list[tuple[Node, Order]]
) -> None:
    narrow.drop([f"test:{number}" for number in range(41)])
    narrow.put(put)
    narrow.drop([f"test:{number}" for number in dropped])
    docs = {doc.ref: doc for doc in put if int(doc.ref.removeprefix("test:")) not in dropped}
    assert_in_step(narrow)
    for node, order in asked:
        matching = sorted((doc for doc in docs.values() if Query("", node).matches(doc)), key=lambda doc: doc.ref)
        expected = [doc.ref for doc in sorted(matching, key=lambda doc: doc.when, reverse=order == "newest")]
        assert found(narrow, node, order) == expected
        assert sorted(found(narrow, node, "relevance")) == sorted(expected)
        assert narrow.facets(Query("", node)).total == len(expected)


def test_more_words_than_a_tsvector_takes(engine: SearchEngine) -> None:
    letters = [chr(0x4E00 + n) for n in range(250)]
    text = " ".join(f"{a}{b}" for a in letters for b in letters)
    engine.put([doc(1, text, title="tall Acme", lang="en", tags=("a\\b'c", "d e")), doc(2, "acme phones", lang="en")])
    questions = {
        "acme": [2, 1], "=acme": [2, 1], "phone": [2], f"{letters[0]}{letters[249]}": [1], "tal*": [1], "t?ll": [1],
        "tell~1": [1], "acme NOT phones": [1], '"tall acme"': [1], '"acme tall"': [], 'tag:"a\\b\'c"': [1], 'tag:"d e"': [1],
        "tag:d*": [1], "NOT tag:d*": [2],
    }  # fmt: skip
    for _ in range(2):
        for asked, expected in questions.items():
            assert found(engine, asked) == [f"test:{number:04d}" for number in expected], asked
        assert engine.similar("tally") == ["tall"]
        assert_in_step(engine)
        engine.set_stamp("settled")
    engine.drop(["test:0001"])
    assert found(engine, "tall OR acme") == ["test:0002"]
    assert_in_step(engine)


def test_a_build_is_settled_once_and_again_after_it_is_cleared(engine: SearchEngine) -> None:
    for build in ("first", "second"):
        engine.put([doc(number, "acme") for number in range(5)])
        engine.set_stamp(build)
        engine.put([doc(4, "other"), doc(5, "acme")])
        engine.set_stamp(build + " again")
        assert_in_step(engine)
        assert len(found(engine, "acme")) == 5
        engine.clear()
        assert (engine.count(), engine.stamp()) == (0, "")


def test_a_page_is_looked_for_in_the_order_where_hits_are_many(shared_schema: str) -> None:
    from hubbub.plugins.search.postgres_tables import Bounds

    many, few = (opened(shared_schema, name, bounds=Bounds(hits=hits)) for name, hits in (("many", 10), ("few", 1000)))
    for engine in (many, few):
        engine.put([doc(n, f"acme {n % 7}", when=doc(0).when + timedelta(minutes=n % 50)) for n in range(300)])
        engine.set_stamp("settled")
    for text in ("acme", "acme 3", "NOT 3", "*", "acme published:>2026-03-01T12:20"):
        assert found(many, text) == found(few, text)
        assert found(many, text, "oldest") == found(few, text, "oldest")
    many.close()
    few.close()


# --- tables and servers ------------------------------------------------------------------------------------------


def sql(address: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # pyright: ignore[reportArgumentType, reportCallIssue]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("DROP TABLE own_docs", "are gone"),
        ("DELETE FROM own_state", "do not say"),
        ("UPDATE own_state SET rules = 'postgres-0'", "other rules"),
        ("ALTER TABLE own_state DROP COLUMN stamp", "cannot be used"),
    ],
)
def test_tables_that_are_not_as_they_were_made_are_damage(schema: str, harm: str, told: str) -> None:
    opened(schema).close()
    sql(schema, harm)
    with pytest.raises(IndexDamaged, match=told):
        opened(schema)


def test_tables_that_vanish_under_an_open_engine_are_damage(schema: str, engine: SearchEngine) -> None:
    engine.put([doc(1, "acme")])
    sql(schema, "DROP TABLE own_docs, own_values, own_vocabulary, own_state")
    with pytest.raises(IndexDamaged):
        engine.search(parse("acme"))
    with pytest.raises(IndexDamaged):
        engine.put([doc(1, "acme")])


def test_a_writer_waits_a_little_and_then_says_busy(schema: str, engine: SearchEngine) -> None:
    engine.put([doc(1, "acme")])
    impatient = opened(schema, patience=0.1)
    with engine._server.writing("own"):  # pyright: ignore[reportAttributeAccessIssue]
        assert refs(impatient.search(parse("acme"))) == ["test:0001"], "reading does not wait for the writer"
        with pytest.raises(IndexBusy):
            impatient.put([doc(2, "acme")])
        with pytest.raises(IndexBusy):
            impatient.clear()
    impatient.put([doc(2, "acme")])
    assert engine.count() == 2
    impatient.close()


def test_what_fails_half_way_leaves_nothing(schema: str, engine: SearchEngine) -> None:
    engine.put([doc(1, "acme")])
    engine.set_stamp("settled")
    sql(schema, "ALTER TABLE own_docs ADD CHECK (ref <> 'test:0003')")
    with pytest.raises(Exception, match="own_docs"):
        engine.put([doc(1, "other"), doc(2, "other"), doc(3, "other")])
    assert (engine.count(), found(engine, "acme"), found(engine, "other")) == (1, ["test:0001"], [])
    assert_in_step(engine)


def test_a_connection_that_the_server_ended_is_replaced(schema: str) -> None:
    import time

    name = f"to-be-ended-{os.getpid()}"
    engine = opened(f"{schema}&application_name={name}")
    engine.put([doc(1, "acme")])
    sql(schema, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'")
    time.sleep(1.1)  # connections that have just been used are trusted
    assert engine.count() == 1
    engine.close()


def test_indexes_of_one_schema_do_not_see_each_other(schema: str) -> None:
    one, other = opened(schema, "one"), opened(schema, "other")
    one.put([doc(1, "acme")])
    other.put([doc(2, "acme")])
    assert (found(one, "acme"), found(other, "acme")) == (["test:0001"], ["test:0002"])
    one.close()
    other.close()


def test_a_user_who_may_only_read_can_search(schema: str, engine: SearchEngine) -> None:
    engine.put([doc(1, "acme")])
    address = f"{schema}%20-cdefault_transaction_read_only%3Don"
    reader = opened(address)
    assert found(reader, "acme") == ["test:0001"]
    reader.close()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://nobody:s3cr3tpw@127.0.0.1:1/none", "does not answer"),
        ("postgresql://postgres:s3cr3tpw@127.0.0.1:5432/there-is-no-such-database", "does not answer"),
    ],
)
def test_a_server_that_cannot_be_used_is_told_without_the_password(server: str, address: str, told: str) -> None:
    with pytest.raises(SearchError, match=told) as caught:
        opened(address)
    assert "s3cr3tpw" not in str(caught.value)


def test_a_schema_that_is_not_there_is_told(server: str) -> None:
    sign = "&" if "?" in server else "?"
    with pytest.raises(SearchError, match="no schema"):
        opened(f"{server}{sign}options=-csearch_path%3Dno_such_schema")
