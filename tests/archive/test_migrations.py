from __future__ import annotations

import re
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from archive_samples import NOW, mention, save
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hubbub.archive import open_archive
from hubbub.archive.database import Database
from hubbub.archive.migrating import migrate, run, run_on, script
from hubbub.archive.opening import HEAD, prepare, revision
from hubbub.archive.rows import packed
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.archive.tables import metadata
from hubbub.core.documents import document
from hubbub.core.errors import ArchiveTooNew
from hubbub.core.parsing import parse
from hubbub.core.serial import to_json
from hubbub.core.sharing import Sharing
from hubbub.core.values import Story


def revisions() -> list[str]:
    """All of them, the oldest first."""
    return [found.revision for found in script().walk_revisions()][::-1]


def shape(database: Database) -> object:
    """What a database has, in its own words."""
    with database.read() as connection:
        if database.path:
            found = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql <> ''"
            rows = connection.exec_driver_sql(found)
            return {name: re.sub(r"\s+", " ", sql) for name, sql in rows}
        columns = connection.exec_driver_sql(
            "SELECT table_name, column_name, data_type, collation_name, is_nullable, is_identity,"
            " regexp_replace(column_default, '''.*?\\.', '') FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name NOT LIKE 'alembic%%'"
        )
        indexes = connection.exec_driver_sql(
            "SELECT indexname, replace(indexdef, current_schema() || '.', '') FROM pg_indexes"
            " WHERE schemaname = current_schema() AND indexname NOT LIKE 'alembic%%'"
        )
        keys = connection.exec_driver_sql(
            "SELECT constraint_name, constraint_type, table_name FROM information_schema.table_constraints"
            " WHERE table_schema = current_schema() AND constraint_type <> 'CHECK' AND table_name NOT LIKE 'alembic%%'"
        )
        return {tuple(row) for rows in (columns, indexes, keys) for row in rows}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.server)])
def two_places(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Database, Database]:
    """A database that is empty, and one that an archive was created in. On PostgreSQL one after the other."""
    if request.param == "sqlite":
        return Database(tmp_path / "migrated.db"), Database(tmp_path / "created.db")
    address = request.getfixturevalue("schema")
    return Database(address), Database(address)


def test_migrating_from_nothing_and_creating_make_the_same(two_places: tuple[Database, Database]) -> None:
    migrated, created = two_places
    for step in revisions():
        run(migrated, step)
    by_steps = shape(migrated)
    if migrated.path is None:
        with migrated.write() as connection:
            metadata.drop_all(connection)
            connection.exec_driver_sql("DROP TABLE alembic_version")
    prepare(created, lambda: NOW)
    assert shape(created) == by_steps
    assert revision(created) == revisions()[-1]
    migrated.close()
    created.close()


def test_the_newest_migration_is_the_one_that_we_open() -> None:
    assert revisions()[-1] == HEAD
    assert script().get_heads() == [HEAD]


def test_every_migration_says_what_it_does_and_follows_one_other() -> None:
    for found in script().walk_revisions():
        assert found.doc
        assert not isinstance(found.down_revision, tuple)


# An archive as the first version wrote it: an edited mention with a picture, one without an address, an author, a story's row.
FIRST = (
    "INSERT INTO meta VALUES ('id', 'first'), ('index', 'an index of old')",
    "INSERT INTO authors (id, platform, key, handle, name, metrics, at) VALUES (1, 'rss', 'ana', 'ana', 'Ana Ștefan', '{}', 5)",
    'INSERT INTO mentions (id, ref, platform, kind, lang, author_id, "when", first_seen, last_seen, version, digest, state,'
    " sources, labels, tags) VALUES"
    " (1, 'rss:1', 'rss', 'post', 'ro', 1, 1000000, 2000000, 3000000, 2, 'd1', 'kept', '[\"press\"]',"
    ' \'[{"name":"topic","value":"Știri","by":"topics"}]\', \'["de citit"]\'),'
    " (2, 'rss:2', 'rss', 'comment', '', NULL, 2000000, 2000000, 2000000, 1, 'd2', 'new', '[\"press\"]', '[]', '[]')",
    "INSERT INTO versions (mention_id, number, seen, url, title, text, kind, lang, media) VALUES"
    " (1, 1, 2000000, 'https://old.example/1', 'Un telefon', 'Vezi https://acme.example', 'post', 'ro', '[]'),"
    " (1, 2, 3000000, 'https://Blog.Bücher.example:8080/1', 'Un telefon', 'Două zile', 'post', 'ro',"
    ' \'[{"kind":"video","url":"https://a.example/v"},{"kind":"image","url":"https://a.example/i"}]\'),'
    " (2, 1, 2000000, 'https://[broken/', '', 'Δείτε HTTP://acme.example/α', 'comment', '', '[]')",
    "INSERT INTO stories VALUES ('s1', 'unu', 'Unu', 'draft', 0, 0, 4000000, 4000000, 1)",
    "INSERT INTO keywords VALUES (1, 'status', 'new', 'new', 7)",
    "INSERT INTO keyword_mentions VALUES (1, 2000000, 2)",
)


