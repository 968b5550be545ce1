"""Source ``bluesky``: searches, and all that one account posts on Bluesky. A login makes searches whole; accounts need none.

::

    [[sources]]
    id = "bluesky"
    plugin = "bluesky"
    query = '"acme phone"'                      # optional: what to search for; otherwise the words of all topics
    account = "acme.example"                    # optional: all that this account posts, instead of a search
    identifier = "desk.acme.example"            # optional: your own account
    app_password = { env = "BLUESKY_PASSWORD" } # optional: an app password of it, not your password

Every post is a mention of the platform ``bluesky``, known by its address in the network (``at://…``). Links that were shortened
for showing are written out; a link card stands below the text. Followers are asked for in batches.

Without a login Bluesky gives one page of a search, and refuses even that from many networks. Make an app password under
Settings > Privacy and security; the login is kept in the workspace, readable by you only. To hear everything with no login at
all there is the plugin ``jetstream``. Bluesky's staff ask that searches be for people's own use (atproto #3423).

Fields after the lexicons ``app.bsky.feed.*`` in bluesky-social/atproto (2026).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import Field, SecretStr, model_validator

from ...core.contracts import Component, Context, Suggestion
from ...core.errors import SourceBroken, SourceGone
from ...core.fields import Fields, list_in, map_each, object_of
from ...core.hookspecs import hookimpl
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import Page, each, newest_first
from ...core.searchterms import search_terms
from ...core.values import JSON, Batch, Mention, Topic
from ...core.webplaces import web_place
from ._bluesky_api import NO_LOGIN, Bluesky, Login
from ._bluesky_mapping import PLATFORM, map_feed_item, map_view

PER_PAGE = 100


class BlueskyOptions(PluginOptions):
    """What users write of a source of Bluesky."""

    query: str = Field(default="", description="What to search for; otherwise the words of all topics")
    account: str = Field(default="", pattern=r"^@?[A-Za-z0-9.:_%-]*$", description="All that this account posts")
    lang: str = Field(default="", pattern=r"^[A-Za-z-]*$", description="Only posts that say they are in this language")
    identifier: str = Field(default="", description="Your own account's handle")
    app_password: SecretStr = Field(default=SecretStr(""), description="An app password of that account, not its own one")
    pds: WebAddress = Field(default="https://bsky.social", description="Your own account's server")
    server: WebAddress = Field(default="https://api.bsky.app", description="Who is asked without a login")
    followers: bool = Field(default=True, description="Ask how many followers authors have")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")

    @model_validator(mode="after")
    def _whole(self) -> BlueskyOptions:
        if bool(self.identifier) != bool(self.app_password.get_secret_value()):
            raise ValueError("a login needs both identifier and app_password")
        return self


class BlueskyFetcher:
    """Reads searches, an account's feed, and whole threads."""

    def __init__(self, options: BlueskyOptions, context: Context) -> None:
        self._options, self._context = options, context
        login = Login(context, options.pds, options.identifier, options.app_password) if options.identifier else None
        self._logged_in = login is not None
        self._api = Bluesky(context, options.server, login)

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each search."""
        back = self._context.now() - self._options.back
        account = self._options.account.lstrip("@")
        if account:
            return each(cursor, [account], lambda name, at: newest_first(at, lambda page: self._feed(name, page), back=back))
        searches = [self._options.query] if self._options.query else [term.plain for term in search_terms(topics)]
        return each(cursor, searches, lambda words, at: newest_first(at, lambda page: self._found(words, page), back=back))

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: one request for 25 mentions."""
        return self._api.refreshed(mentions, self._context.now())

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: from the first post on; where that is gone, from the mention on."""
        for uri in dict.fromkeys((mention.thread.removeprefix(f"{PLATFORM}:"), mention.key)):
            if not uri:
                continue
            try:
                found = self._thread(uri)
            except (SourceGone, SourceBroken):
                if uri == mention.key:
                    raise
                continue
            if any(other.ref == mention.ref for other in found):
                return found
        return [mention]

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: two or three requests, for a handle is no address in the network."""
        place = web_place(url)
        if place is None or place.host != "bsky.app" or len(place.path) != 4 or place.path[::2] != ("profile", "post"):
            return None
        account = place.part(1)
        if not account.startswith("did:"):
            account = object_of(self._api.get("com.atproto.identity.resolveHandle", {"handle": account})).need("did")
        asked = Mention(platform=PLATFORM, key=f"at://{account}/app.bsky.feed.post/{place.part(3)}")
        for _, found in self._api.refreshed([asked], self._context.now()):
            if found is None:
                raise SourceGone("This post is not on Bluesky any more, or it cannot be read.", url=url)
            return found
        return None

    def check(self) -> str:
        """See ``Checks``."""
        who = self._api.check_login()
        if self._options.account:
            account = self._options.account.lstrip("@")
            self._authored(account, {"limit": 1})
            return f"Bluesky knows {account}."
        object_of(self._api.get("app.bsky.feed.searchPosts", {"q": self._options.query or "acme", "limit": 1}))
        return f"Bluesky answers, logged in as {who}." if who else f"Bluesky answers. {NO_LOGIN}"

    def _found(self, words: str, token: JSON) -> Page:
        params: dict[str, str | int | Sequence[str]] = {"q": words, "sort": "latest", "limit": PER_PAGE}
        if self._options.lang:
            params["lang"] = self._options.lang
        if isinstance(token, str):
            params["cursor"] = token
        answer = object_of(self._api.get("app.bsky.feed.searchPosts", params))
        mentions, failures = self._mapped(list_in(answer, "posts"))
        # The second page is refused without a login.
        after = answer.text("cursor") if self._logged_in else ""
        return Page(mentions=mentions, failures=failures, next=after or None)

    def _feed(self, account: str, token: JSON) -> Page:
        params: dict[str, str | int | Sequence[str]] = {"limit": PER_PAGE, "filter": "posts_with_replies"}
        if isinstance(token, str):
            params["cursor"] = token
        answer = self._authored(account, params)
        items = list_in(answer, "feed")
        views = [item["post"] for item in items if isinstance(item, Mapping) and isinstance(item.get("post"), Mapping)]
        profiles, at = self._profiles(views), self._context.now()
        mentions, failures = map_each(items, lambda item: map_feed_item(item, at, profiles), name=_called)
        return Page(mentions=mentions, failures=failures, next=answer.text("cursor") or None)

    def _authored(self, account: str, params: Mapping[str, str | int | Sequence[str]]) -> Fields:
        try:
            return object_of(self._api.get("app.bsky.feed.getAuthorFeed", {"actor": account, **params}))
        except SourceBroken as error:
            if error.status == 400 and "not found" in error.said.lower():
                words = f"Bluesky knows no account {account} (“{error.said}”). Check how it is written."
                raise SourceGone(words, url=error.url, status=400, said=error.said) from error
            raise

    def _thread(self, uri: str) -> list[Mention]:
        params = {"uri": uri, "depth": 100, "parentHeight": 100}
        top = object_of(self._api.get("app.bsky.feed.getPostThread", params)).inner("thread")
        above: list[Fields] = []
        here = top
        while "parent.post" in here:
            here = here.inner("parent")
            above.append(here)
        views = [view.raw["post"] for view in [*reversed(above), *_walk(top)]]
        return list(self._mapped(views)[0])

    def _mapped(self, views: Sequence[object]) -> tuple[tuple[Mention, ...], tuple]:
        profiles, at = self._profiles(views), self._context.now()
        return map_each(views, lambda view: map_view(view, at, profiles), name=_called)

    def _profiles(self, views: Sequence[object]):
        if not self._options.followers:
            return {}
        authors = [view.get("author") for view in views if isinstance(view, Mapping)]
        return self._api.profiles([str(each.get("did") or "") for each in authors if isinstance(each, Mapping)])


