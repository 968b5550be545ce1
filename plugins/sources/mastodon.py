"""Source ``mastodon``: tags, accounts and searches on any server that speaks the Mastodon API. Tags and accounts need no key.

::

    [[sources]]
    id = "mastodon"
    plugin = "mastodon"
    servers = ["mastodon.social", "social.example"]   # each shows only what it has heard of: two or three are better than one
    tags = ["acme", "acmephone"]       # optional: otherwise the tags that stand for all topics
    account = "@acme@social.example"   # optional: all that this account posts, instead of tags
    search = true                      # optional: searches for the words of all topics, on servers with a token
    tokens = { "mastodon.social" = { env = "MASTODON_TOKEN" } }
    stream = true                      # optional: `hubbub watch` is told of tags at once, by servers with a token

Every post is a mention of the platform ``mastodon``, known by its ``uri``, so that the same post on two servers is one. A boost
is a ``share`` of what it boosts. A content warning is the title; choices of a poll stand below the text.

Lists are read forward with the addresses of the server's own ``Link`` header; ids are never compared, since each software makes
its own. Pleroma, GoToSocial, Pixelfed and others answer the same questions.

Limits: 300 requests in 5 minutes for each server. Some servers show tags to members only; a token with the scopes
``read:statuses``, ``read:accounts`` and ``read:search`` (Preferences > Development) opens them. A search finds only posts of
people who want to be found. Facts from the documentation at docs.joinmastodon.org (methods and entities, 2026).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from threading import Event
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, Field, SecretStr, TypeAdapter, field_validator, model_validator

from ...core.contracts import Component, Context, Suggestion
from ...core.errors import SourceError, SourceGone, SourceRefused
from ...core.fields import UnexpectedField, list_in, map_each, moment_of, object_of
from ...core.hookspecs import hookimpl
from ...core.optiontypes import Ago, PluginOptions, ServerName, WebAddress
from ...core.paging import Page, each, newest_first
from ...core.searchterms import search_terms, tags_of
from ...core.values import JSON, Batch, Failure, Health, Mention, Topic
from ...core.webplaces import web_place
from ._keeping import keep, kept
from ._mastodon_api import AT_ONCE, PER_PAGE, Server, Statuses
from ._mastodon_mapping import MET_AT, locals_of, map_status
from ._raw import mapping_of, text_of

DEFAULT_SERVERS = ("mastodon.social", "mstdn.social")
SOFTWARE = ("mastodon", "hometown", "pleroma", "akkoma", "gotosocial", "friendica")
"""Names by which NodeInfo calls servers that speak Mastodon's API."""
FIRST_PAGES = 10
"""How many pages the first reading goes back at most."""
PAGES = 50
"""How many pages a later reading goes forward at most; it goes on in the next one."""
DOMAIN_STAYS = timedelta(days=30)
_POST = re.compile(r"/(?:@[^/]+/(?:statuses/)?|users/[^/]+/statuses/|notice/)([A-Za-z]*\d[A-Za-z0-9]*)/?")
"""Paths of posts: Mastodon's own, GoToSocial's, Pleroma's. An id has a digit, which lists of an account have not."""


_WEB, _NAME = TypeAdapter(WebAddress), TypeAdapter(ServerName)


def _server(value: str) -> str:
    """The name of a server; the whole address only where it does not speak https."""
    text = value.strip()
    return _WEB.validate_python(text) if text.lower().startswith("http://") else _NAME.validate_python(text)


def _account(value: str) -> str:
    user, _, host = value.strip().lstrip("@").partition("@")
    if value.strip() and not (user and host):
        raise ValueError("write an account with its server, as '@acme@social.example'")
    return f"{user}@{host.lower()}" if user else ""


def _tag(value: str) -> str:
    tag = value.strip().lstrip("#")
    if not tag or not tag.replace("_", "").isalnum():
        raise ValueError("a tag is one word, as 'acmephone'")
    return tag


AServer = Annotated[str, AfterValidator(_server)]
Tag = Annotated[str, AfterValidator(_tag)]


