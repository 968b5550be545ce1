"""Source ``googlenews``: what newspapers and sites write, by the search of Google News. No key is needed.

::

    [[sources]]
    id = "google-news"
    plugin = "googlenews"
    query = '"acme phone"'           # optional: what to search for; otherwise the words of all topics
    editions = ["US:en", "ES:es"]    # optional: country and language; otherwise of the workspace's languages
    back = "30d"                     # optional: how far the first reading goes back
    resolve = true                   # optional: false leaves the newer redirects as they are
    every = "1h"

Every article is a mention of the platform ``googlenews``, known by its headline and the name of its source, so that the same
article found by two searches or editions is one. Its source is its author. Google shows a headline and no text. Addresses are
Google's redirects: where the real address is inside of it (as in those of before 2024) it is taken out, without asking anybody.
For the others that match a topic Google is asked, 25 in a run and each once; where it does not tell, the redirect stays.

Limits: about 100 articles a search; undocumented, so ten searches a minute are asked at most; with more, each gets its turn.
From within the EU Google may show a page that asks for consent instead. Parameters as in public guides to the feeds (2025).
"""

from __future__ import annotations

import math
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError, XMLParser, fromstring

from pydantic import Field, StringConstraints

from ...core.contracts import Allowance, Component, Context, Rate, Response, Suggestion
from ...core.documents import live_document
from ...core.errors import SourceBroken, SourceError, SourceRefused
from ...core.fields import Fields, map_each, moment_of
from ...core.hookspecs import hookimpl
from ...core.htmltext import plain_line
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import each
from ...core.parsing import parse
from ...core.query import Query
from ...core.searchterms import search_terms
from ...core.values import JSON, Author, Batch, Mention, MentionKind, Topic
from ...core.webplaces import web_place
from ._googlenews_links import ask_where
from ._keeping import digest
from ._raw import host_of, mapping_of, text_of

PLATFORM = "googlenews"
ALLOWANCE = Allowance(name="news.google.com/rss", rates=(Rate(requests=10, seconds=60.0),))
MAX_BYTES = 5_000_000
MAX_ITEMS = 500
MOST_ASKED = 25
"""Redirects of which Google is asked in a run where they lead."""

EDITIONS = {
    "en": "US:en", "es": "ES:es", "ro": "RO:ro", "el": "GR:el", "fr": "FR:fr", "de": "DE:de", "it": "IT:it", "pt": "PT:pt-150",
    "nl": "NL:nl", "pl": "PL:pl", "sv": "SE:sv", "no": "NO:no", "hu": "HU:hu", "cs": "CZ:cs", "bg": "BG:bg", "tr": "TR:tr",
    "uk": "UA:uk", "ja": "JP:ja", "ko": "KR:ko", "zh": "TW:zh-Hant", "ar": "EG:ar", "he": "IL:he", "hi": "IN:hi", "id": "ID:id",
}  # fmt: skip
"""The edition for each language, where the user names none."""

