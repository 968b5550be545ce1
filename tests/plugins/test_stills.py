"""Avatars and stills in formats other than the page: shown, or left out whole."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from page_stories import states

from hubbub.core.contracts import Exporter
from hubbub.core.quoting import for_readers, without_stills
from hubbub.core.values import PublishedStory
from hubbub.plugins.exporters.atom import AtomExporter
from hubbub.plugins.exporters.csv import CsvExporter
from hubbub.plugins.exporters.json import JsonExporter
from hubbub.plugins.exporters.markdown import MarkdownExporter
from hubbub.plugins.exporters.pdf import PdfExporter
from hubbub.plugins.exporters.timelinejs import TimelineExporter


def avatar_in(story: PublishedStory) -> str:
    """The digest of the copy of the only avatar."""
    (copy,) = [block.copy for block in story.story.blocks if block.copy and block.copy.stills]
    return copy.stills["https://files.example/eleni.png"]


def test_a_still_that_is_a_picture_elsewhere_stays(tmp_path: Path):
    story = states(tmp_path)
    assert story.media.keys() - without_stills(story).keys() == {avatar_in(story)}


@pytest.mark.parametrize("exporter", [AtomExporter(), CsvExporter(), MarkdownExporter(), TimelineExporter()])
def test_what_is_not_shown_is_not_taken_along(tmp_path: Path, exporter: Exporter):
    story = states(tmp_path / "media")
    (tmp_path / "out").mkdir()
    files = exporter.export(story, tmp_path / "out").files
    assert len([file for file in files if file.startswith("media/")]) == 2
    assert not any(avatar_in(story) in file for file in files)


def test_the_story_file_carries_all(tmp_path: Path):
    story = states(tmp_path / "media")
    (tmp_path / "out").mkdir()
    receipt = JsonExporter().export(story, tmp_path / "out")
    assert any(avatar_in(story) in file for file in receipt.files)
    assert JsonExporter().read(Path(receipt.path)).story == for_readers(story.story)


def test_on_paper_an_avatar_stands_beside_its_author_and_is_no_figure(tmp_path: Path):
    from pypdf import PdfReader

    (tmp_path / "out").mkdir()
    story = states(tmp_path / "media")
    with_it = PdfReader(PdfExporter().export(story, tmp_path / "out").path)
    without = {digest: path for digest, path in story.media.items() if digest != avatar_in(story)}
    (tmp_path / "plain").mkdir()
    plain = PdfReader(PdfExporter().export(replace(story, media=without), tmp_path / "plain").path)
    shown, bare = ({image.data for page in reader.pages for image in page.images} for reader in (with_it, plain))
    assert len(shown) == len(bare) + 1
    assert [page.extract_text() for page in with_it.pages] == [page.extract_text() for page in plain.pages]


def test_on_paper_a_still_is_a_picture_with_its_kind_and_link(tmp_path: Path):
    from pypdf import PdfReader

    (tmp_path / "out").mkdir()
    reader = PdfReader(PdfExporter().export(states(tmp_path / "media"), tmp_path / "out").path)
    page = next(page for page in reader.pages if "See for yourself." in page.extract_text())
    notes: Any = page["/Annots"]
    links = {note["/A"]["/URI"] for each in notes if "/URI" in (note := each.get_object()).get("/A", {})}
    assert {"https://files.example/film.mp4", "https://files.example/sound.mp3"} <= links
    assert "Video: The test" in page.extract_text()
    assert page.images
