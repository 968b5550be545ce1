from __future__ import annotations

import pytest
from archive_samples import NOW, mention, save, topic

from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.values import BY_YOU, Label, Record, TriageState


@pytest.fixture
def filled(archive: SqlArchive) -> SqlArchive:
    save(archive, mention("1"), mention("2"), labels=(topic("acme"), Label(name="lang", value="en", by="language")))
    archive.forget_changes([change.id for change in archive.changes()])
    return archive


def record(archive: SqlArchive, ref: str = "rss:1") -> Record:
    found = archive.get(ref)
    assert found is not None
    return found


def logged(archive: SqlArchive) -> list[str]:
    return [change.ref for change in archive.changes()]


def test_states_are_undone_by_what_they_give_back(filled: SqlArchive) -> None:
    before = filled.set_state({"rss:1": TriageState.KEPT, "rss:2": TriageState.NEW, "rss:nothing": TriageState.DONE})
    assert before == {"rss:1": TriageState.NEW, "rss:2": TriageState.NEW}
    assert record(filled).state is TriageState.KEPT
    assert logged(filled) == ["rss:1"]
    filled.set_state(before)
    assert record(filled).state is TriageState.NEW
    assert filled.counts("state") == {"new": 2}


def test_tags_are_a_sorted_set(filled: SqlArchive) -> None:
    assert filled.set_tags({"rss:1": ["știri", "b", "b", " a ", ""]}) == {"rss:1": ()}
    assert record(filled).tags == ("a", "b", "știri")
    assert filled.set_tags({"rss:1": []}) == {"rss:1": ("a", "b", "știri")}
    assert record(filled).tags == ()


def test_notes(filled: SqlArchive) -> None:
    assert filled.set_notes("rss:1", "Τηλεφώνησε") == ""
    assert filled.set_notes("rss:1", "") == "Τηλεφώνησε"
    assert filled.set_notes("rss:nothing", "x") == ""


def test_a_persons_label_is_set_changed_and_taken_back(filled: SqlArchive) -> None:
    spanish, greek = Label(name="lang", value="es", by=BY_YOU), Label(name="lang", value="el", by=BY_YOU)
    assert filled.set_label("rss:1", "lang", spanish) is None
    assert record(filled).lang == "es"
    assert filled.set_label("rss:1", "lang", greek) == spanish
    assert filled.set_label("rss:1", "lang", None) == greek
    assert record(filled).lang == "en"
    assert filled.set_label("rss:1", "lang", None) is None


def test_a_label_of_yours_is_yours_whatever_it_says(filled: SqlArchive) -> None:
    filled.set_label("rss:1", "sentiment", Label(name="mood", value="sad", by="robot"))
    assert record(filled).sentiment == "sad"


def test_relabelling_replaces_one_processors_labels_only(filled: SqlArchive) -> None:
    filled.set_label("rss:1", "topic", Label(name="topic", value="mine", by=BY_YOU))
    filled.relabel({"rss:1": (topic("rival"), topic("rival")), "rss:nothing": ()}, "topics")
    assert record(filled).topics == ("mine", "rival")
    assert record(filled).lang == "en"
    filled.relabel({"rss:1": ()}, "topics")
    assert record(filled).topics == ("mine",)


def test_deleted_at_the_source_is_a_flag(filled: SqlArchive) -> None:
    filled.mark_deleted(["rss:1", "rss:nothing"], NOW)
    assert (record(filled).deleted, record(filled).mention.text) == (True, mention("1").text)
    assert not record(filled, "rss:2").deleted
    assert logged(filled) == ["rss:1"]


def test_nothing_done_is_nothing_logged(filled: SqlArchive) -> None:
    filled.set_state({"rss:1": TriageState.NEW})
    filled.set_tags({"rss:1": []})
    filled.set_notes("rss:1", "")
    filled.mark_deleted([], NOW)
    assert logged(filled) == []
