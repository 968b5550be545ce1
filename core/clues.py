"""Where else people may talk of a topic: what its name, its accounts and its web site say by themselves."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urljoin

from .accounts import bare_handle, platform_and_handle
from .slugs import slugify
from .values import Topic
from .webplaces import web_place

MOST_NAMES = 4
"""Of one topic: every name costs each platform a request."""
MOST_LINKS = 300
"""Of one page."""
MOST_FORUMS = 12
"""Addresses at which a forum is looked for."""

_FORUM_WORDS = ("community", "forum", "forums", "discuss")
"""How hosts and folders with a forum usually begin; all of them are tried."""
_MORE_FORUM_WORDS = (*_FORUM_WORDS, "board", "boards", "talk", "discourse", "discussions")
"""Those that say so where a page links to them."""
_NAME = re.compile(r"[a-z][a-z0-9_]{2,31}")
_SCHEMES = re.compile(r"(https?|news|nntps?):", re.IGNORECASE)
_READ = 1_000_000
"""Characters of a page that are looked at for links: those to other places mostly stand in its foot."""
_ELEMENT = re.compile(r"<(?:a|link|base)\s([^<>]*)>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)""", re.IGNORECASE)


def names_of(topic: Topic) -> tuple[str, ...]:
    """The names under which a topic's people may be found on a platform: those of its accounts, and its own name.

    A campaign has no accounts of its own; a name in a script that cannot be spelled in ASCII gives none.
    """
    if topic.kind == "campaign":
        return ()
    handles = (bare_handle(platform_and_handle(account)[1]) for account in topic.accounts)
    slug = slugify(topic.name, "")
    spoken = (slug.replace("-", ""), slug.replace("-", "_"))
    names = (name for name in (*(re.split(r"[@.]", handle)[0] for handle in handles), *spoken) if _NAME.fullmatch(name))
    return tuple(dict.fromkeys(names))[:MOST_NAMES]


def links_of(page: str, url: str) -> tuple[str, ...]:
    """Addresses that a page names, absolute, each once, in their order."""
    found: dict[str, None] = {}
    for element in _ELEMENT.finditer(page[:_READ]):
        if href := _HREF.search(element[1]):
            address = _joined(url, html.unescape(href[1].strip("\"'")).strip())
            if _SCHEMES.match(address):
                found[address] = None
        if len(found) == MOST_LINKS:
            break
    return tuple(found)


def bears(host: str, names: Iterable[str]) -> bool:
    """Whether a host has one of these names in it: then it is likely theirs."""
    return any(name.replace("_", "") in host.replace("-", "") for name in names)


def forums_of(site: str, links: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Addresses at which a forum of a site may stand: what its first page links to, then the usual hosts and folders."""
    place = web_place(site)
    if place is None:
        return ()
    domain = _domain(place.host, names)
    linked = (forum for link in links if (forum := _forum_at(link)))
    scheme = place.origin.partition("://")[0]
    hosts = [f"{scheme}://{word}.{domain}" for word in _FORUM_WORDS if _has_hosts(domain)]
    usual = (*hosts, *(f"{place.origin}/{word}" for word in _FORUM_WORDS[:2]))
    return tuple(dict.fromkeys((*linked, *usual)))[:MOST_FORUMS]


def _forum_at(link: str) -> str:
    """The address of the forum that a link looks like it leads to; empty for other links."""
    place = web_place(link)
    if place is None:
        return ""
    if place.host.partition(".")[0] in _MORE_FORUM_WORDS:
        return place.origin
    folder = place.part(0)
    return f"{place.origin}/{folder}" if folder.lower() in _MORE_FORUM_WORDS else ""


def _domain(host: str, names: Sequence[str]) -> str:
    """The part of a host from the label on that has the name: ``acme.example`` of ``press.acme.example``."""
    labels = host.split(".")
    number = next((n for n, label in enumerate(labels[:-1]) if bears(label, names)), 0)
    return ".".join(labels[number:])


def _has_hosts(domain: str) -> bool:
    """Whether there can be hosts below it: it is neither an IP address nor a single machine's name."""
    return "." in domain and not domain.startswith("[") and not domain.partition(":")[0].rpartition(".")[2].isdecimal()


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return ""
