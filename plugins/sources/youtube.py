"""Source ``youtube``: videos of channels without a key; with one also a search of all of YouTube, numbers and comments.

::

    [[sources]]
    id = "youtube"
    plugin = "youtube"
    channels = ["UCxxxxxxxxxxxxxxxxxxxxxx"]  # optional: their newest videos, by feeds; the id, not the @name
    query = '"acme phone"'               # optional: what to search for; otherwise the words of all topics
    videos = ["dQw4w9WgXcQ"]             # optional: the comments under these
    comments = true                      # optional: the comments of what is found, of channels and videos
    back = "30d"                         # optional: how far the first reading goes back
    key = { env = "YOUTUBE_KEY" }        # optional: free, from console.cloud.google.com ("YouTube Data API v3")
    every = "1h"

A video and a comment are mentions of the platform ``youtube``, known by YouTube's ids, the same through feeds and through the
API. Without a key there are channels only, with titles, descriptions, views and ratings of their newest fifteen videos. Where
channels or videos are named, and no ``query``, nothing is searched for. Comments are read under the twenty videos that are
the newest of what was found.

Limits: with a key 100 searches a day and 10,000 other units, of which each request is one; both begin anew at midnight Pacific
time. They are counted here over all sources with this key, kept over restarts, and shown with the source. All topics are one
search as far as its length allows. The key goes in a header, never in an address.
Facts as in YouTube's Data API reference and “Quota cost” (developers.google.com, 2026).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Literal, TypeAlias
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, model_validator

from ...core.contracts import Allowance, Clues, Component, Context, Fetcher, Rate, Suggestion
from ...core.errors import SourceError, SourceGone, SourceLimited, SourceNeedsKey, SourceRefused
from ...core.fields import Fields, UnexpectedField, list_in, map_each, moment_of, object_of
from ...core.hookspecs import hookimpl
from ...core.htmltext import plain_line
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import OVERLAP, Page, each, newest_first
from ...core.searchterms import packed, search_terms
from ...core.values import JSON, Author, Batch, Engagement, Failure, Media, Mention, MentionKind, Quota, Topic
from ...core.webplaces import web_place
from ._feed_listening import PlatformFeed, feed_batch
from ._keeping import digest, keep, kept
from ._raw import mapping_of, mappings_of, text_of

PLATFORM = "youtube"
SITE = "https://www.youtube.com"
FEEDS = Allowance(name="feeds of www.youtube.com", rates=(Rate(requests=60, seconds=60.0),))
PER_REQUEST = 50
"""Ids of one request, and videos of a page of a search."""
SEARCH_PAGES = 3
"""Of one search in one run: each costs one of a hundred a day."""
WATCHED = 20
"""Videos that were found last and whose comments are read."""
LONGEST_QUERY = 200
"""Characters of a search."""

_CHANNEL = re.compile(r"^UC[A-Za-z0-9_-]{22}$")
_NAMED = re.compile(
    r"""(?:feeds/videos\.xml\?channel_id=|rel=["']?canonical["']?\s+href=["']?https://www\.youtube\.com/channel/)"""
    r"(UC[A-Za-z0-9_-]{22})"
)
"""How the page of a channel says which one it is: by its feed, and by its address."""
_HOSTS = ("youtube.com", "m.youtube.com")
_VIDEO = re.compile(r"^[A-Za-z0-9_-]{11}$")
_REASON = re.compile(r"\(([A-Za-z_]+)\)$")
_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"})
_FORBIDDEN = frozenset({"accessNotConfigured", "ipRefererBlocked", "forbidden", "SERVICE_DISABLED"})

Bucket: TypeAlias = Literal["searches", "units"]


