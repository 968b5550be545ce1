"""Source ``x``: posts of X (Twitter) by its recent search. X has no free reading: every post costs money. Off until you say so.

::

    [[sources]]
    id = "x"
    plugin = "x"
    enabled_by = "I pay for this"     # required, word for word
    spend_cap = 20                    # required: dollars a month, never exceeded
    token = { env = "X_TOKEN" }       # required: the bearer token of your app
    query = "acme lang:en"            # optional: in X's own language; otherwise the words of all topics
    author = "acme"                   # optional: all that this user posts (your own account, say)
    authors = true                    # optional: false spares two thirds of the cost, and gives no names and followers
    back = "1d"                       # optional: how far the first reading goes back; 7 days at most
    every = "1h"

**What it costs.** $0.005 a post and $0.010 for its author; what was read before on the same day (UTC) is not paid for again.
Before each request the price of the most that it can bring is written to a file of the workspace, afterwards what really
came; all sources of X in a workspace are counted together, by the calendar month in UTC. A request never asks for more than the
rest of the cap pays for, and none is made where that is less than the ten posts that X gives at least. If the file cannot be
read or written nothing is asked. A request whose answer got lost counts as a full one. Prices are those of X's documentation of
August 2026: look in your console what they are now, and set a limit there, too.

Refreshing counts (``refresh = true``) and reading whole conversations (``conversations = true``) cost the same and are off.

A post is a mention of the platform ``x``, known by its number; an edited one by the number of its first version. Shares are
left out of searches for topics. Limits: the last 7 days; 450 requests in 15 minutes; 512 characters a query, so that many
topics take several requests. Fields as in xdevplatform/docs (recent search, pricing, response codes; August 2026).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator

from ...core.contracts import Allowance, Component, Context, Rate
from ...core.errors import SourceBroken, SourceError, SourceLimited, SourceNeedsKey, SourceRefused, SourceUnreachable
from ...core.fields import Fields, UnexpectedField, map_each, object_of
from ...core.hookspecs import hookimpl
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import each
from ...core.searchterms import SearchTerm, packed, search_terms
from ...core.values import JSON, Author, Batch, Engagement, Mention, MentionKind, Quota, Topic
from ._spending import Ledger, LedgerUnusable, things

PLATFORM = "x"
SITE = "https://x.com"
ALLOWANCE = Allowance(name="the search of X", rates=(Rate(requests=450, seconds=900.0),))
POST, USER = 5, 10
"""Thousandths of a dollar."""
MOST, LEAST = 100, 10
"""Posts that one request may ask for."""
FEW = 25
"""Posts that the first request of a later run asks for: mostly there are few, and an answer that gets lost counts as full."""
LONGEST_QUERY = 512
PAGES = 10
WEEK = timedelta(days=7)
_SLACK = timedelta(minutes=5)
_EPOCH = 1_288_834_974_657
"""Milliseconds since 1970 of the time that the numbers of posts begin with."""
_POST_FIELDS = (
    "author_id,conversation_id,created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,lang,note_tweet,public_metrics,"
    "referenced_tweets"
)
_USER_FIELDS = "created_at,name,public_metrics,username,verified"
_NOT_SENT = ("ConnectError", "ConnectTimeout")
"""Faults of a connection that never stood: nothing was asked."""
_LANGUAGES = {"in": "id", "iw": "he"}


class XOptions(PluginOptions):
    """What users write of a source of X."""

    enabled_by: Literal["I pay for this"] = Field(description='Reading X costs money: write "I pay for this"')
    spend_cap: Decimal = Field(gt=0, max_digits=9, description="Dollars a month, never exceeded")
    token: SecretStr = Field(min_length=1, description="The bearer token of your app, from console.x.com")
    query: str = Field(default="", max_length=LONGEST_QUERY, description="What to search for, in X's own language")
    author: str = Field(default="", pattern=r"^@?\w{0,15}$", description="All that this user posts")
    authors: bool = Field(default=True, description="Whether authors are read, at twice the price of the post")
    back: Ago = Field(default="1d", validate_default=True, description="How far the first reading goes back")
    refresh: bool = Field(default=False, description="Whether counts are asked again later, at the price of the post")
    conversations: bool = Field(default=False, description="Whether whole conversations are read when you look at one")
    server: WebAddress = Field(default="https://api.x.com/2", description="Address of the API")

    @field_validator("back")
    @classmethod
    def _within_a_week(cls, back: timedelta) -> timedelta:
        if back > WEEK:
            raise ValueError("the search of X goes back 7 days at most")
        return back


class XFetcher:
    """Reads the recent search of X, within what it may cost."""

    def __init__(self, options: XOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._ledger = Ledger(context.data_dir / "spent.json")
        self._cap = int(options.spend_cap * 1000)

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each query."""
        options = self._options
        if options.query or options.author:
            own = f"from:{options.author.removeprefix('@')}" if options.author else ""
            queries = [f"{options.query} {own}".strip()]
        else:
            queries = queries_of(search_terms(topics))
        return each(cursor, queries, self._read)

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: a hundred mentions a request; nothing unless the user allowed it."""
        waiting = {_number(mention): mention for mention in mentions} if self._options.refresh else {}
        while waiting:
            room = self._room(min(MOST, len(waiting)), 1)
            asked = {number: waiting.pop(number) for number in list(waiting)[:room]}
            answer = self._ask("tweets", {"ids": ",".join(asked)}, room)
            fresh = {_number(mention): mention for mention in self._mapped(answer)[0]}
            gone = {error.text("resource_id") for error in answer.each("errors") if error.text("type").endswith("not-found")}
            for number, mention in asked.items():
                if number in fresh:
                    # A request without authors tells less of them than is known.
                    yield mention.ref, replace(fresh[number], key=mention.key, author=fresh[number].author or mention.author)
                elif number in gone:
                    yield mention.ref, None

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: what the last 7 days have of it; only where the user allowed what it costs."""
        if not self._options.conversations:
            raise SourceRefused(
                "Reading a conversation on X costs $0.005 a post and $0.010 for each author. "
                "Write conversations = true in this source if you want to pay for it."
            )
        root = mention.thread.partition(":")[2] or _number(mention)
        found = list(self._mapped(self._ask("tweets", {"ids": root}, self._room(1, 1)))[0])
        token = ""
        for _ in range(PAGES):
            params = {"query": f"conversation_id:{root}", **({"next_token": token} if token else {})}
            answer = self._search(params)
            found += self._mapped(answer)[0]
            token = answer.text("meta.next_token")
            if not token:
                break
        unique = {one.ref: one for one in found}
        return sorted(unique.values(), key=lambda one: (one.key != root, one.published or self._context.now()))

    def check(self) -> str:
        """See ``Checks``: without asking X, which would cost."""
        left = self._cap - self._spent()
        self._tell(self._cap - left)
        return f"Nothing was asked, since that costs: ${left / 1000:,.2f} of ${self._cap / 1000:,.2f} are left this month."

    def _read(self, query: str, place: JSON) -> Iterator[Batch]:
        """The newest first, back to the newest that was read before; a run that ends half-way goes on below what it read."""
        saved = place if isinstance(place, Mapping) else {}
        since, top, until = (_id(saved.get(name)) for name in ("since", "top", "until"))
        most = FEW if int(since) else MOST
        params: dict[str, str | int] = {"query": query, **self._from(since)}
        if int(until):
            params["until_id"] = until
        for _ in range(PAGES):
            answer = self._search(params, most)
            mentions, failures = self._mapped(answer)
            numbers = [_id(post.get("id")) for post in _posts(answer)]
            top, until = max([top, *numbers], key=int), min(numbers, key=int, default=until)
            token = answer.text("meta.next_token")
            if not token:
                yield Batch(mentions=mentions, failures=failures, cursor={"since": max(top, since, key=int)})
                return
            yield Batch(mentions=mentions, failures=failures, cursor={"since": since, "top": top, "until": until})
            params["next_token"], most = token, MOST

    def _from(self, since: str) -> dict[str, str]:
        """Where the search begins: at what was read, unless that is further back than the search goes."""
        now = self._context.now()
        if int(since) and _time_of(since) > now - WEEK + _SLACK:
            return {"since_id": since}
        begin = now - (WEEK if int(since) else self._options.back) + _SLACK
        return {"start_time": f"{begin:%Y-%m-%dT%H:%M:%SZ}"}

    def _search(self, params: Mapping[str, str | int], most: int = MOST) -> Fields:
        room = self._room(most, LEAST)
        return self._ask("tweets/search/recent", {**params, "max_results": room}, room)

    # --- money -------------------------------------------------------------------------------------------------

    @property
    def _piece(self) -> int:
        return POST + USER * self._options.authors

    def _room(self, most: int, least: int) -> int:
        """How many posts the next request may ask for; their price is set aside already. Raises ``SourceLimited`` for none."""
        now = self._context.now()
        try:
            room = self._ledger.reserve(self._piece, most, least, self._cap, now)
        except LedgerUnusable as error:
            raise self._stopped(error) from error
        if not room:
            until = _next_month(now)
            self._tell(self._spent())
            raise SourceLimited(
                f"What you allow for X this month, ${self._cap / 1000:,.2f}, is spent but for less than a request costs. It "
                f"goes on by itself on {until:%Y-%m-%d}; raise spend_cap if you want to pay more.",
                until=until,
            )
        return room

    def _ask(self, path: str, params: Mapping[str, str | int], room: int) -> Fields:
        """Ask for up to ``room`` posts, which are set aside; what came is counted before anybody sees it."""
        wanted: dict[str, str | int] = {**params, "tweet.fields": _POST_FIELDS}
        if self._options.authors:
            wanted |= {"expansions": "author_id", "user.fields": _USER_FIELDS}
        headers = {"Authorization": f"Bearer {self._options.token.get_secret_value()}"}
        aside = room * self._piece
        try:
            response = self._context.http.get(
                f"{self._options.server}/{path}", params=wanted, headers=headers, allowance=ALLOWANCE
            )
        except SourceError as error:
            if _was_free(error):
                self._settle(aside, {})
            raise _meant(error) from error
        answer = object_of(response)
        try:
            posts = things("post", (post.need("id") for post in answer.each("data")), POST)
            users = things("user", (user.need("id") for user in answer.each("includes.users")), USER)
        except UnexpectedField as error:
            # What cannot be counted stays set aside whole.
            raise SourceBroken(f"The answer of X is not as its API documents it: {error}.", url=response.url) from error
        self._settle(aside, posts | users)
        return answer

    def _settle(self, aside: int, prices: Mapping[str, int]) -> None:
        try:
            self._tell(self._ledger.settle(aside, prices, self._context.now()))
        except LedgerUnusable as error:
            raise self._stopped(error) from error

    def _spent(self) -> int:
        try:
            return self._ledger.spent(self._context.now())
        except LedgerUnusable as error:
            raise self._stopped(error) from error

    def _tell(self, spent: int) -> None:
        left, limit = max(0, self._cap - spent) // 10, self._cap // 10
        self._context.tell_quota(Quota(left=left, limit=limit, resets=_next_month(self._context.now()), unit="cents"))

    def _stopped(self, error: LedgerUnusable) -> SourceBroken:
        return SourceBroken(
            f"Nothing is asked of X, since what was spent cannot be kept in {self._ledger.path}: {error}. Make room and "
            "rights for it; if it is damaged, look in the console of X what this month has cost, remove the file and lower "
            "spend_cap by that."
        )

    def _mapped(self, answer: Fields) -> tuple[tuple[Mention, ...], tuple[Any, ...]]:
        at = self._context.now()
        people = {user.text("id"): dict(user.raw) for user in answer.each("includes.users")}
        whole = [{**post, "author": people.get(str(post.get("author_id")))} for post in _posts(answer)]
        return map_each(whole, lambda post: map_post(post, at), name=lambda post: f"post {post['id']}")


