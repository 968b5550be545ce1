"""Discourse forums: synthetic posts in the documented shape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from hubbub.core.contracts import Converses, Refreshes
from hubbub.core.errors import SourceNeedsKey, SourceRefused
from hubbub.core.registry import Registry
from hubbub.core.values import Mention, MentionKind, Topic
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import SECRET, ApiSourceContract
from hubbub.testing.server import Answer
from hubbub.testing.sources import build, collect, context

NOW = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
ACME = (Topic(name="acme", query="acme"),)
FORUM = {"server": "https://forum.example"}


def post(number: int, **changes: Any) -> dict[str, Any]:
    """The post of this number: every fifth begins a topic."""
    return {
        "id": number,
        "name": "Marta Ruiz",
        "username": "marta",
        "user_id": 17,
        "avatar_template": "/user_avatar/forum.example/marta/{size}/7_2.png",
        "created_at": (NOW - timedelta(minutes=500 - number)).isoformat(),
        "updated_at": (NOW - timedelta(minutes=499 - number)).isoformat(),
        "version": 1,
        "cooked": f"<p>La batería del acme dura {number} días</p>",
        "post_number": number % 5 + 1,
        "post_type": 1,
        "reply_count": 2,
        "reply_to_post_number": None,
        "quote_count": 1,
        "reads": 40,
        "readers_count": 39,
        "score": 12.4,
        "topic_id": 7000 + number // 5,
        "topic_slug": "acme-phone",
        "topic_title": "Acme phone &amp; battery",
        "trust_level": 2,
        "staff": False,
        "admin": False,
        "moderator": False,
        "deleted_at": None,
        "user_deleted": False,
        "hidden": False,
        "actions_summary": [{"id": 2, "count": 3}, {"id": 3, "count": 9}],
        **changes,
    }


POSTS = {number: post(number) for number in range(500, 395, -1) if number not in range(420, 470)}
"""A hole of fifty numbers: posts of a private category, of which a whole page is."""


def newest(request: httpx.Request) -> Any:
    if request.url.path != "/posts.json":
        return None
    before = request.url.params.get("before")
    if before is None:
        return {"latest_posts": list(POSTS.values())[:20]}
    return {"latest_posts": [found for number, found in POSTS.items() if int(before) - 50 < number <= int(before)]}


class TestDiscourse(ApiSourceContract):
    plugin, count, topics = "discourse", len(POSTS), ACME
    options: ClassVar = {**FORUM, "api_key": SECRET, "api_username": "desk"}
    damaged = ("cooked", {"html": "x"})

    def answer(self, request: httpx.Request) -> Any:
        assert (request.headers["api-key"], request.headers["api-username"]) == (SECRET, "desk")
        return newest(request)


def only(tmp_path: Path, *posts: Any) -> list[Mention]:
    api = FakeApi(lambda request: {"latest_posts": list(posts)} if "before" not in request.url.params else {"latest_posts": []})
    return collect(build("discourse", FORUM, context(tmp_path, api.client())), topics=ACME).mentions


def test_the_first_post_of_a_topic_and_an_answer(tmp_path: Path) -> None:
    first, answer = only(
        tmp_path,
        post(500, version=2),
        post(
            501,
            cooked="<p>Și a mea</p><img src='/uploads/a.png' alt='bateria'>",
            username="ionut",
            user_id=-2,
            avatar_template="//letters.example/i/{size}.png",
        ),
    )
    assert (first.ref, first.thread, first.kind) == ("discourse:forum.example/t/7100", "", MentionKind.POST)
    assert (first.title, first.text) == ("Acme phone & battery", "La batería del acme dura 500 días")
    assert first.url == "https://forum.example/t/acme-phone/7100/1"
    assert first.edited == datetime(2026, 6, 14, 9, 1, tzinfo=UTC)
    told = first.engagement
    assert told is not None
    assert (told.likes, told.shares, told.replies, told.views, told.score) == (3, 1, 2, 40, 12)
    assert first.author is not None
    assert (first.author.handle, first.author.name, first.author.bot) == ("marta", "Marta Ruiz", False)
    assert first.author.metrics == {"trust_level": 2, "staff": 0, "admin": 0, "moderator": 0}
    assert first.author.avatar == "https://forum.example/user_avatar/forum.example/marta/96/7_2.png"
    assert (answer.ref, answer.kind, answer.title) == ("discourse:forum.example/p/501", MentionKind.COMMENT, "")
    assert (answer.thread, answer.parent, answer.edited) == (first.ref, first.ref, None)
    assert answer.author is not None
    assert answer.author.bot
    assert answer.author.avatar == "https://letters.example/i/96.png"
    assert [medium.url for medium in answer.media] == ["https://forum.example/uploads/a.png"]


def test_what_an_answer_answers_is_told_where_it_is_known(tmp_path: Path) -> None:
    known, unknown, _ = only(
        tmp_path, post(503, reply_to_post_number=3), post(504, reply_to_post_number=2), post(502, actions_summary=[])
    )
    assert (known.parent, unknown.parent) == ("discourse:forum.example/p/502", "")


def test_notices_and_what_is_deleted_or_hidden_are_no_mentions(tmp_path: Path) -> None:
    left_out = [{"post_type": 3}, {"post_type": 4}, {"deleted_at": NOW.isoformat()}, {"user_deleted": True}, {"hidden": True}]
    kept = only(tmp_path, *(post(500 + n, **changes) for n, changes in enumerate(left_out)), post(510))
    assert [mention.key for mention in kept] == ["forum.example/t/7102"]


def test_hits_of_the_search_are_read_whole_and_only_once(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> Any:
        path, params = request.url.path, request.url.params
        if path == "/search.json":
            numbers = (500, 499) if params["page"] == "1" else (402,)
            hits = [{"id": n, "blurb": "La batería…", "created_at": POSTS[n]["created_at"]} for n in numbers]
            more = True if params["page"] == "1" else None
            topics = [{"id": POSTS[n]["topic_id"], "title": "Acme phone"} for n in numbers]
            return {"posts": hits, "topics": topics, "grouped_search_result": {"more_full_page_results": more}}
        number = int(path.removeprefix("/posts/").removesuffix(".json"))
        return None if number == 499 else {k: v for k, v in POSTS[number].items() if k != "topic_title"}

    api = FakeApi(answer)
    options: ClassVar = {**FORUM, "query": "acme phone", "author": "marta"}
    first = collect(build("discourse", options, context(tmp_path, api.client())), topics=ACME)
    assert [(mention.key, mention.title) for mention in first.mentions] == [
        ("forum.example/t/7100", "Acme phone"),
        ("forum.example/p/402", ""),
    ]
    assert api.requests[0].url.params["q"] == "acme phone @marta order:latest after:2026-05-15"
    api.requests.clear()
    collect(build("discourse", options, context(tmp_path, api.client())), first.cursor, ACME)
    assert [request.url.path for request in api.requests] == [
        "/search.json",
        "/posts/500.json",
        "/posts/499.json",
        "/search.json",
    ]


def test_a_search_that_is_refused_says_so(tmp_path: Path) -> None:
    api = FakeApi(lambda request: {"posts": [], "grouped_search_result": {"error": "Your search term is too short."}})
    with pytest.raises(SourceRefused, match=r"too short\.” Try other words"):
        collect(build("discourse", {**FORUM, "query": "a"}, context(tmp_path, api.client())))


@pytest.mark.parametrize(
    ("options", "words"), [({}, "give this source api_key"), ({"user_api_key": SECRET}, "Your key is wrong, was revoked")]
)
def test_a_forum_for_members_says_what_to_do(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    body = b'{"errors": ["You need to be logged in to do that."], "error_type": "not_logged_in"}'
    api = FakeApi(lambda request: Answer(status=403, headers={"Content-Type": "application/json"}, body=body))
    with pytest.raises(SourceNeedsKey, match=words) as caught:
        collect(build("discourse", {**FORUM, **options}, context(tmp_path, api.client())))
    assert "You need to be logged in" in str(caught.value)
    assert SECRET not in str(caught.value)


def topic(request: httpx.Request) -> Any:
    path = request.url.path
    if path == "/t/7100.json":
        posts = [post(500 + n) for n in range(20)]
        for place, one in enumerate(posts, start=1):
            del one["topic_title"]
            one.update(topic_id=7100, post_number=place, reply_to_post_number=place - 1 if place > 2 else None)
        return {"id": 7100, "title": "Acme phone", "post_stream": {"posts": posts, "stream": [500 + n for n in range(45)]}}
    if path == "/t/7100/posts.json":
        numbers = [int(value) for value in request.url.params.get_list("post_ids[]")]
        there = [n for n in numbers if n not in (503, 504)]
        return {"post_stream": {"posts": [post(n, topic_id=7100, post_number=n - 499, reads=90) for n in there]}}
    return {"/posts/504.json": post(504, user_deleted=True)}.get(path)


def test_a_whole_topic_and_how_its_posts_are_now(tmp_path: Path) -> None:
    api = FakeApi(topic)
    fetcher = build("discourse", FORUM, context(tmp_path, api.client()))
    assert isinstance(fetcher, Converses)
    assert isinstance(fetcher, Refreshes)
    thread = "discourse:forum.example/t/7100"
    asked = [Mention(platform="discourse", key=f"forum.example/p/{n}", thread=thread, parent=thread) for n in (502, 503, 504)]
    whole = fetcher.conversation(asked[0])
    assert [mention.key for mention in whole][:3] == ["forum.example/t/7100", "forum.example/p/501", "forum.example/p/502"]
    assert len(whole) == 45
    assert len(api.requests) == 3
    assert (whole[0].title, whole[3].parent) == ("Acme phone", "discourse:forum.example/p/502")
    foreign = Mention(platform="discourse", key="other.example/p/502")
    api.requests.clear()
    fresh = dict(fetcher.refresh([Mention(platform="discourse", key="forum.example/t/7100"), *asked, foreign]))
    assert foreign.ref not in fresh
    paths = [request.url.path for request in api.requests]
    assert paths == ["/t/7100/posts.json", "/t/7100.json", "/posts/503.json", "/posts/504.json"]
    with pytest.raises(SourceRefused, match="of another forum"):
        fetcher.conversation(foreign)
    assert fresh[asked[1].ref] is fresh[asked[2].ref] is None
    now = fresh[asked[0].ref]
    assert now is not None
    assert now.engagement is not None
    assert (now.engagement.views, now.parent) == (90, thread)
    first = fresh[thread]
    assert first is not None
    assert first.title == "Acme phone"


def test_accounts_and_addresses_are_of_a_certain_forum() -> None:
    component = Registry().component("source", "discourse")
    assert component.follow is not None
    assert component.recognise is not None
    assert component.follow("acme_dev@forum.example") == {"server": "https://forum.example", "author": "acme_dev"}
    assert component.follow("acme_dev") is None
    assert component.recognise("https://forum.example/u/marta", "discourse") == {**FORUM, "author": "marta"}
    assert component.recognise("https://forum.example/t/acme/7", "discourse") == FORUM
    assert component.recognise("https://forum.example/t/acme/7", "") is None
