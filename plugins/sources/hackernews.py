"""Source ``hackernews``: stories and comments of Hacker News, by the search of Algolia. No key is needed.

::

    [[sources]]
    id = "hacker-news"
    plugin = "hackernews"
    query = '"acme phone"'        # optional: what to search for; otherwise the words of all topics
    kinds = ["story", "comment"]  # optional: only one of them
    author = "acme_dev"           # optional: all that this user writes, instead of a search
    back = "30d"                  # optional: how far the first reading goes back

Every story and every comment is a mention of the platform ``hackernews``, known by its permanent number. Points and the
number of comments are counted for stories; the site shows none for comments. The search forgives typing mistakes, so all
that it gives is matched again here. Authors have their karma, asked for one by one: of ten authors in a run, and of each once a
week.

Limits: about 10,000 requests an hour for each network. No login, nothing to agree to beside the site's guidelines.
Fields as in the interface of the hits in algolia/hn-search (2026); ``/items/ID`` gives a thread as a tree, ``/users/NAME`` a
user with karma.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal
from urllib.parse import quote

from pydantic import Field

from ...core.contracts import Allowance, Component, Context, Rate, Suggestion
from ...core.errors import SourceError, SourceGone
from ...core.fields import Fields, UnexpectedField, list_in, map_each, object_of
from ...core.hookspecs import hookimpl
from ...core.htmltext import read_html
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import Page, each, newest_first, second_before
from ...core.searchterms import search_terms
from ...core.values import JSON, Author, Batch, Engagement, Mention, MentionKind, Topic
from ...core.webplaces import web_place
from ._author_counts import AuthorCounts
from ._raw import host_of

PLATFORM = "hackernews"
SITE = "https://news.ycombinator.com"
ALLOWANCE = Allowance(name="hn.algolia.com", rates=(Rate(requests=10_000, seconds=3600.0),))
PER_PAGE = 100
AT_ONCE = 50
"""Stories that are asked for together, so that the address stays short."""
KARMA_A_RUN = 10
"""Authors that are asked for in a run: each costs a request."""


class HackerNewsOptions(PluginOptions):
    """What users write of a source of Hacker News."""

    query: str = Field(default="", description="What to search for; otherwise the words of all topics")
    kinds: tuple[Literal["story", "comment"], ...] = Field(default=("story", "comment"), min_length=1, description="Only these")
    author: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*$", description="All that this user writes")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")
    server: WebAddress = Field(default="https://hn.algolia.com/api/v1", description="Address of the API")


class HackerNewsFetcher:
    """Reads the search of Hacker News, and whole threads."""

    def __init__(self, options: HackerNewsOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._karma = _Karma(context, options.server)

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each search."""
        asked = self._options.query or self._options.author
        searches = [self._options.query] if asked else [term.quoted for term in search_terms(topics)]
        back = self._context.now() - self._options.back
        return each(cursor, searches, lambda words, at: newest_first(at, lambda page: self._page(words, page), back=back))

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: one request for fifty stories, and one for each comment and each story that is missing."""
        stories = [mention.key for mention in mentions if mention.kind is MentionKind.POST]
        together: dict[str, Mention] = {}
        for start in range(0, len(stories) if len(stories) > 1 else 0, AT_ONCE):
            together |= self._stories(stories[start : start + AT_ONCE])
        for mention in mentions:
            if mention.key in together:
                yield mention.ref, self._karma.told([together[mention.key]], ask=False)[0]
                continue
            try:
                item = self._item(mention.key)
            except SourceGone:
                yield mention.ref, None
                continue
            fresh, failures = map_each([item.raw], lambda raw: map_item(raw, self._context.now()), name=f"item {mention.key}")
            for failure in failures:  # one that cannot be read is asked for again another time
                self._context.log.warning("%s", failure.message)
            for found in self._karma.told(fresh, ask=False):
                yield mention.ref, found

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: the whole thread in one request."""
        root = self._item(mention.thread.partition(":")[2] or mention.key)
        return [map_item(item, self._context.now()) for item in _walk(root)]

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: one request."""
        place = web_place(url)
        number = place.query.get("id", "") if place and place.host == host_of(SITE) and place.path == ("item",) else ""
        if not (number.isascii() and number.isdecimal()):
            return None
        item = self._item(number)
        if not item.text("author"):
            raise SourceGone("This post is not on Hacker News any more.", url=url)
        return map_item(item, self._context.now())

    def check(self) -> str:
        """See ``Checks``."""
        answer = self._search({"query": self._options.query, "tags": self._tags, "hitsPerPage": 1})
        return f"The search of Hacker News answers; it has {answer.count('nbHits') or 0:,} posts for this."

    @property
    def _tags(self) -> str:
        """In the words of the search: of one of the kinds, and by the author where there is one."""
        author = f",author_{self._options.author}" if self._options.author else ""
        return f"({','.join(self._options.kinds)}){author}"

    def _page(self, words: str, before: JSON) -> Page:
        params: dict[str, str | int] = {
            "query": words,
            "tags": self._tags,
            "hitsPerPage": PER_PAGE,
            # Found one after the other, not forgiving: what is meant as a phrase is searched for as one.
            "advancedSyntax": "true",
        }
        if isinstance(before, int):
            # By time and not by number of page: pages shift when something new comes, and end after 1,000 hits.
            params["numericFilters"] = f"created_at_i<={before}"
        hits = list_in(self._search(params), "hits")
        at = self._context.now()
        mentions, failures = map_each(hits, lambda hit: map_hit(hit, at), name=lambda hit: f"item {hit['objectID']}")
        oldest = min((mention.published for mention in mentions if mention.published), default=None)
        mentions = self._karma.told(mentions)
        return Page(mentions=mentions, failures=failures, next=second_before(oldest, before) if len(hits) == PER_PAGE else None)

    def _stories(self, numbers: Sequence[str]) -> dict[str, Mention]:
        """Those of these stories that the search has, as they are now: a story has the tag of its own number, too."""
        tags = ",".join(f"story_{number}" for number in numbers)
        hits = list_in(self._search({"query": "", "tags": f"story,({tags})", "hitsPerPage": len(numbers)}), "hits")
        at = self._context.now()
        found, _ = map_each(hits, lambda hit: map_hit(hit, at), name=lambda hit: f"item {hit['objectID']}")
        return {mention.key: mention for mention in found}

    def _search(self, params: Mapping[str, str | int]) -> Fields:
        return object_of(self._context.http.get(f"{self._options.server}/search_by_date", params=params, allowance=ALLOWANCE))

    def _item(self, number: str) -> Fields:
        return object_of(self._context.http.get(f"{self._options.server}/items/{number}", allowance=ALLOWANCE))


class _Karma:
    """The karma of authors: asked for a few in a run, and remembered between runs. Posts matter more: no error leaves here."""

    def __init__(self, context: Context, server: str) -> None:
        self._context, self._server = context, server
        self._counts = AuthorCounts(context, "karma.json")
        self._left = KARMA_A_RUN

    def told(self, mentions: Sequence[Mention], *, ask: bool = True) -> tuple[Mention, ...]:
        """The same mentions, with the karma of their authors where it is known, or may be asked for."""
        known, fresh = self._counts.known(), dict[str, int]()
        for name in dict.fromkeys(mention.author.key for mention in mentions if mention.author):
            if ask and name not in known and self._left > 0:
                karma = self._ask(name)
                if karma is not None:
                    fresh[name] = karma
        known = self._counts.learn(fresh)
        return tuple(_with_karma(mention, known) for mention in mentions)

    def _ask(self, name: str) -> int | None:
        self._left -= 1
        try:
            answer = self._context.http.get(f"{self._server}/users/{quote(name, safe='')}", allowance=ALLOWANCE)
            return object_of(answer).number("karma")
        except SourceGone:
            return None
        except (SourceError, UnexpectedField) as error:
            self._left = 0  # for this run
            self._context.log.info("karma is left out: %s", error)
            return None


def _with_karma(mention: Mention, known: Mapping[str, tuple[int, datetime]]) -> Mention:
    """The mention with its author's karma as it was when it was asked for; a pure function."""
    if mention.author is None or mention.author.key not in known:
        return mention
    karma, at = known[mention.author.key]
    return replace(mention, author=replace(mention.author, metrics={"karma": karma}, at=at))


