"""Source ``nodebb``: everything that is written in a forum that runs NodeBB. Public forums need no key.

::

    [[sources]]
    id = "acme-community"
    plugin = "nodebb"
    server = "https://community.example"
    query = "acme phone"                 # optional: the forum's own search, instead of all new posts
    author = "acme-dev"                  # optional: all that this user writes (the name as in the address of the profile)
    back = "30d"                         # optional: how far the first reading goes back
    token = { env = "FORUM_TOKEN" }      # optional: for a forum behind a login

Every post is a mention of the platform ``nodebb``, known by the forum and its number: the first one of a topic a post with its
title, all others comments. Without ``query`` and ``author`` the newest posts of the whole forum are read, 20 a request. Most
forums let only members search; the source then needs a token, which the forum's administrators make.

Lists tell only votes; replies, the authors' reputation and what exactly is answered come with whole topics, and when a mention
is asked for again: topic by topic, so that mentions of one topic share its pages. Guests see no followers.

Limits: none is documented; here two requests a second for each forum. Fields as in NodeBB's OpenAPI description of its read
interface (public/openapi/read, 2026), which has grown and is not the same in all versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import quote, urljoin

from pydantic import Field, SecretStr

from ...core.contracts import Allowance, Clues, Component, Context, Rate, Suggestion
from ...core.errors import SourceBroken, SourceError, SourceGone, SourceNeedsKey, SourceRefused
from ...core.fields import Fields, UnexpectedField, json_of, list_in, map_each, object_of
from ...core.hookspecs import hookimpl
from ...core.htmltext import read_html
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import Page, newest_first
from ...core.values import JSON, Author, Batch, Engagement, Media, Mention, MentionKind, Topic
from ...core.webplaces import web_place
from ._forums import follow, forum_at, forum_of
from ._raw import absolute

PLATFORM = "nodebb"
RATES = (Rate(requests=2, seconds=1.0),)
LONGEST = 25
"""Pages that are read of a topic."""


class NodebbOptions(PluginOptions):
    """What users write of a source of a NodeBB forum."""

    server: WebAddress = Field(description="Address of the forum")
    query: str = Field(default="", description="What to search for; otherwise all new posts")
    author: str = Field(default="", pattern=r"^@?[\w.-]*$", description="All that this user writes")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")
    token: SecretStr = Field(default=SecretStr(""), description="A token that the forum's administrators made")


class NodebbFetcher:
    """Reads the posts of a forum, and whole topics."""

    def __init__(self, options: NodebbOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._forum = forum_of(options.server)
        self._allowance = Allowance(name=f"the forum {self._forum}", rates=RATES)

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``."""
        return newest_first(cursor, self._page, back=self._context.now() - self._options.back)

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: the pages of each topic once, as far as they are needed."""
        topics: dict[str, dict[str, Mention]] = {}
        for mention in mentions:
            if (number := _topic(mention)) and self._is_here(mention):
                topics.setdefault(number, {})[mention.ref] = mention
        for number, asked in topics.items():
            try:
                for topic, posts in self._pages(number):
                    for post in posts:
                        ref = f"{PLATFORM}:{_key(self._options.server, post.need('pid'))}"
                        if mention := asked.pop(ref, None):
                            fresh = map_post(post, self._context.now(), self._options.server, topic)
                            yield ref, replace(fresh, title=fresh.title or mention.title) if fresh else None
                    if not asked:
                        break
                else:
                    continue  # a very long topic, or one that changed meanwhile: what is missing is not surely gone
            except SourceGone:
                for ref in asked:
                    yield ref, None
            except (SourceRefused, SourceNeedsKey, UnexpectedField):
                continue  # moved to where we may not look, or not to be read: that is not deleted

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: a topic page by page, its posts in their order."""
        if not self._is_here(mention):
            raise SourceRefused(f"{mention.ref} is of another forum than {self._forum}.")
        number = _topic(mention)
        if not number:
            raise SourceGone(f"It is not known which topic of the forum {mention.ref} belongs to.")
        at, server, found = self._context.now(), self._options.server, list[Mention]()
        for topic, posts in self._pages(number):
            raws = [post.raw for post in posts]
            found += map_each(raws, lambda post, topic=topic: map_post(post, at, server, topic), name=_name)[0]
        return found

    def _is_here(self, mention: Mention) -> bool:
        """Whether it is of this forum: another one has other posts under the same numbers."""
        return mention.key.startswith(f"{self._forum}/")

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: a topic's first post, or the one that its address names by number."""
        place = web_place(url)
        if place is None or place.origin != self._options.server or not place.part(1).isdecimal():
            return None
        if place.part(0) == "post":
            post = object_of(self._get(f"v3/posts/{place.part(1)}", {})).inner("response")
            wanted, number = post.text("pid"), post.need("tid")
        elif place.part(0) == "topic" and not place.part(3):
            wanted, number = "", place.part(1)
        else:
            return None
        for topic, posts in self._pages(number):
            for post in posts:
                if post.text("pid") == (wanted or topic.text("mainPid")):
                    mention = map_post(post, self._context.now(), self._options.server, topic)
                    if mention is not None:
                        return mention
        raise SourceGone(f"This post is not on {self._forum} any more.", url=url)

    def check(self) -> str:
        """See ``Checks``."""
        newest = max((mention.published for mention in self._page(None).mentions if mention.published), default=None)
        return f"{self._forum} answers" + (f"; the newest post is of {newest:%Y-%m-%d %H:%M} UTC." if newest else ".")

    def _page(self, page: JSON) -> Page:
        number, options = page if isinstance(page, int) else 1, self._options
        at, author = self._context.now(), options.author.removeprefix("@")
        if author:
            posts = list_in(object_of(self._get(f"user/{quote(author, safe='')}/posts", {"page": number})), "posts")
            more = bool(posts)
        elif options.query:
            order = {"sortBy": "timestamp", "sortDirection": "desc", "showAs": "posts", "in": "titlesposts"}
            answer = object_of(self._get("search", {"term": options.query, **order, "page": number}))
            posts = list_in(answer, "posts")
            more = number < (answer.number("pagination.pageCount") or answer.number("pageCount") or 1)
        else:
            posts = json_of(self._get("recent/posts", {"page": number}))
            if not isinstance(posts, list):
                raise SourceBroken(f"{self._forum} gives no list of its newest posts. Check the address: is it a NodeBB forum?")
            # Pages may be short, since posts of private categories are taken out of them.
            more = bool(posts)
        mentions, failures = map_each(posts, lambda post: map_post(post, at, options.server), name=_name)
        if options.query and author:
            words = options.query.casefold()
            mentions = tuple(one for one in mentions if words in f"{one.title} {one.text}".casefold())
        return Page(mentions=mentions, failures=failures, next=number + 1 if more else None)

    def _pages(self, number: str) -> Iterator[tuple[Fields, list[Fields]]]:
        """The pages of a topic with the posts that are new on each. Forums page by number or, endlessly, by place."""
        seen: set[str] = set()
        topic = object_of(self._get(f"topic/{number}", {"page": 1}))
        for page in range(2, LONGEST + 2):
            posts = [post for post in topic.each("posts") if post.text("pid") not in seen]
            seen |= {post.text("pid") for post in posts}
            yield topic, posts
            last = max((post.number("index") or 0 for post in posts), default=0)
            if not posts or len(seen) >= (topic.number("postcount") or 0):
                return
            slug = topic.text("slug") or number
            topic = object_of(self._get(f"topic/{quote(slug)}/{last + 2}", {"page": page}))

    def _get(self, path: str, params: Mapping[str, str | int]) -> Any:
        token = self._options.token.get_secret_value()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self._options.server}/api/{path}"
        try:
            return self._context.http.get(url, params=params, headers=headers, allowance=self._allowance)
        except SourceError as error:
            raise self._meant(error) from error

    def _meant(self, error: SourceError) -> SourceError:
        """A forum that says no in words of its own, or by 401, wants a login."""
        if error.status not in (401, 403) or (error.status == 403 and not error.said):
            return error
        what = (
            "Your token is wrong, was revoked, or its user may not read this."
            if self._options.token.get_secret_value()
            else "Give this source a token, which the forum's administrators make; or leave query out."
        )
        told = f" It says: “{error.said}”" if error.said else ""
        words = f"{self._forum} does not let guests read this ({error.status}). {what}{told}"
        return SourceNeedsKey(words, url=error.url, status=error.status, said=error.said)


