from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from archive_samples import NOW, TEXTS, mention, person, save, topic

from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.deciding import Intent, content_digest, decide
from hubbub.core.errors import ArchiveError
from hubbub.core.values import BY_YOU, Engagement, Label, Media, Mention, MentionKind, Span, TriageState

LATER = NOW + timedelta(days=1)


def test_what_is_saved_comes_back_equal(archive: SqlArchive) -> None:
    said = Mention(
        platform="mastodon",
        key="115@social.example",
        kind=MentionKind.VIDEO,
        url="https://social.example/@ana/115",
        title="Ștefan și Ἀθηνᾶ",
        text=TEXTS[3] + "\n" + TEXTS[5],
        author=person(followers=12, at=NOW, karma=7),
        published=NOW - timedelta(hours=3, microseconds=1),
        edited=NOW - timedelta(hours=2),
        lang="el",
        thread="mastodon:100",
        parent="mastodon:101",
        shared="mastodon:102",
        media=(Media(kind="image", url="https://social.example/a.png", alt="Un telefon", size=12), Media(kind="audio", url="")),
        engagement=Engagement(at=NOW, likes=3, shares=0, replies=None, views=10, score=-2),
        raw={"id": 115, "content": "<p>Το νέο</p>", "tags": [], "x": None, "y": 1.5, "z": {"ok": True}},
    )
    span = Span(field="text", start=3, end=9)
    labels = (topic("acme"), Label(name="lang", value="el", by="language", version="2", score=0.75, spans=(span,)))
    save(archive, said, labels=labels)

    record = archive.get(said.ref)

    assert record is not None
    assert record.mention == said
    assert record.labels == labels
    assert (record.version, record.when, record.first_seen, record.last_seen) == (1, said.published, NOW, NOW)
    assert (record.sources, record.state, record.tags, record.notes, record.deleted) == (
        ("press",),
        TriageState.NEW,
        (),
        "",
        False,
    )


def test_an_edit_makes_a_version_and_the_old_one_stays(archive: SqlArchive) -> None:
    first = mention(text="Good phone", raw={"v": 1})
    edited = replace(first, text="Good phone. Update: it broke.", edited=LATER, raw={"v": 2})
    save(archive, first)
    save(archive, edited, at=LATER)
    save(archive, edited, at=LATER)

    record = archive.get(first.ref)
    assert record is not None
    assert (record.version, record.mention, record.first_seen, record.last_seen) == (2, edited, NOW, LATER)
    assert [(v.number, v.seen, v.mention.text, v.mention.raw) for v in archive.versions(first.ref)] == [
        (1, NOW, "Good phone", {"v": 1}),
        (2, LATER, "Good phone. Update: it broke.", {"v": 2}),
    ]


def test_the_same_again_moves_only_the_last_sight(archive: SqlArchive) -> None:
    save(archive, mention())
    archive.forget_changes([change.id for change in archive.changes()])
    save(archive, mention(), at=LATER)
    record = archive.get("rss:1")
    assert record is not None
    assert (record.version, record.last_seen, archive.pending()) == (1, LATER, 0)


def test_a_persons_labels_survive_an_edit_and_win(archive: SqlArchive) -> None:
    said = mention()
    save(archive, said, labels=(Label(name="sentiment", value="positive", by="lexicon"), topic("acme")))
    archive.set_label(said.ref, "sentiment", Label(name="sentiment", value="negative", by=BY_YOU))
    save(archive, replace(said, text="Edited"), labels=(Label(name="sentiment", value="neutral", by="lexicon"),), at=LATER)
    record = archive.get(said.ref)
    assert record is not None
    assert record.sentiment == "negative"
    assert record.topics == ()
    assert {(label.by, label.value) for label in record.labels} == {(BY_YOU, "negative"), ("lexicon", "neutral")}


def test_counts_are_a_series_and_equal_ones_are_not_repeated(archive: SqlArchive) -> None:
    for day, likes in enumerate((1, 1, 5, 3)):
        at = NOW + timedelta(days=day)
        save(archive, mention(likes=likes, counted=at), at=at)
    assert [(e.at, e.likes) for e in archive.engagement("rss:1")] == [
        (NOW, 1),
        (NOW + timedelta(days=2), 5),
        (NOW + timedelta(days=3), 3),
    ]
    record = archive.get("rss:1")
    assert record is not None
    assert record.mention.engagement == Engagement(at=NOW + timedelta(days=3), likes=3)
    assert record.version == 1


