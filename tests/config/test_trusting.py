"""Which files may run is kept outside of workspaces, by folder and content."""

import json
from pathlib import Path

from hubbub.config.trusting import trust, trusted_files


def test_nothing_is_trusted_before_it_is_said(tmp_path: Path) -> None:
    assert trusted_files(tmp_path / "plugins", tmp_path / "trusted.json") == {}


def test_what_is_said_holds_for_that_folder_only(tmp_path: Path) -> None:
    kept, here, copy = tmp_path / "config" / "trusted.json", tmp_path / "desk" / "plugins", tmp_path / "copy" / "plugins"
    for folder in (here, copy):
        folder.mkdir(parents=True)
    trust(here, {"acme.py": "abc"}, kept)
    assert trusted_files(here, kept) == {"acme.py": "abc"}
    assert trusted_files(copy, kept) == {}
    assert kept.stat().st_mode & 0o077 == 0
    (tmp_path / "link").symlink_to(here)
    assert trusted_files(tmp_path / "link", kept) == {"acme.py": "abc"}, "a link leads to the same folder"
    trust(here, {}, kept)
    assert trusted_files(here, kept) == {}


def test_a_damaged_list_trusts_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "trusted.json"
    for text in ("{", "[]", json.dumps({str(tmp_path): "all"}), "\x00"):
        kept.write_text(text)
        assert trusted_files(tmp_path, kept) == {}