def map_hit(hit: Fields, at: datetime) -> Mention:
    """The story or comment that a hit of the search is; a pure function of it."""
    number, story = hit.need("objectID"), hit.text("story_id")
    parent = hit.text("parent_id")
    comment = hit.text("comment_text")
    return Mention(
        platform=PLATFORM,
        key=number,
        kind=MentionKind.COMMENT if parent else MentionKind.POST,
        url=f"{SITE}/item?id={number}",
        title="" if parent else hit.text("title"),
        text=read_html(comment or hit.text("story_text")).text or hit.text("url"),
        author=_author(hit.text("author")),
        published=hit.time("created_at_i") or hit.time("created_at"),
        thread=f"{PLATFORM}:{story}" if parent and story else "",
        parent=f"{PLATFORM}:{parent}" if parent else "",
        engagement=None if parent else Engagement(at=at, score=hit.count("points"), replies=hit.count("num_comments")),
        raw=dict(hit.raw),
    )


def map_item(item: Fields, at: datetime) -> Mention:
    """The story or comment that an item of a thread is; without the answers to it. A pure function."""
    number, story, parent = item.need("id"), item.text("story_id"), item.text("parent_id")
    raw = {name: value for name, value in item.raw.items() if name != "children"}
    return Mention(
        platform=PLATFORM,
        key=number,
        kind=MentionKind.COMMENT if parent else MentionKind.POST,
        url=f"{SITE}/item?id={number}",
        title="" if parent else item.text("title"),
        text=read_html(item.text("text")).text or item.text("url"),
        author=_author(item.text("author")),
        published=item.time("created_at_i") or item.time("created_at"),
        thread=f"{PLATFORM}:{story}" if parent and story else "",
        parent=f"{PLATFORM}:{parent}" if parent else "",
        engagement=None if parent else Engagement(at=at, score=item.count("points"), replies=sum(1 for _ in _walk(item)) - 1),
        raw=raw,
    )


