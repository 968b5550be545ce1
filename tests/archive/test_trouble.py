from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from archive_samples import NOW, mention, save

from hubbub.archive import open_archive
from hubbub.archive.border import translated
from hubbub.archive.database import Database
from hubbub.archive.opening import prepare
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.errors import ArchiveDamaged, ArchiveError, ArchiveFull, ArchiveLocked, ArchiveTooNew, ConfigError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A SQLite archive with one mention, closed."""
    path = tmp_path / "archive.db"
    archive = open_archive(path)
    save(archive, mention("1"))
    archive.close()
    return path


def patient(path: Path, seconds: float) -> SqlArchive:
    database = Database(path, patience=seconds)
    prepare(database, lambda: NOW)
    return SqlArchive(database)


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_a_locked_archive_can_be_read_and_says_so_when_written(file: Path) -> None:
    archive = patient(file, 0.2)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert archive.count() == 1
        with pytest.raises(ArchiveLocked, match=r"archive\.db"):
            save(archive, mention("2"))
        other.execute("ROLLBACK")
    save(archive, mention("2"))
    assert archive.count() == 2
    archive.close()


@pytest.mark.server
def test_a_locked_postgresql(schema: str) -> None:
    database, other = Database(schema, patience=0.2), open_archive(schema)
    with other._db.write(), pytest.raises(ArchiveLocked), database.write():
        pytest.fail("two write at once")
    assert other.count() == 0
    other.close()
    database.close()


def test_a_full_disk_saves_nothing_by_halves(file: Path) -> None:
    archive = patient(file, 1)
    with archive._db.engine.connect() as connection:  # every later transaction gets this connection from the pool again
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 8}")
    with pytest.raises(ArchiveFull, match="no room"):
        save(archive, *[mention(str(n), text=f"{n} " * 3000) for n in range(50)], cursor={"at": 9})
    assert (archive.count(), archive.pending(), archive.source_states()["press"].cursor) == (1, 1, None)
    assert archive.check() == []
    archive.close()
    again = open_archive(file)
    save(again, *[mention(str(n)) for n in range(50)])
    assert again.count() == 50
    again.close()


def test_a_file_cut_short(file: Path) -> None:
    save_many = open_archive(file)
    save(save_many, *[mention(str(n), text=f"{n} " * 2000) for n in range(100)])
    save_many.close()
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 3)
    with pytest.raises(ArchiveDamaged, match=r"archive\.db"), closing(open_archive(file)) as archive:
        sum(len(piece) for piece in archive.walk())


def test_pages_overwritten_are_found_by_the_check(file: Path) -> None:
    archive = open_archive(file)
    save(archive, *[mention(str(n), text=f"{n} " * 2000) for n in range(100)])
    archive.close()
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        opened.write(b"\xff" * 40_000)
    try:
        with closing(open_archive(file)) as archive:
            found = archive.check()
    except ArchiveDamaged:
        return
    assert found


@pytest.mark.parametrize("content", [b"A letter, no database. " * 100, b"SQLite format 3\x00" + bytes(2000)])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(content)
    with pytest.raises(ArchiveError):
        open_archive(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    execute(path, "CREATE TABLE recipes (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="another program"):
        open_archive(path)
    assert path.read_bytes() == before
    assert [other.name for other in tmp_path.iterdir()] == ["archive.db"]


def test_an_archive_of_a_newer_version_is_left_alone(file: Path) -> None:
    execute(file, "UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()
    with pytest.raises(ArchiveTooNew, match="9999"):
        open_archive(file)
    assert file.read_bytes() == before
    assert [other.name for other in file.parent.iterdir()] == ["archive.db"]


@pytest.mark.server
def test_so_is_a_newer_one_on_postgresql(schema: str) -> None:
    archive = open_archive(schema)
    with archive._db.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ArchiveTooNew, match="9999"):
        open_archive(schema)
    archive.close()


def test_an_archive_without_a_version(file: Path) -> None:
    execute(file, "DELETE FROM alembic_version")
    with pytest.raises(ArchiveDamaged, match="version"):
        open_archive(file)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="folder"):
        open_archive(tmp_path / "nowhere" / "archive.db")


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        open_archive(tmp_path)


@pytest.mark.parametrize(
    "url", ["mysql://user:s3cret@host/db", "sqlite://", "sqlite:///:memory:", "postgresql://user:s3cret@host:port/db"]
)
def test_addresses_that_cannot_be(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_archive(url)
    assert "s3cret" not in str(caught.value)


def test_a_server_that_does_not_answer_and_a_password_that_is_not_told() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(ArchiveError, match="does not answer") as caught:
        open_archive("postgresql://desk:s3cret@127.0.0.1:9/nothing")
    assert "s3cret" not in str(caught.value)
    assert "desk" in str(caught.value)


def test_postgresql_without_its_driver_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from hubbub.archive import open_archive\n"
        "from hubbub.core.errors import ArchiveError\n"
        "try: open_archive('postgresql://a:b@127.0.0.1/x')\n"
        "except ArchiveError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert "pip install 'hubbub[postgres]'" in said


def test_importing_and_opening_load_no_more_than_they_need(file: Path) -> None:
    code = (
        "import sys, hubbub.archive\n"
        "assert 'sqlalchemy' not in sys.modules\n"
        "hubbub.archive.open_archive(sys.argv[1]).count()\n"
        "print(*sorted({'alembic', 'psycopg', 'mako'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True).stdout == "\n"


class Refusal(Exception):
    """An error as psycopg raises it."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("the server's words.\n")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("53100", ArchiveFull),
        ("55P03", ArchiveLocked),
        ("40P01", ArchiveLocked),
        ("57P01", ArchiveError),
        ("08006", ArchiveError),
        ("XX001", ArchiveDamaged),
        ("28P01", ArchiveError),
    ],
)
def test_what_postgresql_says_becomes_ours(sqlstate: str, kind: type[ArchiveError]) -> None:
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(ArchiveError) as caught, translated("postgresql://desk@host/db"):
        raise DBAPIError("SELECT 1", None, Refusal(sqlstate))
    assert type(caught.value) is kind
    assert "postgresql://desk@host/db" in str(caught.value)


def test_no_room_for_sqlites_side_file_is_a_full_disk_too() -> None:
    cause = sqlite3.OperationalError("disk I/O error")
    cause.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    with pytest.raises(ArchiveFull, match="no room"), translated("archive.db"):
        raise cause


@pytest.mark.parametrize("mistake", [KeyError("x"), sqlite3.ProgrammingError("closed"), ValueError("ours")])
def test_our_own_mistakes_are_not_hidden(mistake: Any) -> None:
    with pytest.raises(type(mistake)), translated("archive.db"):
        raise mistake
