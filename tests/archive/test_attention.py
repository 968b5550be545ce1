"""What the archive keeps of the desk's attention: mutes, verdicts, priorities and their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from archive_samples import NOW, mention, person, save
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.attentionarchive import OurPost, Verdict
from hubbub.core.documents import document
from hubbub.core.errors import NotFound
from hubbub.core.parsing import parse
from hubbub.core.query import Query
from hubbub.core.values import Author, Label, Mention, TriageState
from hubbub.testing.engines import MemoryEngine

OURS = Label(name="voice", value="ours", by="topics")


def muted(value: str = "word:x") -> Label:
    return Label(name="muted", value=value, by="mutes")


def refs(archive: SqlArchive, text: str, **options: object) -> list[str]:
    return [hit.ref for hit in archive.find(parse(text, now=NOW), **options).hits]  # pyright: ignore[reportArgumentType]


# --- mutes ---------------------------------------------------------------------------------------------------


def test_mutes_are_kept_once_each(archive: SqlArchive) -> None:
    first = archive.add_mute("word", "διαγωνισμός", note="όχι δικό μας", at=NOW)
    other = archive.add_mute("site", "spam.example", note="", at=NOW)
    assert archive.add_mute("word", "διαγωνισμός", note="again", at=NOW + timedelta(days=1)) == first
    assert archive.mutes() == [first, other]
    assert archive.remove_mute(first.id) == first
    with pytest.raises(NotFound, match="mute"):
        archive.remove_mute(first.id)
    assert archive.mutes() == [other]


def test_how_much_is_hidden(archive: SqlArchive) -> None:
    assert archive.muted() == 0
    save(archive, *[mention(str(n)) for n in range(4)])
    word, site = archive.add_mute("word", "x", note="", at=NOW), archive.add_mute("site", "spam.example", note="", at=NOW)
    archive.relabel({"rss:1": (muted(),), "rss:2": (muted(), muted("site:spam.example"))}, "mutes")
    assert archive.hidden([word, site]) == {word.id: 2, site.id: 1}
    assert archive.muted() == 2
    assert refs(archive, "is:muted") == ["rss:1", "rss:2"]
    archive.set_label("rss:1", "muted", Label(name="muted", value="no", by="you"))
    assert archive.muted() == 1
    archive.relabel({"rss:1": (), "rss:2": ()}, "mutes")
    assert (archive.hidden([word]), archive.muted()) == ({word.id: 0}, 0)


def author(platform: str, key: str, handle: str, url: str = "") -> Author:
    return Author(platform=platform, key=key, handle=handle, url=url)


def test_what_an_author_wrote(archive: SqlArchive) -> None:
    people = [
        author("mastodon", "1", "Kostas", "https://a.example/@Kostas"),
        author("mastodon", "2", "kostas", "https://b.example/@kostas"),
        author("reddit", "kostas", "kostas"),
        author("mastodon", "3", "Ștefan@c.example"),
    ]
    said = [
        mention(str(n), platform=who.platform, author=who, published=NOW - timedelta(hours=n)) for n, who in enumerate(people)
    ]
    save(archive, *said)
    assert archive.written_by("mastodon:kostas") == ["mastodon:0", "mastodon:1"]
    assert archive.written_by("mastodon:@Kostas@b.example") == ["mastodon:1"]
    assert archive.written_by("mastodon:2") == ["mastodon:1"]
    assert archive.written_by("Mastodon:ștefan@c.example") == ["mastodon:3"]
    assert archive.written_by("reddit:KOSTAS") == ["reddit:2"]
    assert archive.written_by("mastodon:ana") == []


# --- verdicts ------------------------------------------------------------------------------------------------


def test_verdicts_replace_what_mutes_and_rules_said_and_nothing_else(archive: SqlArchive) -> None:
    processor, own = Label(name="lang", value="ro", by="language"), Label(name="lang", value="es", by="you")
    save(archive, mention("1"), mention("2"), labels=(processor,))
    archive.set_label("rss:1", "lang", own)
    archive.set_tags({"rss:1": ["mine"]})
    archive.set_state({"rss:2": TriageState.KEPT})
    ruled = Label(name="route", value="press", by="rule:Press")
    done = Verdict(labels=(ruled, muted()), state=TriageState.DONE, tags=("press", " mine "))
    archive.amend({"rss:1": done, "rss:2": done, "rss:none": done})
    first, second = archive.records(["rss:1", "rss:2"])
    assert first.labels == (own, processor, ruled, muted())
    assert (first.state, first.tags) == (TriageState.DONE, ("mine", "press"))
    assert second.state is TriageState.KEPT
    assert refs(archive, "tag:press is:muted label:route=press") == ["rss:1", "rss:2"]
    archive.amend({"rss:1": Verdict()})
    assert archive.records(["rss:1"])[0].labels == (own, processor)


def test_what_is_saved_with_a_verdict(archive: SqlArchive) -> None:
    from hubbub.core.deciding import decide

    intent = decide(None, mention("1"), seen=NOW)
    archive.save("press", [replace(intent, state=TriageState.DONE, tags=("β", "a"))], None, NOW)
    assert (found := archive.records(["rss:1"])[0]).state is TriageState.DONE
    assert found.tags == ("a", "β")
    archive.set_state({"rss:1": TriageState.KEPT})
    edited = decide(archive.known([mention("1")])["rss:1"], mention("1", text="edited"), seen=NOW)
    archive.save("press", [replace(edited, state=TriageState.SEEN, tags=("c",))], None, NOW)
    assert (found := archive.records(["rss:1"])[0]).state is TriageState.KEPT
    assert found.tags == ("a", "c", "β")


# --- priorities ----------------------------------------------------------------------------------------------


def test_priorities_are_read_back_and_the_index_hears_of_them(archive: SqlArchive) -> None:
    save(archive, mention("1"), mention("2"))
    archive.forget_changes([change.id for change in archive.changes()])
    archive.set_priorities({"rss:1": 70, "rss:none": 3})
    assert [record.priority for record in archive.records(["rss:1", "rss:2"])] == [70, None]
    assert [change.ref for change in archive.changes()] == ["rss:1"]
    save(archive, mention("1", text="edited", likes=4))
    archive.set_state({"rss:1": TriageState.SEEN})
    assert archive.records(["rss:1"])[0].priority == 70


def test_which_may_have_changed(archive: SqlArchive) -> None:
    hours = (1, 2, 3, 4, 200)
    save(archive, *[mention(str(n), published=NOW - timedelta(hours=h)) for n, h in enumerate(hours)])
    archive.set_state({"rss:1": TriageState.SEEN, "rss:2": TriageState.DONE, "rss:3": TriageState.DONE})
    archive.set_priorities({"rss:2": 40, "rss:3": 0})
    since = NOW - timedelta(days=7)
    assert archive.to_prioritise(since, 9) == ["rss:0", "rss:1", "rss:2"]
    assert archive.to_prioritise(since, 2) == ["rss:0", "rss:1"]


def test_counts_of_many(archive: SqlArchive) -> None:
    save(archive, mention("1", likes=1, counted=NOW - timedelta(hours=1)), mention("2"))
    save(archive, mention("1", likes=5))
    found = archive.counts_of(["rss:1", "rss:2", "rss:none"])
    assert {ref: [counts.likes for counts in series] for ref, series in found.items()} == {"rss:1": [1, 5]}


def test_our_posts(archive: SqlArchive) -> None:
    save(archive, mention("1", parent="rss:9", thread="rss:8"), mention("2", published=NOW - timedelta(days=9)), labels=(OURS,))
    save(archive, mention("3", parent="rss:9"))
    assert archive.our_posts(NOW - timedelta(days=1)) == [
        OurPost(when=NOW - timedelta(hours=1), parent="rss:9", thread="rss:8")
    ]
    assert len(archive.our_posts(NOW - timedelta(days=99))) == 2


def test_usual_audiences(archive: SqlArchive) -> None:
    people = [person(str(n), followers=n) for n in range(250)]
    save(archive, *[mention(str(n), author=who) for n, who in enumerate([*people, person("x")])])
    found = archive.usual_audiences()
    assert set(found) == {"rss"}
    assert len(found["rss"]) == 100
    assert (found["rss"][0], found["rss"][50], found["rss"][-1]) == (1, 126, 248)


# --- their order ---------------------------------------------------------------------------------------------

TIMES = [NOW - timedelta(seconds=seconds) for seconds in (0, 0, 1, 3600)] + [NOW - timedelta(microseconds=1)]
facts = st.tuples(st.none() | st.sampled_from([0, 1, 50, 100]), st.sampled_from(TIMES), st.booleans(), st.booleans())
TEXTS = (
    "",
    "NOT is:muted",
    "is:muted",
    "status:new NOT is:muted",
    "status:new source:press NOT is:muted",
    "likes:>0 NOT is:muted",
    "published:>2020 NOT is:muted",
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(facts, min_size=1, max_size=12), st.integers(1, 5))
def test_pages_of_what_needs_a_person_first_are_those_of_the_definition(archive: SqlArchive, made: list, size: int) -> None:
    archive.purge([record.ref for records in archive.walk() for record in records])
    engine = MemoryEngine()
    said: list[Mention] = [mention(str(n), published=when, likes=n % 3) for n, (_, when, _, _) in enumerate(made)]
    save(archive, *said)
    archive.set_priorities({f"rss:{n}": priority for n, (priority, *_) in enumerate(made) if priority is not None})
    archive.set_state({f"rss:{n}": TriageState.DONE for n, (_, _, done, _) in enumerate(made) if done})
    archive.relabel({f"rss:{n}": (muted(),) for n, (*_, hidden) in enumerate(made) if hidden}, "mutes")
    engine.put([document(record) for records in archive.walk() for record in records])
    for text in TEXTS:
        for order in ("priority", "newest"):
            asked = parse(text, now=NOW)
            assert pages(archive, asked, order, size) == pages(engine, asked, order, size), (text, order)


def pages(finder: SqlArchive | MemoryEngine, query: Query, order: str, size: int) -> list[tuple[int, list[str]]]:
    """All pages with the total that each tells."""
    ask = finder.search if isinstance(finder, MemoryEngine) else finder.find
    found, after = [], None
    while True:
        page = ask(query, order=order, limit=size, after=after)  # pyright: ignore[reportArgumentType]
        found.append((page.total, [hit.ref for hit in page.hits]))
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("cursor", ["nonsense", "", "5", "a 5 rss:1", "5 a rss:1", "5 99999999999999999999 rss:1"])
def test_cursors_that_are_none(archive: SqlArchive, cursor: str) -> None:
    with pytest.raises(ValueError, match="place"):
        archive.find(parse(""), order="priority", after=cursor)
