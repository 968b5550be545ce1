"""Bluesky: synthetic posts in the documented shape."""

from __future__ import annotations

import base64
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from hubbub.core.contracts import Converses, Refreshes
from hubbub.core.deciding import content_digest
from hubbub.core.errors import SourceGone, SourceNeedsKey, SourceRefused
from hubbub.core.fields import Fields
from hubbub.core.values import Media, Mention, MentionKind, Topic
from hubbub.plugins.sources._bluesky_mapping import expanded, map_event, map_feed_item, map_view
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import SECRET, ApiSourceContract
from hubbub.testing.server import Answer
from hubbub.testing.sources import build, collect, context

NOW = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)
ACME = (Topic(name="acme", query="acme"),)
DID = "did:plc:marta"
LOGIN = {"identifier": "desk.example", "app_password": SECRET, "pds": "https://pds.example"}


def record(text: str = "Mi acme dura días", **changes: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-06-14T08:00:00Z", "langs": ["es-MX"], **changes}


def view(number: int, said: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "uri": f"at://{DID}/app.bsky.feed.post/{number}",
        "cid": f"bafy{number}",
        "author": {"did": DID, "handle": "marta.example", "displayName": "Marta Ruiz"},
        "record": said or record(f"Το acme νούμερο {number}"),
        "indexedAt": (NOW - timedelta(minutes=number)).isoformat(),
        "likeCount": 3,
        "repostCount": 2,
        "quoteCount": 1,
        "replyCount": 4,
        **changes,
    }


def token(minutes: int) -> str:
    body = json.dumps({"exp": int((NOW + timedelta(minutes=minutes)).timestamp())}).encode()
    return f"e30.{base64.urlsafe_b64encode(body).decode().rstrip('=')}.sig"


def pages(request: httpx.Request) -> Any:
    """A search of 150 posts, profiles and a login."""
    method, params = request.url.path.rpartition("/")[2], request.url.params
    if method in ("com.atproto.server.createSession", "com.atproto.server.refreshSession"):
        return {"accessJwt": token(60), "refreshJwt": token(9999), "did": DID, "handle": "desk.example"}
    if method == "app.bsky.actor.getProfiles":
        return {"profiles": [{"did": did, "followersCount": 77, "postsCount": 5} for did in params.get_list("actors")]}
    if method == "app.bsky.feed.searchPosts":
        begin = int(params.get("cursor", 0))
        found = [view(n) for n in range(150)][begin : begin + int(params["limit"])]
        return {"posts": found, **({"cursor": str(begin + len(found))} if begin + len(found) < 150 else {})}
    return None


class TestBluesky(ApiSourceContract):
    plugin, count, topics, options = "bluesky", 150, ACME, LOGIN
    damaged = ("author", 17)
    failures: ClassVar[dict[str, Any]] = ApiSourceContract.failures

    def answer(self, request: httpx.Request) -> Any:
        return pages(request)


def mapped(said: dict[str, Any]) -> Mention:
    return map_view(Fields(view(1, said)), NOW)


def test_a_post() -> None:
    mention = mapped(
        record(
            reply={"root": {"uri": f"at://{DID}/app.bsky.feed.post/r"}, "parent": {"uri": f"at://{DID}/app.bsky.feed.post/p"}},
            embed={
                "$type": "app.bsky.embed.recordWithMedia",
                "record": {"record": {"uri": "at://did:plc:ion/app.bsky.feed.post/q"}},
                "media": {
                    "$type": "app.bsky.embed.images",
                    "images": [{"alt": "Ο φορτιστής", "image": {"ref": {"$link": "bafyimg"}}}],
                },
            },
        )
    )
    assert (mention.ref, mention.url) == (
        f"bluesky:at://{DID}/app.bsky.feed.post/1",
        f"https://bsky.app/profile/{DID}/post/1",
    )
    assert (mention.text, mention.lang) == ("Mi acme dura días", "es")
    assert (mention.thread, mention.parent) == (
        f"bluesky:at://{DID}/app.bsky.feed.post/r",
        f"bluesky:at://{DID}/app.bsky.feed.post/p",
    )
    assert mention.shared == "bluesky:at://did:plc:ion/app.bsky.feed.post/q"
    assert mention.media == (
        Media(kind="image", url=f"https://cdn.bsky.app/img/feed_fullsize/plain/{DID}/bafyimg", alt="Ο φορτιστής"),
    )
    assert mention.published == datetime(2026, 6, 14, 8, tzinfo=UTC)
    assert mention.engagement is not None
    assert (mention.engagement.likes, mention.engagement.shares, mention.engagement.replies) == (3, 3, 4)
    assert mention.author is not None
    assert (mention.author.key, mention.author.handle, mention.author.followers) == (DID, "marta.example", None)


def test_avatars_and_the_still_of_a_film_stand_beside_the_post() -> None:
    film = {"$type": "app.bsky.embed.video", "video": {"ref": {"$link": "bafyfilm"}}}
    with_quote = {"$type": "app.bsky.embed.recordWithMedia", "record": {}, "media": film}
    shown = {"$type": "app.bsky.embed.video#view", "thumbnail": "https://video.example/still.jpg"}
    who = {"did": DID, "handle": "marta.example", "avatar": "https://cdn.example/marta.jpg"}
    for embed, beside in ((film, shown), (with_quote, {"$type": "app.bsky.embed.recordWithMedia#view", "media": shown})):
        mention = map_view(Fields(view(1, record(embed=embed), author=who, embed=beside)), NOW)
        assert [(medium.kind, medium.poster) for medium in mention.media] == [("video", "https://video.example/still.jpg")]
        assert mention.author is not None
        assert mention.author.avatar == "https://cdn.example/marta.jpg"
        assert content_digest(mention) == content_digest(mapped(record(embed=embed)))
    card = {"$type": "app.bsky.embed.external", "external": {"uri": "https://press.example/1", "title": "Acme"}}
    linked = {"$type": "app.bsky.embed.external#view", "external": {"thumb": "https://cdn.example/card.jpg"}}
    assert map_view(Fields(view(1, record(embed=card), embed=linked)), NOW).media == ()


def test_times_of_clients_are_not_believed_when_they_lie_ahead() -> None:
    assert mapped(record(createdAt="2031-01-01T00:00:00Z")).published == NOW - timedelta(minutes=1)
    assert mapped(record(createdAt="soon")).published == NOW - timedelta(minutes=1)


def test_the_same_post_through_the_stream_has_the_same_words() -> None:
    said = record(
        embed={"$type": "app.bsky.embed.external", "external": {"uri": "https://acme.example/a", "title": "Acme saca móvil"}}
    )
    event = {
        "did": DID,
        "time_us": 1_781_424_000_000_000,
        "kind": "commit",
        "commit": {"operation": "create", "rkey": "1", "record": said},
    }
    streamed, searched = map_event(Fields(event), NOW), mapped(said)
    assert (streamed.ref, streamed.text, streamed.media) == (searched.ref, searched.text, searched.media)
    assert streamed.text == "Mi acme dura días\n\nAcme saca móvil\nhttps://acme.example/a"
    assert streamed.url == searched.url


def facet(text: str, shown: str, uri: str) -> dict[str, Any]:
    start = text.encode().index(shown.encode())
    index = {"byteStart": start, "byteEnd": start + len(shown.encode())}
    return {"index": index, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": uri}]}


def test_facets_count_bytes() -> None:
    text = "Ñandú 🎉 mira acme.example/teléfo... y acme.example hoy"
    facets = [
        facet(text, "acme.example/teléfo...", "https://acme.example/teléfonos/nuevo"),
        {
            "index": {"byteStart": 1, "byteEnd": 3},
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://x.example"}],
        },
        {
            "index": {"byteStart": 5, "byteEnd": 9999},
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://y.example"}],
        },
        {"index": {"byteStart": 0, "byteEnd": 2}, "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "acme"}]},
    ]
    said = expanded(Fields(record(text, facets=facets)))
    assert said == "Ñandú 🎉 mira https://acme.example/teléfonos/nuevo y acme.example hoy"


def test_a_repost_in_a_feed_is_a_share() -> None:
    reason = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": {"did": "did:plc:acme", "handle": "acme.example"},
        "uri": "at://did:plc:acme/app.bsky.feed.repost/9",
        "indexedAt": "2026-06-14T09:00:00Z",
    }
    share = map_feed_item(Fields({"post": view(1), "reason": reason}), NOW)
    assert share is not None
    assert (share.kind, share.shared) == (MentionKind.SHARE, f"bluesky:at://{DID}/app.bsky.feed.post/1")
    assert share.author is not None
    assert share.author.handle == "acme.example"
    assert map_feed_item(Fields({"post": view(1), "reason": {**reason, "uri": None}}), NOW) is None


def test_without_a_login_one_page_is_read_and_a_refusal_says_what_to_do(tmp_path: Path) -> None:
    api = FakeApi(pages)
    fetcher = build("bluesky", {}, context(tmp_path, api.client()))
    first = collect(fetcher, topics=ACME)
    assert len(first.mentions) == 100
    assert {mention.author.followers for mention in first.mentions if mention.author} == {77}
    searches = [request for request in api.requests if request.url.path.endswith("searchPosts")]
    assert [(r.url.host, r.url.params["q"], r.url.params["sort"]) for r in searches] == [("api.bsky.app", "acme", "latest")]
    profiles = [request for request in api.requests if request.url.path.endswith("getProfiles")]
    assert len(profiles) == 1
    api.failing = Answer(status=403, body=b"<html>Request forbidden by administrative rules.</html>")
    with pytest.raises(SourceRefused, match=r"app_password .*jetstream"):
        collect(fetcher, topics=ACME)


def test_a_login_is_kept_and_renewed(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> Any:
        method = request.url.path.rpartition("/")[2]
        if "server." in method:
            asked.append(method)
        if method.endswith("refreshSession"):
            assert request.content == b""
            assert request.headers["authorization"] == f"Bearer {token(9999)}"
            return {"accessJwt": token(120), "refreshJwt": token(9999)}
        if method.endswith("createSession"):
            assert json.loads(request.content) == {"identifier": "desk.example", "password": SECRET}
            return {"accessJwt": token(1), "refreshJwt": token(9999)}
        assert request.url.host == "pds.example"
        return pages(request)

    api = FakeApi(answer)
    for _ in range(3):
        collect(build("bluesky", LOGIN, context(tmp_path, api.client())), topics=ACME)
    assert asked == ["com.atproto.server.createSession", "com.atproto.server.refreshSession"]
    (kept,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert SECRET not in kept.read_text()


def test_a_login_that_was_ended_elsewhere_is_made_anew_once(tmp_path: Path) -> None:
    ended = Answer(status=400, body=b'{"error": "ExpiredToken", "message": "Token has been revoked"}')
    old = [True]

    def answer(request: httpx.Request) -> Any:
        if request.url.path.endswith("createSession"):
            return pages(request)
        return ended if old and (old.pop() or True) else pages(request)

    api = FakeApi(answer)
    assert len(collect(build("bluesky", LOGIN, context(tmp_path, api.client())), topics=ACME).mentions) == 150


def test_a_wrong_password_says_where_to_make_another(tmp_path: Path) -> None:
    api = FakeApi(
        lambda request: Answer(status=401, body=b'{"error": "AuthenticationRequired", "message": "Invalid password"}')
    )
    with pytest.raises(SourceNeedsKey, match=r"does not let desk\.example in \(“Invalid password”\).*App passwords"):
        collect(build("bluesky", LOGIN, context(tmp_path, api.client())), topics=ACME)


def test_how_posts_are_now_and_their_conversation(tmp_path: Path) -> None:
    answers = {"replies": [{"post": view(2), "replies": [{"post": view(3)}]}, {"notFound": True}], "post": view(1)}

    def answer(request: httpx.Request) -> Any:
        method = request.url.path.rpartition("/")[2]
        if method == "app.bsky.feed.getPosts":
            assert len(request.url.params.get_list("uris")) <= 25
            return {
                "posts": [
                    view(n) for n in range(40) if f"at://{DID}/app.bsky.feed.post/{n}" in request.url.params.get_list("uris")
                ]
            }
        return {"thread": answers} if method == "app.bsky.feed.getPostThread" else pages(request)

    fetcher = build("bluesky", {}, context(tmp_path, FakeApi(answer).client()))
    assert isinstance(fetcher, Refreshes)
    assert isinstance(fetcher, Converses)
    there = [map_view(Fields(view(n)), NOW) for n in range(30)]
    gone = Mention(platform="bluesky", key=f"at://{DID}/app.bsky.feed.post/gone")
    told = dict(fetcher.refresh([*there, gone]))
    assert len(told) == 31
    assert [ref for ref, fresh in told.items() if fresh is None] == [gone.ref]
    assert [mention.key[-1] for mention in fetcher.conversation(map_view(Fields(view(3)), NOW))] == ["1", "2", "3"]


def test_an_account_that_there_is_not_is_named(tmp_path: Path) -> None:
    said = b'{"error": "InvalidRequest", "message": "Profile not found"}'
    api = FakeApi(lambda _: Answer(status=400, headers={"Content-Type": "application/json"}, body=said))
    with pytest.raises(SourceGone, match=r"knows no account nobody\.example"):
        collect(build("bluesky", {"account": "nobody.example"}, context(tmp_path, api.client())), topics=ACME)
