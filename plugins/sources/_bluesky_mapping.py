"""Posts of Bluesky as mentions: pure functions, after the lexicons ``app.bsky.feed`` and ``app.bsky.richtext`` (2026).

Text and media are made of the post's own record only, so that a post is the same through a stream, a search and a feed; what
no version depends on (counts, avatar, the still of a film) is taken from what stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...core.fields import Fields, UnexpectedField, moment_of
from ...core.values import Author, Engagement, Media, Mention, MentionKind

PLATFORM = "bluesky"
SITE = "https://bsky.app"
POST = "app.bsky.feed.post"
_PICTURES = "https://cdn.bsky.app/img/feed_fullsize/plain"
_FILMS = "https://video.bsky.app/watch"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile tells beyond what stands beside a post."""

    followers: int | None
    following: int | None
    posts: int | None


def post_uri(did: str, rkey: str) -> str:
    """The address of a post in the network."""
    return f"at://{did}/{POST}/{rkey}"


def ref_of(uri: str) -> str:
    """The ref of a post; empty for what is no post (a list, a feed)."""
    return f"{PLATFORM}:{uri}" if _parts(uri)[1] == POST else ""


def map_view(view: Fields, at: datetime, profiles: Mapping[str, Profile] | None = None) -> Mention:
    """The mention that a ``postView`` is."""
    uri, author = view.need("uri"), view.inner("author")
    did = author.need("did")
    record = view.inner("record")
    profile = (profiles or {}).get(did)
    created, indexed = moment_of(record.raw.get("createdAt")), view.time("indexedAt")
    reposts, quotes = view.count("repostCount"), view.count("quoteCount")
    return _mention(
        uri,
        record,
        # Clients write what they like; nothing is older than what it claims, or newer than when it was seen.
        published=min((time for time in (created, indexed) if time), default=None),
        author=author_of(author, at, profile),
        engagement=Engagement(
            at=at,
            likes=view.count("likeCount"),
            shares=reposts if quotes is None else (reposts or 0) + quotes,
            replies=view.count("replyCount"),
        ),
        raw=dict(view.raw),
        poster=view.text("embed.thumbnail") or view.text("embed.media.thumbnail"),  # app.bsky.embed.video#view
    )


def map_feed_item(item: Fields, at: datetime, profiles: Mapping[str, Profile] | None = None) -> Mention | None:
    """The post of an author's feed; or their repost of somebody's. ``None`` for a repost without an address of its own."""
    post = map_view(item.inner("post"), at, profiles)
    if "reason.by" not in item:
        return post
    uri, by = item.text("reason.uri"), item.inner("reason.by")
    if not uri:
        return None
    did = by.need("did")
    return Mention(
        platform=PLATFORM,
        key=uri,
        kind=MentionKind.SHARE,
        text=post.text,
        author=author_of(by, at, (profiles or {}).get(did)),
        published=item.time("reason.indexedAt"),
        lang=post.lang,
        shared=post.ref,
        media=post.media,
        raw=dict(item.raw),
    )


def map_event(event: Fields, at: datetime) -> Mention:
    """The post of a Jetstream event that creates or changes one: without counts, and its author only by id."""
    did = event.need("did")
    record, seen = event.inner("commit.record"), event.time("time_us")
    created = moment_of(record.raw.get("createdAt"))
    return _mention(
        post_uri(did, event.need("commit.rkey")),
        record,
        published=min((time for time in (created, seen) if time), default=None),
        author=Author(platform=PLATFORM, key=did, url=f"{SITE}/profile/{did}", at=at),
        engagement=None,
        raw=dict(event.raw),
    )


def author_of(author: Fields, at: datetime, profile: Profile | None = None) -> Author:
    """Who wrote a post; followers only where a profile was asked for."""
    did, handle = author.need("did"), author.text("handle")
    counts = {"posts": profile.posts, "following": profile.following} if profile else {}
    return Author(
        platform=PLATFORM,
        key=did,
        handle="" if handle == "handle.invalid" else handle,
        name=author.text("displayName"),
        url=f"{SITE}/profile/{did}",
        avatar=author.text("avatar"),
        followers=profile.followers if profile else None,
        metrics={name: count for name, count in counts.items() if count is not None},
        at=at,
    )


