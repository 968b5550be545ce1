from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from archive_samples import mention, save

from hubbub.archive import open_archive
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.errors import IndexBusy


def test_every_save_is_logged_in_order(archive: SqlArchive) -> None:
    save(archive, mention("1"), mention("2"))
    save(archive, mention("1", text="Edited"), mention("2"))
    save(archive, mention("2"), source="another")
    assert [change.ref for change in archive.changes()] == ["rss:1", "rss:2", "rss:1", "rss:2"]
    assert (archive.pending(), len(archive.changes(3))) == (4, 3)


def test_a_number_is_never_used_again(archive: SqlArchive) -> None:
    """Else a slow program that forgets what it read yesterday would forget what was written today."""
    archive.touch(["rss:1", "rss:2"])
    old = [change.id for change in archive.changes()]
    archive.forget_changes(old)
    archive.touch(["rss:3"])
    archive.forget_changes(old)
    assert [change.ref for change in archive.changes()] == ["rss:3"]


def test_more_entries_than_one_statement_takes(archive: SqlArchive) -> None:
    archive.touch([f"rss:{n}" for n in range(2500)])
    archive.forget_changes([change.id for change in archive.changes(2400)])
    assert archive.pending() == 100


def test_the_stamp(archive: SqlArchive) -> None:
    assert archive.index_stamp() == ""
    archive.set_index_stamp("one")
    assert archive.index_stamp() == "one"
    archive.set_index_stamp("")
    assert archive.index_stamp() == ""


def test_one_at_a_time_may_index(archive: SqlArchive, url: str | Path) -> None:
    other = open_archive(url)
    with archive.indexing():
        for second in (archive, other):
            with pytest.raises(IndexBusy), second.indexing():
                pytest.fail("two have the right to index")
        save(archive, mention("1"))
    with other.indexing():
        assert other.count() == 1
    other.close()


def test_who_waits_gets_the_right_when_it_is_free(archive: SqlArchive) -> None:
    release = threading.Timer(0.3, lambda: leave.set())
    leave, entered = threading.Event(), threading.Event()

    def hold() -> None:
        with archive.indexing():
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(10)
    release.start()
    with archive.indexing(10):
        assert leave.is_set()
    holder.join()


def test_an_error_gives_the_right_back(archive: SqlArchive) -> None:
    with pytest.raises(ZeroDivisionError), archive.indexing():
        raise ZeroDivisionError
    with archive.indexing():
        assert archive.pending() == 0


def test_a_killed_program_gives_the_right_back(archive: SqlArchive, url: str | Path) -> None:
    code = (
        "import sys, time; from hubbub.archive import open_archive\n"
        "with open_archive(sys.argv[1]).indexing(): print('mine', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(url)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "mine\n"
        with pytest.raises(IndexBusy), archive.indexing():
            pytest.fail("two have the right to index")
        holder.kill()
        holder.wait()
    with archive.indexing(10):
        assert archive.pending() == 0
