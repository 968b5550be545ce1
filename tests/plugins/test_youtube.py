"""YouTube by the feeds of channels and by its Data API: synthetic answers in the documented shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from hubbub.core.contracts import Converses, Refreshes
from hubbub.core.errors import SourceError, SourceLimited, SourceNeedsKey
from hubbub.core.values import Mention, MentionKind, Quota, Topic
from hubbub.plugins.sources.youtube import next_midnight, register_sources
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import SECRET, ApiSourceContract
from hubbub.testing.failures import FAILURES
from hubbub.testing.server import Answer
from hubbub.testing.source_contract import HttpSourceContract
from hubbub.testing.sources import build, collect, context

NOW = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
CHANNEL = "UC" + "acme0123456789abcdefgh"
ACME = (Topic(name="acme", query='acme OR "globex phone"'),)
KEY: dict[str, Any] = {"key": SECRET}


def number(n: int) -> str:
    return f"vid{n:08d}"


def feed_entry(n: int) -> str:
    return f"""<entry><id>yt:video:{number(n)}</id><yt:videoId>{number(n)}</yt:videoId><yt:channelId>{CHANNEL}</yt:channelId>
      <title>Acme phone {n}</title><link rel="alternate" href="https://www.youtube.com/watch?v={number(n)}"/>
      <author><name>Acme România</name><uri>https://www.youtube.com/channel/{CHANNEL}</uri></author>
      <published>2026-06-14T08:00:00+00:00</published><updated>2026-06-14T08:30:00+00:00</updated>
      <media:group><media:title>Acme phone {n}</media:title>
      <media:content url="https://www.youtube.com/v/{number(n)}" type="application/x-shockwave-flash" width="640" height="390"/>
      <media:thumbnail url="https://i.ytimg.com/vi/{number(n)}/hqdefault.jpg"/>
      <media:description>Bateria ține</media:description>
      <media:community><media:starRating count="12" average="5.00"/><media:statistics views="340"/></media:community>
      </media:group></entry>"""


FEED = f"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015"
  xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom"><title>Acme</title>
  <link rel="alternate" href="https://www.youtube.com/channel/{CHANNEL}"/>{feed_entry(1)}{feed_entry(2)}</feed>"""


class TestFeeds(HttpSourceContract):
    plugin, count, path = "youtube", 2, "/feeds/videos.xml"
    body, content_type = FEED.encode(), "text/xml; charset=UTF-8"

    def options(self, url: str) -> dict[str, Any]:
        return {"site": url.removesuffix(self.path), "channels": [CHANNEL]}

    @pytest.fixture(autouse=True)
    def _redirects(self, _server: None) -> None:
        self.server.play("/source", FAILURES["endless redirect"][0])  # where the suite's redirect leads to