class YouTubeOptions(PluginOptions):
    """What users write of a source of YouTube."""

    channels: tuple[str, ...] = Field(default=(), description="Their newest videos: ids that begin with UC")
    videos: tuple[str, ...] = Field(default=(), description="The comments under these videos")
    query: str = Field(default="", description="What to search for; otherwise the words of all topics")
    comments: bool = Field(default=False, description="The comments of what is found, of channels and videos")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")
    key: SecretStr = Field(default=SecretStr(""), description="Free, from console.cloud.google.com")
    daily_searches: int = Field(default=100, ge=1, description="Searches a day that the key allows")
    daily_units: int = Field(default=10_000, ge=1, description="Other units a day that the key allows")
    site: WebAddress = Field(default=SITE, description="Address of the site")
    api: WebAddress = Field(default="https://www.googleapis.com/youtube/v3", description="Address of the API")

    @model_validator(mode="after")
    def _whole(self) -> YouTubeOptions:
        for name in self.channels:
            if not _CHANNEL.match(name):
                raise ValueError(
                    f"{name!r} is no id of a channel. Open the channel, choose “Share channel”, “Copy channel ID”: it begins "
                    "with UC and has 24 characters"
                )
        for name in self.videos:
            if not _VIDEO.match(name):
                raise ValueError(f"{name!r} is no id of a video: it is what follows v= in its address, 11 characters")
        if not self.key.get_secret_value() and (not self.channels or self.query or self.comments or self.videos):
            raise ValueError(
                "without a key YouTube gives channels only: write channels, or a key from console.cloud.google.com "
                '(“YouTube Data API v3”, free) as key = { env = "YOUTUBE_KEY" }'
            )
        return self


