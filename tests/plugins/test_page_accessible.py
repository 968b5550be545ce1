"""Published pages under an accessibility checker (axe-core, in headless Chromium): no violation, whatever the story has in it.

``HUBBUB_AXE`` names the file ``axe.min.js`` of the npm package ``axe-core``; ``.ci/run`` installs it.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chromium import Page, browser, find_chromium
from page_stories import arabic, greek, hebrew, many, states
from sample_story import battery_week

from hubbub.core.values import PublishedStory
from hubbub.plugins.exporters.html import HtmlExporter
from hubbub.testing.exporter_contract import HOSTILE, every_block, published

pytestmark = pytest.mark.slow

AXE = Path(os.environ.get("HUBBUB_AXE") or "/nowhere")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""The Web Content Accessibility Guidelines 2.2, levels A and AA, and what axe's authors hold to be good practice."""

STORIES: dict[str, Callable[[Path], PublishedStory]] = {
    "example": battery_week,
    "states": states,
    "arabic": arabic,
    "hebrew": hebrew,
    "greek": greek,
    "hostile": lambda folder: published(folder, *every_block(HOSTILE[0]), title=HOSTILE[0], subtitle=HOSTILE[1]),
    "one": lambda folder: many(1, folder),
    "empty": lambda folder: many(0, folder),
}
CHECK = f"""axe.run(document, {{preload: false, resultTypes: ['violations'], runOnly: {{type: 'tag', values: {RULES}}}}}).then(
  found => found.violations.map(rule => [rule.id, rule.impact, ...rule.nodes.slice(0, 3).map(node => node.html)]))"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium is installed, so the page cannot be looked at in a browser")
    if not AXE.is_file():
        pytest.skip("HUBBUB_AXE does not name the axe.min.js of axe-core, so nothing can check the page")
    with browser(program, tmp_path_factory.mktemp("profile")) as page:
        yield page


def violations(chromium: Page, file: Path, width: int, scheme: str) -> list[list[str]]:
    chromium.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    chromium.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    chromium.open(file)
    chromium.evaluate(AXE.read_text(encoding="utf-8"))
    # What is folded or opens at a press is part of the page, too.
    chromium.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    return chromium.waits_for(CHECK)


@pytest.mark.parametrize("theme", ["default", "newsprint"])
@pytest.mark.parametrize("name", STORIES)
def test_a_checker_finds_nothing(chromium: Page, tmp_path: Path, name: str, theme: str):
    (tmp_path / "out").mkdir()
    HtmlExporter(theme=theme).export(STORIES[name](tmp_path), tmp_path / "out")
    for width, scheme in ((320, "light"), (320, "dark"), (1600, "light"), (1600, "dark")):
        assert violations(chromium, tmp_path / "out" / "index.html", width, scheme) == [], (width, scheme)


def test_the_checker_does_find_what_is_wrong(chromium: Page, tmp_path: Path):
    (tmp_path / "index.html").write_text("<html><title>x</title><img src='a.png'><p style='color:#eee'>Pale words</p>")
    found = {rule[0] for rule in violations(chromium, tmp_path / "index.html", 800, "light")}
    assert {"image-alt", "html-has-lang", "color-contrast"} <= found
