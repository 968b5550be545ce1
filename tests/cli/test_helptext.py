"""The page of commands says what the commands say."""

from importlib.metadata import version
from pathlib import Path

import pytest

from hubbub.cli.exits import Exit
from hubbub.cli.helptext import page

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
WRITTEN_WITH = "8.5"
"""The release of click whose help the page shows; others lay out a word or two in another way."""


@pytest.mark.skipif(not PAGE.exists(), reason="the documentation is not beside the tests")
@pytest.mark.skipif(not version("click").startswith(WRITTEN_WITH), reason="another release of click lays help out otherwise")
def test_the_page_is_what_the_commands_say() -> None:
    wanted = page()
    assert PAGE.read_text(encoding="utf-8") == wanted, "run: python -m hubbub.cli.helptext > docs/commands.md"


def test_every_exit_code_is_explained() -> None:
    text = page()
    assert all(f"| {code.value} | {code.name} | {code.meaning} |" in text for code in Exit)
    assert all(code.meaning.endswith(".") for code in Exit)