def map_post(post: Fields, at: datetime) -> Mention:
    """The mention that a post is, with its author under ``author`` where that was read; a pure function."""
    number = post.need("id")
    key = str(next(iter(post.values("edit_history_tweet_ids")), number))
    refers = {one.text("type"): f"{PLATFORM}:{one.need('id')}" for one in post.each("referenced_tweets")}
    parent, shared = refers.get("replied_to", ""), refers.get("retweeted") or refers.get("quoted", "")
    conversation, created = post.text("conversation_id"), post.time("created_at")
    counts = post.inner("public_metrics")
    shares = [count for name in ("retweet_count", "quote_count") if (count := counts.count(name)) is not None]
    author = _author(post.inner("author"), post.text("author_id"), at)
    lang = post.text("lang")
    lang = _LANGUAGES.get(lang, lang)
    return Mention(
        platform=PLATFORM,
        key=key,
        kind=MentionKind.SHARE if "retweeted" in refers else MentionKind.COMMENT if parent else MentionKind.POST,
        url=f"{SITE}/{author.handle if author and author.handle else 'i'}/status/{number}",
        text=_text(post),
        author=author,
        published=_time_of(key) if key != number and key.isdecimal() else created,
        edited=created if key != number else None,
        # Words for "no language": und, zxx, qme and their like.
        lang=lang if len(lang) == 2 else "",
        thread=f"{PLATFORM}:{conversation}" if conversation and conversation not in (number, key) else "",
        parent=parent,
        shared=shared,
        engagement=Engagement(
            at=at,
            likes=counts.count("like_count"),
            shares=sum(shares) if shares else None,
            replies=counts.count("reply_count"),
            views=counts.count("impression_count"),
        ),
        raw=dict(post.raw),
    )


