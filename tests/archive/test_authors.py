"""Who speaks to whom, who goes by which handle, and what the desk knows of authors: kept, found, exported, checked, purged."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_samples import NOW, mention, person, save, topic

from hubbub.archive import open_archive
from hubbub.archive.migrating import run
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.entries import AuthorEntry, AuthorName
from hubbub.core.errors import ImportFailed, NotFound
from hubbub.core.interactions import KINDS, Interaction, interactions_of
from hubbub.core.values import Author, Card, Engagement, Label, MentionKind, Window

ALL = Window(start=NOW - timedelta(days=100), end=NOW + timedelta(days=1))


def spoken(archive: SqlArchive, window: Window = ALL, topic: str = "", platform: str = "") -> dict[tuple[str, str, str], int]:
    """Edges by the keys of their authors, days added up."""
    edges = archive.edges(window, topic, platform)
    people = archive.authors_numbered([*edges.actors.tolist(), *edges.targets.tolist()])
    found: dict[tuple[str, str, str], int] = {}
    for actor, target, kind in zip(edges.actors.tolist(), edges.targets.tolist(), edges.kinds.tolist(), strict=True):
        key = people[actor].key, KINDS[kind], people[target].key
        found[key] = found.get(key, 0) + 1
    return found


# --- what a wording does to others ---------------------------------------------------------------------------


def test_whom_a_wording_speaks_to() -> None:
    said = replace(
        mention("1", parent="rss:0", text="Ευχαριστώ @Νίκος_Π. και @ana@social.example, mulțumesc @Ion!"), shared="x:7"
    )
    assert list(interactions_of(said)) == [
        Interaction("reply", "rss:0"),
        Interaction("quote", "x:7"),
        Interaction("mention", "νίκοσ_π"),
        Interaction("mention", "ana@social.example"),
        Interaction("mention", "ion"),
    ]
    shared = replace(said, kind=MentionKind.SHARE, parent="", text="", shared="x:7")
    assert list(interactions_of(shared)) == [Interaction("share", "x:7")]


def test_a_comment_without_a_parent_answers_the_first_post() -> None:
    comment = mention("1", kind=MentionKind.COMMENT, thread="rss:0")
    assert list(interactions_of(comment)) == [Interaction("reply", "rss:0")]
    assert list(interactions_of(replace(comment, kind=MentionKind.POST))) == []
    assert list(interactions_of(replace(comment, thread="rss:1"))) == []  # that is itself


@pytest.mark.parametrize(
    "text",
    [
        "mail ana@press.example",
        "https://social.example/@ana",
        "@",
        "@@ana",
        "a@b",
        "x.@ana?@",
        "https://a.example/?u=@ana",
        "@" * 99_999,
    ],
)
def test_what_is_no_handle(text: str) -> None:
    assert list(interactions_of(mention("1", text=text))) == []


def test_a_list_of_addresses_is_bounded() -> None:
    crowd = " ".join(f"@person{n}" for n in range(10_000)) + " @" + "x" * 5000
    assert len(list(interactions_of(mention("1", text=crowd)))) == 50


# --- edges and voices ----------------------------------------------------------------------------------------


def talk(archive: SqlArchive) -> None:
    """Ben answers and names Ana on the topic, Eva shares her beside it, Ana answers herself."""
    acme = (topic("acme"),)
    save(archive, mention("a1", author=person("ana")), labels=acme)
    save(archive, mention("b1", author=person("ben"), parent="rss:a1", text="@Ana @nobody γεια"), labels=acme)
    save(archive, replace(mention("e1", author=person("eva"), kind=MentionKind.SHARE), shared="rss:a1"))
    save(archive, mention("a2", author=person("ana"), parent="rss:a1", text="@ana"), labels=acme)
    save(archive, mention("lost", author=person("ben"), parent="rss:unknown"), mention("nobody", parent="rss:a1"))


def test_edges_lead_from_who_acts_to_who_is_spoken_to(archive: SqlArchive) -> None:
    talk(archive)
    said = {("ben", "reply", "ana"): 1, ("ben", "mention", "ana"): 1, ("eva", "share", "ana"): 1}
    assert spoken(archive) == spoken(archive, topic="acme") == said
    assert spoken(archive, topic="other") == spoken(archive, platform="x") == {}
    assert spoken(archive, Window(start=NOW, end=NOW + timedelta(days=1))) == {}


@pytest.mark.parametrize("which", ["", "acme", "other"])
@pytest.mark.parametrize("platform", ["", "rss", "x"])
def test_edges_are_the_same_however_much_is_asked_for_at_once(archive: SqlArchive, which: str, platform: str) -> None:
    days = 24
    for n in range(days):
        answer = mention(str(n), author=person(["ana", "ben", "eva", "kim"][n * n % 4]) if n % 7 else None, text=f"post {n}")
        kind = MentionKind.SHARE if n % 5 == 0 else MentionKind.COMMENT
        answer = replace(
            answer, kind=kind, published=NOW - timedelta(days=n), parent=f"rss:{n * 5 % days}", shared=f"rss:{n // 3}"
        )
        save(archive, answer, labels=(topic("acme"),) if n % 3 == 0 else ())

    def edges(window: Window) -> list[tuple[int, ...]]:
        found = archive.edges(window, which, platform)
        return list(zip(*(getattr(found, name).tolist() for name in ("days", "actors", "targets", "kinds")), strict=True))

    starts = [ALL.start + timedelta(days=n) for n in range(101)]
    by_day = [edge for start in starts for edge in edges(Window(start=start, end=start + timedelta(days=1)))]
    assert sorted(by_day) == sorted(edges(ALL))
    assert bool(by_day) == (platform != "x" and which != "other")


def test_people_may_be_met_after_what_was_said_to_them(archive: SqlArchive) -> None:
    save(archive, mention("b1", author=person("ben"), parent="rss:a1", text="@Ana"))
    assert spoken(archive) == {}
    before = archive.day_stamps(ALL)
    save(archive, mention("a1", author=person("ana"), published=NOW - timedelta(days=9)))
    assert spoken(archive) == {("ben", "reply", "ana"): 1, ("ben", "mention", "ana"): 1}
    day = max(before)
    assert archive.day_stamps(ALL)[day] != before[day]


def test_an_edit_renews_whom_a_mention_speaks_to(archive: SqlArchive) -> None:
    talk(archive)
    save(archive, mention("b1", author=person("ben"), text="@eva, nu știu"))
    assert spoken(archive) == {("ben", "mention", "eva"): 1, ("eva", "share", "ana"): 1}


def test_days_before_1970_are_days(archive: SqlArchive) -> None:
    at = datetime.fromisoformat("1965-03-01T23:59:59.999999+00:00")
    save(archive, mention("old", author=person("ana"), published=at), at=at)
    day = at.toordinal() - datetime(1970, 1, 1).toordinal()  # noqa: DTZ001
    window = Window(start=at, end=at + timedelta(microseconds=1))
    assert list(archive.day_stamps(window)) == archive.voices(window).days.tolist() == [day]


def test_voices_are_summed_by_author_and_day(archive: SqlArchive) -> None:
    ours = Label(name="voice", value="ours", by="topics")
    counts = Engagement(at=NOW, likes=3, shares=1)
    said = [replace(mention(f"a{n}", author=person("ana")), engagement=counts) for n in range(2)]
    save(archive, *said, labels=(topic("acme"), ours))
    save(archive, mention("a2", author=person("ana")), mention("n"))
    voices = archive.voices(ALL, "acme")
    row = {name: getattr(voices, name).tolist() for name in ("said", "fresh", "counted", "likes", "shares", "replies", "ours")}
    assert row == {"said": [2], "fresh": [2], "counted": [2], "likes": [6], "shares": [2], "replies": [0], "ours": [1]}
    assert archive.voices(ALL).said.tolist() == [3]
    assert archive.posts_of(voices.authors, ALL).tolist() == [3]


STEPS: dict[str, Any] = {
    "a new topic": lambda archive: archive.set_label("rss:b1", "topic", Label(name="topic", value="x", by="you")),
    "more likes": lambda archive: save(archive, mention("b1", author=person("ben"), likes=7)),
    "an edit": lambda archive: save(archive, mention("b1", author=person("ben"), text="@eva")),
    "a purge": lambda archive: archive.purge(["rss:b1"]),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_day_gets_another_stamp_when_what_is_summed_may_differ(archive: SqlArchive, step: str) -> None:
    save(archive, mention("b1", author=person("ben"), text="γεια"))
    save(archive, mention("far", author=person("ben"), published=NOW - timedelta(days=50)))
    before = archive.day_stamps(ALL)
    STEPS[step](archive)
    after = archive.day_stamps(ALL)
    assert {day for day in after if after[day] != before.get(day)} == {max(before)}


def test_triage_does_not_change_a_day(archive: SqlArchive) -> None:
    talk(archive)
    before = archive.day_stamps(ALL)
    archive.set_tags({"rss:a1": ["later"]})
    archive.set_notes("rss:a1", "call her")
    archive.set_label("rss:a1", "sentiment", Label(name="sentiment", value="positive", by="you"))
    save(archive, mention("a1", author=person("ana")), at=NOW + timedelta(hours=1))
    assert archive.day_stamps(ALL) == before


# --- people --------------------------------------------------------------------------------------------------


def test_authors_are_found_by_handles_of_today_and_of_old(archive: SqlArchive) -> None:
    save(archive, mention("1", author=person("ana")))
    save(archive, mention("2", author=replace(person("ana"), handle="Ana.Nouă")))
    save(archive, mention("x", platform="x", author=Author(platform="x", key="9", handle="ANA")))
    save(archive, mention("m", platform="m", author=Author(platform="m", key="3", handle="ana@social.example")))
    found = [(author.platform, author.handle) for author in archive.find_authors("@Ana")]
    assert found == [("x", "ANA"), ("m", "ana@social.example"), ("rss", "Ana.Nouă")]
    assert [author.key for author in archive.find_authors("ana.nouă", "rss")] == ["ana"]
    assert [author.platform for author in archive.find_authors("9")] == ["x"]
    assert archive.find_authors("") == archive.find_authors("@") == archive.find_authors("ana", "nowhere") == []
    assert archive.author("rss", "ana") == archive.find_authors("ana", "rss")[0]
    assert archive.author("rss", "never") is None


def test_what_an_author_said_page_by_page(archive: SqlArchive) -> None:
    times = [NOW - timedelta(hours=n // 2) for n in range(7)]
    save(archive, *(mention(str(n), author=person("ana"), published=at) for n, at in enumerate(times)))
    save(archive, mention("other", author=person("ben")))
    refs: list[str] = []
    after = None
    for _ in range(4):
        page = archive.author_mentions("rss", "ana", limit=2, after=after)
        assert page.total == 7
        refs += [hit.ref for hit in page.hits]
        after = page.next
    assert (refs, after) == ([f"rss:{n}" for n in range(7)], None)
    assert archive.author_mentions("rss", "never").hits == ()
    for wrong in ("", "x", "9" * 40):
        with pytest.raises(ValueError, match="no cursor"):
            archive.author_mentions("rss", "ana", after=wrong)
    outline = archive.author_outline("rss", "ana", Window(start=NOW - timedelta(hours=1), end=NOW + timedelta(hours=1)))
    assert [(record.ref, record.mention.text) for record in outline] == [(f"rss:{n}", "") for n in range(4)]


# --- cards ---------------------------------------------------------------------------------------------------


def met(archive: SqlArchive, *keys: str) -> None:
    for key in keys:
        save(archive, mention(f"of {key}", author=person(key)))


def test_a_card_is_kept_and_an_empty_one_is_none(archive: SqlArchive) -> None:
    met(archive, "ana")
    full = Card(relation="journalist", notes="Δύο\nlinii", tags=("b", "ă"))
    assert archive.save_card("rss", "ana", replace(full, tags=("b", " ă ", "b", ""))) == Card()
    assert archive.card("rss", "ana") == full
    assert archive.cards() == {("rss", "ana"): full}
    assert archive.save_card("rss", "ana", Card()) == full
    assert archive.cards() == {}
    with pytest.raises(NotFound, match="no author 'rss:never'"):
        archive.save_card("rss", "never", full)


def keys(people: list[Author]) -> list[str]:
    return [author.key for author in people]


def test_accounts_of_one_person(archive: SqlArchive) -> None:
    met(archive, "a", "b", "c", "d", "e")
    assert keys(archive.person("rss", "b")) == ["b"]
    assert keys(archive.link(("rss", "c"), ("rss", "b"))) == ["b", "c"]
    assert keys(archive.link(("rss", "e"), ("rss", "d"))) == ["d", "e"]
    assert keys(archive.link(("rss", "e"), ("rss", "c"))) == ["b", "c", "d", "e"]
    archive.link(("rss", "e"), ("rss", "c"))
    archive.link(("rss", "a"), ("rss", "a"))
    assert keys(archive.person("rss", "a")) == ["a"]
    archive.save_card("rss", "d", Card(notes="stays"))
    assert archive.unlink("rss", "b")
    assert not archive.unlink("rss", "b")
    assert keys(archive.person("rss", "c")) == ["c", "d", "e"]
    archive.purge(["rss:of c"])
    assert keys(archive.person("rss", "e")) == ["d", "e"]
    archive.purge(["rss:of e"])
    assert keys(archive.person("rss", "d")) == ["d"]
    assert archive.cards() == {("rss", "d"): Card(notes="stays")}
    with pytest.raises(NotFound):
        archive.link(("rss", "d"), ("rss", "e"))


def test_cards_and_edges_travel_in_an_export(archive: SqlArchive, tmp_path: Path) -> None:
    with closing(open_archive(tmp_path / "other.db")) as other:
        talk(archive)
        save(archive, mention("a3", author=replace(person("ana"), handle="Ana_N")))
        archive.save_card("rss", "ben", Card(relation="employee", tags=("vip",)))
        archive.link(("rss", "ana"), ("rss", "eva"))
        entries = list(archive.dump())
        other.load(entries)
        assert list(other.dump()) == entries
        assert spoken(other) == spoken(archive)
        assert (other.cards(), keys(other.person("rss", "eva"))) == (archive.cards(), ["ana", "eva"])
        assert keys(other.find_authors("ana")) == keys(other.find_authors("ana_n")) == ["ana"]
        assert other.check() == []
        assert other.day_stamps(ALL).keys() == archive.day_stamps(ALL).keys()


def test_links_that_make_no_sense_are_refused(archive: SqlArchive, tmp_path: Path) -> None:
    met(archive, "a", "b")
    first, second, *others = archive.dump()
    assert isinstance(first, AuthorEntry)
    assert isinstance(second, AuthorEntry)
    wrong = {
        "not the first of them above": [replace(first, person=AuthorName(platform="rss", key="b")), second],
        "no other is": [replace(first, person=AuthorName(platform="rss", key="a")), second],
    }
    for words, people in wrong.items():
        with closing(open_archive(tmp_path / "other.db")) as other, pytest.raises(ImportFailed, match=words):
            other.load([*people, *others])


DAMAGE = {
    "DELETE FROM interactions WHERE kind = 'reply'": "speak to others than they do: rss:a2, rss:b1, rss:lost, rss:nobody",
    "UPDATE interactions SET target = 'rss:else' WHERE kind = 'share'": "speak to others than they do: rss:e1",
    "DELETE FROM day_stamps": "speak to others than they do: rss:",
    "DELETE FROM handles WHERE handle = 'eva'": "not found by their handle: rss:eva",
    "UPDATE author_cards SET person = 3 WHERE author_id = 1": "nobody's person: rss:ana, rss:ben",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_check_finds_what_is_astray(tmp_path: Path, damage: str) -> None:
    with closing(open_archive(tmp_path / "archive.db")) as archive:
        talk(archive)
        archive.link(("rss", "ana"), ("rss", "ben"))
        assert archive.check() == []
        with archive._db.write() as connection:
            connection.exec_driver_sql(damage)
        (found,) = archive.check()
        assert DAMAGE[damage] in found


# --- archives of old -----------------------------------------------------------------------------------------


def test_an_archive_of_the_third_version_learns_who_speaks_to_whom(url: str | Path) -> None:
    from hubbub.archive.database import Database

    database = Database(url)
    run(database, "0003")
    rows = (
        "INSERT INTO authors (id, platform, key, handle, metrics, at) VALUES"
        " (1, 'rss', 'a', 'Ana_N', '{}', 5), (2, 'rss', 'b', 'ben', '{}', 5)",
        'INSERT INTO mentions (id, ref, platform, kind, author_id, "when", first_seen, last_seen, version, digest, state)'
        " VALUES"
        " (1, 'rss:1', 'rss', 'post', 1, -1, 2, 3, 1, 'd', 'new'), (2, 'rss:2', 'rss', 'comment', 2, 9, 9, 9, 2, 'd', 'new')",
        "INSERT INTO versions (mention_id, number, seen, kind, text, thread, author) VALUES"
        " (1, 1, 2, 'post', 'Γεια', '', '{\"handle\": \"Ana\"}'),"
        " (2, 1, 3, 'comment', '@else', 'rss:1', NULL), (2, 2, 9, 'comment', 'mulțumesc, @ana', 'rss:1', NULL)",
    )
    with database.write() as connection:
        for row in rows:
            connection.exec_driver_sql(row)
    database.close()
    with closing(open_archive(url)) as archive:
        assert archive.check() == []
        window = Window(start=NOW.replace(year=1960), end=NOW)
        assert spoken(archive, window) == {("b", "reply", "a"): 1, ("b", "mention", "a"): 1}
        assert list(archive.day_stamps(window)) == [-1, 0]
