"""Source ``lemmy``: posts and comments of Lemmy, seen from one server. No key is needed for most servers.

::

    [[sources]]
    id = "lemmy-world"
    plugin = "lemmy"
    server = "lemmy.world"
    query = "acme phone"              # optional: what to search for; otherwise the words of all topics
    community = "gadgets@lemmy.ml"    # optional: only this community; without query, all that is new in it
    author = "acme@lemmy.world"       # optional: all that this user writes
    kinds = ["post", "comment"]       # optional: only one of them
    back = "30d"                      # optional: how far the first reading goes back
    jwt = { env = "LEMMY_JWT" }       # optional: for a server behind a login

A server shows what has reached it. A post or comment is a mention of the platform ``lemmy``, known by the address that it has
everywhere (``ap_id``): met through two servers it is one mention. What moderators removed counts as deleted. The search
knows no quotation marks and takes accents as they are written; all that it gives is matched again here.

Servers say by nodeinfo what they run: Lemmy 1.0 and newer is asked by version 4 of its interface, older ones by version 3,
which PieFed and Mbin speak in part. Both shapes of an answer are read, whichever comes.

``parent`` of an answer to a comment is told where that comment came in the same answer; in whole conversations always.
There are no followers: authors have the number of their posts and comments, from Lemmy 1.0 on.

Limits: each server sets its own for an address; here 60 searches in ten minutes, which was the usual setting. Fields as in
lemmy-js-client 0.19 (version 3) and 1.0.8 (version 4, 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr

from ...core.contracts import Allowance, Component, Context, Rate, Suggestion
from ...core.errors import SourceBroken, SourceError, SourceGone, SourceLimited, SourceNeedsKey, SourceRefused
from ...core.fields import Fields, UnexpectedField, list_in, map_each, object_of
from ...core.hookspecs import hookimpl
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import Page, each, newest_first
from ...core.searchterms import search_terms
from ...core.values import JSON, Author, Batch, Engagement, Media, MediaKind, Mention, MentionKind, Topic
from ...core.webplaces import web_place
from ._raw import origin

PLATFORM = "lemmy"
SEARCHES = (Rate(requests=60, seconds=600.0),)
PER_PAGE = 50
LONGEST = 20
"""Pages of comments that are read of a conversation."""
PAUSE = timedelta(minutes=10)
"""How long a server is left alone that says it has had too much, without saying for how long."""
_KINDS: Mapping[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio"}
_LIMITED = ("rate_limit_error", "too_many_requests")
_NO_LOGIN = ("not_logged_in", "incorrect_login", "instance_is_private", "not_authenticated")
_GONE = ("not_found", "couldnt_find_")
"""How the server's short words for what went wrong begin; older versions send them with status 400."""
SOFTWARE = ("lemmy", "piefed", "mbin")
Kind = Literal["post", "comment"]
_POST = re.compile(r"comment/(?P<comment>\d+)|post/(?P<post>\d+)")
Address = Annotated[
    WebAddress, BeforeValidator(lambda text: f"https://{text}" if isinstance(text, str) and "://" not in text else text)
]
"""A server by its name or its address."""


class LemmyOptions(PluginOptions):
    """What users write of a source of Lemmy."""

    server: Address = Field(description="The server that is asked, as lemmy.world")
    query: str = Field(default="", description="What to search for; otherwise the words of all topics")
    community: str = Field(default="", pattern=r"^!?[\w.@:-]*$", description="Only this community, as gadgets@lemmy.ml")
    author: str = Field(default="", pattern=r"^@?[\w.@:-]*$", description="All that this user writes")
    kinds: tuple[Kind, ...] = Field(default=("post", "comment"), min_length=1, description="Only one of them, or both")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")
    api: Literal["auto", "v3", "v4"] = Field(default="auto", description="Version of the interface, where the server lies")
    jwt: SecretStr = Field(default=SecretStr(""), description="A login's token, for a server behind a login")


