"""NodeBB forums: synthetic posts in the documented shape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from hubbub.core.contracts import Converses, Refreshes
from hubbub.core.errors import SourceBroken, SourceNeedsKey, SourceRefused
from hubbub.core.registry import Registry
from hubbub.core.values import Mention, MentionKind, Topic
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import SECRET, ApiSourceContract
from hubbub.testing.server import Answer
from hubbub.testing.sources import build, collect, context

NOW = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
ACME = (Topic(name="acme", query="acme"),)
FORUM = {"server": "https://community.example"}


def post(number: int, **changes: Any) -> dict[str, Any]:
    written = NOW - timedelta(minutes=500 - number)
    return {
        "pid": number,
        "tid": 30,
        "content": f'<p dir="auto">La batería del acme dura {number} días</p>',
        "uid": 4,
        "timestamp": int(written.timestamp() * 1000),
        "deleted": False,
        "upvotes": 5,
        "downvotes": 2,
        "votes": 3,
        "user": {"uid": 4, "username": "Lucía P", "userslug": "lucia-p", "picture": None},
        "topic": {"tid": 30, "title": "Acme &amp; phone", "mainPid": 441, "slug": "30/acme-phone", "postcount": 60},
        "isMainPost": number == 441,
        **changes,
    }


POSTS = [post(number) for number in range(500, 440, -1)]


def recent(request: httpx.Request) -> Any:
    if request.url.path != "/api/recent/posts":
        return None
    place = (int(request.url.params["page"]) - 1) * 20
    # A post of a private category is taken out of each page.
    return POSTS[place : place + 19]


class TestNodebb(ApiSourceContract):
    plugin, count, topics = "nodebb", 57, ACME
    options: ClassVar = {**FORUM, "token": SECRET}
    damaged = ("content", {"html": "x"})

    def answer(self, request: httpx.Request) -> Any:
        assert request.headers["authorization"] == f"Bearer {SECRET}"
        return recent(request)


def only(tmp_path: Path, *posts: Any) -> list[Mention]:
    api = FakeApi(lambda request: list(posts) if request.url.params["page"] == "1" else [])
    return collect(build("nodebb", FORUM, context(tmp_path, api.client())), topics=ACME).mentions


def test_the_first_post_of_a_topic_and_an_answer(tmp_path: Path) -> None:
    picture = "<p>Și a mea</p><img src='/assets/uploads/a.png' alt='bateria'><img class='emoji' src='/plugins/emoji/x.png'>"
    eleni = {"uid": 5, "username": "eleni", "userslug": "eleni", "picture": "/assets/uploads/profile/5.png"}
    first, answer = only(
        tmp_path, post(441, edited=0), post(442, user=eleni, content=picture, edited=int(NOW.timestamp() * 1000))
    )
    assert (first.ref, first.thread, first.parent) == ("nodebb:community.example/post/441", "", "")
    assert (first.kind, first.title, first.text) == (MentionKind.POST, "Acme & phone", "La batería del acme dura 441 días")
    assert (first.url, first.edited) == ("https://community.example/post/441", None)
    assert first.published == NOW - timedelta(minutes=59)
    assert first.engagement is not None
    assert (first.engagement.likes, first.engagement.score) == (5, 3)
    assert first.author is not None
    assert (first.author.handle, first.author.name) == ("lucia-p", "Lucía P")
    assert first.author.url == "https://community.example/user/lucia-p"
    assert (answer.kind, answer.title, answer.thread, answer.parent) == (MentionKind.COMMENT, "", first.ref, first.ref)
    assert answer.author is not None
    assert (first.author.avatar, answer.author.avatar) == ("", "https://community.example/assets/uploads/profile/5.png")
    assert answer.edited == NOW
    assert [medium.url for medium in answer.media] == ["https://community.example/assets/uploads/a.png"]


@pytest.mark.parametrize(
    "titles",
    [
        {"title": "Acme & fierbătorul <nou>"},
        {"title": "Acme &amp; fierbătorul &lt;nou&gt;"},
        {"title": "Acme &amp; fierbătorul &lt;nou&gt;", "titleRaw": "Acme & fierbătorul <nou>"},
    ],
)
def test_a_title_is_as_it_was_written_in_every_version(tmp_path: Path, titles: dict[str, str]) -> None:
    [first] = only(tmp_path, post(441, topic={"tid": 30, "mainPid": 441, **titles}))
    assert first.title == "Acme & fierbătorul <nou>"


@pytest.mark.parametrize("deleted", [True, 1, "1"])
def test_what_is_deleted_and_who_left(tmp_path: Path, deleted: Any) -> None:
    guest = {"uid": 0, "username": "[[global:former-user]]", "userslug": ""}
    kept = only(tmp_path, post(450, deleted=deleted), post(451, user=guest))
    assert [(mention.key, mention.author) for mention in kept] == [("community.example/post/451", None)]


def test_a_search_and_a_user(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> Any:
        found = {"posts": [post(450), post(449, content="otra cosa")], "pagination": {"pageCount": 2}}
        return found if request.url.params["page"] in ("1", "2") else {"posts": []}

    api = FakeApi(answer)
    collect(build("nodebb", {**FORUM, "query": "acme phone"}, context(tmp_path, api.client())))
    assert [request.url.path for request in api.requests] == ["/api/search", "/api/search"]
    asked = api.requests[1].url.params
    assert (asked["term"], asked["sortBy"], asked["showAs"], asked["page"]) == ("acme phone", "timestamp", "posts", "2")
    options = {**FORUM, "author": "@lucia-p", "query": "ACME"}
    mentions = collect(build("nodebb", options, context(tmp_path, api.client()))).mentions
    assert api.requests[-1].url.path == "/api/user/lucia-p/posts"
    assert [mention.key for mention in mentions] == ["community.example/post/450"]


@pytest.mark.parametrize(
    ("status", "options", "words"),
    [(401, {}, "Give this source a token"), (403, {}, "leave query out"), (403, {"token": SECRET}, "Your token is wrong")],
)
def test_a_forum_for_members_says_what_to_do(tmp_path: Path, status: int, options: Any, words: str) -> None:
    body = b'{"error": "You do not have enough privileges for this action."}'
    api = FakeApi(lambda request: Answer(status=status, headers={"Content-Type": "application/json"}, body=body))
    with pytest.raises(SourceNeedsKey, match=words) as caught:
        collect(build("nodebb", {**FORUM, "query": "acme", **options}, context(tmp_path, api.client())))
    assert "enough privileges" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_site_that_is_no_such_forum(tmp_path: Path) -> None:
    with pytest.raises(SourceBroken, match="is it a NodeBB forum"):
        collect(build("nodebb", FORUM, context(tmp_path, FakeApi(lambda request: {"ok": True}).client())))


def topic(request: httpx.Request) -> Any:
    """A forum that pages endlessly: by the place in the address, whatever the page."""
    if not request.url.path.startswith("/api/topic/30"):
        return None
    place = int(request.url.path.rpartition("/")[2]) - 1 if "acme-phone" in request.url.path else 0
    user = {"uid": 4, "username": "lucia", "userslug": "lucia", "displayname": "Lucía", "reputation": -2, "postcount": 9}
    posts = [
        post(
            441 + index,
            index=index,
            user=user,
            topic=None,
            replies={"count": 2, "users": []},
            votes=40,
            deleted=int(index == 5),
        )
        for index in range(place, min(place + 20, 45))
    ]
    posts[-1]["toPid"] = 443
    return {"tid": 30, "title": "Acme phone", "slug": "30/acme-phone", "mainPid": 441, "postcount": 45, "posts": posts}


def test_a_whole_topic_and_how_its_posts_are_now(tmp_path: Path) -> None:
    api = FakeApi(topic)
    fetcher = build("nodebb", FORUM, context(tmp_path, api.client()))
    assert isinstance(fetcher, Converses)
    assert isinstance(fetcher, Refreshes)
    asked = [Mention(platform="nodebb", key=f"community.example/post/{n}", raw={"tid": 30}) for n in (441, 446, 470, 999)]
    gone = Mention(platform="nodebb", key="community.example/post/7", raw={"tid": 31})
    whole = fetcher.conversation(asked[0])
    assert [mention.key.rpartition("/")[2] for mention in whole] == [str(n) for n in range(441, 486) if n != 446]
    assert (whole[0].title, whole[-1].parent) == ("Acme phone", "nodebb:community.example/post/443")
    assert whole[0].author is not None
    assert whole[0].author.metrics == {"reputation": -2, "posts": 9}
    assert len(api.requests) == 3
    api.requests.clear()
    foreign = Mention(platform="nodebb", key="other.example/post/441", raw={"tid": 30})
    fresh = dict(fetcher.refresh([*asked, gone, foreign]))
    assert set(fresh) == {mention.ref for mention in [*asked[:3], gone]}
    assert fresh[asked[1].ref] is fresh[gone.ref] is None
    now = fresh[asked[2].ref]
    assert now is not None
    assert now.engagement is not None
    assert (now.engagement.score, now.engagement.replies) == (40, 2)
    assert len(api.requests) == 4


def test_a_topic_of_another_forum_is_not_asked_for_here(tmp_path: Path) -> None:
    fetcher = build("nodebb", FORUM, context(tmp_path, FakeApi(topic).client()))
    assert isinstance(fetcher, Converses)
    with pytest.raises(SourceRefused, match="of another forum"):
        fetcher.conversation(Mention(platform="nodebb", key="other.example/post/441", raw={"tid": 30}))


def test_accounts_and_addresses_are_of_a_certain_forum() -> None:
    component = Registry().component("source", "nodebb")
    assert component.follow is not None
    assert component.recognise is not None
    assert component.follow("acme-dev@community.example") == {**FORUM, "author": "acme-dev"}
    assert component.follow("acme-dev") is None
    assert component.recognise("https://community.example/user/lucia-p", "NodeBB") == {**FORUM, "author": "lucia-p"}
    assert component.recognise("https://community.example/topic/30", "") is None