def map_post(post: Fields, at: datetime, server: str, topic: Fields | None = None) -> Mention | None:
    """The mention that a post is; ``None`` where it was deleted. A pure function; ``topic``: the one that it came in."""
    number = post.need("pid")
    if _is_set(post.raw.get("deleted")):
        return None
    above = topic if topic is not None else post.inner("topic")
    main = above.text("mainPid")
    first = main == number if main else bool(post.flag("isMainPost"))
    thread = f"{PLATFORM}:{_key(server, main)}" if main and not first else ""
    answered = post.text("toPid")
    read = read_html(post.text("content"))
    edited = post.number("edited") or 0
    replies = post.count("replies.count") if isinstance(post.raw.get("replies"), Mapping) else post.count("replies")
    return Mention(
        platform=PLATFORM,
        key=_key(server, number),
        kind=MentionKind.POST if first else MentionKind.COMMENT,
        url=f"{server}/post/{quote(number, safe='')}",
        title=_title(above) if first else "",
        text=read.text,
        author=_author(post, server, at),
        published=post.time("timestamp") or post.time("timestampISO"),
        edited=post.time("edited") if edited > 0 else None,
        thread=thread,
        parent=f"{PLATFORM}:{_key(server, answered)}" if answered not in ("", "0") else thread,
        media=tuple(
            Media(kind=found.kind, url=urljoin(f"{server}/", found.src), alt=found.alt)
            for found in read.embedded
            if "/emoji/" not in found.src
        ),
        engagement=Engagement(at=at, likes=post.count("upvotes"), replies=replies, score=post.number("votes")),
        raw={**post.raw, "tid": post.raw.get("tid") or above.raw.get("tid")},
    )


