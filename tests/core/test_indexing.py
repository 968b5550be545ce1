from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from archive_samples import mention, save
from gates import Gated, Run

from hubbub.archive import open_archive
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.contracts import SearchEngine
from hubbub.core.documents import SearchDoc
from hubbub.core.errors import HubbubError, IndexBusy, IndexDamaged
from hubbub.core.indexing import Indexer
from hubbub.core.parsing import parse
from hubbub.core.query import Query
from hubbub.core.values import Hits, TriageState
from hubbub.testing.engines import MemoryEngine


class Shelf:
    """Where an engine's files lie: they can be damaged, and thrown away."""

    def __init__(self) -> None:
        self.engine = MemoryEngine()
        self.damaged = False
        self.thrown_away = 0

    def open(self) -> SearchEngine:
        if self.damaged:
            raise IndexDamaged("cut short")
        return self.engine

    def discard(self) -> None:
        self.damaged = False
        self.thrown_away += 1
        self.engine = MemoryEngine()


class Breaking(MemoryEngine):
    """Its files turn out to be damaged when they are searched."""

    def search(self, query: Query, **options: object) -> Hits:
        raise IndexDamaged("a page is missing")


class Packing(MemoryEngine):
    """Other processes may prepare its documents."""

    pack = staticmethod(tuple)

    def load(self, batches: Iterable[Sequence[SearchDoc]]) -> None:
        raise AssertionError("what is to be packed elsewhere was handed over as it is")

    def load_packed(self, batches: Iterable[tuple[SearchDoc, ...]]) -> None:
        for batch in batches:
            self.put(batch)


class Killed(Executor):
    """Its processes do two pieces of work and then end."""

    def __init__(self) -> None:
        self._left = 2

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self._left -= 1
        done: Future[Any] = Future()
        if self._left < 0:
            done.set_exception(HubbubError("it was killed"))
        else:
            done.set_result(fn(*args, **kwargs))
        return done


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SqlArchive]:
    opened = open_archive(tmp_path / "archive.db")
    save(opened, *[mention(str(n), text="The phone lasts") for n in range(5)])
    yield opened
    opened.close()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def indexer(archive: SqlArchive, shelf: Shelf, **options: int) -> Indexer:
    return Indexer(archive, shelf.open, shelf.discard, patience=0, **options)


def test_a_new_index_is_built_once_and_then_follows(archive: SqlArchive, shelf: Shelf) -> None:
    desk = indexer(archive, shelf, batch=2)
    told: list[int] = []
    assert desk.catch_up(told.append) == 5
    assert told == [2, 4, 5]
    assert (desk.catch_up(), archive.pending()) == (0, 0), "what the build has read is not read again"
    save(archive, mention("1", text="It broke"), mention("new"))
    assert desk.catch_up() == 2
    assert desk.search(parse("broke")).total == 1


def test_many_changes_of_one_mention_are_one(archive: SqlArchive, shelf: Shelf) -> None:
    desk = indexer(archive, shelf)
    desk.catch_up()
    for state in (TriageState.SEEN, TriageState.KEPT, TriageState.DONE):
        archive.set_state({"rss:1": state})
    assert desk.catch_up() == 1


def test_what_is_not_in_the_archive_is_dropped(archive: SqlArchive, shelf: Shelf) -> None:
    desk = indexer(archive, shelf)
    desk.catch_up()
    archive.touch(["rss:never-there"])
    assert (desk.catch_up(), shelf.engine.count(), archive.pending()) == (1, 5, 0)


def test_a_search_builds_the_index_and_says_so(archive: SqlArchive, shelf: Shelf) -> None:
    desk = indexer(archive, shelf)
    assert desk.search(parse("phone")).total == 5
    assert [message.split(";")[0] for message in desk.messages] == ["The search index was not in step with the archive"]
    assert desk.search(parse("phone")).total == 5
    assert len(desk.messages) == 1


def test_nothing_is_said_of_an_index_of_nothing(tmp_path: Path, shelf: Shelf) -> None:
    empty = open_archive(tmp_path / "empty.db")
    desk = indexer(empty, shelf)
    assert (desk.search(parse("phone")).total, desk.messages) == (0, [])
    empty.close()


def test_files_that_cannot_be_opened_are_built_again(archive: SqlArchive, shelf: Shelf) -> None:
    indexer(archive, shelf).catch_up()
    shelf.damaged = True
    desk = indexer(archive, shelf)
    assert desk.search(parse("phone")).total == 5
    assert shelf.thrown_away == 1
    assert "cut short" in desk.messages[0]


def test_damage_found_by_a_search_is_mended_once(archive: SqlArchive, shelf: Shelf) -> None:
    shelf.engine = Breaking()
    desk = indexer(archive, shelf)
    assert desk.search(parse("phone")).total == 5
    assert shelf.thrown_away == 1
    assert any("a page is missing" in message for message in desk.messages)


def test_damage_that_stays_is_raised(archive: SqlArchive) -> None:
    desk = Indexer(archive, Breaking, lambda: None, patience=0)
    with pytest.raises(IndexDamaged):
        desk.search(parse("phone"))


def test_while_another_indexes(archive: SqlArchive, shelf: Shelf) -> None:
    desk = indexer(archive, shelf)
    with archive.indexing():
        for call in (desk.catch_up, desk.rebuild, lambda: desk.search(parse("phone"))):
            with pytest.raises(IndexBusy):
                call()
        assert desk.try_to_catch_up() == 0
    assert desk.try_to_catch_up() == 5


def test_an_index_in_step_is_searched_while_another_indexes(archive: SqlArchive, shelf: Shelf) -> None:
    desk = indexer(archive, shelf)
    desk.catch_up()
    with archive.indexing():
        assert desk.search(parse("phone")).total == 5


def test_who_indexes_takes_in_what_the_others_were_sent_away_with(archive: SqlArchive, shelf: Shelf) -> None:
    indexer(archive, shelf).catch_up()
    save(archive, mention("first"))
    run: Run | None = None

    def gated() -> Indexer:
        return Indexer(Gated(archive, lambda: run), shelf.open, shelf.discard, patience=0)  # pyright: ignore[reportArgumentType]

    run = Run(gated().catch_up)
    while archive.pending():
        run.step()
    # Its last look at the log found nothing more to do, or is about to; it has the right still.
    save(archive, mention("second"))
    assert indexer(archive, shelf).try_to_catch_up() == 0
    while not run.finished:
        run.step()
    assert run.error is None
    assert (run.result, archive.pending(), shelf.engine.count()) == (2, 0, 7)


def test_other_processes_read_and_pack(archive: SqlArchive) -> None:
    engine, asked, told = Packing(), list[int](), list[int]()

    def pool(mentions: int) -> Executor:
        asked.append(mentions)
        return ThreadPoolExecutor(2)

    desk = Indexer(archive, lambda: engine, lambda: None, batch=2, pool=pool)
    assert desk.rebuild(told.append) == 5
    assert (asked, told) == ([5], [2, 4, 5])
    assert (desk.search(parse("phone")).total, desk.in_step(), archive.pending()) == (5, True, 0)


def test_processes_that_end_leave_an_index_that_the_next_search_builds(archive: SqlArchive) -> None:
    pools: list[Executor | None] = [Killed(), ThreadPoolExecutor(1)]
    engine = Packing()
    desk = Indexer(archive, lambda: engine, lambda: None, batch=1, pool=lambda mentions: pools.pop(0))
    with pytest.raises(HubbubError, match="it was killed"):
        desk.rebuild()
    assert not desk.in_step()
    assert desk.search(parse("phone")).total == 5
