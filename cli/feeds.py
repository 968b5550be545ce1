"""From the address that a user types to sources: what a plugin knows the place to be, else the feeds of a page."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import urlsplit

from ..core.addresslists import alerts_feed
from ..core.contracts import HttpClient, Response
from ..core.controls import clean
from ..core.errors import PluginError, SourceError, SourceGone
from ..core.registry import Registry
from ..core.slugs import slugify, unique
from ..core.values import Source
from .exits import note

Recognise: TypeAlias = Callable[[str, str], Mapping[str, object] | None]
Recognisers: TypeAlias = Sequence[tuple[str, Recognise]]
"""Names of source plugins, and how each recognises an address (``Component.recognise``)."""

DEFAULT_ID = "feed"
_log = logging.getLogger("hubbub.plugins")

_ACCOUNT = re.compile(r"@?[^\s@/:]+@[^\s@/:]+")
"""``@user@host``: an account of the fediverse, as people write it."""
_GENERATOR = re.compile(r"""<meta\s+(?=[^>]*name=["']?generator\b)[^>]*content=["']([^"']*)""", re.IGNORECASE)
_READ = 100_000
"""Bytes of a page that are looked at for what made it: that stands in its head."""
_SOCIAL_PATH = re.compile(r"/(@|tags/|c/|m/|u/|users/)")
"""How addresses of servers begin that tell their software by NodeInfo; other sites are not asked."""


def normal_address(text: str) -> str:
    """The address as a browser would read it: ``press.example`` is ``https://press.example``."""
    text = text.strip()
    return text if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*://", text) else f"https://{text}"


def sources_at(http: HttpClient, known: Recognisers, address: str, taken: Iterable[str]) -> list[Source]:
    """What there is to listen to at an address, the likeliest first; asks the network where the address alone does not tell.

    A plugin that knows the address, or the site's software, comes before feeds, for it reads more than those have. Raises a
    ``SourceError`` where the address cannot be read, or has nothing to listen to.
    """
    taken = list(taken)
    account = _ACCOUNT.fullmatch(address.strip())
    asked = f"@{address.strip().removeprefix('@')}" if account else alerts_feed(address) or normal_address(address)
    _refuse_malformed(asked)
    if found := recognised(known, asked, taken):
        return [found]
    if account:
        raise SourceGone(f"No installed plugin listens to the account {asked}; see hubbub plugins.")
    _refuse_other_schemes(asked)
    from ..plugins.sources.rss import page_at

    page = page_at(http, asked)
    software = software_of(page, http)
    if software and (found := recognised(known, page.url, taken, software)):
        return [found]
    return _feeds(page, asked, http, taken)


def recognisers(registry: Registry) -> Recognisers:
    """How the installed source plugins recognise addresses. Loads all of them, so one thread calls it."""
    known: list[tuple[str, Recognise]] = []
    for plugin in registry.names("source"):
        try:
            component = registry.component("source", plugin)
        except PluginError as error:
            _log.warning("%s", error)
            continue
        if component.recognise:
            known.append((plugin, component.recognise))
    return known


def recognised(known: Recognisers, address: str, taken: Iterable[str], software: str = "") -> Source | None:
    """The source with which a plugin that knows this address reads it; its options are not checked yet."""
    for plugin, recognise in known:
        try:
            options = recognise(address, software)
        except Exception as error:  # a plugin of somebody else may raise anything; the others are still asked
            _log.warning("%s cannot tell what %s is: %s", plugin, address, error)
            continue
        if options is not None:
            return Source(id=source_id(_spoken(address), address, taken), plugin=plugin, options=dict(options))
    return None


def software_of(page: Response, http: HttpClient) -> str:
    """The software that a site says it runs, as ``discourse``; empty where it does not say.

    It stands in the page (``generator``), or is asked by NodeInfo (nodeinfo.diaspora.software) where the address looks like
    that of a social server.
    """
    from ..plugins.sources._feed_finding import looks_like_page

    if not looks_like_page(page.content):
        return ""
    if found := _GENERATOR.search(page.content[:_READ].decode("utf-8", "replace")):
        return next(iter(found[1].lower().split()), "")
    parts = urlsplit(page.url)
    return software_by_nodeinfo(http, f"{parts.scheme}://{parts.netloc}") if _SOCIAL_PATH.match(parts.path) else ""


def software_by_nodeinfo(http: HttpClient, root: str) -> str:
    """The software that a server says it runs (nodeinfo.diaspora.software); empty where it does not say."""
    from ..core.fields import Fields, UnexpectedField, object_of

    try:
        links = object_of(http.get(f"{root}/.well-known/nodeinfo")).values("links")
        place = Fields(links[-1]).text("href") if links else ""
        # It is the site's own word: another one is not asked.
        return object_of(http.get(place)).text("software.name").lower() if place.startswith(f"{root}/") else ""
    except (SourceError, UnexpectedField):
        return ""


def _refuse_malformed(url: str) -> None:
    try:
        _ = urlsplit(url).port
    except ValueError as error:
        raise SourceError(f"{url!r} is not a web address ({error}).", url=url) from error


def _refuse_other_schemes(url: str) -> None:
    scheme = urlsplit(url).scheme.lower()
    if scheme not in ("http", "https"):
        raise SourceError(f"{url} is no web address; it begins with {scheme}:// and not with https://.", url=url)


def _feeds(page: Response, url: str, http: HttpClient, taken: Iterable[str]) -> list[Source]:
    from ..plugins.sources.rss import feeds_of
    from .compose import now

    found = feeds_of(page, http, now())
    if not found:
        raise SourceGone(f"No feed was found at {url}. Give the address of the feed itself; pages often call it RSS.", url=url)
    if found[0].guessed:
        title = f" (“{clean(found[0].title, newlines=False)}”)" if found[0].title else ""
        note(
            f"{url} names no feed. {found[0].url}{title} is one that its site has, of which the page may be no part. "
            f"To watch the page itself: hubbub sources add --plugin webpage --option 'pages=[\"{url}\"]'"
        )
    ids = set(taken)
    sources: list[Source] = []
    for feed in found:
        sources.append(Source(id=source_id(feed.title, feed.url, ids), plugin="rss", options={"url": feed.url}))
        ids.add(sources[-1].id)
    return sources


def _spoken(address: str) -> str:
    """An address as a name: without its scheme and ``www``."""
    return re.sub(r"^[a-z]+://(www\.)?", "", address.strip(), flags=re.IGNORECASE).partition("?")[0]


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
