"""Lemmy in both versions of its interface: synthetic posts and comments in the documented shapes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from hubbub.core.contracts import Checks, Converses, Refreshes
from hubbub.core.errors import SourceError, SourceGone, SourceLimited, SourceNeedsKey, SourceRefused
from hubbub.core.registry import Registry
from hubbub.core.values import Mention, MentionKind, Topic
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import SECRET, ApiSourceContract
from hubbub.testing.server import Answer
from hubbub.testing.sources import build, collect, context

NOW = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
ACME = (Topic(name="acme", query="acme"),)
HERE = {"server": "lemmy.example"}


def told(number: int) -> dict[str, Any]:
    return {"id": number, "removed": False, "deleted": False, "ap_id": f"https://elsewhere.example/{number}"}


def post_v3(number: int, **changes: Any) -> dict[str, Any]:
    """A view as Lemmy 0.19 has it: counts apart."""
    written = (NOW - timedelta(minutes=number)).isoformat().replace("+00:00", "Z")
    return {
        "post": {
            **told(number),
            "name": f"Acme phone {number}",
            "body": "Bateria ține două zile",
            "published": written,
            **changes,
        },
        "creator": {"id": 3, "name": "ionut", "display_name": "Ionuț", "actor_id": "https://elsewhere.example/u/ionut"},
        "community": {"id": 4, "name": "gadgets", "actor_id": "https://lemmy.example/c/gadgets"},
        "counts": {"comments": 5, "score": 7, "upvotes": 9, "downvotes": 2},
    }


def comment_v4(number: int, path: str = "", **changes: Any) -> dict[str, Any]:
    """A view as Lemmy 1.0 has it: counts in the comment, other names for times and addresses."""
    written = (NOW - timedelta(minutes=number)).isoformat()
    said = {"content": "Μια χαρά το acme", "published_at": written, "updated_at": written, "path": path or f"0.{number}"}
    votes = {"score": -1, "upvotes": 1, "downvotes": 2, "child_count": 3}
    person = {
        "ap_id": "https://lemmy.example/u/eleni",
        "avatar": "https://lemmy.example/pictrs/eleni.webp",
        "bot_account": True,
        "post_count": 11,
        "comment_count": 12,
    }
    return {
        "comment": {**told(number), **said, **votes, **changes},
        "post": {**told(7000), "name": "Acme"},
        "creator": {"id": 5, "name": "eleni", **person},
        "community": {"id": 4, "name": "gadgets", "ap_id": "https://lemmy.example/c/gadgets"},
    }


def nodeinfo(request: httpx.Request, version: str, name: str = "lemmy") -> Any:
    if request.url.path == "/.well-known/nodeinfo":
        rel, end = "http://nodeinfo.diaspora.software/ns/schema/2.1", "/nodeinfo/2.1"
        return {"links": [{"rel": rel, "href": f"https://{host}{end}"} for host in ("evil.example", request.url.host)]}
    if request.url.path == "/nodeinfo/2.1":
        assert request.url.host == "lemmy.example"
        return {"software": {"name": name, "version": version}}
    return None


V3 = {"Posts": [post_v3(n) for n in range(70)], "Comments": [comment_v4(n) for n in range(100, 160)]}


class TestVersion3(ApiSourceContract):
    plugin, count, topics = "lemmy", 130, ACME
    options: ClassVar = {**HERE, "jwt": SECRET}
    damaged = ("creator", "ionut")

    def answer(self, request: httpx.Request) -> Any:
        params = request.url.params
        if request.url.path == "/api/v3/site":
            return {"version": "0.19.11", "my_user": {"local_user_view": {}}}
        if request.url.path == "/api/v3/post/list":
            return {"posts": V3["Posts"][:50]}
        if request.url.path != "/api/v3/search":
            return nodeinfo(request, "0.19.11")
        assert request.headers["authorization"] == f"Bearer {SECRET}"
        assert (params["q"], params["sort"], params["listing_type"]) == ("acme", "New", "All")
        place = (int(params["page"]) - 1) * 50
        empty = {"posts": [], "comments": [], "communities": [], "users": [], "type_": params["type_"]}
        return {**empty, params["type_"].lower(): V3[params["type_"]][place : place + 50]}


class TestVersion4(ApiSourceContract):
    plugin, count, topics = "lemmy", 120, ACME
    options: ClassVar = {**HERE, "api": "v4"}
    damaged = ("creator", "eleni")

    def answer(self, request: httpx.Request) -> Any:
        params = request.url.params
        assert request.url.path in ("/api/v4/post/list", "/api/v4/comment/list")
        assert (params.get("search_term", "acme"), params["sort"], params["type_"]) == ("acme", "new", "all")
        comments = "comment" in request.url.path
        found: list[Any] = V3["Comments"] if comments else [{**post_v3(n), "counts": None} for n in range(60)]
        place = int(params.get("page_cursor", "at0").removeprefix("at"))
        after = {"next_page": f"at{place + 50}"} if place + 50 < len(found) else {}
        return {"items": found[place : place + 50], **after}


def answering(answer: Any, version: str = "0.19.5", name: str = "lemmy") -> FakeApi:
    return FakeApi(lambda request: nodeinfo(request, version, name) or answer(request))


def only(tmp_path: Path, view: Any, name: str = "posts") -> list[Mention]:
    api = answering(lambda request: {name: [view]})
    options = {**HERE, "query": "acme", "kinds": [name[:-1]]}
    return collect(build("lemmy", options, context(tmp_path, api.client()))).mentions


def test_a_post_of_version_3(tmp_path: Path) -> None:
    picture = {"url": "https://pics.example/a.png", "url_content_type": "image/png", "alt_text": "bateria"}
    mention = only(tmp_path, post_v3(7, **picture))[0]
    assert mention.ref == "lemmy:https://elsewhere.example/7"
    assert (mention.kind, mention.title) == (MentionKind.POST, "Acme phone 7")
    assert mention.text == "Bateria ține două zile\n\nhttps://pics.example/a.png"
    assert (mention.published, mention.edited) == (NOW - timedelta(minutes=7), None)
    assert [(medium.url, medium.alt) for medium in mention.media] == [("https://pics.example/a.png", "bateria")]
    assert mention.engagement is not None
    assert (mention.engagement.likes, mention.engagement.replies, mention.engagement.score) == (9, 5, 7)
    assert mention.author is not None
    assert (mention.author.handle, mention.author.name) == ("ionut@elsewhere.example", "Ionuț")


def test_a_comment_of_version_4(tmp_path: Path) -> None:
    mention = only(tmp_path, comment_v4(8), "comments")[0]
    assert (mention.kind, mention.title, mention.text) == (MentionKind.COMMENT, "", "Μια χαρά το acme")
    assert mention.thread == mention.parent == "lemmy:https://elsewhere.example/7000"
    assert mention.edited == mention.published == NOW - timedelta(minutes=8)
    assert mention.engagement is not None
    assert (mention.engagement.likes, mention.engagement.replies, mention.engagement.score) == (1, 3, -1)
    assert mention.author is not None
    assert (mention.author.bot, mention.author.metrics) == (True, {"posts": 11, "comments": 12})
    assert mention.author.avatar == "https://lemmy.example/pictrs/eleni.webp"


@pytest.mark.parametrize(("mime", "poster"), [("video/mp4", "https://lemmy.example/still.webp"), ("image/gif", "")])
def test_the_thumbnail_of_a_film_stands_for_it(tmp_path: Path, mime: str, poster: str) -> None:
    link = {"url": "https://films.example/a", "url_content_type": mime, "thumbnail_url": "https://lemmy.example/still.webp"}
    (medium,) = only(tmp_path, post_v3(7, **link))[0].media
    assert (medium.kind, medium.url, medium.poster) == (mime.partition("/")[0], "https://films.example/a", poster)
    assert only(tmp_path, post_v3(7, **{**link, "url_content_type": "text/html"}))[0].media == ()


def test_one_post_through_two_servers_is_one_mention_and_what_was_removed_is_none(tmp_path: Path) -> None:
    assert only(tmp_path, post_v3(7))[0].ref == only(tmp_path, {**post_v3(7), "post": {**post_v3(7)["post"], "id": 999}})[0].ref
    assert only(tmp_path, post_v3(7, removed=True)) == only(tmp_path, post_v3(7, deleted=True)) == []


@pytest.mark.parametrize(
    ("options", "version", "path", "wanted"),
    [
        (
            {"community": "!gadgets@lemmy.ml"},
            "0.19.5",
            "/api/v3/post/list",
            {"community_name": "gadgets@lemmy.ml", "type_": "All"},
        ),
        ({"author": "acme"}, "0.19.5", "/api/v3/user", {"username": "acme", "sort": "New"}),
        (
            {"author": "acme", "query": "x"},
            "1.0.0-beta.3",
            "/api/v4/post/list",
            {"creator_username": "acme", "search_term": "x"},
        ),
        ({"community": "gadgets"}, "1.0.2", "/api/v4/post/list", {"community_name": "gadgets", "type_": "all", "sort": "new"}),
    ],
)
def test_what_is_asked_for(tmp_path: Path, options: Any, version: str, path: str, wanted: dict[str, str]) -> None:
    api = answering(lambda request: {"posts": [post_v3(1)]} if request.url.path == path else None, version)
    collect(build("lemmy", {**HERE, **options, "kinds": ["post"]}, context(tmp_path, api.client())), topics=ACME)
    assert wanted.items() <= dict(api.requests[-1].url.params).items()


def test_of_words_that_must_all_be_there_the_longest_is_asked_for(tmp_path: Path) -> None:
    api = answering(lambda request: {"posts": [], "comments": []})
    topics = (Topic(name="acme", query='acme AND "two days" AND móvil'),)
    collect(build("lemmy", HERE, context(tmp_path, api.client())), topics=topics)
    assert {request.url.params.get("q") for request in api.requests[2:]} == {"two days"}


def test_a_server_of_other_software_or_without_nodeinfo_is_asked_by_version_3(tmp_path: Path) -> None:
    for api in (
        answering(lambda r: {"posts": []}, "1.2.0", "piefed"),
        FakeApi(lambda r: {"posts": []} if "api" in r.url.path else None),
        FakeApi(lambda r: {"posts": []} if "api" in r.url.path else {"links": [{"rel": "nodeinfo", "href": "https://["}]}),
    ):
        collect(build("lemmy", {**HERE, "query": "acme", "kinds": ["post"]}, context(tmp_path, api.client())))
        assert api.requests[-1].url.path == "/api/v3/search"


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (400, "rate_limit_error", SourceLimited),
        (400, "couldnt_find_community", SourceGone),
        (401, "not_logged_in", SourceNeedsKey),
        (400, "instance_is_private", SourceNeedsKey),
    ],
)
def test_the_short_words_of_servers(tmp_path: Path, status: int, said: str, kind: type[SourceError]) -> None:
    body = f'{{"error": "{said}"}}'.encode()
    api = answering(lambda request: Answer(status=status, headers={"Content-Type": "application/json"}, body=body))
    with pytest.raises(kind, match=said):
        collect(build("lemmy", {**HERE, "community": "gadgets"}, context(tmp_path, api.client())))


def test_a_conversation_and_how_its_posts_are_now(tmp_path: Path) -> None:
    under = comment_v4(2, "0.3.2")
    answers = {
        "/api/v3/post": {"post_view": {**post_v3(7000), "counts": {"score": 50}}},
        "/api/v3/comment/list": {"comments": [under, comment_v4(3), comment_v4(4, deleted=True)]},
        "/api/v3/comment": {"comment_view": comment_v4(4, removed=True)},
    }
    api = answering(lambda request: answers.get(request.url.path))
    fetcher = build("lemmy", HERE, context(tmp_path, api.client()))
    assert isinstance(fetcher, Converses)
    assert isinstance(fetcher, Refreshes)
    post, upper, lower = (
        Mention(platform="lemmy", key=f"https://elsewhere.example/{n}", raw={**view, "through": "https://lemmy.example"})
        for n, view in ((7000, post_v3(7000)), (3, comment_v4(3)), (2, under))
    )
    whole = fetcher.conversation(lower)
    assert [mention.ref for mention in whole] == [post.ref, upper.ref, lower.ref]
    assert [mention.parent for mention in whole] == ["", post.ref, upper.ref]
    foreign = Mention(platform="lemmy", key="x", raw={**under, "through": "https://other.example"})
    fresh = dict(fetcher.refresh([post, upper, foreign]))
    assert set(fresh) == {post.ref, upper.ref}
    assert fresh[upper.ref] is None
    now = fresh[post.ref]
    assert now is not None
    assert now.engagement is not None
    assert now.engagement.score == 50
    with pytest.raises(SourceRefused, match="did not come through"):
        fetcher.conversation(foreign)


def test_a_login_that_the_server_does_not_know(tmp_path: Path) -> None:
    api = answering(lambda request: {"version": "0.19.5"} if request.url.path == "/api/v3/site" else {"posts": []})
    fetcher = build("lemmy", {**HERE, "jwt": SECRET, "community": "gadgets"}, context(tmp_path, api.client()))
    assert isinstance(fetcher, Checks)
    with pytest.raises(SourceNeedsKey, match="does not know the login"):
        fetcher.check()


def test_accounts_and_addresses() -> None:
    component = Registry().component("source", "lemmy")
    assert component.follow is not None
    assert component.recognise is not None
    assert component.follow("acme@lemmy.example") == {"server": "lemmy.example", "author": "acme"}
    assert component.follow("acme") is None
    wanted = {"server": "https://lemmy.example", "community": "gadgets"}
    assert component.recognise("https://lemmy.example/c/gadgets", "lemmy") == wanted
    assert component.recognise("https://lemmy.example/c/gadgets", "") is None
