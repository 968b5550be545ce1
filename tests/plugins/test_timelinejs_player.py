"""Our timelines in the real player, in a browser without a network: every slide is there, nothing is complained of or asked."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_tools import npm_package
from chromium import Page, browser, find_chromium

from hubbub.core.values import Block, BlockKind
from hubbub.plugins.exporters.timelinejs import TimelineExporter, TimelineOptions
from hubbub.testing.stories import ADDRESSES, HOSTILE, published, said


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium is installed, so the timeline cannot be looked at in a browser")
    with browser(program, tmp_path_factory.mktemp("profile")) as page:
        yield page


def hostile(number: int) -> list[Block]:
    """A mention with a bit of everything that strangers write, and words that introduce it."""
    words = (*HOSTILE[:-1], *ADDRESSES, "youtu.be/x imgur.com/x documentcloud.org/ a.pdf spotify iframe <blockquote>")
    text, title, more = (words[(number + shift) % len(words)] for shift in (0, 3, 5))
    introduction = Block(id=f"t{number}", kind=BlockKind.TEXT, text=more)
    return [introduction, said(number, f"{text} {number}", title=title, url=more, platform=title)]


def wait_for(page: Page, condition: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < until, f"{condition} did not come true within {seconds} s"
        time.sleep(0.1)


@pytest.mark.parametrize("count", [1, 20, 100, pytest.param(500, marks=pytest.mark.slow)])
def test_the_player_loads_every_slide(chromium: Page, tmp_path: Path, count: int):
    player = npm_package("@knight-lab/timelinejs")
    out = tmp_path / "out"
    out.mkdir()
    blocks = [block for number in range(count) for block in hostile(number)]
    TimelineExporter(TimelineOptions(player=str(player))).export(published(tmp_path, *blocks, title=HOSTILE[0]), out)
    chromium.open(out / "timeline.html")
    wait_for(chromium, "!document.getElementById('list').open")
    assert chromium.evaluate("document.querySelectorAll('.tl-slide').length") == count + 1
    assert chromium.evaluate("document.querySelectorAll('.tl-timemarker').length") == count
    assert chromium.evaluate("document.querySelectorAll('#list > ol > li').length") == count
    chromium.evaluate("document.querySelector('.tl-slidenav-next').click()")
    wait_for(chromium, "location.hash.length > 1")
    assert chromium.named("Log.entryAdded") == []
    assert chromium.named("Runtime.consoleAPICalled") == chromium.named("Runtime.exceptionThrown") == []
    assert chromium.named("Page.javascriptDialogOpening") == []
    asked = {event["request"]["url"] for event in chromium.named("Network.requestWillBeSent")}
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    assert all(Path(url.removeprefix("file://")).is_relative_to(out) for url in asked if url.startswith("file:"))
    assert chromium.evaluate("document.querySelectorAll('iframe, object, embed, #timeline script').length") == 0


def test_without_its_script_the_list_is_the_page(chromium: Page, tmp_path: Path):
    player = npm_package("@knight-lab/timelinejs")
    TimelineExporter(TimelineOptions(player=str(player))).export(published(tmp_path, *hostile(1)), tmp_path)
    (tmp_path / "player" / "js" / "timeline.js").write_text("")
    chromium.open(tmp_path / "timeline.html")
    assert chromium.evaluate("document.getElementById('list').open")
    assert chromium.evaluate("document.getElementById('timeline').hidden")
    assert chromium.evaluate("document.querySelector('#list li').innerText.length") > 20
