"""A real WebSocket server on this machine that plays streams, and what goes wrong with them.

::

    with StreamServer(Play(EVENTS)) as server:
        fetcher = build("jetstream", {"server": server.url}, context(tmp_path))
        assert server.requests[0].path == "/subscribe?wantedCollections=app.bsky.feed.post"
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR
from typing import Any

from .server import Request


@dataclass(frozen=True, kw_only=True, slots=True)
class Play:
    """What the server does with one connection."""

    messages: Sequence[str | bytes] = ()
    """Sent one after the other."""
    status: int = 101
    """The answer to the handshake; another one refuses."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False
    """Whether the connection is cut after the messages, without a goodbye."""
    stay: bool = False
    """Whether it stays open after the messages, until the client goes."""
    garbage: bytes = b""
    """Sent after the messages as it is, outside of any frame."""
    close: tuple[int, str] = (1000, "")
    """Code and reason of the goodbye."""


class StreamServer:
    """Plays its connections in order; the last one is repeated."""

    def __init__(self, *plays: Play) -> None:
        from websockets.sync.server import serve

        self.requests: list[Request] = []
        self.received: list[str] = []
        """Messages of clients."""
        self._plays = list(plays) or [Play()]
        self._current: dict[int, Play] = {}
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._server = serve(self._handle, "127.0.0.1", 0, process_request=self._answer, compression=None, ping_interval=None)
        self.url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"
        """Its address."""
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> StreamServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join(5)

    def _answer(self, connection: Any, request: Any) -> Any:
        with self._lock:
            headers = {name.lower(): value for name, value in request.headers.raw_items()}
            self.requests.append(Request(path=request.path, headers=headers))
            play = self._plays.pop(0) if len(self._plays) > 1 else self._plays[0]
            self._current[id(connection)] = play
        if play.status == 101:
            return None
        from websockets.datastructures import Headers
        from websockets.http11 import Response

        headers = Headers({"Content-Length": str(len(play.body)), **play.headers})
        return Response(play.status, "No", headers, play.body)

    def _handle(self, connection: Any) -> None:
        play = self._current[id(connection)]
        with suppress(Exception):
            for message in play.messages:
                connection.send(message)
            if play.garbage:
                connection.socket.sendall(play.garbage)
            for message in self._until_gone(connection) if play.stay else ():
                self.received.append(message)
            if play.cut:
                connection.socket.shutdown(SHUT_RDWR)
            connection.close(*play.close)

    def _until_gone(self, connection: Any) -> Iterator[str]:
        while not self._over.is_set():
            with suppress(TimeoutError):
                yield connection.recv(timeout=0.05)
