"""Source ``discourse``: everything that is written in a forum that runs Discourse. Public forums need no key.

::

    [[sources]]
    id = "acme-forum"
    plugin = "discourse"
    server = "https://forum.example"
    query = '"acme phone"'                # optional: the forum's own search, instead of all new posts
    author = "acme_dev"                   # optional: all that this user writes
    back = "30d"                          # optional: how far the first reading goes back
    api_key = { env = "FORUM_KEY" }       # optional: for a forum behind a login, with api_username
    api_username = "desk"
    user_api_key = { env = "FORUM_KEY" }  # optional: a key of your own user instead of those two

Every post is a mention of the platform ``discourse``: the first one of a topic a post with its title, known by the topic's
number, all others comments, known by their own number. Without ``query`` and ``author`` the newest posts of the whole forum are
read, 50 a request. The forum's search shows only the beginning of a post, so there each hit costs one more request.

``parent`` is told where the post that is answered is the topic's first one, or came in the same answer. Notices of the
forum, whispers, and posts that are deleted or hidden are left out. ``score`` is Discourse's own weight of a post; ``shares`` is
how often it was quoted; authors have their trust level and whether they are staff, there are no followers.

Limits: 200 requests a minute and 50 in 10 seconds for each address, unless the forum's owner set others; the search has
tighter ones. Fields and addresses as in discourse/discourse_api_docs (openapi.json, 2026) and the settings of Discourse 3.5.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from pydantic import Field, SecretStr, model_validator

from ...core.contracts import Allowance, Clues, Component, Context, Rate, Suggestion
from ...core.errors import SourceError, SourceGone, SourceNeedsKey, SourceRefused
from ...core.fields import Fields, UnexpectedField, list_in, map_each, moment_of, object_of
from ...core.hookspecs import hookimpl
from ...core.htmltext import plain_line, read_html
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import OVERLAP, Page, newest_first
from ...core.values import JSON, Author, Batch, Engagement, Media, Mention, MentionKind, Topic
from ...core.webplaces import web_place
from ._forums import follow, forum_at, forum_of
from ._raw import absolute

PLATFORM = "discourse"
RATES = (Rate(requests=200, seconds=60.0), Rate(requests=50, seconds=10.0))
STRIDE = 49
"""How many numbers a page of the newest posts covers at least: the forum looks at 50, and shows the public ones."""
MOST_EMPTY = 20
"""Pages without any public post that are passed over in a row."""
LIKE = 2
"""The number of "like" among the actions on a post."""
REGULAR = 1
"""The type of posts that people write; others are notices, small actions and whispers."""
CHUNK = 20
"""Posts of a topic that are asked for at a time, as the forum's own pages do."""
LONGEST = 400
"""Posts of a conversation that are read: its beginning, and those around the mention."""


_POST = re.compile(r"(?:t/(?:[^/]*[^/\d][^/]*/)?(?P<topic>\d+)(?:/(?P<number>\d+))?|p/(?P<post>\d+)(?:/\d+)?)")


class DiscourseOptions(PluginOptions):
    """What users write of a source of a Discourse forum."""

    server: WebAddress = Field(description="Address of the forum")
    query: str = Field(default="", description="What to search for; otherwise all new posts")
    author: str = Field(default="", pattern=r"^[\w.-]*$", description="All that this user writes")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")
    api_key: SecretStr = Field(default=SecretStr(""), description="A key that the forum's administrators gave you")
    api_username: str = Field(default="", description="The user that the key was made for")
    user_api_key: SecretStr = Field(default=SecretStr(""), description="A key of your own user, instead of those two")

    @model_validator(mode="after")
    def _whole(self) -> DiscourseOptions:
        if bool(self.api_key.get_secret_value()) != bool(self.api_username):
            raise ValueError("api_key and api_username belong together: a key is made for one user, or for all")
        return self


