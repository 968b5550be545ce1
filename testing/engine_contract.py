"""The contract of search engines as a suite: subclass :class:`SearchEngineContract` and say how yours is opened."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ..core.contracts import SearchEngine
from ..core.parsing import parse
from .engine_facets import CountingContract
from .engine_orders import OrderingContract
from .engine_samples import START, doc, found, ref, refs
from .engine_words import FindingContract

__all__ = ["SearchEngineContract", "doc", "found", "ref", "refs"]


class SearchEngineContract(FindingContract, OrderingContract, CountingContract):
    """What every engine must do. ``pytest`` runs the inherited tests for each subclass whose name begins with ``Test``."""

    def open(self, folder: Path) -> SearchEngine:
        """The engine under test, over its own folder; the same folder again gives what was put there."""
        raise NotImplementedError

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[SearchEngine]:
        engine = self.open(tmp_path)
        yield engine
        engine.close()

    def test_a_new_index_is_empty_and_has_no_stamp(self, engine: SearchEngine) -> None:
        assert engine.count() == 0
        assert engine.stamp() == ""
        assert engine.search(parse("anything")).total == 0

    def test_what_was_put_is_found_at_once(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "the Acme phone"), doc(2, "another thing")])
        assert found(engine, "acme") == ["test:0001"]
        assert engine.count() == 2

    def test_putting_again_changes_nothing(self, engine: SearchEngine) -> None:
        for _ in range(3):
            engine.put([doc(1, "acme"), doc(2, "acme")])
        assert engine.count() == 2
        assert found(engine, "acme") == ["test:0002", "test:0001"]

    def test_the_last_of_equal_refs_in_one_call_counts(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "first"), doc(1, "second")])
        assert engine.count() == 1
        assert found(engine, "first") == []
        assert found(engine, "second") == ["test:0001"]

    def test_a_document_is_replaced_whole(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "old words", likes=5, tags=("gone",))])
        engine.put([doc(1, "new words")])
        assert found(engine, "old") == []
        assert found(engine, "tag:gone") == []
        assert found(engine, "likes:>=0") == []
        assert found(engine, "new") == ["test:0001"]

    def test_dropping_is_idempotent_and_knows_no_strangers(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "acme"), doc(2, "acme")])
        for _ in range(2):
            engine.drop(["test:0001", "test:unknown"])
        assert found(engine, "acme") == ["test:0002"]
        assert engine.count() == 1

    def test_nothing_to_put_or_drop_is_fine(self, engine: SearchEngine) -> None:
        engine.put([])
        engine.drop([])
        assert engine.count() == 0

    def test_words_fields_and_numbers(self, engine: SearchEngine) -> None:
        engine.put(
            [
                doc(1, "o telefón", title="Știri Acme", author="@ana Ana Pop", lang="ro", likes=3, sources=("press", "blog")),
                doc(2, "το κινητό της ACME", author="@nikos", lang="el", followers=100, topics=("Acme watch",)),
                doc(3, "Coca-Cola #AcmePhone 日本語", labels=("angry", "tone=angry"), tags=("Später",), status="kept"),
            ]
        )
        for text, expected in {
            "acme": [2, 1], "title:stiri": [1], "ΤΗΣ": [2], "author:@ana": [1], "author:pop": [1], "#acmephone": [3],
            '"coca cola"': [3], "本": [3], "日本": [3], "acm*": [3, 2, 1], "kinito~2": [], "telefan~1": [1], "lang:RO": [1],
            "lang:ro,el": [2, 1], "topic:\"acme WATCH\"": [2], "tag:spater": [3], "label:tone=angry": [3], "status:kept": [3],
            "source:press": [1], "source:blo*": [1], "likes:3": [1], "likes:>3": [], "followers:[50 to]": [2], "NOT acme": [3],
            "NOT lang:ro": [3, 2], "acme NOT title:acme": [2], "published:>2026-03-01": [], "published:2026-03-01": [3, 2, 1],
            '"stiri acme telefon"': [], '"acme telefon"~50': [], "*": [3, 2, 1],
        }.items():  # fmt: skip
            assert found(engine, text) == [f"test:{number:04d}" for number in expected], text

    def test_no_phrase_runs_from_the_title_into_the_text(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "two three", title="one"), doc(2, "one two three")])
        assert found(engine, '"one two"') == ["test:0002"]
        assert found(engine, '"one three"~50') == ["test:0002"]

    def test_hostile_documents_do_no_harm(self, engine: SearchEngine) -> None:
        engine.put(
            [
                doc(1, "a" * 1_000_000 + " tail"),
                doc(2, "\x1b[31mred\x1b[0m \u202eacme\u202c \0 end"),
                doc(3, "\ud800 lone", title="\udfff", author="@\ud800x"),
                doc(4, "", title="", author="", kind="", platform=""),
                doc(5, "word " * 50_000),
                doc(6, "e" + "\u0301" * 10_000, tags=("\ud800", "a\0b", "  "), labels=("x" * 5_000,)),
            ]
        )
        assert engine.count() == 6
        assert found(engine, "tail") == ["test:0001"]
        assert found(engine, "a" * 300) == ["test:0001"]
        assert found(engine, "acme") == ["test:0002"]
        assert found(engine, "lone") == ["test:0003"]
        assert found(engine, "word") == ["test:0005"]
        assert found(engine, "e") == ["test:0006"]

    def test_a_phrase_may_be_as_long_as_a_query(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "word " * 1_900), doc(2, "word " * 1_800)])
        assert found(engine, f'"{"word " * 1_900}"') == ["test:0001"]

    def test_far_times_and_numbers(self, engine: SearchEngine) -> None:
        engine.put(
            [
                doc(1, "acme", when=datetime(1983, 1, 1, tzinfo=UTC), followers=0),
                doc(2, "acme", when=datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), followers=10**15),
                doc(3, "acme", when=START + timedelta(microseconds=1), likes=-3),
                doc(4, "acme", when=START),
            ]
        )
        assert found(engine, "acme") == ["test:0002", "test:0003", "test:0004", "test:0001"]
        assert found(engine, "followers:>=0") == ["test:0002", "test:0001"]
        assert found(engine, "likes:<0") == ["test:0003"]

    def test_the_stamp_is_kept_until_the_index_is_cleared(self, engine: SearchEngine) -> None:
        engine.put([doc(1, "acme")])
        engine.set_stamp("build-1")
        engine.set_stamp("build-2")
        assert engine.stamp() == "build-2"
        engine.clear()
        assert (engine.stamp(), engine.count(), found(engine, "acme")) == ("", 0, [])
        engine.put([doc(2, "acme")])
        assert found(engine, "acme") == ["test:0002"]

    def test_everything_is_there_when_it_is_opened_again(self, tmp_path: Path) -> None:
        engine = self.open(tmp_path)
        engine.put([doc(1, "acme"), doc(2, "acme")])
        engine.drop(["test:0002"])
        engine.set_stamp("build")
        engine.close()
        again = self.open(tmp_path)
        assert (found(again, "acme"), again.count(), again.stamp()) == (["test:0001"], 1, "build")
        again.close()

    def test_another_reader_sees_what_was_put(self, tmp_path: Path) -> None:
        writer, reader = self.open(tmp_path), self.open(tmp_path)
        writer.put([doc(1, "acme")])
        assert found(reader, "acme") == ["test:0001"]
        writer.drop(["test:0001"])
        writer.set_stamp("build")
        assert (found(reader, "acme"), reader.stamp()) == ([], "build")
        reader.put([doc(2, "acme")])
        assert found(writer, "acme") == ["test:0002"]
        writer.close()
        reader.close()

    def test_threads_search_while_one_puts(self, engine: SearchEngine) -> None:
        engine.put([doc(0, "acme")])
        wrong: list[object] = []
        done = threading.Event()

        def read() -> None:
            query = parse("acme")
            while not done.is_set():
                try:
                    page = engine.search(query, limit=5)
                    if not page.hits or page.total < len(page.hits):
                        wrong.append(page)
                except Exception as error:
                    wrong.append(error)

        readers = [threading.Thread(target=read) for _ in range(3)]
        for thread in readers:
            thread.start()
        for number in range(1, 15):
            engine.put([doc(number, "acme"), doc(0, "acme again")])
        done.set()
        for thread in readers:
            thread.join()
        assert wrong == []
        assert engine.search(parse("acme")).total == 15
