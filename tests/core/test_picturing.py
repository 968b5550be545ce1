"""Keeping the pictures of what is archived: in pieces, a few at a time, each problem told and none in the way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sample_story import NOW, mention, plain

from hubbub.archive import open_archive
from hubbub.core.contracts import Response
from hubbub.core.deciding import decide
from hubbub.core.desk import Desk
from hubbub.core.errors import SourceGone
from hubbub.core.indexing import Indexer
from hubbub.core.media import MediaStore
from hubbub.core.mediacare import orphans
from hubbub.core.picturing import PIECE, fetch_all, keep_pictures_of
from hubbub.core.storydesk import StoryDesk
from hubbub.core.values import Media
from hubbub.testing.engines import MemoryEngine


class Web:
    """A web of small pictures; those that are called gone are not there."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, url: str, **_: object) -> Response:
        self.asked.append(url)
        if "gone" in url:
            raise SourceGone(f"{url} is not there any more.", url=url)
        shade = sum(url.encode()) % 180
        return Response(url=url, status=200, headers={}, content=plain(shade, 20, len(url), 4, 4))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Desk, Web]]:
    archive, engine, web = open_archive(tmp_path / "archive.db"), MemoryEngine(), Web()
    desk = Desk(
        name="w",
        archive=archive,
        indexer=Indexer(archive, lambda: engine, lambda: None),
        stories=lambda: StoryDesk(
            archive=archive,
            media=MediaStore(tmp_path / "media", web),  # type: ignore[arg-type]
            exporter=lambda name: NotImplemented,
            exporters=(),
            published=tmp_path / "published",
            now=lambda: NOW,
        ),
        topics=(),
        sources=(),
        collect=lambda ids, progress: NotImplemented,
        now=lambda: NOW,
    )
    yield desk, web
    archive.close()


def picture(name: str) -> Media:
    return Media(kind="image", url=f"https://files.example/{name}.png", alt=name)


def archive_of(desk: Desk, *said: tuple[str, tuple[Media, ...]], text: str = "acme") -> None:
    mentions = [mention(key, f"{text} {key}", hours=n, media=media) for n, (key, media) in enumerate(said)]
    desk.archive.save("s", [decide(None, one, seen=NOW) for one in mentions], None, NOW)
    desk.indexer.catch_up()


def test_an_address_is_asked_for_once_and_problems_come_in_their_order(tmp_path: Path):
    web, told = Web(), []
    wanted = [picture(name) for name in ("gone-1", "a", "a", "b", "gone-2")]
    got = fetch_all(MediaStore(tmp_path, web), wanted, lambda *done: told.append(done))  # type: ignore[arg-type]
    assert sorted(got.held) == ["https://files.example/a.png", "https://files.example/b.png"]
    assert [problem.split()[0] for problem in got.problems] == [picture(name).url for name in ("gone-1", "gone-2")]
    assert [(done, of) for done, of, _ in told] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert len(web.asked) == 4


def test_pictures_of_what_is_found_are_kept_and_belong_to_the_mention(world: tuple[Desk, Web], tmp_path: Path):
    desk, web = world
    film = Media(kind="video", url="https://files.example/film.mp4")
    archive_of(desk, ("1", (picture("one"), film)), ("2", ()), ("3", (picture("gone"), picture("two"))))
    archive_of(desk, ("9", (picture("other"),)), text="globex")
    kept = keep_pictures_of(desk, "acme", limit=10)
    assert (kept.mentions, kept.left, kept.saved, len(kept.problems)) == (2, 0, 2, 1)
    assert sorted(web.asked) == [picture(name).url for name in ("gone", "one", "two")]
    one, moving = desk.record("mastodon:1").mention.media
    assert desk.stories.media.path(one.digest)
    assert (one.alt, one.mime, moving) == ("one", "image/png", film)
    assert (desk.record("mastodon:1").version, desk.archive.pending()) == (1, 0)
    assert orphans(desk.archive, tmp_path / "media", datetime.now(UTC) + timedelta(days=1)) == []
    again = keep_pictures_of(desk, "acme", limit=10)
    assert (again.saved, web.asked.count(picture("one").url)) == (0, 1)


def test_a_story_quotes_what_was_kept_without_asking_again(world: tuple[Desk, Web]):
    desk, web = world
    archive_of(desk, ("1", (picture("one"),)))
    keep_pictures_of(desk, "acme", limit=1)
    web.asked.clear()
    slug = desk.stories.new("T").story.slug
    desk.stories.add(slug, ["mastodon:1"])
    assert desk.stories.save_media(slug).saved == 0
    assert web.asked == []


def test_the_newest_are_kept_first_and_the_rest_is_told(world: tuple[Desk, Web]):
    desk, web = world
    archive_of(desk, *((f"{n}", (picture(f"p{n}"),)) for n in range(PIECE + 10)))
    kept = keep_pictures_of(desk, "acme", limit=PIECE + 4)
    assert (kept.mentions, kept.left, kept.saved) == (PIECE + 4, 6, PIECE + 4)
    assert {picture(f"p{n}").url for n in range(6)}.isdisjoint(web.asked)


def test_all_wordings_that_show_a_picture_know_our_copy(world: tuple[Desk, Web]):
    desk, _ = world
    archive_of(desk, ("1", (picture("one"),)))
    first = desk.record("mastodon:1").mention
    edited = replace(first, text="acme 1, corrected")
    known = desk.archive.known([edited])[edited.ref]
    desk.archive.save("s", [decide(known, edited, seen=NOW)], None, NOW)
    keep_pictures_of(desk, "", limit=5)
    digests = {version.mention.media[0].digest for version in desk.archive.versions("mastodon:1")}
    assert len(digests) == 1
    assert desk.stories.media.path(digests.pop())
