"""Servers that speak the Mastodon API: synthetic statuses in the documented shape, with ids that mean nothing."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from hubbub.core.accounts import Accounts
from hubbub.core.contracts import Checks, Converses, Refreshes, Streams
from hubbub.core.errors import SourceGone, SourceNeedsKey
from hubbub.core.fields import Fields
from hubbub.core.registry import Registry
from hubbub.core.values import Health, Media, Mention, MentionKind, Topic
from hubbub.plugins.sources._mastodon_mapping import locals_of, map_status
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import SECRET, ApiSourceContract
from hubbub.testing.server import Answer
from hubbub.testing.sources import build, collect, context
from hubbub.testing.websockets import Play, StreamServer

NOW = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)
ACME = (Topic(name="acme", query='acme OR "acme phone"'),)
SAID = ["La batería del acme dura dos días", "Bateria acme ține două zile", "Η μπαταρία του acme κρατά", "My acme is fine"]


def opaque(number: int) -> str:
    """An id as some servers make them: text in no order."""
    return blake2b(str(number).encode(), digest_size=8).hexdigest()


def account(name: str = "marta", **changes: Any) -> dict[str, Any]:
    return {
        "id": "7",
        "acct": name,
        "display_name": "Marta Ruiz",
        "url": f"https://social.example/@{name}",
        "followers_count": 120,
        "following_count": 8,
        "statuses_count": 900,
        "bot": False,
        "avatar": "https://files.example/marta.gif",
        "avatar_static": "https://files.example/marta.png",
        **changes,
    }


def status(number: int, **changes: Any) -> dict[str, Any]:
    said = SAID[number % len(SAID)]
    return {
        "id": opaque(number),
        "uri": f"https://social.example/users/marta/statuses/{number}",
        "url": f"https://social.example/@marta/{number}",
        "created_at": (NOW - timedelta(minutes=1000 - number)).isoformat(),
        "edited_at": None,
        "visibility": "public",
        "language": "es",
        "spoiler_text": "",
        "content": f'<p>{said} {number} <a href="https://social.example/tags/acme">#<span>acme</span></a></p>',
        "replies_count": 1,
        "reblogs_count": 2,
        "favourites_count": 3,
        "account": account(),
        "media_attachments": [],
        **changes,
    }


class Timeline:
    """A server with one list of statuses, the newest last, that pages as the API documents it."""

    def __init__(self, statuses: list[dict[str, Any]], *, link: bool = True, prev: str = "min_id") -> None:
        self.statuses, self.link, self.prev = statuses, link, prev

    def page(self, request: httpx.Request, body: Any = None) -> Answer:
        params = request.url.params
        limit = int(params.get("limit", 20))
        places = {one["id"]: place for place, one in enumerate(self.statuses)}
        begin, end = 0, len(self.statuses)
        if "max_id" in params:
            end = places[params["max_id"]]
        if "since_id" in params:
            begin = places[params["since_id"]] + 1
        if "min_id" in params:
            begin = places[params["min_id"]] + 1
            end = min(end, begin + limit)
        found = self.statuses[max(begin, end - limit) : end][::-1]
        headers = {"Content-Type": "application/json"}
        if self.link and found:
            own = request.url.copy_remove_param("max_id").copy_remove_param("min_id").copy_remove_param("since_id")
            older, newer = own.copy_add_param("max_id", found[-1]["id"]), own.copy_add_param(self.prev, found[0]["id"])
            headers["Link"] = f'<{older}>; rel="next", <{newer}>; rel="prev"'
        return Answer(headers=headers, body=json.dumps(body(found) if body else found).encode())


class TestMastodon(ApiSourceContract):
    plugin, count, topics = "mastodon", 90, ACME
    options: ClassVar[dict[str, Any]] = {"servers": ["social.example"], "tokens": {"social.example": SECRET}, "tags": ["acme"]}
    damaged = ("created_at", {"when": "today"})
    timeline = Timeline([status(n) for n in range(90)])

    def answer(self, request: httpx.Request) -> Any:
        if request.url.path == "/api/v1/accounts/verify_credentials":
            return account("desk")
        assert request.headers["authorization"] == f"Bearer {SECRET}"
        if request.url.path == "/api/v2/instance":
            return {"domain": "social.example"}
        if request.url.path.startswith("/api/v1/statuses/"):
            return None
        assert request.url.path == "/api/v1/timelines/tag/acme"
        return self.timeline.page(request, self.api.changing)


class TestWithoutLinkHeader(TestMastodon):
    timeline = Timeline([status(n) for n in range(90)], link=False)


def mapped(raw: dict[str, Any], others: list[dict[str, Any]] | None = None) -> Mention:
    mention = map_status(Fields(raw), "social.example", NOW, locals_of([*(others or []), raw]))
    assert mention is not None
    return mention


def test_a_status() -> None:
    mention = mapped(
        status(
            7,
            spoiler_text="Ηχητικά",
            edited_at="2026-06-14T09:00:00.000Z",
            media_attachments=[
                {
                    "type": "image",
                    "url": "https://files.example/1.png",
                    "preview_url": "https://files.example/1-small.png",
                    "description": "Un teléfono",
                },
                {
                    "type": "gifv",
                    "url": None,
                    "remote_url": "https://files.example/2.mp4",
                    "preview_url": "https://files.example/2.png",
                    "description": None,
                },
                {"type": "unknown", "url": None},
            ],
            poll={"options": [{"title": "Sí"}, {"title": "No"}]},
            quotes_count=4,
        )
    )
    assert mention.ref == "mastodon:https://social.example/users/marta/statuses/7"
    assert (mention.title, mention.text) == ("Ηχητικά", "My acme is fine 7 #acme\n\n- Sí\n- No")
    assert (mention.lang, mention.edited) == ("es", datetime(2026, 6, 14, 9, tzinfo=UTC))
    assert mention.media == (
        Media(kind="image", url="https://files.example/1.png", alt="Un teléfono"),
        Media(kind="video", url="https://files.example/2.mp4", poster="https://files.example/2.png"),
    )
    assert mention.author is not None
    assert mention.author.avatar == "https://files.example/marta.png"
    assert (mention.author.handle, mention.author.followers, mention.author.bot) == ("marta@social.example", 120, False)
    assert mention.author.metrics == {"posts": 900, "following": 8}
    assert mention.engagement is not None
    assert (mention.engagement.likes, mention.engagement.shares, mention.engagement.replies) == (3, 6, 1)


def test_little_is_needed() -> None:
    mention = mapped({"id": "a", "uri": "https://gts.example/1", "content": "acme", "account": {"acct": "ion@gts.example"}})
    assert (mention.ref, mention.text, mention.published, mention.parent) == (
        "mastodon:https://gts.example/1",
        "acme",
        None,
        "",
    )
    assert mention.author is not None
    assert (mention.author.key, mention.author.followers) == ("ion@gts.example", None)


def test_a_boost_is_a_share_and_not_what_it_shares() -> None:
    mention = mapped(status(9, content="", url="https://social.example/@marta/8", reblog=status(8)))
    assert (mention.kind, mention.url) == (MentionKind.SHARE, "")
    assert mention.shared == "mastodon:https://social.example/users/marta/statuses/8"
    assert mention.text.startswith(SAID[0])
    assert mention.engagement is None


def test_a_quote_refers_to_what_it_quotes() -> None:
    quoting = mapped(status(9, quote={"state": "accepted", "quoted_status": status(3)}))
    assert (quoting.kind, quoting.shared) == (MentionKind.POST, "mastodon:https://social.example/users/marta/statuses/3")
    assert mapped(status(9, quote={"state": "revoked", "quoted_status": None})).shared == ""


def test_what_a_status_answers_is_told_only_where_it_is_known() -> None:
    root, answer = status(1), status(2, in_reply_to_id=opaque(1))
    last, stranger = status(3, in_reply_to_id=opaque(2)), status(4, in_reply_to_id="somewhere")
    mention = mapped(last, [root, answer])
    assert (mention.parent, mention.thread) == (mapped(answer).ref, mapped(root).ref)
    assert (mapped(last, [answer]).parent, mapped(last, [answer]).thread) == (mapped(answer).ref, "")
    assert (mapped(stranger).parent, mapped(stranger).thread) == ("", "")


def test_what_is_not_for_everybody_is_no_mention() -> None:
    assert map_status(Fields(status(1, visibility="private")), "social.example", NOW) is None


def test_one_post_on_two_servers_is_one(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> Any:
        here = request.url.host
        return [
            status(1, id=f"own-of-{here}", account=account("marta" if here == "social.example" else "marta@social.example"))
        ]

    api = FakeApi(lambda request: [] if "min_id" in request.url.params else answer(request))
    options = {"servers": ["social.example", "https://other.example"], "tags": ["acme"]}
    collected = collect(build("mastodon", options, context(tmp_path, api.client())), topics=ACME)
    assert sum(len(batch.mentions) for batch in collected.batches) > 1
    assert len(collected.mentions) == 1
    assert {mention.author.key for batch in collected.batches for mention in batch.mentions if mention.author} == {
        "marta@social.example"
    }
    assert {request.url.host for request in api.requests} == {"social.example", "other.example"}


@pytest.mark.parametrize("prev", ["min_id", "since_id"])
def test_what_came_since_is_read_to_its_end(tmp_path: Path, prev: str) -> None:
    timeline = Timeline([status(n) for n in range(30)], prev=prev)
    api = FakeApi(timeline.page)
    options = {"servers": ["social.example"], "tags": ["acme"], "back": "10y"}
    fetcher = build("mastodon", options, context(tmp_path, api.client()))
    cursor = collect(fetcher, topics=ACME).cursor
    timeline.statuses += [status(n) for n in range(30, 200)]
    again = collect(fetcher, json.loads(json.dumps(cursor)), topics=ACME)
    assert {mention.ref for mention in again.mentions} >= {mapped(one).ref for one in timeline.statuses[30:]}
    assert collect(fetcher, again.cursor, topics=ACME).unchanged


@pytest.mark.parametrize(
    ("answers", "handle"),
    [
        ({"/api/v2/instance": {"domain": "acme.example"}}, "marta@acme.example"),
        ({"/api/v2/instance": {"domain": "social.example", "account_domain": "Acme.example"}}, "marta@acme.example"),
        ({"/api/v1/instance": {"uri": "acme.example"}}, "marta@acme.example"),
        ({"/api/v1/instance": {"uri": "https://social.example/"}}, "marta@social.example"),
        ({"/api/v2/instance": {"domain": "who knows?"}}, "marta@social.example"),
        ({}, "marta@social.example"),
    ],
)
def test_people_of_a_server_stand_under_its_domain_which_need_not_be_its_host(
    tmp_path: Path, answers: dict[str, Any], handle: str
) -> None:
    there = [status(2), status(1, account=account("eva@far.example"))]
    api = FakeApi(lambda request: there if "/timelines/" in request.url.path else answers.get(request.url.path))
    options = {"servers": ["social.example"], "tags": ["acme"]}
    for _ in range(2):
        mentions = collect(build("mastodon", options, context(tmp_path, api.client())), topics=ACME).mentions
        assert {mention.author.handle for mention in mentions if mention.author} == {handle, "eva@far.example"}
    author = next(mention.author for mention in mentions if mention.author and mention.author.handle == handle)
    assert Accounts([Topic(name="acme", query="acme", accounts=(f"mastodon:{handle}",))]).topics_of(author) == ("acme",)
    if answers:  # remembered
        assert sum(request.url.path == "/api/v2/instance" for request in api.requests) == 1


def test_an_account_is_followed_where_its_domain_says_that_it_is(tmp_path: Path) -> None:
    links = [{"rel": "self", "type": "application/activity+json", "href": "https://social.example/users/marta"}]
    answers: dict[str, Any] = {
        "https://acme.example/.well-known/webfinger": {"subject": "acct:marta@acme.example", "links": links},
        "https://social.example/api/v1/accounts/lookup": {"id": "7"},
        "https://social.example/api/v1/accounts/7/statuses": [status(1)],
        "https://social.example/api/v2/instance": {"domain": "acme.example"},
    }
    api = FakeApi(lambda request: answers.get(str(request.url.copy_with(query=None))))
    for _ in range(2):
        mentions = collect(build("mastodon", {"account": "@marta@acme.example"}, context(tmp_path, api.client()))).mentions
        assert [mention.author.handle for mention in mentions if mention.author] == ["marta@acme.example"]
    asked = [request for request in api.requests if request.url.host == "acme.example"]
    assert [request.url.params["resource"] for request in asked] == ["acct:marta@acme.example"]


def test_addresses_of_another_host_are_not_followed(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> Any:
        if request.url.path == "/api/v2/instance":
            return {"domain": "social.example"}
        body = [] if "min_id" in request.url.params or "max_id" in request.url.params else [status(1)]
        link = '<https://evil.example/steal?max_id=1>; rel="next", <http://social.example/x>; rel="prev"'
        return Answer(headers={"Link": link}, body=json.dumps(body).encode())

    api = FakeApi(answer)
    options = {"servers": ["social.example"], "tokens": {"social.example": SECRET}, "tags": ["acme"]}
    collected = collect(build("mastodon", options, context(tmp_path, api.client())), topics=ACME)
    assert {str(request.url.copy_with(query=None)) for request in api.requests} == {
        "https://social.example/api/v1/timelines/tag/acme",
        "https://social.example/api/v2/instance",
    }
    collect(
        build("mastodon", options, context(tmp_path, api.client())),
        {"social.example #acme": {"newer": "https://evil.example/"}},
    )
    assert {request.url.host for request in api.requests} == {"social.example"}
    assert len(collected.mentions) == 1


@pytest.mark.parametrize("code", [401, 403, 422])
def test_a_tag_for_members_only_says_how_to_get_a_token(tmp_path: Path, code: int) -> None:
    api = FakeApi(lambda request: Answer(status=code, body=b'{"error": "This method requires an authenticated user"}'))
    fetcher = build("mastodon", {"servers": ["social.example"], "tags": ["acme"]}, context(tmp_path, api.client()))
    with pytest.raises(SourceNeedsKey, match=r"only to its members.*requires an authenticated user.*read:statuses.*tokens ="):
        collect(fetcher)


def test_an_empty_tag_of_a_closed_server_is_no_silence(tmp_path: Path) -> None:
    access = {"hashtag_feeds": {"local": "authenticated", "remote": "authenticated"}}
    api = FakeApi(lambda request: [] if "timelines" in request.url.path else {"configuration": {"timelines_access": access}})
    options = {"servers": ["social.example"], "tags": ["acme"]}
    collected = collect(build("mastodon", options, context(tmp_path, api.client())))
    assert [failure.kind for failure in collected.failures] == [Health.NEEDS_KEY]
    access["hashtag_feeds"] = {"local": "public", "remote": "public"}
    assert collect(build("mastodon", options, context(tmp_path, api.client()))).failures == []


def test_an_account_on_its_own_server(tmp_path: Path) -> None:
    timeline = Timeline([status(n) for n in range(3)])

    def answer(request: httpx.Request) -> Any:
        if request.url.path == "/api/v1/accounts/lookup":
            return account(id="x/1") if request.url.params["acct"] == "acme" else None
        return timeline.page(request) if request.url.raw_path.startswith(b"/api/v1/accounts/x%2F1/statuses") else None

    api = FakeApi(answer)
    component = Registry().component("source", "mastodon")
    assert component.follow is not None
    assert component.follow("acme") is None
    options = component.follow("acme@social.example")
    assert options == {"account": "@acme@social.example"}
    fetcher = build("mastodon", options or {}, context(tmp_path, api.client()))
    first = collect(fetcher)
    assert len(first.mentions) == 3
    assert isinstance(fetcher, Checks)
    assert "knows @acme@social.example" in fetcher.check()
    with pytest.raises(SourceGone, match=r"knows no account @nobody@social\.example"):
        collect(build("mastodon", {"account": "nobody@social.example"}, context(tmp_path, api.client())))
    api.requests.clear()
    assert collect(fetcher, first.cursor).unchanged
    assert len(api.requests) == 1


def test_a_search_goes_to_servers_with_a_token_only(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> Any:
        if request.url.path != "/api/v2/search":
            return []
        begin = int(request.url.params["offset"])
        return {"statuses": [status(n) for n in range(60)][::-1][begin : begin + 40]}

    api = FakeApi(answer)
    options = {"servers": ["a.example", "b.example"], "search": True, "tokens": {"a.example": SECRET}}
    collected = collect(build("mastodon", options, context(tmp_path, api.client())), topics=ACME)
    searches = [request for request in api.requests if request.url.path == "/api/v2/search"]
    assert {(request.url.host, request.url.params["q"], request.url.params["type"]) for request in searches} == {
        ("a.example", "acme", "statuses")
    }
    assert len(collected.mentions) == 60


def test_how_a_post_is_now_and_its_conversation(tmp_path: Path) -> None:
    one = status(5, in_reply_to_id=opaque(4))
    around = {"ancestors": [status(4)], "descendants": [status(6, in_reply_to_id=opaque(5))]}
    answers: dict[str, Any] = {
        "/api/v2/instance": {"domain": "social.example"},
        f"/api/v1/statuses/{opaque(5)}": {**one, "favourites_count": 99},
        f"/api/v1/statuses/{opaque(5)}/context": around,
    }
    api = FakeApi(lambda request: answers.get(request.url.path))
    fetcher = build("mastodon", {"servers": ["social.example"]}, context(tmp_path, api.client()))
    assert isinstance(fetcher, Refreshes)
    assert isinstance(fetcher, Converses)
    elsewhere = map_status(Fields(status(8)), "other.example", NOW)
    assert elsewhere is not None
    told = dict(fetcher.refresh([mapped(one), mapped(status(7)), elsewhere]))
    assert told.keys() == {mapped(one).ref, mapped(status(7)).ref}
    fresh = told[mapped(one).ref]
    assert fresh is not None
    assert fresh.engagement is not None
    assert fresh.engagement.likes == 99
    assert told[mapped(status(7)).ref] is None
    paths = [request.url.path for request in api.requests if "statuses" in request.url.path]
    assert paths == [f"/api/v1/statuses{end}" for end in ("", f"/{opaque(5)}", f"/{opaque(7)}")], "an old server knows no batch"
    assert api.requests[0].url.params.get_list("id[]") == [opaque(5), opaque(7)]
    api.requests.clear()
    answers["/api/v1/statuses"] = [{**one, "favourites_count": 100}, status(9), "?"]
    told = dict(fetcher.refresh([mapped(one), mapped(status(7))]))
    assert [request.url.path for request in api.requests] == ["/api/v1/statuses", f"/api/v1/statuses/{opaque(7)}"]
    assert (fresh := told[mapped(one).ref]) is not None
    assert fresh.engagement is not None
    assert (fresh.engagement.likes, told[mapped(status(7)).ref]) == (100, None)
    talk = fetcher.conversation(mapped(one))
    assert [mention.parent for mention in talk] == ["", talk[0].ref, talk[1].ref]
    assert {mention.thread for mention in talk[1:]} == {talk[0].ref}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"search": True}, "search needs the token"),
        ({"stream": True}, "stream needs the token"),
        ({"stream": True, "account": "a@b.example"}, "not of one account"),
        ({"tokens": {"far.example": SECRET}}, "not among the servers"),
        ({"account": "acme"}, "with its server"),
        ({"tags": ["two words"]}, "a tag is one word"),
        ({"servers": ["not a server"]}, "name of a server"),
    ],
)
def test_options_that_cannot_work_say_why(options: dict[str, Any], words: str) -> None:
    model = Registry().component("source", "mastodon").options
    assert model is not None
    with pytest.raises(ValidationError, match=words):
        model.model_validate(options)


def told(name: str, payload: Any) -> str:
    """An event of a stream: its payload is JSON within JSON, but for a deletion's."""
    return json.dumps({"stream": ["hashtag"], "event": name, "payload": payload if name == "delete" else json.dumps(payload)})


