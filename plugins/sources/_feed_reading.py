"""Bytes of a feed as plain JSON entries: by feedparser, but for plain feeds and JSON Feed, which have readers of their own.

:func:`read_feed` is a pure function of values that can be pickled, so that it can run in another process.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ._feed_dates import utc
from ._feed_plain import read_plain

MAX_ENTRIES = 20_000
"""Entries read of one feed; beyond that it is an attack, or an archive that belongs into a file."""

# fmt: off
_KEPT = (
    "id", "link", "published", "updated", "created", "author", "authors", "language", "comments",
    "links", "tags", "content", "slash_comments", "thr_total", "thr_in-reply-to", "yt_videoid", "media_statistics",
    "media_starrating", "media_content", "media_thumbnail",
)
# fmt: on
"""What is kept of a feedparser entry as it is; dates are kept as sent and as feedparser understands them."""


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """What the bytes of a feed say."""

    version: str = ""
    """The format as feedparser calls it (``rss20``, ``atom10``, ``json1``); empty where it is no feed."""
    feed: Mapping[str, Any] = field(default_factory=dict)
    """What the feed says of itself, and its address: ``url``, ``title``, ``link``, ``lang``, ``author``."""
    entries: tuple[Any, ...] = ()
    """Raw entries in the feed's order, plain JSON."""
    problem: str = ""
    """What is wrong with its form; entries are read as far as they go nevertheless."""


def read_feed(content: bytes, url: str, content_type: str = "") -> ReadFeed:
    """Read a feed as far as it goes. Never raises for bad content: see :attr:`ReadFeed.problem`."""
    if looks_like_json(content):
        return _read_json(content, url)
    if plain := read_plain(content, content_type):
        version, head, entries = plain
        return ReadFeed(version, {"url": url, **head}, entries[:MAX_ENTRIES])
    try:
        return read_with_feedparser(content, url, content_type)
    except Exception as error:  # a parser of strangers' bytes: whatever it trips over is the feed's fault
        return ReadFeed(problem=f"{type(error).__name__}: {error}")


def looks_like_json(content: bytes) -> bool:
    """Whether it can only be JSON: no XML or HTML begins with a brace."""
    return content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read_with_feedparser(content: bytes, url: str, content_type: str) -> ReadFeed:
    """Read any XML feed, broken ones as far as they go; may raise whatever feedparser trips over."""
    import feedparser

    # Text types without a charset are ASCII by an old rule that no publisher follows; the document's own word is better.
    if "charset" not in content_type.lower():
        content_type = "application/xml"
    parsed = feedparser.parse(
        io.BytesIO(content),  # never the bytes themselves: feedparser would try them as a file's name
        # Without an address: relative links are made whole at the mapping, and feedparser spares a fifth of its time.
        response_headers={"content-type": content_type},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    head: Any = parsed["feed"]
    feed = {
        "url": url,
        "title": head.get("title", ""),
        "title_type": (head.get("title_detail") or {}).get("type", ""),
        "link": head.get("link", ""),
        "lang": head.get("language", ""),
        "author": head.get("author", ""),
    }
    entries = tuple(_plain_entry(entry) for entry in parsed["entries"][:MAX_ENTRIES])
    problem = str(parsed.get("bozo_exception") or "damaged") if parsed.get("bozo") else ""
    return ReadFeed(str(parsed.get("version") or ""), feed, entries, problem)


def _plain_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A feedparser entry as plain JSON. Goes round feedparser's own look-ups, which answer some names with others."""
    fetch = dict.get
    raw: dict[str, Any] = {
        name: _plain(value)
        for name in _KEPT
        if (value := fetch(entry, name))  # pyright: ignore[reportArgumentType]
    }
    for name in ("published", "updated", "created"):
        if name in raw:
            raw[f"{name}_utc"] = utc(fetch(entry, f"{name}_parsed"))  # pyright: ignore[reportArgumentType]
    for name in ("title", "summary"):
        if detail := fetch(entry, f"{name}_detail"):  # pyright: ignore[reportArgumentType]
            raw[name] = _plain(detail)
    image = fetch(entry, "image")  # pyright: ignore[reportArgumentType]
    if isinstance(image, dict) and image.get("href"):
        raw["image"] = image["href"]
    return raw


def _plain(value: Any) -> Any:
    """Plain dicts and lists: feedparser's own dictionary would need feedparser wherever it is unpickled."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None and inner != ""}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def _read_json(content: bytes, url: str) -> ReadFeed:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org). Names of fields are brought in line with feedparser's; values stay as sent."""
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return ReadFeed(problem=f"not JSON: {error}")
    items = document.get("items")
    if not isinstance(items, list):
        return ReadFeed(problem="JSON, but no JSON Feed: it has no list called items")
    feed = {
        "url": url,
        "title": document.get("title"),
        "link": document.get("home_page_url"),
        "lang": document.get("language"),
        "author": _json_author(document).get("name", ""),
    }
    return ReadFeed("json1", feed, tuple(_json_entry(item) for item in items[:MAX_ENTRIES]))


def _json_entry(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    content = [
        {"type": mime, "value": item[name]}
        for name, mime in (("content_html", "text/html"), ("content_text", "text/plain"), ("summary", "text/plain"))
        if item.get(name)
    ]
    links = [
        {"rel": "enclosure", "href": found.get("url"), "type": found.get("mime_type"), "length": found.get("size_in_bytes")}
        for found in _listed(item, "attachments")
    ]
    raw = {
        "id": item.get("id"),
        "link": item.get("url") or item.get("external_url"),
        "title": item.get("title"),
        "published": item.get("date_published"),
        "updated": item.get("date_modified"),
        "authors": [author] if (author := _json_author(item)) else None,
        "language": item.get("language"),
        "content": content[:1],
        "links": links,
        "tags": [{"term": tag} for tag in tags if isinstance(tag, str)] if isinstance(tags := item.get("tags"), list) else None,
        "image": item.get("image") or item.get("banner_image"),
    }
    return {name: value for name, value in raw.items() if value}


def _json_author(owner: Mapping[str, Any]) -> dict[str, Any]:
    """The first author; version 1.0 has one ``author``, 1.1 a list of ``authors``."""
    found = next(iter(_listed(owner, "authors")), owner.get("author"))
    if not isinstance(found, dict):
        return {}
    return {name: found[key] for name, key in (("name", "name"), ("href", "url")) if found.get(key)}


def _listed(owner: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = owner.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
