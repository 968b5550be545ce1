"""Tags of servers that speak the Mastodon API, told as they are used: ``/api/v1/streaming`` over WebSocket.

A stream has no place to go on from: the lists are read once it stands, and every few minutes after that, so that their cursors
move and nothing is lost that the stream did not tell. After methods/streaming of docs.joinmastodon.org (2026).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from threading import Event
from typing import Any
from urllib.parse import urlencode, urlsplit

from ...core.errors import SourceBroken, SourceNeedsKey
from ...core.searchterms import tags_of
from ...core.values import JSON, Batch, Failure, Mention, Topic
from ...core.websocket import IDLE, WebSocket, open_websocket
from ._mastodon_api import Server

CATCH_UP = 600.0
"""Seconds after which the lists are read again."""
SECONDS = 2.0
"""After so long at the latest a batch is handed over."""
REMEMBERED = 5000
"""Posts of which a deletion is understood: it is told by the server's own id."""


class Told:
    """What the streams of some servers have told since the last batch."""

    def __init__(self, fetcher: Any) -> None:
        self._fetcher = fetcher
        self._refs: dict[str, str] = {}
        """Refs by server and local id, of the posts told last."""
        self._mentions: dict[str, Mention] = {}
        self._failures: list[Failure] = []
        self._deleted: list[str] = []

    def take(self, server: Server, message: bytes) -> None:
        """Note one event. Raises ``SourceNeedsKey`` where the server refuses to tell."""
        try:
            event = json.loads(message)
            if not isinstance(event, Mapping):
                return
            if "error" in event and "event" not in event:
                raise server.needs_token(f"{server.name} does not stream: “{str(event['error'])[:200]}”.")
            name, payload = event.get("event"), event.get("payload")
            if name == "delete":
                self._gone(f"{server.name} {payload}")
            elif name in ("update", "status.update"):
                self._came(server, json.loads(payload) if isinstance(payload, str) else payload)
        except (ValueError, RecursionError) as error:
            self._failures.append(Failure(source="", message=f"an event of {server.name} was left out: {error}"))

    def batch(self, cursor: JSON) -> Batch:
        """All of it; begins anew."""
        batch = Batch(
            mentions=tuple(self._mentions.values()),
            cursor=cursor,
            failures=tuple(self._failures),
            deleted=tuple(self._deleted),
            unchanged=not (self._mentions or self._failures or self._deleted),
        )
        self._mentions, self._failures, self._deleted = {}, [], []
        return batch

    def _came(self, server: Server, status: object) -> None:
        mentions, failures = self._fetcher.mapped([status], server)
        self._failures += failures
        for mention in mentions:
            self._mentions[mention.ref] = mention
            if isinstance(mention.raw, Mapping):
                self._refs[f"{server.name} {mention.raw.get('id')}"] = mention.ref
            if len(self._refs) > REMEMBERED:
                self._refs.pop(next(iter(self._refs)))

    def _gone(self, local: str) -> None:
        ref = self._refs.pop(local, "")
        if ref:
            self._mentions.pop(ref, None)
            self._deleted.append(ref)


def listen(fetcher: Any, topics: Sequence[Topic], cursor: JSON, stop: Event) -> Iterator[Batch]:
    """Batches of all servers with a token; those without are only read every few minutes."""
    servers = [server for server in fetcher.servers.values() if server.token]
    tags = list(fetcher.options.tags or tags_of(topics))
    if not tags:
        raise SourceBroken("There is no tag to listen to: give this source tags, or your topics a single word or a tag.")
    told = Told(fetcher)
    with ExitStack() as closing:
        # Connected first: what is posted while the lists are read comes twice rather than never.
        sockets = [(server, closing.enter_context(connected(fetcher.context, server, tags))) for server in servers]
        streams = [(server, socket.messages(stop, idle=IDLE / len(servers))) for server, socket in sockets]
        while not stop.is_set():
            for batch in fetcher.fetch(topics, cursor):
                cursor = batch.cursor
                yield batch
            again, began = time.monotonic() + CATCH_UP, time.monotonic()
            while time.monotonic() < again:
                for server, messages in streams:
                    message = next(messages, False)
                    if message is False:  # one of them has ended: all are begun anew
                        yield told.batch(cursor)
                        return
                    if isinstance(message, bytes):
                        told.take(server, message)
                if time.monotonic() - began >= SECONDS:
                    began = time.monotonic()
                    yield told.batch(cursor)


def connected(context: Any, server: Server, tags: Sequence[str]) -> WebSocket:
    """A connection on which all these tags are told. Raises a ``SourceError``."""
    base = _streaming_base(server)
    url = f"{base}/api/v1/streaming?{urlencode({'stream': 'hashtag', 'tag': tags[0]})}"
    try:
        socket = open_websocket(context, url, headers=server.headers)
    except SourceNeedsKey as error:
        raise server.needs_token(f"{server.name} does not stream to this token.", status=401, url=error.url) from error
    for tag in tags[1:]:
        socket.send(json.dumps({"type": "subscribe", "stream": "hashtag", "tag": tag}))
    return socket


def _streaming_base(server: Server) -> str:
    """Where a server streams: it may be another host, which the server names."""
    found: Any = server.instance().raw
    for name in ("configuration", "urls", "streaming"):
        found = found.get(name) if isinstance(found, Mapping) else None
    parts = urlsplit(found) if isinstance(found, str) else None
    if parts and parts.scheme == "wss" and parts.hostname and not parts.username:
        return f"wss://{parts.netloc}"
    return server.base.replace("http", "ws", 1)