def video(n: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number(n),
        "snippet": {
            "publishedAt": (NOW - timedelta(minutes=n)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "channelId": CHANNEL,
            "channelTitle": "Acme España",
            "title": f"El móvil de Acme {n}",
            "description": "La batería\nno dura",
            "defaultAudioLanguage": "es-419",
        },
        "statistics": {"viewCount": "1234", "likeCount": "56", "commentCount": "7"},
        **changes,
    }


VIDEOS = {number(n): video(n) for n in range(1, 81)}


def comment(name: str, parent: str = "", **changes: Any) -> dict[str, Any]:
    snippet = {
        "videoId": number(1),
        "textDisplay": "Η μπαταρία acme κρατάει",
        "authorDisplayName": "@eleni",
        "authorChannelId": {"value": "UCeleni"},
        "authorProfileImageUrl": "https://pictures.example/eleni=s48",
        "likeCount": 3,
        "publishedAt": "2026-06-14T08:00:00Z",
        "updatedAt": "2026-06-14T08:05:00Z",
    }
    return {"id": name, "snippet": {**snippet, **({"parentId": parent} if parent else {}), **changes}}


THREAD = {
    "id": "Ug1",
    "snippet": {"videoId": number(1), "topLevelComment": comment("Ug1"), "totalReplyCount": 2},
    "replies": {"comments": [comment("Ug1.a", "Ug1")]},
}


def api_answer(request: httpx.Request) -> Any:
    path, params = request.url.path.removeprefix("/youtube/v3/"), request.url.params
    if path == "search":
        start = int(params.get("pageToken", "0"))
        after = datetime.fromisoformat(params["publishedAfter"])
        known = [one for one in VIDEOS.values() if datetime.fromisoformat(one["snippet"]["publishedAt"]) >= after]
        shown = known[start : start + 50]
        more = {"nextPageToken": str(start + 50)} if start + 50 < len(known) else {}
        return {"items": [{"id": {"kind": "youtube#video", "videoId": one["id"]}} for one in shown], **more}
    if path == "videos":
        return {"items": [VIDEOS[one] for one in params["id"].split(",") if one in VIDEOS]}
    if path == "channels":
        return {"items": [{"id": one, "statistics": {"subscriberCount": "999"}} for one in params["id"].split(",")]}
    if path == "commentThreads":
        return {"items": [THREAD] if params["videoId"] == number(1) else []}
    if path == "comments":
        return {"items": [comment("Ug1.a", "Ug1"), comment("Ug1.b", "Ug1", publishedAt="2026-06-14T08:30:00Z")]}
    if path == "videoCategories":
        return {"items": []}
    return Answer(body=FEED.encode()) if request.url.path == "/feeds/videos.xml" else None


class TestApi(ApiSourceContract):
    plugin, count, topics = "youtube", 80, ACME
    options: ClassVar[Mapping[str, Any]] = KEY
    damaged = ("statistics", 17)

    def answer(self, request: httpx.Request) -> Any:
        return api_answer(request)


def test_a_video_of_a_feed(tmp_path: Path) -> None:
    api = FakeApi(api_answer)
    mention = collect(build("youtube", {"channels": [CHANNEL]}, context(tmp_path, api.client()))).mentions[0]
    assert (mention.ref, mention.kind) == (f"youtube:{number(1)}", MentionKind.VIDEO)
    assert (mention.title, mention.text) == ("Acme phone 1", "Bateria ține")
    assert mention.author is not None
    assert (mention.author.key, mention.author.name) == (CHANNEL, "Acme România")
    assert mention.engagement is not None
    assert (mention.engagement.views, mention.engagement.likes) == (340, 12)
    assert mention.url == f"https://www.youtube.com/watch?v={number(1)}"


def test_with_a_key_videos_of_channels_have_all_numbers(tmp_path: Path) -> None:
    api = FakeApi(api_answer)
    mention = collect(build("youtube", {"channels": [CHANNEL], **KEY}, context(tmp_path, api.client()))).mentions[0]
    assert (mention.ref, mention.title, mention.lang) == (f"youtube:{number(1)}", "El móvil de Acme 1", "es")
    assert mention.author is not None
    assert (mention.author.key, mention.author.followers) == (CHANNEL, 999)
    assert mention.engagement is not None
    assert (mention.engagement.views, mention.engagement.likes, mention.engagement.replies) == (1234, 56, 7)
    assert [request.url.path.rpartition("/")[2] for request in api.requests] == ["videos.xml", "videos", "channels"]


def test_all_topics_are_one_search_and_the_key_stands_in_no_address(tmp_path: Path) -> None:
    api = FakeApi(api_answer)
    first = collect(build("youtube", KEY, context(tmp_path, api.client())), topics=ACME)
    searches = [request for request in api.requests if request.url.path.endswith("/search")]
    assert {request.url.params["q"] for request in searches} == {'"acme"|"globex phone"'}
    assert all(request.headers["x-goog-api-key"] == SECRET and SECRET not in str(request.url) for request in searches)
    api.requests.clear()
    collect(build("youtube", KEY, context(tmp_path, api.client())), first.cursor, topics=ACME)
    assert api.requests[0].url.params["publishedAfter"] == "2026-06-14T07:59:00Z"


def test_comments_of_what_is_found_are_read_from_then_on(tmp_path: Path) -> None:
    api = FakeApi(api_answer)
    options = {"query": "acme", "comments": True, **KEY}
    first = collect(build("youtube", options, context(tmp_path, api.client())))
    assert all(mention.kind is MentionKind.VIDEO for mention in first.mentions)
    api.requests.clear()
    second = collect(build("youtube", options, context(tmp_path, api.client())), first.cursor)
    comments = [mention for mention in second.mentions if mention.kind is MentionKind.COMMENT]
    assert [(one.key, one.parent) for one in comments] == [("Ug1", f"youtube:{number(1)}"), ("Ug1.a", "youtube:Ug1")]
    assert comments[0].edited == datetime(2026, 6, 14, 8, 5, tzinfo=UTC)
    assert [one.author and one.author.avatar for one in comments] == ["https://pictures.example/eleni=s48"] * 2
    assert len([request for request in api.requests if "commentThreads" in request.url.path]) == 20


def test_a_conversation_with_all_answers(tmp_path: Path) -> None:
    fetcher = build("youtube", KEY, context(tmp_path, FakeApi(api_answer).client()))
    assert isinstance(fetcher, Converses)
    asked = Mention(platform="youtube", key="Ug1.a", thread=f"youtube:{number(1)}", kind=MentionKind.COMMENT)
    assert [mention.key for mention in fetcher.conversation(asked)] == [number(1), "Ug1", "Ug1.a", "Ug1.b"]


def test_how_mentions_are_now(tmp_path: Path) -> None:
    api = FakeApi(api_answer)
    fetcher = build("youtube", KEY, context(tmp_path, api.client()))
    assert isinstance(fetcher, Refreshes)
    videos = [Mention(platform="youtube", key=number(n), kind=MentionKind.VIDEO) for n in (1, 2, 99)]
    thread = f"youtube:{number(1)}"
    comments = [Mention(platform="youtube", key=key, kind=MentionKind.COMMENT, thread=thread) for key in ("Ug1.a", "Ug1.z")]
    now = dict(fetcher.refresh([*videos, *comments]))
    assert [ref for ref, fresh in now.items() if fresh is None] == [f"youtube:{number(99)}", "youtube:Ug1.z"]
    assert len(api.requests) == 3
    assert not isinstance(build("youtube", {"channels": [CHANNEL]}, context(tmp_path)), Refreshes)


def refused(status: int, reason: str, message: str) -> Answer:
    error = {"code": status, "message": message, "errors": [{"message": message, "domain": "youtube", "reason": reason}]}
    return Answer(status=status, body=json.dumps({"error": error}).encode())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(403, "quotaExceeded", "You have exceeded your quota."), SourceLimited),
        (refused(403, "keyInvalid", "Bad Request"), SourceNeedsKey),
        (refused(400, "badRequest", "API key not valid. Please pass a valid API key."), SourceNeedsKey),
        (refused(403, "accessNotConfigured", "YouTube Data API has not been used in project 1"), SourceNeedsKey),
    ],
)
def test_refusals_are_told_apart_by_their_reason(tmp_path: Path, answer: Answer, kind: type[SourceError]) -> None:
    api = FakeApi(lambda request: answer)
    fetcher = build("youtube", {"query": "acme", **KEY}, context(tmp_path, api.client()))
    with pytest.raises(kind) as caught:
        collect(fetcher)
    if kind is SourceLimited:
        assert caught.value.until == datetime(2026, 6, 15, 7, 0, tzinfo=UTC)
        with pytest.raises(SourceLimited):
            collect(fetcher)
        assert len(api.requests) == 1  # it is not asked again before


