"""From the address that a user types to sources: the feeds of a page, each with an id of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from ..core.contracts import HttpClient
from ..core.errors import SourceError, SourceGone
from ..core.slugs import slugify, unique
from ..core.values import Source

DEFAULT_ID = "feed"


def normal_address(text: str) -> str:
    """The address as a browser would read it: ``press.example`` is ``https://press.example``."""
    text = text.strip()
    return text if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*://", text) else f"https://{text}"


def feed_sources(http: HttpClient, address: str, taken: Iterable[str]) -> list[Source]:
    """A source for each feed of a page (or for the feed that the address is); asks the network.

    Raises a ``SourceError`` where the page cannot be read, or has no feed.
    """
    from ..plugins.sources.rss import discover
    from .compose import now

    url = normal_address(address)
    scheme = urlsplit(url).scheme.lower()
    if scheme not in ("http", "https"):
        raise SourceError(f"{address} is no web address; it begins with {scheme}:// and not with https://.", url=url)
    found = discover(http, url, now())
    if not found:
        raise SourceGone(f"No feed was found at {url}. Give the address of the feed itself; pages often call it RSS.", url=url)
    ids = set(taken)
    sources: list[Source] = []
    for feed in found:
        sources.append(Source(id=source_id(feed.title, feed.url, ids), plugin="rss", options={"url": feed.url}))
        ids.add(sources[-1].id)
    return sources


def source_id(title: str, url: str, taken: Iterable[str]) -> str:
    """A free id that tells people which source it is: made of its title, else of its host."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    slug = slugify(title, DEFAULT_ID)
    if slug == DEFAULT_ID:
        # A title without a letter that we can spell, or none.
        slug = slugify(host, DEFAULT_ID)
    return unique(slug, {name.casefold() for name in taken})


def with_free_ids(sources: Sequence[Source], taken: Iterable[str]) -> list[Source]:
    """The same sources, those whose id is taken under another one."""
    ids = {name.casefold() for name in taken}
    renamed: list[Source] = []
    for source in sources:
        renamed.append(replace(source, id=unique(source.id, ids)))
        ids.add(renamed[-1].id.casefold())
    return renamed