class MastodonOptions(PluginOptions):
    """What users write of a source of Mastodon."""

    servers: tuple[AServer, ...] = Field(default=(), description="Which servers are asked")
    tags: tuple[Tag, ...] = Field(default=(), description="Tags to follow; otherwise those that stand for all topics")
    any: tuple[Tag, ...] = Field(default=(), max_length=3, description="Posts with one of these tags beside each of tags, too")
    all: tuple[Tag, ...] = Field(default=(), max_length=3, description="Only posts that have all these tags as well")
    none: tuple[Tag, ...] = Field(default=(), max_length=3, description="No posts with one of these tags")
    account: Annotated[str, AfterValidator(_account)] = Field(default="", description="All that this account posts")
    search: bool = Field(default=False, description="Search for the words of all topics, where there is a token")
    stream: bool = Field(default=False, description="Be told of tags at once, by servers with a token")
    tokens: dict[str, SecretStr] = Field(default_factory=dict, description="Token by server")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")

    @field_validator("tokens")
    @classmethod
    def _named(cls, tokens: dict[str, SecretStr]) -> dict[str, SecretStr]:
        return {_server(name): token for name, token in tokens.items()}

    @model_validator(mode="after")
    def _reachable(self) -> MastodonOptions:
        asked = self.asked
        if unknown := [name for name in self.tokens if name not in asked]:
            raise ValueError(f"there is a token for {unknown[0]}, which is not among the servers ({', '.join(asked)})")
        if self.stream and self.account:
            raise ValueError("a stream tells of tags, not of one account")
        if (self.search or self.stream) and not self.tokens:
            what = "search" if self.search else "stream"
            raise ValueError(f'{what} needs the token of an account: write tokens = {{ "{asked[0]}" = {{ env = "NAME" }} }}')
        return self

    @property
    def asked(self) -> tuple[str, ...]:
        """The servers that are asked: an account's own where none is named."""
        return self.servers or ((self.account.partition("@")[2],) if self.account else DEFAULT_SERVERS)


