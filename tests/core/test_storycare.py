"""What a story quotes is looked after: is it there, was it edited, is it what it was; and it can be taken out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sample_story import plain
from story_world import World, post

from hubbub.core.contracts import Response
from hubbub.core.errors import SourceBroken, SourceGone, SourceLimited, SourceNeedsKey, SourceUnreachable, StoryError
from hubbub.core.extents import extent_of
from hubbub.core.values import Block, BlockKind, CheckState, Media

FIRST = post("1", "It died twice. Nobody cares.", hours=1)
SECOND = post("2", "It swelled.", hours=2)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.story(FIRST, SECOND)
    yield world
    world.archive.close()


def block_of(world: World, ref: str = FIRST.ref) -> Block:
    return next(block for block in world.desk.open("a").story.blocks if block.ref == ref)


def edited(world: World, text: str) -> None:
    world.save(replace(FIRST, text=text))


# --- is it still there? ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (None, CheckState.LIVE, ""),
        (SourceBroken("not found", status=404), CheckState.GONE, "not there (404)"),
        (SourceGone("gone for good", status=410), CheckState.GONE, "(410)"),
        (SourceUnreachable("No answer within 10 seconds."), CheckState.UNREACHABLE, "No answer"),
        (SourceBroken("The site has a fault (503).", status=503), CheckState.UNREACHABLE, "fault (503)"),
        (SourceNeedsKey("It wants a login (401).", status=401), CheckState.UNREACHABLE, "login"),
        (SourceLimited("Too many requests.", status=429), CheckState.UNREACHABLE, "asks us to wait"),
        (Response(url="https://mastodon.example/", status=200, headers={}, content=b""), CheckState.UNREACHABLE, "front page"),
        (
            Response(url="https://x.example/p/1", status=200, headers={}, content=b"", moved="https://x.example/p/1"),
            CheckState.LIVE,
            "moved to https://x.example/p/1",
        ),
    ],
)
def test_a_page_tells_whether_a_mention_is_there(world: World, answer: object, state: CheckState, words: str):
    if answer is not None:
        world.web.answers[FIRST.url] = answer  # type: ignore[assignment]
    told: list[tuple[int, int]] = []
    checks = world.desk.care.check("a", progress=lambda done, of, url: told.append((done, of)))
    assert [check.ref for check in checks] == [FIRST.ref, SECOND.ref]
    assert (checks[0].state, checks[1].state) == (state, CheckState.LIVE)
    assert words in checks[0].detail
    assert told == [(1, 2), (2, 2)]
    assert world.desk.care.checks("a") == {check.ref: check for check in checks}


def test_what_the_platform_says_counts_more_than_the_page(world: World):
    world.platform = lambda refs: world.archive.mark_deleted([FIRST.ref], world.at)
    first, second = world.desk.care.check("a")
    assert (first.state, second.state) == (CheckState.GONE, CheckState.LIVE)
    assert world.web.asked == [SECOND.url]
    world.platform = lambda refs: world.save(SECOND, replace(SECOND, key="other"))
    assert world.desk.care.check("a", [SECOND.ref])[0].detail == "its platform says that it is there"
    world.platform = lambda refs: world.save(replace(SECOND, text="It did not swell."))
    (changed,) = world.desk.care.check("a", [SECOND.ref])
    assert (changed.state, changed.detail) == (CheckState.CHANGED, "it was edited: version 2 now, version 1 is quoted")
    assert len(world.web.asked) == 1


def test_only_what_is_quoted_and_can_be_asked_for_is(world: World):
    world.save(post("3", "no address", url="", hours=3))
    world.desk.add("a", ["mastodon:3"])
    assert [check.ref for check in world.desk.care.check("a", ["mastodon:3", SECOND.ref])] == [SECOND.ref]
    with pytest.raises(StoryError, match="does not quote mastodon:9"):
        world.desk.care.check("a", ["mastodon:9"])
    world.desk.care.redact("a", block_of(world).id, "asked for")
    world.web.asked.clear()
    world.desk.care.check("a")
    assert world.web.asked == [SECOND.url]


# --- is it what it was? ------------------------------------------------------------------------------------------


def test_an_edited_mention_is_compared_word_by_word(world: World):
    same = world.desk.care.compare("a", block_of(world).id)
    assert (same.changed, same.lines, same.sentences) == (False, [], ("It still says what is quoted.",))
    edited(world, "It died three times. Nobody cares.")
    comparison = world.desk.care.compare("a", block_of(world).id)
    assert comparison.changed
    assert comparison.lines == ["It died [-twice.-]{+three times.+} Nobody cares."]
    assert (comparison.old_version, comparison.new_version) == (1, 2)
    world.archive.purge([FIRST.ref])
    assert world.desk.care.compare("a", block_of(world).id).new is None


def test_the_newest_wording_is_quoted_with_the_chosen_part_where_it_is_still_there(world: World):
    block = block_of(world)
    world.desk.quote("a", block.id, extent_of(FIRST.text, "Nobody cares."))
    before = world.desk.open("a")
    assert world.desk.care.renew("a", block.id) == before
    edited(world, "EDIT: it died three times. Nobody cares.")
    renewed = world.desk.care.renew("a", block.id)
    copy, extent = block_of(world).copy, block_of(world).extent
    assert copy is not None
    assert extent is not None
    assert (copy.version, extent.exact, extent.prefix) == (2, "Nobody cares.", "EDIT: it died three times. ")
    assert renewed.note == "quoted version 2 of mastodon:1"
    edited(world, "All is well.")
    assert "the chosen words are not in it" in world.desk.care.renew("a", block.id).note
    assert block_of(world).extent is None
    world.archive.purge([FIRST.ref])
    with pytest.raises(StoryError, match="does not have mastodon:1 any more"):
        world.desk.care.renew("a", block.id)


def test_pictures_that_we_hold_stay_ours_when_the_wording_is_renewed(world: World, tmp_path: Path):
    picture = Media(kind="image", url="https://files.example/a.png", alt="A phone")
    world.web.answers[picture.url] = Response(url=picture.url, status=200, headers={}, content=plain(1, 2, 3))
    world.save(replace(FIRST, key="p", media=(picture,)))
    world.desk.add("a", ["mastodon:p"])
    world.desk.save_media("a")
    world.save(replace(FIRST, key="p", text="EDIT", media=(picture,)))
    block = block_of(world, "mastodon:p")
    world.desk.care.renew("a", block.id)
    copy = block_of(world, "mastodon:p").copy
    assert copy is not None
    assert copy.mention.text == "EDIT"
    assert world.desk.media.path(copy.mention.media[0].digest)


def test_copies_are_proved_by_what_they_are(world: World):
    good = world.desk.care.verify("a")
    assert [(one.number, one.words, one.archived, one.ok) for one in good] == [(1, True, True, True), (2, True, True, True)]
    story = world.desk.open("a").story
    copy = story.blocks[0].copy
    assert copy is not None
    forged = replace(copy, mention=replace(copy.mention, text="It never died."))
    blocks = (replace(story.blocks[0], copy=forged), *story.blocks[1:])
    world.desk.edit("a", lambda now: replace(now, blocks=blocks), "forged")
    world.archive.purge([SECOND.ref])
    bad, alone = world.desk.care.verify("a")
    assert (bad.words, bad.archived, bad.ok) == (False, True, False)
    assert "changed since they were quoted" in bad.remarks[0]
    assert (alone.words, alone.archived, alone.ok) == (True, None, True)
    assert "the only one" in alone.remarks[0]


def test_pictures_are_proved_and_sources_asked(world: World):
    (world.folder / "p.png").write_bytes(plain(9, 9, 9))
    world.desk.add_image("a", world.folder / "p.png", alt="Grey")
    world.web.answers[SECOND.url] = SourceGone("gone", status=410)
    first, second, image = world.desk.care.verify("a", ask=True)
    assert (first.source and first.source.state, second.source and second.source.state) == (CheckState.LIVE, CheckState.GONE)
    assert second.ok
    assert "gone on" in second.remarks[0]
    assert (image.pictures, image.ok) == (1, True)
    media = next(block.media for block in world.desk.open("a").story.blocks if block.kind is BlockKind.IMAGE)
    path = world.desk.media.path(media)
    assert path is not None
    path.write_bytes(b"something else")
    broken = world.desk.care.verify("a")[2]
    assert (broken.damaged, broken.ok) == ((media,), False)
    path.unlink()
    assert not world.desk.care.verify("a")[2].ok


def test_provenance_tells_where_a_quote_comes_from(world: World):
    found = world.desk.care.provenance("a", block_of(world).id)
    assert (found.version, found.sources, found.query) == (1, ("press",), "")
    assert found.seen is not None
    assert found.seen <= found.frozen
    assert found.record is not None
    assert len(found.versions) == 1
    world.archive.purge([FIRST.ref])
    later = world.desk.care.provenance("a", block_of(world).id)
    assert (later.record, later.versions, later.seen, later.sources) == (None, (), found.seen, found.sources)
    world.desk.add_text("a", "words", before=block_of(world).id)
    with pytest.raises(StoryError, match="This block is a text"):
        world.desk.care.provenance("a", world.desk.open("a").story.blocks[0].id)


# --- taking it out -----------------------------------------------------------------------------------------------


def test_redacted_words_are_nowhere_and_what_is_published_is_stale(world: World):
    world.desk.publish("a", formats=["json"])
    assert world.desk.stale("a") is False
    block = block_of(world)
    with pytest.raises(StoryError, match="needs a reason"):
        world.desk.care.redact("a", block.id, " ")
    world.at += timedelta(hours=1)
    story = world.desk.care.redact("a", block.id, "at the author’s\nrequest").story
    copy = next(each.copy for each in story.blocks if each.id == block.id)
    assert copy is not None
    assert copy.redacted is not None
    assert (copy.mention.text, copy.redacted.reason, copy.digest) == (
        "",
        "at the author’s request",
        block.copy and block.copy.digest,
    )
    assert world.desk.stale("a") is True
    world.desk.undo("a")
    world.desk.redo("a")
    assert FIRST.text not in repr(world.desk.history("a"))
    verdict = world.desk.care.verify("a")[0]
    assert (verdict.words, verdict.ok) == (None, True)
    assert "redacted on" in verdict.remarks[0]
    with pytest.raises(StoryError, match="was redacted"):
        world.desk.care.renew("a", block.id)
    assert world.desk.care.compare("a", block.id).sentences == ("It was redacted; there are no words to compare.",)
    world.desk.remove("a", [block.id])
    with pytest.raises(StoryError, match="no words to quote"):
        world.desk.add("a", [FIRST.ref])
