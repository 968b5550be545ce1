"""Lobsters by its feeds and its JSON: synthetic answers in the documented shape."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from hubbub.core.contracts import Converses, Refreshes
from hubbub.core.errors import SourceGone
from hubbub.core.values import Mention, MentionKind, Topic
from hubbub.plugins.sources.lobsters import register_sources
from hubbub.testing.api import FakeApi
from hubbub.testing.server import Answer
from hubbub.testing.source_contract import FAILURES, HttpSourceContract
from hubbub.testing.sources import build, collect, context

HEAD = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
TAIL = "</channel></rss>"


def story_item(number: str, title: str, description: str = "") -> str:
    return f"""<item><title>{title}</title><link>https://acme.example/{number}</link>
      <guid>https://lobste.rs/s/{number}</guid><author>acme.example via marta</author>
      <pubDate>Sun, 14 Jun 2026 04:00:00 -0500</pubDate><comments>https://lobste.rs/s/{number}/title</comments>
      <description>{description}&lt;p&gt;&lt;a href="https://lobste.rs/s/{number}/t"&gt;Comments&lt;/a&gt;&lt;/p&gt;</description>
      <category>hardware</category></item>"""


def comment_item(number: str, text: str) -> str:
    return f"""<item><title>Acme phone</title><link>https://lobste.rs/c/{number}</link>
      <guid>https://lobste.rs/c/{number}</guid><author>ionut@lobste.rs (ionut)</author>
      <pubDate>Sun, 14 Jun 2026 04:05:00 -0500</pubDate><comments>https://lobste.rs/c/{number}</comments>
      <description>{text}</description></item>"""


STORIES = HEAD + story_item("aaa111", "Acme phone") + story_item("bbb222", "Móvil", "&lt;p&gt;La batería&lt;/p&gt;") + TAIL
COMMENTS = HEAD + comment_item("aaa111", "&lt;p&gt;Bateria &lt;em&gt;acme&lt;/em&gt; ține&lt;/p&gt;") + TAIL
FEEDS = {"/newest.rss": STORIES, "/comments.rss": COMMENTS}


class TestLobsters(HttpSourceContract):
    plugin, count, path = "lobsters", 2, "/newest.rss"
    body, content_type = STORIES.encode(), "application/rss+xml; charset=utf-8"

    def options(self, url: str) -> dict[str, Any]:
        return {"server": url.removesuffix(self.path), "kinds": ["story"]}

    @pytest.fixture(autouse=True)
    def _redirects(self, _server: None) -> None:
        self.server.play("/source", FAILURES["endless redirect"][0])  # where the suite's redirect leads to


def comment(number: str, parent: str | None, story: str = "aaa111", **changes: Any) -> dict[str, Any]:
    return {
        "short_id": number,
        "created_at": "2026-06-14T04:05:00.000-05:00",
        "last_edited_at": "2026-06-14T04:05:00.000-05:00",
        "is_deleted": False,
        "is_moderated": False,
        "score": 4,
        "flags": 0,
        "parent_comment": parent,
        "comment": "<p>Η μπαταρία <em>κρατάει</em></p>",
        "commenting_user": "eleni",
        "short_id_url": f"https://lobste.rs/c/{number}",
        "url": f"https://lobste.rs/s/{story}/acme_phone#c_{number}",
        **changes,
    }


STORY = {
    "short_id": "aaa111",
    "created_at": "2026-06-14T04:00:00.000-05:00",
    "title": "Acme phone",
    "url": "https://acme.example/aaa111",
    "score": 17,
    "comment_count": 2,
    "description": "",
    "submitter_user": "marta",
    "short_id_url": "https://lobste.rs/s/aaa111",
    "comments": [
        comment("ccc333", None),
        comment("ddd444", "ccc333", last_edited_at="2026-06-14T04:06:00.000-05:00"),
        comment("eee555", None, is_deleted=True),
    ],
}


def site(request: httpx.Request) -> Any:
    path = request.url.path
    if path in FEEDS:
        return Answer(headers={"Content-Type": "application/rss+xml"}, body=FEEDS[path].encode())
    return {"/s/aaa111.json": STORY, "/c/ddd444.json": STORY["comments"][1]}.get(path)


def test_stories_and_comments_of_the_feeds(tmp_path: Path) -> None:
    api = FakeApi(site)
    link, story, comment = collect(build("lobsters", {}, context(tmp_path, api.client()))).mentions
    assert (link.ref, link.url, link.title) == ("lobsters:s/aaa111", "https://lobste.rs/s/aaa111", "Acme phone")
    assert (link.text, story.text) == ("https://acme.example/aaa111", "La batería")
    assert link.author is not None
    assert (link.author.handle, link.author.url) == ("marta", "https://lobste.rs/~marta")
    assert link.published == datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
    # A story and a comment may have the same short id: they are numbered apart.
    assert (comment.ref, comment.kind, comment.title) == ("lobsters:c/aaa111", MentionKind.COMMENT, "")
    assert comment.text == "Bateria acme ține"
    assert comment.author is not None
    assert comment.author.handle == "ionut"


@pytest.mark.parametrize(
    ("options", "paths"),
    [
        ({}, ["/newest.rss", "/comments.rss"]),
        ({"kinds": ["comment"]}, ["/comments.rss"]),
        ({"tags": ["c++", "hardware"], "domains": ["acme.example"]}, ["/t/c%2B%2B,hardware.rss", "/domains/acme.example.rss"]),
        ({"user": "acme_dev"}, ["/~acme_dev/stories.rss", "/~acme_dev/comments.rss"]),
    ],
)
def test_which_feeds_are_read(tmp_path: Path, options: dict[str, Any], paths: list[str]) -> None:
    api = FakeApi(lambda request: Answer(headers={"Content-Type": "application/rss+xml"}, body=STORIES.encode()))
    collect(build("lobsters", options, context(tmp_path, api.client())))
    assert [request.url.raw_path.decode() for request in api.requests] == paths


def test_an_entry_that_is_no_story_is_told_and_costs_no_other(tmp_path: Path) -> None:
    strange = STORIES.replace("https://lobste.rs/s/bbb222", "https://lobste.rs/newest")
    api = FakeApi(lambda request: Answer(body=strange.encode()))
    collected = collect(build("lobsters", {"kinds": ["story"]}, context(tmp_path, api.client())))
    assert [mention.key for mention in collected.mentions] == ["s/aaa111"]
    assert "address" in collected.failures[0].message
    assert collected.failures[0].raw


def test_other_sites_with_this_software_have_ids_of_their_own(tmp_path: Path) -> None:
    other = STORIES.replace("lobste.rs", "crabs.example")
    api = FakeApi(lambda request: Answer(body=other.encode()))
    options = {"server": "https://crabs.example", "kinds": ["story"]}
    assert collect(build("lobsters", options, context(tmp_path, api.client()))).mentions[0].key == "crabs.example/s/aaa111"


def mention(key: str, thread: str = "") -> Mention:
    return Mention(platform="lobsters", key=key, thread=thread)


def test_a_thread_from_its_story_or_from_any_comment(tmp_path: Path) -> None:
    fetcher = build("lobsters", {}, context(tmp_path, FakeApi(site).client()))
    assert isinstance(fetcher, Converses)
    first, answer, second = fetcher.conversation(mention("s/aaa111"))
    assert [m.key for m in fetcher.conversation(mention("c/ddd444"))] == ["s/aaa111", "c/ccc333", "c/ddd444"]
    assert first.engagement is not None
    assert (first.engagement.score, first.engagement.replies) == (17, 2)
    assert (answer.parent, second.parent, second.thread) == ("lobsters:s/aaa111", "lobsters:c/ccc333", "lobsters:s/aaa111")
    assert answer.text == "Η μπαταρία κρατάει"
    assert (answer.edited, second.edited) == (None, datetime(2026, 6, 14, 9, 6, tzinfo=UTC))
    with pytest.raises(SourceGone):
        fetcher.conversation(mention("c/zzz999"))


def test_how_mentions_are_now_with_one_request_a_thread(tmp_path: Path) -> None:
    api = FakeApi(site)
    fetcher = build("lobsters", {}, context(tmp_path, api.client()))
    assert isinstance(fetcher, Refreshes)
    thread = "lobsters:s/aaa111"
    asked = [mention("s/aaa111"), mention("c/ccc333", thread), mention("c/eee555", thread), mention("s/zzz999")]
    now = dict(fetcher.refresh(asked))
    assert [request.url.path for request in api.requests] == ["/s/aaa111.json", "/s/zzz999.json"]
    assert (now["lobsters:c/eee555"], now["lobsters:s/zzz999"]) == (None, None)
    fresh = now["lobsters:c/ccc333"]
    assert fresh is not None
    assert fresh.engagement is not None
    assert fresh.engagement.score == 4


def test_what_cannot_be_read_is_not_taken_for_deleted(tmp_path: Path) -> None:
    strange = {**STORY, "comments": [comment("ccc333", None, score="many"), comment("ddd444", None)]}
    answers = {
        "/s/aaa111.json": strange,
        "/c/ccc333.json": strange["comments"][0],
        "/s/bbb222.json": {**STORY, "short_id_url": 7},
    }
    fetcher = build("lobsters", {}, context(tmp_path, FakeApi(lambda request: answers.get(request.url.path)).client()))
    assert isinstance(fetcher, Refreshes)
    thread = "lobsters:s/aaa111"
    asked = [mention("s/bbb222"), mention("c/ccc333", thread), mention("c/ddd444", thread)]
    assert [ref for ref, _ in fetcher.refresh(asked)] == ["lobsters:c/ddd444"]


def test_a_story_that_was_merged_into_another_one_is_not_deleted(tmp_path: Path) -> None:
    fetcher = build("lobsters", {}, context(tmp_path, FakeApi(lambda request: STORY).client()))
    assert isinstance(fetcher, Refreshes)
    assert list(fetcher.refresh([mention("s/old000")])) == []


def test_following_an_account_and_a_source_for_a_topic(tmp_path: Path) -> None:
    (component,) = register_sources()
    assert component.follow is not None
    assert component.suggest is not None
    assert component.follow("acme_dev") == {"user": "acme_dev"}
    assert [s.options for s in component.suggest(Topic(name="acme", query="acme"), context(tmp_path))] == [{}]
