"""Stack Exchange by its API 2.3: synthetic items in the documented shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from hubbub.core.contracts import Checks, Converses, Refreshes
from hubbub.core.errors import SourceError, SourceGone, SourceLimited, SourceNeedsKey
from hubbub.core.observing import ObservedClient, Traffic
from hubbub.core.values import Mention, MentionKind, Topic
from hubbub.plugins.sources.stackexchange import follow, host_of_site
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import SECRET, ApiSourceContract
from hubbub.testing.fakes import FakeClock
from hubbub.testing.server import Answer
from hubbub.testing.sources import build, collect, context

NOW = int(datetime(2026, 6, 14, 9, 0, tzinfo=UTC).timestamp())
ACME = (Topic(name="acme", query="acme"),)


def owner(number: int = 7) -> dict[str, Any]:
    return {
        "user_id": number,
        "display_name": "Ștefan &amp; co",
        "reputation": 1234,
        "link": f"https://stackoverflow.com/users/{number}/s",
        "profile_image": f"https://pictures.example/{number}?s=256",
        "user_type": "registered",
    }


def question(number: int, age: int = 0) -> dict[str, Any]:
    return {
        "question_id": number,
        "title": "¿Cuánto dura la batería del &quot;acme phone&quot;?",
        "body": "<p>La batería <strong>no dura</strong></p>",
        "link": f"https://stackoverflow.com/questions/{number}/acme",
        "owner": owner(),
        "creation_date": NOW - age,
        "last_edit_date": NOW - age + 30,
        "score": -2,
        "view_count": 90,
        "answer_count": 3,
        "tags": ["acme"],
        "content_license": "CC BY-SA 4.0",
    }


def answer(number: int, to: int, age: int = 0) -> dict[str, Any]:
    return {
        "answer_id": number,
        "question_id": to,
        "body": "<p>Η μπαταρία acme κρατάει</p>",
        "owner": owner(8),
        "creation_date": NOW - age,
        "score": 5,
        "is_accepted": True,
    }


POSTS = {n: question(n, n * 60) if n % 3 else answer(n, 1, n * 60) for n in range(1, 131)}


def wrapped(items: list[Any], **more: Any) -> dict[str, Any]:
    return {"items": items, "has_more": False, "quota_max": 300, "quota_remaining": 250, **more}


def excerpt(post: dict[str, Any]) -> dict[str, Any]:
    kind = "answer" if "answer_id" in post else "question"
    numbers = {name: post[name] for name in ("question_id", "answer_id") if name in post}
    return {"item_type": kind, **numbers, "creation_date": post["creation_date"], "excerpt": "an excerpt of it"}


def api_answer(request: httpx.Request) -> Any:
    path, params = request.url.path.removeprefix("/2.3/"), request.url.params
    if path in ("search/excerpts", "search/advanced"):
        first, last = int(params["fromdate"]), int(params.get("todate", NOW))
        found = [post for post in POSTS.values() if first <= post["creation_date"] <= last]
        shown = found[: int(params["pagesize"])]
        items = [excerpt(post) for post in shown] if path == "search/excerpts" else shown
        return wrapped(items, has_more=len(found) > len(shown))
    if path.startswith(("questions/", "answers/")) and path.count("/") == 1:
        numbers = [int(number) for number in path.partition("/")[2].split(";")]
        return wrapped([POSTS[number] for number in numbers if number in POSTS])
    return wrapped([]) if path == "info" else None


class TestStackExchange(ApiSourceContract):
    plugin, count, topics = "stackexchange", 130, ACME
    options: ClassVar[Mapping[str, Any]] = {"key": SECRET}
    damaged = ("owner", 17)

    def answer(self, request: httpx.Request) -> Any:
        return api_answer(request)


class TestQuestionsOnly(ApiSourceContract):
    plugin, topics = "stackexchange", ACME
    count = 130
    options: ClassVar[Mapping[str, Any]] = {"kinds": ["question"], "query": "acme phone"}
    damaged = ("creation_date", "yesterday")

    def answer(self, request: httpx.Request) -> Any:
        return api_answer(request)


def test_questions_and_answers(tmp_path: Path) -> None:
    api = FakeApi(api_answer)
    first, _, third, *_ = collect(build("stackexchange", {}, context(tmp_path, api.client())), topics=ACME).mentions
    assert (first.ref, first.url) == ("stackexchange:stackoverflow.com/1", "https://stackoverflow.com/questions/1/acme")
    assert first.title == '¿Cuánto dura la batería del "acme phone"?'
    assert first.text == "La batería no dura"
    assert first.author is not None
    assert (first.author.name, first.author.metrics) == ("Ștefan & co", {"reputation": 1234})
    assert first.author.avatar == "https://pictures.example/7?s=256"
    assert first.engagement is not None
    assert (first.engagement.score, first.engagement.replies, first.engagement.views) == (-2, 3, 90)
    assert first.edited == datetime(2026, 6, 14, 8, 59, 30, tzinfo=UTC)
    assert (third.kind, third.title, third.url) == (MentionKind.COMMENT, "", "https://stackoverflow.com/a/3")
    assert third.thread == third.parent == first.ref


def test_what_is_known_already_is_not_asked_for_again(tmp_path: Path) -> None:
    api = FakeApi(api_answer)
    first = collect(build("stackexchange", {"query": "acme"}, context(tmp_path, api.client())))
    api.requests.clear()
    api.answering = lambda request: wrapped([])
    collect(build("stackexchange", {"query": "acme"}, context(tmp_path, api.client())), first.cursor)
    (request,) = api.requests
    assert int(request.url.params["fromdate"]) == NOW - 60 - 3600


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({"query": "acme"}, [("search/excerpts", "stackoverflow")]),
        (
            {"kinds": ["question"], "sites": ["android", "superuser.com"]},
            [("search/advanced", "android"), ("search/advanced", "superuser")],
        ),
        ({"tags": ["acme-sdk", "acme"]}, [("search/excerpts", "stackoverflow")]),
        ({"user": 7}, [("users/7/questions", "stackoverflow"), ("users/7/answers", "stackoverflow")]),
    ],
)
def test_what_is_asked(tmp_path: Path, options: dict[str, Any], asked: list[tuple[str, str]]) -> None:
    api = FakeApi(lambda request: wrapped([]))
    collect(build("stackexchange", options, context(tmp_path, api.client())), topics=ACME)
    assert [(request.url.path.removeprefix("/2.3/"), request.url.params["site"]) for request in api.requests] == asked
    if "tags" in options:
        assert api.requests[0].url.params["tagged"] == "acme-sdk;acme"


def test_the_key_goes_along_and_is_never_shown(tmp_path: Path) -> None:
    api, traffic = FakeApi(api_answer), Traffic()
    http = ObservedClient(api.client(), traffic, FakeClock())
    fetcher = build("stackexchange", {"key": SECRET, "query": "acme"}, context(tmp_path, http))
    collect(fetcher)
    assert api.requests[0].url.params["key"] == SECRET
    assert all("key=***" in exchange.url for exchange in traffic.exchanges)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("too many requests from this IP, more requests available in 4000 seconds", SourceLimited),
        ("No site found for name `stackoverflow`", SourceGone),
        ("`key` doesn't match a known application", SourceNeedsKey),
    ],
)
@pytest.mark.parametrize("status", [400, 200])
def test_errors_of_the_api(tmp_path: Path, said: str, kind: type[SourceError], status: int) -> None:
    body = '{"error_id": 502, "error_name": "some_name", "error_message": "' + said + '"}'
    api = FakeApi(lambda request: Answer(status=status, body=body.encode()))
    fetcher = build("stackexchange", {"query": "acme"}, context(tmp_path, api.client()))
    with pytest.raises(kind) as caught:
        collect(fetcher)
    if kind is SourceLimited:
        assert caught.value.until == FakeClock()() + timedelta(seconds=4000)
        with pytest.raises(SourceLimited):
            collect(fetcher)
        assert len(api.requests) == 1


def test_a_backoff_is_obeyed_once_the_page_is_whole(tmp_path: Path) -> None:
    def tired(request: httpx.Request) -> Any:
        return {**api_answer(request), "backoff": 30}

    api, told = FakeApi(tired), []
    base = context(tmp_path, api.client())
    with_quota = type(base)(**{name: getattr(base, name) for name in base.__slots__} | {"tell_quota": told.append})
    batches = []
    with pytest.raises(SourceLimited):
        batches.extend(build("stackexchange", {"query": "acme"}, with_quota).fetch((), None))
    assert len(api.requests) == 3
    assert (told[0].left, told[0].limit) == (250, 300)


def post(number: str, parent: str = "") -> Mention:
    thread = f"stackexchange:stackoverflow.com/{parent}" if parent else ""
    return Mention(platform="stackexchange", key=f"stackoverflow.com/{number}", parent=thread, thread=thread)


def comment(number: int, to: int) -> dict[str, Any]:
    return {"comment_id": number, "post_id": to, "body": "¡Gracias!", "creation_date": NOW, "score": 1, "owner": owner(9)}


def test_a_conversation(tmp_path: Path) -> None:
    answers = {
        "questions/1": wrapped([question(1)]),
        "questions/1/answers": wrapped([answer(3, 1), answer(6, 1)]),
        "posts/1;3;6/comments": wrapped([comment(50, 3), comment(51, 1)]),
    }
    api = FakeApi(lambda request: answers.get(request.url.path.removeprefix("/2.3/")))
    fetcher = build("stackexchange", {}, context(tmp_path, api.client()))
    assert isinstance(fetcher, Converses)
    found = fetcher.conversation(post("3", "1"))
    assert [mention.key.rpartition("/")[2] for mention in found] == ["1", "c51", "3", "c50", "6"]
    assert {mention.thread for mention in found[1:]} == {"stackexchange:stackoverflow.com/1"}
    assert found[3].parent == "stackexchange:stackoverflow.com/3"


def test_a_post_that_cannot_be_read_is_not_taken_for_deleted(tmp_path: Path) -> None:
    api = FakeApi(lambda request: wrapped([{**question(1), "owner": "somebody"}]))
    fetcher = build("stackexchange", {}, context(tmp_path, api.client()))
    assert isinstance(fetcher, Refreshes)
    assert list(fetcher.refresh([post("1")])) == []


def test_a_hundred_are_asked_again_at_once_and_what_is_left_out_is_deleted(tmp_path: Path) -> None:
    api = FakeApi(api_answer)
    fetcher = build("stackexchange", {}, context(tmp_path, api.client()))
    assert isinstance(fetcher, Refreshes)
    now = dict(fetcher.refresh([*(post(str(n)) for n in range(200, 320)), post("1"), post("3", "1")]))
    assert [request.url.path.removeprefix("/2.3/").partition("/")[0] for request in api.requests] == [
        "questions",
        "questions",
        "answers",
    ]
    assert now["stackexchange:stackoverflow.com/200"] is None
    assert now["stackexchange:stackoverflow.com/1"] is not None
    assert now["stackexchange:stackoverflow.com/3"] is not None
    assert isinstance(fetcher, Checks)
    assert "250" in fetcher.check()


@pytest.mark.parametrize(
    ("site", "host"),
    [
        ("stackoverflow", "stackoverflow.com"),
        ("es.stackoverflow", "es.stackoverflow.com"),
        ("android", "android.stackexchange.com"),
        ("mathoverflow.net", "mathoverflow.net"),
        ("superuser.com", "superuser.com"),
    ],
)
def test_hosts(site: str, host: str) -> None:
    assert host_of_site(site) == host


def test_following_an_account() -> None:
    assert follow("superuser/12") == {"sites": ["superuser"], "user": 12}
    assert follow("12") == {"sites": ["stackoverflow"], "user": 12}
    assert follow("somebody") is None
