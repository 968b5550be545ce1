"""Every text format in one folder: nothing clashes, and the folder reads without a network wherever it is moved to."""

import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from sample_story import battery_week

from hubbub.core.publishing import publish
from hubbub.plugins.exporters.atom import AtomExporter
from hubbub.plugins.exporters.csv import CsvExporter
from hubbub.plugins.exporters.html import HtmlExporter
from hubbub.plugins.exporters.json import JsonExporter
from hubbub.plugins.exporters.markdown import MarkdownExporter, MarkdownOptions
from hubbub.plugins.exporters.timelinejs import TimelineExporter

EXPORTERS = {
    "html": HtmlExporter(),
    "json": JsonExporter(),
    "markdown": MarkdownExporter(),
    "csv": CsvExporter(),
    "atom": AtomExporter(),
    "timelinejs": TimelineExporter(),
}


class Sources(HTMLParser):
    """What a page loads by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("img", "script", "iframe", "source") or (tag == "link" and given.get("rel") in ("stylesheet", "icon")):
            self.loaded += filter(None, [given.get("src"), given.get("href")])


def test_all_formats_share_one_folder(tmp_path: Path):
    story = battery_week(tmp_path / "pictures")
    folder = tmp_path / "published" / "battery-week"
    receipts = publish(story, folder, EXPORTERS, revision=1)
    opened = [Path(receipt.path).name for receipt in receipts]
    assert opened == ["index.html", "story.json", "story.md", "story.csv", "story.atom", "timeline.html"]
    assert {path.name for path in folder.iterdir()} >= {*opened, "timeline.json", "media"}

    moved = Path(shutil.move(folder, tmp_path / "elsewhere"))
    shutil.rmtree(tmp_path / "pictures")
    back = JsonExporter().read(moved)
    assert replace(back, media={}) == replace(story, media={})
    assert back.media.keys() == story.media.keys()
    for page in moved.glob("*.html"):
        for source in Sources(page.read_text(encoding="utf-8")).loaded:
            assert source.startswith("data:") or (moved / source).is_file(), f"{page.name} loads {source}"


def test_the_page_of_a_site_generator_lies_beside_the_page_of_ours(tmp_path: Path):
    story = battery_week(tmp_path / "pictures")
    site = MarkdownExporter(MarkdownOptions(front_matter="toml"))
    publish(story, tmp_path / "out", {**EXPORTERS, "markdown": site}, revision=1)
    assert (tmp_path / "out" / "index.md").is_file()
    assert (tmp_path / "out" / "index.html").is_file()
