"""Everything of an archive as entries and files, and back: on both databases and from one to the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

import pytest
from archive_samples import NOW, mention, save
from export_samples import AVATAR, RELEASE, export, fill, read, signed

from hubbub.archive import open_archive
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.entries import FILES, AuthorEntry, Entry, MentionEntry, StoryStep
from hubbub.core.errors import ArchiveError, ImportFailed
from hubbub.core.parsing import parse
from hubbub.core.values import SavedSearch

QUERIES = ("status:kept", "topic:stiri", "tag:ă", "has:link", "domain:press.example", "likes:>3", "sentiment:negative")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with something of everything, in one file."""
    folder = tmp_path_factory.mktemp("template")
    with closing(open_archive(folder / "archive.db")) as opened:
        fill(opened)
        opened.backup(folder / "filled.db")
    return folder / "filled.db"


@pytest.fixture
def filled(template: Path, tmp_path: Path) -> Iterator[SqlArchive]:
    with closing(open_archive(copyfile(template, tmp_path / "filled.db"))) as opened:
        yield opened


def told(archive: SqlArchive) -> dict[str, object]:
    """What an archive answers, beyond what it was loaded from."""
    records = [record for piece in archive.walk() for record in piece]
    return {
        "records": records,
        "versions": [archive.versions(record.ref) for record in records],
        "engagement": [archive.engagement(record.ref) for record in records],
        "authors": [archive.author_series("rss", f"a{n}") for n in range(4)],
        "sources": archive.source_states(),
        "summaries": archive.stories(),
        "revisions": [archive.revisions(summary.id) for summary in archive.stories()],
        "counts": {by: archive.counts(by) for by in ("state", "topic", "source", "lang", "platform")},
        "searches": archive.saved_searches(),
        "mutes": [*archive.hidden(archive.mutes()).items(), archive.mutes(), archive.muted()],
        "rejected": [archive.rejected(summary.id) for summary in archive.stories()],
        "sharings": [archive.sharing(summary.id) for summary in archive.stories()],
        "comments": [archive.comments(summary.id) for summary in archive.stories()],
        "checks": archive.link_checks(["rss:3", "rss:gone"]),
        "redactions": archive.redactions([record.ref for record in records]),
        "groups": [archive.group(record.ref) for record in records],
        "known": archive.known([record.mention for record in records]),
        "found": [archive.find(parse(query)) for query in QUERIES],
    }


def test_what_is_loaded_is_what_was_dumped(filled: SqlArchive, archive: SqlArchive) -> None:
    archive.load(filled.dump())
    assert told(archive) == told(filled)
    assert list(archive.dump()) == list(filled.dump())
    bot = archive.author("rss", "bot")
    assert bot is not None
    assert bot.avatar == AVATAR
    assert (archive.index_stamp(), archive.pending()) == ("", 0)
    assert max(record.copies for piece in archive.walk() for record in piece) == 2


def test_the_archive_goes_on_as_before(filled: SqlArchive, archive: SqlArchive) -> None:
    archive.load(filled.dump())
    for each in (filled, archive):
        signed(mention("late copy", text=f"{RELEASE} x"), "wire", each)
        save(each, mention("3", text="Edited once more"), mention("new"))
        standing = each.story("story-s1")
        each.save_story(replace(standing.story, byline="Ana"), note="more", expected=standing.number, at=NOW)
    assert told(archive) == told(filled)


@pytest.mark.server
def test_the_same_bytes_after_a_way_through_both_databases(filled: SqlArchive, schema: str, tmp_path: Path) -> None:
    first = export(filled, tmp_path / "1")
    with closing(open_archive(schema)) as server, closing(open_archive(tmp_path / "again.db")) as again:
        server.load(read(tmp_path / "1").entries())
        assert export(server, tmp_path / "2") == first
        assert server.check() == []
        again.load(read(tmp_path / "2").entries())
        assert export(again, tmp_path / "3") == first
        assert again.check() == []
    assert all(first[name] for name in first)