def _walk(item: Fields) -> Iterator[Fields]:
    """An item and all below it; what has been deleted has neither author nor text and is left out."""
    waiting = [item]
    while waiting:
        here = waiting.pop()
        if here.text("author"):
            yield here
        waiting.extend(reversed(list(here.each("children"))))


def _author(name: str) -> Author | None:
    return Author(platform=PLATFORM, key=name, handle=name, url=f"{SITE}/user?id={name}") if name else None


def suggest(topic: Topic, context: Context) -> list[Suggestion]:
    """One source searches for all topics: there is nothing to say of one."""
    return [Suggestion(options={}, title="hacker-news")]


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """The site, one of its users, or a search of it."""
    place = web_place(address)
    if place is None or place.host not in ("news.ycombinator.com", "hn.algolia.com"):
        return None
    if place.part(0) == "user" and place.query.get("id"):
        return {"author": place.query["id"]}
    if place.part(0) not in ("", "news", "newest", "newcomments"):
        return None
    return {"query": place.query["q"]} if place.query.get("q") else {}


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`HackerNewsFetcher`."""
    return [
        Component(
            name="hackernews",
            build=HackerNewsFetcher,
            options=HackerNewsOptions,
            summary="Hacker News: stories, comments and threads; no key",
            follow=lambda handle: {"author": handle},
            suggest=suggest,
            recognise=recognise,
        )
    ]
