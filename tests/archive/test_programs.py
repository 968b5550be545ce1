"""Several programs on one archive at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

from archive_samples import NOW, mention, person, save, topic

from hubbub.archive import open_archive
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.archive.sqlitefile import SqliteFile
from hubbub.core.deciding import decide
from hubbub.core.values import TriageState

SAVER = """
import sys
sys.path.insert(0, sys.argv[3])
from archive_samples import NOW, mention, person, topic
from hubbub.archive import open_archive
from hubbub.core.deciding import decide
archive = open_archive(sys.argv[1])
for batch in range(8):
    said = [mention(str(n), author=person(f"a{n % 3}", followers=n), likes=n) for n in range(batch * 10, batch * 10 + 20)]
    # Decided from nothing on purpose: as if no one else had saved any of them.
    archive.save(sys.argv[2], [decide(None, each, seen=NOW, labels=(topic("acme"),)) for each in said], batch, NOW)
archive.close()
"""


def test_two_programs_save_the_same_new_mentions(url: str | Path) -> None:
    """Both begin with an archive that is not there yet."""
    tests = str(Path(__file__).parent.parent)
    programs = [
        subprocess.Popen([sys.executable, "-c", SAVER, str(url), name, tests], stderr=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    assert [(program.communicate()[1], program.returncode) for program in programs] == [("", 0), ("", 0)]
    archive = open_archive(url)
    assert archive.count() == 90
    assert {record.sources for piece in archive.walk() for record in piece} == {("one", "two")}
    assert {record.version for piece in archive.walk() for record in piece} == {1}
    assert {state.cursor for state in archive.source_states().values()} == {7}
    assert archive.check() == []
    archive.close()


def test_threads_share_one_archive(archive: SqlArchive) -> None:
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(6):
                said = [mention(f"{number}.{step}.{n}", author=person("ana")) for n in range(3)]
                archive.save(f"s{number}", [decide(None, each, seen=NOW, labels=(topic("acme"),)) for each in said], step, NOW)
                archive.set_state({said[0].ref: TriageState.KEPT})
                assert len(archive.records([each.ref for each in said])) == 3
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert (archive.count(), archive.counts("topic"), archive.counts("state")) == (108, {"acme": 108}, {"new": 72, "kept": 36})


def test_what_one_saves_the_other_sees_at_once(archive: SqlArchive, url: str | Path) -> None:
    other = open_archive(url)
    save(other, mention("1"))
    assert archive.count() == 1
    save(archive, mention("1", text="Edited"))
    assert [version.number for version in other.versions("rss:1")] == [1, 2]
    other.close()


def test_a_new_file_is_made_by_many_at_once(tmp_path: Path) -> None:
    """SQLite refuses, without waiting, one of two that change the mode of a file at the same time; about 3 in 100 rounds."""
    problems: list[BaseException] = []
    for round in range(100):
        gate = threading.Barrier(8)

        def make(path: Path = tmp_path / f"{round}.db", gate: threading.Barrier = gate) -> None:
            with closing(SqliteFile(path)) as file:
                gate.wait()
                try:
                    file.write_ahead()
                except BaseException as error:
                    problems.append(error)

        threads = [threading.Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert problems == []
    with closing(sqlite3.connect(tmp_path / "0.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
