"""The exporter atom: a feed by RFC 4287 whose entries a feed reader sees as we meant them, with ids that stay."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
from golden import agree
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.core.values import Block, BlockKind, PublishedStory
from hubbub.plugins.exporters.atom import NAMESPACE, AtomExporter
from hubbub.testing.exporter_contract import PageReader
from hubbub.testing.stories import ADDRESSES, AT, HOSTILE, SECRET, every_block, every_field, published, said

FEED = {"id", "title", "updated"}, {"subtitle", "author", "link", "rights", "logo", "generator", "entry"}
ENTRY = {"id", "title", "updated"}, {"published", "author", "link", "category", "rights", "content"}
ONCE = {"id", "title", "updated", "published", "subtitle", "rights", "content", "logo", "generator"}


def written(story: PublishedStory, folder: Path) -> ElementTree.Element:
    AtomExporter().export(story, folder)
    return ElementTree.parse(folder / "story.atom").getroot()


def faults(feed: ElementTree.Element) -> list[str]:
    """What RFC 4287 (sections 3 and 4) forbids of a feed."""
    found: list[str] = []
    entries = feed.findall(name("entry"))
    for element, (needed, allowed) in [(feed, FEED), *((entry, ENTRY) for entry in entries)]:
        tags = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element]
        found += [f"{element.tag} lacks {tag}" for tag in needed if tag not in tags]
        found += [f"{element.tag} has {tag}" for tag in tags if tag not in needed | allowed]
        found += [f"{element.tag} has {tag} twice" for tag in ONCE if tags.count(tag) > 1]
        kinds = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in element.findall(name("link"))]
        found += [f"two links {kind}" for kind in set(kinds) if kind[0] == "alternate" and kinds.count(kind) > 1]
        found += [f"no address: {link.get('href')}" for link in element.findall(name("link")) if not iri(link.get("href"))]
        found += [
            f"no time: {child.text}"
            for child in element
            if child.tag in map(name, ("updated", "published")) and not time(child)
        ]
        found += ["an empty title" for title in element.findall(name("title")) if not (title.text or "").strip()]
        found += ["an author without a name" for who in element.findall(name("author")) if not who.findtext(name("name"))]
        found += [f"no address: {who.text}" for who in element.iterfind(f"{name('author')}/{name('uri')}") if not iri(who.text)]
    ids = [element.findtext(name("id")) or "" for element in (feed, *entries)]
    found += [f"no id: {own}" for own in ids if not re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", own)]
    found += ["an id twice"] if len(set(ids)) < len(ids) else []
    found += ["nobody wrote it"] if feed.find(name("author")) is None else []
    return found


def name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def iri(text: str | None) -> bool:
    return urlsplit(text or "").scheme.lower() in ("http", "https")


def time(element: ElementTree.Element) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", element.text or "")) and bool(
        datetime.fromisoformat(element.text or "")
    )


def test_the_feed_of_every_field(tmp_path: Path):
    """Look at: entries with what introduces them, escaped content, links to the page and to where it was said."""
    feed = written(every_field(tmp_path), tmp_path)
    agree("every-field.atom", (tmp_path / "story.atom").read_text(encoding="utf-8"))
    assert faults(feed) == []


def test_a_feed_reader_sees_the_story(tmp_path: Path):
    story = every_field(tmp_path)
    written(story, tmp_path)
    told = feedparser.parse((tmp_path / "story.atom").read_bytes())
    assert not told.bozo
    assert told.version == "atom10"
    assert (told.feed.title, told.feed.author, told.feed.rights) == (story.story.title, "Ana Pop", "CC BY-SA 4.0")
    assert told.feed.link == "https://stories.example/a-story/"
    first, part, taken, gone, changed = told.entries
    assert (first.title, first.published, first.link) == ("Dark", "2026-06-19T17:00:00Z", "https://stories.example/a-story/#b2")
    assert first.content[0].value.startswith("<h3>The first day</h3>")
    assert "… the part that counts …" in part.content[0].value
    assert "at the author" in taken.content[0].value
    assert "no longer there" in gone.content[0].value
    assert 'src="https://stories.example/a-story/media/' in changed.content[0].value
    assert [link.href for link in gone.links if link.rel == "via"] == ["https://forum.example/4"]
    assert SECRET not in str(told)


def test_ids_stay_when_a_story_is_renamed_moved_edited_and_published_elsewhere(tmp_path: Path):
    def ids(story: PublishedStory) -> list[str | None]:
        return [element.text for element in written(story, tmp_path).iter(name("id"))]

    story = every_field(tmp_path)
    details = replace(story.story, title="Other", slug="other", blocks=story.story.blocks[::-1])
    moved = replace(story, story=details, base_url="", at=AT.replace(year=2027))
    assert ids(moved) == [ids(story)[0], *ids(story)[:0:-1]]
    assert ids(replace(story, story=replace(story.story, id="another")))[0] != ids(story)[0]


def test_without_an_address_of_its_own_entries_lead_to_where_it_was_said(tmp_path: Path):
    feed = written(replace(every_field(tmp_path), base_url=""), tmp_path)
    assert faults(feed) == []
    links = [(link.get("rel"), link.get("href")) for link in feed.iter(name("link"))]
    assert links == [("alternate", f"https://forum.example/{number}") for number in range(1, 6)]
    assert 'src="media/' in (feed.findtext(f"{name('entry')}/{name('content')}") or "")


WORDS = st.one_of(st.sampled_from([*HOSTILE[:-1], *ADDRESSES]), st.text(max_size=20))


@settings(max_examples=60)
@given(WORDS, WORDS, st.sampled_from(["", "https://stories.example/"]))
def test_whatever_was_said_makes_a_valid_feed(tmp_path_factory: pytest.TempPathFactory, words: str, other: str, base: str):
    folder = tmp_path_factory.getbasetemp()
    blocks = (*every_block(words), said(7, words, platform=other, url=other, title=other, lang=other))
    story = published(folder, *blocks, title=words, subtitle=other, byline=words, lang=other)
    feed = written(replace(story, base_url=base, story=replace(story.story, rights=words)), folder)
    assert faults(feed) == []
    for content in feed.iter(name("content")):
        read = PageReader(content.text or "")
        assert all(led.lower().startswith(("https://", "http://", "media/")) for led in read.addresses)
        assert read.attributes <= {"src", "href", "alt", "rel", "lang", "dir", "title", "start"}
        assert not read.tags & {"script", "style", "iframe", "object", "form", "svg"}


def test_a_story_that_quotes_nothing_is_one_entry(tmp_path: Path):
    feed = written(published(tmp_path, Block(id="t", kind=BlockKind.TEXT, text="Only *words*.")), tmp_path)
    assert faults(feed) == []
    [entry] = feed.findall(name("entry"))
    assert "<em>words</em>" in (entry.findtext(name("content")) or "")
    assert faults(written(published(tmp_path), tmp_path)) == []
