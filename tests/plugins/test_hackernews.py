"""Hacker News by Algolia's search: synthetic hits in the documented shape."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from hubbub.core.contracts import Converses, Refreshes
from hubbub.core.values import Mention, MentionKind, Topic
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import ApiSourceContract
from hubbub.testing.server import Answer
from hubbub.testing.sources import build, collect, context

NOW = int(datetime(2026, 6, 14, 9, 0, tzinfo=UTC).timestamp())
ACME = (Topic(name="acme", query='"acme phone" OR acme'),)


def story(number: int, age: int) -> dict[str, Any]:
    return {
        "objectID": str(number),
        "created_at": "2026-06-14T09:00:00Z",
        "created_at_i": NOW - age,
        "title": f"Acme phone number {number}",
        "url": "https://acme.example/phone",
        "author": "marta",
        "points": 42,
        "num_comments": 7,
        "story_id": number,
        "_tags": ["story", "author_marta", f"story_{number}"],
    }


def comment(number: int, age: int) -> dict[str, Any]:
    return {
        "objectID": str(number),
        "created_at_i": NOW - age,
        "author": "ionut",
        "comment_text": "Bateria <i>acme</i> ține două zile&#x2F;nopți<p>Al doilea rând",
        "story_id": 1,
        "parent_id": 1,
        "points": None,
        "_tags": ["comment"],
    }


HITS = [story(1000 - n, n * 60) if n % 2 else comment(1000 - n, n * 60) for n in range(150)]


def search(request: httpx.Request) -> Any:
    if request.url.path != "/api/v1/search_by_date":
        return None
    params = request.url.params
    upto = int(params["numericFilters"].removeprefix("created_at_i<=")) if "numericFilters" in params else NOW
    found = [hit for hit in HITS if hit["created_at_i"] <= upto]
    return {"hits": found[: int(params["hitsPerPage"])], "nbHits": len(found)}


class TestHackerNews(ApiSourceContract):
    plugin, count, topics = "hackernews", 150, ACME
    damaged = ("author", {"name": "marta"})

    def answer(self, request: httpx.Request) -> Any:
        return search(request)


def only(hits: list[Any], tmp_path: Path) -> Mention:
    api = FakeApi(lambda request: {"hits": hits})
    return collect(build("hackernews", {}, context(tmp_path, api.client())), topics=ACME).mentions[0]


def test_a_story(tmp_path: Path) -> None:
    mention = only([story(7, 60)], tmp_path)
    assert (mention.ref, mention.url) == ("hackernews:7", "https://news.ycombinator.com/item?id=7")
    assert (mention.kind, mention.title, mention.text) == (
        MentionKind.POST,
        "Acme phone number 7",
        "https://acme.example/phone",
    )
    assert mention.engagement is not None
    assert (mention.engagement.score, mention.engagement.replies) == (42, 7)
    assert mention.published == datetime(2026, 6, 14, 8, 59, tzinfo=UTC)


def test_a_comment(tmp_path: Path) -> None:
    mention = only([comment(8, 0)], tmp_path)
    assert (mention.kind, mention.title) == (MentionKind.COMMENT, "")
    assert mention.text == "Bateria acme ține două zile/nopți\n\nAl doilea rând"
    assert (mention.parent, mention.thread) == ("hackernews:1", "hackernews:1")
    assert mention.engagement is None


def test_karma_is_asked_for_once_for_a_few_authors_in_a_run_and_costs_no_post(tmp_path: Path) -> None:
    users = [{**story(number, number), "author": f"user{number}"} for number in range(1, 15)]

    def answering(request: httpx.Request) -> Any:
        name = request.url.path.removeprefix("/api/v1/users/")
        return {"username": name, "karma": 100} if name.startswith("user") else {"hits": users}

    def karma_told(answer: Any) -> tuple[list[int | None], int]:
        api = FakeApi(answer)
        mentions = collect(build("hackernews", {}, context(tmp_path, api.client())), topics=ACME).mentions
        asked = sum("/users/" in request.url.path for request in api.requests)
        return [mention.author.metrics.get("karma") if mention.author else None for mention in mentions], asked

    assert karma_told(answering) == ([100] * 10 + [None] * 4, 10)
    assert karma_told(answering) == ([100] * 14, 4)
    (tmp_path / "data" / "karma.json").unlink()
    assert karma_told(lambda request: Answer(status=500) if "/users/" in request.url.path else {"hits": users}) == (
        [None] * 14,
        3,
    )


def test_it_searches_for_the_words_of_the_topics_or_for_what_the_user_wrote(tmp_path: Path) -> None:
    api = FakeApi(search)
    topics = (*ACME, Topic(name="globex", query="globex AND (móvil OR phone)"))
    collect(build("hackernews", {}, context(tmp_path, api.client())), topics=topics)
    searches = [request for request in api.requests if request.url.path.endswith("/search_by_date")]
    assert {request.url.params["query"] for request in searches} == {'"acme"', '"globex" "móvil"', '"globex" "phone"'}
    api.requests.clear()
    collect(build("hackernews", {"query": "acme hub", "kinds": ["story"]}, context(tmp_path, api.client())), topics=topics)
    assert {(r.url.params["query"], r.url.params["tags"]) for r in api.requests if r.url.params} == {("acme hub", "(story)")}
    api.requests.clear()
    collect(build("hackernews", {"author": "acme_dev"}, context(tmp_path, api.client())), topics=topics)
    assert {(r.url.params["query"], r.url.params["tags"]) for r in api.requests if r.url.params} == {
        ("", "(story,comment),author_acme_dev")
    }


UNDER = {"id": 4, "author": "eleni", "parent_id": 3, "story_id": 1, "text": "under a deleted one", "children": []}
THREAD = {
    "id": 1,
    "author": "marta",
    "created_at_i": NOW,
    "title": "Acme phone",
    "points": 50,
    "children": [
        {"id": 2, "author": "ionut", "parent_id": 1, "story_id": 1, "text": "first", "children": []},
        {
            "id": 3,
            "author": None,
            "parent_id": 1,
            "story_id": 1,
            "text": None,
            "children": [
                {"id": 4, "author": "eleni", "parent_id": 3, "story_id": 1, "text": "under a deleted one", "children": []}
            ],
        },
    ],
}


def test_a_thread_and_how_its_posts_are_now(tmp_path: Path) -> None:
    api = FakeApi(lambda request: {"/api/v1/items/1": THREAD, "/api/v1/search_by_date": {"hits": []}}.get(request.url.path))
    fetcher = build("hackernews", {}, context(tmp_path, api.client()))
    assert isinstance(fetcher, Converses)
    assert isinstance(fetcher, Refreshes)
    asked = Mention(platform="hackernews", key="2", thread="hackernews:1")
    assert [mention.key for mention in fetcher.conversation(asked)] == ["1", "2", "4"]
    gone = Mention(platform="hackernews", key="9")
    (ref, fresh), (other, nothing) = fetcher.refresh([Mention(platform="hackernews", key="1"), gone])
    assert (ref, other, nothing) == ("hackernews:1", "hackernews:9", None)
    assert fresh is not None
    assert fresh.engagement is not None
    assert (fresh.engagement.score, fresh.engagement.replies) == (50, 2)


def test_stories_are_asked_for_together_and_what_is_missing_alone(tmp_path: Path) -> None:
    def answering(request: httpx.Request) -> Any:
        if request.url.path == "/api/v1/search_by_date":
            story = {"objectID": "1", "author": "marta", "title": "Acme", "points": 99, "num_comments": 7, "created_at_i": NOW}
            return {"hits": [story, {"objectID": "7"}, {"title": "no number"}]}
        return THREAD["children"][0] if request.url.path == "/api/v1/items/2" else None

    api = FakeApi(answering)
    fetcher = build("hackernews", {}, context(tmp_path, api.client()))
    assert isinstance(fetcher, Refreshes)
    asked = [Mention(platform="hackernews", key=key) for key in ("1", "3")]
    told = dict(fetcher.refresh([*asked, Mention(platform="hackernews", key="2", kind=MentionKind.COMMENT)]))
    assert [request.url.path.rpartition("/")[2] for request in api.requests] == ["search_by_date", "3", "2"]
    assert api.requests[0].url.params["tags"] == "story,(story_1,story_3)"
    assert told.keys() == {"hackernews:1", "hackernews:2", "hackernews:3"}
    assert told["hackernews:3"] is None
    assert (fresh := told["hackernews:1"]) is not None
    assert fresh.engagement is not None
    assert (fresh.engagement.score, fresh.engagement.replies) == (99, 7)
