"""Lists of feeds: read as readers write them, written so that nothing is lost, and harmless."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.core.errors import ImportFailed
from hubbub.core.opml import OpmlFeed, read_opml, write_opml
from hubbub.plugins.sources.opml import read_opml as read_sources
from hubbub.plugins.sources.opml import write_opml as write_sources

LIST = """<?xml version="1.0" encoding="ISO-8859-7"?>
<opml version="1.0"><head><title>Οι ροές μου</title></head><body>
<outline text="Τύπος"><outline text="Τεχνολογία">
  <outline TYPE="rss" text="Νέα" xmlURL="https://news.example/feed" htmlUrl="https://news.example/"/></outline>
  <outline title="Prensa" text="p" xmlUrl="https://press.example/feed"/></outline>
<outline text="again" xmlUrl="https://news.example/feed"/>
<outline text="no feed" url="https://x.example/"/></body></opml>""".encode("iso-8859-7")

words = st.text(st.characters(exclude_categories=["C"]), max_size=20).map(lambda text: " ".join(text.split()))
folders = st.lists(words.filter(bool), max_size=3).map(tuple)
feeds = st.builds(
    OpmlFeed, url=words.filter(bool).map(lambda w: f"https://a.example/{w}"), title=words, site=words, folders=folders
)


def test_folders_titles_and_encodings_are_read() -> None:
    assert read_opml(LIST) == [
        OpmlFeed(url="https://news.example/feed", title="Νέα", site="https://news.example/", folders=("Τύπος", "Τεχνολογία")),
        OpmlFeed(url="https://press.example/feed", title="Prensa", folders=("Τύπος",)),
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(feeds, max_size=8, unique_by=lambda feed: feed.url))
def test_what_is_written_is_read_back(given_feeds: list[OpmlFeed]) -> None:
    found = read_opml(write_opml(given_feeds, "title"))
    assert sorted(found, key=lambda f: f.url) == sorted(
        (OpmlFeed(url=f.url, title=f.title or f.url, site=f.site, folders=f.folders) for f in given_feeds), key=lambda f: f.url
    )


def test_characters_that_xml_cannot_hold_fall_away() -> None:
    assert read_opml(write_opml([OpmlFeed(url="https://a.example/", title="a\x00\x1b[31mb\ud800")]))[0].title == "a[31mb"


BOMB = b'<!DOCTYPE o [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml><body><outline text="&b;" xmlUrl="https://a.example/"/></body></opml>'
FILE = b'<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body>&a;</body></opml>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BOMB, "entities"),
        (FILE, "entities"),
        (b"<opml>" + b"<outline>" * 500, "nested"),
        (b"<opml><body>", "no XML"),
        (b"", "no XML"),
        (b"{}", "no XML"),
        (b"<rss/>", "no OPML"),
        (b'<?xml version="1.0" encoding="klingon"?><opml/>', "encoding"),
    ],
)
def test_what_is_no_list_or_harmful_is_refused_with_its_place(content: bytes, words: str) -> None:
    with pytest.raises(ImportFailed, match=words) as caught:
        read_opml(content, "list.opml")
    assert str(caught.value).startswith("list.opml:")


def test_lists_become_sources_and_back(tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_bytes(LIST.replace(b"https://press", b"feed://press"))
    sources = read_sources(tmp_path / "list.opml")
    assert [(source.id, source.plugin, source.options["url"]) for source in sources] == [
        ("nea", "rss", "https://news.example/feed"),
        ("prensa", "rss", "https://press.example/feed"),
    ]
    assert [feed.url for feed in read_opml(write_sources(sources))] == [source.options["url"] for source in sources]
    with pytest.raises(ImportFailed, match="cannot be read"):
        read_sources(tmp_path / "none.opml")
