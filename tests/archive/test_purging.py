from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archive_samples import NOW, mention, person, save, topic

from hubbub.archive import open_archive
from hubbub.archive.compacting import compact
from hubbub.archive.database import Database
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.deciding import decide
from hubbub.core.documents import document
from hubbub.core.duplicates import signature
from hubbub.core.errors import ArchiveFull
from hubbub.core.parsing import parse
from hubbub.core.values import Block, BlockKind, Card, FrozenCopy, Story, TriageState
from hubbub.testing.engines import MemoryEngine

TABLES = [
    "mentions",
    "versions",
    "engagements",
    "interactions",
    "authors",
    "author_metrics",
    "author_cards",
    "handles",
    "keywords",
    "keyword_mentions",
    "bands",
]
SECRET = "Geheimwort Πάροδος"


def rows(archive: SqlArchive) -> dict[str, int]:
    with archive._db.read() as connection:
        return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in TABLES}


def fill(archive: SqlArchive, *keys: str, who: str = "ana") -> None:
    for key in keys:
        said = mention(key, text=f"{SECRET} {key}", author=person(who, followers=3), likes=4)
        save(archive, said, labels=(topic("acme"), topic(f"only {key}")))
    archive.set_tags({f"rss:{key}": [f"tag {key}"] for key in keys})


def test_nothing_is_left_of_the_only_mention(archive: SqlArchive) -> None:
    fill(archive, "1")
    save(archive, mention("1", text="Edited, @ben", parent="rss:0", author=person("ana", followers=9)))
    archive.save_card("rss", "ana", Card(relation="customer", notes="private"))
    assert all(rows(archive)[name] for name in ("interactions", "handles", "author_cards"))
    assert archive.purge(["rss:1"]) == 1
    assert rows(archive) == dict.fromkeys(TABLES, 0)
    assert (archive.count(), archive.get("rss:1"), archive.versions("rss:1")) == (0, None, [])


def test_what_is_kept_of_others_stays(archive: SqlArchive) -> None:
    fill(archive, "1", "2")
    fill(archive, "3", who="ben")
    before = archive.records(["rss:2"])
    assert archive.purge(["rss:1", "rss:3"]) == 2
    assert archive.records(["rss:1", "rss:2", "rss:3"]) == before
    assert archive.counts("topic") == {"acme": 1, "only 2": 1}
    assert archive.author_series("rss", "ben") == []
    assert [author.followers for author in archive.author_series("rss", "ana")] == [3]
    assert rows(archive)["authors"] == 1


def test_unknown_refs_are_named_to_the_index_too(archive: SqlArchive) -> None:
    fill(archive, "1")
    archive.forget_changes([change.id for change in archive.changes()])
    assert archive.purge(["rss:never", "rss:1", "rss:1"]) == 1
    assert sorted(change.ref for change in archive.changes()) == ["rss:1", "rss:never"]
    assert archive.purge([]) == 0


def test_stories_keep_their_copies(archive: SqlArchive) -> None:
    fill(archive, "1")
    record = archive.records(["rss:1"])[0]
    copy = FrozenCopy(mention=record.mention, version=1, when=record.when, frozen=NOW, digest="d")
    block = Block(id="b", kind=BlockKind.MENTION, copy=copy)
    archive.save_story(Story(id="s", slug="s", title="S", created=NOW, blocks=(block,)), note="begun", expected=None, at=NOW)
    archive.purge(["rss:1"])
    quoted = archive.story("s").story.blocks[0].copy
    assert quoted
    assert quoted.mention.text == f"{SECRET} 1"


def test_totals_and_lists_agree_with_the_definition_after_a_purge(archive: SqlArchive) -> None:
    fill(archive, *map(str, range(12)))
    archive.set_state({"rss:3": TriageState.KEPT})
    archive.purge([f"rss:{n}" for n in range(0, 12, 2)])
    engine = MemoryEngine()
    engine.put([document(record) for piece in archive.walk() for record in piece])
    for text in ("", "topic:acme", "status:new", "NOT tag:ta*", "domain:press.example status:kept", "topic:only*"):
        asked = parse(text, now=NOW)
        assert archive.find(asked) == engine.search(asked), text


