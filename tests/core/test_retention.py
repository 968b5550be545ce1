from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from archive_samples import NOW, mention, save
from hypothesis import given
from hypothesis import strategies as st

from hubbub.archive import open_archive
from hubbub.core.archives import Archive
from hubbub.core.deciding import decide
from hubbub.core.documents import document
from hubbub.core.retention import FOR_EVER, Retention, expire
from hubbub.core.values import Block, BlockKind, FrozenCopy, Label, Record, Story, TriageState

DAY = timedelta(days=1)
spans = st.none() | st.integers(1, 5).map(lambda days: days * DAY)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(tmp_path / "archive.db")
    yield opened
    assert opened.check() == []
    opened.close()


def told(archive: Archive, key: str, days: float, *sources: str) -> str:
    """Save a mention of that age through these sources."""
    said = mention(key, published=NOW - days * DAY)
    for source in sources or ("press",):
        save(archive, said, source=source)
    return said.ref


def left(archive: Archive) -> set[str]:
    return {record.ref for piece in archive.walk() for record in piece}


def test_by_default_for_ever(archive: Archive) -> None:
    told(archive, "old", 40_000)
    assert expire(archive, FOR_EVER, NOW) == 0
    assert left(archive) == {"rss:old"}


def test_older_ones_go_and_the_index_hears_of_it(archive: Archive) -> None:
    told(archive, "old", 10.5)
    told(archive, "new", 10)
    archive.forget_changes([change.id for change in archive.changes()])
    assert expire(archive, Retention(keep=10 * DAY), NOW) == 1
    assert left(archive) == {"rss:new"}
    assert [change.ref for change in archive.changes()] == ["rss:old"]


def test_a_source_has_its_own_and_the_longest_of_several_counts(archive: Archive) -> None:
    retention = Retention(keep=10 * DAY, sources={"Étoile": 2 * DAY, "long": 50 * DAY})
    told(archive, "short", 3, "Étoile")
    told(archive, "both", 3, "Étoile", "press")
    told(archive, "old", 11, "Étoile", "press")
    told(archive, "long", 49, "long")
    told(archive, "longer", 51, "long", "Étoile")
    assert expire(archive, retention, NOW) == 3
    assert left(archive) == {"rss:both", "rss:long"}


def test_a_source_alone_leaves_all_others(archive: Archive) -> None:
    told(archive, "a", 300, "press")
    told(archive, "b", 300, "firehose")
    told(archive, "c", 300, "firehose", "press")
    assert expire(archive, Retention(sources={"firehose": DAY}), NOW) == 1
    assert left(archive) == {"rss:a", "rss:c"}


def test_what_somebody_did_something_with_is_spared(archive: Archive) -> None:
    refs = {name: told(archive, name, 100) for name in ("kept", "tagged", "noted", "quoted", "seen", "corrected", "new")}
    archive.set_state({refs["kept"]: TriageState.KEPT, refs["seen"]: TriageState.SEEN})
    archive.set_tags({refs["tagged"]: ["α"]})
    archive.set_notes(refs["noted"], "call them")
    archive.set_label(refs["corrected"], "lang", Label(name="lang", value="ro", by="you"))
    record = archive.records([refs["quoted"]])[0]
    copy = FrozenCopy(mention=record.mention, version=1, when=record.when, frozen=NOW, digest="d")
    story = Story(id="s", slug="s", title="S", created=NOW, blocks=(Block(id="b", kind=BlockKind.MENTION, copy=copy),))
    archive.save_story(story, note="begun", expected=None, at=NOW)
    spared = {refs[name] for name in ("kept", "tagged", "noted", "quoted")}
    assert expire(archive, Retention(keep=DAY), NOW) == 3
    assert left(archive) == spared
    assert expire(archive, Retention(keep=DAY), NOW) == 0
    archive.set_state({refs["kept"]: TriageState.DONE})
    assert expire(archive, Retention(keep=DAY), NOW) == 1


def test_more_than_one_page_with_spared_ones_between(archive: Archive) -> None:
    old = [mention(str(n), published=NOW - (9 + n / 2000) * DAY) for n in range(1100)]
    save(archive, *old)
    archive.set_notes("rss:3", "stays")
    archive.set_notes("rss:900", "stays")
    assert expire(archive, Retention(keep=DAY), NOW) == 1098
    assert left(archive) == {"rss:3", "rss:900"}


@given(
    keep=spans,
    own=st.dictionaries(st.sampled_from("abc"), spans.filter(bool), max_size=3),
    sources=st.lists(st.sampled_from("abcd"), max_size=3, unique=True),
    age=st.integers(0, 7),
)
def test_no_mention_expires_that_the_queries_miss(
    keep: timedelta | None, own: dict[str, timedelta], sources: list[str], age: int
) -> None:
    retention = Retention(keep=keep, sources=own)
    said = decide(None, mention("1", published=NOW - age * DAY), seen=NOW)
    record = Record(
        mention=said.mention, version=1, when=said.when, first_seen=NOW, last_seen=NOW, sources=tuple(sorted(sources))
    )
    expected = [own.get(source, keep) for source in sources] or [keep]
    lives = any(span is None or age * DAY <= span for span in expected)
    assert retention.has_expired(record.when, record.sources, NOW) is not lives
    if not lives:
        assert any(query.matches(document(record)) for query in retention.queries(NOW))