Edition = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}:[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$")]


class GoogleNewsOptions(PluginOptions):
    """What users write of a search of Google News."""

    query: str = Field(default="", description="What to search for; otherwise the words of all topics")
    editions: tuple[Edition, ...] = Field(default=(), max_length=20, description="Country and language, as 'US:en'")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")
    resolve: bool = Field(default=True, description="Whether Google is asked where its newer redirects lead")
    server: WebAddress = Field(default="https://news.google.com", description="Address of Google News")


class GoogleNewsFetcher:
    """Reads searches of Google News."""

    def __init__(self, options: GoogleNewsOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._asked = 0

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each search in each edition."""
        words = [self._options.query] if self._options.query else [term.quoted for term in search_terms(topics)]
        names = [f"{edition} {asked}" for asked in words for edition in self._editions()]
        queries = [parse(topic.query) for topic in topics]
        self._asked = 0
        return each(cursor, names, lambda name, at: self._read(name, at, queries))

    def check(self) -> str:
        """See ``Checks``."""
        edition, *_ = self._editions()
        items = self._search(self._options.query or "news", edition, 1)
        return f"Google News answers; it has {len(items)} articles of the last day for this."

    def _editions(self) -> tuple[str, ...]:
        found = self._options.editions or tuple(EDITIONS[lang] for lang in self._context.languages if lang in EDITIONS)
        return found or ("US:en",)

    def _read(self, name: str, cursor: JSON, queries: Sequence[Query]) -> Iterator[Batch]:
        edition, _, words = name.partition(" ")
        now, since = self._context.now(), moment_of(text_of(mapping_of(cursor).get("since")))
        span = self._options.back if since is None else min(now - since, self._options.back)
        items = self._search(words, edition, max(1, math.ceil(span.total_seconds() / 86_400) + (since is not None)))
        lang = edition.partition(":")[2][:2]
        mentions, failures = map_each(items, lambda item: map_item(item, lang))
        links = self._links(mentions, queries, mapping_of(mapping_of(cursor).get("links")))
        mentions = tuple(replace(mention, url=links.get(mention.key) or mention.url) for mention in mentions)
        yield Batch(mentions=mentions, failures=failures, cursor={"since": now.isoformat(), "links": links})

    def _links(self, mentions: Sequence[Mention], queries: Sequence[Query], known: Mapping[str, Any]) -> dict[str, str]:
        """By key: where the redirects among these lead, as far as it is known or told now."""
        now = self._context.now()
        links: dict[str, str] = {}
        for mention in mentions:
            if mention.key in known:
                links[mention.key] = text_of(known[mention.key])
            elif not self._options.resolve or self._asked >= MOST_ASKED or not _is_redirect(mention.url):
                continue
            elif not queries or any(query.matches(live_document(mention, seen=now)) for query in queries):
                self._asked += 1
                try:
                    links[mention.key] = ask_where(self._context.http, self._options.server, mention.url)
                except SourceError as error:
                    # Whatever it is, it is no different for the next one: the redirects stay, until the next run.
                    self._asked = MOST_ASKED
                    self._context.log.warning("%s", error)
        return links

    def _search(self, words: str, edition: str, days: int) -> list[dict[str, str]]:
        country, _, lang = edition.partition(":")
        shown = f"en-{country}" if lang == "en" else lang
        params = {"q": f"{words} when:{days}d", "hl": shown, "gl": country, "ceid": edition}
        url = f"{self._options.server}/rss/search"
        return read_items(self._context.http.get(url, params=params, max_bytes=MAX_BYTES, allowance=ALLOWANCE))


def _is_redirect(url: str) -> bool:
    return host_of(url).endswith("news.google.com")


def read_items(answer: Response) -> list[dict[str, str]]:
    """The items of a feed of Google News, as plain fields. Raises a ``SourceError`` where it is none."""
    content = answer.content
    head = content[:3_000].lower()
    if host_of(answer.url).startswith("consent.") or b"<html" in head or b"<!doctype html" in head:
        raise SourceRefused(
            "Google News shows a page for people instead of its feed: it asks for consent to cookies, or takes us for a robot. "
            "From within the EU this may stay so; listen to the papers' own feeds (plugin rss), or to a feed of Google Alerts.",
            url=answer.url,
            status=answer.status,
        )
    if b"<!doctype" in head or b"<!entity" in content[:20_000].lower():
        raise SourceBroken("The feed of Google News declares entities, which feeds do not; it was not read.", url=answer.url)
    try:
        root = fromstring(content, XMLParser())
    except (ParseError, ValueError, LookupError) as error:
        raise SourceBroken(f"What Google News answered is no feed that can be read ({error}).", url=answer.url) from error
    if root.tag != "rss":
        raise SourceBroken(f"Where Google News should answer with a feed there is <{root.tag[:40]}>.", url=answer.url)
    items: list[dict[str, str]] = []
    for element in root.iterfind("./channel/item"):
        item = {child.tag: (child.text or "").strip() for child in element}
        source = element.find("source")
        items.append({**item, "source_url": source.get("url", "") if source is not None else ""})
        if len(items) >= MAX_ITEMS:
            break
    return items


def map_item(item: Fields, lang: str) -> Mention:
    """The article that an item of the feed is. A pure function."""
    source, link = plain_line(item.text("source")), item.need("link")
    title = plain_line(item.need("title")).removesuffix(f" - {source}") if source else plain_line(item.need("title"))
    site = item.text("source_url")
    return Mention(
        platform=PLATFORM,
        key=digest(title.casefold(), source.casefold() or host_of(site)),
        kind=MentionKind.ARTICLE,
        url=resolved(link) or link,
        title=title,
        author=Author(platform=PLATFORM, key=host_of(site) or source, name=source, url=site) if source or site else None,
        published=item.time("pubDate"),
        lang=lang,
        raw=dict(item.raw),
    )


def resolved(link: str) -> str:
    """The address inside of a redirect of Google News; empty where it is not inside (newer ones name a number of Google's).

    The last part of the path is base64 of a protocol buffer whose field 4 is the address.
    """
    try:
        parts = urlsplit(link)
        if not (parts.hostname or "").endswith("news.google.com"):
            return link if parts.scheme in ("http", "https") else ""
        name = parts.path.rpartition("/")[2]
        content = urlsafe_b64decode(name + "=" * (-len(name) % 4))
    except ValueError:
        return ""
    return _field(content, 4)


def _field(content: bytes, wanted: int) -> str:
    """A text field of a protocol buffer that is an address; empty where there is none."""
    at = 0
    while at < len(content):
        tag, at = _varint(content, at)
        if tag & 7 == 0:
            _, at = _varint(content, at)
        elif tag & 7 == 2:
            size, at = _varint(content, at)
            value, at = content[at : at + size], at + size
            if tag >> 3 == wanted:
                found = value.decode("utf-8", "replace")
                return found if found.startswith(("http://", "https://")) and found.isprintable() and " " not in found else ""
        else:
            break
    return ""


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(content) and shift < 63:
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            break
        shift += 7
    return value, at


def suggest(topic: Topic, context: Context) -> list[Suggestion]:
    """One source searches for all topics."""
    return [Suggestion(options={}, title="google-news")]


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """A search, with its edition (``ceid``)."""
    place = web_place(address)
    if place is None or place.host != "news.google.com" or not place.query.get("q"):
        return None
    edition = place.query.get("ceid", "")
    return {"query": place.query["q"], "editions": [edition]} if edition else {"query": place.query["q"]}


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`GoogleNewsFetcher`."""
    return [
        Component(
            name="googlenews",
            build=GoogleNewsFetcher,
            options=GoogleNewsOptions,
            summary="Google News: headlines of newspapers and sites; no key",
            suggest=suggest,
            recognise=recognise,
        )
    ]
