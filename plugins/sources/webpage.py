"""Source ``webpage``: pages of a site that has no feed, by its sitemaps, and single pages that are watched. No key is needed.

::

    [[sources]]
    id = "press-pages"
    plugin = "webpage"
    site = "https://press.example"               # its sitemaps are found by themselves
    sitemaps = ["https://press.example/news.xml"]  # optional: these instead
    only = ["/news/", "/blog/"]                  # optional: pages whose path begins so
    pages = ["https://acme.example/pricing"]     # optional: watched; when their words change there is a new version
    back = "30d"                                 # optional: how far the first reading of a sitemap goes back
    max_pages = 50                               # optional: pages read of each sitemap in one run
    every = "6h"

It needs ``pip install 'hubbub[webpage]'``. The text of a page is found by trafilatura; a page is a mention of the platform
``web``, known by its canonical address. What its robots.txt forbids is not read; a ``Crawl-delay`` is kept to; without a
readable robots.txt nothing is read (RFC 9309). Only pages that a sitemap or you name are read: links are not followed.

A sitemap's page is read again when its ``lastmod`` is newer. Of sitemaps without dates only new addresses are read after the
first run. A watched page that changed tells its new paragraphs in the raw form (``changed``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from importlib.util import find_spec
from typing import Any
from urllib.parse import urljoin, urlsplit

from pydantic import Field, model_validator

from ...core.contracts import Clues, Component, Context, Suggestion
from ...core.errors import SourceBroken, SourceError, SourceLimited, SourceRefused
from ...core.fields import moment_of
from ...core.hookspecs import hookimpl
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import each
from ...core.values import JSON, Batch, Failure, Mention, Topic
from ...core.webplaces import web_place
from ._raw import host_of, mapping_of, text_of
from ._robots import Robots
from ._sitemaps import MAX_BYTES, Entry, NoSitemap, Sitemap, read_sitemap
from ._web_pages import MAX_PAGE, extract, map_page, same_site

MAX_SITEMAPS = 50
"""Sitemaps of an index that are read in one run, the ones that changed last first."""
MAX_UNDATED = 20_000
"""Addresses without a date that are remembered of a sitemap."""
PATIENCE = 120.0
"""Seconds that a run may spend on the pauses that one site asks for."""
BATCH = 10
_INSTALL = "It reads web pages with trafilatura, which is not installed. Run: pip install 'hubbub[webpage]'"


class WebpageOptions(PluginOptions):
    """What users write of pages."""

    site: WebAddress | None = Field(default=None, description="A site; its sitemaps are found by themselves")
    sitemaps: tuple[WebAddress, ...] = Field(default=(), max_length=50, description="Addresses of sitemaps")
    only: tuple[str, ...] = Field(default=(), description="Pages of sitemaps whose path begins so")
    pages: tuple[WebAddress, ...] = Field(default=(), max_length=200, description="Pages that are watched")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")
    max_pages: int = Field(default=50, ge=1, le=1_000, description="Pages read of each sitemap in one run")

    @model_validator(mode="after")
    def _something(self) -> WebpageOptions:
        if not (self.site or self.sitemaps or self.pages):
            raise ValueError("there is nothing to read: write site, sitemaps or pages")
        return self


@dataclass(slots=True)
class _Place:
    """How far one sitemap was read."""

    since: datetime | None = None
    """``lastmod`` of the page that was read last."""
    at: list[str] = field(default_factory=list)
    """Pages with just this ``lastmod`` that were read."""
    undated: set[str] = field(default_factory=set)
    validators: dict[str, Any] = field(default_factory=dict)
    begun: bool = False

    @classmethod
    def of(cls, saved: Any) -> _Place:
        known = mapping_of(saved)
        at, undated = known.get("at"), text_of(known.get("undated"))
        return cls(
            since=moment_of(known.get("since") or ""),
            at=[text_of(one) for one in at] if isinstance(at, list) else [],
            undated={undated[start : start + 12] for start in range(0, len(undated), 12)},
            validators=dict(mapping_of(known.get("validators"))),
            begun=bool(known),
        )

    def saved(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat() if self.since else "",
            "at": self.at,
            "undated": "".join(sorted(self.undated)),
            "validators": self.validators,
        }


class WebpageFetcher:
    """Reads pages of sitemaps, and watches single pages."""

    def __init__(self, options: WebpageOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._robots = Robots(context)

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each sitemap and each watched page."""
        _installed()
        maps = self._options.sitemaps or ([self._options.site] if self._options.site else [])
        names = [*(f"sitemap {url}" for url in maps), *self._options.pages]
        return each(
            cursor, names, lambda name, at: self._sitemap(name[8:], at) if name[:8] == "sitemap " else self._page(name, at)
        )

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: any page, as an article; what its robots.txt forbids is not read."""
        if web_place(url) is None:
            return None
        _installed()
        return self._read(url, {})[0]

    def check(self) -> str:
        """See ``Checks``: whether sitemaps and pages may be read and can be."""
        _installed()
        told: list[str] = []
        for url in self._options.sitemaps or ([self._options.site] if self._options.site else []):
            found = [self._ask_map(place, {})[0] for place in self._places(url)]
            pages = sum(len(one.pages) for one in found if one)
            maps = sum(len(one.sitemaps) for one in found if one)
            told.append(f"{host_of(url)} names {pages:,} pages and {maps:,} more sitemaps")
        for url in self._options.pages:
            mention, _ = self._read(url, {})
            told.append(f"{url} has {len(mention.text) if mention else 0:,} characters")
        return f"{'; '.join(told)}."

    # --- watched pages ---------------------------------------------------------------------------------------

    def _page(self, url: str, cursor: JSON) -> Iterator[Batch]:
        saved = mapping_of(cursor)
        mention, validators = self._read(url, mapping_of(saved.get("validators")))
        if mention is None:
            yield Batch(cursor={**saved, "validators": validators}, unchanged=True)
            return
        known = saved.get("paragraphs")
        paragraphs = {_short(line): line for line in mention.text.split("\n") if line.strip()}
        after: JSON = {"validators": validators, "paragraphs": sorted(paragraphs)}
        if known == sorted(paragraphs):
            yield Batch(cursor=after, unchanged=True)
            return
        if isinstance(known, list):
            new = [line for name, line in paragraphs.items() if name not in known]
            raw = dict(mapping_of(mention.raw))
            mention = map_page({**raw, "changed": new[:50], "gone": len(set(map(str, known)) - set(paragraphs))})
        yield Batch(mentions=(mention,), cursor=after)

    def _read(self, url: str, validators: Mapping[str, Any]) -> tuple[Mention | None, dict[str, Any]]:
        """The page, or ``None`` where it is the one that we know; and what makes the next question conditional."""
        rules = self._robots.of(url)
        rules.demand(url)
        answer = self._context.http.get(
            url,
            validators={str(name): str(value) for name, value in validators.items()},
            max_bytes=MAX_PAGE,
            allowance=rules.allowance,
        )
        if answer.unchanged:
            return None, dict(answer.validators)
        if not same_site(answer.url, url):
            raise SourceRefused(
                f"{url} leads to another site ({host_of(answer.url)}). Give that address if you mean it.", url=url
            )
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind and "html" not in kind and not kind.startswith("text/"):
            raise SourceBroken(f"{url} is no web page ({kind[:60]}).", url=url)
        executor = self._context.executor
        try:
            raw = (
                executor.submit(extract, answer.content, answer.url).result()
                if executor
                else extract(answer.content, answer.url)
            )
        except Exception as error:  # a parser of strangers' bytes: whatever it trips over is the page's fault
            raise SourceBroken(f"{url} cannot be read ({type(error).__name__}).", url=url) from error
        if raw is None:
            raise SourceBroken(f"There is no text to be found in {url}. It may be made by a script in the browser.", url=url)
        return map_page(raw), dict(answer.validators)

    # --- sitemaps --------------------------------------------------------------------------------------------

    def _sitemap(self, root: str, cursor: JSON) -> Iterator[Batch]:
        """Pages of a sitemap, or of those that an index names; each has a place of its own."""
        saved: dict[str, Any] = {
            url: place for url, place in mapping_of(mapping_of(cursor).get("maps")).items() if isinstance(place, Mapping)
        }
        delay = self._robots.of(root).delay
        left = min(self._options.max_pages, max(1, int(PATIENCE / delay))) if delay else self._options.max_pages
        waiting = [Entry(url=url) for url in self._places(root)]
        read: set[str] = set()
        problem: SourceError | None = None
        new = answered = False
        while waiting and left > 0 and len(read) < MAX_SITEMAPS:
            url = waiting.pop(0).url
            if url in read:
                continue
            read.add(url)
            place = _Place.of(saved.get(url))
            try:
                found, validators = self._ask_map(url, place.validators)
            except SourceLimited:
                raise
            except SourceError as error:
                problem = problem or error
                continue
            answered = True
            if found is None:
                continue
            here = [entry for entry in found.sitemaps if same_site(entry.url, root)]
            waiting += sorted(here, key=lambda entry: entry.changed.timestamp() if entry.changed else 0, reverse=True)
            pages = self._believable(found.pages)
            wanted = self._wanted(pages, place, root)
            for start in range(0, min(left, len(wanted)), BATCH):
                some = wanted[start : min(start + BATCH, left)]
                new = True
                mentions, failures = self._pages(some)
                _advance(place, some)
                saved[url] = place.saved()
                yield Batch(mentions=mentions, failures=failures, cursor={"maps": dict(saved)})
            if len(wanted) <= left:
                # Only now: what is left for the next run must be asked for again. An index is asked anew for what it names.
                place.validators = {} if found.sitemaps else validators
                place.undated = {_short(entry.url) for entry in pages[:MAX_UNDATED] if not entry.changed}
            elif not place.begun and not any(entry.changed for entry in wanted):
                # The first run of a sitemap without dates: so many pages, and from then on what is new.
                place.undated |= {_short(entry.url) for entry in pages[:MAX_UNDATED]}
            left = max(0, left - len(wanted))
            saved[url] = place.saved()
        if not answered and problem is not None:
            raise problem
        kept = {url: place for url, place in saved.items() if url in read} if not waiting else saved
        failures = (Failure(source="", item=root, message=str(problem), kind=problem.health),) if problem else ()
        yield Batch(cursor={"maps": kept}, failures=failures, unchanged=not new and not failures)

    def _places(self, url: str) -> list[str]:
        """The sitemaps of a site: as its robots.txt says, else where they usually are; a sitemap's own address as it is."""
        if url in self._options.sitemaps:
            return [url]
        named = [place for place in self._robots.of(url).sitemaps if same_site(place, url)]
        return named[:MAX_SITEMAPS] or [urljoin(url, "/sitemap.xml")]

    def _ask_map(self, url: str, validators: Mapping[str, Any]) -> tuple[Sitemap | None, dict[str, Any]]:
        rules = self._robots.of(url)
        answer = self._context.http.get(
            url, validators={str(name): str(value) for name, value in validators.items()}, allowance=rules.allowance
        )
        if answer.unchanged:
            return None, dict(answer.validators)
        try:
            return read_sitemap(answer.content[:MAX_BYTES], answer.url), dict(answer.validators)
        except NoSitemap as error:
            raise SourceBroken(
                f"{url} is no sitemap: {error}. Look in the site's robots.txt for its sitemaps and give them as `sitemaps`, "
                "or single pages as `pages`.",
                url=url,
            ) from error

    def _believable(self, entries: Sequence[Entry]) -> list[Entry]:
        """The same, without dates in the future: one such date would hide all that comes later."""
        future = self._context.now() + timedelta(days=1)
        return [replace(entry, changed=None) if entry.changed and entry.changed > future else entry for entry in entries]

    def _wanted(self, entries: Sequence[Entry], place: _Place, root: str) -> list[Entry]:
        """What is to be read, the oldest change first, so that a run that ends early loses nothing."""
        oldest = place.since or self._context.now() - self._options.back
        found: dict[str, Entry] = {}
        for entry in entries:
            path = urlsplit(entry.url).path
            if not same_site(entry.url, root) or (self._options.only and not path.startswith(self._options.only)):
                continue
            name = _short(entry.url)
            if entry.changed is None:
                known = name in place.undated
            else:
                known = entry.changed < oldest or (entry.changed == place.since and name in place.at)
            if not known:
                found.setdefault(entry.url, entry)
        return sorted(found.values(), key=lambda entry: entry.changed.timestamp() if entry.changed else 0)

    def _pages(self, entries: Sequence[Entry]) -> tuple[tuple[Mention, ...], tuple[Failure, ...]]:
        mentions: list[Mention] = []
        failures: list[Failure] = []
        for entry in entries:
            try:
                mention, _ = self._read(entry.url, {})
            except SourceLimited:
                raise
            except SourceError as error:
                if not isinstance(error, SourceRefused) or error.status:  # what robots.txt forbids is no failure of ours
                    failures.append(
                        Failure(source="", item=entry.url, message=f"{entry.url} was left out: {error}", kind=error.health)
                    )
                continue
            if mention is not None:
                raw = dict(mapping_of(mention.raw))
                stated = entry.published.isoformat() if entry.published else ""
                raw |= {"published": raw.get("published") or stated, "lang": raw.get("lang") or entry.lang}
                mentions.append(map_page(raw))
        return tuple(mentions), tuple(failures)


def _advance(place: _Place, entries: Sequence[Entry]) -> None:
    for entry in entries:
        name = _short(entry.url)
        if entry.changed is None:
            place.undated.add(name)
        elif place.since is None or entry.changed > place.since:
            place.since, place.at = entry.changed, [name]
        else:
            place.at.append(name)


def _short(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _installed() -> None:
    if find_spec("trafilatura") is None or find_spec("protego") is None:
        raise SourceBroken(_INSTALL)


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """A sitemap by the name that sitemaps have (sitemaps.org)."""
    place = web_place(address)
    last = place.path[-1].lower() if place and place.path else ""
    return {"sitemaps": [address]} if last.startswith("sitemap") and last.endswith((".xml", ".xml.gz")) else None


def discover(clues: Clues, context: Context) -> Iterator[Suggestion]:
    """The pages of a site, by its sitemaps."""
    for site in clues.sites:
        yield Suggestion(options={"site": site}, title=f"pages of {host_of(site)}", every=timedelta(hours=6))


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`WebpageFetcher`."""
    return [
        Component(
            name="webpage",
            build=WebpageFetcher,
            options=WebpageOptions,
            summary="Web pages by sitemap, and pages that are watched; no key",
            discover=discover,
            recognise=recognise,
        )
    ]