class MastodonFetcher:
    """Reads tags, an account and searches on one or more servers."""

    def __init__(self, options: MastodonOptions, context: Context) -> None:
        self.options, self.context = options, context
        self._domains = _Domains(context)

    @cached_property
    def servers(self) -> dict[str, Server]:
        """The servers by their names. That of an account is where its domain says, which may ask the network."""
        options, http = self.options, self.context.http
        if options.account and not options.servers:
            domain = options.account.partition("@")[2]
            host = self._domains.host_of(options.account, Server(domain, None, http))
            # A token goes nowhere but to the server that it was written for.
            return {host: Server(host, options.tokens.get(host), http)}
        return {name: Server(name, options.tokens.get(name), http) for name in options.asked}

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each list of each server."""
        lists: dict[str, _List] = {}
        for server in self.servers.values():
            for one in self._lists(server, topics):
                lists[one.name] = one
        return each(cursor, list(lists), lambda name, at: self._read(lists[name], at))

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: one request for twenty mentions of the server that they were met on, and one for each missing."""
        met: defaultdict[Server, list[tuple[Mention, str]]] = defaultdict(list)
        for mention in mentions:
            server, number = self._met(mention)
            if server is not None:
                met[server].append((mention, number))
        for server, asked in met.items():
            for start in range(0, len(asked), AT_ONCE):
                yield from self._refreshed(server, asked[start : start + AT_ONCE])

    def _refreshed(self, server: Server, asked: Sequence[tuple[Mention, str]]) -> Iterator[tuple[str, Mention | None]]:
        found = server.several([number for _, number in asked]) if len(asked) > 1 else {}
        for mention, number in asked:
            try:
                status = found.get(number) or object_of(server.status(number))
            except SourceGone:
                yield mention.ref, None
                continue
            fresh = map_status(status, server.name, self.context.now(), domain=self._domains.of(server, [status.raw]))
            if fresh is not None and fresh.ref == mention.ref:
                yield mention.ref, fresh

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: two requests to the server that it was met on."""
        server, number = self._met(mention)
        if server is None:
            return [mention]
        itself, around = object_of(server.status(number)), object_of(server.status(number, "/context"))
        before, after = list_in(around, "ancestors"), list_in(around, "descendants")
        return self.mapped([*before, itself.raw, *after], server)[0]

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: a post on one of the servers; for an answer its conversation is asked for, too."""
        server = next((each for each in self.servers.values() if each.is_ours(url)), None)
        found = _POST.fullmatch(urlsplit(url).path) if server else None
        if server is None or found is None:
            return None
        status, known = object_of(server.status(found[1])), {}
        if status.text("id") != found[1]:
            raise SourceGone(f"{server.name} has no post of this number.", url=url)
        if status.text("in_reply_to_id"):
            known = locals_of([*list_in(object_of(server.status(found[1], "/context")), "ancestors"), status.raw])
        mention = map_status(status, server.name, self.context.now(), known, self._domains.of(server, [status.raw]))
        if mention is None:
            raise SourceRefused(f"{url} is not for everybody to read.", url=url)
        return mention

    def check(self) -> str:
        """See ``Checks``: asks every server, and with a token who it is for."""
        return "; ".join(map(self._checked, self.servers.values())) + "."

    def _checked(self, server: Server) -> str:
        if server.token:
            who = object_of(server.get("/api/v1/accounts/verify_credentials"))
            return f"{server.name} answers, logged in as {who.text('acct') or 'an application'}"
        if self.options.account:
            server.account(self.options.account)
            return f"{server.name} knows @{self.options.account}"
        tag = self.options.tags[0] if self.options.tags else "mastodon"
        server.statuses(f"/api/v1/timelines/tag/{quote(tag)}", {"limit": 1})
        return f"{server.name} answers"

    # --- what is read ----------------------------------------------------------------------------------------

    def _lists(self, server: Server, topics: Sequence[Topic]) -> Iterator[_List]:
        if self.options.account:
            yield _List(server, f"{server.name} @{self.options.account}", account=self.options.account)
            return
        more = {f"{name}[]": tags for name in ("any", "all", "none") if (tags := getattr(self.options, name))}
        for tag in self.options.tags or tags_of(topics):
            yield _List(server, f"{server.name} #{tag}", tag=tag, more=more)
        if self.options.search and server.token:
            for term in search_terms(topics):
                yield _List(server, f"{server.name} {term.plain}", words=term.plain)

    def _read(self, one: _List, cursor: JSON) -> Iterator[Batch]:
        back = self.context.now() - self.options.back
        if one.words:
            return newest_first(cursor, lambda page: self._searched(one, page), back=back)
        return self._walked(one, _Place.of(cursor, one.server, back))

    def _walked(self, one: _List, place: _Place) -> Iterator[Batch]:
        """From the newest back to where the last run was, then forward: a run that is killed in between leaves no hole."""
        first = not place.newer
        for number in range(FIRST_PAGES if first else PAGES):
            if place.older:
                page = one.server.statuses(place.older)
                after = place.further_back(page)
            elif place.newer:
                page = one.server.statuses(place.newer)
                after = place.forward(page)
            else:
                page = self._newest(one)
                after = place.began(page)
            if first and number == FIRST_PAGES - 1:
                after = replace(after, older="")  # far enough for a beginning
            over = not after.older and (first or not page.items or after.newer == place.newer)
            mentions, failures = self.mapped(page.items, one.server)
            closed = self._closed(one) if first and not number and not page.items else ()
            nothing = not first and not (page.items or place.older)
            yield Batch(mentions=mentions, failures=(*failures, *closed), cursor=after.to_json(), unchanged=nothing)
            if over:
                return
            place = after

    def _newest(self, one: _List) -> Statuses:
        if one.account:
            number = one.server.account(one.account)
            return one.server.statuses(f"/api/v1/accounts/{quote(number, safe='')}/statuses", {"limit": PER_PAGE})
        try:
            return one.server.statuses(f"/api/v1/timelines/tag/{quote(one.tag, safe='')}", {"limit": PER_PAGE, **one.more})
        except SourceGone as error:
            if error.said:  # "Record not found": nobody has used this tag there yet
                return Statuses([], "", "")
            raise

    def _closed(self, one: _List) -> tuple[Failure, ...]:
        """Whether a tag is empty because the server shows none to strangers (4.5 and later)."""
        if not one.tag or one.server.token:
            return ()
        feeds = one.server.instance().raw.get("configuration", {})
        for name in ("timelines_access", "hashtag_feeds"):
            feeds = feeds.get(name, {}) if isinstance(feeds, Mapping) else {}
        access = set(feeds.values()) if isinstance(feeds, Mapping) else set()
        if not access & {"authenticated", "disabled"} or "public" in access:
            return ()
        error = one.server.needs_token(f"{one.server.name} gives an empty list, because it shows tags only to its members.")
        return (Failure(source="", message=str(error), kind=Health.NEEDS_KEY),)

    def _searched(self, one: _List, offset: JSON) -> Page:
        begin = offset if isinstance(offset, int) else 0
        params = {"q": one.words, "type": "statuses", "limit": PER_PAGE, "offset": begin}
        found = list_in(object_of(one.server.get("/api/v2/search", params)), "statuses")
        mentions, failures = self.mapped(found, one.server)
        return Page(mentions=mentions, failures=failures, next=begin + len(found) if len(found) == PER_PAGE else None)

    def mapped(self, items: Sequence[Any], server: Server) -> tuple[tuple[Mention, ...], tuple[Failure, ...]]:
        """The mentions of statuses that a server gave together."""
        at, known = self.context.now(), locals_of(items)
        domain = self._domains.of(server, items)
        return map_each(
            items, lambda item: map_status(item, server.name, at, known, domain), name=lambda item: f"post {item['uri']}"
        )

    def _met(self, mention: Mention) -> tuple[Server | None, str]:
        """The server that a mention was met on, and its id there."""
        raw = mention.raw if isinstance(mention.raw, Mapping) else {}
        server, number = self.servers.get(str(raw.get(MET_AT))), raw.get("id")
        return (server, number) if server and isinstance(number, str) else (None, "")


