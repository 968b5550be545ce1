"""Settings that were checked once are not checked again, and never taken for others."""

import json
import stat
from pathlib import Path

import pytest
from config_samples import SMALL, WHOLE, workspace

from hubbub.config.loading import load_workspace
from hubbub.config.remembering import remembered_workspace
from hubbub.core.errors import ConfigError


def test_what_is_remembered_is_what_would_be_loaded(tmp_path: Path) -> None:
    folder = workspace(tmp_path, WHOLE)
    first = remembered_workspace(folder)
    assert (folder / ".checked.json").exists()
    assert remembered_workspace(folder) == first == load_workspace(folder)


def test_it_is_what_is_remembered_that_is_given(tmp_path: Path) -> None:
    folder = workspace(tmp_path, WHOLE)
    remembered_workspace(folder)
    kept = json.loads((folder / ".checked.json").read_text(encoding="utf-8"))
    kept["settings"]["name"] = "remembered"
    (folder / ".checked.json").write_text(json.dumps(kept), encoding="utf-8")
    assert remembered_workspace(folder).name == "remembered"


def test_changed_settings_are_checked_again(tmp_path: Path) -> None:
    folder = workspace(tmp_path, SMALL)
    remembered_workspace(folder)
    workspace(tmp_path, SMALL.replace("Acme", "Ακμή"))
    assert remembered_workspace(folder).name == "Ακμή"
    workspace(tmp_path, SMALL + "[htp]\n")
    with pytest.raises(ConfigError, match="'http'"):
        remembered_workspace(folder)


def test_a_copied_workspace_does_not_point_back(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "one", SMALL + '[archive]\nurl = "sqlite:///desk.db"\n')
    remembered_workspace(folder)
    (tmp_path / "two").mkdir()
    for path in folder.iterdir():
        (tmp_path / "two" / path.name).write_bytes(path.read_bytes())
    found = remembered_workspace(tmp_path / "two")
    assert found.folder == tmp_path / "two"
    assert found.archive.url == f"sqlite:///{tmp_path / 'two' / 'desk.db'}"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"of": 1}', b'{"of": {}, "settings": 3}', b"\xff"])
def test_a_damaged_memory_is_no_harm(tmp_path: Path, damage: bytes) -> None:
    folder = workspace(tmp_path, WHOLE)
    remembered_workspace(folder)
    (folder / ".checked.json").write_bytes(damage)
    assert remembered_workspace(folder).name == "Acme watch"


def test_others_cannot_read_what_is_remembered(tmp_path: Path) -> None:
    folder = workspace(tmp_path, SMALL)
    remembered_workspace(folder)
    assert stat.S_IMODE((folder / ".checked.json").stat().st_mode) == 0o600


def test_options_that_json_does_not_know_are_checked_each_time(tmp_path: Path) -> None:
    folder = workspace(tmp_path, SMALL + '[[sources]]\nid = "a"\nplugin = "x"\nsince = 2024-05-01\n')
    assert remembered_workspace(folder) == remembered_workspace(folder)
    assert not (folder / ".checked.json").exists()
