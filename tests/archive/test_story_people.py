"""Who may do what with a story, and what is said about it, as both databases keep it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from archive_samples import NOW

from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.errors import NotFound, StoryRefused
from hubbub.core.sharing import Lock, Role, Sharing, locked
from hubbub.core.values import Story


def begin(archive: SqlArchive, name: str, by: str = "") -> None:
    archive.save_story(Story(id=name, slug=name, title=name, created=NOW), note="begun", expected=None, at=NOW, by=by)


def test_a_step_keeps_who_made_it_and_the_first_is_the_owner(archive: SqlArchive) -> None:
    begin(archive, "s", "Ștefan\x00")
    begin(archive, "t")
    assert archive.story("s").by == "Ștefan"
    assert archive.sharing("s") == Sharing(people={"Ștefan": Role.OWNER})
    assert archive.sharing("t") == archive.sharing("nowhere") == Sharing()


def test_what_is_said_of_a_story_is_kept_whole_or_not_at_all(archive: SqlArchive) -> None:
    begin(archive, "s")
    lock = Lock(by="Ελένη", since=NOW + timedelta(microseconds=7), note="‘τίτλος’")
    told = Sharing(people={"ana": Role.OWNER, "Ελένη": Role.COMMENTER}, closed=True, lock=lock)
    assert archive.share("s", lambda _: told) == archive.sharing("s") == told

    def refuse(_: Sharing) -> Sharing:
        raise StoryRefused("no")

    with pytest.raises(StoryRefused):
        archive.share("s", refuse)
    assert archive.sharing("s") == told
    assert archive.share("s", lambda _: Sharing()) == archive.sharing("s") == Sharing()
    with pytest.raises(NotFound, match="nowhere"):
        archive.share("nowhere", lambda now: now)


def test_of_several_who_lock_at_once_one_does(archive: SqlArchive) -> None:
    begin(archive, "s")

    def take(person: str) -> bool:
        try:
            archive.share("s", lambda now: locked(now, person, NOW, "", slug="s"))
        except StoryRefused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(take, ("ana", "ion", "eva", "dan")))
    assert won.count(True) == 1
    lock = archive.sharing("s").lock
    assert lock
    assert lock.by == ("ana", "ion", "eva", "dan")[won.index(True)]


def test_comments_are_numbered_through_all_stories(archive: SqlArchive) -> None:
    begin(archive, "s")
    begin(archive, "t")
    first = archive.add_comment("s", block="b\x00", answers=None, by="ana", text="Δύο\n\ud800", at=NOW)
    assert (first.id, first.block, first.text, first.resolved) == (1, "b", "Δύο\n\ufffd", None)
    second = archive.add_comment("t", block="", answers=None, by="", text="x", at=NOW)
    answer = archive.add_comment("s", block="b", answers=1, by="ion", text="y", at=NOW)
    assert archive.comments("s") == [first, answer]
    assert archive.resolve_comment(1, by="ion", at=NOW).resolved_by == "ion"
    again = archive.resolve_comment(1, by="ion", at=None)
    assert (again.resolved, again.resolved_by) == (None, "")
    archive.remove_comment(1)
    assert (archive.comments("s"), archive.comments("t")) == ([], [second])
    for act in (
        lambda: archive.add_comment("nowhere", block="", answers=None, by="", text="x", at=NOW),
        lambda: archive.resolve_comment(9, by="", at=NOW),
        lambda: archive.remove_comment(9),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_story_takes_all_that_with_it(archive: SqlArchive) -> None:
    begin(archive, "s", "ana")
    archive.add_comment("s", block="", answers=None, by="", text="x", at=NOW)
    archive.delete_story("s")
    assert (archive.sharing("s"), archive.comments("s")) == (Sharing(), [])
    begin(archive, "s")
    assert (archive.sharing("s"), archive.comments("s")) == (Sharing(), [])
