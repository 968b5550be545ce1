"""Reading sitemaps (sitemaps.org 0.9, Google's news extension): XML, packed with gzip, or plain lists of addresses."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from ...core.fields import moment_of
from ._raw import absolute

MAX_BYTES = 50_000_000
"""Of an unpacked sitemap: the bound that its standard sets."""
MAX_ENTRIES = 50_000
"""The standard's bound, too."""

_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class NoSitemap(Exception):
    """What was read is no sitemap; ``str()`` says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A page or, in an index, another sitemap."""

    url: str
    changed: datetime | None = None
    """``lastmod``, or when the news was published."""
    published: datetime | None = None
    """Of news only."""
    lang: str = ""
    """Of news only."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap says."""

    pages: tuple[Entry, ...] = ()
    sitemaps: tuple[Entry, ...] = ()


def read_sitemap(content: bytes, url: str) -> Sitemap:
    """Read a sitemap as far as it goes; raises :class:`NoSitemap`."""
    content = _unpacked(content)
    head = content[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<"):
        return _plain(content, url)
    if _DECLARES.search(content[:20_000]):
        raise NoSitemap("it declares entities or is a web page; sitemaps do neither")
    return _xml(content, url)


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    unpacker = zlib.decompressobj(31)
    try:
        found = unpacker.decompress(content, MAX_BYTES)
    except zlib.error as error:
        raise NoSitemap(f"it cannot be unpacked ({error})") from error
    if unpacker.unconsumed_tail:
        raise NoSitemap(f"it is larger than {MAX_BYTES // 1_000_000} MB when unpacked")
    return found


def _plain(content: bytes, url: str) -> Sitemap:
    lines = content.decode("utf-8", "replace").split("\n", MAX_ENTRIES)[:MAX_ENTRIES]
    found = [line.strip() for line in lines if line.strip().lower().startswith(("http://", "https://"))]
    if not found:
        raise NoSitemap("it is neither XML nor a list of addresses")
    return Sitemap(pages=tuple(Entry(url=absolute(line, url)) for line in found))


def _xml(content: bytes, url: str) -> Sitemap:
    parser = XMLPullParser(("start", "end"))
    pages: list[Entry] = []
    maps: list[Entry] = []
    root: Element | None = None
    try:
        for start in range(0, len(content), 65_536):
            parser.feed(content[start : start + 65_536])
            events: Any = parser.read_events()
            for event, element in events:
                if root is None:
                    root = element
                    if _name(element) not in ("urlset", "sitemapindex"):
                        raise NoSitemap(f"it begins with <{_name(element)[:40]}>")
                if event == "end" and _name(element) in ("url", "sitemap"):
                    if entry := _entry(element, url):
                        (pages if _name(element) == "url" else maps).append(entry)
                    element.clear()
                    if len(pages) + len(maps) >= MAX_ENTRIES:
                        return Sitemap(tuple(pages), tuple(maps))
        parser.close()
    except ParseError as error:
        # Many are cut off in the middle: what stands before that counts.
        if not (pages or maps):
            raise NoSitemap(f"its XML is damaged ({error})") from error
    return Sitemap(tuple(pages), tuple(maps))


def _entry(element: Element, base: str) -> Entry | None:
    texts: dict[str, str] = {}
    for child in element.iter():
        texts.setdefault(_name(child), (child.text or "").strip())
    url = absolute(texts.get("loc", ""), base)
    published = moment_of(texts["publication_date"]) if "publication_date" in texts else None
    changed = moment_of(texts["lastmod"]) if "lastmod" in texts else None
    lang = texts.get("language", "").lower().partition("-")[0]
    return Entry(url=url, changed=changed or published, published=published, lang=lang) if url else None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
