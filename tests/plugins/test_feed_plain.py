"""The two readers of XML feeds agree: what the fast one reads, feedparser reads the same way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import feed_samples
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from hubbub.core.values import Mention
from hubbub.plugins.sources._feed_mapping import NotAnEntry, map_entry
from hubbub.plugins.sources._feed_plain import read_plain
from hubbub.plugins.sources._feed_reading import read_with_feedparser

URL = "https://press.example/feed"


def mentions(head: Any, entries: Any) -> list[Mention | None]:
    found: list[Mention | None] = []
    for entry in entries:
        try:
            mention = map_entry({**entry, "feed": {**head, "url": URL}, "at": "2026-06-14T09:12:00+00:00"})
        except NotAnEntry:
            found.append(None)
        else:
            found.append(replace(mention, raw=None))
    return found


def both(content: bytes) -> tuple[list[Mention | None], list[Mention | None]] | None:
    """The mentions of either reader; nothing where the fast one leaves the feed alone."""
    plain = read_plain(content, "")
    if plain is None:
        return None
    version, head, entries = plain
    full = read_with_feedparser(content, URL, "")
    assert version == full.version
    return mentions(head, entries), mentions(full.feed, full.entries)


words = st.lists(
    st.sampled_from(
        [
            "Acme",
            "batería",
            "Ο",
            "άνθρωπος",
            "țară",
            "x &amp; y",
            "&lt;",
            "&#8217;",
            "&nope;",
            "\n",
            "  ",
            "5 > 4",
            "“",
            "Ã©",
            "日本",
        ]
    ),
    max_size=6,
).map(" ".join)
markup = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<br>", "<b>Acme</b>", "text ", "dos días", "&amp;", '<img src="/a.png" alt="α">', "<!-- -->", "\n"]
    ),
    max_size=8,
).map("".join)
addresses = st.sampled_from(
    [
        "https://a.example/1",
        "http://a.example/1?b=2&c=3",
        "/relative",
        "urn:x:1",
        "tag:a.example,2026:1",
        "7",
        "",
        "https://a.example/#comment-3",
    ]
)
rss_dates = st.sampled_from(["Tue, 02 Jun 2026 10:30:00 +0200", "Tue, 02 Jun 2026 10:30:00 GMT", "2026-06-02", "gestern", ""])
iso_dates = st.sampled_from(["2026-06-02T10:30:00Z", "2026-06-02T10:30:00.250+03:00", "2026-06-02", ""])
names = st.sampled_from(["Ana", "ana@press.example", "ana@press.example (Ana Popescu)", "Νίκος", "Ana <ana@press.example>", ""])


def element(name: str, values: st.SearchStrategy[str], attributes: str = "") -> st.SearchStrategy[str]:
    return values.map(lambda value: f"<{name}{attributes}>{escape(value)}</{name}>")


rss_parts = st.one_of(
    element("title", words),
    element("description", markup),
    element("content:encoded", markup),
    element("link", addresses),
    element("guid", addresses),
    element("guid", addresses, ' isPermaLink="false"'),
    element("pubDate", rss_dates),
    element("author", names),
    element("dc:creator", names),
    element("category", words),
    element("slash:comments", st.sampled_from(["3", "0", "x", ""])),
    addresses.map(lambda url: f'<enclosure url={quoteattr(url)} type="audio/mpeg" length="12"/>'),
    st.just("<itunes:duration xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>1:00</itunes:duration>"),
)
atom_parts = st.one_of(
    element("title", words),
    element("title", words, ' type="html"'),
    element("summary", markup, ' type="html"'),
    element("summary", words),
    element("content", markup, ' type="html"'),
    element("id", addresses),
    element("published", iso_dates),
    element("updated", iso_dates),
    addresses.map(lambda url: f"<link href={quoteattr(url)}/>"),
    addresses.map(lambda url: f'<link rel="enclosure" type="image/png" href={quoteattr(url)}/>'),
    addresses.map(lambda url: f'<link rel="self" href={quoteattr(url)}/>'),
    names.map(lambda name: f"<author><name>{escape(name)}</name></author>"),
    element("thr:total", st.sampled_from(["3", "0"])),
    st.just('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></content>'),
)


def once(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An entry with at most one element of each kind, in any order."""
    return st.lists(parts, max_size=7, unique_by=lambda part: part.split(">")[0].split(" ")[0]).map("".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(once(rss_parts), max_size=3), element("title", words), st.sampled_from(["", "<language>es-ES</language>"]))
def test_rss(items: list[str], title: str, language: str) -> None:
    content = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel>{title}{language}'
        f"{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"
    )
    found = both(content.encode())
    event("fast" if found else "left to feedparser")
    assert found is None or found[0] == found[1]


@settings(max_examples=150, deadline=None)
@given(st.lists(once(atom_parts), max_size=3), st.sampled_from(["", ' xml:lang="el"']))
def test_atom(entries: list[str], language: str) -> None:
    content = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"{language}><title>T</title>'
        f"{''.join(f'<entry>{entry}</entry>' for entry in entries)}</feed>"
    )
    found = both(content.encode())
    event("fast" if found else "left to feedparser")
    assert found is None or found[0] == found[1]


def test_ordinary_feeds_take_the_fast_way() -> None:
    item = "".join(
        f"<{name}>{value}</{name}>"
        for name, value in (
            ("title", "El teléfono"),
            ("link", "https://a.example/1"),
            ("guid", "urn:1"),
            ("pubDate", "Tue, 02 Jun 2026 10:30:00 +0200"),
            ("description", "&lt;p&gt;Hola&lt;/p&gt;"),
        )
    )
    assert both(feed_samples.rss(f"<item>{item}</item>")) is not None


@pytest.mark.parametrize(
    "content",
    [
        feed_samples.RDF,
        feed_samples.ATOM,
        feed_samples.PODCAST,
        b"<rss version='0.91'><channel/></rss>",
        b"<!DOCTYPE rss><rss version='2.0'><channel/></rss>",
        b"<rss version='2.0'><channel><item><title>open",
        b"<rss version='2.0'><channel><item><description><p>bare</p></description></item></channel></rss>",
        b"<rss version='2.0'><channel><item><title>a</title><title>b</title></item></channel></rss>",
        b"<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'><channel/></rss>",
        b"",
    ],
)
def test_what_is_not_plain_is_left_to_feedparser(content: bytes) -> None:
    assert read_plain(content, "") is None
