"""Source ``reddit``: posts and comments of Reddit, by feeds with your own token, or by the API where you have a key.

::

    [[sources]]
    id = "reddit"
    plugin = "reddit"
    subreddits = ["android", "gadgets"]  # optional: everything new there; otherwise a search of all of Reddit
    query = '"acme phone"'               # optional: what to search for; otherwise the words of all topics
    user = "acme_dev"                    # optional: all that this user writes
    kinds = ["post", "comment"]          # optional: only one of them; a search finds posts only
    feed_user = "marta"                  # your name, and the token in the links of reddit.com/prefs/feeds
    feed_token = { env = "REDDIT_FEED_TOKEN" }
    client_id = "abc"                    # or a key of reddit.com/prefs/apps, where you have one
    client_secret = { env = "REDDIT_SECRET" }
    every = "30m"

A post and a comment are mentions of the platform ``reddit``, known by their full names (``t3_…``, ``t1_…``), the same in feeds
and in the API. Feeds tell neither votes nor numbers of comments. With a key there are scores, edits, deletions and karma, too.

Limits: feeds about one request a minute for each network (what users found since June 2026; Reddit does not say), so that one
source with several subreddits is better than several sources; the API 100 requests a minute. Networks of data centres and VPNs
are refused (403). Since November 2025 new keys need Reddit's approval; older ones go on working.

Terms: Reddit's Responsible Builder Policy forbids to match its users with who they are elsewhere, and to train models with what
they write. Do not join authors of Reddit with accounts of other platforms. Deleted means deleted: what users delete is marked
here when it is asked for again, and should not be published.
Facts as in r/redditdev (2025), the policy, the API's own documentation (reddit.com/dev/api) and praw (2026).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field, SecretStr, model_validator

from ...core.contracts import Allowance, Component, Context, Fetcher, Rate
from ...core.errors import SourceError, SourceGone, SourceLimited, SourceNeedsKey, SourceRefused
from ...core.fields import Fields, UnexpectedField, json_of, list_in, map_each, moment_of, object_of
from ...core.hookspecs import hookimpl
from ...core.htmltext import read_html
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import Page, each, newest_first
from ...core.searchterms import packed, search_terms
from ...core.values import JSON, Author, Batch, Engagement, Failure, Mention, MentionKind, Topic
from ...core.webplaces import web_place
from ._feed_listening import PlatformFeed, feed_batch
from ._keeping import digest, keep, kept
from ._raw import mapping_of, mappings_of, text_of

PLATFORM = "reddit"
SITE = "https://www.reddit.com"
FEEDS = Allowance(name="feeds of www.reddit.com", rates=(Rate(requests=6, seconds=360.0),))
"""One a minute, a few at once."""
KEYED = Allowance(name="oauth.reddit.com", rates=(Rate(requests=100, seconds=60.0),))
PER_PAGE = 100
LONGEST_QUERY = 500
"""Characters of a search."""

_NAME = re.compile(r"^[A-Za-z0-9_-]{2,24}$")
_NUMBER = re.compile(r"[a-z0-9]+")
_FULL_NAME = re.compile(r"^t([13])_([a-z0-9]+)$")
_COMMENTS = re.compile(r"/comments/([a-z0-9]+)/")
_WRITTEN = re.compile(r"<!-- SC_OFF -->(.*?)<!-- SC_ON -->", re.DOTALL)
_LINK = re.compile(r'<a href="([^"]+)">\[link\]</a>')
_GONE = frozenset({"[deleted]", "[removed]"})


class RedditOptions(PluginOptions):
    """What users write of a source of Reddit."""

    subreddits: tuple[str, ...] = Field(default=(), description="Everything new there; otherwise a search of all of Reddit")
    query: str = Field(default="", description="What to search for; otherwise the words of all topics")
    user: str = Field(default="", description="All that this user writes")
    kinds: tuple[Literal["post", "comment"], ...] = Field(default=("post", "comment"), min_length=1, description="Only these")
    feed_user: str = Field(default="", description="Your name on Reddit")
    feed_token: SecretStr = Field(default=SecretStr(""), description="The token in the links of reddit.com/prefs/feeds")
    client_id: str = Field(default="", description="Of a key of reddit.com/prefs/apps, instead of feeds")
    client_secret: SecretStr = Field(default=SecretStr(""), description="Of that key")
    back: Ago = Field(default="7d", validate_default=True, description="How far the first reading goes back, with a key")
    site: WebAddress = Field(default=SITE, description="Address of the site")
    api: WebAddress = Field(default="https://oauth.reddit.com", description="Address of the API")

    @model_validator(mode="after")
    def _whole(self) -> RedditOptions:
        if bool(self.feed_user) != bool(self.feed_token.get_secret_value()):
            raise ValueError("feed_user and feed_token belong together: both stand in the links of reddit.com/prefs/feeds")
        if bool(self.client_id) != bool(self.client_secret.get_secret_value()):
            raise ValueError("client_id and client_secret belong together: both stand at reddit.com/prefs/apps")
        for name in (*self.subreddits, *([self.user] if self.user else [])):
            if not _NAME.match(name):
                raise ValueError(f"{name!r} is no name on Reddit; write it without r/ and u/")
        return self

    def searches(self, topics: Sequence[Topic]) -> list[str]:
        """What to search for; topics are joined with OR as far as a search may be long: each costs a request."""
        if self.query:
            return [self.query]
        quoted = [[f'"{part}"' for part in term.parts] for term in search_terms(topics)]
        words = [f"({' AND '.join(parts)})" if len(parts) > 1 else parts[0] for parts in quoted]
        return [" OR ".join(some) for some in packed(words, " OR ", LONGEST_QUERY)]

    def lists(self, topics: Sequence[Topic]) -> dict[str, tuple[str, dict[str, str | int]]]:
        """What is read: paths and their parameters, by name. Feeds and the API have the same but for what users write."""
        together = "+".join(self.subreddits)
        if self.user:
            return {f"user {self.user}": (f"/user/{self.user}", {})}
        if together and not self.query:
            paths = {"post": f"/r/{together}/new", "comment": f"/r/{together}/comments"}
            return {f"{kind}s of {together}": (paths[kind], {}) for kind in self.kinds}
        path, where = (f"/r/{together}/search", {"restrict_sr": "on"}) if together else ("/search", {})
        return {words: (path, {"q": words, "sort": "new", **where}) for words in self.searches(topics)}


class RedditFeeds:
    """Reads Reddit's feeds."""

    def __init__(self, options: RedditOptions, context: Context) -> None:
        self._options, self._context = options, context

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each feed."""
        lists = self._options.lists(topics)
        return each(cursor, list(lists), lambda name, at: self._feed(*lists[name], at))

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: the post and its newest comments, as many as its feed has."""
        number = (mention.thread or mention.ref).rpartition("t3_")[2]
        batch = self._batch(f"/comments/{number}", {}, None, kinds=("post", "comment"))
        posts = [one for one in batch.mentions if one.kind is MentionKind.POST]
        comments = [one for one in batch.mentions if one.kind is MentionKind.COMMENT]
        return [*posts, *sorted(comments, key=lambda one: one.published or self._context.now())]

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: a post, or one of its newest comments, as its feed has it."""
        key, thread = post_at(url)
        if not key:
            return None
        around = self.conversation(Mention(platform=PLATFORM, key=key, thread=thread))
        found = next((one for one in around if one.key == key), None)
        if found is None:
            raise SourceGone("It is not on Reddit any more, or not among the newest comments that Reddit's feed has.", url=url)
        return found

    def check(self) -> str:
        """See ``Checks``."""
        lists = list(self._options.lists(self._context.topics).values()) or [("/r/all/new", {})]
        path, params = lists[0]
        return f"Reddit's feeds answer; there are {len(self._batch(path, params, None).mentions)} entries in the first."

    def _feed(self, path: str, params: Mapping[str, str | int], cursor: JSON) -> Iterator[Batch]:
        yield self._batch(path, params, cursor)

    def _batch(self, path: str, params: Mapping[str, str | int], cursor: JSON, kinds: tuple[str, ...] | None = None) -> Batch:
        wanted = kinds or self._options.kinds
        token = self._options.feed_token.get_secret_value()
        # The token can stand in the address only; whatever shows addresses masks it.
        login = {"feed": token, "user": self._options.feed_user} if token else {}

        def read(entry: Mention) -> Mention | None:
            mention = map_entry(entry)
            return mention if mention is not None and _kind(mention) in wanted else None

        feed = PlatformFeed(
            url=f"{self._options.site}{path}.rss",
            read=read,
            params={**params, "limit": PER_PAGE, **login},
            allowance=FEEDS,
            hidden=(token,),
        )
        try:
            return feed_batch(self._context, feed, cursor)
        except SourceError as error:
            raise _meant(error, path) from error.__cause__


class RedditApi:
    """Reads Reddit's API with a key."""

    def __init__(self, options: RedditOptions, context: Context) -> None:
        self._options, self._context = options, context
        # Several keys may be in use; the file's name tells nothing of them.
        self._file = context.data_dir / f"token-{digest(options.site, options.client_id)}.json"

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each list."""
        lists = self._options.lists(topics)
        back = self._context.now() - self._options.back
        return each(
            cursor,
            list(lists),
            lambda name, at: newest_first(at, lambda page: self._page(*lists[name], page), back=back),
        )

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: one request for a hundred."""
        asked = [mention for mention in mentions if _FULL_NAME.match(mention.key)]
        for start in range(0, len(asked), PER_PAGE):
            piece = asked[start : start + PER_PAGE]
            answer = self._ask("/api/info", {"id": ",".join(mention.key for mention in piece)})
            things = [Fields(item) for item in _things(object_of(answer))]
            yield from ((f"{PLATFORM}:{thing.raw.get('name')}", None) for thing in things if _is_gone(thing))
            # What cannot be read is asked again another time.
            fresh, _ = self._mapped([thing.raw for thing in things if not _is_gone(thing)])
            yield from ((found.ref, found) for found in fresh)

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: the post and up to five hundred comments in one request."""
        number = (mention.thread or mention.ref).rpartition("t3_")[2]
        answer = json_of(self._ask(f"/comments/{number}", {"limit": 500, "sort": "old"}))
        if not isinstance(answer, list):
            raise SourceGone("Reddit does not show this conversation any more.")
        things = [thing for listing in answer for thing in _tree(listing)]
        return self._mapped([thing for thing in things if not _is_gone(Fields(thing))])[0]

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: two requests, with the author's karma."""
        key, _ = post_at(url)
        if not key:
            return None
        for _, found in self.refresh([Mention(platform=PLATFORM, key=key)]):
            if found is not None and found.key == key:
                return self._with_karma((found,))[0]
        raise SourceGone("It is not on Reddit any more.", url=url)

    def check(self) -> str:
        """See ``Checks``."""
        lists = list(self._options.lists(self._context.topics).values()) or [("/r/all/new", {})]
        path, params = lists[0]
        _things(object_of(self._ask(_api_path(path), {**params, "limit": 1})))
        return "Reddit's API accepts the key and answers."

    def _page(self, path: str, params: Mapping[str, str | int], after: JSON) -> Page:
        more: dict[str, str | int] = {"after": after} if isinstance(after, str) and after else {}
        answer = object_of(self._ask(_api_path(path), {**params, "limit": PER_PAGE, **more}))
        items = [item for item in _things(answer) if not _is_gone(Fields(item))]
        mentions, failures = self._mapped(items)
        mentions = tuple(mention for mention in mentions if _kind(mention) in self._options.kinds)
        times = [time for item in items if (time := moment_of(item.get("created_utc")))]
        return Page(
            mentions=self._with_karma(mentions),
            failures=failures,
            next=answer.text("data.after") or None,
            oldest=min(times, default=None),
        )

    def _mapped(self, items: Sequence[Any]) -> tuple[tuple[Mention, ...], tuple[Failure, ...]]:
        at = self._context.now()
        return map_each(items, lambda item: map_thing(item, at), name=lambda item: item["name"])

    def _with_karma(self, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
        """The same with their authors' karma: one request for a page. Without it where Reddit does not tell."""
        ids = {text_of(mapping_of(mention.raw).get("author_fullname")) for mention in mentions} - {""}
        if not ids:
            return mentions
        try:
            users = object_of(self._ask("/api/user_data_by_account_ids", {"ids": ",".join(sorted(ids))})).raw
        except SourceLimited:
            raise
        except SourceError as error:
            self._context.log.info("karma is left out: %s", error)
            return mentions
        at = self._context.now()
        return tuple(_with_metrics(mention, mapping_of(users.get(_account(mention))), at) for mention in mentions)

    # --- asking ----------------------------------------------------------------------------------------------

    def _ask(self, path: str, params: Mapping[str, str | int]) -> Any:
        try:
            return self._get(path, params, self._token())
        except SourceNeedsKey:
            # A token may end before its time; a new one is asked for once.
            keep(self._file, {})
        try:
            return self._get(path, params, self._token())
        except SourceNeedsKey as error:
            raise _meant(error, path) from error

    def _get(self, path: str, params: Mapping[str, str | int], token: str) -> Any:
        try:
            return self._context.http.get(
                f"{self._options.api}{path}",
                params={**params, "raw_json": 1},
                headers={"authorization": f"Bearer {token}"},
                allowance=KEYED,
            )
        except SourceNeedsKey:
            raise
        except SourceError as error:
            raise _meant(error, path) from error.__cause__

    def _token(self) -> str:
        """A token for reading what everybody may: kept in our folder, for us alone, as long as Reddit says."""
        now = self._context.now()
        known = kept(self._file)
        token, until = text_of(known.get("token")), moment_of(known.get("until"))
        if token and until is not None and until > now:
            return token
        pair = f"{self._options.client_id}:{self._options.client_secret.get_secret_value()}"
        try:
            answer = object_of(
                self._context.http.post(
                    f"{self._options.site}/api/v1/access_token",
                    headers={"authorization": f"Basic {b64encode(pair.encode()).decode()}"},
                    form={"grant_type": "client_credentials"},
                    allowance=KEYED,
                )
            )
        except SourceError as error:
            raise _meant(error, "") from error.__cause__
        token = answer.text("access_token")
        if not token:
            raise SourceNeedsKey(
                f"Reddit gives no token for this key: “{answer.text('error') or 'no reason told'}”. {_MEND_KEY}"
            )
        until = now + timedelta(seconds=(answer.count("expires_in") or 3600) - 60)
        keep(self._file, {"token": token, "until": until.isoformat()})
        return token


_MEND_KEY = (
    "Check client_id and client_secret at reddit.com/prefs/apps (the id stands under the name), or use feed_token instead."
)


def _meant(error: SourceError, path: str) -> SourceError:
    """What a refusal of Reddit means and what to do."""
    if isinstance(error, SourceNeedsKey):
        words = f"Reddit does not accept the key of this source. {_MEND_KEY}"
        return SourceNeedsKey(words, url=error.url, status=error.status, said=error.said)
    if isinstance(error, SourceRefused) and error.status == 403:
        words = (
            "Reddit refuses this (403). It does so for networks of data centres and VPNs, for feeds without the token of "
            "reddit.com/prefs/feeds (options feed_user and feed_token), and for private or quarantined subreddits. From a home "
            "connection and with the token it usually answers."
        )
        return SourceRefused(words, url=error.url, status=error.status, said=error.said)
    if isinstance(error, SourceLimited) and error.until is not None:
        words = (
            f"Reddit wants no more requests until {error.until:%Y-%m-%d %H:%M} UTC. Its feeds allow about one a minute for a "
            "whole network, other feed readers included. Put several subreddits into one source, and raise its every."
        )
        return SourceLimited(words, url=error.url, until=error.until, status=error.status, said=error.said)
    if isinstance(error, SourceGone):
        words = f"There is nothing at reddit.com{path}: it does not exist, or is banned or private. Correct the name."
        return SourceGone(words, url=error.url, status=error.status, said=error.said)
    return error


# --- pure functions ------------------------------------------------------------------------------------------


def map_entry(entry: Mention) -> Mention | None:
    """The post or comment that a feed's entry is, ``None`` for what is neither; a pure function."""
    raw = mapping_of(entry.raw)
    name = text_of(raw.get("id"))
    found = _FULL_NAME.match(name)
    if found is None:
        return None  # searches find subreddits and people, too
    html = next((text_of(content.get("value")) for content in mappings_of(raw.get("content"))), "")
    written, link = _WRITTEN.search(html), _LINK.search(html)
    place = _COMMENTS.search(entry.url)
    if found[1] == "3":
        target = read_html(link[1]).text if link else ""
        text = read_html(written[1]).text if written else "" if _COMMENTS.search(target) else target
        kind, title, thread = MentionKind.POST, entry.title, ""
    else:
        if place is None:
            raise UnexpectedField(f"the address {entry.url[:80]!r} should be that of a comment")
        text = read_html(written[1] if written else html).text
        kind, title, thread = MentionKind.COMMENT, "", f"{PLATFORM}:t3_{place[1]}"
    handle = entry.author.name.removeprefix("/u/").removeprefix("u/") if entry.author else ""
    return Mention(
        platform=PLATFORM,
        key=name,
        kind=kind,
        url=entry.url,
        title=title,
        text=text,
        author=_author(handle),
        published=entry.published,
        thread=thread,
        raw=entry.raw,
    )


def map_thing(thing: Fields, at: datetime) -> Mention:
    """The post or comment that a thing of the API is; a pure function."""
    name = thing.need("name")
    comment = name.startswith("t1_")
    html = thing.text("body_html") if comment else thing.text("selftext_html")
    text = read_html(html).text if html else "" if comment or thing.flag("is_self") else thing.text("url")
    return Mention(
        platform=PLATFORM,
        key=name,
        kind=MentionKind.COMMENT if comment else MentionKind.POST,
        url=f"{SITE}{thing.text('permalink')}" if "permalink" in thing else "",
        title="" if comment else thing.text("title"),
        text=text,
        author=_author(thing.text("author")),
        published=thing.time("created_utc"),
        edited=None if isinstance(thing.raw.get("edited"), bool) else thing.time("edited"),
        thread=f"{PLATFORM}:{thing.need('link_id')}" if comment else "",
        parent=f"{PLATFORM}:{thing.need('parent_id')}" if comment else "",
        shared=f"{PLATFORM}:{crossed}" if (crossed := thing.text("crosspost_parent")) else "",
        engagement=Engagement(
            at=at,
            score=thing.number("score"),
            replies=thing.count("num_comments"),
            shares=thing.count("num_crossposts"),
        ),
        raw=dict(thing.raw),
    )


def _author(handle: str) -> Author | None:
    if not handle or handle in _GONE:
        return None
    return Author(platform=PLATFORM, key=handle, handle=handle, url=f"{SITE}/user/{handle}")


def _with_metrics(mention: Mention, user: Mapping[str, Any], at: datetime) -> Mention:
    if mention.author is None or not user:
        return mention
    karma = {name: user[name] for name in ("link_karma", "comment_karma") if isinstance(user.get(name), int)}
    return replace(mention, author=replace(mention.author, metrics=karma, at=at)) if karma else mention


def _account(mention: Mention) -> str:
    return text_of(mapping_of(mention.raw).get("author_fullname"))


def _kind(mention: Mention) -> str:
    return "comment" if mention.kind is MentionKind.COMMENT else "post"


def _is_gone(thing: Fields) -> bool:
    """What its author or a moderator has taken away stays as a stub with these words, which no type of field can break."""
    raw = thing.raw
    return raw.get("body") in _GONE or raw.get("selftext") in _GONE or bool(raw.get("removed_by_category"))


def _api_path(path: str) -> str:
    return f"{path}/overview" if path.startswith("/user/") else path


def _things(listing: Fields) -> list[dict[str, Any]]:
    """The posts and comments of a listing, each as its own object."""
    return [
        child["data"]
        for child in list_in(listing, "data.children")
        if isinstance(child, dict) and child.get("kind") in ("t1", "t3") and isinstance(child.get("data"), dict)
    ]


def _tree(listing: Any) -> Iterator[dict[str, Any]]:
    """The same with the answers below, each after what it answers; "more" links are left out."""
    waiting = list(reversed(_things(Fields(listing))))
    while waiting:
        thing = waiting.pop()
        answers = thing.get("replies")
        yield {name: value for name, value in thing.items() if name != "replies"}
        if isinstance(answers, dict):
            waiting.extend(reversed(_things(Fields(answers))))


def build(options: RedditOptions, context: Context) -> Fetcher:
    """The API where there is a key, else feeds."""
    return RedditApi(options, context) if options.client_id else RedditFeeds(options, context)


def post_at(address: str) -> tuple[str, str]:
    """The full name of the post or comment at an address, and the ref of its post for a comment; empty where there is none."""
    place = web_place(address)
    if place is None:
        return "", ""
    parts = place.path
    if place.host == "redd.it":
        parts = ("comments", *parts)
    elif not (place.host == "reddit.com" or place.host.endswith(".reddit.com")):
        return "", ""
    if parts[:1] and parts[0] in ("r", "u", "user"):
        parts = parts[2:]
    if len(parts) < 2 or parts[0] != "comments" or not _NUMBER.fullmatch(parts[1]):
        return "", ""
    if len(parts) > 3 and _NUMBER.fullmatch(parts[3]):
        return f"t1_{parts[3]}", f"{PLATFORM}:t3_{parts[1]}"
    return f"t3_{parts[1]}", ""


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """One or more subreddits, or a user."""
    place = web_place(address)
    if place is None or place.is_feed or not (place.host == "reddit.com" or place.host.endswith(".reddit.com")):
        return None
    kind, names = place.part(0).lower(), place.part(1).split("+")
    if not all(map(_NAME.match, names)):
        return None
    if kind == "r":
        return {"subreddits": names}
    return {"user": names[0]} if kind in ("u", "user") else None


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`RedditFeeds` or a :class:`RedditApi`."""
    return [
        Component(
            name="reddit",
            build=build,
            options=RedditOptions,
            summary="Reddit: posts and comments, by feeds with your own token or by the API with a key",
            follow=lambda handle: {"user": handle} if _NAME.match(handle) else None,
            recognise=recognise,
        )
    ]
