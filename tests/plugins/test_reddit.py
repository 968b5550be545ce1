"""Reddit by feeds and by its API: synthetic answers in the documented shape."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from hubbub.core.contracts import Converses, Refreshes
from hubbub.core.errors import SourceError, SourceGone, SourceLimited, SourceNeedsKey, SourceRefused
from hubbub.core.observing import ObservedClient, Traffic
from hubbub.core.values import Mention, MentionKind, Topic
from hubbub.plugins.sources.reddit import register_sources
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import SECRET, ApiSourceContract
from hubbub.testing.failures import FAILURES, HTML
from hubbub.testing.fakes import FakeClock
from hubbub.testing.server import Answer
from hubbub.testing.source_contract import HttpSourceContract
from hubbub.testing.sources import build, collect, context

NOW = int(datetime(2026, 6, 14, 9, 0, tzinfo=UTC).timestamp())
ACME = (Topic(name="acme", query='acme OR "acme phone" OR (globex AND móvil)'),)
FEED_LOGIN: dict[str, Any] = {"feed_user": "marta", "feed_token": SECRET}
KEY: dict[str, Any] = {"client_id": "abc", "client_secret": SECRET}


def entry(name: str, title: str, content: str, link: str) -> str:
    return f"""<entry><author><name>/u/ionut</name><uri>https://www.reddit.com/user/ionut</uri></author>
      <category term="android" label="r/android"/><content type="html">{content}</content><id>{name}</id>
      <link href="https://www.reddit.com{link}"/><updated>2026-06-14T09:00:00+00:00</updated>
      <published>2026-06-14T08:00:00+00:00</published><title>{title}</title></entry>"""


def written(text: str) -> str:
    return f'&lt;!-- SC_OFF --&gt;&lt;div class="md"&gt;&lt;p&gt;{text}&lt;/p&gt;&lt;/div&gt;&lt;!-- SC_ON --&gt;'


def submitted(link: str) -> str:
    return (
        '&amp;#32; submitted by &amp;#32; &lt;a href="https://www.reddit.com/user/ionut"&gt; /u/ionut &lt;/a&gt;'
        f' &lt;span&gt;&lt;a href="{link}"&gt;[link]&lt;/a&gt;&lt;/span&gt;'
    )


PAGE = "/r/android/comments/aaa/acme/"
FEED = f"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">
<title>newest</title><link rel="self" href="https://www.reddit.com/r/android/new.rss?feed={SECRET}&amp;user=marta"/>
{entry("t3_aaa", "Acme phone", written("La batería no dura") + submitted("https://www.reddit.com" + PAGE), PAGE)}
{entry("t3_bbb", "A link", submitted("https://acme.example/x?a=1&amp;amp;b=2"), PAGE.replace("aaa", "bbb"))}
{entry("t1_ccc", "/u/ionut on Acme phone", written("Bateria ține două zile"), PAGE + "ccc/")}
{entry("t5_sub", "A subreddit", "about it", "/r/acme/")}
</feed>"""


class TestFeeds(HttpSourceContract):
    plugin, count, path = "reddit", 2, "/r/android/new.rss"  # the comment in it is not wanted
    body, content_type = FEED.encode(), "application/atom+xml; charset=UTF-8"

    def options(self, url: str) -> dict[str, Any]:
        return {"site": url.removesuffix(self.path), "subreddits": ["android"], "kinds": ["post"], **FEED_LOGIN}

    @pytest.fixture(autouse=True)
    def _redirects(self, _server: None) -> None:
        self.server.play("/source", FAILURES["endless redirect"][0])  # where the suite's redirect leads to


def feeds(request: httpx.Request) -> Answer:
    return Answer(headers={"Content-Type": "application/atom+xml"}, body=FEED.encode())


def test_posts_links_and_comments_of_a_feed(tmp_path: Path) -> None:
    fetcher = build("reddit", {"user": "ionut"}, context(tmp_path, FakeApi(feeds).client()))
    post, link, comment = collect(fetcher).mentions
    assert (post.ref, post.title, post.text) == ("reddit:t3_aaa", "Acme phone", "La batería no dura")
    assert (link.text, post.url) == ("https://acme.example/x?a=1&b=2", f"https://www.reddit.com{PAGE}")
    assert post.author is not None
    assert (post.author.key, post.author.url) == ("ionut", "https://www.reddit.com/user/ionut")
    assert post.published == datetime(2026, 6, 14, 8, 0, tzinfo=UTC)
    assert (comment.ref, comment.kind, comment.text) == ("reddit:t1_ccc", MentionKind.COMMENT, "Bateria ține două zile")
    assert (comment.thread, comment.title) == ("reddit:t3_aaa", "")


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({"subreddits": ["android", "gadgets"]}, ["/r/android+gadgets/new.rss", "/r/android+gadgets/comments.rss"]),
        ({"subreddits": ["android"], "kinds": ["comment"]}, ["/r/android/comments.rss"]),
        ({"subreddits": ["android"], "query": "acme"}, ["/r/android/search.rss"]),
        ({}, ["/search.rss"]),
        ({"user": "acme_dev"}, ["/user/acme_dev.rss"]),
    ],
)
def test_which_feeds_are_read(tmp_path: Path, options: dict[str, Any], asked: list[str]) -> None:
    api = FakeApi(feeds)
    collect(build("reddit", options, context(tmp_path, api.client())), topics=ACME)
    assert [request.url.path for request in api.requests] == asked
    if not options:
        assert api.requests[0].url.params["q"] == '"acme" OR ("globex" AND "móvil")'


