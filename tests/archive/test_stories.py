from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from archive_samples import NOW, mention

from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.deciding import content_digest
from hubbub.core.errors import NotFound, StoryConflict
from hubbub.core.values import Block, BlockKind, FrozenCopy, Story, StoryState


def story(**fields: object) -> Story:
    given = {"id": "s1", "slug": "two-days", "title": "Two days", "created": NOW} | fields
    return Story(**given)  # pyright: ignore[reportArgumentType]


def quote(key: str) -> Block:
    said = mention(key, raw={"key": key})
    copy = FrozenCopy(mention=said, version=1, when=NOW, frozen=NOW, digest=content_digest(said))
    return Block(id=f"b{key}", kind=BlockKind.MENTION, copy=copy)


def minutes(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


def test_every_step_is_a_revision(archive: SqlArchive) -> None:
    first = archive.save_story(story(), note="begun", expected=None, at=NOW)
    blocks = (quote("1"), Block(id="t", kind=BlockKind.TEXT, text="Și **apoi**"), quote("2"))
    second = archive.save_story(story(blocks=blocks), note="added 2 mentions", expected=1, at=minutes(1))
    assert (first.number, first.parent, second.number, second.parent) == (1, None, 2, 1)
    assert archive.story("two-days") == second
    assert archive.story("s1", 1) == first
    assert archive.revisions("s1") == [first, second]
    assert second.story.blocks == blocks


def test_the_list_says_what_stands(archive: SqlArchive) -> None:
    archive.save_story(story(blocks=(quote("1"), Block(id="d", kind=BlockKind.DIVIDER))), note="", expected=None, at=NOW)
    archive.save_story(story(id="s2", slug="other", state=StoryState.PUBLISHED), note="", expected=None, at=minutes(1))
    newest, oldest = archive.stories()
    assert (newest.slug, newest.state, newest.updated) == ("other", StoryState.PUBLISHED, minutes(1))
    assert (oldest.blocks, oldest.mentions, oldest.revision, oldest.created) == (2, 1, 1, NOW)


def test_undo_then_another_way_keeps_both(archive: SqlArchive) -> None:
    archive.save_story(story(), note="begun", expected=None, at=NOW)
    archive.save_story(story(title="Right"), note="title", expected=1, at=minutes(1))
    assert archive.stand("s1", 1, expected=2).story.title == "Two days"
    assert archive.stories()[0].title == "Two days"
    third = archive.save_story(story(title="Left"), note="title", expected=1, at=minutes(2))
    assert (third.number, third.parent) == (3, 1)
    assert [r.story.title for r in archive.revisions("s1")] == ["Two days", "Right", "Left"]


def test_two_programs_cannot_save_over_each_other(archive: SqlArchive) -> None:
    archive.save_story(story(), note="begun", expected=None, at=NOW)
    archive.save_story(story(title="Theirs"), note="title", expected=1, at=NOW)
    with pytest.raises(StoryConflict, match="two-days"):
        archive.save_story(story(title="Ours"), note="title", expected=1, at=NOW)
    with pytest.raises(StoryConflict):
        archive.stand("s1", 1, expected=1)
    with pytest.raises(StoryConflict, match="already"):
        archive.save_story(story(), note="again", expected=None, at=NOW)
    with pytest.raises(StoryConflict, match="already"):
        archive.save_story(story(id="s2"), note="same slug", expected=None, at=NOW)
    assert len(archive.revisions("s1")) == 2


def test_a_deleted_story_is_gone_with_its_copies(archive: SqlArchive) -> None:
    archive.save_story(story(blocks=(quote("1"),)), note="", expected=None, at=NOW)
    archive.delete_story("s1")
    assert archive.stories() == []
    with pytest.raises(NotFound):
        archive.delete_story("s1")
    with pytest.raises(StoryConflict, match="deleted"):
        archive.save_story(story(), note="", expected=1, at=NOW)
    again = archive.save_story(story(blocks=(quote("1"),)), note="", expected=None, at=NOW)
    assert archive.story("s1") == again


def test_what_is_not_there_is_said_by_name(archive: SqlArchive) -> None:
    archive.save_story(story(), note="", expected=None, at=NOW)
    with pytest.raises(NotFound, match="two-days"):
        archive.story("two-dayz")
    with pytest.raises(NotFound, match="revision"):
        archive.story("two-days", 7)
    with pytest.raises(NotFound, match="revision"):
        archive.stand("s1", 7, expected=1)
    for missing in (lambda: archive.stand("s9", 1, expected=1), lambda: archive.revisions("s9")):
        with pytest.raises(NotFound, match="s9"):
            missing()


def test_a_quoted_mention_is_kept_once(archive: SqlArchive) -> None:
    """A hundred steps of a story with forty quotes do not keep four thousand copies."""
    blocks = tuple(quote(str(n)) for n in range(40))
    archive.save_story(story(blocks=blocks), note="", expected=None, at=NOW)
    for n in range(1, 30):
        archive.save_story(story(title=f"T{n}", blocks=(*blocks[n:], *blocks[:n])), note="moved", expected=n, at=minutes(n))
    revisions = archive.revisions("s1")
    assert [r.story.blocks[0].ref for r in revisions] == [f"rss:{n}" for n in range(30)]
    with archive._db.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM copies").scalar() == 40


def test_a_quoted_edit_is_another_copy(archive: SqlArchive) -> None:
    block = quote("1")
    assert block.copy is not None
    newer = replace(block, copy=replace(block.copy, version=2, mention=replace(block.copy.mention, text="Edited")))
    archive.save_story(story(blocks=(block,)), note="", expected=None, at=NOW)
    archive.save_story(story(blocks=(newer,)), note="", expected=1, at=NOW)
    assert [r.story.blocks[0] for r in archive.revisions("s1")] == [block, newer]
