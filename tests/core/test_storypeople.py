"""Who may do what with a story, who is at it alone, what is said about it, and who made each step."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sample_story import NOW
from story_world import World, post

from hubbub.core.errors import NotFound, StoryConflict, StoryError, StoryRefused
from hubbub.core.sharing import MAX_NAME, Role, Sharing, person_name, role_of
from hubbub.core.stories import edit_block, set_details
from hubbub.core.storycomments import MAX_COMMENT, open_by_block
from hubbub.core.storydesk import StoryDesk
from hubbub.core.values import StoryState

POST = post("1", "It died twice.")


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.save(POST)
    return made


def desk(world: World, person: str) -> StoryDesk:
    return world.desk_of(person)


def retitle(to: StoryDesk, title: str) -> None:
    to.edit("a", lambda story: set_details(story, title=title), "title")


# --- who -------------------------------------------------------------------------------------------------------


def test_every_step_says_who_made_it(world: World) -> None:
    desk(world, "ana").new("A")
    retitle(desk(world, "Ion"), "B")
    assert [(step.note, step.by) for step in world.desk.history("a")] == [("began the story", "ana"), ("title", "Ion")]
    assert world.archive.sharing(world.desk.open("a").story.id) == Sharing(people={"ana": Role.OWNER})


def test_names_are_short_lines_that_steer_nothing() -> None:
    assert person_name("  ana\x1b[31m \u202e pop\n") == "ana pop"
    assert len(person_name("x" * 10**6)) == MAX_NAME
    assert person_name("[bold]Ștefan[/]") == "[bold]Ștefan[/]"


# --- roles -----------------------------------------------------------------------------------------------------


def test_an_open_story_is_everybodys_but_for_those_with_a_smaller_role(world: World) -> None:
    ana, ion, eva = (desk(world, name) for name in ("ana", "ion", "eva"))
    ana.new("A")
    ana.people.add("a", "ion", Role.READER)
    retitle(eva, "B")
    with pytest.raises(StoryRefused, match=r"edited by ana and everybody who is not named; ion may only read it\. Ask ana: "):
        retitle(ion, "C")
    with pytest.raises(StoryRefused, match=r"--add ion --role commenter"):
        ion.comments.add("a", "Why?")
    ana.people.add("a", "ION", Role.COMMENTER)
    assert ion.comments.add("a", "Why?").by == "ion"
    assert dict(ana.people.of("a").people) == {"ana": Role.OWNER, "ion": Role.COMMENTER}


def test_a_closed_story_is_edited_by_those_who_are_named(world: World) -> None:
    ana, ion, eva = (desk(world, name) for name in ("ana", "ion", "eva"))
    ana.new("A")
    with pytest.raises(StoryRefused, match="Only ana can do that"):
        ion.people.close("a")
    ana.people.close("a")
    ana.people.add("a", "ion", Role.EDITOR)
    retitle(ion, "B")
    refused = [
        lambda: retitle(eva, "C"),
        lambda: eva.undo("a"),
        lambda: eva.add("a", [POST.ref]),
        lambda: eva.delete("a"),
        lambda: eva.inbox.reject("a", [POST.ref]),
        lambda: eva.publish("a", formats=["json"]),
        lambda: eva.comments.add("a", "!"),
        lambda: eva.people.lock("a"),
        lambda: eva.people.add("a", "eva", Role.OWNER),
        lambda: ion.delete("a"),
    ]
    for act in refused:
        with pytest.raises(StoryRefused):
            act()
    assert eva.preview("a").startswith("# B")
    assert eva.publish("a", formats=["json"], to=world.folder / "elsewhere")
    assert eva.duplicate("a").by == "eva"
    ana.people.close("a", closed=False)
    retitle(eva, "C")
    ana.delete("a")


def test_somebody_always_governs(world: World) -> None:
    ana, ion = desk(world, "ana"), desk(world, "ion")
    ana.new("A")
    for act in (lambda: ana.people.remove("a", "ana"), lambda: ana.people.add("a", "ana", Role.READER)):
        with pytest.raises(StoryError, match="the only owner"):
            act()
    ana.people.add("a", "ion", Role.OWNER)
    assert dict(ion.people.remove("a", "ANA").people) == {"ion": Role.OWNER}
    with pytest.raises(StoryError, match="eva is not named"):
        ion.people.remove("a", "eva")


def test_a_story_of_nobody_gets_its_owner_when_it_is_closed(world: World) -> None:
    world.desk.new("A")
    assert role_of(world.desk.people.of("a"), "") is Role.EDITOR
    assert dict(desk(world, "ana").people.close("a").people) == {"ana": Role.OWNER}


# --- the lock --------------------------------------------------------------------------------------------------


def test_while_one_is_at_it_others_read_and_comment(world: World) -> None:
    ana, ion = desk(world, "ana"), desk(world, "ion")
    ana.new("A")
    retitle(ana, "A!")
    ion.people.lock("a", "the\x1b[1m lead\n")
    lock = ana.people.of("a").lock
    assert lock
    assert (lock.by, lock.since, lock.note) == ("ion", world.at, "the lead")
    told = rf"ion is at it since {world.at:%Y-%m-%d %H:%M} UTC \(the lead\)"
    for act in (lambda: retitle(ana, "B"), lambda: ana.people.lock("a"), lambda: ana.people.unlock("a"), lambda: ana.undo("a")):
        with pytest.raises(StoryRefused, match=told):
            act()
    ana.comments.add("a", "When will you be done?")
    retitle(ion, "B")
    world.at += timedelta(minutes=5)
    assert ion.people.lock("a").lock == lock
    assert ion.people.unlock("a").lock is None
    retitle(ana, "C")


def test_the_owner_takes_a_lock_over_and_the_history_tells(world: World) -> None:
    ana, ion, eva = (desk(world, name) for name in ("ana", "ion", "eva"))
    ana.new("A")
    retitle(ana, "B")
    ion.people.lock("a")
    with pytest.raises(StoryRefused, match="Only ana can do that"):
        eva.people.lock("a", force=True)
    ana.people.lock("a", force=True)
    steps = ana.history("a")
    assert (steps[-1].by, steps[-1].note, steps[-1].story) == ("ana", "took over the lock of ion", steps[-2].story)
    with pytest.raises(StoryRefused, match="ana is at it"):
        retitle(ion, "C")
    undone = ana.undo("a")
    assert undone
    assert undone.story.title == "A"
    ana.people.unlock("a")
    ion.people.lock("a")
    ana.people.unlock("a", force=True)
    assert ana.history("a")[-1].note == "took away the lock of ion"


def test_a_lock_needs_a_name(world: World) -> None:
    world.desk.new("A")
    with pytest.raises(StoryError, match="HUBBUB_PERSON"):
        world.desk.people.lock("a")


def test_what_stands_is_published_while_somebody_else_is_at_it(world: World) -> None:
    """Words that were taken out leave the page, lock or not; but making a draft public is an edit."""
    ana, ion = desk(world, "ana"), desk(world, "ion")
    ana.new("A")
    ion.people.lock("a")
    with pytest.raises(StoryRefused):
        ana.publish("a", formats=["json"])
    assert not (world.folder / "published" / "a").exists()
    ion.publish("a", formats=["json"])
    assert ana.publish("a", formats=["json"])
    assert ana.open("a").story.state is StoryState.PUBLISHED


# --- comments --------------------------------------------------------------------------------------------------


def test_comments_are_beside_the_story_and_stay(world: World) -> None:
    ana, ion = desk(world, "ana"), desk(world, "ion")
    ana.new("A")
    block = ana.add_text("a", "It began.").story.blocks[0].id
    first = ana.comments.add("a", "Who says?", block=block)
    answer = ion.comments.add("a", "The press.", answers=first.id)
    assert (answer.block, answer.answers, answer.by) == (block, first.id, "ion")
    assert ion.comments.add("a", "Sure.", answers=answer.id).answers == first.id
    whole = ion.comments.add("a", "Is this out?")
    assert open_by_block(ana.comments.of("a")) == {block: 1, "": 1}
    before = ana.open("a")
    ana.remove("a", [block])
    assert dict(ana.comments.removed_blocks("a")) == {block: "the text “It began.”"}
    assert ana.undo("a") == before
    settled = ion.comments.resolve("a", answer.id)
    assert (settled.id, settled.resolved_by, settled.resolved) == (first.id, "ion", world.at)
    assert [each.id for each in ana.comments.of("a", open_only=True)] == [whole.id]
    assert ana.comments.resolve("a", first.id, resolved=False).resolved is None
    with pytest.raises(StoryRefused, match="ana’s to take away"):
        ion.comments.remove("a", first.id)
    ana.comments.remove("a", first.id)
    assert [each.id for each in ana.comments.of("a")] == [whole.id]
    ana.delete("a")
    assert world.archive.comments(before.story.id) == []


def test_comments_that_are_refused(world: World) -> None:
    ana = desk(world, "ana")
    ana.new("A")
    ana.new("B")
    elsewhere = ana.comments.add("b", "Here")
    for words in ("x" * (MAX_COMMENT + 1), " \x00 ", ""):
        with pytest.raises(StoryError, match=r"at most 10,000|needs words"):
            ana.comments.add("a", words)
    with pytest.raises(StoryError, match="no block"):
        ana.comments.add("a", "x", block="none")
    for act in (
        lambda: ana.comments.add("a", "x", answers=elsewhere.id),
        lambda: ana.comments.resolve("a", elsewhere.id),
        lambda: ana.comments.remove("a", 99),
    ):
        with pytest.raises(NotFound, match="comment"):
            act()
    assert ana.comments.add("a", "\x1b]0;x\x07red\u202e\n[bold]").text == "red\n[bold]"


def test_no_exporter_sees_a_comment(world: World) -> None:
    ana = desk(world, "ana")
    ana.new("A")
    block = ana.add_text("a", "It began.").story.blocks[0].id
    ana.comments.add("a", "a-private-word", block=block)
    (receipt,) = ana.publish("a", formats=["json"])
    folder = world.folder / "published" / "a"
    assert all(b"a-private-word" not in (folder / name).read_bytes() for name in receipt.files)
    ana.comments.add("a", "another")
    assert ana.stale("a") is False


# --- both at once ----------------------------------------------------------------------------------------------


def test_changes_made_before_the_same_step_are_merged(world: World) -> None:
    ana, ion = desk(world, "ana"), desk(world, "ion")
    ana.new("A")
    ana.add_text("a", "One")
    seen = ana.add_text("a", "Two")
    one, two = (block.id for block in seen.story.blocks)
    ion.edit("a", lambda story: edit_block(story, one, text="Ion's"), "edited", seen=seen)
    merged = ana.edit("a", lambda story: edit_block(story, two, text="Ana's"), "edited", seen=seen)
    assert [block.text for block in merged.story.blocks] == ["Ion's", "Ana's"]
    with pytest.raises(StoryConflict) as told:
        ion.edit("a", lambda story: edit_block(story, two, text="Other"), "edited", seen=seen)
    assert "ana has changed the story 'a' since you saw it (step 3, now 5)" in str(told.value)
    assert "both changed the text “Two”: “Ana's” stands, you have “Other”" in str(told.value)
    ion.remove("a", [one])
    assert ana.add_text("a", "Behind", after=one, seen=seen).story.blocks[0].text == "Behind"
    assert ana.open("a").at == NOW + timedelta(minutes=1)