def test_an_archive_with_anything_in_it_is_not_loaded_into(filled: SqlArchive, archive: SqlArchive) -> None:
    archive.save_search(SavedSearch(name="mine", query="x", created=NOW, looked=NOW))
    with pytest.raises(ArchiveError, match="1 saved search"):
        archive.load(filled.dump())
    archive.delete_search("mine")
    save(archive, mention("mine"))
    with pytest.raises(ArchiveError, match="not empty"):
        archive.load(filled.dump())
    assert archive.count() == 1


@pytest.mark.parametrize("after", [1, 8, 15, 25, 30])
def test_entries_that_end_in_an_error_leave_nothing(filled: SqlArchive, archive: SqlArchive, after: int) -> None:
    def broken() -> Iterator[Entry]:
        for number, entry in enumerate(filled.dump()):
            if number == after:
                raise ImportFailed("cut short")
            yield entry

    with pytest.raises(ImportFailed, match="cut short"):
        archive.load(broken())
    assert list(archive.dump()) == []
    archive.load(filled.dump())


def doubled(entries: list[Entry], kind: type) -> list[Entry]:
    return [each for entry in entries for each in ([entry, entry] if type(entry) is kind else [entry])]


@pytest.mark.parametrize("kind", list(FILES))
def test_an_entry_that_comes_twice(filled: SqlArchive, archive: SqlArchive, kind: type) -> None:
    with pytest.raises(ImportFailed, match=r"^(\w+)\.jsonl:2: .*Nothing was imported") as failure:
        archive.load(doubled(list(filled.dump()), kind))
    assert failure.value.line == 2
    assert list(archive.dump()) == []


def test_entries_that_contradict_each_other(filled: SqlArchive, archive: SqlArchive) -> None:
    entries = list(filled.dump())
    mentions = [entry for entry in entries if isinstance(entry, MentionEntry)]
    steps = [entry for entry in entries if isinstance(entry, StoryStep)]
    copy = next(entry for entry in mentions if entry.copy_of)
    first = next(entry for entry in mentions if entry.ref == copy.copy_of)

    def swapped(*pairs: tuple[Entry, Entry]) -> list[Entry]:
        return [next((new for old, new in pairs if old is entry), entry) for entry in entries]

    other = replace(steps[0], revision=replace(steps[0].revision, story=replace(steps[0].revision.story, id="s3")))
    bad = {
        "is not in authors.jsonl": [entry for entry in entries if not isinstance(entry, AuthorEntry)],
        "which is not in this export": swapped((copy, replace(copy, copy_of="rss:nowhere"))),
        "itself said to be a copy": swapped((first, replace(first, copy_of=mentions[0].ref))),
        "does not follow": swapped((steps[1], replace(steps[1], revision=replace(steps[1].revision, number=1)))),
        "which is not above it": swapped((steps[1], replace(steps[1], revision=replace(steps[1].revision, parent=9)))),
        "stands at none": [replace(e, standing=False) if isinstance(e, StoryStep) else e for e in entries],
        "stands at two": [replace(e, standing=True) if isinstance(e, StoryStep) else e for e in entries],
        "Another story is called": [*steps, replace(other, standing=True)],
        "The story 's1' is not in stories.jsonl": [entry for entry in entries if not isinstance(entry, StoryStep)],
    }
    for words, wrong in bad.items():
        with pytest.raises(ImportFailed, match=words):
            archive.load(wrong)
        assert archive.count() == 0
        assert archive.stories() == []


def test_a_copy_may_stand_before_its_first(filled: SqlArchive, archive: SqlArchive) -> None:
    entries = list(filled.dump())
    firsts = {entry.copy_of for entry in entries if isinstance(entry, MentionEntry)} - {""}
    late = [entry for entry in entries if isinstance(entry, MentionEntry) and entry.ref in firsts]
    at = max(n for n, entry in enumerate(entries) if isinstance(entry, MentionEntry)) + 1
    archive.load([*(e for e in entries[:at] if e not in late), *late, *entries[at:]])
    (first,) = archive.records(sorted(firsts))
    assert first.copies == 2
    assert {record.copy_of for record in archive.group(first.ref)} == {"", first.ref}