def first_archive(place: str | Path) -> None:
    database = Database(place)
    run(database, "0001")
    with database.write() as connection:
        for statement in FIRST:
            connection.exec_driver_sql(statement)
        step = "INSERT INTO revisions (story_id, number, at, note, body) VALUES ('s1', 1, 4000000, 'begun', :body)"
        story = Story(id="s1", slug="unu", title="Unu", created=NOW)
        connection.execute(text(step), {"body": packed(to_json(story))})
    database.close()


def found(archive: SqlArchive, text: str) -> list[str]:
    return [hit.ref for hit in archive.find(parse(text, now=NOW)).hits]


def test_the_first_archive_becomes_one_of_today(url: str | Path) -> None:
    first_archive(url)
    archive = open_archive(url)
    assert archive.check() == []
    assert archive.index_stamp() == ""
    records = next(archive.walk())
    assert [(r.ref, r.version, r.mention.text, r.tags, r.copies) for r in records] == [
        ("rss:1", 2, "Două zile", ("de citit",), 0),
        ("rss:2", 1, "Δείτε HTTP://acme.example/α", (), 0),
    ]
    assert found(archive, "has:media") == found(archive, "has:video has:image") == ["rss:1"]
    assert found(archive, "has:link") == ["rss:2"]
    assert found(archive, "domain:bucher.example") == found(archive, "domain:blog.bücher.example") == ["rss:1"]
    assert found(archive, "domain:old.example") == []
    assert found(archive, "topic:stiri status:kept") == ["rss:1"]
    assert archive.counts("state") == {"kept": 1, "new": 1}
    assert (archive.story("unu").note, archive.story("unu").by, archive.sharing("s1")) == ("begun", "", Sharing())
    assert archive.add_comment("s1", block="", answers=None, by="ana", text="Ce e asta?", at=NOW).id == 1
    for root in ("has:media", "has:link", "domain:example"):
        matching = [r.ref for r in records[::-1] if parse(root, now=NOW).matches(document(r))]
        assert found(archive, root) == matching
    archive.close()


def test_a_migration_that_is_stopped_leaves_the_old_archive_and_can_be_begun_again(url: str | Path) -> None:
    first_archive(url)
    database = Database(url)
    with suppress(ZeroDivisionError), database.write() as connection:
        run_on(connection)
        assert connection.exec_driver_sql("SELECT has FROM mentions WHERE id = 1").scalar() == "media image video"
        raise ZeroDivisionError
    assert revision(database) == "0001"
    with database.read() as connection, pytest.raises(DBAPIError):
        connection.exec_driver_sql("SELECT has FROM mentions")
    database.close()
    archive = open_archive(url)
    assert found(archive, "has:media") == ["rss:1"]
    archive.close()


def test_a_migration_tells_how_far_it_is(url: str | Path) -> None:
    first_archive(url)
    heard: list[tuple[int, int, str]] = []
    open_archive(url, migrating=lambda *told: heard.append(told)).close()
    assert heard == [(2, 2, "what is in them"), (2, 2, "whom they speak to"), (2, 2, "filters")]
    heard.clear()
    open_archive(url, migrating=lambda *told: heard.append(told)).close()
    assert heard == []


def test_a_backup_is_made_before(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    archive = open_archive(path)
    save(archive, mention("1"))
    database = Database(path)
    migrate(database, HEAD, NOW)
    database.close()
    kept = tmp_path / f"archive.db.backup-{HEAD}-20260614T091200Z"
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT ref FROM mentions").fetchall() == [("rss:1",)]
    assert archive.count() == 1
    archive.close()


def test_a_revision_that_is_not_ours_is_not_migrated(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    open_archive(path).close()
    database = Database(path)
    with pytest.raises(ArchiveTooNew, match="from-the-future"):
        migrate(database, "from-the-future", NOW)
    database.close()
    assert [file.name for file in tmp_path.iterdir()] == ["archive.db"]
