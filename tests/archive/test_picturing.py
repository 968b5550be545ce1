"""Noting our copies of pictures: in every wording that shows them, and nothing else about a mention moves."""

from dataclasses import replace

from archive_samples import NOW, mention

from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.deciding import decide
from hubbub.core.values import Media

FIRST = Media(kind="image", url="https://files.example/1.png", alt="one")
SECOND = Media(kind="image", url="https://files.example/2.png")
HELD = replace(FIRST, alt="told by another", digest="ab" * 32, mime="image/png", size=7)


def test_copies_are_noted_and_the_wording_stays_what_it_is(archive: SqlArchive) -> None:
    said = mention("1", media=(FIRST, SECOND))
    archive.save("s", [decide(None, one, seen=NOW) for one in (said, mention("2", media=(FIRST,)), mention("3"))], None, NOW)
    known = archive.known([said])
    archive.save("s", [decide(known[said.ref], replace(said, text="edited"), seen=NOW)], None, NOW)
    archive.forget_changes([change.id for change in archive.changes()])
    archive.note_media({said.ref: {FIRST.url: HELD}, "rss:3": {FIRST.url: HELD}, "rss:nobody": {FIRST.url: HELD}})
    kept = replace(FIRST, digest="ab" * 32, mime="image/png", size=7)
    assert [version.mention.media for version in archive.versions(said.ref)] == [(kept, SECOND)] * 2
    assert [record.mention.media for record in archive.records(["rss:2", "rss:3"])] == [(FIRST,), ()]
    assert archive.changes() == []
    again = archive.known([said])[said.ref]
    assert decide(again, replace(said, text="edited"), seen=NOW).kind == "same"
    assert archive.check() == []
    archive.note_media({})
