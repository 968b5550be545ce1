"""DEV by Forem's API: synthetic articles and comments in the documented shape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hubbub.core.contracts import Converses, Refreshes
from hubbub.core.values import Mention, MentionKind, Topic
from hubbub.plugins.sources.devto import register_sources
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import ApiSourceContract
from hubbub.testing.sources import build, collect, context

NOW = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
ACME = (Topic(name="acme", query='"acme phone"'),)


def article(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "type_of": "article",
        "id": number,
        "title": f"La batería del móvil {number}",
        "description": "Dura dos días",
        "url": f"https://dev.to/marta/movil-{number}",
        "canonical_url": f"https://dev.to/marta/movil-{number}",
        "published_at": (NOW - timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "edited_at": "2026-06-14T08:59:30Z",
        "cover_image": "https://dev.to/cover.png",
        "language": "es",
        "tag_list": ["hardware", "acmephone"],
        "comments_count": 3,
        "positive_reactions_count": 20,
        "public_reactions_count": 21,
        "user": {"name": "Marta", "username": "marta", "user_id": 7, "profile_image": "https://dev.to/marta.png"},
        **changes,
    }


ARTICLES = [article(number) for number in range(1, 131)]
ACME_ARTICLE = article(1, title="My acme phone", canonical_url="https://blog.example/acme")
BODY = "<p>Bateria <em>ține</em></p>"


def comment(code: str, children: list[Any] | None = None, user: bool = True) -> dict[str, Any]:
    who = {"name": "Ελένη", "username": "eleni", "user_id": 8} if user else {}
    body = "<p>Κρατάει</p>" if user else "<p>[deleted]</p>"
    return {
        "type_of": "comment",
        "id_code": code,
        "created_at": "2026-06-14T08:00:00Z",
        "body_html": body,
        "user": who,
        "children": children or [],
    }


def answer(request: httpx.Request) -> Any:
    path, params = request.url.path, request.url.params
    if path == "/api/articles/latest":
        start = (int(params.get("page", "1")) - 1) * int(params["per_page"])
        return ARTICLES[start : start + int(params["per_page"])]
    if path == "/api/articles":
        return [ACME_ARTICLE] if params.get("tag") == "acmephone" or params.get("username") == "marta" else []
    if path == "/api/articles/1":
        return {**ACME_ARTICLE, "body_html": BODY, "tag_list": "hardware, acmephone", "tags": ["hardware", "acmephone"]}
    if path == "/api/comments":
        return [comment("a1", [comment("b2", [comment("c3")], user=False)])] if params["a_id"] == "1" else []
    return {"/api/comments/a1": comment("a1"), "/api/comments/b2": comment("b2", user=False)}.get(path)


class TestDevTo(ApiSourceContract):
    plugin, count, topics = "devto", 130, (Topic(name="globex", query="globex"),)
    damaged = ("user", 17)

    def answer(self, request: httpx.Request) -> Any:
        return answer(request)


def test_an_article_that_names_a_topic_is_read_whole(tmp_path: Path) -> None:
    api = FakeApi(answer)
    found = collect(build("devto", {"tags": ["acmephone"]}, context(tmp_path, api.client())), topics=ACME)
    (mention,) = found.mentions
    assert (mention.ref, mention.kind) == ("devto:article/1", MentionKind.ARTICLE)
    assert (mention.title, mention.text, mention.lang) == ("My acme phone", "Bateria ține", "es")
    # It was published elsewhere first: what is told here is told of the page here.
    assert mention.url == "https://dev.to/marta/movil-1"
    assert mention.author is not None
    assert (mention.author.key, mention.author.handle, mention.author.url) == ("7", "marta", "https://dev.to/marta")
    assert mention.author.avatar == "https://dev.to/marta.png"
    assert mention.engagement is not None
    assert (mention.engagement.likes, mention.engagement.replies) == (21, 3)
    assert mention.edited == datetime(2026, 6, 14, 8, 59, 30, tzinfo=UTC)
    assert [request.url.path for request in api.requests] == ["/api/articles", "/api/articles/1"]
    assert api.requests[0].headers["accept"] == "application/vnd.forem.api-v1+json"


def test_others_cost_no_request(tmp_path: Path) -> None:
    api = FakeApi(answer)
    other = (Topic(name="other", query="nothing"),)
    (mention,) = collect(build("devto", {"tags": ["acmephone"]}, context(tmp_path, api.client())), topics=other).mentions
    assert mention.text == "Dura dos días"
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({}, [("/api/articles/latest", ""), ("/api/articles/latest", ""), ("/api/articles", "acmephone")]),
        ({"tags": ["android", "ios"]}, [("/api/articles", "android"), ("/api/articles", "ios")]),
    ],
)
def test_which_lists_are_read(tmp_path: Path, options: dict[str, Any], asked: list[tuple[str, str]]) -> None:
    api = FakeApi(answer)
    collect(build("devto", options, context(tmp_path, api.client())), topics=ACME)
    lists = [request for request in api.requests if not request.url.path[-1].isdigit()]
    assert [(request.url.path, request.url.params.get("tag", "")) for request in lists] == asked


def test_all_that_an_account_publishes_is_read_whole(tmp_path: Path) -> None:
    (component,) = register_sources()
    assert component.follow is not None
    options = component.follow("marta")
    assert options is not None
    api = FakeApi(answer)
    (mention,) = collect(build("devto", options, context(tmp_path, api.client()))).mentions
    assert mention.text == "Bateria ține"
    assert api.requests[0].url.params["username"] == "marta"


@pytest.mark.parametrize("options", [{"tags": ["acmephone"]}, {"user": "marta"}])
def test_what_is_known_is_not_read_again_until_it_is_edited(tmp_path: Path, options: dict[str, Any]) -> None:
    api = FakeApi(answer)
    fetcher = build("devto", options, context(tmp_path, api.client()))
    new = article(0, title="acme phone", published_at="2026-06-14T11:30:00Z", edited_at=None)
    api.answering = lambda request: {**new, "body_html": BODY} if request.url.path == "/api/articles/0" else [new]
    first = collect(fetcher, topics=ACME)
    api.answering = lambda request: [new, ACME_ARTICLE] if request.url.path == "/api/articles" else answer(request)
    api.requests.clear()
    cursor = collect(fetcher, first.cursor, topics=ACME).cursor
    api.requests.clear()
    again = collect(fetcher, cursor, topics=ACME)
    assert "/api/articles/1" not in [request.url.path for request in api.requests]
    assert "devto:article/1" not in [mention.ref for mention in again.mentions]
    edited = {**ACME_ARTICLE, "edited_at": "2026-06-14T11:40:00Z"}
    api.answering = lambda request: [edited] if request.url.path == "/api/articles" else answer(request)
    assert [mention.ref for mention in collect(fetcher, cursor, topics=ACME).mentions] == ["devto:article/1"]


def test_an_article_with_its_comments(tmp_path: Path) -> None:
    fetcher = build("devto", {}, context(tmp_path, FakeApi(answer).client()))
    assert isinstance(fetcher, Converses)
    for key, thread in (("article/1", ""), ("comment/a1", "devto:article/1")):
        found = fetcher.conversation(Mention(platform="devto", key=key, thread=thread))
        assert [(one.key, one.parent) for one in found] == [
            ("article/1", ""),
            ("comment/a1", "devto:article/1"),
            ("comment/c3", "devto:comment/b2"),
        ]
    assert (found[1].text, found[1].url) == ("Κρατάει", "https://dev.to/eleni/comment/a1")


def test_how_mentions_are_now(tmp_path: Path) -> None:
    fetcher = build("devto", {}, context(tmp_path, FakeApi(answer).client()))
    assert isinstance(fetcher, Refreshes)
    thread = "devto:article/1"
    asked = [
        Mention(platform="devto", key="article/1", raw={"body_html": BODY}),
        Mention(platform="devto", key="article/9"),
        Mention(platform="devto", key="comment/a1", thread=thread),
        Mention(platform="devto", key="comment/b2", thread=thread),
    ]
    now = dict(fetcher.refresh(asked))
    assert [ref for ref, fresh in now.items() if fresh is None] == ["devto:article/9", "devto:comment/b2"]
    first = now["devto:article/1"]
    assert first is not None
    assert first.text == "Bateria ține"


def test_what_cannot_be_read_is_asked_again_another_time(tmp_path: Path) -> None:
    api = FakeApi(lambda request: {**ACME_ARTICLE, "user": 17})
    fetcher = build("devto", {}, context(tmp_path, api.client()))
    assert isinstance(fetcher, Refreshes)
    assert list(fetcher.refresh([Mention(platform="devto", key="article/1")])) == []


def test_a_text_that_was_never_read_is_no_edit_later(tmp_path: Path) -> None:
    fetcher = build("devto", {}, context(tmp_path, FakeApi(answer).client()))
    assert isinstance(fetcher, Refreshes)
    ((_, fresh),) = fetcher.refresh([Mention(platform="devto", key="article/1", raw=ACME_ARTICLE)])
    assert fresh is not None
    assert fresh.text == "Dura dos días"


def test_other_sites_on_forem_have_numbers_of_their_own(tmp_path: Path) -> None:
    api = FakeApi(answer)
    options = {"server": "https://forem.example", "tags": ["acmephone"]}
    (mention,) = collect(build("devto", options, context(tmp_path, api.client()))).mentions
    assert mention.key == "forem.example/article/1"
    assert mention.author is not None
    assert mention.author.key == "forem.example/7"
