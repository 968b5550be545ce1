"""Somebody's words go, and do not come back: not by undoing, collecting, editing, reprocessing or saving an old story."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archive_samples import NOW, mention, person, save, topic
from export_samples import export, read

from hubbub.archive import open_archive
from hubbub.archive.rows import packed
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.archives import Judging
from hubbub.core.deciding import content_digest, decide
from hubbub.core.documents import document
from hubbub.core.duplicates import signature
from hubbub.core.errors import NotFound
from hubbub.core.parsing import parse
from hubbub.core.storycopies import freeze
from hubbub.core.values import (
    BY_YOU,
    Block,
    BlockKind,
    CheckState,
    Extent,
    Label,
    LinkCheck,
    Media,
    Mention,
    Redaction,
    Span,
    Story,
)

SECRET = "Geheimwort"
PICTURE = Media(kind="image", url=f"https://files.example/{SECRET}.png", alt=SECRET, digest="ab" * 32)
LATER = NOW + timedelta(days=2)
OLD = mention("1", title=f"{SECRET} first", text=f"{SECRET} @{SECRET} old", author=person("ana", followers=3), likes=2)
NEW = replace(OLD, text=f"{SECRET} new, see https://acme.example/{SECRET}", media=(PICTURE,), raw={"text": SECRET})
LABELS = (
    topic("acme"),
    Label(name="sentiment", value="negative", by="lexicon", spans=(Span(field="text", start=0, end=10),)),
    Label(name="person", value=SECRET, by="entities"),
    Label(name="sentiment", value="positive", by=BY_YOU),
)


def told(archive: SqlArchive) -> str:
    """Every value that is in the database, as text; addresses, which stay, are left out."""
    found: list[str] = []
    tables = "mentions versions interactions keywords copies revisions stories redactions link_checks changes authors meta"
    with archive._db.read() as connection:
        for name in tables.split():
            for row in connection.exec_driver_sql(f"SELECT * FROM {name}").mappings():
                plain = {key: bytes(value) if isinstance(value, memoryview) else value for key, value in row.items()}
                found.append(f"{name} {plain}")
    return "\n".join(found)


def copied(archive: SqlArchive, block: str = "m") -> Block:
    record = archive.get("rss:1")
    assert record
    quoted = Extent(exact=f"{SECRET} new", prefix="", suffix=", see")
    return Block(id=block, kind=BlockKind.MENTION, copy=freeze(record, NOW), extent=quoted, alts={PICTURE.url: "Ours"})


def tell(archive: SqlArchive) -> Story:
    """A story of three steps: the old wording, then the new one with a picture and a cover, then without either."""
    story = Story(id="s", slug="s", title="A story", created=NOW)
    save(archive, OLD, labels=LABELS)
    first = replace(story, blocks=(copied(archive),))
    archive.save_story(first, note="one", expected=None, at=NOW)
    save(archive, NEW, labels=LABELS, at=NOW + timedelta(hours=1))
    own = Block(id="t", kind=BlockKind.TEXT, text="Our own words")
    shown = Block(id="i", kind=BlockKind.IMAGE, text="Our caption", url=PICTURE.url, media=PICTURE.digest, alt=SECRET)
    other = Block(id="o", kind=BlockKind.IMAGE, url="https://ours.example/x.png", alt="ours")
    second = replace(story, cover=PICTURE.digest, cover_alt=SECRET, blocks=(own, copied(archive), shown, other))
    archive.save_story(second, note="two", expected=1, at=NOW)
    archive.save_story(replace(story, blocks=(own,)), note="three", expected=2, at=NOW)
    archive.note_checks([LinkCheck(ref="rss:1", at=NOW, state=CheckState.CHANGED, detail=SECRET)])
    return second


@pytest.fixture
def quoted(archive: SqlArchive) -> SqlArchive:
    tell(archive)
    return archive


def redact(archive: SqlArchive) -> Redaction:
    return archive.redact("rss:1", reason="asked for", at=LATER)


def test_no_word_is_left_in_the_mention(quoted: SqlArchive) -> None:
    redaction = redact(quoted)
    record = quoted.get("rss:1")
    assert record
    assert redaction == Redaction(at=LATER, reason="asked for", digest=content_digest(NEW)) == record.redacted
    left = [(v.number, v.mention.title, v.mention.text, v.mention.media, v.mention.raw) for v in quoted.versions("rss:1")]
    assert left == [(1, "", "", (), None), (2, "", "", (), None)]
    assert (record.mention.url, record.mention.published, record.mention.author) == (NEW.url, NEW.published, NEW.author)
    assert record.mention.engagement == NEW.engagement
    assert [(label.name, label.value, label.spans) for label in record.labels] == [
        ("sentiment", "positive", ()), ("topic", "acme", ()), ("sentiment", "negative", ()),
    ]  # fmt: skip
    assert SECRET not in told(quoted)
    assert quoted.redactions(["rss:1", "rss:2"]) == {"rss:1": redaction}


def test_no_word_is_left_in_any_step_of_a_story(quoted: SqlArchive) -> None:
    redaction = redact(quoted)
    one, two, three = quoted.revisions("s")
    first, second = one.story.blocks[0], two.story.blocks[1]
    for block, before in ((first, OLD), (second, NEW)):
        assert block.copy
        assert block.copy.mention == replace(before, title="", text="", media=(), raw=None, lang=block.copy.mention.lang)
        assert (block.copy.digest, block.extent, block.alts) == (content_digest(before), None, {})
        assert block.copy.redacted == replace(redaction, digest=content_digest(before))
    assert [block.text for block in two.story.blocks] == ["Our own words", "", "Our caption", ""]
    assert [(block.url, block.media, block.alt) for block in two.story.blocks[2:]] == [
        ("", "", ""), ("https://ours.example/x.png", "", "ours"),
    ]  # fmt: skip
    assert (two.story.cover, two.story.cover_alt) == ("", "")
    assert [block.text for block in three.story.blocks] == ["Our own words"]
    assert quoted.stand("s", 2, expected=3).story == two.story
    assert quoted.link_checks(["rss:1"])["rss:1"] == LinkCheck(ref="rss:1", at=NOW, state=CheckState.CHANGED)


def test_saving_an_old_story_brings_nothing_back(quoted: SqlArchive) -> None:
    stale = quoted.story("s", 2).story
    redact(quoted)
    saved = quoted.save_story(replace(stale, title="Another title"), note="four", expected=3, at=LATER)
    assert saved.story == quoted.story("s").story
    assert saved.story.blocks == quoted.story("s", 2).story.blocks
    assert SECRET not in told(quoted)


def test_quoting_it_again_quotes_no_words(quoted: SqlArchive) -> None:
    redaction = redact(quoted)
    quoted.save_story(Story(id="n", slug="n", title="N", created=NOW, blocks=(copied(quoted),)), note="", expected=None, at=NOW)
    copy = quoted.story("n").story.blocks[0].copy
    assert copy
    assert (copy.redacted, copy.digest) == (redaction, redaction.digest)


@pytest.mark.parametrize(
    "met",
    [
        NEW,
        OLD,
        replace(NEW, text=f"{SECRET} edited"),
        replace(NEW, key="other-ref"),
    ],
    ids=["the same", "the first wording", "an edit", "by its address"],
)
def test_collecting_it_again_brings_nothing_back(quoted: SqlArchive, met: Mention) -> None:
    redact(quoted)
    before = quoted.versions("rss:1")
    known = quoted.known([met])
    intent = decide(known[met.ref], met, seen=LATER, labels=LABELS)
    assert (intent.kind, intent.ref) == ("same", "rss:1")
    # Decided by another program before the words were taken out, it is an edit.
    hasty = replace(intent, kind="changed", digest=content_digest(met), signature=signature(met.title, met.text))
    for one in (intent, hasty):
        quoted.save("press", [one], None, LATER)
    quoted.save_refreshed([hasty], [], {"rss:1": LATER}, LATER)
    assert quoted.versions("rss:1") == before
    assert quoted.count() == 1
    assert SECRET not in told(quoted)


def test_counts_and_the_last_sight_go_on(quoted: SqlArchive) -> None:
    redact(quoted)
    more = mention("1", title=NEW.title, text="An edit", likes=9, counted=LATER, author=OLD.author, parent="rss:0")
    save(quoted, more, source="other", at=LATER)
    record = quoted.get("rss:1")
    assert record
    assert record.mention.engagement == more.engagement
    assert (record.last_seen, record.sources, record.mention.parent) == (LATER, ("other", "press"), "rss:0")
    assert (record.version, record.mention.text) == (2, "")


def test_what_was_purged_comes_back_without_words(quoted: SqlArchive) -> None:
    redaction = redact(quoted)
    quoted.purge(["rss:1"])
    assert quoted.redactions(["rss:1"]) == {"rss:1": redaction}
    save(quoted, replace(NEW, key="elsewhere"), mention("2"), labels=[LABELS, ()], at=LATER)
    save(quoted, NEW, labels=LABELS, at=LATER)
    assert SECRET not in told(quoted)
    found = {record.ref: record for record in quoted.records(["rss:1", "rss:2", "rss:elsewhere"])}
    assert found["rss:2"].mention.text
    assert "rss:1" not in found  # its address and title are those of the one that came first
    assert found["rss:elsewhere"].redacted
    quoted.purge(["rss:elsewhere"])
    save(quoted, NEW, labels=LABELS, at=LATER)
    again = quoted.get("rss:1")
    assert again
    assert (again.redacted, again.mention.text, again.topics) == (redaction, "", ("acme",))


def test_a_mention_that_only_a_story_knows(quoted: SqlArchive) -> None:
    quoted.purge(["rss:1"])
    redaction = redact(quoted)
    assert redaction.digest == content_digest(NEW)
    assert SECRET not in told(quoted)
    with pytest.raises(NotFound):
        quoted.redact("rss:never", reason="x", at=NOW)
    assert quoted.redactions(["rss:never"]) == {}


def test_redacting_again_changes_the_reason_only(quoted: SqlArchive) -> None:
    first = redact(quoted)
    again = quoted.redact("rss:1", reason="court order", at=LATER + timedelta(days=1))
    assert again == replace(first, reason="court order")
    copy = quoted.story("s", 1).story.blocks[0].copy
    assert copy
    assert copy.redacted == replace(again, digest=content_digest(OLD))
    record = quoted.get("rss:1")
    assert record
    assert record.redacted == again
    with quoted._db.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM copies").scalar() == 2


def test_near_copies_and_searches_know_it_no_more(archive: SqlArchive) -> None:
    said = "The new Acme phone lasts two days on one charge, says every paper in town."
    copies = [decide(None, mention(str(n), text=said), seen=NOW) for n in range(3)]
    archive.save("press", [replace(one, signature=signature("", said)) for one in copies], None, NOW)
    archive.forget_changes([change.id for change in archive.changes()])
    archive.redact("rss:0", reason="", at=NOW)
    assert [record.ref for record in archive.group("rss:2")] == ["rss:1", "rss:2"]
    assert [(r.copy_of, r.copies) for r in archive.records(["rss:0", "rss:1", "rss:2"])] == [("", 0), ("", 1), ("rss:1", 0)]
    assert [change.ref for change in archive.changes()] == ["rss:0"]
    (seen,) = archive.documents(["rss:0"])
    record = archive.get("rss:0")
    assert record
    assert seen == document(record)
    assert (seen.title, seen.text, seen.has, seen.aspects) == ("", "", (), ("redacted",))
    assert [hit.ref for hit in archive.find(parse("is:redacted")).hits] == ["rss:0"]
    assert archive.find(parse("NOT is:redacted")).total == 2
    later = replace(decide(None, mention("late", text=said), seen=NOW), signature=signature("", said))
    archive.save("press", [later], None, NOW)
    assert [record.ref for record in archive.group("rss:late")] == ["rss:1", "rss:2", "rss:late"]


def test_processors_leave_it_alone(quoted: SqlArchive) -> None:
    save(quoted, mention("2"), labels=LABELS)
    redact(quoted)
    before = quoted.get("rss:1")
    for everything in (True, False):
        piece = quoted.to_judge("lexicon", Judging(version="2"), 0, 10, everything=everything)
        assert [record.ref for record in piece.records] == ["rss:2"]
    assert quoted.count_to_judge("lexicon", Judging(version="2")) == 1
    quoted.relabel({"rss:1": (), "rss:2": ()}, "topics")
    assert quoted.get("rss:1") == before
    assert quoted.counts("topic") == {"acme": 1}


def test_it_is_all_or_nothing(quoted: SqlArchive) -> None:
    nothing = "x'7b7d'" if quoted.path else "'\\x7b7d'::bytea"
    with quoted._db.write() as connection:
        connection.exec_driver_sql(f"UPDATE revisions SET body = {nothing} WHERE number = 3")
    with pytest.raises(KeyError):  # a step that cannot be read: by then the mention's words are out
        redact(quoted)
    record, quote = quoted.get("rss:1"), quoted.story("s", 1).story.blocks[0]
    assert record
    assert (record.redacted, record.mention.text) == (None, NEW.text)
    assert quote.copy
    assert (quote.copy.mention.text, quoted.redactions(["rss:1"])) == (OLD.text, {})
    assert [version.mention.text for version in quoted.versions("rss:1")] == [OLD.text, NEW.text]


def test_a_redaction_goes_along_with_an_export(quoted: SqlArchive, tmp_path: Path) -> None:
    redact(quoted)
    first = export(quoted, tmp_path / "1")
    assert SECRET.encode() not in b"".join(data for name, data in first.items() if name != "manifest.json")
    with closing(open_archive(tmp_path / "again.db")) as again:
        again.load(read(tmp_path / "1").entries())
        assert again.check() == []
        assert export(again, tmp_path / "2") == first
        save(again, NEW, replace(NEW, key="elsewhere"), at=LATER)
        assert SECRET not in told(again)
        assert again.get("rss:1") == replace(quoted.get("rss:1"), last_seen=LATER)  # type: ignore[type-var]


def test_words_beside_a_redaction_are_not_taken_in(quoted: SqlArchive, tmp_path: Path) -> None:
    wordy = [entry for entry in quoted.dump() if type(entry).__name__ != "RedactionEntry"]
    redact(quoted)
    (redaction,) = [entry for entry in quoted.dump() if type(entry).__name__ == "RedactionEntry"]
    place = next(n for n, entry in enumerate(wordy) if type(entry).__name__ == "MentionEntry")
    with closing(open_archive(tmp_path / "again.db")) as again:
        again.load([*wordy[:place], redaction, *wordy[place:]])
        again.note_checks([LinkCheck(ref="rss:1", at=NOW, state=CheckState.CHANGED)])
        assert again.check() == []
        assert [(entry.ref) for entry in again.dump() if type(entry).__name__ == "RedactionEntry"] == ["rss:1"]
        assert SECRET not in told(again)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE versions SET text = 'back'", "have words"),
        ("UPDATE mentions SET redacted = false", "the other way round"),
        ("DELETE FROM redactions", "by mistake"),
    ],
)
def test_a_check_tells_words_that_came_back(tmp_path: Path, damage: str, said: str) -> None:
    with closing(open_archive(tmp_path / "archive.db")) as archive:
        tell(archive)
        redact(archive)
        assert archive.check() == []
        with archive._db.write() as connection:
            connection.exec_driver_sql(damage)
        assert any(said in problem for problem in archive.check())


def test_a_check_tells_quotes_that_came_back_and_redacting_again_mends_all(tmp_path: Path) -> None:
    with closing(open_archive(tmp_path / "archive.db")) as archive:
        tell(archive)
        redact(archive)
        with archive._db.write() as connection:
            row = connection.exec_driver_sql("SELECT body FROM copies").scalars().first()
            body = json.loads(row)
            body["mention"]["text"] = "back"
            connection.exec_driver_sql("UPDATE copies SET body = ? WHERE body = ?", (packed(body), row))
            connection.exec_driver_sql("UPDATE versions SET text = 'back'")
        wordy, quotes = archive.check()
        assert "rss:1" in wordy
        assert "are quoted with words" in quotes
        redact(archive)
        assert archive.check() == []


def test_the_file_holds_the_words_no_longer(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(open_archive(path)) as archive:
        tell(archive)
        archive.compact()
        assert SECRET.encode() in path.read_bytes()
        redact(archive)
        archive.compact()
        left = b"".join(file.read_bytes() for file in tmp_path.glob("archive.db*"))
        assert SECRET.encode() not in left