class DiscourseFetcher:
    """Reads the posts of a forum, and whole topics."""

    def __init__(self, options: DiscourseOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._forum = forum_of(options.server)
        self._allowance = Allowance(name=f"the forum {self._forum}", rates=RATES)

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``."""
        back = self._context.now() - self._options.back
        if not (self._options.query or self._options.author):
            return newest_first(cursor, self._newest, back=back)
        # What the last run saw is not asked for once more, post by post.
        seen = moment_of(cursor.get("since")) if isinstance(cursor, Mapping) else None
        known = seen - OVERLAP if seen else back
        return newest_first(cursor, lambda page: self._found(page, back, known), back=back)

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: one request for twenty posts of a topic, and one for each other mention."""
        here = [mention for mention in mentions if self._is_here(mention)]
        found = self._together(here)
        for mention in here:
            kind, number = _place(mention.ref)
            try:
                if kind == "t":
                    topic = self._ask(f"t/{number}.json")
                    post, title = next(topic.inner("post_stream").each("posts"), None), _title(topic)
                else:
                    post, title = found.get(number) or self._ask(f"posts/{number}.json"), mention.title
                fresh = map_post(post, self._context.now(), self._options.server, title) if post else None
            except SourceGone:
                yield mention.ref, None
                continue
            except (SourceRefused, SourceNeedsKey, UnexpectedField):
                continue  # moved to where we may not look, or not to be read: that is not deleted
            if fresh is not None:
                # A post that was moved to another topic stays the mention that it was.
                yield mention.ref, replace(fresh, key=mention.key, parent=fresh.parent or mention.parent)
            elif post is not None and _is_deleted(post):
                yield mention.ref, None

    def _together(self, mentions: Iterable[Mention]) -> dict[str, Fields]:
        """Posts by their numbers, asked for by topic where we have several of one; who is missing is to be asked for alone."""
        of_topics: defaultdict[str, list[str]] = defaultdict(list)
        for mention in mentions:
            kind, number = _place(mention.ref)
            if kind != "t" and mention.thread:
                of_topics[_place(mention.thread)[1]].append(number)
        found: dict[str, Fields] = {}
        for topic, numbers in of_topics.items():
            for chunk in _chunks(numbers) if len(numbers) > 1 else ():
                with suppress(SourceGone, SourceRefused, SourceNeedsKey, UnexpectedField):
                    found |= {post.need("id"): post for post in self._posts_of(topic, chunk)}
        return found

    def _posts_of(self, topic: str, numbers: Sequence[object]) -> list[Fields]:
        """Posts of a topic by their numbers."""
        ids = urlencode([("post_ids[]", str(number)) for number in numbers])
        return list(self._ask(f"t/{topic}/posts.json?{ids}").inner("post_stream").each("posts"))

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: a topic's posts in their order, 20 a request; of a long one its beginning and what is around."""
        if not self._is_here(mention):
            raise SourceRefused(f"{mention.ref} is of another forum than {self._forum}.")
        topic = self._ask(f"t/{_place(mention.thread or mention.ref)[1]}.json")
        posts = list(topic.inner("post_stream").each("posts"))
        there = {post.number("id") for post in posts}
        missing = [number for number in topic.inner("post_stream").values("stream") if number not in there]
        for chunk in _chunks(_around(missing, _place(mention.ref)[1])):
            posts += self._posts_of(topic.need("id"), chunk)
        posts.sort(key=lambda post: post.number("post_number") or 0)
        return self._mapped([post.raw for post in posts], dict.fromkeys([topic.need("id")], _title(topic)))[0]

    def _is_here(self, mention: Mention) -> bool:
        """Whether it is of this forum: another one has other posts under the same numbers."""
        return mention.key.startswith(f"{self._forum}/")

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: a topic's first post, or the one that its address names."""
        place = web_place(url)
        found = _POST.fullmatch("/".join(place.path)) if place and place.origin == self._options.server else None
        if found is None:
            return None
        if found["post"]:
            wanted = self._ask(f"posts/{found['post']}.json")
            number, topic = wanted.text("post_number"), self._ask(f"t/{wanted.need('topic_id')}.json")
            posts = [*(post.raw for post in topic.inner("post_stream").each("posts")), wanted.raw]
        else:
            number = found["number"] or "1"
            topic = self._ask(f"t/{found['topic']}/{number}.json" if found["number"] else f"t/{found['topic']}.json")
            posts = [post.raw for post in topic.inner("post_stream").each("posts")]
        raw = next((post for post in posts if str(post.get("post_number")) == number), None)
        refs = refs_of(posts, self._options.server)
        mention = map_post(Fields(raw), self._context.now(), self._options.server, _title(topic), refs) if raw else None
        if mention is None:
            raise SourceGone(f"This post is not to be read on {self._forum} any more.", url=url)
        return mention

    def check(self) -> str:
        """See ``Checks``."""
        page = self._found(None, self._context.now(), None) if self._options.query else self._newest(None)
        newest = max((mention.published for mention in page.mentions if mention.published), default=None)
        return f"{self._forum} answers" + (f"; the newest post is of {newest:%Y-%m-%d %H:%M} UTC." if newest else ".")

    def _newest(self, before: JSON) -> Page:
        """The newest posts of the forum, or those before a number. Whole pages may be private: they are passed over."""
        place = before if isinstance(before, int) and before > 0 else None
        posts: list[Any] = []
        for _ in range(MOST_EMPTY):
            posts = list_in(self._ask("posts.json", {"before": place} if place else {}), "latest_posts")
            if posts or place is None:
                break
            place -= STRIDE
            if place <= 0:
                return Page()
        mentions, failures = self._mapped(posts, {})
        numbers = [post["id"] for post in posts if isinstance(post, Mapping) and isinstance(post.get("id"), int)]
        after = min(numbers) if numbers else place
        if after is not None and after == place:
            after -= STRIDE
        return Page(mentions=mentions, failures=failures, next=after if after and after > 0 else None, oldest=_oldest(posts))

    def _found(self, page: JSON, back: datetime, known: datetime | None) -> Page:
        """A page of the forum's search, each hit read whole. ``known``: hits before it were read by the last run."""
        number = page if isinstance(page, int) else 1
        author = f" @{self._options.author}" if self._options.author else ""
        words = f"{self._options.query}{author} order:latest after:{back:%Y-%m-%d}".strip()
        answer = self._ask("search.json", {"q": words, "page": number})
        hits, result = list_in(answer, "posts"), answer.inner("grouped_search_result")
        if said := result.text("error"):
            raise SourceRefused(f"The search of {self._forum} says: “{said}” Try other words in query.")
        titles = {topic.text("id"): _title(topic) for topic in answer.each("topics")}
        posts: list[Any] = []
        for hit in hits:
            written = moment_of(hit.get("created_at")) if isinstance(hit, Mapping) else None
            if known is None or written is None or written >= known:
                posts += self._whole(hit)
        mentions, failures = self._mapped(posts, titles)
        more = bool(result.raw.get("more_full_page_results")) and bool(hits)
        return Page(mentions=mentions, failures=failures, next=number + 1 if more else None, oldest=_oldest(hits))

    def _whole(self, hit: Any) -> list[Any]:
        if not isinstance(hit, Mapping) or not isinstance(hit.get("id"), int):
            return [hit]  # told as one that cannot be read
        try:
            return [self._ask(f"posts/{hit['id']}.json").raw]
        except (SourceGone, SourceRefused, SourceNeedsKey):
            return []  # deleted or moved since the search saw it

    def _mapped(self, posts: Sequence[Any], titles: Mapping[str, str]) -> tuple[tuple[Mention, ...], tuple[Any, ...]]:
        at, server, known = self._context.now(), self._options.server, refs_of(posts, self._options.server)

        def read(post: Fields) -> Mention | None:
            return map_post(post, at, server, titles.get(post.text("topic_id"), ""), known)

        return map_each(posts, read, name=lambda post: f"post {post['id']}")

    def _ask(self, path: str, params: Mapping[str, str | int] | None = None) -> Fields:
        options = self._options
        headers = {"Accept": "application/json"}
        if key := options.user_api_key.get_secret_value():
            headers["User-Api-Key"] = key
        elif key := options.api_key.get_secret_value():
            headers |= {"Api-Key": key, "Api-Username": options.api_username}
        try:
            return object_of(
                self._context.http.get(f"{options.server}/{path}", params=params, headers=headers, allowance=self._allowance)
            )
        except SourceRefused as error:
            raise _without_login(error, self._forum, with_key=len(headers) > 1) from error


def map_post(
    post: Fields, at: datetime, server: str, title: str = "", refs: Mapping[tuple[str, str], str] | None = None
) -> Mention | None:
    """The mention that a post is; ``None`` for what nobody said, or nobody may read. A pure function.

    ``title`` is the topic's where the post does not tell it; ``refs``: see :func:`refs_of`.
    """
    if (post.number("post_type") or REGULAR) != REGULAR or _is_deleted(post) or post.flag("hidden"):
        return None
    topic, number = post.need("topic_id"), post.number("post_number") or 0
    first = number == 1
    thread = f"{PLATFORM}:{_key(server, 't', topic)}"
    answers = post.text("reply_to_post_number")
    parent = "" if first else thread if answers in ("", "1") else (refs or {}).get((topic, answers), "")
    read = read_html(post.text("cooked"))
    edited = post.time("updated_at") if (post.number("version") or 1) > 1 else None
    return Mention(
        platform=PLATFORM,
        key=_key(server, "t", topic) if first else _key(server, "p", post.need("id")),
        kind=MentionKind.POST if first else MentionKind.COMMENT,
        url=f"{server}/t/{quote(post.text('topic_slug') or '-', safe='')}/{topic}/{number or 1}",
        title=(plain_line(post.text("topic_title")) or title) if first else "",
        text=read.text,
        author=_author(post, server, at),
        published=post.time("created_at"),
        edited=edited,
        thread="" if first else thread,
        parent=parent,
        media=tuple(
            Media(kind=found.kind, url=urljoin(f"{server}/", found.src), alt=found.alt)
            for found in read.embedded
            if "/images/emoji/" not in found.src
        ),
        engagement=Engagement(
            at=at,
            likes=_likes(post),
            shares=post.count("quote_count"),
            replies=post.count("reply_count"),
            views=post.count("reads"),
            score=post.count("score"),
        ),
        raw=dict(post.raw),
    )


def refs_of(posts: Iterable[Any], server: str) -> dict[tuple[str, str], str]:
    """The refs of posts by number of topic and place in it: an answer names only the place of what it answers."""
    known: dict[tuple[str, str], str] = {}
    for post in posts:
        if isinstance(post, Mapping) and "id" in post:
            known[str(post.get("topic_id")), str(post.get("post_number"))] = f"{PLATFORM}:{_key(server, 'p', post['id'])}"
    return known


def _likes(post: Fields) -> int | None:
    """None of the actions is listed that nobody did; a post without the list does not tell."""
    if "actions_summary" not in post:
        return None
    return next((act.count("count") or 0 for act in post.each("actions_summary") if act.number("id") == LIKE), 0)


def _author(post: Fields, server: str, at: datetime) -> Author | None:
    name = post.text("username")
    if not name:
        return None
    number = post.number("user_id")
    metrics = {"trust_level": post.count("trust_level")}
    metrics |= {role: int(told) for role in ("admin", "moderator", "staff") if (told := post.flag(role)) is not None}
    return Author(
        platform=PLATFORM,
        key=_key(server, "u", str(number) if number is not None else name),
        handle=name,
        name=post.text("name"),
        url=f"{server}/u/{quote(name, safe='')}",
        avatar=_avatar(post.text("avatar_template"), server),
        metrics={key: value for key, value in metrics.items() if value is not None},
        bot=None if number is None else number < 0,  # the forum's own robots have numbers below zero
        at=at,
    )


def _avatar(template: str, server: str) -> str:
    """The address that a template (``/user_avatar/forum.example/marta/{size}/7_2.png``) is one of."""
    return absolute(template.replace("{size}", "96"), f"{server}/")


def _is_deleted(post: Fields) -> bool:
    return "deleted_at" in post or bool(post.flag("user_deleted"))


def _title(topic: Fields) -> str:
    return plain_line(topic.text("title"))


def _key(server: str, kind: str, number: Any) -> str:
    """Numbers are unique within a forum: its address goes with them."""
    return f"{forum_of(server)}/{kind}/{number}"


def _place(ref: str) -> tuple[str, str]:
    """``t`` and the number of a topic, or ``p`` and the number of a post."""
    found = re.search(r"/([tp])/(\d+)$", ref)
    if not found:
        raise SourceGone(f"{ref!r} is no post of a Discourse forum.")
    return found[1], found[2]


def _oldest(posts: Iterable[Any]) -> datetime | None:
    times = (moment_of(post.get("created_at")) for post in posts if isinstance(post, Mapping))
    return min((moment for moment in times if moment), default=None)


def _around(numbers: list[Any], own: str) -> list[Any]:
    if len(numbers) <= LONGEST:
        return numbers
    at = next((index for index, number in enumerate(numbers) if str(number) == own), 0)
    begin = max(0, min(at - LONGEST // 2, len(numbers) - LONGEST))
    return numbers[begin : begin + LONGEST]


def _chunks(numbers: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(numbers)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _without_login(error: SourceRefused, forum: str, *, with_key: bool) -> SourceError:
    """A forum that says no in words of its own wants a login (``not_logged_in``), or another one (``invalid_access``)."""
    if error.status != 403 or not error.said:
        return error
    if with_key:
        what = "Your key is wrong, was revoked, or its user may not read this; ask for another one at the forum."
    else:
        what = (
            "It may be for members only: give this source api_key and api_username (from the forum's administrators), "
            "or user_api_key (your own)."
        )
    return SourceNeedsKey(
        f"{forum} does not let us read (403). It says: “{error.said}” {what}", url=error.url, status=403, said=error.said
    )


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """A forum that runs Discourse, or one of its users."""
    return forum_at(address, "u") if software.lower() == PLATFORM else None


def discover(clues: Clues, context: Context) -> Iterator[Suggestion]:
    """A forum wherever one may stand: only one that runs this software answers its API."""
    for address in clues.forums:
        yield Suggestion(options={"server": address}, title=f"{PLATFORM} {forum_of(address)}")


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`DiscourseFetcher`."""
    return [
        Component(
            name="discourse",
            build=DiscourseFetcher,
            options=DiscourseOptions,
            summary="A Discourse forum: all posts or a search, and whole topics; no key for public forums",
            example={"server": "https://forum.example", "api_key": "key", "api_username": "desk"},
            follow=follow,
            discover=discover,
            recognise=recognise,
        )
    ]
