"""Source ``threads``: posts of Threads by its keyword search, and your own. A token of Meta is needed.

::

    [[sources]]
    id = "threads"
    plugin = "threads"
    token = { env = "THREADS_TOKEN" }   # a long-lived token with threads_basic and threads_keyword_search
    query = "acme phone"                # optional: what to search for; otherwise the words of all topics
    mode = "keyword"                    # optional: or "tag", for topic tags
    author = "acme"                     # optional: your own account, whose token this is, instead of a search
    back = "7d"                         # optional: how far the first reading goes back

**Until Meta has reviewed your app and approved threads_keyword_search, the search finds only your own posts.** A token lives
for 60 days: make a new one in time (``refresh_access_token`` in Meta's documents). It goes in a header, never in an address.

A post is a mention of the platform ``threads``, known by its number. The search tells no likes and no followers, so there is no
engagement, and nothing to ask again later. Conversations can be read of your own posts only (scope threads_read_replies).

Limits: 2,200 searches in 24 hours for each user; those that find nothing are free at Meta's, and counted here. Fields as in
Meta's "Keyword Search" and "Retrieve Posts" (January 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field, SecretStr

from ...core.contracts import Allowance, Component, Context, Rate
from ...core.errors import SourceError, SourceLimited, SourceNeedsKey, SourceRefused
from ...core.fields import Fields, list_in, map_each, object_of
from ...core.hookspecs import hookimpl
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import Page, each, newest_first
from ...core.searchterms import search_terms
from ...core.values import JSON, Author, Batch, Media, MediaKind, Mention, MentionKind, Topic

PLATFORM = "threads"
SITE = "https://www.threads.com"
SEARCHES = Allowance(name="searches of Threads", rates=(Rate(requests=2200, seconds=86_400.0),))
PER_PAGE = 100
LONGEST = 10
"""Pages that are read of a conversation."""
FOUND = "id,text,media_type,permalink,timestamp,username,has_replies,is_quote_post,is_reply,topic_tag"
OWN = f"{FOUND},media_url,alt_text,link_attachment_url,quoted_post"
ANSWERS = "id,text,media_type,media_url,permalink,timestamp,username,has_replies,root_post,replied_to"
_KINDS: dict[str, MediaKind] = {"IMAGE": "image", "VIDEO": "video", "AUDIO": "audio"}
_TOKEN = re.compile(r"(?i)access token|session has|oauth")
_SCOPE = re.compile(r"(?i)permission|not authorized|scope")
_LIMIT = re.compile(r"(?i)request limit|rate limit|too many")
HOW = "Make one with the scopes threads_basic and threads_keyword_search in your app at developers.facebook.com."


class ThreadsOptions(PluginOptions):
    """What users write of a source of Threads."""

    token: SecretStr = Field(default=SecretStr(""), description="A long-lived access token")
    query: str = Field(default="", description="What to search for; otherwise the words of all topics")
    mode: Literal["keyword", "tag"] = Field(default="keyword", description="Whether words or topic tags are searched for")
    author: str = Field(default="", pattern=r"^@?[\w.]*$", description="Your own account, instead of a search")
    back: Ago = Field(default="7d", validate_default=True, description="How far the first reading goes back")
    server: WebAddress = Field(default="https://graph.threads.net/v1.0", description="Address of the API")


class ThreadsFetcher:
    """Reads the keyword search of Threads, and the posts of the token's own user."""

    def __init__(self, options: ThreadsOptions, context: Context) -> None:
        self._options, self._context = options, context

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each search."""
        options = self._options
        back = self._context.now() - options.back
        if options.author:
            self._demand_own()
            return each(cursor, ["own posts"], lambda _, at: newest_first(at, self._own, back=back))
        words = [options.query] if options.query else sorted({_words(term.parts) for term in search_terms(topics)})
        return each(cursor, words, lambda text, at: newest_first(at, lambda page: self._found(text, page), back=back))

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: of your own posts only."""
        root = mention.thread.partition(":")[2] or mention.key
        found = [self._ask(root, {"fields": OWN}).raw]
        after = ""
        for _ in range(LONGEST):
            place = {"after": after} if after else {}
            answer = self._ask(f"{root}/conversation", {"fields": ANSWERS, "limit": PER_PAGE, "reverse": "false", **place})
            found += list_in(answer, "data")
            after = _after(answer)
            if not after:
                break
        return map_each(found, map_post, name=_name)[0]

    def check(self) -> str:
        """See ``Checks``."""
        if self._options.author:
            self._demand_own()
            return f"The token is @{self._options.author.removeprefix('@')}'s."
        name = self._ask("me", {"fields": "id,username"}).text("username")
        return (
            f"The token is @{name}'s. Until Meta has approved your app for threads_keyword_search, "
            "the search finds only posts of this account."
        )

    def _demand_own(self) -> None:
        """Posts of others can only be searched for: a token reads those of its own user."""
        name, wanted = self._ask("me", {"fields": "id,username"}).text("username"), self._options.author.removeprefix("@")
        if name.casefold() != wanted.casefold():
            raise SourceNeedsKey(f"The token is @{name}'s and not @{wanted}'s. Threads lists the posts of its own user only.")

    def _own(self, page: JSON) -> Page:
        return self._page("me/threads", {"fields": OWN}, page)

    def _found(self, words: str, page: JSON) -> Page:
        since = int((self._context.now() - self._options.back).timestamp())
        params = {"q": words, "search_type": "RECENT", "search_mode": self._options.mode.upper(), "since": since}
        return self._page("keyword_search", {**params, "fields": FOUND}, page, SEARCHES)

    def _page(self, path: str, params: Mapping[str, str | int], page: JSON, allowance: Allowance | None = None) -> Page:
        place = {"after": page} if isinstance(page, str) else {}
        answer = self._ask(path, {**params, "limit": PER_PAGE, **place}, allowance)
        mentions, failures = map_each(list_in(answer, "data"), map_post, name=_name)
        return Page(mentions=mentions, failures=failures, next=_after(answer) or None)

    def _ask(self, path: str, params: Mapping[str, str | int], allowance: Allowance | None = None) -> Fields:
        token = self._options.token.get_secret_value()
        if not token:
            raise SourceNeedsKey(f"Threads needs a token. {HOW}")
        headers = {"Authorization": f"Bearer {token}"}
        try:
            return object_of(
                self._context.http.get(f"{self._options.server}/{path}", params=params, headers=headers, allowance=allowance)
            )
        except SourceError as error:
            raise _meant(error) from error