class _Domains:
    """Domains of servers' own people, and hosts of domains: asked for once and remembered. No error leaves here."""

    def __init__(self, context: Context) -> None:
        self._context, self._file = context, context.data_dir / "domains.json"
        self._met: dict[str, str] = {}

    def of(self, server: Server, statuses: Iterable[Any]) -> str:
        """The domain of a server, where some of its own people wrote any of these; empty where it does not matter."""
        if not any(_is_local(status) for status in statuses):
            return ""
        if server.name not in self._met:
            self._met[server.name] = self._known(server) or self._asked(server)
        return self._met[server.name]

    def host_of(self, account: str, server: Server) -> str:
        """The host of an account's server: what its domain says by WebFinger, else the domain itself."""
        if host := self._known(server, "host"):
            return host
        try:
            host = server.host_of(account)
        except (SourceError, UnexpectedField) as error:
            self._context.log.info("where %s is has not been told: %s", account, error)
            return server.name
        self._keep(server, "host", host)
        return host

    def _known(self, server: Server, what: str = "domain") -> str:
        told = mapping_of(kept(self._file).get(f"{what} {server.name}"))
        at, now = moment_of(told.get("at")), self._context.now()
        return text_of(told.get(what)) if at is not None and now - DOMAIN_STAYS < at <= now else ""

    def _keep(self, server: Server, what: str, said: str) -> None:
        fresh = {what: said, "at": self._context.now().isoformat()}
        keep(self._file, {**kept(self._file), f"{what} {server.name}": fresh})

    def _asked(self, server: Server) -> str:
        try:
            domain = server.domain()
        except (SourceError, UnexpectedField) as error:
            self._context.log.info("the domain of %s is not known: %s", server.name, error)
            return ""
        self._keep(server, "domain", domain)
        return domain


class StreamingFetcher(MastodonFetcher):
    """The same, that is also told of tags as they are used."""

    def stream(self, topics: Sequence[Topic], cursor: JSON, stop: Event) -> Iterator[Batch]:
        """See ``Streams``."""
        from ._mastodon_stream import listen

        return listen(self, topics, cursor, stop)


