"""Threads by its keyword search: synthetic posts in the documented shape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from hubbub.core.contracts import Checks, Converses
from hubbub.core.errors import SourceError, SourceLimited, SourceNeedsKey
from hubbub.core.registry import Registry
from hubbub.core.values import Mention, MentionKind, Topic
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import SECRET, ApiSourceContract
from hubbub.testing.server import Answer
from hubbub.testing.sources import build, collect, context

NOW = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
ACME = (Topic(name="acme", query="acme"),)


def post(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "text": "Bateria acme ține două zile",
        "media_type": "TEXT_POST",
        "permalink": f"https://www.threads.net/@ionut/post/{number}",
        "timestamp": (NOW - timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "username": "ionut",
        "has_replies": False,
        "is_quote_post": False,
        "is_reply": False,
        **changes,
    }


POSTS = [post(number) for number in range(1, 151)]


def page(request: httpx.Request, posts: list[Any]) -> Any:
    place = int(request.url.params.get("after", "0"))
    found = posts[place : place + 100]
    paging: dict[str, Any] = {"cursors": {"before": str(place), "after": str(place + 100)}}
    if place + 100 < len(posts):
        paging["next"] = f"https://graph.threads.net/v1.0/keyword_search?access_token={SECRET}&after={place + 100}"
    return {"data": found, "paging": paging}


class TestThreads(ApiSourceContract):
    plugin, count, topics = "threads", 150, ACME
    options: ClassVar = {"token": SECRET}
    damaged = ("username", {"name": "ionut"})

    def answer(self, request: httpx.Request) -> Any:
        assert request.headers["authorization"] == f"Bearer {SECRET}"
        assert SECRET not in str(request.url)
        if request.url.path == "/v1.0/me":
            return {"id": "1", "username": "acme"}
        assert (request.url.path, request.url.params["q"]) == ("/v1.0/keyword_search", "acme")
        return page(request, POSTS)


def built(tmp_path: Path, answering: Any, **options: Any) -> Any:
    return build("threads", {"token": SECRET, **options}, context(tmp_path, FakeApi(answering).client()))


def test_a_post_with_a_tag_and_an_answer_with_a_picture(tmp_path: Path) -> None:
    picture = {"media_type": "IMAGE", "media_url": "https://pics.example/a.jpg", "alt_text": "μπαταρία"}
    answer = post(2, is_reply=True, replied_to={"id": "1"}, root_post={"id": "1"}, **picture)
    tagged, answered = collect(
        built(tmp_path, lambda r: {"data": [post(1, topic_tag="Acme Phone"), answer]}), topics=ACME
    ).mentions
    assert (tagged.ref, tagged.kind, tagged.engagement) == ("threads:1", MentionKind.POST, None)
    assert tagged.text == "Bateria acme ține două zile\n\n#Acme Phone"
    assert tagged.published == datetime(2026, 6, 14, 8, 59, tzinfo=UTC)
    assert tagged.author is not None
    assert (tagged.author.handle, tagged.author.url) == ("ionut", "https://www.threads.com/@ionut")
    assert (answered.kind, answered.parent, answered.thread) == (MentionKind.COMMENT, "threads:1", "threads:1")
    assert [(medium.kind, medium.alt) for medium in answered.media] == [("image", "μπαταρία")]


def test_what_is_searched_for(tmp_path: Path) -> None:
    api = FakeApi(lambda request: {"data": []})
    topics = (Topic(name="acme", query='#acme AND "two days"'),)
    collect(build("threads", {"token": SECRET, "mode": "tag"}, context(tmp_path, api.client())), topics=topics)
    asked = api.requests[0].url.params
    assert (asked["q"], asked["search_type"], asked["search_mode"], asked["limit"]) == ("acme two days", "RECENT", "TAG", "100")
    assert asked["since"] == str(int(datetime(2026, 6, 7, 9, 12, tzinfo=UTC).timestamp()))


def own(request: httpx.Request) -> Any:
    if request.url.path == "/v1.0/me":
        return {"id": "1", "username": "acme"}
    return page(request, POSTS[:3]) if request.url.path == "/v1.0/me/threads" else None


def test_the_posts_of_an_account_are_those_of_the_token(tmp_path: Path) -> None:
    assert len(collect(built(tmp_path, own, author="@Acme")).mentions) == 3
    with pytest.raises(SourceNeedsKey, match="@acme's and not @globex's"):
        collect(built(tmp_path, own, author="globex"))
    follow = Registry().component("source", "threads").follow
    assert follow is not None
    assert follow("acme") == {"author": "acme"}


def test_without_a_token_it_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(SourceNeedsKey, match="in your app at developers"):
        collect(built(tmp_path, own, token=""), topics=ACME)


def test_a_check_says_what_the_search_finds_before_the_review(tmp_path: Path) -> None:
    fetcher = built(tmp_path, own)
    assert isinstance(fetcher, Checks)
    assert "finds only posts of this account" in fetcher.check()


@pytest.mark.parametrize(
    ("status", "said", "kind", "words"),
    [
        (400, "Error validating access token: Session has expired", SourceNeedsKey, "lives for 60 days"),
        (401, "Invalid OAuth access token", SourceNeedsKey, "lives for 60 days"),
        (500, "Application does not have permission for this action", SourceNeedsKey, "awaits Meta's review"),
        (400, "Application request limit reached", SourceLimited, "too many requests"),
    ],
)
def test_a_refusal_says_what_to_do(tmp_path: Path, status: int, said: str, kind: type[SourceError], words: str) -> None:
    body = f'{{"error": {{"message": "{said}", "type": "OAuthException", "code": 190}}}}'.encode()
    answer = Answer(status=status, headers={"Content-Type": "application/json"}, body=body)
    with pytest.raises(kind, match=words) as caught:
        collect(built(tmp_path, lambda request: answer), topics=ACME)
    assert said in str(caught.value)


def test_a_conversation(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> Any:
        replies = [post(n, replied_to={"id": "7"}, root_post={"id": "7"}) for n in range(8, 10)]
        return {"/v1.0/7": post(7), "/v1.0/7/conversation": {"data": replies}}.get(request.url.path)

    fetcher = built(tmp_path, answer)
    assert isinstance(fetcher, Converses)
    whole = fetcher.conversation(Mention(platform="threads", key="8", thread="threads:7"))
    assert [(mention.key, mention.parent) for mention in whole] == [("7", ""), ("8", "threads:7"), ("9", "threads:7")]