def map_post(post: Fields) -> Mention:
    """The mention that a post is; a pure function."""
    number, name = post.need("id"), post.text("username")
    parent, quoted = post.text("replied_to.id"), post.text("quoted_post.id")
    link, tag, said = post.text("link_attachment_url"), post.text("topic_tag"), post.text("text")
    # A topic tag stands beside the words of a post, and is searched for like them.
    added = [f"#{tag}"] if tag and f"#{tag}".casefold() not in said.casefold() else []
    added += [link] if link and link not in said else []
    kind, source = _KINDS.get(post.text("media_type")), post.text("media_url")
    root = post.text("root_post.id")
    return Mention(
        platform=PLATFORM,
        key=number,
        kind=MentionKind.COMMENT if parent or post.flag("is_reply") else MentionKind.POST,
        url=post.text("permalink"),
        text="\n\n".join([said, *added]).strip(),
        author=Author(platform=PLATFORM, key=name, handle=name, url=f"{SITE}/@{name}") if name else None,
        published=post.time("timestamp"),
        thread=f"{PLATFORM}:{root}" if root and root != number else "",
        parent=f"{PLATFORM}:{parent}" if parent else "",
        shared=f"{PLATFORM}:{quoted}" if quoted else "",
        media=(Media(kind=kind, url=source, alt=post.text("alt_text")),) if kind and source else (),
        raw=dict(post.raw),
    )


def _words(parts: Sequence[str]) -> str:
    """What the search is asked for: its words all have to be there. It knows no signs."""
    return " ".join(part.lstrip("#@") for part in parts)


def _after(answer: Fields) -> str:
    """The mark of the next page. The address of it that comes along has the token in it and is not looked at."""
    paging = answer.inner("paging")
    full = len(answer.values("data")) >= PER_PAGE
    return paging.text("cursors.after") if answer.values("data") and (full or "next" in paging) else ""


def _name(post: Any) -> str:
    return f"post {post['id']}"


def _meant(error: SourceError) -> SourceError:
    """What a refusal means. Meta sends its own codes (190: the token, 10: a right, 4: a limit) with several statuses."""
    said = error.said
    told = f" It says: “{said}”" if said else ""
    if isinstance(error, SourceLimited):
        return error
    if _LIMIT.search(said):
        return SourceLimited(f"Threads has had too many requests from this app.{told}", url=error.url, said=said)
    if _TOKEN.search(said) or error.status == 401:
        words = f"The token of Threads has expired, was revoked or is wrong; it lives for 60 days. {HOW}{told}"
        return SourceNeedsKey(words, url=error.url, status=error.status, said=said)
    if _SCOPE.search(said):
        words = f"The token of Threads lacks a right for this, or your app awaits Meta's review. {HOW}{told}"
        return SourceNeedsKey(words, url=error.url, status=error.status, said=said)
    if isinstance(error, SourceRefused) and said:
        return SourceNeedsKey(f"Threads refuses this token. {HOW}{told}", url=error.url, status=error.status, said=said)
    return error


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`ThreadsFetcher`."""
    return [
        Component(
            name="threads",
            build=ThreadsFetcher,
            options=ThreadsOptions,
            summary="Threads: keyword search and your own posts; needs a token of Meta",
            follow=lambda handle: {"author": handle},
        )
    ]
