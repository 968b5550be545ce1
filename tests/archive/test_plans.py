"""Ten times the archive must not cost ten times the time: what is done daily reads by an index, never a whole table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_samples import NOW, mention, person, save, topic
from sqlalchemy import event

from hubbub.archive import open_archive
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.archive.sqlitearchive import SqliteArchive
from hubbub.core.deciding import decide
from hubbub.core.duplicates import signature
from hubbub.core.parsing import parse
from hubbub.core.retention import Retention, expire
from hubbub.core.values import Label, SavedSearch, TriageState

BIG = ("mentions", "versions", "engagements", "keyword_mentions", "authors", "author_metrics", "bands")


def daily_work(archive: SqlArchive) -> None:
    """What the desk and the pipeline do all day."""
    save(
        archive,
        *[mention(str(n), author=person(followers=n), likes=n, parent="rss:0") for n in range(5)],
        labels=(topic("acme"),),
    )
    save(archive, mention("1", text="Edited", likes=9), mention("2", likes=9), at=NOW)
    archive.set_state({"rss:1": TriageState.KEPT})
    archive.set_label("rss:1", "lang", Label(name="lang", value="es", by="you"))
    archive.records(["rss:1", "rss:2"])
    archive.versions("rss:1")
    archive.engagement("rss:1")
    archive.author_series("rss", "ana")
    archive.thread("rss:1")
    archive.count()
    archive.counts("topic")
    next(archive.walk())
    for text in (
        "",
        "topic:acme",
        "status:new topic:acme",
        "source:press published:>2026-01-01",
        "published:<2020",
        "likes:>8",
        "has:link domain:press.example",
        "domain:*.example NOT has:media",
        "source:press published:<2020 NOT status:kept",
        "status:new NOT is:muted",
    ):
        for order in ("newest", "oldest", "priority"):
            found = archive.find(parse(text, now=NOW), order=order, limit=2)
            archive.find(parse(text, now=NOW), order=order, limit=2, after=found.next)
    archive.set_priorities({"rss:1": 50})
    archive.to_prioritise(NOW - timedelta(days=7), 5)
    archive.counts_of(["rss:1"])
    archive.our_posts(NOW - timedelta(days=7))
    archive.hidden([archive.add_mute("word", "x", note="", at=NOW)])
    archive.muted()
    archive.save_search(SavedSearch(name="Acme", query="acme", created=NOW, looked=NOW))
    archive.saved_searches()
    archive.delete_search("acme")
    said = "The new Acme phone lasts two days on one charge, says every paper in town."
    copies = [decide(None, mention(f"c{n}", text=said, author=person("ben", followers=n)), seen=NOW) for n in range(4)]
    archive.save("press", [replace(one, signature=signature("", said)) for one in copies], None, NOW)
    assert len(archive.group("rss:c1")) == 4
    assert archive.purge(["rss:c0", "rss:1", "rss:c2"]) == 3
    assert archive.purge(["rss:c1", "rss:c3"]) == 2
    expire(archive, Retention(keep=timedelta(days=1), sources={"press": timedelta(days=9)}), NOW + timedelta(days=5))
    save(archive, mention("asked"))
    archive.save_refreshed([], [], {"rss:asked": NOW}, NOW)
    assert [due.ref for due in archive.due_for_refresh(NOW, 9)] == ["rss:asked"]
    archive.forget_changes([change.id for change in archive.changes()])


@pytest.fixture
def statements(tmp_path: Path) -> list[tuple[str, Any]]:
    """Everything that SQLite is asked to do in a day, with the plan that it makes for it."""
    opened = open_archive(tmp_path / "archive.db")
    assert isinstance(opened, SqliteArchive)
    archive = opened._whole  # what is read without it makes the same programs: see test_sqlitearchive
    seen: dict[str, Any] = {}

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            seen[statement] = parameters[0] if many else parameters

    event.listen(archive._db.engine, "before_cursor_execute", note)
    daily_work(archive)
    event.remove(archive._db.engine, "before_cursor_execute", note)
    with archive._db.read() as connection:
        plans = [
            (statement, [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)])
            for statement, parameters in seen.items()
        ]
    opened.close()
    return plans


def test_no_big_table_is_read_whole(statements: list[tuple[str, Any]]) -> None:
    assert len(statements) > 30
    whole = [
        (step, statement)
        for statement, plan in statements
        for step in plan
        if step.startswith("SCAN") and step.split()[1] in BIG and "USING" not in step
    ]
    assert whole == []