class LemmyFetcher:
    """Reads searches, communities and users of a Lemmy server, and whole conversations."""

    def __init__(self, options: LemmyOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._host = origin(options.server)[1]
        self._searches = Allowance(name=f"searches of {self._host}", rates=SEARCHES)
        self._software = ""
        self._version = "" if options.api == "auto" else options.api

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each list that is read."""
        options = self._options
        if options.query or options.community or options.author:
            words = [options.query]
        else:
            # The search wants all words one after the other: of several that must be there the longest finds them all.
            words = sorted({max(term.parts, key=len) for term in search_terms(topics)})
        back = self._context.now() - options.back
        lists: dict[str, tuple[Kind, str]] = {
            f"{kind} {text}".strip(): (kind, text) for text in words for kind in options.kinds
        }
        return each(
            cursor, list(lists), lambda name, at: newest_first(at, lambda page: self._page(*lists[name], page), back=back)
        )

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: one request a mention, for those that came through this server."""
        for mention in mentions:
            found = self._numbers(mention)
            if found is None:
                continue
            kind, number, _ = found
            try:
                view = self._ask(kind, {"id": number}).inner(f"{kind}_view")
                fresh = map_view(view, self._context.now(), self._options.server)
            except SourceGone:
                yield mention.ref, None
                continue
            except UnexpectedField:
                continue
            if fresh is None:
                yield mention.ref, None
            elif fresh.ref == mention.ref:
                yield mention.ref, replace(fresh, parent=fresh.parent or mention.parent)

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: the post and its comments, 50 a request, the oldest first."""
        found = self._numbers(mention)
        if found is None:
            raise SourceRefused(f"{mention.ref} did not come through {self._host}, which has other numbers for its posts.")
        views: list[Any] = [self._ask("post", {"id": found[2]}).inner("post_view").raw]
        page: JSON = None
        for _ in range(LONGEST):
            params: dict[str, str | int] = {"post_id": found[2], "sort": self._word("Old"), "type_": self._word("All")}
            answer = self._ask("comment/list", {**params, **self._place(page)})
            more = _items(answer, "comments")
            views += more
            page = self._after(answer, page, len(more))
            if page is None:
                break
        return sorted(
            self._mapped(views)[0], key=lambda one: (one.kind is MentionKind.COMMENT, one.published is None, one.published)
        )

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: a post or a comment by its number on this server, whichever it was written on."""
        place = web_place(url)
        found = _POST.fullmatch("/".join(place.path)) if place and place.origin == self._options.server else None
        if found is None:
            return None
        kind: Kind = "comment" if found["comment"] else "post"
        view = self._ask(kind, {"id": int(found[kind])}).inner(f"{kind}_view")
        mention = map_view(view, self._context.now(), self._options.server)
        if mention is None:
            raise SourceGone(f"This {kind} was deleted on {self._host}.", url=url)
        return mention

    def check(self) -> str:
        """See ``Checks``."""
        page = self._page(self._options.kinds[0], self._options.query, None)
        if self._options.jwt.get_secret_value():
            known = "my_user" in self._ask("site") if self._api() == "v3" else "local_user_view" in self._ask("account")
            if not known:
                raise SourceNeedsKey(f"{self._host} does not know the login of jwt. Log in again and copy the new token.")
        return f"{self._software or self._host} answers with {len(page.mentions)} of its newest."

    def _page(self, kind: Kind, words: str, page: JSON) -> Page:
        options, name = self._options, f"{kind}s"
        community, author = options.community.removeprefix("!"), options.author.removeprefix("@")
        params: dict[str, str | int] = {"sort": self._word("New"), **self._place(page)}
        if community:
            params["community_name"] = community
        if self._api() == "v4":
            # Its lists take words as well, and are in order of time, as its search is not.
            named = {"creator_username": author, "search_term": words}
            path, params = f"{kind}/list", {**params, "type_": "all", **{key: text for key, text in named.items() if text}}
        elif author:
            path, params = "user", {**params, "username": author}
        elif words:
            path, params = "search", {**params, "q": words, "type_": name.capitalize(), "listing_type": "All"}
        else:
            path, params = f"{kind}/list", {**params, "type_": "All"}
        answer = self._ask(path, params, self._searches if words else None)
        items = _items(answer, name)
        mentions, failures = self._mapped(items)
        return Page(mentions=mentions, failures=failures, next=self._after(answer, page, len(items)))

    def _mapped(self, views: Sequence[Any]) -> tuple[tuple[Mention, ...], tuple[Any, ...]]:
        at, server, known = self._context.now(), self._options.server, refs_of(views)
        return map_each(views, lambda view: map_view(view, at, server, known), name=_name)

    def _place(self, page: JSON) -> dict[str, str | int]:
        if isinstance(page, str) and page:
            return {"limit": PER_PAGE, "page_cursor": page}
        return {"limit": PER_PAGE, "page": page if isinstance(page, int) else 1} if self._api() == "v3" else {"limit": PER_PAGE}

    def _after(self, answer: Fields, page: JSON, count: int) -> JSON:
        """The next page: by the server's own mark where it gives one, else by number while pages are full."""
        if self._api() == "v4":
            return answer.text("next_page") or None if count else None
        return (page if isinstance(page, int) else 1) + 1 if count >= PER_PAGE else None

    def _word(self, word: str) -> str:
        """Version 4 writes in lower case what version 3 wrote with a capital."""
        return word.lower() if self._api() == "v4" else word

    def _api(self) -> str:
        """The version of the interface, found out once."""
        if not self._version:
            self._software, self._version = self._ask_nodeinfo()
        return self._version

    def _ask_nodeinfo(self) -> tuple[str, str]:
        """What the server runs, and the version of the interface that goes with it; version 3 where it does not tell."""
        try:
            known = object_of(self._context.http.get(f"{self._options.server}/.well-known/nodeinfo"))
            links = [link for link in known.each("links") if "nodeinfo" in link.text("rel")]
            # On the same host only: where a server points to is no address of the user's.
            hrefs = [link.text("href") for link in links if origin(link.text("href"))[1] == self._host]
            software = object_of(self._context.http.get(hrefs[-1])).inner("software") if hrefs else Fields({})
        except SourceGone:
            return "", "v3"
        name, version = software.text("name").lower(), software.text("version")
        major = re.match(r"\d+", version)
        new = name == "lemmy" and major is not None and int(major[0]) >= 1
        return f"{self._host} ({name} {version})" if name else "", "v4" if new else "v3"

    def _ask(self, path: str, params: Mapping[str, str | int] | None = None, allowance: Allowance | None = None) -> Fields:
        token = self._options.jwt.get_secret_value()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self._options.server}/api/{self._api()}/{path}"
        try:
            return object_of(self._context.http.get(url, params=params, headers=headers, allowance=allowance))
        except SourceError as error:
            raise self._meant(error) from error

    def _meant(self, error: SourceError) -> SourceError:
        """What the server's short word means, which many versions send with any status."""
        said = error.said
        told = f" It says: “{said}”"
        if said.startswith(_LIMITED):
            until = self._context.now() + PAUSE
            self._context.http.leave_alone(self._options.server, until)
            return SourceLimited(
                f"{self._host} has had too many requests; it is left alone until {until:%H:%M} UTC.{told}",
                url=error.url,
                until=until,
                said=said,
            )
        if said.startswith(_NO_LOGIN):
            what = "Log in again and give the new token as jwt." if self._options.jwt.get_secret_value() else "Give it a jwt."
            return SourceNeedsKey(f"{self._host} wants a login for this. {what}{told}", url=error.url, said=said)
        if isinstance(error, SourceBroken) and said.startswith(_GONE):
            words = f"{self._host} does not know this post, user or community. Check how it is written.{told}"
            return SourceGone(words, url=error.url, said=said)
        return error

    def _numbers(self, mention: Mention) -> tuple[Kind, int, int] | None:
        """What a mention is, its number on this server and that of its post; ``None`` for what came through another one."""
        raw = mention.raw
        if not isinstance(raw, Mapping) or raw.get("through") != self._options.server:
            return None
        view = Fields(raw)
        kind: Kind = "comment" if "comment" in view else "post"
        own, post = view.number(f"{kind}.id"), view.number("post.id")
        return (kind, own, post) if own is not None and post is not None else None


