"""The contract suite of exporters: subclass :class:`ExporterContract`, give it your exporter, and run pytest.

::

    class TestMine(ExporterContract):
        @pytest.fixture
        def exporter(self):
            return MyExporter()
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from ..core.contracts import Exporter, Reimports
from .stories import AT, HOSTILE, every_block, published, said

__all__ = ["AT", "HOSTILE", "ExporterContract", "every_block", "published", "said"]

BINARY = frozenset({".pdf", ".epub", ".wacz", ".warc", ".gz", ".zip"})
"""Endings of files that are no text; all others must be UTF-8."""


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
            if not name.startswith("media/") and PurePosixPath(name).suffix not in BINARY:
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
