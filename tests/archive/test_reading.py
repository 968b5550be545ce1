from __future__ import annotations

from datetime import timedelta

from archive_samples import NOW, mention, person, save, topic

from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.documents import document
from hubbub.core.values import Author, Health, Label, Media, MentionKind, Quota, SourceState, TriageState

HOUR = timedelta(hours=1)


def test_records_come_in_the_order_asked_for(archive: SqlArchive) -> None:
    save(archive, mention("1"), mention("2"), mention("3"))
    found = archive.records(["rss:3", "rss:nothing", "rss:1", "rss:3"])
    assert [record.ref for record in found] == ["rss:3", "rss:1", "rss:3"]
    assert archive.records([]) == []
    assert archive.get("rss:nothing") is None


def test_documents_are_those_of_the_records(archive: SqlArchive) -> None:
    image = Media(url="https://press.example/i.jpg", kind="image", alt="the phone")
    save(
        archive,
        mention("1", author=person(followers=7), likes=4, media=(image,), lang="es-MX", raw={"a": 1}),
        mention("2", url="", text="see https://acme.example", author=Author(platform="rss", key="x", name="Ana")),
        mention("3", published=None, url="no address", author=Author(platform="rss", key="y", handle="y")),
        mention("4", kind=MentionKind.COMMENT, parent="rss:1", thread="rss:1"),
        labels=[
            (topic("acme"), topic("globex"), Label(name="sentiment", value="negative", by="s", score=0.5)),
            (Label(name="sentiment:acme", value="positive", by="s"), Label(name="type", value="praise", by="t")),
            (),
            (Label(name="muted", value="word 1", by="mutes"),),
        ],
    )
    save(archive, mention("2", text="Edited, and by nobody"), mention("4", likes=0), source="other")
    archive.set_tags({"rss:1": ["β", "a"]})
    archive.set_state({"rss:3": TriageState.KEPT})
    archive.set_label("rss:1", "lang", Label(name="lang", value="en", by="you"))
    archive.mark_deleted(["rss:3"], NOW)
    refs = [f"rss:{number}" for number in (4, 1, 9, 3, 2)]
    assert archive.documents(refs) == list(map(document, archive.records(refs)))
    assert [doc.ref for doc in archive.documents(refs)] == ["rss:4", "rss:1", "rss:3", "rss:2"]


def test_a_walk_meets_everything_once_though_others_write(archive: SqlArchive) -> None:
    save(archive, *[mention(str(n)) for n in range(25)])
    met: list[str] = []
    for number, piece in enumerate(archive.walk(10)):
        met += [record.ref for record in piece]
        save(archive, mention("1", text=f"Edited {number}"))
        if number == 0:
            save(archive, mention("late"))
    assert sorted(met) == sorted([*(f"rss:{n}" for n in range(25)), "rss:late"])


def test_counts_by_every_field(archive: SqlArchive) -> None:
    romanian = Label(name="lang", value="ro", by="language")
    save(archive, mention("1", lang="en"), labels=(topic("Acme"), romanian))
    save(
        archive, mention("2", lang="en"), mention("3", platform="forum"), source="forum", labels=(topic("Acme"), topic("Rival"))
    )
    archive.set_state({"rss:1": TriageState.DONE})
    assert archive.count() == 3
    assert archive.counts("state") == {"new": 2, "done": 1}
    assert archive.counts("topic") == {"Acme": 3, "Rival": 2}
    assert archive.counts("source") == {"forum": 2, "press": 1}
    assert archive.counts("lang") == {"en": 1, "ro": 1, "unknown": 1}
    assert archive.counts("platform") == {"rss": 2, "forum": 1}


def test_a_conversation_by_thread_and_from_answer_to_answer(archive: SqlArchive) -> None:
    save(
        archive,
        mention("root", published=NOW - 9 * HOUR),
        mention("answer", parent="rss:root", thread="rss:root", published=NOW - 8 * HOUR),
        mention("deep", parent="rss:answer", published=NOW - 7 * HOUR),
        mention("deeper", parent="rss:deep", published=NOW - 6 * HOUR),
        mention("aside", thread="rss:root", published=NOW - 5 * HOUR),
        mention("stranger"),
    )
    whole = ["rss:root", "rss:answer", "rss:deep", "rss:deeper", "rss:aside"]
    for start in whole:
        assert [record.ref for record in archive.thread(start)] == whole, start
    assert [record.ref for record in archive.thread("rss:stranger")] == ["rss:stranger"]
    assert archive.thread("rss:nothing") == []


def test_a_conversation_whose_beginning_we_never_met(archive: SqlArchive) -> None:
    save(archive, mention("a", thread="rss:gone"), mention("b", thread="rss:gone"))
    assert [record.ref for record in archive.thread("rss:b")] == ["rss:a", "rss:b"]


def test_answers_in_a_circle_end(archive: SqlArchive) -> None:
    save(archive, mention("a", parent="rss:b"), mention("b", parent="rss:a"), mention("self", parent="rss:self"))
    assert [record.ref for record in archive.thread("rss:a")] == ["rss:a", "rss:b"]
    assert [record.ref for record in archive.thread("rss:self")] == ["rss:self"]


def test_what_is_known_of_fetched_mentions(archive: SqlArchive) -> None:
    save(archive, mention("1", likes=3, author=person()), source="b")
    save(archive, mention("1", likes=3), source="a")
    known = archive.known([mention("1"), mention("2")])
    assert set(known) == {"rss:1"}
    assert known["rss:1"].sources == {"a", "b"}
    assert (known["rss:1"].version, known["rss:1"].engagement) == (1, mention(likes=3).engagement)


def test_of_two_records_with_one_address_the_first_is_meant(archive: SqlArchive) -> None:
    save(archive, mention("1", title="One"), mention("2", url="https://press.example/1", title="Two"))
    save(archive, mention("2", url="https://press.example/1", title="One"))
    assert archive.known([mention("3", url="https://press.example/1", title="One")])["rss:3"].ref == "rss:1"


def test_source_states_and_cursors_move_apart(archive: SqlArchive) -> None:
    state = SourceState(
        id="press",
        cursor={"ignored": 1},
        health=Health.LIMITED,
        message="wait",
        last_run=NOW,
        next_run=NOW + HOUR,
        failures=2,
        found=99,
        quota=Quota(left=7, limit=60, resets=NOW + HOUR, unit="mediciones"),
        last_new=NOW - HOUR,
        arrivals=3,
        gap=5400.5,
    )
    archive.save_source_state(state)
    assert archive.source_states()["press"].cursor is None
    save(archive, mention(), cursor={"at": "Ω"})
    archive.save_source_state(state)
    kept = archive.source_states()["press"]
    assert (kept.cursor, kept.found, kept.health, kept.message) == ({"at": "Ω"}, 1, Health.LIMITED, "wait")
    assert (kept.last_run, kept.last_success, kept.next_run, kept.failures) == (NOW, None, NOW + HOUR, 2)
    archive.forget_source("press")
    assert archive.source_states() == {}
    assert archive.count() == 1
