"""Source ``jetstream``: all posts of Bluesky as they are written, without a key, filtered here.

::

    [[sources]]
    id = "bluesky-stream"
    plugin = "jetstream"
    servers = ["jetstream2.us-east.bsky.network"]   # optional: the next one is asked where one fails
    accounts = ["did:plc:…"]                        # optional: only these accounts, and all that they write
    hydrate = true                                  # optional: ask for handles, counts and followers of what was found

``hubbub watch`` stays connected and is told of each post within seconds; ``hubbub collect`` reads what came since the last time
and ends. Posts are mentions of the platform ``bluesky``, the same as those of the plugin ``bluesky``. A post that its author
deletes is marked as deleted. Only what could match a topic is parsed at all, so ``keep = "all"`` keeps no more than that.

Limits: a server keeps about 36 hours. After a longer absence it goes on with the oldest that there is, and says so. Some
hundred posts a second come in; going back an hour takes some hundred megabytes. Events come at least once, and servers number
them differently: after a break the last seconds are read again.

Messages as in docs/README.md of bluesky-social/jetstream (2026): ``/subscribe``, cursors in microseconds since 1970.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from ...core.contracts import Component, Context, Suggestion
from ...core.durations import parse_duration
from ...core.errors import SourceBroken, SourceError
from ...core.fields import Fields, UnexpectedField, map_each
from ...core.hookspecs import hookimpl
from ...core.optiontypes import PluginOptions, WebAddress
from ...core.sieving import Sieve
from ...core.values import JSON, Batch, Failure, Health, Mention, Topic
from ...core.websocket import open_websocket
from ._bluesky_api import Bluesky
from ._bluesky_mapping import PLATFORM, POST, map_event, map_view, post_uri

LOOKBACK = timedelta(hours=36)
"""What servers keep (``--cursor-lookback`` of jetstream)."""
REWIND = 5_000_000
"""Microseconds that are read again after a break: servers number events differently, and events are nearly in order."""
SECONDS = 2.0
"""After so long at the latest a batch is handed over."""
HITS = 50
"""Mentions of a batch at most."""
QUIET_ENOUGH = 5.0
"""Seconds without any event after which a reading is over: nothing more is there."""


def _stream_address(value: str) -> str:
    text = value.strip().rstrip("/")
    if "://" not in text:
        text = f"wss://{text}"
    parts = urlsplit(text)
    if parts.scheme not in ("ws", "wss") or not parts.hostname or parts.username:
        raise ValueError("write the name of a server, as 'jetstream2.us-east.bsky.network'")
    return text if parts.path else f"{text}/subscribe"


def _did(value: str) -> str:
    if not re.fullmatch(r"did:[a-z]+:[A-Za-z0-9._:%-]+", value.strip()):
        raise ValueError("an account is written by its permanent id, as 'did:plc:…'; hubbub show tells it of a post")
    return value.strip()


Back = Annotated[timedelta, BeforeValidator(lambda value: parse_duration(value) if isinstance(value, str) else value)]


class JetstreamOptions(PluginOptions):
    """What users write of the stream of Bluesky."""

    servers: tuple[Annotated[str, AfterValidator(_stream_address)], ...] = Field(
        default=tuple(f"wss://jetstream{n}.us-{side}.bsky.network/subscribe" for side in ("east", "west") for n in (2, 1)),
        min_length=1,
        description="Which servers are asked, one after the other where one fails",
    )
    accounts: tuple[Annotated[str, AfterValidator(_did)], ...] = Field(
        default=(), max_length=100, description="All that these accounts (DIDs) write"
    )
    hydrate: bool = Field(default=True, description="Ask for handles, counts and followers of what was found")
    api: WebAddress = Field(default="https://public.api.bsky.app", description="Who is asked for them")
    back: Back = Field(default="10m", validate_default=True, description="How far the first reading goes back")


class JetstreamFetcher:
    """Listens to the stream of all posts."""

    def __init__(self, options: JetstreamOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._api = Bluesky(context, options.api)
        self._turn = 0
        """Which of the servers is asked: the next one after a failure."""

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``: what came since the cursor, up to now."""
        stop, now = Event(), _microseconds(self._context.now())
        quiet_since = time.monotonic()
        for batch in self._listen(topics, cursor, stop):
            place = _place(batch.cursor)
            if batch.cursor != cursor:
                cursor, quiet_since = batch.cursor, time.monotonic()
            yield batch
            if (place or 0) >= now or time.monotonic() - quiet_since > QUIET_ENOUGH:
                stop.set()
                return

    def stream(self, topics: Sequence[Topic], cursor: JSON, stop: Event) -> Iterator[Batch]:
        """See ``Streams``."""
        return self._listen(topics, cursor, stop)

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: one request for 25 mentions."""
        return self._api.refreshed(mentions, self._context.now())

    def check(self) -> str:
        """See ``Checks``: connects and waits for one event."""
        stop, until = Event(), time.monotonic() + QUIET_ENOUGH
        address = self._address(None)
        with open_websocket(self._context, address) as socket:
            for message in socket.messages(stop):
                if message is not None:
                    return f"{_host(address)} answers and sends posts."
                if time.monotonic() > until:
                    return f"{_host(address)} answers, and has sent nothing for {QUIET_ENOUGH:.0f} seconds."
        return f"{_host(address)} answers."

    def _listen(self, topics: Sequence[Topic], cursor: JSON, stop: Event) -> Iterator[Batch]:
        if not topics and not self._options.accounts:
            raise SourceBroken("There is no topic, so nothing of this stream would be kept. Add one: hubbub topics add NAME")
        sieve = Sieve(topics)
        now, since = self._context.now(), _place(cursor)
        begin = since - REWIND if since else _microseconds(now - self._options.back)
        gathered = _Gathered(since, self._lost(since, now))
        # Accounts that were chosen are read whole.
        everything = bool(self._options.accounts) or sieve.lets_all_through
        try:
            with open_websocket(self._context, self._address(begin)) as socket:
                for message in socket.messages(stop):
                    if message is not None:
                        self.take(message, gathered, None if everything else sieve)
                    if message is None or gathered.is_due():
                        yield self._batch(gathered)
                        gathered = _Gathered(gathered.place())
        except SourceError:
            self._turn += 1
            raise
        yield self._batch(gathered)

    def _address(self, begin: int | None) -> str:
        server = self._options.servers[self._turn % len(self._options.servers)]
        asked: list[tuple[str, str]] = [("wantedCollections", POST)]
        asked += [("wantedDids", did) for did in self._options.accounts]
        if begin is not None:
            asked.append(("cursor", str(begin)))
        return f"{server}?{urlencode(asked, safe=':')}"

    def take(self, message: bytes, gathered: _Gathered, sieve: Sieve | None) -> None:
        """Note what a message says of a post, if anything that could matter; without a sieve everything does."""
        gathered.last = message
        said = message[max(0, message.find(b'"record":')) :]  # what stands before the post are ids
        if sieve is not None and b'"delete"' not in message and not sieve.passes(said):
            return
        try:
            event = Fields(json.loads(message))
            if event.text("kind") != "commit" or event.text("commit.collection") != POST:
                return
            uri = post_uri(event.need("did"), event.need("commit.rkey"))
        except (ValueError, RecursionError, UnexpectedField) as error:
            said = f"a message was left out: {error}"
            gathered.failures.append(Failure(source="", message=said, raw=message[:2000].decode("utf-8", "replace")))
            return
        if event.text("commit.operation") == "delete":
            gathered.found.pop(uri, None)
            gathered.deleted.append(f"{PLATFORM}:{uri}")
            return
        at = self._context.now()
        mentions, failures = map_each([event.raw], lambda each: map_event(each, at), name=lambda _: f"post {uri}")
        gathered.failures += failures
        for mention in mentions:
            if sieve is None or sieve.takes(mention):
                gathered.found[uri] = mention

    def _batch(self, gathered: _Gathered) -> Batch:
        found = list(gathered.found.values())
        place = gathered.place()
        return Batch(
            mentions=tuple(self._hydrated(found) if self._options.hydrate and found else found),
            cursor={"time_us": place} if place else None,
            failures=tuple(gathered.failures),
            deleted=tuple(gathered.deleted),
            unchanged=not (found or gathered.failures or gathered.deleted),
        )

    def _hydrated(self, found: Sequence[Mention]) -> list[Mention]:
        """The same mentions with handles, counts and followers, where the API gives them."""
        by_key = {mention.key: mention for mention in found}
        at = self._context.now()
        try:
            for _, views in self._api.posts(list(by_key)):
                profiles = self._api.profiles([view.text("author.did") for view in views])
                mentions, _ = map_each([view.raw for view in views], lambda view: map_view(view, at, profiles))  # noqa: B023
                by_key.update((mention.key, mention) for mention in mentions if mention.key in by_key)
        except (SourceError, UnexpectedField) as error:
            self._context.log.info("handles and counts are left out: %s", error)
        return list(by_key.values())

    def _lost(self, since: int | None, now: datetime) -> list[Failure]:
        """What to say of an absence that is longer than servers remember: they begin at their oldest without a word."""
        if since is None or now - _moment(since) <= LOOKBACK:
            return []
        begins, left = now - LOOKBACK, _moment(since)
        message = (
            f"The stream was left at {left:%Y-%m-%d %H:%M} UTC, and its servers keep about 36 hours: "
            f"what was written between then and {begins:%Y-%m-%d %H:%M} UTC is not to be had from it. A search with the "
            "plugin bluesky may find it."
        )
        return [Failure(source="", message=message, kind=Health.OK)]


@dataclass(slots=True)
class _Gathered:
    """What has come since the last batch."""

    before: int | None
    """Where the batch before it ended."""
    failures: list[Failure] = field(default_factory=list)
    found: dict[str, Mention] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    last: bytes = b""
    began: float = field(default_factory=time.monotonic)

    def is_due(self) -> bool:
        return len(self.found) >= HITS or time.monotonic() - self.began >= SECONDS

    def place(self) -> int | None:
        """The time of the last event, as its server counts."""
        try:
            found = _place(json.loads(self.last)) if self.last else None
        except (ValueError, RecursionError):
            return self.before
        return max(found or 0, self.before or 0) or None


def _place(cursor: JSON) -> int | None:
    value: Any = cursor.get("time_us") if isinstance(cursor, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 10**15 <= value < 10**17 else None


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def suggest(topic: Topic, context: Context) -> list[Suggestion]:
    """One stream serves all topics."""
    return [Suggestion(options={}, title="bluesky-stream")]


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`JetstreamFetcher`."""
    return [
        Component(
            name="jetstream",
            build=JetstreamFetcher,
            options=JetstreamOptions,
            summary="Bluesky: all posts as they are written, filtered here; no key",
            suggest=suggest,
        )
    ]