def _build(options: MastodonOptions, context: Context) -> MastodonFetcher:
    return StreamingFetcher(options, context) if options.stream else MastodonFetcher(options, context)


def _is_local(status: Any) -> bool:
    """Whether a server says of a status that somebody of its own wrote it: the name is without a server."""
    account = mapping_of(mapping_of(status).get("account"))
    return "@" not in text_of(account.get("acct"))


@dataclass(frozen=True, slots=True)
class _List:
    """One list of one server: of a tag, an account or a search."""

    server: Server
    name: str
    tag: str = ""
    more: Mapping[str, Sequence[str]] = field(default_factory=dict)
    account: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the reading of a list stands."""

    newer: str = ""
    """Address of what has come since."""
    newest: datetime | None = None
    """When the newest post that was read is of."""
    older: str = ""
    """Address of what is still to be read between the newest and :attr:`until`."""
    until: datetime | None = None

    @classmethod
    def of(cls, cursor: JSON, server: Server, back: datetime) -> _Place:
        """The place of a cursor; the beginning where it is none, or of another server."""
        if not isinstance(cursor, Mapping):
            return cls(until=back)
        newer, older = (str(cursor.get(name) or "") for name in ("newer", "older"))
        if not newer or not all(server.is_ours(url) for url in (newer, older) if url):
            return cls(until=back)
        return cls(newer, moment_of(cursor.get("newest")), older, moment_of(cursor.get("until")) or back)

    def to_json(self) -> JSON:
        times = {name: time.isoformat() for name, time in (("newest", self.newest), ("until", self.until)) if time}
        return {"newer": self.newer, **({"older": self.older} if self.older else {}), **times}

    def began(self, page: Statuses) -> _Place:
        """After the first page."""
        return _Place(page.newer, _newest(page, None), self._next(page), self.until)

    def further_back(self, page: Statuses) -> _Place:
        return _Place(self.newer, self.newest, self._next(page), self.until)

    def forward(self, page: Statuses) -> _Place:
        """After a page of what is new. One that begins with the newest of all (``since_id``) may leave older ones between."""
        newest = _newest(page, self.newest)
        gap = page.older if "since_id=" in self.newer and len(page.items) >= PER_PAGE else ""
        return _Place(page.newer or self.newer, newest, gap, self.newest if gap else self.until)

    def _next(self, page: Statuses) -> str:
        reached = [time for time in map(_time, page.items) if time]
        return "" if not page.items or (self.until and any(time < self.until for time in reached)) else page.older


def _newest(page: Statuses, before: datetime | None) -> datetime | None:
    return max((time for time in (*map(_time, page.items), before) if time), default=None)


def _time(item: Any) -> datetime | None:
    return moment_of(item.get("created_at")) if isinstance(item, Mapping) else None


def follow(handle: str) -> Mapping[str, object] | None:
    """The options for an account with its server; ``None`` for one without."""
    try:
        account = _account(handle)
    except ValueError:
        return None
    return {"account": f"@{account}"} if account else None


def suggest(topic: Topic, context: Context) -> list[Suggestion]:
    """One source listens to the tags of all topics."""
    return [Suggestion(options={}, title="mastodon")] if tags_of([topic]) else []


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """An account (``@user@host``), or an account or tag of a server that is known, or says that it speaks Mastodon's API."""
    if address.startswith("@"):
        return follow(address)
    place = web_place(address)
    if place is None or place.is_feed or (place.host not in DEFAULT_SERVERS and software not in SOFTWARE):
        return None
    server = place.host if place.origin.startswith("https://") else place.origin
    name = place.part(0)
    if name.startswith("@") and len(name) > 1:
        return {"account": name if "@" in name[1:] else f"{name}@{place.host}", "servers": [server]}
    return {"servers": [server], "tags": [place.part(1)]} if name == "tags" and place.part(1) else None


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`MastodonFetcher`."""
    return [
        Component(
            name="mastodon",
            build=_build,
            options=MastodonOptions,
            summary="Mastodon and its like: tags, accounts, searches; tags and accounts need no key",
            follow=follow,
            suggest=suggest,
            recognise=recognise,
        )
    ]
