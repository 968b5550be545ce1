"""The contract suite of exporters: subclass :class:`ExporterContract`, give it your exporter, and run pytest.

::

    class TestMine(ExporterContract):
        @pytest.fixture
        def exporter(self):
            return MyExporter()
"""

from __future__ import annotations

import gzip
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pytest

from ..core.contracts import Exporter, Reimports
from ..core.errors import ExportError
from ..core.values import Author, Block, BlockKind
from .stories import ADDRESSES, AT, HOSTILE, SECRET, SHOWN, every_block, every_field, handed, published, said

__all__ = ["AT", "HOSTILE", "ExporterContract", "every_block", "every_field", "published", "said"]

BINARY = frozenset({".pdf", ".epub", ".wacz", ".warc", ".gz", ".zip"})
"""Endings of files that are no text; all others must be UTF-8."""


class ExporterContract:
    """What the desk relies on, whatever is written."""

    @pytest.fixture
    def many(self) -> int:
        """Blocks of a story that must be written in a minute of computing, or refused at once."""
        return 10_000

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
            if not name.startswith("media/") and PurePosixPath(name).suffix not in BINARY:
                (target / name).read_text(encoding="utf-8")

    def test_what_reimports_reads_back_what_it_wrote(self, exporter: Exporter, tmp_path: Path, target: Path) -> None:
        if not isinstance(exporter, Reimports):
            pytest.skip("this exporter does not read")
        whole = every_field(tmp_path)
        hostile = (*every_block(HOSTILE[4]), *(said(n + 10, text) for n, text in enumerate(HOSTILE)))
        blocks = [*whole.story.blocks, *(replace(block, id=f"hostile-{block.id}") for block in hostile)]
        story = handed(replace(whole, story=replace(whole.story, blocks=tuple(blocks))))
        exporter.export(story, target)
        back = exporter.read(target)
        assert replace(back, media={}) == replace(story, media={})
        assert {key: Path(path).read_bytes() for key, path in back.media.items()} == {
            key: Path(path).read_bytes() for key, path in story.media.items()
        }

    def test_every_field_of_a_story_can_be_written(self, exporter: Exporter, tmp_path: Path, target: Path) -> None:
        receipt = exporter.export(handed(every_field(tmp_path)), target)
        assert {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()} == set(receipt.files)

    def test_notes_and_what_was_taken_out_appear_nowhere(self, exporter: Exporter, tmp_path: Path, target: Path) -> None:
        exporter.export(handed(every_field(tmp_path)), target)
        contents = dict(contents_of(target))
        assert any(SHOWN.encode() in content for content in contents.values()) or not _all_readable(contents)
        assert [name for name, content in contents.items() if SECRET.encode() in content] == []

    @pytest.mark.parametrize("address", ADDRESSES, ids=range(len(ADDRESSES)))
    def test_addresses_lead_to_the_web_only(self, exporter: Exporter, tmp_path: Path, target: Path, address: str) -> None:
        author = Author(platform="forum", key="ana", name="Ana", url=address)
        blocks = (
            said(1, f"look: {address}", url=address, author=author),
            Block(id="i", kind=BlockKind.IMAGE, url=address, alt=address),
            Block(id="l", kind=BlockKind.LINK, url=address, text="Ana"),
            Block(id="t", kind=BlockKind.TEXT, text=f"[so]({address}) and <{address}>"),
        )
        exporter.export(published(tmp_path, *blocks), target)
        for name, content in contents_of(target):
            if PurePosixPath(name).suffix in PAGES:
                page = PageReader(content.decode())
                assert all(led.lower().startswith(SAFE) or ":" not in led.partition("/")[0] for led in page.addresses), name
                assert not any(attribute.startswith("on") for attribute in page.attributes), name
                assert "alert(1)" not in page.scripts, name

    @pytest.mark.parametrize("title", ["🎉🎉", "-", "\u202e", "'"])
    def test_a_title_of_nothing_but_signs_is_a_title(
        self, exporter: Exporter, tmp_path: Path, target: Path, title: str
    ) -> None:
        assert exporter.export(published(tmp_path, said(1, title, title=title), title=title), target).files

    def test_pictures_without_a_copy_block_nothing(self, exporter: Exporter, tmp_path: Path, target: Path) -> None:
        receipt = exporter.export(handed(replace(every_field(tmp_path), media={})), target)
        assert receipt.files
        assert not any(name.startswith("media/") for name in receipt.files)

    def test_a_long_story_is_written_in_time_or_refused_at_once(
        self, exporter: Exporter, many: int, tmp_path: Path, target: Path
    ) -> None:
        texts = (Block(id=f"t{n}", kind=BlockKind.TEXT, text=f"Then *number* {n} spoke.") for n in range(many // 2))
        quotes = (said(n, f"What number {n} says of it, in a sentence.", media=()) for n in range(many // 2))
        story = published(tmp_path, *(block for pair in zip(texts, quotes, strict=True) for block in pair))
        began = time.process_time()
        refused = None
        try:
            assert exporter.export(story, target).files
        except ExportError as error:
            refused = error
        took = time.process_time() - began
        if refused:
            # Whoever is refused learns how long the story is, and has not waited for it.
            assert f"{many:,}" in str(refused)
            assert not list(target.iterdir())
            assert took < 5
        assert took < 60 * many / 10_000 + 5


PAGES = frozenset({".html", ".xhtml"})
SAFE = ("http://", "https://", "data:image/", "#", "mailto:", "urn:", "cid:")
"""How the addresses of a page may begin; others are relative."""


def contents_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, and every file in those that are archives."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()
        if path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    content = archive.read(name)
                    yield f"{path.name}/{name}", gzip.decompress(content) if name.endswith(".gz") else content


def _all_readable(contents: dict[str, bytes]) -> bool:
    """Whether a search in the files finds all words: those of a PDF are drawn, and compressed."""
    return not any(name.endswith(".pdf") for name in contents)


class PageReader(HTMLParser):
    """What a page leads to and what it would run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.tags: set[str] = set()
        self.scripts = ""
        self._kind = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._kind = f"{tag} {given.get('type') or ''}".strip()
        self.attributes |= given.keys()
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action", "xlink:href", "srcset")]

    def handle_endtag(self, tag: str) -> None:
        self._kind = ""

    def handle_data(self, data: str) -> None:
        if self._kind in ("script", "script module", "script text/javascript"):
            self.scripts += data