class YouTubeFeeds:
    """Reads the feeds of channels."""

    def __init__(self, options: YouTubeOptions, context: Context) -> None:
        self._options, self._context = options, context

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each channel."""
        return each(cursor, self._options.channels, self._channel)

    def check(self) -> str:
        """See ``Checks``."""
        count = sum(len(batch.mentions) for name in self._options.channels for batch in self._channel(name, None))
        return f"YouTube answers; there are {count} videos in these channels' feeds."

    def _channel(self, name: str, cursor: JSON) -> Iterator[Batch]:
        url = f"{self._options.site}/feeds/videos.xml"
        feed = PlatformFeed(url=url, params={"channel_id": name}, read=map_entry, allowance=FEEDS)
        try:
            yield feed_batch(self._context, feed, cursor)
        except SourceGone as error:
            raise SourceGone(
                f"YouTube has no channel {name}, or it has no videos. Correct channels.", url=error.url, status=error.status
            ) from error


class YouTubeApi(YouTubeFeeds):
    """Reads feeds of channels, the search and comments, with a key."""

    def __init__(self, options: YouTubeOptions, context: Context) -> None:
        super().__init__(options, context)
        self._day = _Day(options, context)

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each list, and the videos whose comments are read."""
        saved = cursor if isinstance(cursor, Mapping) else {}
        found = {name: text_of(time) for name, time in mapping_of(saved.get("watched")).items() if _VIDEO.match(name)}
        lists = {f"channel {name}": ("channel", name) for name in self._options.channels}
        lists |= {f"search {words}": ("search", words) for words in self._searches(topics)}
        under = [*self._options.videos, *(found if self._options.comments else ())]
        lists |= {f"comments {name}": ("comments", name) for name in under}
        for batch in each(saved.get("places"), list(lists), lambda name, at: self._list(*lists[name], at)):
            if self._options.comments:
                videos = [mention for mention in batch.mentions if mention.kind is MentionKind.VIDEO and mention.published]
                found |= {mention.key: str(mention.published) for mention in videos}
                found = dict(sorted(found.items(), key=lambda pair: pair[1], reverse=True)[:WATCHED])
            yield replace(batch, cursor={"places": batch.cursor, "watched": found})

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: one unit for fifty videos (two with their channels) or comments."""
        videos = [mention for mention in mentions if mention.kind is MentionKind.VIDEO]
        comments = [mention for mention in mentions if mention.kind is not MentionKind.VIDEO]
        for start in range(0, len(videos), PER_REQUEST):
            piece = videos[start : start + PER_REQUEST]
            fresh, failures = self._videos([mention.key for mention in piece])
            yield from _now(piece, fresh, failures)
        for start in range(0, len(comments), PER_REQUEST):
            piece = comments[start : start + PER_REQUEST]
            threads = {mention.key: mention.thread for mention in piece}
            answer = self._ask("comments", {"id": ",".join(threads), **_COMMENTS})
            at = self._context.now()
            fresh, failures = map_each(
                list_in(answer, "items"),
                lambda item, at=at, known=threads: map_comment(item, at, known.get(item.text("id"), "")),
            )
            yield from _now(piece, fresh, failures)

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: the video, and up to five hundred comments with their answers; a unit a hundred."""
        number = mention.thread.partition(":")[2] or mention.key
        videos, _ = self._videos([number])
        if not videos:
            raise SourceGone("This video is not on YouTube any more, or is private now.")
        found: list[Mention] = [*videos]
        page: JSON = None
        for _ in range(5):
            answer = self._comments_of(number, page)
            for thread in list_in(answer, "items"):
                found += self._thread(Fields(thread), videos[0].ref)
            page = answer.text("nextPageToken")
            if not page:
                break
        return found

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: a video (two units), or the comment that the address names (one)."""
        video, comment = video_at(url)
        if not video:
            return None
        if comment:
            answer = self._ask("comments", {**_COMMENTS, "id": comment})
            found, failures = self._commented(list_in(answer, "items"), {}, f"{PLATFORM}:{video}")
        else:
            found, failures = self._videos([video])
        if not found:
            raise SourceGone(failures[0].message if failures else "It is not on YouTube any more, or is private.", url=url)
        return found[0]

    def check(self) -> str:
        """See ``Checks``: costs one unit, and no search."""
        self._ask("videoCategories", {"part": "snippet", "regionCode": "US"})
        return f"YouTube accepts the key; {self._day.left('searches')} searches are left today, by our own count."

    # --- lists -----------------------------------------------------------------------------------------------

    def _searches(self, topics: Sequence[Topic]) -> list[str]:
        """As few searches as possible: ``|`` means OR there."""
        if self._options.query:
            return [self._options.query]
        if self._options.channels or self._options.videos:
            return []
        # A space binds closer than OR does: terms of several words stay together.
        words = [term.quoted for term in search_terms(topics)]
        return ["|".join(some) for some in packed(words, "|", LONGEST_QUERY)]

    def _list(self, kind: str, name: str, cursor: JSON) -> Iterator[Batch]:
        back = self._context.now() - self._options.back
        if kind == "channel":
            yield from self._counted(self._channel(name, cursor))
        elif kind == "comments":
            yield from newest_first(cursor, lambda page: self._comment_page(name, page), back=back)
        else:
            since = moment_of(cursor.get("since")) if isinstance(cursor, Mapping) else None
            start = since - OVERLAP if since else back
            yield from newest_first(cursor, lambda page: self._search_page(name, start, page), pages=SEARCH_PAGES, back=back)

    def _counted(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """Videos of feeds with what only the API tells; as the feed has them where it does not."""
        for batch in batches:
            videos: tuple[Mention, ...] = ()
            with suppress(SourceLimited):
                videos, _ = self._videos([mention.key for mention in batch.mentions])
            whole = {video.key: video for video in videos}
            yield replace(batch, mentions=tuple(whole.get(mention.key, mention) for mention in batch.mentions))

    def _search_page(self, words: str, start: datetime, page: JSON) -> Page:
        params: dict[str, str | int] = {
            "part": "snippet",
            "type": "video",
            "q": words,
            "order": "date",
            "publishedAfter": f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "maxResults": PER_REQUEST,
            **({"pageToken": page} if isinstance(page, str) else {}),
        }
        answer = self._ask("search", params, "searches")
        ids: list[str] = []
        _, broken = map_each(list_in(answer, "items"), lambda item: ids.append(item.need("id.videoId")), name="video")
        videos, failures = self._videos(ids)
        return Page(mentions=videos, failures=(*broken, *failures), next=answer.text("nextPageToken") or None)

    def _comment_page(self, video: str, page: JSON) -> Page:
        try:
            answer = self._comments_of(video, page)
        except SourceGone:
            return Page()  # the video is gone; its own refreshing tells
        at, thread = self._context.now(), f"{PLATFORM}:{video}"
        items = [comment for item in list_in(answer, "items") for comment in _comments_in(item)]
        mentions, failures = map_each(
            items, lambda item: map_comment(item, at, thread), name=lambda item: f"comment {item['id']}"
        )
        # Answers are older or newer than what they answer: how far back the page goes is told by the threads alone.
        oldest = min((one.published for one in mentions if one.published and one.parent == thread), default=None)
        return Page(mentions=mentions, failures=failures, next=answer.text("nextPageToken") or None, oldest=oldest)

    # --- asking ----------------------------------------------------------------------------------------------

    def _videos(self, ids: Sequence[str]) -> tuple[tuple[Mention, ...], tuple[Failure, ...]]:
        """Videos with their numbers and their channels' subscribers; private and deleted ones are left out."""
        if not ids:
            return (), ()
        answer = self._ask("videos", {"part": "snippet,statistics", "id": ",".join(dict.fromkeys(ids))})
        items = list_in(answer, "items")
        channels = {text_of(mapping_of(mapping_of(item).get("snippet")).get("channelId")) for item in items} - {""}
        subscribers: dict[str, int | None] = {}
        if channels:
            told = self._ask("channels", {"part": "statistics", "id": ",".join(sorted(channels)), "maxResults": PER_REQUEST})
            for channel in list_in(told, "items"):
                with suppress(UnexpectedField):
                    one = Fields(channel)
                    hidden = one.flag("statistics.hiddenSubscriberCount")
                    subscribers[one.text("id")] = None if hidden else one.count("statistics.subscriberCount")
        at = self._context.now()
        return map_each(items, lambda item: map_video(item, at, subscribers), name=lambda item: f"video {item['id']}")

    def _comments_of(self, video: str, page: JSON) -> Fields:
        more = {"pageToken": page} if isinstance(page, str) and page else {}
        try:
            return self._ask(
                "commentThreads", {**_COMMENTS, "part": "snippet,replies", "videoId": video, "order": "time", **more}
            )
        except SourceRefused as error:
            if _reason(error) == "commentsDisabled":
                return Fields({"items": []})  # its owner wants none, which is no fault
            raise

    def _thread(self, thread: Fields, video: str) -> Iterator[Mention]:
        """A comment and its answers; these are asked for where the thread has not all of them."""
        items = _comments_in(thread.raw)
        if len(items) - 1 < (thread.count("snippet.totalReplyCount") or 0):
            answer = self._ask("comments", {**_COMMENTS, "parentId": thread.need("id")})
            items = [items[0], *list_in(answer, "items")]
        mentions, _ = self._commented(items, {}, video)
        yield from sorted(mentions, key=lambda one: (one.parent != video, one.published or self._context.now()))

    def _commented(
        self, items: Iterable[Any], threads: Mapping[str, str], thread: str = ""
    ) -> tuple[tuple[Mention, ...], tuple[Failure, ...]]:
        """Comments under one video, or each under its own."""
        at = self._context.now()
        return map_each(
            items,
            lambda item: map_comment(item, at, threads.get(item.text("id"), thread)),
            name=lambda item: f"comment {item['id']}",
        )

    def _ask(self, method: str, params: Mapping[str, str | int], bucket: Bucket = "units") -> Fields:
        self._day.take(bucket)
        headers = {"x-goog-api-key": self._options.key.get_secret_value()}
        try:
            return object_of(self._context.http.get(f"{self._options.api}/{method}", params=params, headers=headers))
        except SourceError as error:
            meant = self._meant(error, bucket)
            if meant is error:
                raise
            raise meant from error

    def _meant(self, error: SourceError, bucket: Bucket) -> SourceError:
        """What a refusal means, by the reason that the API gives."""
        reason, words = _reason(error), error.said.lower()
        if reason in _SPENT:
            self._day.spend(bucket)
            return self._day.spent(bucket, error)
        wrong = reason == "keyInvalid" or "api key not" in words or "api key expired" in words
        if wrong or isinstance(error, SourceNeedsKey):
            return SourceNeedsKey(
                "YouTube does not accept the key of this source: it is wrong, was deleted or has expired. Look at "
                "console.cloud.google.com, “APIs & Services”, “Credentials”, and copy it anew.",
                url=error.url,
                status=error.status,
                said=error.said,
            )
        if isinstance(error, SourceRefused) and reason in _FORBIDDEN:
            return SourceNeedsKey(
                "The key of this source may not be used for YouTube. At console.cloud.google.com enable “YouTube Data API v3” "
                "for its project, and look whether the key is restricted to other APIs or addresses. "
                f"YouTube says: “{error.said}”",
                url=error.url,
                status=error.status,
                said=error.said,
            )
        return error


