"""What ``hubbub plugins new`` writes is a package that can be installed, is found, and passes its own tests."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import pytest
from cli_world import runner
from kit_world import lines_of_code

import hubbub as package
from hubbub.cli.newplugin import write_plugin
from hubbub.cli.program import hubbub
from hubbub.core.contracts import Role
from hubbub.core.errors import HubbubError

ROLES: tuple[Role, ...] = get_args(Role)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One plugin of each role, written and installed without a network, beside each other in ``site``."""
    if find_spec("pip") is None:
        pytest.skip("this environment has no pip")
    folder = tmp_path_factory.mktemp("kit")
    packages = [str(write_plugin(role, f"acme-{role}", folder / role)[0].parent) for role in ROLES]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*pip, "--target", str(folder / "site"), *packages], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """A Python program that sees what was installed."""
    env = {**os.environ, "PYTHONPATH": str(folder / "site"), "PYTHONUTF8": "1"}
    return subprocess.run([sys.executable, *args], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False)


def test_what_is_installed_is_listed(installed: Path) -> None:
    listed = json.loads(run(installed, "-m", "hubbub", "plugins", "list", "--json").stdout)["plugins"]
    ours = {(info["role"], info["name"]): info for info in listed if info["origin"].startswith("hubbub-acme")}
    assert set(ours) == {(role, f"acme-{role}") for role in ROLES}
    assert {(info["version"], info["problem"]) for info in ours.values()} == {("0.1.0", "")}


def test_its_own_tests_pass(installed: Path) -> None:
    tests = [str(installed / role / "tests") for role in ROLES]
    done = run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", *tests)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("role", ROLES)
def test_a_source_takes_no_more_than_sixty_lines(tmp_path: Path, role: Role) -> None:
    module = write_plugin(role, "acme-forum", tmp_path / "here")[0]
    assert lines_of_code(module) <= (60 if role == "source" else 80)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(HubbubError, match="nothing is overwritten"):
        write_plugin("source", "acme-forum", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_it_is_not_written_into_hubbub_itself() -> None:
    with pytest.raises(HubbubError, match="inside hubbub itself"):
        write_plugin("source", "acme-forum", Path(package.__file__).parent / "plugins" / "mine")


@pytest.mark.parametrize("name", ["Acme", "acme_forum", "../acme", "acme--forum", "", "1acme", "x" * 41])
def test_a_name_is_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(HubbubError, match="small letters, digits and hyphens"):
        write_plugin("source", name, tmp_path / "here")
    assert not (tmp_path / "here").exists()


def test_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    result = runner().invoke(hubbub, ["plugins", "new", "source", "acme-forum", "--folder", str(tmp_path / "here")])
    assert result.exit_code == 0, result.stderr
    assert "hubbub_acme_forum.py" in result.stdout
    assert "hubbub plugins check source.acme-forum" in result.stdout
    refused = runner().invoke(hubbub, ["plugins", "new", "sauce", "acme"])
    assert refused.exit_code == 2
