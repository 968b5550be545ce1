"""What passed through a client, fit to be shown."""

from __future__ import annotations

import httpx
import pytest

from hubbub.core.errors import SourceGone, SourceUnreachable
from hubbub.core.observing import ObservedClient, Traffic
from hubbub.core.values import Quota
from hubbub.testing.fakes import FakeClock
from hubbub.testing.sources import client


def answer(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/gone":
        return httpx.Response(404)
    if request.url.path == "/down":
        raise httpx.ConnectTimeout("", request=request)
    return httpx.Response(200, content=b"12345", headers={"X-RateLimit-Remaining": "7", "X-RateLimit-Limit": "10"})


def test_every_exchange_is_noted_without_secrets() -> None:
    traffic = Traffic()
    http = ObservedClient(client(answer, pace=None), traffic, FakeClock())
    http.get("https://api.example/posts", params={"q": "acme", "key": "s3cret"}, headers={"authorization": "Bearer s3cret"})
    http.post("https://api.example/search", json={"token": "s3cret"})
    with pytest.raises(SourceGone):
        http.get("https://api.example/gone?token=s3cret")
    with pytest.raises(SourceUnreachable):
        http.get("https://ana:s3cret@api.example/down", params={"q": "acme"})
    assert [(e.method, e.url, e.status, e.bytes) for e in traffic.exchanges] == [
        ("GET", "https://api.example/posts?q=acme&key=***", 200, 5),
        ("POST", "https://api.example/search", 200, 5),
        ("GET", "https://api.example/gone?token=***", 404, 0),
        ("GET", "https://api.example/down?q=acme", 0, 0),
    ]
    assert "s3cret" not in repr(traffic)
    assert traffic.quota
    assert (traffic.quota.left, traffic.quota.limit) == (7, 10)
    http.tell_quota(Quota(left=3))
    assert traffic.quota == Quota(left=3)