_COMMENTS: dict[str, str | int] = {"part": "snippet", "textFormat": "plainText", "maxResults": 100}


class _Day:
    """What was used of a key since midnight Pacific time, kept in a file that all sources with this key share."""

    _lock = threading.Lock()

    def __init__(self, options: YouTubeOptions, context: Context) -> None:
        self._file = context.data_dir / f"quota-{digest(options.key.get_secret_value())}.json"
        self._limits: dict[Bucket, int] = {"searches": options.daily_searches, "units": options.daily_units}
        self._context = context

    def take(self, bucket: Bucket) -> None:
        """Count a request; raises ``SourceLimited`` where there is none left today."""
        with self._lock:
            used = self._read()
            if used[bucket] >= self._limits[bucket]:
                raise self.spent(bucket)
            used[bucket] += 1
            self._write(used)
        left = self._limits[bucket] - used[bucket]
        self._context.tell_quota(Quota(left=left, limit=self._limits[bucket], resets=self._resets(), unit=bucket))

    def spend(self, bucket: Bucket) -> None:
        """Nothing is left, as YouTube says, which knows of other programs with this key."""
        with self._lock:
            self._write({**self._read(), bucket: self._limits[bucket]})

    def left(self, bucket: Bucket) -> int:
        """How many are left today."""
        with self._lock:
            return max(0, self._limits[bucket] - self._read()[bucket])

    def spent(self, bucket: Bucket, error: SourceError | None = None) -> SourceLimited:
        """The error for a day's allowance that is used up."""
        until = self._resets()
        return SourceLimited(
            f"The {self._limits[bucket]:,} {bucket} that YouTube allows this key in a day are used up until "
            f"{until:%Y-%m-%d %H:%M} UTC (midnight Pacific time). It goes on by itself then; raise this source's every.",
            url=error.url if error else "",
            until=until,
            status=error.status if error else 0,
            said=error.said if error else "",
        )

    def _resets(self) -> datetime:
        return next_midnight(self._context.now())

    def _read(self) -> dict[str, int]:
        used = {"searches": 0, "units": 0}
        known = kept(self._file)
        if known.get("until") == self._resets().isoformat():
            used |= {name: known[name] for name in used if isinstance(known.get(name), int)}
        return used

    def _write(self, used: Mapping[str, int]) -> None:
        # Where it cannot be kept YouTube's own count is the last word.
        keep(self._file, {**used, "until": self._resets().isoformat()})