def profile_of(profile: Fields) -> tuple[str, Profile]:
    """Id and counts of a ``profileViewDetailed``."""
    return profile.need("did"), Profile(
        profile.count("followersCount"), profile.count("followsCount"), profile.count("postsCount")
    )


def _mention(
    uri: str,
    record: Fields,
    *,
    published: datetime | None,
    author: Author,
    engagement: Engagement | None,
    raw: Any,
    poster: str = "",
) -> Mention:
    did, collection, rkey = _parts(uri)
    if collection != POST:
        raise UnexpectedField(f"field 'uri' should be the address of a post and is {uri[:60]!r}")
    embed = record.inner("embed")
    kind = embed.text("$type")
    quoted, media = embed.text("record.uri") if kind.endswith(".record") else "", embed
    if kind.endswith(".recordWithMedia"):
        quoted, media = embed.text("record.record.uri"), embed.inner("media")
    langs = record.values("langs")
    return Mention(
        platform=PLATFORM,
        key=uri,
        # By id and not by handle: people change their handles, and the address has to stay the same.
        url=f"{SITE}/profile/{did}/post/{rkey}",
        text="\n\n".join(part for part in (expanded(record), _card(media)) if part),
        author=author,
        published=published,
        lang=langs[0].partition("-")[0].lower() if langs and isinstance(langs[0], str) else "",
        thread=ref_of(record.text("reply.root.uri")),
        parent=ref_of(record.text("reply.parent.uri")),
        shared=ref_of(quoted),
        media=tuple(_media(media, did, poster)),
        engagement=engagement,
        raw=raw,
    )


def expanded(record: Fields) -> str:
    """The text with links that were shortened for showing written out. Facets count bytes of UTF-8, not characters."""
    text = record.text("text")
    data = text.encode("utf-8", "surrogatepass")
    links: list[tuple[int, int, str]] = []
    for facet in record.each("facets"):
        start, end = facet.number("index.byteStart"), facet.number("index.byteEnd")
        uri = next((each.text("uri") for each in facet.each("features") if each.text("$type").endswith("#link")), "")
        if uri and start is not None and end is not None and 0 <= start < end <= len(data):
            links.append((start, end, uri))
    found, at = [], 0
    for start, end, uri in sorted(links):
        if start < at:
            continue
        try:
            before, shown = data[at:start].decode("utf-8", "surrogatepass"), data[start:end].decode("utf-8", "surrogatepass")
            after = data[end:].decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:  # in the middle of a character: these places are of another text
            continue
        if not _shortened(shown, uri) or before[-1:].isalnum() or after[:1].isalnum():
            continue
        found += [before, uri]
        at = end
    return "".join([*found, data[at:].decode("utf-8", "surrogatepass")])


def _shortened(shown: str, uri: str) -> bool:
    begin = shown.removesuffix("...").removesuffix("…").lower()
    bare = uri.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return begin != shown.lower() and bool(begin) and bare.startswith(begin.removeprefix("www."))


def _card(embed: Fields) -> str:
    """Title and address of a link card, which stands for a link in the text."""
    if not embed.text("$type").endswith(".external"):
        return ""
    return "\n".join(part for part in (embed.text("external.title"), embed.text("external.uri")) if part)


def _media(embed: Fields, did: str, poster: str) -> Iterator[Media]:
    kind = embed.text("$type")
    if kind.endswith(".images"):
        for image in embed.each("images"):
            if blob := image.text("image.ref.$link"):
                yield Media(kind="image", url=f"{_PICTURES}/{did}/{blob}", alt=image.text("alt"))
    elif kind.endswith(".video") and (blob := embed.text("video.ref.$link")):
        yield Media(kind="video", url=f"{_FILMS}/{did}/{blob}/playlist.m3u8", poster=poster, alt=embed.text("alt"))


def _parts(uri: str) -> tuple[str, str, str]:
    """Repository, collection and key of an ``at://`` address; empty where it is none."""
    parts = uri.removeprefix("at://").split("/") if uri.startswith("at://") else []
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 and all(parts) else ("", "", "")
