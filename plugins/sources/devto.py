"""Source ``devto``: articles and comments of DEV (dev.to) and of any other site on Forem. No key is needed.

::

    [[sources]]
    id = "dev-to"
    plugin = "devto"
    tags = ["android", "hardware"]       # optional: what is hot under these tags; otherwise all that is new, and tags of topics
    user = "acme"                        # optional: all that this user or organisation publishes
    server = "https://forem.example"     # optional: another site on Forem
    back = "7d"                          # optional: how far the first reading of all that is new goes back
    every = "30m"

An article and a comment are mentions of the platform ``devto``, known by their permanent ids. Forem has no documented search by
words, so everything new is read and matched here. A list tells title, description and tags only: the whole text is read, with
one request each, of articles whose title, description or tags have a word of a topic. One that names a brand in its text alone
is not found. Of tags Forem gives what is hot, not what is new: the first hundred are read.

The address is the article's canonical one where that is on this site; of articles that were published elsewhere first it is the
page here, whose reactions and comments are told.

Limits: 3 requests a second for each network. Fields, orders and limits as in forem/forem (2026) and its API documentation (v1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pydantic import Field

from ...core.contracts import Allowance, Component, Context, Rate, Response, Suggestion
from ...core.errors import SourceGone
from ...core.fields import Fields, UnexpectedField, json_of, list_in, map_each, moment_of, object_of
from ...core.hookspecs import hookimpl
from ...core.htmltext import read_html
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import OVERLAP, Page, each, newest_first
from ...core.searchterms import search_terms, tags_of
from ...core.text import words
from ...core.values import JSON, Author, Batch, Engagement, Failure, Media, Mention, MentionKind, Topic
from ...core.webplaces import web_place
from ._raw import host_of, mapping_of, text_of

PLATFORM = "devto"
HOST = "dev.to"
PER_PAGE = 100
ACCEPT = "application/vnd.forem.api-v1+json"
_OWN_PAGES = frozenset(
    {"about", "contact", "enter", "faq", "latest", "privacy", "search", "settings", "tags", "terms", "top", "videos"}
)
"""Where an address of one part is a page of the site itself and nobody who writes there."""


class DevToOptions(PluginOptions):
    """What users write of a source of DEV or another site on Forem."""

    tags: tuple[str, ...] = Field(default=(), description="What is hot under these tags; otherwise all that is new")
    user: str = Field(default="", pattern=r"^[A-Za-z0-9_]*$", description="All that this user or organisation publishes")
    server: WebAddress = Field(default=f"https://{HOST}", description="Address of the site")
    back: Ago = Field(default="7d", validate_default=True, description="How far the first reading goes back")


class DevToFetcher:
    """Reads the lists of a site on Forem, and whole articles with their comments."""

    def __init__(self, options: DevToOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._allowance = Allowance(name=f"{host_of(options.server)}/api", rates=(Rate(requests=3, seconds=1.0),))

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each list."""
        wanted = [[word for part in term.parts for word in words(part)] for term in search_terms(topics)]
        back = self._context.now() - self._options.back

        def read(name: str, at: JSON) -> Iterator[Batch]:
            kind, _, value = name.partition(" ")
            saved = at if isinstance(at, Mapping) else {}
            if kind == "tag":
                return iter([self._hot(value, wanted, mapping_of(saved.get("known")))])
            since = moment_of(saved.get("since"))
            path, params = ("", {"username": value}) if kind == "user" else ("/latest", {})

            def is_known(mention: Mention) -> bool:
                changed = max((time for time in (mention.published, mention.edited) if time), default=None)
                return since is not None and changed is not None and changed < since - OVERLAP

            return newest_first(at, lambda number: self._page(path, params, wanted, is_known, number), back=back)

        return each(cursor, self._lists(topics), read)

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: one request a mention."""
        for mention in mentions:
            kind, number = mention.key.split("/")[-2:]
            try:
                item, at = object_of(self._ask(f"/{kind}s/{quote(number, safe='')}")), self._context.now()
                if kind == "comment":
                    fresh = map_comment(item, self._options.server, at, mention.thread, mention.parent)
                else:
                    fresh = map_article(_as_known(item, mention), self._options.server, at)
            except SourceGone:
                yield mention.ref, None
                continue
            except UnexpectedField:
                continue  # asked again another time
            yield mention.ref, fresh if fresh.author or kind != "comment" else None

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: the article and all comments, in two requests."""
        number = (mention.thread or mention.ref).rpartition("/")[2]
        at, server = self._context.now(), self._options.server
        first = map_article(object_of(self._ask(f"/articles/{number}")), server, at)
        comments = _listed(self._ask("/comments", {"a_id": number}))
        return [first, *(comment for top in comments for comment in _walk(Fields(top), server, at, first.ref))]

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: one request for an article, or for a comment, which does not tell of which article it is."""
        place = web_place(url)
        if place is None or place.origin != self._options.server or place.part(0) in _OWN_PAGES or place.is_feed:
            return None
        at, server = self._context.now(), self._options.server
        if len(place.path) == 3 and place.part(1) == "comment":
            comment = map_comment(object_of(self._ask(f"/comments/{quote(place.part(2), safe='')}")), server, at, "", "")
            if comment.author is None:
                raise SourceGone(f"This comment was deleted on {host_of(server)}.", url=url)
            return comment
        if len(place.path) != 2 or place.part(0) == "t":
            return None
        path = "/".join(quote(part, safe="") for part in place.path)
        return map_article(object_of(self._ask(f"/articles/{path}")), server, at)

    def check(self) -> str:
        """See ``Checks``."""
        _listed(self._ask("/articles/latest", {"per_page": 1}))
        return f"{host_of(self._options.server)} answers."

    def _lists(self, topics: Sequence[Topic]) -> list[str]:
        if self._options.user:
            return [f"user {self._options.user}"]
        if self._options.tags:
            return [f"tag {tag}" for tag in self._options.tags]
        # What is new scrolls by; what people tag with a topic stays hot for days.
        return ["latest", *(f"tag {tag}" for tag in tags_of(topics))]

    def _hot(self, tag: str, wanted: Sequence[Sequence[str]], known: Mapping[str, Any]) -> Batch:
        """The hottest of a tag, which come again and again: what is known is left out until it is edited."""
        seen: dict[str, str] = {}

        def is_known(mention: Mention) -> bool:
            seen[mention.key] = str(mention.edited or mention.published)
            return known.get(mention.key) == seen[mention.key]

        page = self._page("", {"tag": tag}, wanted, is_known, None)
        return Batch(mentions=page.mentions, failures=page.failures, cursor={"known": seen})

    def _page(
        self,
        path: str,
        params: Mapping[str, str | int],
        wanted: Sequence[Sequence[str]],
        is_known: Callable[[Mention], bool],
        page: JSON,
    ) -> Page:
        """A page of a list without what is known; with the texts of what speaks of a topic, or is by the account asked for."""
        number = page if isinstance(page, int) and page > 1 else 1
        items = _listed(self._ask(f"/articles{path}", {**params, "per_page": PER_PAGE, "page": number}))
        at, server = self._context.now(), self._options.server
        listed, failures = map_each(
            items, lambda item: map_article(item, server, at), name=lambda item: f"article {item['id']}"
        )
        mentions: list[Mention] = []
        for mention in listed:
            if is_known(mention):
                continue
            if self._options.user or _speaks_of(mention, wanted):
                mention, broken = self._whole(mention)
                failures = (*failures, *broken)
            mentions.append(mention)
        return Page(
            mentions=tuple(mentions),
            failures=failures,
            next=number + 1 if len(items) == PER_PAGE else None,
            oldest=min((mention.published for mention in listed if mention.published), default=None),
        )

    def _whole(self, mention: Mention) -> tuple[Mention, tuple[Failure, ...]]:
        """The same with its text; as it is where it was taken away meanwhile."""
        number = mention.key.rpartition("/")[2]
        try:
            item = object_of(self._ask(f"/articles/{number}"))
        except SourceGone:
            return mention, ()
        at, server = self._context.now(), self._options.server
        found, failures = map_each([item.raw], lambda raw: map_article(raw, server, at), name=f"article {number}")
        return (found[0] if found else mention), failures

    def _ask(self, path: str, params: Mapping[str, str | int] | None = None) -> Response:
        url = f"{self._options.server}/api{path}"
        return self._context.http.get(url, params=params, headers={"accept": ACCEPT}, allowance=self._allowance)


def map_article(item: Fields, server: str, at: datetime) -> Mention:
    """The article that an item of a list (without its text) or a whole article is; a pure function."""
    url, canonical = item.text("url"), item.text("canonical_url")
    picture = item.text("cover_image")
    html = item.text("body_html")
    lang = item.text("language")
    reactions = item.count("public_reactions_count")
    return Mention(
        platform=PLATFORM,
        key=_key(server, "article", item.need("id")),
        kind=MentionKind.ARTICLE,
        url=canonical if canonical and host_of(canonical) == host_of(url) else url,
        title=item.text("title"),
        text=read_html(html).text if html else item.text("description"),
        author=_author(item.inner("user"), server),
        published=item.time("published_at") or item.time("published_timestamp"),
        edited=item.time("edited_at"),
        lang=lang if len(lang) == 2 else "",
        media=(Media(kind="image", url=picture),) if picture else (),
        engagement=Engagement(
            at=at,
            likes=item.count("positive_reactions_count") if reactions is None else reactions,
            replies=item.count("comments_count"),
        ),
        # Markdown and HTML say the same; one of them is enough.
        raw={name: value for name, value in item.raw.items() if name != "body_markdown"},
    )


def map_comment(item: Fields, server: str, at: datetime, thread: str, parent: str) -> Mention:
    """A comment; without an author where it was deleted or hidden. A pure function."""
    number = item.need("id_code")
    author = _author(item.inner("user"), server)
    return Mention(
        platform=PLATFORM,
        key=_key(server, "comment", number),
        kind=MentionKind.COMMENT,
        url=f"{server}/{author.handle}/comment/{number}" if author else "",
        text=read_html(item.text("body_html")).text,
        author=author,
        published=item.time("created_at"),
        thread=thread,
        parent=parent or thread,
        raw={name: value for name, value in item.raw.items() if name != "children"},
    )


def _walk(top: Fields, server: str, at: datetime, thread: str) -> Iterator[Mention]:
    """A comment and all below it, each after what it answers; deleted ones are left out, what answers them is not."""
    waiting = [(top, thread)]
    while waiting:
        item, parent = waiting.pop()
        comment = map_comment(item, server, at, thread, parent)
        if comment.author:
            yield comment
        waiting.extend((child, comment.ref) for child in reversed(list(item.each("children"))))


def _author(user: Fields, server: str) -> Author | None:
    handle = user.text("username")
    if not handle:
        return None
    number = user.text("user_id")
    key = number or handle
    return Author(
        platform=PLATFORM,
        key=key if host_of(server) == HOST else f"{host_of(server)}/{key}",
        handle=handle,
        name=user.text("name"),
        url=f"{server}/{handle}",
        avatar=user.text("profile_image"),
    )


def _key(server: str, kind: str, number: str) -> str:
    """Unique in the world: other sites on Forem have numbers of their own."""
    return f"{kind}/{number}" if host_of(server) == HOST else f"{host_of(server)}/{kind}/{number}"


def _as_known(item: Fields, mention: Mention) -> Fields:
    """Without its text where we have none of it, so that reading it now does not look like an edit."""
    if "body_html" in mapping_of(mention.raw) or not mention.raw:
        return item
    return Fields({name: value for name, value in item.raw.items() if name != "body_html"})


def _speaks_of(mention: Mention, wanted: Sequence[Sequence[str]]) -> bool:
    raw = mapping_of(mention.raw)
    tags = raw.get("tag_list")
    said = " ".join([mention.title, mention.text, *(map(text_of, tags) if isinstance(tags, list) else [])])
    have = set(words(said))
    return any(have.issuperset(term) for term in wanted)


def _listed(response: Response) -> list[Any]:
    return list_in(Fields({"answer": json_of(response)}), "answer", response.url)


def suggest(topic: Topic, context: Context) -> list[Suggestion]:
    """One source reads all that is new for all topics: there is nothing to say of one."""
    return [Suggestion(options={}, title="dev-to")]


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """The site, a tag of it, or who writes there."""
    place = web_place(address)
    if place is None or place.is_feed or place.host != HOST:
        return None
    if place.part(0) == "t":
        return {"tags": [place.part(1)]} if place.part(1) else None
    if len(place.path) > 1 or place.part(0) in _OWN_PAGES:
        return None
    return {"user": place.part(0)} if place.path else {}


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`DevToFetcher`."""
    return [
        Component(
            name="devto",
            build=DevToFetcher,
            options=DevToOptions,
            summary="DEV (dev.to) and other sites on Forem: articles, comments; no key",
            follow=lambda handle: {"user": handle},
            suggest=suggest,
            recognise=recognise,
        )
    ]
