"""What the polite client does for APIs: it posts, keeps allowances, quotes what they say, and what passed is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from hubbub.core.contracts import Allowance, Rate
from hubbub.core.errors import SourceBroken, SourceError, SourceLimited, SourceNeedsKey, SourceRefused, SourceUnreachable
from hubbub.core.http import PACE, PoliteClient
from hubbub.core.manners import quota_of
from hubbub.core.observing import ObservedClient, Traffic
from hubbub.core.values import Quota
from hubbub.testing.fakes import FakeClock
from hubbub.testing.sources import Sleeps, client

API = "https://api.example/v1"


def answering(*answers: httpx.Response) -> tuple[PoliteClient, list[httpx.Request], Sleeps]:
    requests: list[httpx.Request] = []
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return left.pop(0) if len(left) > 1 else left[0]

    sleeps = Sleeps()
    return client(answer, sleep=sleeps, pace=None), requests, sleeps


def test_json_and_forms_are_posted() -> None:
    http, requests, _ = answering(httpx.Response(200, json={"ok": True}))
    http.post(f"{API}/graphql", json={"query": "{ acme }"}, headers={"Authorization": "Bearer x"})
    http.post(f"{API}/token", form={"grant_type": "password", "name": "μ & ñ"})
    assert [request.method for request in requests] == ["POST", "POST"]
    assert json.loads(requests[0].content) == {"query": "{ acme }"}
    assert (requests[0].headers["content-type"], requests[0].headers["authorization"]) == ("application/json", "Bearer x")
    assert requests[1].content == b"grant_type=password&name=%CE%BC+%26+%C3%B1"


def test_what_was_posted_is_not_sent_twice_nor_elsewhere() -> None:
    http, requests, _ = answering(httpx.Response(502))
    with pytest.raises(SourceUnreachable):
        http.post(API, json=1)
    assert len(requests) == 1
    http, requests, _ = answering(httpx.Response(307, headers={"location": "https://elsewhere.example/"}))
    with pytest.raises(SourceBroken, match=r"elsewhere\.example"):
        http.post(API, form={"password": "x"})
    assert len(requests) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (
            401,
            {"error": "invalid_grant", "error_description": "The token has expired"},
            SourceNeedsKey,
            "The token has expired",
        ),
        (403, {"error": {"message": "Scope read:search is missing"}}, SourceRefused, "Scope read:search is missing"),
        (403, {"errors": ["not allowed", "x"], "error_type": "invalid_access"}, SourceRefused, "not allowed"),
        (422, {"message": "Validation Failed\x1b[31m", "errors": []}, SourceBroken, "Validation Failed"),
        (500, "plain words", SourceUnreachable, "plain words"),
        (400, {"code": 17}, SourceBroken, ""),
        (
            403,
            {"error": {"message": "No more today.", "errors": [{"reason": "quotaExceeded"}]}},
            SourceRefused,
            "No more today. (quotaExceeded)",
        ),
        (403, {"error": {"message": "No.", "errors": [{"reason": "<b>x</b>"}]}}, SourceRefused, "No."),
    ],
)
def test_what_a_site_says_when_it_refuses_is_quoted(status: int, body: Any, kind: type[SourceError], said: str) -> None:
    http, _, _ = answering(httpx.Response(status, json=body))
    with pytest.raises(kind) as caught:
        http.get(API)
    assert (caught.value.status, caught.value.said) == (status, said)
    assert (f"“{said}”" in str(caught.value)) == bool(said)


def test_a_huge_or_broken_complaint_does_no_harm() -> None:
    for content in (b"[" * 50_000, b'{"error": ' + b'"x' * 90_000, b"\xff\xfe"):
        http, _, _ = answering(httpx.Response(403, content=content))
        with pytest.raises(SourceRefused) as caught:
            http.get(API)
        assert caught.value.said == ""


def test_an_allowance_holds_over_all_who_name_it() -> None:
    http, requests, sleeps = answering(httpx.Response(200, json={}))
    allowance = Allowance(name="api.example ana", rates=(Rate(requests=2, seconds=10.0),))
    for address in ("https://one.example/", "https://two.example/", "https://three.example/"):
        http.get(address, allowance=allowance)
    assert sleeps.seconds == [10.0]
    http.get("https://one.example/", allowance=allowance)
    once_a_day = Allowance(name="day", rates=(Rate(requests=1, seconds=86_400.0),))
    http.get("https://one.example/", allowance=once_a_day)
    with pytest.raises(SourceLimited) as caught:
        http.get("https://one.example/", allowance=once_a_day)
    assert caught.value.until == FakeClock().at + timedelta(days=1)
    assert len(requests) == 5


def test_an_allowance_by_the_name_of_its_host_is_counted_once() -> None:
    sleeps = Sleeps()
    http = client(lambda _: httpx.Response(200), sleep=sleeps, pace=PACE)
    allowance = Allowance(name="api.example", rates=(Rate(requests=2, seconds=60.0),))
    for _ in range(2):
        http.get(API, allowance=allowance)
    assert sleeps.seconds == []


def test_public_hosts_are_asked_at_a_pace_and_our_own_are_not() -> None:
    sleeps = Sleeps()
    http = client(lambda _: httpx.Response(200), sleep=sleeps, pace=PACE)
    for _ in range(4):
        http.get("http://127.0.0.1:8000/feed")
        http.get("http://localhost/feed")
        http.get("http://[::1]/feed")
    assert sleeps.seconds == []
    for _ in range(4):
        http.get("https://press.example/feed")
    assert sleeps.seconds == [1.0, 1.0]


def test_a_host_is_left_alone_for_as_long_as_its_answer_said() -> None:
    clock = FakeClock()
    http = client(lambda _: httpx.Response(200), now=clock)
    http.leave_alone(f"{API}/search", clock.at + timedelta(minutes=10))
    with pytest.raises(SourceLimited):
        http.get(f"{API}/other")
    clock.advance(timedelta(minutes=10))
    assert http.get(f"{API}/other").status == 200


def test_what_is_left_is_read_from_headers() -> None:
    now = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)
    later = now + timedelta(minutes=5)
    for reset in ("300", str(int(later.timestamp())), "2026-06-14T09:17:00.000Z"):
        headers = {"x-ratelimit-limit": "300", "x-ratelimit-remaining": "299.0", "x-ratelimit-reset": reset}
        assert quota_of(headers, now) == Quota(left=299, limit=300, resets=later)
    assert quota_of({"x-ratelimit-remaining": "many"}, now) is None
    assert quota_of({}, now) is None


def test_what_passed_is_told_without_secrets() -> None:
    http, _, _ = answering(
        httpx.Response(200, content=b"12345", headers={"x-ratelimit-remaining": "7"}), httpx.Response(403, json={"error": "no"})
    )
    traffic = Traffic()
    observed = ObservedClient(http, traffic, FakeClock())
    observed.get(f"{API}/search?key=s3cret&q=acme")
    with pytest.raises(SourceRefused):
        observed.post(f"{API}/search?token=s3cret")
    first, second = traffic.exchanges
    assert (first.method, first.url, first.status, first.bytes) == ("GET", f"{API}/search?key=***&q=acme", 200, 5)
    assert (second.method, second.url, second.status) == ("POST", f"{API}/search?token=***", 403)
    assert "“no”" in second.error
    assert traffic.quota == Quota(left=7)
    observed.tell_quota(Quota(left=3, unit="units"))
    assert traffic.quota == Quota(left=3, unit="units")
