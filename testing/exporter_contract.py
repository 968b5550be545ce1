"""The contract suite of exporters: subclass :class:`ExporterContract`, give it your exporter, and run pytest.

::

    class TestMine(ExporterContract):
        @pytest.fixture
        def exporter(self):
            return MyExporter()
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest

from ..core.contracts import Exporter, Reimports
from ..core.deciding import content_digest
from ..core.values import (
    Author,
    Block,
    BlockKind,
    Engagement,
    FrozenCopy,
    Media,
    Mention,
    MentionKind,
    PublishedStory,
    Story,
)

AT = datetime(2026, 6, 20, 18, 0, tzinfo=UTC)
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
"""A picture of one point."""
HOSTILE = (
    "<script>alert(1)</script>",
    "]]> --> ``` </style></title> {{ 7*7 }} {% raw %}",
    "![x](javascript:alert(1)) [y](https://a.example/)<img src=x onerror=alert(1)>",
    "# heading\n> quote\n- list\n1. one\n---\n    code\n| a | b |\n",
    "\x1b[31mred\x1b[0m \u202egnirts\u202c \x00 \ud800 \u2028",
    "καλημέρα ș Ș ñ 日本語 שלום 👩‍👩‍👧",
    "",
    "word" * 20_000,
)
"""Things that somebody may have said."""


def published(folder: Path, *blocks: Block, **details: str) -> PublishedStory:
    """A story with these blocks, published; the one picture that we hold lies in ``folder``."""
    digest = hashlib.sha256(GIF).hexdigest()
    path = folder / f"{digest}.gif"
    path.write_bytes(GIF)
    fields = {"id": "s1", "slug": "a-story", "title": "A story", **details}
    story = Story(**fields, blocks=blocks, created=AT - timedelta(days=2))  # pyright: ignore[reportArgumentType]
    return PublishedStory(story=story, media={digest: str(path)}, at=AT, generator="hubbub test")


def said(number: int, text: str, **more: object) -> Block:
    """A block that quotes an invented person, with a picture that we hold and one that we do not."""
    held = Media(kind="image", url="https://files.example/a.gif", alt=text[:50], digest=hashlib.sha256(GIF).hexdigest())
    lost = Media(kind="image", url="https://files.example/lost.png", digest="0" * 64)
    fields: dict[str, object] = {
        "platform": "forum",
        "key": str(number),
        "url": f"https://forum.example/{number}",
        "text": text,
        "author": Author(platform="forum", key="ana", handle="ana", name=text[:40]),
        "published": AT - timedelta(days=1, hours=number),
        "media": (held, lost),
        "engagement": Engagement(at=AT, likes=3),
        **more,
    }
    mention = Mention(**fields)  # pyright: ignore[reportArgumentType]
    copy = FrozenCopy(mention=mention, version=1, when=mention.published or AT, frozen=AT, digest=content_digest(mention))
    return Block(id=f"m{number}", kind=BlockKind.MENTION, copy=copy)


def every_block(text: str) -> tuple[Block, ...]:
    """One block of each kind with the same words in it."""
    digest = hashlib.sha256(GIF).hexdigest()
    return (
        Block(id="h", kind=BlockKind.HEADING, text=text),
        Block(id="t", kind=BlockKind.TEXT, text=text),
        said(1, text, title=text),
        said(2, text, author=None, url="", media=(), engagement=None, published=None, kind=MentionKind.ARTICLE),
        Block(id="i", kind=BlockKind.IMAGE, text=text, alt=text, media=digest, url="https://files.example/a.gif"),
        Block(id="j", kind=BlockKind.IMAGE, alt=text),
        Block(id="l", kind=BlockKind.LINK, text=text, url="javascript:alert(1)"),
        Block(id="k", kind=BlockKind.LINK, url="https://acme.example/?a=1&b=<2>"),
        Block(id="d", kind=BlockKind.DIVIDER),
    )


class ExporterContract:
    """What the desk relies on, whatever is written."""

    @pytest.fixture
    def exporter(self) -> Exporter:
        """The exporter under test."""
        raise NotImplementedError("override the fixture 'exporter'")

    @pytest.fixture
    def target(self, tmp_path: Path) -> Path:
        """The empty folder to write into."""
        folder = tmp_path / "target"
        folder.mkdir()
        return folder

    def test_the_receipt_lists_exactly_what_was_written(self, exporter: Exporter, tmp_path: Path, target: Path) -> None:
        receipt = exporter.export(published(tmp_path, *every_block("words")), target)
        found = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
        assert set(receipt.files) == found
        assert len(receipt.files) == len(found) > 0
        assert all(not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts for name in receipt.files)

    def test_the_receipt_says_what_to_open(self, exporter: Exporter, tmp_path: Path, target: Path) -> None:
        opened = Path(exporter.export(published(tmp_path, said(1, "words")), target).path)
        assert opened.exists()
        assert opened == target or target in opened.parents

    def test_nothing_outside_the_folder_is_touched(self, exporter: Exporter, tmp_path: Path, target: Path) -> None:
        story = published(tmp_path, *every_block("words"), slug="../../etc")
        before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        exporter.export(story, target)
        after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and target not in path.parents}
        assert after == before

    def test_the_same_story_gives_the_same_bytes(self, exporter: Exporter, tmp_path: Path, target: Path) -> None:
        story = published(tmp_path, *every_block("words"))
        exporter.export(story, target)
        again = tmp_path / "again"
        again.mkdir()
        exporter.export(story, again)
        for path in (path for path in target.rglob("*") if path.is_file()):
            assert path.read_bytes() == (again / path.relative_to(target)).read_bytes()

    def test_a_story_without_blocks_is_written(self, exporter: Exporter, tmp_path: Path, target: Path) -> None:
        assert exporter.export(replace(published(tmp_path), media={}), target).files

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_whatever_was_said_can_be_written(self, exporter: Exporter, tmp_path: Path, target: Path, text: str) -> None:
        details = {"title": text or "-", "subtitle": text, "byline": text, "description": text}
        receipt = exporter.export(published(tmp_path, *every_block(text), **details), target)
        for name in receipt.files:
            if not name.startswith("media/"):
                (target / name).read_text(encoding="utf-8")

    def test_what_reimports_reads_back_what_it_wrote(self, exporter: Exporter, tmp_path: Path, target: Path) -> None:
        if not isinstance(exporter, Reimports):
            pytest.skip("this exporter does not read")
        story = published(tmp_path, *every_block(HOSTILE[4]), *(said(n + 10, text) for n, text in enumerate(HOSTILE)))
        exporter.export(story, target)
        back = exporter.read(target)
        assert replace(back, media={}) == replace(story, media={})
        assert {key: Path(path).read_bytes() for key, path in back.media.items()} == {
            key: Path(path).read_bytes() for key, path in story.media.items()
        }
