"""The wheel holds what the checkout holds."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("core", "archive", "plugins", "config", "tui", "cli", "testing")


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_every_folder_with_python_files_is_listed_as_a_package(project: dict) -> None:
    folders = {
        ".".join(("hubbub", *path.parent.relative_to(ROOT).parts))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "__pycache__" not in path.parts
    }
    assert folders | {"hubbub"} == set(project["tool"]["setuptools"]["packages"])


def test_every_file_that_is_not_python_is_package_data(project: dict) -> None:
    patterns = {pattern.removeprefix("*") for pattern in project["tool"]["setuptools"]["package-data"]["*"]}
    left_out = [
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.suffix not in (".py", ".pyc")
        and not any(path.name.endswith(pattern) for pattern in patterns)
    ]
    assert left_out == []


def test_every_entry_point_leads_to_a_module_that_registers_it(project: dict) -> None:
    from hubbub.core.registry import Registry

    registry = Registry()
    for point in project["project"]["entry-points"]["hubbub"]:
        role, _, name = point.partition(".")
        assert registry.component(role, name).name == name


def test_the_required_folders_are_there() -> None:
    for name in ("core", "plugins", "archive", "tui", "config", "tests"):
        assert (ROOT / name).is_dir()


def test_listing_plugins_imports_none_of_them() -> None:
    code = (
        "import sys\n"
        "from hubbub.core.registry import Registry\n"
        "assert Registry().listing()\n"
        "heavy = ('spacy', 'textual', 'whoosh', 'feedparser')\n"
        "print([m for m in sys.modules if m.startswith('hubbub.plugins.') or m in heavy])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