def _text(post: Fields) -> str:
    """The words, long ones whole, with links as they lead and not as X shortens them."""
    text = html.unescape(post.text("note_tweet.text") or post.text("text"))
    for path in ("entities.urls", "note_tweet.entities.urls"):
        for link in post.each(path):
            if short := link.text("url"):
                text = text.replace(short, link.text("expanded_url") or short)
    return text


def _author(user: Fields, number: str, at: datetime) -> Author | None:
    handle = user.text("username")
    if not handle:
        return Author(platform=PLATFORM, key=number, url=f"{SITE}/i/user/{number}") if number else None
    counts = user.inner("public_metrics")
    others = {"following": "following_count", "posts": "tweet_count", "lists": "listed_count"}
    metrics = {name: count for name, path in others.items() if (count := counts.count(path)) is not None}
    followers = counts.count("followers_count")
    return Author(
        platform=PLATFORM,
        key=user.need("id"),
        handle=handle,
        name=user.text("name"),
        url=f"{SITE}/{handle}",
        followers=followers,
        metrics=metrics,
        at=at,
    )


def queries_of(terms: Sequence[SearchTerm], longest: int = LONGEST_QUERY) -> list[str]:
    """As few queries as these terms take, none longer than X allows; posts that only share others are left out."""
    ending = " -is:retweet"
    room = longest - len("()") - len(ending)
    searches = packed((_written(term, room) for term in terms), " OR ", room)
    return [f"({' OR '.join(some)}){ending}" for some in searches]


