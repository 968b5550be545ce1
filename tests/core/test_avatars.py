"""Avatars and posters: told by sources, kept beside the words, fetched with the pictures, gone with a redaction."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sample_story import plain
from story_world import World, post

from hubbub.core.cleaning import clean_mention
from hubbub.core.contracts import Response
from hubbub.core.deciding import content_digest
from hubbub.core.errors import SourceGone
from hubbub.core.media import AVATAR, MAX_AVATAR, MediaStore
from hubbub.core.mediacare import check_media, orphans
from hubbub.core.pictures import NoPicture, read_picture, squared
from hubbub.core.storycopies import avatars, cleaned, images
from hubbub.core.values import Author, FrozenCopy, Media, Mention

FACE, STILL = "https://files.example/face.png", "https://files.example/still.png"
FILM = Media(kind="video", url="https://files.example/film.mp4", poster=STILL)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    for url, data in ((FACE, plain(9, 99, 150, 300, 200)), (STILL, plain(1, 2, 3))):
        world.web.answers[url] = Response(url=url, status=200, headers={}, content=data)
    yield world
    world.archive.close()


def by(handle: str, avatar: str = FACE, name: str = "") -> Author:
    return Author(platform="mastodon", key=handle, handle=handle, avatar=avatar, name=name)


def said(key: str = "1", author: Author | None = None, **more: object) -> Mention:
    return post(key, f"words {key}", author=author or by("marta"), media=(FILM,), **more)


def copy_of(world: World) -> FrozenCopy:
    (copy,) = [block.copy for block in world.desk.open("a").story.blocks if block.copy]
    return copy


# --- kept ----------------------------------------------------------------------------------------------------


def test_only_web_addresses_pass_the_border():
    rude = said(author=by("marta", "javascript:alert(1)"))
    rude = replace(rude, media=(replace(FILM, poster="file:///etc/passwd"),))
    clean = clean_mention(rude)
    assert clean.author is not None
    assert (clean.author.avatar, clean.media[0].poster) == ("", "")
    assert clean_mention(said()) == said()


def test_another_avatar_is_neither_another_version_nor_a_change(world: World):
    world.save(said())
    before = world.archive.get("mastodon:1")
    assert world.archive.pending() == 0
    world.save(replace(said(author=by("marta", "https://files.example/new.png")), media=(replace(FILM, poster=""),)))
    record, author = world.archive.get("mastodon:1"), world.archive.author("mastodon", "marta")
    assert before is not None
    assert record is not None
    assert (record.version, record.mention) == (1, before.mention)
    assert (record.mention.author, record.mention.media[0].poster) == (by("marta"), STILL)
    assert author is not None
    assert author.avatar == "https://files.example/new.png"
    assert content_digest(said()) == content_digest(said(author=by("marta", "")))


def test_a_source_that_tells_no_avatar_takes_none_away(world: World):
    world.save(said())
    world.save(said("2", by("marta", "", name="Marta Ruiz")))
    author = world.archive.author("mastodon", "marta")
    assert author is not None
    assert (author.avatar, author.name) == (FACE, "Marta Ruiz")


# --- quoted --------------------------------------------------------------------------------------------------


def test_a_quote_has_the_avatar_of_today(world: World):
    world.save(said())
    world.save(said("2", by("marta", "https://files.example/new.png")))
    world.desk.new("A")
    world.desk.add("a", ["mastodon:1"])
    copy = copy_of(world)
    assert copy.mention.author is not None
    assert copy.mention.author.avatar == "https://files.example/new.png"
    assert copy.digest == content_digest(said())


def test_copies_are_kept_beside_the_words(world: World):
    digest = world.story(said(), said("2")).story.blocks[0].copy
    saved = world.desk.save_media("a")
    assert (saved.saved, saved.problems, world.web.asked.count(FACE)) == (2, (), 1)
    copies = [block.copy for block in world.desk.open("a").story.blocks if block.copy]
    assert [copy.stills.keys() for copy in copies] == [{FACE, STILL}] * 2
    assert digest is not None
    assert copies[0].digest == digest.digest == content_digest(copies[0].mention)
    with Image.open(world.desk.media.path(copies[0].stills[FACE]) or "") as face:
        assert (face.format, face.size) == ("WEBP", (AVATAR, AVATAR))
    with Image.open(world.desk.media.path(copies[0].stills[STILL]) or "") as still:
        assert (still.format, still.size) == ("PNG", (160, 120))
    assert world.desk.save_media("a").saved == 0
    assert all(verdict.words for verdict in world.desk.care.verify("a"))


def test_a_picture_that_is_avatar_and_attachment_is_kept_whole(world: World):
    picture = Media(kind="image", url=FACE)
    story = world.story(post("1", "me", author=by("marta"), media=(picture,))).story
    assert avatars(story) == frozenset()
    world.desk.save_media("a")
    copy = copy_of(world)
    assert copy.stills[FACE] == copy.mention.media[0].digest != ""


def test_one_that_is_gone_is_told_and_blocks_nothing(world: World):
    world.web.answers[FACE] = SourceGone(f"{FACE} is not there any more.", url=FACE)
    world.story(said())
    saved = world.desk.save_media("a")
    assert (saved.saved, saved.problems) == (1, (f"{FACE} is not there any more.",))
    assert copy_of(world).stills.keys() == {STILL}
    assert world.desk.publish("a", formats=["json"])


def test_an_avatar_is_bounded_and_never_made_larger():
    small = squared(read_picture(plain(1, 2, 3, 40, 20)), AVATAR)
    assert (small.width, small.height, read_picture(small.data).ending) == (20, 20, "webp")
    tall = read_picture(squared(read_picture(plain(1, 2, 3, 100, 300)), AVATAR).data)
    assert (tall.width, tall.height) == (AVATAR, AVATAR)
    broken = replace(read_picture(plain(1, 2, 3)), data=b"\x89PNG\r\n\x1a\n")
    with pytest.raises(NoPicture, match="damaged"):
        squared(broken, AVATAR)


class Weigher:
    """Notes how much it may send."""

    def __init__(self) -> None:
        self.allowed: list[int] = []

    def get(self, url: str, *, max_bytes: int) -> Response:
        self.allowed.append(max_bytes)
        return Response(url=url, status=200, headers={}, content=plain(1, 2, 3))


def test_an_avatar_may_be_less_than_a_picture(tmp_path: Path):
    web = Weigher()
    store = MediaStore(tmp_path, web)  # type: ignore[arg-type]
    held = store.fetch_avatar(Media(kind="image", url=FACE))
    assert store.fetch_avatar(held) == held
    assert (web.allowed, held.mime) == ([MAX_AVATAR], "image/webp")


# --- cared for, carried, taken out ---------------------------------------------------------------------------


def test_they_are_no_orphans_and_a_lost_one_is_told(world: World):
    world.story(said())
    world.desk.save_media("a")
    later = datetime.now(world.at.tzinfo) + timedelta(days=1)
    assert orphans(world.archive, world.desk.media.folder, later) == []
    lost = world.desk.media.path(copy_of(world).stills[FACE])
    assert lost is not None
    lost.unlink()
    (problem,) = check_media(world.archive, world.desk.media.folder)
    assert lost.stem[:12] in problem
    assert world.desk.save_media("a").saved == 1
    assert check_media(world.archive, world.desk.media.folder) == []


def test_a_story_carries_them_from_one_workspace_to_another(world: World, tmp_path: Path):
    world.story(said())
    world.desk.save_media("a")
    told = copy_of(world)
    (receipt,) = world.desk.publish("a", formats=["json"], to=tmp_path / "out")
    (tmp_path / "other").mkdir()
    other = World(tmp_path / "other")
    assert other.desk.import_story(Path(receipt.path)).story.slug == "a"
    assert copy_of(other) == told
    assert all(other.desk.media.path(digest) for digest in told.stills.values())
    assert other.web.asked == []
    other.archive.close()


def test_a_strangers_story_names_stills_by_addresses_and_digests_only(world: World):
    story = world.story(said()).story
    copy = replace(copy_of(world), stills={"javascript:1": "a" * 64, FACE: "../../etc", STILL: "b" * 64})
    (block,) = cleaned(replace(story, blocks=(replace(story.blocks[0], copy=copy),))).blocks
    assert block.copy is not None
    assert block.copy.stills == {STILL: "b" * 64}


def test_they_go_with_the_words_unless_another_quote_has_them(world: World):
    world.story(said(), said("2"))
    world.desk.save_media("a")
    stills = next(block.copy.stills for block in world.desk.open("a").story.blocks if block.copy)
    first, second = (block.id for block in world.desk.open("a").story.blocks)
    world.desk.care.redact("a", first, "They asked for it.")
    copy = world.desk.open("a").story.blocks[0].copy
    assert copy is not None
    assert copy.mention.author is not None
    assert (copy.stills, copy.mention.author.avatar, copy.mention.author.handle) == ({}, "", "marta")
    assert all(world.desk.media.path(digest) for digest in stills.values())
    world.desk.care.redact("a", second, "They asked for it.")
    assert not any(world.desk.media.path(digest) for digest in stills.values())
    assert not list(images(world.desk.open("a").story))
    assert world.desk.save_media("a").saved == 0


def test_what_is_decoded_is_a_picture_of_any_format():
    out = io.BytesIO()
    Image.new("P", (50, 80), 3).save(out, "GIF")
    assert squared(read_picture(out.getvalue()), 32).width == 32
