"""Source ``rss``: feeds in RSS 0.9x to 2.0, RDF, Atom and JSON Feed, and pages that name one.

::

    [[sources]]
    id = "tech-press"
    plugin = "rss"
    url = "https://press.example/feed.xml"   # a feed, or a page that links to its feed
    max_entries = 200                        # optional: read only so many entries of a feed, the first ones
    username = "desk"                        # optional: for feeds behind a login
    password = { env = "PRESS_PASSWORD" }

Every entry becomes a mention of the platform ``rss``. One request a run, conditional on what changed; a broken feed is read as
far as it goes, and one bad entry never costs the others.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from ...core.contracts import Component, Context, HttpClient, Response
from ...core.errors import SourceBroken, SourceError, SourceGone, SourceNeedsKey
from ...core.hookspecs import hookimpl
from ...core.htmltext import plain_line
from ...core.values import JSON, Batch, Failure, Mention, Topic
from ._feed_finding import USUAL_PATHS, feed_links, looks_like_page
from ._feed_mapping import NotAnEntry, map_entry
from ._feed_reading import ReadFeed, read_feed
from ._raw import absolute, holds_password, host_of, origin, text_of

BATCH = 500
"""Mentions handed over at a time."""

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
)


PASSWORD_IN_ADDRESS = (
    "it holds a password, and addresses are shown and exported; "
    'write the options username = "NAME" and password = { env = "FEED_PASSWORD" } instead'
)


class RssOptions(BaseModel):
    """What users write of a feed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="Address of the feed, or of a page that links to it")
    max_entries: int | None = Field(default=None, ge=1, description="Read only so many entries, the feed's first ones")
    username: str = Field(default="", description="For feeds behind a login")
    password: SecretStr = Field(default=SecretStr(""), description="For feeds behind a login")

    @field_validator("url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if not url.lower().startswith(("http://", "https://")):
            raise ValueError("write a web address, as 'https://press.example/feed.xml'")
        if holds_password(url):
            raise ValueError(PASSWORD_IN_ADDRESS)
        return url


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as mentions; plain values that can be pickled."""

    version: str
    mentions: tuple[Mention, ...]
    failures: tuple[Failure, ...]
    damage: str
    """Why its form is not right; empty where it is."""
    title: str = ""


def parse_feed(content: bytes, url: str, content_type: str, at: datetime, max_entries: int | None = None) -> ParsedFeed:
    """Read and map a feed: a pure function, to run in another process. Never raises for bad content."""
    read = read_feed(content, url, content_type)
    mentions: list[Mention] = []
    failures: list[Failure] = []
    for number, entry in enumerate(read.entries[:max_entries], start=1):
        try:
            mentions.append(map_entry(_with_feed(entry, read, at)))
        except NotAnEntry as error:
            failures.append(Failure(source="", item=f"entry {number}", message=f"entry {number} was left out: {error}"))
        except Exception as error:  # one entry of a stranger's feed: whatever it trips over, the others are kept
            words = f"entry {number} was left out: {type(error).__name__}: {error}"
            failures.append(Failure(source="", item=f"entry {number}", message=words))
    return ParsedFeed(read.version, tuple(mentions), tuple(failures), read.problem, plain_line(text_of(read.feed.get("title"))))


def _with_feed(entry: Any, read: ReadFeed, at: datetime) -> Any:
    return {**entry, "feed": read.feed, "at": at.isoformat()} if isinstance(entry, Mapping) else entry


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that a site has."""

    url: str
    title: str
    entries: int
    guessed: bool = False
    """Whether it was found where sites usually have one, since the page names none."""


@dataclass(frozen=True, slots=True)
class _Answer:
    asked: str
    """The address that was asked."""
    response: Response
    parsed: ParsedFeed | None
    """Nothing where the answer is the one that we know."""


class RssFetcher:
    """Reads one feed."""

    def __init__(self, options: RssOptions, context: Context) -> None:
        self._options = options
        self._context = context

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor keeps the validators of the last answer and the address that the feed was found at."""
        saved = cursor if isinstance(cursor, Mapping) and cursor.get("for") == self._options.url else {}
        answer = self._read(saved)
        after: JSON = {
            "for": self._options.url,
            "url": self._from_now_on(answer),
            "validators": dict(answer.response.validators),
        }
        if answer.parsed is None:
            yield Batch(cursor=after, unchanged=True)
            return
        mentions = answer.parsed.mentions
        pieces = [mentions[start : start + BATCH] for start in range(0, len(mentions), BATCH)] or [()]
        for piece in pieces[:-1]:
            # The cursor moves with the last piece only: a kill in between reads the feed again.
            yield Batch(mentions=piece, cursor=cursor)
        yield Batch(mentions=pieces[-1], cursor=after, failures=answer.parsed.failures)

    def check(self) -> str:
        """Read the feed once and say what it holds; raises a ``SourceError``."""
        answer = self._read({})
        count = len(answer.parsed.mentions) if answer.parsed else 0
        where = "" if answer.asked == self._options.url else f" The feed was found at {answer.asked}."
        return f"It answers with {count} {'entry' if count == 1 else 'entries'}.{where}"

    # --- finding and reading ---------------------------------------------------------------------------------

    def _read(self, saved: Mapping[str, Any]) -> _Answer:
        """The feed from where it was last found, else from the address that the user gave; raises a ``SourceError``."""
        start = self._options.url
        place = str(saved.get("url") or start)
        try:
            answer = self._ask(place, saved.get("validators"))
        except SourceGone:
            if place == start:
                raise
            answer = self._ask(start, None)
        if _is_feed(answer):
            return _accepted(answer)
        for link in feed_links(answer.response.content, answer.response.url):
            linked = self._ask(link, None)
            if _is_feed(linked):
                return _accepted(linked)
        raise SourceBroken(_no_feed(answer), url=answer.response.url)

    def _ask(self, url: str, validators: Mapping[str, str] | None) -> _Answer:
        headers = {"accept": ACCEPT}
        if self._options.username and origin(url) == origin(self._options.url):
            pair = f"{self._options.username}:{self._options.password.get_secret_value()}"
            headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        response = self._context.http.get(url, headers=headers, validators=validators)
        return _Answer(url, response, None if response.unchanged else self._parse(response))

    def _parse(self, response: Response) -> ParsedFeed:
        content_type = response.headers.get("content-type", "")
        arguments = (response.content, response.url, content_type, self._context.now(), self._options.max_entries)
        if self._context.executor is None:
            return parse_feed(*arguments)
        return self._context.executor.submit(parse_feed, *arguments).result()

    def _from_now_on(self, answer: _Answer) -> str:
        """Where to ask next time: where it moved to for good, unless a login would have to move along."""
        moved = answer.response.moved
        if moved and (not self._options.username or origin(moved) == origin(answer.asked)):
            return moved
        return answer.asked


def _is_feed(answer: _Answer) -> bool:
    parsed = answer.parsed
    return parsed is None or bool(parsed.version or parsed.mentions)


def _accepted(answer: _Answer) -> _Answer:
    """The same answer; raises where a feed is so damaged that nothing of it could be read."""
    parsed = answer.parsed
    if parsed is not None and parsed.damage and not parsed.mentions and not parsed.failures:
        raise SourceBroken(
            f"The feed of {host_of(answer.response.url)} is damaged before its first entry ({parsed.damage}). "
            "Open it in a browser; if it stays so, tell the site.",
            url=answer.response.url,
        )
    return answer


def _no_feed(answer: _Answer) -> str:
    host = host_of(answer.response.url)
    content = answer.response.content
    if not content.strip():
        return f"{host} answered with nothing at all, where a feed should be."
    if looks_like_page(content):
        return (
            f"This address of {host} is a web page that names no feed. Look on the site for “RSS”, “Atom” or “feed” "
            "and give that address."
        )
    problem = answer.parsed.damage if answer.parsed else ""
    return (
        f"What {host} answered is no feed that can be read{f' ({problem})' if problem else ''}. Check the address in a browser."
    )


def discover(http: HttpClient, url: str, now: datetime) -> list[FoundFeed]:
    """The feeds of a site: the address itself, else those that its page names, else those in the usual places.

    Raises a ``SourceError`` where the address itself cannot be read; empty where the site has no feed.
    """
    return feeds_of(page_at(http, url), http, now)


def page_at(http: HttpClient, url: str) -> Response:
    """What stands at an address that may be a feed or a page; raises a ``SourceError``."""
    if holds_password(url):
        raise SourceNeedsKey(f"The address is not asked: {PASSWORD_IN_ADDRESS}.")
    return http.get(url, headers={"accept": ACCEPT})


def feeds_of(response: Response, http: HttpClient, now: datetime) -> list[FoundFeed]:
    """The feeds of a site of which a page was read: that itself, else those that it names, else those in the usual places."""
    itself = _found(response, now)
    if itself:
        return [itself]
    named = feed_links(response.content, response.url)
    places = named or [absolute(path, response.url) for path in USUAL_PATHS]
    found: dict[str, FoundFeed] = {}
    for place in places:
        with suppress(SourceError):
            if feed := _found(http.get(place, headers={"accept": ACCEPT}), now):
                found.setdefault(feed.url, replace(feed, guessed=not named))
        if found and not named:
            break
    return list(found.values())


def _found(response: Response, now: datetime) -> FoundFeed | None:
    parsed = parse_feed(response.content, response.url, response.headers.get("content-type", ""), now)
    if not parsed.version and not parsed.mentions:
        return None
    return FoundFeed(response.url, parsed.title, len(parsed.mentions))


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds an :class:`RssFetcher`."""
    return [
        Component(
            name="rss",
            build=RssFetcher,
            options=RssOptions,
            summary="Feeds: RSS, RDF, Atom, JSON Feed, and pages that name one",
        )
    ]
