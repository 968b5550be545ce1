"""Posts by their addresses: which addresses a source knows as its own, and what it reads there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from hubbub.core.contracts import LooksUp
from hubbub.core.errors import SourceGone
from hubbub.core.values import MentionKind
from hubbub.testing.api import FakeApi
from hubbub.testing.sources import build, context

AT = "2026-06-14T09:00:00Z"


def status(number: str, **more: Any) -> dict[str, Any]:
    account = {"acct": "marta", "display_name": "Marta", "followers_count": 12}
    uri = f"https://social.example/users/marta/statuses/{number}"
    said = {"id": number, "uri": uri, "url": f"https://social.example/@marta/{number}", "content": "<p>acme</p>"}
    return {**said, "created_at": AT, "visibility": "public", "favourites_count": 3, "account": account, **more}


MASTODON = {
    "/api/v1/statuses/11": status("11", in_reply_to_id="10"),
    "/api/v1/statuses/11/context": {"ancestors": [status("10")], "descendants": []},
    "/api/v1/statuses/01JABCDEF": status("01JABCDEF"),
}
HACKERNEWS = {
    "/api/v1/items/8": {"id": 8, "author": "ionut", "text": "acme", "parent_id": 7, "story_id": 7, "created_at_i": 1},
    "/api/v1/items/9": {"id": 9, "author": None, "text": None, "parent_id": 7, "story_id": 7, "created_at_i": 1},
}
POST = "at://did:plc:marta/app.bsky.feed.post/3kabc"
BLUESKY = {
    "/xrpc/com.atproto.identity.resolveHandle": {"did": "did:plc:marta"},
    "/xrpc/app.bsky.feed.getPosts": {
        "posts": [
            {
                "uri": POST,
                "cid": "c",
                "author": {"did": "did:plc:marta", "handle": "marta.example"},
                "record": {"$type": "app.bsky.feed.post", "text": "acme", "createdAt": AT},
                "likeCount": 4,
                "indexedAt": AT,
            }
        ]
    },
}


def lemmy_view(kind: str) -> dict[str, Any]:
    post = {"id": 5, "ap_id": "https://far.example/post/77", "name": "Acme", "body": "acme", "published": AT}
    comment = {"id": 6, "ap_id": "https://far.example/comment/78", "content": "acme", "path": "0.6", "published": AT}
    view = {"post": post, "creator": {"name": "marta", "actor_id": "https://far.example/u/marta"}, "counts": {"score": 2}}
    return {f"{kind}_view": {**view, **({"comment": comment} if kind == "comment" else {})}}


LEMMY = {"/api/v3/post": lemmy_view("post"), "/api/v3/comment": lemmy_view("comment")}


def discourse_post(number: int) -> dict[str, Any]:
    said = {"id": 500 + number, "topic_id": 7, "post_number": number, "cooked": f"<p>acme {number}</p>", "username": "marta"}
    return {**said, "created_at": AT, "topic_slug": "acme", "reply_to_post_number": 1 if number > 1 else None}


TOPIC = {"id": 7, "title": "Acme phone", "post_stream": {"posts": [discourse_post(1), discourse_post(2)]}}
DISCOURSE = {"/t/7.json": TOPIC, "/t/7/2.json": TOPIC, "/posts/502.json": discourse_post(2), "/t/7/9.json": TOPIC}
ISSUE = {"id": 1, "html_url": "https://github.com/acme/sdk/issues/3", "title": "Acme", "body": "acme", "created_at": AT}
ISSUE_COMMENT = {"id": 44, "html_url": f"{ISSUE['html_url']}#issuecomment-44", "body": "acme", "created_at": AT}
GITHUB = {"/repos/acme/sdk/issues/3": ISSUE, "/repos/acme/sdk/issues/comments/44": ISSUE_COMMENT}


def stack_item(**more: Any) -> dict[str, Any]:
    item = {"body": "<p>acme</p>", "creation_date": 1, "owner": {"user_id": 1, "display_name": "M"}, "score": 1, **more}
    return {"items": [item], "quota_remaining": 9}


STACK = {
    "/2.3/questions/3": stack_item(question_id=3, title="Acme"),
    "/2.3/answers/4": stack_item(question_id=3, answer_id=4),
    "/2.3/comments/5": stack_item(comment_id=5, post_id=4),
}
ARTICLE = {"id": 12, "url": "https://dev.to/marta/acme-1a", "title": "Acme", "body_html": "acme", "user": {"username": "marta"}}
DEVTO = {
    "/api/articles/marta/acme-1a": {**ARTICLE, "published_at": AT},
    "/api/comments/2f": {"id_code": "2f", "body_html": "acme", "created_at": AT, "user": {"username": "ion"}},
}
STORY = {"short_id_url": "https://lobste.rs/s/abc123", "title": "Acme", "url": "https://acme.example/", "created_at": AT}
LOBSTERS_COMMENT = {
    "short_id_url": "https://lobste.rs/c/def456",
    "url": "https://lobste.rs/s/abc123/acme#c_def456",
    "comment": "acme",
    "created_at": AT,
    "commenting_user": "ion",
}
LOBSTERS = {
    "/s/abc123.json": {**STORY, "submitter_user": "marta", "comments": []},
    "/c/def456.json": LOBSTERS_COMMENT,
}
VIDEO = {
    "id": "abcdefghijk",
    "snippet": {"title": "Acme", "publishedAt": AT, "channelId": "UC1"},
    "statistics": {"viewCount": "5"},
}
REMARK = {"id": "Ugz", "snippet": {"textDisplay": "acme", "publishedAt": AT, "authorDisplayName": "@ion"}}
YOUTUBE = {
    "/youtube/v3/videos": {"items": [VIDEO]},
    "/youtube/v3/channels": {"items": []},
    "/youtube/v3/comments": {"items": [REMARK]},
}
NODEBB_POSTS = [{"pid": n, "tid": 3, "content": f"acme {n}", "timestamp": 1, "index": n - 1} for n in (1, 2)]
NODEBB = {
    "/api/topic/3": {"tid": 3, "mainPid": 1, "title": "Acme", "posts": NODEBB_POSTS, "postcount": 2},
    "/api/v3/posts/2": {"status": {}, "response": {"pid": 2, "tid": 3}},
}

HERE = {"server": "https://forum.example"}
KEY = {"key": "k"}
ROWS: list[tuple[str, Mapping[str, Any], Mapping[str, Any], str, str]] = [
    ("mastodon", {"servers": ["social.example"]}, MASTODON, f"https://social.example/@marta/{11}", "11"),
    ("mastodon", {"servers": ["social.example"]}, MASTODON, "https://social.example/users/marta/statuses/11", "11"),
    ("mastodon", {"servers": ["social.example"]}, MASTODON, "https://social.example/@marta/statuses/01JABCDEF", "01JABCDEF"),
    ("hackernews", {}, HACKERNEWS, "https://news.ycombinator.com/item?id=8", "8"),
    ("bluesky", {}, BLUESKY, "https://bsky.app/profile/marta.example/post/3kabc", POST),
    ("bluesky", {}, BLUESKY, "https://bsky.app/profile/did:plc:marta/post/3kabc", POST),
    ("lemmy", {**HERE, "api": "v3"}, LEMMY, "https://forum.example/post/5", "https://far.example/post/77"),
    ("lemmy", {**HERE, "api": "v3"}, LEMMY, "https://forum.example/comment/6", "https://far.example/comment/78"),
    ("discourse", HERE, DISCOURSE, "https://forum.example/t/acme/7", "forum.example/t/7"),
    ("discourse", HERE, DISCOURSE, "https://forum.example/t/7", "forum.example/t/7"),
    ("discourse", HERE, DISCOURSE, "https://forum.example/t/acme-2/7/2?u=x", "forum.example/p/502"),
    ("discourse", HERE, DISCOURSE, "https://forum.example/p/502", "forum.example/p/502"),
    ("github", {}, GITHUB, "https://github.com/acme/sdk/issues/3", "issue/1"),
    ("github", {}, GITHUB, "https://github.com/acme/sdk/issues/3#issuecomment-44", "comment/44"),
    ("stackexchange", {}, STACK, "https://stackoverflow.com/questions/3/acme", "stackoverflow.com/3"),
    ("stackexchange", {}, STACK, "https://stackoverflow.com/questions/3/acme/4#4", "stackoverflow.com/4"),
    ("stackexchange", {}, STACK, "https://superuser.com/a/4/17", "superuser.com/4"),
    ("stackexchange", {}, STACK, "https://stackoverflow.com/questions/3/acme#comment5_4", "stackoverflow.com/c5"),
    ("devto", {}, DEVTO, "https://dev.to/marta/acme-1a", "article/12"),
    ("devto", {}, DEVTO, "https://dev.to/ion/comment/2f", "comment/2f"),
    ("lobsters", {}, LOBSTERS, "https://lobste.rs/s/abc123/acme", "s/abc123"),
    ("lobsters", {}, LOBSTERS, "https://lobste.rs/s/abc123/acme#c_def456", "c/def456"),
    ("lobsters", {}, LOBSTERS, "https://lobste.rs/c/def456", "c/def456"),
    ("youtube", KEY, YOUTUBE, "https://www.youtube.com/watch?v=abcdefghijk&t=4", "abcdefghijk"),
    ("youtube", KEY, YOUTUBE, "https://youtu.be/abcdefghijk", "abcdefghijk"),
    ("youtube", KEY, YOUTUBE, "https://www.youtube.com/watch?v=abcdefghijk&lc=Ugz", "Ugz"),
    ("nodebb", HERE, NODEBB, "https://forum.example/topic/3/acme", "forum.example/post/1"),
    ("nodebb", HERE, NODEBB, "https://forum.example/post/2", "forum.example/post/2"),
]


def playing(answers: Mapping[str, Any]) -> FakeApi:
    return FakeApi(lambda request: answers.get(request.url.path))


def looker(plugin: str, options: Mapping[str, Any], api: FakeApi, folder: Path) -> LooksUp:
    fetcher = build(plugin, options, context(folder, api.client()))
    assert isinstance(fetcher, LooksUp)
    return fetcher


@pytest.mark.parametrize(("plugin", "options", "answers", "address", "key"), ROWS, ids=[row[3] for row in ROWS])
def test_the_post_at_an_address(
    tmp_path: Path, plugin: str, options: Mapping[str, Any], answers: Mapping[str, Any], address: str, key: str
) -> None:
    found = looker(plugin, options, playing(answers), tmp_path).look_up(address)
    assert found is not None
    prefix = "https://social.example/users/marta/statuses/" if plugin == "mastodon" else ""
    assert found.ref == f"{plugin}:{prefix}{key}"
    assert found.text or found.title


STRANGE = (
    "https://nobody.example/acme/1",
    "https://nobody.example/@marta/1142",
    "https://nobody.example/t/acme/7",
    "https://nobody.example/issues/3",
    "https://[",
    "nonsense",
    "",
)


@pytest.mark.parametrize(("plugin", "options"), {row[0]: row[1] for row in ROWS}.items(), ids=lambda value: str(value)[:20])
def test_addresses_of_others_are_not_asked_for(tmp_path: Path, plugin: str, options: Mapping[str, Any]) -> None:
    api = playing({})
    fetcher = looker(plugin, options, api, tmp_path)
    own = {
        "mastodon": "https://social.example/@marta",
        "github": "https://github.com/acme/sdk",
        "devto": "https://dev.to/t/acme",
    }
    for address in (*STRANGE, own.get(plugin, "https://forum.example/"), "https://news.ycombinator.com/newest"):
        assert fetcher.look_up(address) is None
    assert api.requests == []


def test_an_answer_names_what_it_answers(tmp_path: Path) -> None:
    found = looker("mastodon", {"servers": ["social.example"]}, playing(MASTODON), tmp_path).look_up(
        "https://social.example/@marta/11"
    )
    assert found is not None
    assert found.parent == found.thread == "mastodon:https://social.example/users/marta/statuses/10"
    assert found.author is not None
    assert (found.author.followers, found.engagement and found.engagement.likes) == (12, 3)


def test_a_comment_names_its_thread(tmp_path: Path) -> None:
    found = looker("github", {}, playing(GITHUB), tmp_path).look_up("https://github.com/acme/sdk/pull/3#issuecomment-44")
    assert found is not None
    assert (found.kind, found.thread) == (MentionKind.COMMENT, "github:issue/1")


@pytest.mark.parametrize(
    ("plugin", "options", "answers", "address"),
    [
        ("hackernews", {}, HACKERNEWS, "https://news.ycombinator.com/item?id=9"),
        ("hackernews", {}, HACKERNEWS, "https://news.ycombinator.com/item?id=1000"),
        ("mastodon", {"servers": ["social.example"]}, MASTODON, "https://social.example/@marta/999"),
        (
            "bluesky",
            {},
            {**BLUESKY, "/xrpc/app.bsky.feed.getPosts": {"posts": []}},
            "https://bsky.app/profile/a.example/post/3k",
        ),
        ("discourse", HERE, DISCOURSE, "https://forum.example/t/acme/7/9"),
        ("stackexchange", {}, {"/2.3/questions/3": {"items": []}}, "https://stackoverflow.com/q/3"),
        ("youtube", KEY, {"/youtube/v3/videos": {"items": []}}, "https://youtu.be/abcdefghijk"),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_what_is_gone_is_told(
    tmp_path: Path, plugin: str, options: Mapping[str, Any], answers: Mapping[str, Any], address: str
) -> None:
    with pytest.raises(SourceGone):
        looker(plugin, options, playing(answers), tmp_path).look_up(address)


FEED = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">
<entry><id>t3_1abc</id><title>Acme</title><author><name>/u/marta</name></author>
<link href="https://www.reddit.com/r/acme/comments/1abc/acme/"/><content type="html">acme</content></entry>
<entry><id>t1_2def</id><title>c</title><author><name>/u/ion</name></author>
<link href="https://www.reddit.com/r/acme/comments/1abc/acme/2def/"/><content type="html">acme comment</content></entry>
</feed>"""


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.reddit.com/r/acme/comments/1abc/acme/", "t3_1abc"),
        ("https://old.reddit.com/r/acme/comments/1abc/acme/2def/?context=3", "t1_2def"),
        ("https://redd.it/1abc", "t3_1abc"),
    ],
)
def test_reddit_by_its_feeds(tmp_path: Path, address: str, key: str) -> None:
    from hubbub.testing.server import Answer

    def answer(request: httpx.Request) -> Any:
        assert request.url.path == "/comments/1abc.rss"
        return Answer(headers={"Content-Type": "application/atom+xml"}, body=FEED.encode())

    found = looker("reddit", {}, FakeApi(answer), tmp_path).look_up(address)
    assert found is not None
    assert found.key == key
    assert looker("reddit", {}, FakeApi(answer), tmp_path).look_up("https://www.reddit.com/r/acme/") is None


def test_reddit_by_its_api(tmp_path: Path) -> None:
    thing = {"name": "t3_1abc", "title": "Acme", "selftext_html": "acme", "is_self": True, "created_utc": 1, "author": "marta"}
    answers = {
        "/api/v1/access_token": {"access_token": "t", "expires_in": 60},
        "/api/info": {"data": {"children": [{"kind": "t3", "data": {**thing, "author_fullname": "t2_9"}}]}},
        "/api/user_data_by_account_ids": {"t2_9": {"link_karma": 5}},
    }
    options = {"client_id": "id", "client_secret": "secret"}
    found = looker("reddit", options, playing(answers), tmp_path).look_up("https://www.reddit.com/r/acme/comments/1abc/acme/")
    assert found is not None
    assert found.author is not None
    assert (found.key, found.author.metrics) == ("t3_1abc", {"link_karma": 5})
