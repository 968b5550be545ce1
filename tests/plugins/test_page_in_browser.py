"""A published page in a real browser: it asks nobody for anything, fits every width, and can be read in light and dark."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import Page, browser, find_chromium
from page_stories import arabic, greek, hebrew, many, states
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


# --- every story, every theme --------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["default", "newsprint"])
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages by name: those whose words are long, in other scripts, many, or none."""
    folder = tmp_path_factory.mktemp(request.param)
    stories = {
        "states": states(folder),
        "arabic": arabic(folder),
        "hebrew": hebrew(folder),
        "greek": greek(folder),
        "many": many(500, folder),
        "none": many(0, folder),
    }
    pages: dict[str, Path] = {}
    for name, story in stories.items():
        (folder / name).mkdir()
        HtmlExporter(theme=request.param).export(story, folder / name)
        pages[name] = folder / name / "index.html"
    return pages


@pytest.mark.parametrize("width", [320, 800, 1600])
def test_every_story_fits_every_width_and_stays_silent(chromium: Page, shelf: dict[str, Path], width: int):
    chromium.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    for name, page in shelf.items():
        chromium.open(page)
        assert chromium.evaluate("document.documentElement.scrollWidth") <= width, name
        asked = [event["request"]["url"] for event in chromium.named("Network.requestWillBeSent")]
        assert {url.split(":")[0] for url in asked} <= {"file", "data"}, name
        assert chromium.named("Log.entryAdded") == [], name
        assert chromium.named("Runtime.consoleAPICalled") == chromium.named("Runtime.exceptionThrown") == [], name


def test_a_page_says_the_same_without_its_script(chromium: Page, shelf: dict[str, Path]):
    shown = "document.querySelector('article').innerText.length"
    chromium.open(shelf["states"])
    with_tools = chromium.evaluate("getComputedStyle(document.getElementById('tools')).display")
    chromium.evaluate("document.getElementById('tools').hidden = true")
    with_script = chromium.evaluate(shown)
    chromium.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        chromium.open(shelf["states"])
        assert chromium.evaluate(shown) == with_script
        assert with_tools == "flex"
        assert chromium.evaluate("getComputedStyle(document.getElementById('tools')).display") == "none"
    finally:
        chromium.call("Emulation.setScriptExecutionDisabled", value=False)


def test_on_paper_there_is_nothing_to_press_and_nothing_folded(chromium: Page, site: Path):
    chromium.open(site)
    try:
        chromium.call("Emulation.setEmulatedMedia", media="print")
        assert chromium.evaluate("getComputedStyle(document.getElementById('tools')).display") == "none"
        assert chromium.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert chromium.evaluate("document.querySelector('blockquote details').getBoundingClientRect().height") > 30
        assert chromium.call("Page.printToPDF")["data"].startswith("JVBERi")
    finally:
        chromium.call("Emulation.setEmulatedMedia", media="")


# --- the script ----------------------------------------------------------------------------------------------


def shown_entries(chromium: Page) -> int:
    return chromium.evaluate("[...document.querySelectorAll('.entry')].filter(e => e.getClientRects().length).length")


def status(chromium: Page) -> str:
    return chromium.evaluate("document.querySelector('#tools [role=status]').textContent")


def press(chromium: Page, key: str, code: int, text: str = "") -> None:
    for kind in ("keyDown", "keyUp"):
        more = {"text": text} if text and kind == "keyDown" else {}
        chromium.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **more)


def test_a_filter_leaves_the_mentions_of_a_platform_and_says_how_many(chromium: Page, shelf: dict[str, Path]):
    chromium.open(shelf["many"])
    assert shown_entries(chromium) == 500
    chromium.evaluate("document.querySelector('.filter summary').focus()")
    press(chromium, "Enter", 13, "\r")
    press(chromium, "Tab", 9)
    assert chromium.evaluate("document.activeElement.value") in ("Mastodon", "Bluesky", "rss.example", "Forum")
    press(chromium, " ", 32, " ")
    assert shown_entries(chromium) == 375
    assert status(chromium) == "375 of 500 mentions shown"
    empty_days = """[...document.querySelectorAll('.day')].filter(day => !day.hidden).filter(day => {
      let next = day.nextElementSibling;
      while (next && !next.classList.contains('day')) { if (!next.hidden) return false; next = next.nextElementSibling; }
      return true; }).length"""
    assert chromium.evaluate(empty_days) == 0
    press(chromium, "Escape", 27)
    assert chromium.evaluate("document.querySelector('.filter').open") is False
    assert chromium.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_an_address_leads_to_a_mention_that_a_filter_hides(chromium: Page, shelf: dict[str, Path]):
    chromium.open(shelf["many"])
    chromium.evaluate("document.querySelectorAll('.filter input').forEach(box => box.click())")
    assert shown_entries(chromium) == 0
    chromium.waits_for(
        "new Promise(done => { addEventListener('hashchange', () => setTimeout(done, 50)); location.hash = 'b400'; })"
    )
    assert shown_entries(chromium) == 500
    assert 0 <= chromium.evaluate("document.getElementById('b400').getBoundingClientRect().top") < 900


def test_keys_jump_along_the_timeline(chromium: Page, shelf: dict[str, Path]):
    chromium.call("Emulation.setDeviceMetricsOverride", width=800, height=900, deviceScaleFactor=1, mobile=False)
    chromium.open(shelf["many"])
    chromium.evaluate("document.querySelector('#tools [data-step=\"1\"]').focus()")
    for _ in range(3):
        press(chromium, "Enter", 13, "\r")
    top = "document.getElementById('b4').getBoundingClientRect().top"
    assert 0 < chromium.evaluate(top) < 200
    assert "UTC" in status(chromium)
    chromium.evaluate("document.querySelector('#tools input[type=range]').focus()")
    press(chromium, "End", 35)
    assert chromium.evaluate("document.getElementById('b500').getBoundingClientRect().top") < 900
    told = chromium.evaluate("document.querySelector('#tools input[type=range]').getAttribute('aria-valuetext')")
    assert "September 2026" in told
    assert "Person" in told


def test_the_rail_can_be_pressed(chromium: Page, shelf: dict[str, Path]):
    chromium.call("Emulation.setDeviceMetricsOverride", width=800, height=900, deviceScaleFactor=1, mobile=False)
    chromium.open(shelf["many"])
    box = chromium.evaluate("(({x, y, width, height}) => [x + width / 2, y + height / 2])(rail.getBoundingClientRect())")
    for kind in ("mousePressed", "mouseReleased"):
        chromium.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)
    near = "[...document.querySelectorAll('.entry')].find(e => e.getBoundingClientRect().top > 0).dataset.at"
    assert 480 < int(chromium.evaluate(near)) < 520


def test_what_has_the_focus_is_seen(chromium: Page, shelf: dict[str, Path]):
    chromium.open(shelf["states"])
    press(chromium, "Tab", 9)
    skip = "getComputedStyle(document.activeElement)"
    assert chromium.evaluate("document.activeElement.className") == "skip"
    assert chromium.evaluate(f"{skip}.outlineStyle") == "solid"
    assert chromium.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
