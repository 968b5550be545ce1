"""The names for plugin authors: there, told to type checkers, documented, and free until they are used."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import hubbub

PAGE = Path(__file__).parents[1] / "docs" / "plugins.md"


@pytest.mark.parametrize("name", hubbub.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(hubbub, name) is not None
    assert name in dir(hubbub)


def test_type_checkers_are_told_the_same_names_from_the_same_places() -> None:
    tree = ast.parse(Path(hubbub.__file__).read_text("utf-8"))
    told = {
        alias.asname: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
    }
    assert told == hubbub._HOME_OF


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Mentions'"):
        _ = hubbub.Mentions
    with pytest.raises(ImportError):
        from hubbub import Mentions  # noqa: F401


def test_importing_hubbub_imports_nothing_else() -> None:
    code = "import sys, hubbub; print([m for m in sys.modules if m.startswith(('hubbub.', 'pydantic', 'pluggy', 'httpx'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(not PAGE.exists(), reason="the documentation is not beside the tests")
def test_the_page_of_plugins_lists_every_name() -> None:
    text = PAGE.read_text("utf-8").partition("\n## Public names\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(\w+)`", text)) >= {name for name in hubbub.__all__ if name != "__version__"}