def test_the_feed_token_goes_along_and_is_shown_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    api, traffic = FakeApi(feeds), Traffic()
    http = ObservedClient(api.client(), traffic, FakeClock())
    collected = collect(build("reddit", {"user": "ionut", **FEED_LOGIN}, context(tmp_path, http)))
    assert api.requests[0].url.params["feed"] == SECRET
    told = f"{collected.batches} {traffic.exchanges} {caplog.text}"
    assert SECRET not in told
    api.answering = lambda request: Answer(body=b"x")
    with pytest.raises(SourceError) as caught:
        collect(build("reddit", {"user": "ionut", **FEED_LOGIN}, context(tmp_path, http)))
    assert SECRET not in f"{caught.value} {caught.value.url} {traffic.exchanges}"


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Answer(status=403, headers={"Content-Type": "text/html"}, body=HTML), SourceRefused, "data centres"),
        (Answer(status=429, headers={"Retry-After": "60"}), SourceLimited, "one a minute"),
        (Answer(status=404), SourceGone, "banned"),
    ],
)
@pytest.mark.parametrize("key", [{}, KEY])
def test_refusals(tmp_path: Path, answer: Answer, kind: type[SourceError], words: str, key: dict[str, Any]) -> None:
    api = FakeApi(lambda request: answer if "access_token" not in request.url.path else TOKEN)
    with pytest.raises(kind, match=words):
        collect(build("reddit", {"user": "ionut", **key}, context(tmp_path, api.client())))


# --- the API -------------------------------------------------------------------------------------------------

TOKEN = {"access_token": "t0ken-Of-Reddit", "token_type": "bearer", "expires_in": 86400, "scope": "*"}


def post(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "name": f"t3_p{number}",
        "title": f"Acme phone {number}",
        "selftext": "La batería",
        "selftext_html": '<!-- SC_OFF --><div class="md"><p>La batería</p></div><!-- SC_ON -->',
        "is_self": True,
        "author": "ionut",
        "author_fullname": "t2_i",
        "created_utc": NOW - number * 60.0,
        "edited": False,
        "score": 12,
        "num_comments": 3,
        "num_crossposts": 1,
        "permalink": f"/r/android/comments/p{number}/acme/",
        "url": f"https://www.reddit.com/r/android/comments/p{number}/acme/",
        "subreddit": "android",
        "removed_by_category": None,
        **changes,
    }


def comment(number: int, parent: str, replies: Any = "", **changes: Any) -> dict[str, Any]:
    return {
        "name": f"t1_c{number}",
        "body": "Η μπαταρία",
        "body_html": '<div class="md"><p>Η μπαταρία</p></div>',
        "author": "eleni",
        "author_fullname": "t2_e",
        "created_utc": NOW - 10.0,
        "edited": NOW - 5.0,
        "score": -1,
        "link_id": "t3_p1",
        "parent_id": parent,
        "permalink": f"/r/android/comments/p1/acme/c{number}/",
        "replies": replies,
        **changes,
    }


def listing(things: list[dict[str, Any]], after: str | None = None) -> dict[str, Any]:
    children = [{"kind": thing["name"][:2], "data": thing} for thing in things]
    return {"kind": "Listing", "data": {"after": after, "children": children}}


POSTS = [post(number) for number in range(1, 151)]
GONE = post(1, author="[deleted]", selftext="[deleted]", selftext_html=None)
THREAD = [
    listing([post(1)]),
    listing(
        [
            comment(1, "t3_p1", listing([comment(2, "t1_c1")])),
            comment(3, "t3_p1", body="[removed]"),
            comment(4, "t3_p1"),
        ]
    ),
]


def api_answer(request: httpx.Request) -> Any:
    path, params = request.url.path, request.url.params
    if path == "/api/v1/access_token":
        return TOKEN
    if path == "/api/user_data_by_account_ids":
        return {"t2_i": {"name": "ionut", "link_karma": 5, "comment_karma": 7}}
    if path == "/search":
        start = next((n + 1 for n, one in enumerate(POSTS) if one["name"] == params.get("after")), 0)
        shown = POSTS[start : start + int(params["limit"])]
        return listing(shown, shown[-1]["name"] if start + len(shown) < len(POSTS) else None)
    if path == "/api/info":
        return listing([GONE, comment(2, "t1_c1")])
    return THREAD if path == "/comments/p1" else None


