"""How often published stories are read, counted from a web server's access logs: nobody is followed.

A view is an answered request (GET; 200 or 304) for a story's page or one of its other formats. A visit is one reader's views of
one story on one day, a reader being an address with a browser. Of both only a keyed hash is held while counting, and of each
story and day only the smallest hashes: their number is the number of visits up to :data:`EXACT` of them, and beyond that it is
estimated from the largest of these (k minimum values: Bar-Yossef et al., "Counting distinct elements in a data stream", 2002).
The key is never written down. So counting needs the same memory for a log of any length.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from functools import lru_cache
from heapq import heappush, heapreplace
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from .accesslogs import Request, read_line
from .localtime import local

EXACT = 1024
"""Visits of a story on one day that are counted one by one; beyond, the count is off by about 3 % (one standard error)."""
MOST_HOSTS = 1000
"""Referring hosts of a story that are kept apart; more are counted together, since anybody can send any name."""

BOTS = re.compile(
    r"(?<!cu)bots?(?![a-z])|crawl|spider|slurp|scrap|fetch|preview|monitor|uptime|headless|lighthouse|pagespeed|validator|archiv"
    r"|externalhit|embedly|whatsapp|feed|rss|reader\b|hubbub|^curl|wget|libwww|python|perl|ruby|php|java/|okhttp|axios"
    r"|node-fetch|undici|guzzle|go-http|httpclient|httpx|http_request|aiohttp|scan|probe|check|https?://",
    re.IGNORECASE,
)
"""What programs call themselves; a browser's name has none of these words, and no address. (Cubot makes telephones.)"""

_HASH = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Pages:
    """Where stories are found on a site."""

    paths: Mapping[str, tuple[str, str]]
    """By path on the site: slug of the story, and format."""
    folders: frozenset[str]
    """The folders of the stories, with a slash at their ends: all else in there are pictures and other files."""
    host: str
    """The site, in small letters; empty where it does not matter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DayViews:
    """One day of a story."""

    day: date
    views: int
    visits: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryViews:
    """How often one story was read."""

    slug: str
    views: int
    visits: int
    """The sum over days: who comes back on another day is another visit."""
    days: tuple[DayViews, ...]
    """The oldest first; days without any view are left out."""
    formats: Mapping[str, int]
    """Views by format, the most read first."""
    referrers: Mapping[str, int]
    """Views by the host that led there, the most first; our own site and what told nothing are left out."""
    other_referrers: int = 0
    """Views that further hosts led to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """Lines that are no view."""

    unreadable: int = 0
    """No line of a format that is known."""
    elsewhere: int = 0
    """Of other pages or other sites."""
    files: int = 0
    """Pictures and other files of a story."""
    errors: int = 0
    """Of a story's page, but not answered with it: not there, moved, only a part, or not asked for to be read."""
    bots: int = 0
    """Programs."""


@dataclass(slots=True)
class _Day:
    views: int = 0
    smallest: list[int] = field(default_factory=list)
    """A heap of the negated hashes."""
    held: set[int] = field(default_factory=set)

    def add(self, hashed: int) -> None:
        self.views += 1
        if hashed in self.held:
            return
        if len(self.smallest) < EXACT:
            heappush(self.smallest, -hashed)
        elif hashed < -self.smallest[0]:
            self.held.discard(-heapreplace(self.smallest, -hashed))
        else:
            return
        self.held.add(hashed)

    @property
    def visits(self) -> int:
        if len(self.smallest) < EXACT:
            return len(self.smallest)
        return min(self.views, round((EXACT - 1) * 2 ** (8 * _HASH) / -self.smallest[0]))


@dataclass(slots=True)
class _Story:
    days: dict[date, _Day] = field(default_factory=dict)
    formats: Counter[str] = field(default_factory=Counter)
    referrers: Counter[str] = field(default_factory=Counter)
    others: int = 0