def _walk(thread: Fields) -> Iterator[Fields]:
    """A post and all answers below it, each before what answers it; what is gone or hidden is left out."""
    waiting = [thread]
    while waiting:
        here = waiting.pop()
        if "post" in here:
            yield here
        waiting.extend(reversed(list(here.each("replies"))))


def _called(item: object) -> str:
    post = item.get("post", item) if isinstance(item, Mapping) else {}
    return f"post {post['uri']}"


def suggest(topic: Topic, context: Context) -> list[Suggestion]:
    """One source searches for all topics."""
    return [Suggestion(options={}, title="bluesky")]


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """An account, a hashtag or a search."""
    place = web_place(address)
    if place is None or place.host != "bsky.app":
        return None
    kind, name = place.part(0), place.part(1)
    if kind == "profile" and name:
        return {"account": name}
    query = f"#{name}" if kind == "hashtag" and name else place.query.get("q", "") if kind == "search" else ""
    return {"query": query} if query else None


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`BlueskyFetcher`."""
    return [
        Component(
            name="bluesky",
            build=BlueskyFetcher,
            options=BlueskyOptions,
            summary="Bluesky: searches, accounts, threads; a login makes searches whole",
            follow=lambda handle: {"account": handle.lstrip("@")},
            suggest=suggest,
            recognise=recognise,
        )
    ]