class TestApi(ApiSourceContract):
    plugin, count, topics = "reddit", 150, ACME
    options: ClassVar[Mapping[str, Any]] = KEY
    damaged = ("author", {"name": "ionut"})

    def answer(self, request: httpx.Request) -> Any:
        return api_answer(request)


def test_a_post_with_its_author(tmp_path: Path) -> None:
    api = FakeApi(api_answer)
    mention = collect(build("reddit", KEY, context(tmp_path, api.client())), topics=ACME).mentions[0]
    assert (mention.ref, mention.text) == ("reddit:t3_p1", "La batería")
    assert mention.url == "https://www.reddit.com/r/android/comments/p1/acme/"
    assert mention.author is not None
    assert (mention.author.key, mention.author.metrics) == ("ionut", {"link_karma": 5, "comment_karma": 7})
    assert mention.engagement is not None
    assert (mention.engagement.score, mention.engagement.replies, mention.engagement.shares) == (12, 3, 1)
    assert mention.edited is None


def test_a_token_is_asked_for_once_and_kept_for_us_alone(tmp_path: Path) -> None:
    api = FakeApi(api_answer)
    for _ in range(2):
        collect(build("reddit", {**KEY, "query": "acme"}, context(tmp_path, api.client())))
    logins = [request for request in api.requests if request.method == "POST"]
    assert [request.content for request in logins] == [b"grant_type=client_credentials"]
    assert logins[0].headers["authorization"].startswith("Basic ")
    assert api.requests[-1].headers["authorization"] == f"Bearer {TOKEN['access_token']}"
    (kept,) = (tmp_path / "data").iterdir()
    if os.name == "posix":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert SECRET not in kept.read_text()


def test_a_token_that_ended_before_its_time_is_renewed_once(tmp_path: Path) -> None:
    tokens = iter(("old", "new"))

    def strict(request: httpx.Request) -> Any:
        if request.url.path == "/api/v1/access_token":
            return {**TOKEN, "access_token": next(tokens)}
        return Answer(status=401) if request.headers["authorization"] == "Bearer old" else api_answer(request)

    api = FakeApi(strict)
    assert collect(build("reddit", {**KEY, "query": "acme"}, context(tmp_path, api.client()))).mentions


def test_a_wrong_key_is_said_to_be_wrong(tmp_path: Path) -> None:
    api = FakeApi(lambda request: {"error": "unsupported_grant_type"})
    with pytest.raises(SourceNeedsKey, match="prefs/apps"):
        collect(build("reddit", {**KEY, "query": "acme"}, context(tmp_path, api.client())))


def test_how_mentions_are_now(tmp_path: Path) -> None:
    fetcher = build("reddit", KEY, context(tmp_path, FakeApi(api_answer).client()))
    assert isinstance(fetcher, Refreshes)
    asked = [Mention(platform="reddit", key=key) for key in ("t3_p1", "t1_c2", "t3_unknown")]
    (first, deleted), (second, fresh) = fetcher.refresh(asked)
    assert (first, deleted, second) == ("reddit:t3_p1", None, "reddit:t1_c2")
    assert fresh is not None
    assert fresh.edited == datetime(2026, 6, 14, 8, 59, 55, tzinfo=UTC)


@pytest.mark.parametrize("asked", ["t3_p1", "t1_c2"])
def test_a_conversation(tmp_path: Path, asked: str) -> None:
    fetcher = build("reddit", KEY, context(tmp_path, FakeApi(api_answer).client()))
    assert isinstance(fetcher, Converses)
    mention = Mention(platform="reddit", key=asked, thread="" if asked == "t3_p1" else "reddit:t3_p1")
    found = fetcher.conversation(mention)
    assert [one.key for one in found] == ["t3_p1", "t1_c1", "t1_c2", "t1_c4"]
    assert (found[2].parent, found[2].thread) == ("reddit:t1_c1", "reddit:t3_p1")


def test_a_conversation_of_feeds(tmp_path: Path) -> None:
    api = FakeApi(feeds)
    fetcher = build("reddit", {"kinds": ["post"]}, context(tmp_path, api.client()))
    assert isinstance(fetcher, Converses)
    assert not isinstance(fetcher, Refreshes)
    fetcher.conversation(Mention(platform="reddit", key="t1_ccc", thread="reddit:t3_aaa"))
    assert api.requests[0].url.path == "/comments/aaa.rss"


@pytest.mark.parametrize("options", [{"feed_user": "marta"}, {"client_id": "abc"}, {"subreddits": ["r/android"]}])
def test_options_that_cannot_work_are_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        build("reddit", options, context(tmp_path))


def test_following_an_account() -> None:
    (component,) = register_sources()
    assert component.follow is not None
    assert component.follow("acme_dev") == {"user": "acme_dev"}
    assert component.follow("u/acme dev") is None