class ViewCounter:
    """Counts views line by line; not thread-safe."""

    def __init__(self, pages: Pages, *, zone: tzinfo, key: bytes) -> None:
        """``zone`` says when a day begins; ``key`` (16 bytes by chance) makes hashes that nobody can take back."""
        self._pages, self._zone, self._key = pages, zone, key
        self._stories = {slug: _Story() for slug, _ in pages.paths.values()}
        self._left = Counter[str]()
        self.lines = 0
        """Lines so far."""

    def add(self, lines: Iterable[bytes | None]) -> None:
        """Count these lines; ``None`` stands for one that cannot be read."""
        for line in lines:
            if line is not None and line.isspace():
                continue
            self.lines += 1
            request = read_line(line) if line is not None else None
            why = self._count(request) if request else "unreadable"
            if why:
                self._left[why] += 1

    @property
    def stories(self) -> tuple[StoryViews, ...]:
        """What was counted so far, the most read first."""
        return tuple(sorted((_told(slug, story) for slug, story in self._stories.items()), key=lambda told: -told.views))

    @property
    def left_out(self) -> LeftOut:
        """What was not counted so far, and why."""
        return LeftOut(**self._left)

    def _count(self, request: Request) -> str:
        """Count a request; gives why it is no view, or nothing."""
        if self._pages.host and request.host and not _same_site(request.host, self._pages.host):
            return "elsewhere"
        path = page_path(request.target)
        found = self._pages.paths.get(path)
        if found is None:
            return "files" if any(path.startswith(folder) for folder in self._folders_of(path)) else "elsewhere"
        if request.method != "GET" or request.status not in (200, 304):
            return "errors"
        if request.agent is not None and is_program(request.agent):
            return "bots"
        slug, format = found
        story = self._stories[slug]
        day = local(request.at, self._zone).date()
        who = f"{slug}\0{day}\0{request.address}\0{request.agent}".encode("utf-8", "replace")
        hashed = int.from_bytes(hashlib.blake2b(who, key=self._key, digest_size=_HASH).digest(), "big")
        story.days.setdefault(day, _Day()).add(hashed)
        story.formats[format] += 1
        self._note_referrer(story, request)
        return ""

    def _folders_of(self, path: str) -> Iterable[str]:
        """The story's folder that a path begins with, if any: paths are looked up, not searched."""
        depth = 0
        while (depth := path.find("/", depth) + 1) > 0:
            if path[:depth] in self._pages.folders:
                yield path[:depth]

    def _note_referrer(self, story: _Story, request: Request) -> None:
        host = _host_of(request.referrer)
        own = self._pages.host or request.host
        if not host or (own and _same_site(host, own)):
            return
        if host in story.referrers or len(story.referrers) < MOST_HOSTS:
            story.referrers[host] += 1
        else:
            story.others += 1


def pages_of(stories: Mapping[str, tuple[Sequence[str], Mapping[str, str]]], address: str) -> Pages:
    """Where stories are found under an address (``publish.base_url``, or only a path as ``/stories/``).

    ``stories``: by slug, all slugs that lead to the story, and by format the file that is opened.
    """
    parts = urlsplit(address)
    paths: dict[str, tuple[str, str]] = {}
    folders: set[str] = set()
    for slug, (names, opens) in stories.items():
        for name in names:
            folder = page_path(f"{parts.path}/{name}").rstrip("/") + "/"
            folders.add(folder)
            for format, file in opens.items():
                paths[f"{folder}{file}"] = (slug, format)
                if file == "index.html":
                    # A site may serve the folder with or without its slash; where it leads from one to the other, that is
                    # a redirection, which is not counted.
                    paths[folder] = paths[folder[:-1]] = (slug, format)
    return Pages(paths=paths, folders=frozenset(folders), host=(parts.hostname or "").lower())


@lru_cache(maxsize=4096)
def is_program(agent: str) -> bool:
    """Whether one that calls itself so is no browser: it says so, or says nothing."""
    return not agent or BOTS.search(agent) is not None


@lru_cache(maxsize=4096)
def page_path(target: str) -> str:
    """The path of a request's target as servers look it up: without query, unescaped, without dots and doubled slashes."""
    path = unquote(re.split(r"[?#]", target, maxsplit=1)[0], errors="replace")
    whole = normpath("/" + path.lstrip("/"))
    return f"{whole}/" if path.endswith("/") and whole != "/" else whole


def _told(slug: str, story: _Story) -> StoryViews:
    days = tuple(DayViews(day=day, views=one.views, visits=one.visits) for day, one in sorted(story.days.items()))
    return StoryViews(
        slug=slug,
        views=sum(day.views for day in days),
        visits=sum(day.visits for day in days),
        days=days,
        formats=dict(story.formats.most_common()),
        referrers=dict(sorted(story.referrers.items(), key=lambda one: (-one[1], one[0]))),
        other_referrers=story.others,
    )


@lru_cache(maxsize=4096)
def _host_of(referrer: str) -> str:
    try:
        parts = urlsplit(referrer)
        return (parts.hostname or "")[:253] if parts.scheme in ("http", "https", "android-app") else ""
    except ValueError:
        return ""


def _same_site(one: str, other: str) -> bool:
    return one.removeprefix("www.") == other.removeprefix("www.")