def test_a_video_without_comments_is_no_fault(tmp_path: Path) -> None:
    closed = refused(403, "commentsDisabled", "The video has disabled comments.")
    api = FakeApi(lambda request: closed if "commentThreads" in request.url.path else api_answer(request))
    collected = collect(build("youtube", {"videos": [number(1)], **KEY}, context(tmp_path, api.client())))
    assert (collected.mentions, collected.failures) == ([], [])


def test_the_day_is_counted_and_told_over_restarts(tmp_path: Path) -> None:
    told: list[Quota] = []
    where = replace(context(tmp_path, FakeApi(api_answer).client()), tell_quota=told.append)
    options = {"query": "acme", "daily_searches": 3, **KEY}
    collect(build("youtube", options, where))
    searches = [quota for quota in told if quota.unit == "searches"]
    assert [(quota.left, quota.limit) for quota in searches] == [(2, 3), (1, 3)]
    with pytest.raises(SourceLimited, match="midnight Pacific"):
        collect(build("youtube", options, where))
    tomorrow = replace(where, now=lambda: datetime(2026, 6, 15, 7, 1, tzinfo=UTC))
    assert collect(build("youtube", options, tomorrow)).mentions
    assert SECRET not in "".join(file.read_text() for file in (tmp_path / "data").iterdir())


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        (datetime(2026, 6, 14, 9, 12, tzinfo=UTC), datetime(2026, 6, 15, 7, 0, tzinfo=UTC)),
        (datetime(2026, 1, 14, 7, 59, tzinfo=UTC), datetime(2026, 1, 14, 8, 0, tzinfo=UTC)),
    ],
)
def test_midnight_in_los_angeles(now: datetime, midnight: datetime) -> None:
    assert next_midnight(now) == midnight


@pytest.mark.parametrize("options", [{}, {"channels": ["@acme"]}, {"query": "acme"}, {"videos": ["short"], **KEY}])
def test_options_that_cannot_work_are_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        build("youtube", options, context(tmp_path))


def test_following_an_account() -> None:
    (component,) = register_sources()
    assert component.follow is not None
    assert component.follow(CHANNEL) == {"channels": [CHANNEL]}
    assert component.follow("@acme") is None
    assert component.suggest is None