def streaming(folder: Path, server: StreamServer, api: FakeApi) -> Streams:
    name = server.url.replace("ws", "http", 1)
    options = {"servers": [name], "tokens": {name: SECRET}, "tags": ["acme", "acmephone"], "stream": True, "back": "10y"}
    fetcher = build("mastodon", options, context(folder, api.client()))
    assert isinstance(fetcher, Streams)
    return fetcher


def test_a_stream_tells_of_tags_and_the_lists_are_read_once_it_stands(tmp_path: Path) -> None:
    events = [
        told("update", status(5)),
        told("notification", {"id": "1"}),
        told("update", status(6)),
        told("status.update", status(5, content="<p>acme, changed</p>")),
        told("delete", opaque(6)),
        told("delete", "unknown"),
        "no JSON",
    ]
    api = FakeApi(lambda request: [status(4)] if "min_id" not in request.url.params else [])
    with StreamServer(Play(messages=events)) as server:
        batches = list(streaming(tmp_path, server, api).stream(ACME, None, threading.Event()))
    assert server.requests[0].path == "/api/v1/streaming?stream=hashtag&tag=acme"
    assert server.requests[0].headers["authorization"] == f"Bearer {SECRET}"
    assert SECRET not in server.requests[0].path
    *read, last = batches
    assert {mention.ref for batch in read for mention in batch.mentions} == {mapped(status(4)).ref}
    assert [(mention.key[-1], mention.text) for mention in last.mentions] == [("5", "acme, changed")]
    assert last.deleted == (mapped(status(6)).ref,)
    assert len(last.failures) == 1
    assert last.cursor == read[-1].cursor


def test_a_stream_without_the_right_to_it_says_so(tmp_path: Path) -> None:
    api = FakeApi(lambda request: [])
    missing = Play(status=401, body=b'{"error": "Missing access token"}')
    with StreamServer(missing) as server, pytest.raises(SourceNeedsKey, match=r"does not stream.*read:statuses"):
        list(streaming(tmp_path, server, api).stream(ACME, None, threading.Event()))
    refused = Play(messages=['{"error": "Not authorized", "status": 401}'], stay=True)
    with StreamServer(refused) as server, pytest.raises(SourceNeedsKey, match=r"Not authorized.*read:statuses"):
        list(streaming(tmp_path, server, api).stream(ACME, None, threading.Event()))
