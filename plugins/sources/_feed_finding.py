"""Which feeds a web page names."""

from __future__ import annotations

import html
import re

from ._raw import absolute

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/x.atom+xml"}
)

USUAL_PATHS = ("/feed", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml")
"""Where sites keep a feed that their pages do not name."""

_READ = 500_000
"""Bytes of a page that are looked at: links to feeds stand in its head."""
_MAX_LINKS = 5
_LINK = re.compile(r"(?i)<(link|base)\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)""")


def looks_like_page(content: bytes) -> bool:
    """Whether it is a web page and not a feed."""
    head = content[:2000].lower()
    return b"<html" in head or b"<!doctype html" in head or b"<head" in head


def feed_links(content: bytes, url: str) -> list[str]:
    """Addresses of the feeds that a page names, the likeliest first: feeds of comments come last."""
    text = content[:_READ].decode("utf-8", "replace")
    base = url
    links: list[tuple[bool, str]] = []
    for found in _LINK.finditer(text):
        pairs = {pair[1].lower(): html.unescape(pair[2].strip("\"'")) for pair in _ATTRIBUTE.finditer(found[2])}
        if found[1].lower() == "base":
            base = absolute(pairs.get("href", ""), url) or base
        elif "alternate" in pairs.get("rel", "").lower().split() and pairs.get("type", "").strip().lower() in FEED_TYPES:
            address = absolute(pairs.get("href", ""), base)
            links.append(("comment" in f"{pairs.get('title', '')} {address}".lower(), address))
    ordered = [address for _, address in sorted(links, key=lambda link: link[0])]
    return [address for address in dict.fromkeys(ordered) if address not in ("", url)][:_MAX_LINKS]