def _title(topic: Fields) -> str:
    """A title is text and no HTML: up to version 3 with escapes beside a raw one, in version 4 just as it was written."""
    return " ".join((topic.text("titleRaw") or unescape(topic.text("title"))).split())


def _author(post: Fields, server: str, at: datetime) -> Author | None:
    user = post.inner("user")
    name, slug = user.text("username"), user.text("userslug")
    if not name or name.startswith("[["):
        return None  # a guest, or somebody who left: the forum's own word for that stands there, untranslated
    counts = {"reputation": user.number("reputation"), "posts": user.count("postcount"), "topics": user.count("topiccount")}
    return Author(
        platform=PLATFORM,
        key=f"{forum_of(server)}/user/{user.text('uid') or post.text('uid') or slug}",
        handle=slug or name,
        name=user.text("displayname") or name,
        url=f"{server}/user/{quote(slug, safe='')}" if slug else "",
        avatar=absolute(user.text("picture"), f"{server}/"),
        metrics={key: value for key, value in counts.items() if value is not None},
        at=at,
    )


def _key(server: str, number: str) -> str:
    """Numbers are unique within a forum: its address goes with them."""
    return f"{forum_of(server)}/post/{number}"


def _topic(mention: Mention) -> str:
    """The number of the topic that a mention came from."""
    raw = mention.raw
    number = raw.get("tid") if isinstance(raw, Mapping) else None
    return str(number) if isinstance(number, (int, str)) and re.fullmatch(r"\d+", str(number)) else ""


def _is_set(value: Any) -> bool:
    """Forums write true, 1 and "1" for yes, each in other places."""
    return value in (True, 1, "1", "true")


def _name(post: Any) -> str:
    return f"post {post['pid']}"


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """A forum that runs NodeBB, or one of its users."""
    return forum_at(address, "user") if software.lower() == PLATFORM else None


def discover(clues: Clues, context: Context) -> Iterator[Suggestion]:
    """A forum wherever one may stand: only one that runs this software answers its API."""
    for address in clues.forums:
        yield Suggestion(options={"server": address}, title=f"{PLATFORM} {forum_of(address)}")


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`NodebbFetcher`."""
    return [
        Component(
            name="nodebb",
            build=NodebbFetcher,
            options=NodebbOptions,
            summary="A NodeBB forum: all posts or a search, and whole topics; no key for public forums",
            follow=follow,
            discover=discover,
            recognise=recognise,
        )
    ]