def test_a_number_that_is_used_again_brings_nothing_back(archive: SqlArchive) -> None:
    fill(archive, "1", "2")
    archive.purge(["rss:2"])
    save(archive, mention("new", text="Harmless"))
    record = archive.records(["rss:new"])[0]
    assert (record.tags, record.topics, record.mention.engagement) == ((), (), None)
    assert [version.mention.text for version in archive.versions("rss:new")] == ["Harmless"]


def test_the_next_oldest_becomes_the_first_of_its_group(archive: SqlArchive) -> None:
    said = "The new Acme phone lasts two days on one charge, says every paper in town."
    copies = [decide(None, mention(str(n), text=said), seen=NOW) for n in range(4)]
    archive.save("press", [replace(one, signature=signature("", said)) for one in copies], None, NOW)
    archive.purge(["rss:0", "rss:2"])
    assert [record.ref for record in archive.group("rss:3")] == ["rss:1", "rss:3"]
    assert [(record.copy_of, record.copies) for record in archive.records(["rss:1", "rss:3"])] == [("", 1), ("rss:1", 0)]
    archive.purge(["rss:1", "rss:3"])
    assert rows(archive)["bands"] == 0


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE mentions SET copy_of = 77 WHERE ref = 'rss:1'", "rss:1"),
        ("UPDATE mentions SET copies = 3 WHERE ref = 'rss:1'", "near-copies"),
    ],
)
def test_groups_that_are_not_right_are_told(tmp_path: Path, damage: str, said: str) -> None:
    archive = open_archive(tmp_path / "archive.db")
    fill(archive, "1", "2")
    with archive._db.write() as connection:
        connection.exec_driver_sql(damage)
    (problem,) = archive.check()
    assert said in problem
    archive.close()


def test_a_purge_is_whole_or_nothing(archive: SqlArchive) -> None:
    fill(archive, "1", "2")
    before = rows(archive)

    class Broken(list[str]):
        def __iter__(self):
            yield "rss:1"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.purge(Broken())
    assert rows(archive) == before


def size(path: Path) -> int:
    """Bytes on the disk."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def test_compacting_gives_space_back(archive: SqlArchive) -> None:
    old = NOW - timedelta(days=400)
    many = [mention(str(n), text=f"{n} {SECRET} " * 60, published=old) for n in range(1500)]
    save(archive, *many)
    save(archive, mention("kept"))
    archive.compact()
    before = size(archive.path) if archive.path else 0
    assert archive.purge([said.ref for said in many]) == 1500
    purged = size(archive.path) if archive.path else 0
    freed = archive.compact()
    if archive.path:  # a server frees nothing that a transaction of another program may still see
        assert freed == purged - size(archive.path)
        assert before - size(archive.path) > 1_500_000
    assert archive.count() == 1
    assert archive.records(["rss:kept"])


def test_the_words_are_gone_from_the_files(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "archive.db")
    fill(archive, *map(str, range(30)))
    save(archive, mention("kept", text="Harmless"))
    files = lambda: b"".join(path.read_bytes() for path in tmp_path.iterdir())  # noqa: E731
    assert SECRET.encode() in files()
    archive.purge([f"rss:{n}" for n in range(30)])
    archive.compact()
    assert SECRET.encode() not in files()
    assert b"tag 7" not in files()
    assert b"Harmless" in files()
    archive.close()


def test_words_are_overwritten_even_before_compacting(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    archive = open_archive(path)
    fill(archive, *map(str, range(30)))
    archive.purge([f"rss:{n}" for n in range(30)])
    archive.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert SECRET.encode() not in path.read_bytes()


def test_compacting_while_others_read(tmp_path: Path) -> None:
    archive, reader = open_archive(tmp_path / "archive.db"), open_archive(tmp_path / "archive.db")
    fill(archive, *map(str, range(5)))
    walk = reader.walk(1)
    assert [record.ref for record in next(walk)] == ["rss:0"]
    archive.compact()
    assert [record.ref for record in next(walk)] == ["rss:1"]
    assert reader.check() == []
    archive.close()
    reader.close()


def test_compacting_without_room(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    archive = open_archive(path)
    fill(archive, "1")
    database = Database(path)
    with pytest.raises(ArchiveFull, match=r"needs about .* MB in .*only 0 MB are free"):
        compact(database, free=lambda _: 0)
    database.close()
    assert archive.count() == 1
    archive.close()
