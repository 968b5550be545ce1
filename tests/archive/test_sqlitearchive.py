"""What is read without SQLAlchemy is what SQLAlchemy reads: the same statements, the same answers."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_samples import NOW, mention, person, save, topic
from sqlalchemy import event

from hubbub.archive import open_archive, statements
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.archive.sqlitearchive import SqliteArchive
from hubbub.core.documents import document
from hubbub.core.parsing import parse
from hubbub.core.values import Label, TriageState

EVERYTHING, SHOWN = parse("", now=NOW), parse("NOT is:muted", now=NOW)
ASKED: list[tuple[str, Callable[[SqlArchive], object]]] = [
    (statements.records(3), lambda archive: archive.records(["rss:1", "rss:2", "rss:3"])),
    (statements.documents(3), lambda archive: archive.documents(["rss:1", "rss:2", "rss:3"])),
    (statements.NEWEST, lambda archive: archive.find(EVERYTHING, limit=2)),
    (statements.NEWEST_WITHOUT, lambda archive: archive.find(SHOWN, limit=2)),
    (statements.WITH_KEYWORD, lambda archive: archive.muted()),
    (statements.COUNT, lambda archive: archive.count()),
    (statements.COUNTS, lambda archive: archive.counts("topic")),
    (statements.SOURCES, lambda archive: archive.source_states()),
    (statements.PENDING, lambda archive: archive.pending()),
    (statements.CHANGES, lambda archive: archive.changes(2)),
    (statements.INDEX_STAMP, lambda archive: archive.index_stamp()),
]
"""Each statement, and the call that it answers."""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SqliteArchive]:
    """An archive with mentions of all sorts, in several languages, edited, judged, tagged and counted."""
    opened = open_archive(tmp_path / "archive.db")
    assert isinstance(opened, SqliteArchive)
    save(
        opened,
        mention("1", text="Bateria se apagă", title="Știre", author=person(followers=3), likes=4, raw={"a": [1, "é", None]}),
        mention("2", text="η μπαταρία", url="https://press.example/2", raw={"long": "ñ" * 9000}),
        mention("3", text="never again \U0001f600", author=person(), parent="rss:1"),
        labels=(topic("acme"),),
        cursor={"page": 2},
    )
    save(opened, mention("1", text="Bateria nu se mai apagă", title="Știre", author=person(followers=5), likes=9), at=NOW)
    opened.set_state({"rss:2": TriageState.KEPT})
    opened.set_tags({"rss:2": ["β", "a"]})
    opened.set_notes("rss:3", "ask Ana")
    opened.set_label("rss:3", "lang", Label(name="lang", value="en", by="you"))
    opened.mark_deleted(["rss:3"], NOW)
    opened.relabel({"rss:3": (Label(name="muted", value="word:never", by="mutes"),)}, "mutes")
    opened.set_index_stamp("abc")
    yield opened
    opened.close()


def whole(archive: SqliteArchive) -> SqlArchive:
    """The same archive, asked through SQLAlchemy."""
    return archive._whole


@pytest.mark.parametrize(("statement", "ask"), ASKED, ids=[statement[:60] for statement, _ in ASKED])
def test_the_statement_is_the_one_that_sqlalchemy_makes(
    archive: SqliteArchive, statement: str, ask: Callable[[SqlArchive], object]
) -> None:
    made: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, text: str, values: Any, context: Any, many: bool) -> None:
        made.append((text, values))

    event.listen(whole(archive)._db.engine, "before_cursor_execute", note)
    ask(whole(archive))
    text, values = made[-1]
    with archive._file.read() as connection:
        theirs = connection.execute(f"EXPLAIN {text}", values).fetchall()
        ours = connection.execute(f"EXPLAIN {statement}", values).fetchall()
    assert len(theirs) > 5
    assert ours == theirs


@pytest.mark.parametrize(("statement", "ask"), ASKED, ids=[statement[:60] for statement, _ in ASKED])
def test_the_answer_is_the_same(archive: SqliteArchive, statement: str, ask: Callable[[SqlArchive], object]) -> None:
    answer = ask(archive)
    assert answer
    assert answer == ask(whole(archive))


def test_more_refs_than_a_statement_takes_some_unknown_some_twice(archive: SqliteArchive) -> None:
    refs = [*(f"rss:no{n}" for n in range(2000)), "rss:2", "rss:1", "rss:2", "rss:\x001"]
    assert [record.ref for record in archive.records(refs)] == ["rss:2", "rss:1", "rss:2", "rss:1"]
    assert archive.records(refs) == whole(archive).records(refs)
    assert archive.documents(refs) == whole(archive).documents(refs) == list(map(document, archive.records(refs)))


def test_pages_of_everything_go_on_where_the_first_ends(archive: SqliteArchive) -> None:
    first = archive.find(EVERYTHING, limit=2)
    rest = archive.find(EVERYTHING, limit=2, after=first.next)
    assert (first.total, rest.next) == (3, None)
    assert {hit.ref for hit in (*first.hits, *rest.hits)} == {"rss:1", "rss:2", "rss:3"}


def test_what_another_program_saved_is_seen_at_once(archive: SqliteArchive) -> None:
    other = open_archive(archive.place)
    save(other, mention("4"))
    other.close()
    assert (archive.count(), [r.ref for r in archive.records(["rss:4"])]) == (4, ["rss:4"])


def test_reading_imports_no_sqlalchemy(archive: SqliteArchive) -> None:
    script = (
        "import sys; from hubbub.archive import open_archive; a = open_archive(sys.argv[1]);"
        "print(len(a.records(['rss:1'])), a.pending(), a.index_stamp(), a.count(), a.counts('state'), len(a.source_states()));"
        "print([name for name in sys.modules if name.startswith(('sqlalchemy', 'alembic'))])"
    )
    ran = subprocess.run([sys.executable, "-c", script, archive.place], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[1:] == ["[]"]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pieces_that_any_process_can_read_are_the_whole_archive_by_time(archive: SqliteArchive, size: int) -> None:
    early = NOW - timedelta(days=3)
    save(archive, mention("b", published=early), mention("a", published=early), mention("0", published=NOW - timedelta(days=1)))
    archive.purge(["rss:2"])
    pieces = [list(piece()) for piece in pickle.loads(pickle.dumps(archive.pieces(size)))]
    records = sorted((record for part in archive.walk() for record in part), key=lambda record: (record.when, record.ref))
    assert len(records) == 5
    assert [doc for piece in pieces for doc in piece] == list(map(document, records))
    assert max(map(len, pieces)) <= size


def test_an_empty_archive_has_no_pieces(tmp_path: Path) -> None:
    empty = open_archive(tmp_path / "empty.db")
    assert isinstance(empty, SqliteArchive)
    assert not empty.pieces(10)
    empty.close()
