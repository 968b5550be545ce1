"""A published page in a real browser: it asks nobody for anything, fits every width, and can be read in light and dark."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import Page, browser, find_chromium
from sample_story import battery_week, plain

from hubbub.core.media import MediaStore
from hubbub.core.values import Block, BlockKind
from hubbub.plugins.exporters.html import HtmlExporter


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium is installed, so the page cannot be looked at in a browser")
    with browser(program, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example story as a page, one of its pictures too large to be inside."""
    folder = tmp_path_factory.mktemp("site")
    store = MediaStore(folder / "pictures", None)  # type: ignore[arg-type]
    large = store.adopt(plain(40, 60, 50, 600, 400))
    story = battery_week(folder / "pictures")
    blocks = (*story.story.blocks, Block(id="large", kind=BlockKind.IMAGE, media=large, alt="A green square"))
    media = {**story.media, large: str(store.path(large))}
    (folder / "out").mkdir()
    HtmlExporter().export(replace(story, story=replace(story.story, blocks=blocks), media=media), folder / "out")
    return folder / "out" / "index.html"


def test_a_page_asks_nobody_for_anything_and_complains_of_nothing(chromium: Page, site: Path):
    chromium.open(site)
    asked = [event["request"]["url"] for event in chromium.named("Network.requestWillBeSent")]
    assert {url.split(":")[0] for url in asked} <= {"file", "data"}
    assert all(Path(url.removeprefix("file://")).is_relative_to(site.parent) for url in asked if url.startswith("file:"))
    assert chromium.named("Log.entryAdded") == []
    assert chromium.named("Runtime.consoleAPICalled") == chromium.named("Runtime.exceptionThrown") == []
    pictures = chromium.evaluate("[...document.images].map(i => [i.complete, i.naturalWidth > 0, i.alt.length > 0])")
    assert len(pictures) == 5
    assert all(all(picture) for picture in pictures)


@pytest.mark.parametrize("width", [320, 360, 800, 1600])
def test_a_page_fits_every_width(chromium: Page, site: Path, width: int):
    chromium.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    chromium.open(site)
    assert chromium.evaluate("document.documentElement.scrollWidth") <= width
    too_wide = "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).length"
    assert chromium.evaluate(too_wide) == 0


CONTRAST = """
(() => {
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  };
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if (!colour.endsWith(', 0)')) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const has_text = element => [...element.childNodes].some(node => node.nodeType == 3 && node.data.trim());
  return Math.min(...[...document.querySelectorAll('body *')].filter(has_text).map(element => {
    const [one, other] = [light(getComputedStyle(element).color), light(ground(element))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  }));
})()
"""
"""The lowest contrast of any text with its ground (WCAG 2.2, relative luminance)."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_can_be_read_in_light_and_dark(chromium: Page, site: Path, scheme: str):
    chromium.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    chromium.open(site)
    ground = chromium.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground)[:3])) > 380) == (scheme == "light")
    assert chromium.evaluate(CONTRAST) >= 4.5