def map_view(view: Fields, at: datetime, server: str, refs: Mapping[int, str] | None = None) -> Mention | None:
    """The mention that the view of a post or comment is; ``None`` where it was deleted or removed. A pure function.

    ``server`` is the one that it came through: the numbers in it are that server's. ``refs``: see :func:`refs_of`.
    """
    if "comment" not in view and "post" not in view:
        view.need("post.ap_id")  # says what is missing
    kind: Kind = "comment" if "comment" in view else "post"
    said = view.inner(kind)
    if said.flag("deleted") or said.flag("removed"):
        return None
    counts = view.inner("counts") if "counts" in view else said
    address = said.need("ap_id")
    thread = f"{PLATFORM}:{view.need('post.ap_id')}" if kind == "comment" else ""
    link = said.text("url")
    text = said.text("content") if kind == "comment" else said.text("body")
    return Mention(
        platform=PLATFORM,
        key=address,
        kind=MentionKind.COMMENT if kind == "comment" else MentionKind.POST,
        url=address,
        title="" if kind == "comment" else said.need("name"),
        text=text if kind == "comment" or not link else f"{text}\n\n{link}".strip(),
        author=_author(view.inner("creator"), at),
        published=said.time("published_at") or said.time("published"),
        edited=said.time("updated_at") or said.time("updated"),
        thread=thread,
        parent=_parent(said.text("path"), thread, refs or {}) if thread else "",
        media=_media(said) if kind == "post" else (),
        engagement=Engagement(
            at=at,
            likes=counts.count("upvotes"),
            replies=counts.count("child_count" if kind == "comment" else "comments"),
            score=counts.number("score"),
        ),
        raw={**view.raw, "through": server},
    )