def test_a_fetch_without_counts_keeps_the_last_ones(archive: SqlArchive) -> None:
    save(archive, mention(likes=4))
    save(archive, mention(text="Edited"), at=LATER)
    record = archive.get("rss:1")
    assert record is not None
    assert record.mention.engagement == Engagement(at=NOW, likes=4)


def test_only_a_believable_date_moves_an_edited_mention(archive: SqlArchive) -> None:
    save(archive, mention("undated", published=None), mention("dated"))
    save(archive, mention("undated", published=None, text="Edited"), mention("dated", text="Edited", published=NOW), at=LATER)
    assert [archive.get(f"rss:{key}").when for key in ("undated", "dated")] == [NOW, NOW]  # pyright: ignore[reportOptionalMemberAccess]


def test_one_mention_through_two_sources_is_one_record(archive: SqlArchive) -> None:
    save(archive, mention(), source="press", cursor={"at": 1})
    save(archive, mention(), source="forum", cursor=[2])
    record = archive.get("rss:1")
    assert record is not None
    assert record.sources == ("forum", "press")
    states = archive.source_states()
    assert {(s.id, s.found) for s in states.values()} == {("press", 1), ("forum", 1)}
    assert (states["press"].cursor, states["forum"].cursor) == ({"at": 1}, [2])


def test_whom_a_post_answers_may_be_told_later_and_is_not_forgotten(archive: SqlArchive) -> None:
    alone = mention("2", text="So do I")
    told = replace(alone, parent="rss:1", thread="rss:1")
    save(archive, mention("1", text="It hums"), alone, source="account")
    save(archive, told, source="tag", at=LATER)
    save(archive, alone, source="account", at=LATER)
    record = archive.get("rss:2")
    assert record is not None
    assert (record.version, record.mention.parent, record.mention.thread) == (1, "rss:1", "rss:1")
    assert [other.ref for other in archive.thread("rss:1")] == ["rss:1", "rss:2"]
    assert archive.check() == []


def test_a_batch_that_tells_it_the_second_time(archive: SqlArchive) -> None:
    alone = mention("2", text="So do I")
    save(archive, alone, replace(alone, parent="rss:1", thread="rss:1"))
    record = archive.get("rss:2")
    assert record is not None
    assert (record.version, record.mention.parent) == (1, "rss:1")
    assert archive.check() == []


def test_a_batch_with_one_mention_twice(archive: SqlArchive) -> None:
    first, second = mention(text="One"), mention(text="Two")
    intents = [decide(None, each, seen=NOW) for each in (first, first, second)]
    archive.save("press", intents, None, NOW)
    assert [v.mention.text for v in archive.versions("rss:1")] == ["One", "Two"]
    assert archive.count() == 1


def test_a_decision_that_came_too_late_becomes_an_edit(archive: SqlArchive) -> None:
    """Two programs fetched the same new mention, one of them a second later, after an edit."""
    early, late = decide(None, mention(text="One"), seen=NOW), decide(None, mention(text="Two"), seen=NOW)
    archive.save("a", [early], None, NOW)
    archive.save("b", [late], None, NOW)
    archive.save("b", [late], None, NOW)
    record = archive.get("rss:1")
    assert record is not None
    assert (record.version, record.mention.text, record.sources) == (2, "Two", ("a", "b"))


def test_a_change_of_something_that_is_not_there_is_new(archive: SqlArchive) -> None:
    said = mention()
    intent = Intent(kind="same", ref=said.ref, mention=said, when=NOW, digest=content_digest(said))
    archive.save("press", [intent], None, NOW)
    assert archive.count() == 1


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (mention("b", url="http://PRESS.example/1?utm_source=x", title="A  Phóne"), True),
        (mention("b", url="https://press.example/1", title="Another phone"), False),
        (mention("b", url="https://press.example/1#comment-2"), False),
        (mention("b", url="https://press.example/1", platform="forum"), False),
        (mention("b", url="https://press.example/1", title=""), False),
        (mention("b", url="", title="A phone"), False),
    ],
)
def test_the_second_line_of_defence(archive: SqlArchive, other: Mention, same: bool) -> None:
    save(archive, mention("1"))
    found = archive.known([other])
    assert {ref: known.ref for ref, known in found.items()} == ({other.ref: "rss:1"} if same else {})
    save(archive, other)
    assert archive.count() == (1 if same else 2)


