"""Folders that somebody prepared: links that lead elsewhere, stamps that are none."""

import os
import sys
import time
from pathlib import Path

import pytest
from sample_story import NOW, empty_story

from hubbub.core.errors import ExportError
from hubbub.core.folders import working_folder
from hubbub.core.publishing import STAMP, publication, publish, withdraw
from hubbub.core.values import PublishedStory
from hubbub.plugins.exporters.json import JsonExporter


def write(folder: Path) -> None:
    publish(PublishedStory(story=empty_story(), media={}, at=NOW), folder, {"json": JsonExporter()}, revision=1)


def test_a_link_stays_a_link_and_what_it_leads_to_is_never_published(tmp_path: Path):
    folder, private = tmp_path / "published" / "a", tmp_path / "private"
    write(folder)
    private.mkdir()
    (private / "diary.txt").write_text("hush")
    (folder / "diary.txt").symlink_to(private / "diary.txt")
    (folder / "all").symlink_to(private)
    (folder / "lost").symlink_to(tmp_path / "nowhere")
    write(folder)
    assert {p.name for p in folder.iterdir() if p.is_symlink()} == {"diary.txt", "all", "lost"}
    assert (folder / "all").resolve() == private


def test_taking_a_page_away_leaves_links_and_what_they_lead_to(tmp_path: Path):
    folder, empty = tmp_path / "published" / "a", tmp_path / "empty"
    write(folder)
    empty.mkdir()
    (folder / "there").symlink_to(empty)
    assert set(withdraw(folder)) == {"story.json", STAMP}
    assert empty.is_dir()
    assert [p.name for p in folder.iterdir()] == ["there"]


def test_what_is_no_stamp_makes_a_folder_somebody_elses(tmp_path: Path):
    deep, folder = tmp_path / "deep", tmp_path / "folder"
    deep.mkdir()
    (deep / STAMP).write_text("[" * 200_000)
    (folder / STAMP).mkdir(parents=True)
    for place in (deep, folder):
        assert publication(place) is None
        with pytest.raises(ExportError, match="did not write"):
            write(place)
        assert (place / STAMP).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot tell whether somebody works in a folder")
def test_what_a_killed_program_left_is_cleared_at_once_and_what_another_works_in_is_not(tmp_path: Path):
    folder = tmp_path / "a[b]"
    left = tmp_path / ".a[b].new-killed"
    left.mkdir()
    (left / "story.json").write_text("words that were taken out since")
    os.utime(left, (time.time() - 60,) * 2)
    with working_folder(folder) as theirs:
        os.utime(theirs, (time.time() - 60,) * 2)
        write(folder)
        assert theirs.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["a[b]"]