# --- pure functions ------------------------------------------------------------------------------------------


def next_midnight(now: datetime) -> datetime:
    """When the day of YouTube's quota ends (UTC): midnight in Los Angeles."""
    zone: tzinfo = timezone(-timedelta(hours=8))
    with suppress(ZoneInfoNotFoundError):  # a system without a time zone database: an hour late in summer
        zone = ZoneInfo("America/Los_Angeles")
    day = (now.astimezone(zone) + timedelta(days=1)).date()
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def map_entry(entry: Mention) -> Mention:
    """The video that an entry of a channel's feed is; a pure function."""
    raw = mapping_of(entry.raw)
    number = text_of(raw.get("yt_videoid"))
    if not _VIDEO.match(number):
        raise UnexpectedField("field 'yt:videoId' is missing")
    page = next((text_of(author.get("href")) for author in mappings_of(raw.get("authors"))), "")
    name = entry.author.name if entry.author else ""
    return Mention(
        platform=PLATFORM,
        key=number,
        kind=MentionKind.VIDEO,
        url=f"{SITE}/watch?v={number}",
        title=entry.title,
        text=entry.text,
        author=_author(page.rpartition("/channel/")[2], name),
        published=entry.published,
        media=(Media(kind="image", url=_picture(number)),),
        engagement=entry.engagement,
        raw=entry.raw,
    )


def map_video(item: Fields, at: datetime, subscribers: Mapping[str, int | None]) -> Mention:
    """The video that an item of ``videos.list`` is, with its channel's subscribers; a pure function."""
    number, snippet, numbers = item.need("id"), item.inner("snippet"), item.inner("statistics")
    channel = snippet.text("channelId")
    author = _author(channel, snippet.text("channelTitle"))
    spoken = snippet.text("defaultAudioLanguage") or snippet.text("defaultLanguage")
    lang = spoken.partition("-")[0].lower()
    return Mention(
        platform=PLATFORM,
        key=number,
        kind=MentionKind.VIDEO,
        url=f"{SITE}/watch?v={number}",
        title=snippet.text("title"),
        text=snippet.text("description"),
        author=replace(author, followers=subscribers.get(channel), at=at) if author else None,
        published=snippet.time("publishedAt"),
        lang=lang if len(lang) == 2 else "",
        media=(Media(kind="image", url=_picture(number)),),
        engagement=Engagement(
            at=at,
            likes=numbers.count("likeCount"),
            replies=numbers.count("commentCount"),
            views=numbers.count("viewCount"),
        ),
        raw=dict(item.raw),
    )