def _media(post: Fields) -> tuple[Media, ...]:
    """What a post links to where that is a picture, a film or a sound; the server's thumbnail stands for the latter."""
    link, mime = post.text("url"), post.text("url_content_type")
    kind = _KINDS.get(mime.partition("/")[0])
    if kind is None or not link:
        return ()
    poster = "" if kind == "image" else post.text("thumbnail_url")
    return (Media(kind=kind, url=link, poster=poster, alt=post.text("alt_text"), mime=mime),)


def refs_of(views: Iterable[Any]) -> dict[int, str]:
    """The refs of the comments of an answer by their numbers: a comment's path names the numbers of those above it."""
    known: dict[int, str] = {}
    for view in views:
        comment = view.get("comment") if isinstance(view, Mapping) else None
        if isinstance(comment, Mapping) and isinstance(comment.get("id"), int) and isinstance(comment.get("ap_id"), str):
            known[comment["id"]] = f"{PLATFORM}:{comment['ap_id']}"
    return known


def _parent(path: str, thread: str, refs: Mapping[int, str]) -> str:
    """Of ``0.12.345`` the comment 12; of ``0.12`` the post."""
    above = path.split(".")[1:-1]
    if not above:
        return thread
    return refs.get(int(above[-1]), "") if above[-1].isdecimal() else ""


def _author(person: Fields, at: datetime) -> Author | None:
    name, address = person.text("name"), person.text("ap_id") or person.text("actor_id")
    if not name:
        return None
    host = origin(address)[1]
    metrics = {"posts": person.count("post_count"), "comments": person.count("comment_count")}
    return Author(
        platform=PLATFORM,
        key=address or name,
        handle=f"{name}@{host}" if host else name,
        name=person.text("display_name") or name,
        url=address,
        avatar=person.text("avatar"),
        metrics={key: value for key, value in metrics.items() if value is not None},
        bot=person.flag("bot_account"),
        at=at,
    )


def _items(answer: Fields, name: str) -> list[Any]:
    """The list of an answer: under its own name, or as version 4 calls every list."""
    return list_in(answer, "items" if "items" in answer else name)


def _name(view: Any) -> str:
    return str((view.get("comment") or view["post"])["ap_id"])


def suggest(topic: Topic, context: Context) -> list[Suggestion]:
    """The largest server, which most of the others reach; one source searches for all topics."""
    return [Suggestion(options={"server": "lemmy.world"}, title="lemmy-world")]


def follow(handle: str) -> Mapping[str, object] | None:
    """``acme@lemmy.world``, asked of the account's own server."""
    name, _, server = handle.rpartition("@")
    return {"server": server, "author": name} if name and server else None


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """A community or a user of a server that runs Lemmy or its like, or the server."""
    place = web_place(address)
    if software.lower() not in SOFTWARE or place is None:
        return None
    kind = {"c": "community", "m": "community", "u": "author"}.get(place.part(0))
    named = {kind: place.part(1)} if kind and re.fullmatch(r"[\w.@-]+", place.part(1)) else {}
    return {"server": place.origin, **named}


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`LemmyFetcher`."""
    return [
        Component(
            name="lemmy",
            build=LemmyFetcher,
            options=LemmyOptions,
            summary="Lemmy: posts, comments and conversations; no key",
            follow=follow,
            suggest=suggest,
            recognise=recognise,
        )
    ]