def _written(term: SearchTerm, longest: int) -> str:
    parts = [part if re.fullmatch(r"[#@]\w+", part) else '"' + part.replace('"', "") + '"' for part in term.parts]
    whole = f"({' '.join(parts)})" if len(parts) > 1 else parts[0]
    if len(whole) <= longest:
        return whole
    # One part finds all that has all of them; of a very long one its beginning does.
    part = min(parts, key=len)
    return part if len(part) <= longest else f'"{part[1 : longest - 2].rsplit(" ", 1)[0]}"'


def _posts(answer: Fields) -> list[dict[str, Any]]:
    return [dict(post.raw) for post in answer.each("data")]


def _number(mention: Mention) -> str:
    """The number of a mention's newest version, which is what X has counts for."""
    raw = mention.raw
    number = raw.get("id") if isinstance(raw, Mapping) else None
    return number if isinstance(number, str) else mention.key


def _id(value: Any) -> str:
    """The number of a post; ``0`` for what is none."""
    return value if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20 else "0"


def _time_of(number: str) -> datetime:
    """When a post was written, by its number."""
    return datetime.fromtimestamp(((int(number) >> 22) + _EPOCH) / 1000, UTC)


def _next_month(now: datetime) -> datetime:
    return (now.replace(day=28) + timedelta(days=4)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _was_free(error: SourceError) -> bool:
    """Whether X surely gave nothing: it refused, or was never asked. After anything else it may have counted the request."""
    if isinstance(error, SourceUnreachable) and not error.status:
        return type(error.__cause__).__name__ in _NOT_SENT
    # Between us and X there are others, which may have lost a good answer.
    return (400 <= error.status < 600 and error.status not in (502, 504)) or isinstance(error, SourceLimited)


def _meant(error: SourceError) -> SourceError:
    """What a refusal of X means, and what to do."""
    told = f" It says: “{error.said}”" if error.said else ""
    words = {
        401: "X does not know this token (401). Make a new bearer token at console.x.com and give it as token.",
        402: "Your credits at X are used up (402). Buy some at console.x.com, or wait for the next month.",
        403: (
            "X does not let this app search (403). Look at console.x.com whether the app is enrolled in pay-per-use and "
            "stands in a project; tokens of older apps have to be made again."
        ),
    }.get(error.status, "")
    if not words or (error.status == 403 and not error.said):
        return error
    return SourceNeedsKey(words + told, url=error.url, status=error.status, said=error.said)


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds an :class:`XFetcher`."""
    return [
        Component(
            name="x",
            build=XFetcher,
            options=XOptions,
            summary="X (Twitter): recent search, paid by the post; off until you say so, within a hard cap",
            example={"enabled_by": "I pay for this", "spend_cap": 1, "token": "token"},
        )
    ]