def test_an_alias_that_is_edited_keeps_the_records_ref(archive: SqlArchive) -> None:
    save(archive, mention("1", text="One"))
    save(archive, mention("b", url="https://press.example/1", text="Two"), source="other")
    record = archive.get("rss:1")
    assert record is not None
    assert (record.mention.key, record.mention.text, record.version, record.sources) == ("1", "Two", 2, ("other", "press"))
    assert archive.get("rss:b") is None


def test_authors_are_kept_with_a_series_of_their_counts(archive: SqlArchive) -> None:
    for day, followers in enumerate((10, 10, 12)):
        at = NOW + timedelta(days=day)
        save(archive, mention(str(day), author=person(followers=followers, at=at, posts=3)), at=at)
    series = archive.author_series("rss", "ana")
    assert [(author.at, author.followers, author.metrics) for author in series] == [
        (NOW, 10, {"posts": 3}),
        (NOW + timedelta(days=2), 12, {"posts": 3}),
    ]
    assert {author.name for author in series} == {"Ana Ștefănescu"}
    assert archive.author_series("rss", "nobody") == []


def test_counts_that_arrive_late_do_not_undo_newer_ones(archive: SqlArchive) -> None:
    save(archive, mention("1", author=person(followers=20, at=LATER)))
    save(archive, mention("2", author=person(followers=10, at=NOW)))
    assert [author.followers for author in archive.author_series("rss", "ana")] == [10, 20]


def test_an_author_without_counts_leaves_no_point(archive: SqlArchive) -> None:
    save(archive, mention("1", author=person()), mention("2", author=person()))
    assert archive.author_series("rss", "ana") == []


def test_all_or_nothing(archive: SqlArchive) -> None:
    good, bad = mention("1"), mention("2")
    intents = [decide(None, good, seen=NOW), replace(decide(None, bad, seen=NOW), ref="elsewhere:2")]
    with pytest.raises(ArchiveError, match="elsewhere:2"):
        archive.save("press", intents, {"at": 1}, NOW)
    assert (archive.count(), archive.pending(), archive.source_states()) == (0, 0, {})


def test_an_empty_batch_moves_the_cursor(archive: SqlArchive) -> None:
    archive.save("press", [], {"etag": "x"}, NOW)
    assert archive.source_states()["press"].cursor == {"etag": "x"}


def test_more_than_one_statement_can_take(archive: SqlArchive) -> None:
    many = [mention(str(n), author=person(f"a{n % 700}")) for n in range(2100)]
    save(archive, *many)
    save(archive, *[replace(each, text=f"{each.text} edited") for each in many], at=LATER)
    assert archive.count() == 2100
    assert len(archive.known(many)) == 2100
    assert [record.version for record in archive.records([each.ref for each in many])] == [2] * 2100


@pytest.mark.parametrize(
    "text",
    [
        "null \x00 character",
        "lone \ud83d surrogate",
        "x" * 1_000_000,
        "".join(map(chr, range(32))),
        "\u202ebidi\u202c \x1b[31m",
    ],
    ids=["null", "surrogate", "long", "controls", "bidi"],
)
def test_strange_text_harms_nothing(archive: SqlArchive, text: str) -> None:
    said = mention("k\x00ey", text=text, title=text[:500], author=person(text[:50]), raw={"text": text})
    save(archive, said, mention("other"), labels=(Label(name="entity", value=text[:2000], by="x"),))
    assert archive.count() == 2
    kept = archive.get(said.ref)
    assert kept is not None
    assert kept.mention.text == text.replace("\x00", "").replace("\ud83d", "\ufffd")
    assert kept.mention.raw == {"text": text}
    archive.set_notes(kept.ref, text)
    archive.set_tags({kept.ref: [text[:100]]})


def test_numbers_beyond_any_count_are_bounded(archive: SqlArchive) -> None:
    save(archive, mention(likes=10**30, author=person(followers=-(10**40))))
    record = archive.get("rss:1")
    assert record is not None
    assert record.mention.engagement is not None
    assert record.mention.engagement.likes == 2**63 - 1


def test_a_time_without_zone_is_refused(archive: SqlArchive) -> None:
    with pytest.raises((ValueError, TypeError)):
        save(archive, mention(published=datetime(2026, 1, 1)))  # noqa: DTZ001
    assert archive.count() == 0


def test_far_times_are_exact(archive: SqlArchive) -> None:
    times = [
        datetime.min.replace(tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ]
    save(archive, *[mention(str(n), published=at) for n, at in enumerate(times)])
    assert [record.mention.published for record in archive.records(["rss:0", "rss:1", "rss:2"])] == times
