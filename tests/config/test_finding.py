"""Which workspace is meant."""

from pathlib import Path

import pytest
from config_samples import workspace

from hubbub.config.finding import find_workspace
from hubbub.core.errors import WorkspaceNotFound


def test_what_is_wanted_comes_before_what_the_environment_says(tmp_path: Path) -> None:
    one, two, here = (workspace(tmp_path / name) for name in ("one", "two", "here"))
    env = {"HUBBUB_WORKSPACE": str(two)}
    assert find_workspace(one, env=env, cwd=here) == one
    assert find_workspace(one / "hubbub.toml", env=env, cwd=here) == one
    assert find_workspace(Path("../one"), env={}, cwd=here) == one
    assert find_workspace(None, env=env, cwd=here) == two
    assert find_workspace(None, env={}, cwd=here) == here


def test_it_is_looked_for_upwards_then_in_the_data_folder(tmp_path: Path) -> None:
    here = workspace(tmp_path / "here")
    deep = here / "published" / "story"
    deep.mkdir(parents=True)
    (tmp_path / "away").mkdir()
    home = workspace(tmp_path / "data")
    assert find_workspace(None, env={}, cwd=deep, default=home) == here
    assert find_workspace(None, env={}, cwd=tmp_path / "away", default=home) == home


def test_what_is_named_must_be_there(tmp_path: Path) -> None:
    here = workspace(tmp_path / "here")
    (tmp_path / "empty").mkdir()
    with pytest.raises(WorkspaceNotFound, match=r"HUBBUB_WORKSPACE.*no such folder"):
        find_workspace(None, env={"HUBBUB_WORKSPACE": str(tmp_path / "nowhere")}, cwd=here)
    with pytest.raises(WorkspaceNotFound, match=r"--workspace.*no hubbub\.toml"):
        find_workspace(tmp_path / "empty", env={}, cwd=here)


def test_finding_nothing_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceNotFound, match=r"hubbub init.*hubbub demo"):
        find_workspace(None, env={}, cwd=tmp_path, default=tmp_path / "data")
