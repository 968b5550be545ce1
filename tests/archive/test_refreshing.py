"""Which mentions are asked for again, and what is saved of what platforms say then: on both databases."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from archive_samples import NOW, mention, save

from hubbub.archive import open_archive
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.deciding import Intent, decide
from hubbub.core.values import Mention

HOUR = timedelta(hours=1)


def new(said: Mention, hours: int | None) -> Intent:
    return replace(decide(None, said, seen=NOW), refresh_at=None if hours is None else NOW + hours * HOUR)


def due(archive: SqlArchive, hours: int, limit: int = 10) -> list[str]:
    return [each.ref for each in archive.due_for_refresh(NOW + hours * HOUR, limit)]


def test_a_new_mention_is_asked_for_at_its_first_time(archive: SqlArchive) -> None:
    archive.save("forum", [new(mention("1"), 3), new(mention("2"), 1), new(mention("3"), None)], None, NOW)
    assert (due(archive, 0), due(archive, 1), due(archive, 3)) == ([], ["rss:2"], ["rss:2", "rss:1"])


def test_meeting_it_again_leaves_the_time_as_it_is(archive: SqlArchive) -> None:
    archive.save("forum", [new(mention("1"), 1)], None, NOW)
    save(archive, mention("1"), mention("1", text="Acme, editado"), source="forum")
    archive.mark_deleted(["rss:1"], NOW)
    assert due(archive, 1) == ["rss:1"]


def test_no_source_keeps_the_others_from_their_turn(archive: SqlArchive) -> None:
    archive.save("busy", [new(mention(f"b{n}"), 0) for n in range(5)], None, NOW)
    archive.save("calm", [new(mention("c"), 2)], None, NOW)
    assert due(archive, 2, limit=2) == ["rss:b0", "rss:b1", "rss:c"]
    assert [each.sources for each in archive.due_for_refresh(NOW + 2 * HOUR, 1)] == [("busy",), ("calm",)]


def test_what_platforms_say_is_saved_as_a_whole(archive: SqlArchive) -> None:
    archive.save("forum", [new(mention(str(n), likes=1), 1) for n in range(4)], {"page": 2}, NOW)
    later = NOW + HOUR
    said = [mention("1", likes=9, counted=later), mention("2", text="Acme, επεξεργασμένο")]
    intents = [decide(archive.known([each])[each.ref], each, seen=later) for each in said]
    again = {"rss:1": NOW + 24 * HOUR, "rss:2": None, "rss:3": None}
    archive.save_refreshed(intents, ["rss:3"], again, later)
    assert [counts.likes for counts in archive.engagement("rss:1")] == [1, 9]
    assert [version.number for version in archive.versions("rss:2")] == [1, 2]
    records = archive.records(["rss:1", "rss:2", "rss:3"])
    assert [record.deleted for record in records] == [False, False, True]
    assert {record.sources for record in records} == {("forum",)}
    assert (due(archive, 23), due(archive, 24)) == (["rss:0"], ["rss:0", "rss:1"])
    assert archive.source_states()["forum"].cursor == {"page": 2}


def test_what_has_been_removed_meanwhile_does_not_come_back(archive: SqlArchive) -> None:
    archive.save("forum", [new(mention("1"), 1)], None, NOW)
    intent = decide(archive.known([mention("1")])["rss:1"], mention("1", likes=3), seen=NOW)
    archive.purge(["rss:1"])
    archive.save_refreshed([intent], ["rss:1"], {"rss:1": NOW}, NOW)
    assert (archive.count(), due(archive, 9)) == (0, [])


def test_after_an_import_nothing_is_asked_for(archive: SqlArchive, tmp_path: Path) -> None:
    archive.save("forum", [new(mention("1"), 1)], None, NOW)
    with closing(open_archive(tmp_path / "new.db")) as fresh:
        fresh.load(archive.dump())
        assert fresh.count() == 1
        assert due(fresh, 9) == []