def map_comment(item: Fields, at: datetime, thread: str) -> Mention:
    """A comment, or an answer to one; a pure function. ``thread`` is the ref of its video."""
    number, snippet = item.need("id"), item.inner("snippet")
    video = snippet.text("videoId") or thread.partition(":")[2]
    published, edited = snippet.time("publishedAt"), snippet.time("updatedAt")
    parent = snippet.text("parentId")
    channel, name = snippet.text("authorChannelId.value"), plain_line(snippet.text("authorDisplayName"))
    return Mention(
        platform=PLATFORM,
        key=number,
        kind=MentionKind.COMMENT,
        url=f"{SITE}/watch?v={video}&lc={number}",
        text=snippet.text("textDisplay") or snippet.text("textOriginal"),
        author=_author(channel, name, snippet.text("authorProfileImageUrl")),
        published=published,
        edited=edited if edited != published else None,
        thread=f"{PLATFORM}:{video}",
        parent=f"{PLATFORM}:{parent or video}",
        engagement=Engagement(at=at, likes=snippet.count("likeCount")),
        raw=dict(item.raw),
    )


def _author(channel: str, name: str, avatar: str = "") -> Author | None:
    if not channel and not name:
        return None
    handle = name.removeprefix("@") if name.startswith("@") else ""
    url = f"{SITE}/channel/{channel}" if channel else ""
    return Author(platform=PLATFORM, key=channel or name, handle=handle, name=name, url=url, avatar=avatar)


def _picture(number: str) -> str:
    return f"https://i.ytimg.com/vi/{number}/hqdefault.jpg"


def _comments_in(thread: Any) -> list[Any]:
    """The comment of a thread, and the answers that come with it."""
    raw = mapping_of(thread)
    first = mapping_of(raw.get("snippet")).get("topLevelComment")
    answers = mapping_of(raw.get("replies")).get("comments")
    return [first, *(answers if isinstance(answers, list) else [])]


def _now(
    asked: Sequence[Mention], fresh: Sequence[Mention], failures: Sequence[Failure]
) -> Iterator[tuple[str, Mention | None]]:
    """What is left out of an answer has been deleted, or made private; what cannot be read has not."""
    found = {mention.key: mention for mention in fresh}
    for mention in asked:
        if mention.key in found or not failures:
            yield mention.ref, found.get(mention.key)


def _reason(error: SourceError) -> str:
    found = _REASON.search(error.said)
    return found[1] if found else ""


def build(options: YouTubeOptions, context: Context) -> Fetcher:
    """With a key the API, else feeds."""
    return YouTubeApi(options, context) if options.key.get_secret_value() else YouTubeFeeds(options, context)


def video_at(address: str) -> tuple[str, str]:
    """The ids of the video at an address and of the comment that it points to; empty where there is none."""
    place = web_place(address)
    if place is None:
        return "", ""
    if place.host == "youtu.be":
        video = place.part(0)
    elif place.host in ("youtube.com", "m.youtube.com"):
        video = place.query.get("v", "") if place.path == ("watch",) else ""
        video = place.part(1) if place.part(0) in ("shorts", "live", "embed") else video
    else:
        return "", ""
    return (video, place.query.get("lc", "")) if _VIDEO.match(video) else ("", "")


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """A channel by its id; other pages of a channel name the feed that has it."""
    place = web_place(address)
    if place is None or place.host not in _HOSTS:
        return None
    channel = place.part(1) if place.part(0) == "channel" else place.query.get("channel_id", "")
    return {"channels": [channel]} if _CHANNEL.match(channel) else None


def discover(clues: Clues, context: Context) -> Iterator[Suggestion | Failure]:
    """Channels that are called like what is listened for, or that its site links to by name: one page each tells the id."""
    linked = (place.path for link in clues.links if (place := web_place(link)) and place.host in _HOSTS and place.path)
    named = ("/".join(path[:2]) if path[0] in ("c", "user") else path[0] for path in linked)
    pages = (*(f"@{name}" for name in clues.names), *(name for name in named if name.startswith(("@", "c/", "user/"))))
    for page in dict.fromkeys(pages):
        title = f"youtube {page}"
        try:
            found = _NAMED.search(context.http.get(f"{SITE}/{quote(page, safe='@/')}").content.decode("utf-8", "replace"))
        except SourceError as error:
            yield Failure(source="", item=title, message=str(error))
            continue
        if found:
            yield Suggestion(options={"channels": [found[1]]}, title=title, every=timedelta(hours=1))
        else:
            yield Failure(source="", item=title, message="The page names no channel.")


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`YouTubeFeeds` or a :class:`YouTubeApi`."""
    return [
        Component(
            name="youtube",
            build=build,
            options=YouTubeOptions,
            summary="YouTube: videos of channels without a key; search, numbers and comments with one",
            follow=lambda handle: {"channels": [handle]} if _CHANNEL.match(handle) else None,
            discover=discover,
            recognise=recognise,
        )
    ]
