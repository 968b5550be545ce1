"""The users' pages of our sources tell of every option that there is, and of no other."""

import importlib
import re
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
OF_EVERY_SOURCE = {"id", "plugin", "every", "keep"}
SOURCES = sorted(
    point.name.removeprefix("source.")
    for point in entry_points(group="hubbub")
    if point.name.startswith("source.") and point.value.startswith("hubbub.")
)
ON_THE_MAIN_PAGE = {"rss", "file"}
pytestmark = pytest.mark.skipif(not DOCS.exists(), reason="the documentation is not beside the tests")


def page(name: str) -> str:
    return (DOCS / "sources" / f"{name}.md").read_text("utf-8")


def options(name: str) -> set[str]:
    (component,) = importlib.import_module(f"hubbub.plugins.sources.{name}").register_sources()
    return set(component.options.model_fields)


def test_all_sources_are_listed() -> None:
    listed = re.findall(
        r"^\| `(\w+)` \|.*\| \[\1\]\(sources/\1\.md\) \|$", (DOCS / "sources.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(listed) == sorted(set(SOURCES) - ON_THE_MAIN_PAGE)


@pytest.mark.parametrize("name", sorted(set(SOURCES) - ON_THE_MAIN_PAGE))
def test_a_page_has_all_options(name: str) -> None:
    table = page(name).partition("| option |")[2].partition("\n\n")[0]
    told = [word for row in re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE) for word in re.findall(r"`(\w+)`", row)]
    assert sorted(told) == sorted(options(name))


@pytest.mark.parametrize("name", sorted(set(SOURCES) - ON_THE_MAIN_PAGE))
def test_a_pages_examples_have_no_other_options(name: str) -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```", page(name), re.MULTILINE | re.DOTALL)
    sources = [source for block in blocks for source in tomllib.loads(block).get("sources", [])]
    assert sources
    for source in sources:
        assert set(source) <= options(name) | OF_EVERY_SOURCE
