"""A web API in the test's own process: answers of a function of the test's, and in their place every failure that sites have.

::

    api = FakeApi(lambda request: {"hits": HITS} if request.url.path == "/search" else None)
    fetcher = build("hackernews", {}, context(tmp_path, api.client()))
    api.failing = Answer(status=429, headers={"Retry-After": "60"})
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from .server import Answer
from .sources import QUICK, client

if TYPE_CHECKING:
    import httpx

    from ..core.http import PoliteClient

Answering: TypeAlias = "Callable[[httpx.Request], Any]"
"""What an API answers: plain JSON, an :class:`Answer`, or ``None`` for 404."""


class FakeApi:
    """Plays an API. ``failing`` takes the place of all answers while it is set, ``changing`` changes every JSON answer; with
    ``repeating``, each address is answered as it was the first time, whatever its parameters."""

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        self.requests: list[httpx.Request] = []
        self.failing: Answer | None = None
        self.changing: Callable[[Any], Any] | None = None
        self.repeating = False
        self._first: dict[str, Any] = {}

    def client(self, now: Callable[[], datetime] | None = None) -> PoliteClient:
        """A new polite client that asks this API, whatever the address."""
        return client(self.answer, now=now, pace=None)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The answer to one request, as httpx's ``MockTransport`` wants it."""
        self.requests.append(request)
        if self.failing is not None:
            return played(self.failing, request)
        given = self.answering(request)
        if self.repeating:
            given = self._first.setdefault(f"{request.method} {request.url.path}", given)
        if given is None:
            given = Answer(status=404, body=b'{"error": "nothing here"}')
        if not isinstance(given, Answer):
            body = self.changing(json.loads(json.dumps(given))) if self.changing else given
            given = Answer(headers={"Content-Type": "application/json"}, body=json.dumps(body).encode())
        return played(given, request)


def played(answer: Answer, request: httpx.Request) -> httpx.Response:
    """An answer of the scripted server without a server: time-outs and cut connections are raised where they would happen."""
    import httpx

    if answer.silent:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    if answer.delay > QUICK.read_seconds:
        raise httpx.ReadTimeout("The read operation timed out", request=request)

    class Body(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            if answer.drip:
                yield answer.body[:1]
                raise httpx.ReadTimeout("The read operation timed out", request=request)
            yield answer.body[: answer.cut_at]
            if answer.cut_at is not None:
                raise httpx.ReadError("Connection reset by peer", request=request)
            while answer.endless:
                yield answer.endless

    length = {} if answer.endless else {"Content-Length": str(len(answer.body))}
    return httpx.Response(answer.status, headers={**length, **answer.headers}, stream=Body(), request=request)
