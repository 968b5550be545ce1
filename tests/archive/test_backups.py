from __future__ import annotations

import threading
from pathlib import Path

import pytest
from archive_samples import NOW, mention, person, save, topic

from hubbub.archive import open_archive, restore
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.archives import ArchiveReader
from hubbub.core.errors import ArchiveDamaged, ArchiveError, ArchiveTooNew
from hubbub.core.parsing import parse
from hubbub.core.values import Block, BlockKind, Health, SavedSearch, SourceState, Story, TriageState


def fill(archive: SqlArchive) -> SqlArchive:
    """Something of everything that an archive keeps."""
    for number in range(12):
        author = person(f"a{number % 4}", followers=number, at=NOW)
        save(archive, mention(str(number), author=author, likes=number), labels=(topic("Știri"),), cursor={"at": number})
    save(archive, mention("3", text="Edited"))
    archive.set_state({"rss:3": TriageState.KEPT})
    archive.set_tags({"rss:4": ["a", "b"]})
    archive.save_source_state(SourceState(id="press", health=Health.OK, message="fine", last_run=NOW))
    block = Block(id="b", kind=BlockKind.TEXT, text="Λέξεις")
    story = Story(id="s", slug="two-days", title="Two days", created=NOW, blocks=(block,))
    archive.save_story(story, note="begun", expected=None, at=NOW)
    archive.save_search(SavedSearch(name="Știri", query="topic:stiri", order="engaged", created=NOW, looked=NOW))
    archive.set_index_stamp("an index of today")
    return archive


@pytest.fixture
def filled(archive: SqlArchive) -> SqlArchive:
    return fill(archive)


def everything(archive: ArchiveReader) -> dict[str, object]:
    """All that an archive can tell, but for the stamp."""
    records = [record for piece in archive.walk() for record in piece]
    return {
        "records": records,
        "versions": [archive.versions(record.ref) for record in records],
        "engagement": [archive.engagement(record.ref) for record in records],
        "authors": [archive.author_series("rss", f"a{n}") for n in range(4)],
        "sources": archive.source_states(),
        "stories": [archive.revisions(summary.id) for summary in archive.stories()],
        "counts": {by: archive.counts(by) for by in ("state", "topic", "source", "lang", "platform")},
        "changes": archive.changes(),
        "searches": archive.saved_searches(),
        "kept": archive.find(parse("status:kept")),
        "domain": archive.find(parse("domain:press.example has:link")),
        "tagged": archive.find(parse("tag:a topic:stiri")),
    }


def test_a_backup_is_an_archive_with_everything_in_it(filled: SqlArchive, tmp_path: Path) -> None:
    to = tmp_path / "backup.db"
    filled.backup(to)
    copy = open_archive(to)
    assert everything(copy) == everything(filled)
    assert copy.check() == []
    assert (copy.index_stamp(), filled.index_stamp()) == ("", "an index of today")
    copy.close()


def test_a_backup_is_one_file(filled: SqlArchive, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    filled.backup(folder / "backup.db")
    assert [file.name for file in folder.iterdir()] == ["backup.db"]


def test_restoring_into_an_empty_place_of_the_same_kind(filled: SqlArchive, tmp_path: Path) -> None:
    filled.backup(tmp_path / "backup.db")
    restore(tmp_path / "backup.db", tmp_path / "again.db")
    again = open_archive(tmp_path / "again.db")
    assert everything(again) == everything(filled)
    assert (again.index_stamp(), again.check()) == ("", [])
    again.close()


@pytest.mark.server
def test_restoring_from_one_database_into_the_other(schema: str, tmp_path: Path) -> None:
    filled = fill(open_archive(tmp_path / "archive.db"))
    filled.backup(tmp_path / "backup.db")
    restore(tmp_path / "backup.db", schema)
    again = open_archive(schema)
    assert everything(again) == everything(filled)
    assert again.check() == []
    last = again.changes()[-1].id
    save(again, mention("after"))
    assert [change.ref for change in again.changes() if change.id > last] == ["rss:after"]
    again.close()
    filled.close()


def test_a_backup_overwrites_nothing(filled: SqlArchive, tmp_path: Path) -> None:
    to = tmp_path / "backup.db"
    to.write_text("precious")
    with pytest.raises(ArchiveError, match="exists"):
        filled.backup(to)
    with pytest.raises(ArchiveError, match="folder"):
        filled.backup(tmp_path / "nowhere" / "backup.db")
    assert to.read_text() == "precious"


def test_a_restore_overwrites_nothing(filled: SqlArchive, tmp_path: Path) -> None:
    filled.backup(tmp_path / "backup.db")
    other = open_archive(tmp_path / "other.db")
    save(other, mention("mine"))
    with pytest.raises(ArchiveError, match="not empty"):
        restore(tmp_path / "backup.db", tmp_path / "other.db")
    assert [record.ref for piece in other.walk() for record in piece] == ["rss:mine"]
    other.close()
    with pytest.raises(ArchiveError):
        restore(tmp_path / "backup.db", tmp_path / "backup.db")


def test_what_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no backup"):
        restore(tmp_path / "nothing.db", tmp_path / "archive.db")
    (tmp_path / "empty.db").touch()
    (tmp_path / "letter.db").write_bytes(b"Dear reader, " * 100)
    for name in ("empty.db", "letter.db"):
        with pytest.raises(ArchiveDamaged):
            restore(tmp_path / name, tmp_path / "archive.db")
    assert not (tmp_path / "archive.db").exists()


def test_a_backup_of_a_newer_version(tmp_path: Path) -> None:
    newer = open_archive(tmp_path / "newer.db")
    with newer._db.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    with pytest.raises(ArchiveTooNew):
        restore(tmp_path / "newer.db", tmp_path / "archive.db")


def test_a_backup_while_others_write(archive: SqlArchive, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            save(archive, *[mention(f"{number}.{n}") for n in range(5)])

    save(archive, *[mention(str(n), text=f"{n} " * 500) for n in range(200)])
    writer = threading.Thread(target=write)
    writer.start()
    try:
        archive.backup(tmp_path / "backup.db")
    finally:
        stop.set()
        writer.join()
    copy = open_archive(tmp_path / "backup.db")
    assert copy.count() >= 200
    assert copy.count() % 5 == 0
    assert copy.check() == []
    copy.close()


def test_a_backup_that_is_put_in_the_archives_place_works_as_one(archive: SqlArchive, tmp_path: Path) -> None:
    save(archive, mention("1"))
    archive.backup(tmp_path / "backup.db")
    copy, reader = open_archive(tmp_path / "backup.db"), open_archive(tmp_path / "backup.db")
    walk = reader.walk(1)
    assert [record.ref for record in next(walk)] == ["rss:1"]
    save(copy, mention("2"))
    assert [record.ref for record in next(walk)] == ["rss:2"]
    copy.close()
    reader.close()


def test_restoring_changes_nothing_of_the_backup(archive: SqlArchive, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    save(archive, mention("1"))
    archive.backup(backup)
    before = backup.read_bytes()
    backup.chmod(0o400)
    restore(backup, tmp_path / "again.db")
    assert backup.read_bytes() == before
    assert not list(tmp_path.glob("backup.db-*"))
