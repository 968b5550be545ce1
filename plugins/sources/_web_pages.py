"""From a web page to a mention: the extraction (trafilatura, slow, to run in another process) and a pure mapping."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from ...core.fields import moment_of
from ...core.htmltext import plain_line, tidy
from ...core.values import JSON, Author, Mention, MentionKind
from ._feed_identity import entry_key
from ._raw import absolute, host_of, mapping_of, mappings_of, text_of

PLATFORM = "web"
MAX_PAGE = 3_000_000
"""Bytes of a page that is read."""

_TAG = re.compile(rb"(?is)<(meta|link|html)\b([^>]{1,2000})>")
_ATTRIBUTE = re.compile(r"""([a-zA-Z:-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_LINKED_DATA = re.compile(rb"(?is)<script[^>]{0,200}application/ld\+json[^>]{0,200}>(.{1,200000}?)</script>")
_PUBLISHED = (
    "article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "parsely-pub-date",
)
_EDITED = ("article:modified_time", "datemodified", "og:updated_time", "dcterms.modified")
_WRITINGS = ("Article", "NewsArticle", "BlogPosting", "Report", "WebPage", "TechArticle", "Review", "SocialMediaPosting")


def extract(content: bytes, url: str) -> dict[str, Any] | None:
    """What a page says, as plain JSON: to run in another process. ``None`` where it has no text."""
    import trafilatura

    found = trafilatura.bare_extraction(content, url=url, with_metadata=True, include_comments=False)
    if found is None or isinstance(found, dict) or not found.text:
        return None
    stated = _stated(content[:MAX_PAGE])
    return {
        "url": url,
        "canonical": stated.get("canonical", ""),
        "title": text_of(found.title) or stated.get("title", ""),
        "text": text_of(found.text),
        "author": text_of(found.author) or stated.get("author", ""),
        "site": text_of(found.sitename),
        "published": stated.get("published", ""),
        "edited": stated.get("edited", ""),
        "lang": stated.get("lang", ""),
    }


def map_page(raw: Mapping[str, Any]) -> Mention:
    """The mention that an extracted page is; a pure function of it."""
    url = text_of(raw.get("url"))
    canonical = absolute(text_of(raw.get("canonical")), url)
    # A page can speak for its own site only: another site's address would put its words into the other's mouth.
    page = canonical if canonical and same_site(canonical, url) else url
    author = plain_line(text_of(raw.get("author")).split(";")[0])
    published = moment_of(raw.get("published") or "")
    edited = moment_of(raw.get("edited") or "")
    lang = text_of(raw.get("lang")).lower().replace("_", "-").partition("-")[0]
    return Mention(
        platform=PLATFORM,
        key=entry_key(page, page, "", ""),
        kind=MentionKind.ARTICLE,
        url=page,
        title=plain_line(text_of(raw.get("title"))),
        text=tidy(text_of(raw.get("text")).replace("\n", "\n\n")),
        author=Author(platform=PLATFORM, key=f"{author}@{host_of(page)}", name=author) if author else None,
        published=published,
        edited=edited if edited != published else None,
        lang=lang if len(lang) == 2 and lang.isascii() and lang.isalpha() else "",
        raw=dict(raw),
    )


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one host; ``www.`` does not matter."""
    return host_of(one).removeprefix("www.") == host_of(other).removeprefix("www.") != ""


def _stated(content: bytes) -> dict[str, str]:
    """What a page says of itself in its head: exact times, which trafilatura shortens to days, and its address."""
    found: dict[str, str] = {}
    for data in _linked_data(content):
        author = next(iter(mappings_of(data.get("author"))), None) or mapping_of(data.get("author"))
        for name, value in (
            ("published", data.get("datePublished")),
            ("edited", data.get("dateModified")),
            ("author", author.get("name") or data.get("author")),
            ("title", data.get("headline")),
            ("lang", data.get("inLanguage")),
        ):
            if text_of(value).strip():
                found.setdefault(name, text_of(value).strip())
    for tag, attributes in _tags(content):
        name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
        value = attributes.get("content", "").strip()
        if tag == "html":
            found.setdefault("lang", attributes.get("lang", ""))
        elif tag == "link" and "canonical" in attributes.get("rel", "").lower().split():
            found.setdefault("canonical", attributes.get("href", "").strip())
        elif name in _PUBLISHED and value:
            found.setdefault("published", value)
        elif name in _EDITED and value:
            found.setdefault("edited", value)
        elif name in ("author", "og:title") and value:
            found.setdefault(name.removeprefix("og:"), value)
    return found


def _tags(content: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    for number, match in enumerate(_TAG.finditer(content)):
        if number > 500:
            return
        text = match[2].decode("utf-8", "replace")
        pairs = {found[1].lower(): found[2].strip("\"'") for found in _ATTRIBUTE.finditer(text)}
        yield match[1].decode().lower(), {name: unescape(value) for name, value in pairs.items()}


def _linked_data(content: bytes) -> Iterator[Mapping[str, Any]]:
    for number, match in enumerate(_LINKED_DATA.finditer(content)):
        if number > 20:
            return
        try:
            data: JSON = json.loads(match[1])
        except (ValueError, RecursionError):
            continue
        whole = [data] if isinstance(data, dict) else mappings_of(data)
        for each in (*whole, *(inner for outer in whole for inner in mappings_of(outer.get("@graph")))):
            kinds = each.get("@type")
            if any(kind in _WRITINGS for kind in (kinds if isinstance(kinds, list) else [kinds])):
                yield each
