"""Source ``lobsters``: stories and comments of Lobsters, by its feeds. No key is needed.

::

    [[sources]]
    id = "lobsters"
    plugin = "lobsters"
    kinds = ["story", "comment"]     # optional: only one of them
    tags = ["hardware", "android"]   # optional: only stories with one of these tags
    domains = ["acme.example"]       # optional: only stories that link there
    user = "acme_dev"                # optional: all that this user writes

Without ``tags``, ``domains`` and ``user`` it reads the newest stories and the newest comments of the whole site. Every story
and every comment is a mention of the platform ``lobsters``, known by its short id (``s/abc123``, ``c/abc123``: stories and
comments are numbered apart). Feeds tell no points; score, comments and edits come when a mention is asked for again, whole
threads on demand.

Limits: 4 requests a second, 30 a minute, 100 in ten minutes, 400 an hour for each network. The site welcomes readers of its
feeds and not crawlers: nothing else of it is read, its search never, and a thread's JSON only for what was found.
Routes, feeds, JSON and limits as in lobsters/lobsters (August 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field

from ...core.contracts import Allowance, Component, Context, Rate, Suggestion
from ...core.errors import SourceGone
from ...core.fields import Fields, UnexpectedField, list_in, map_each, object_of
from ...core.hookspecs import hookimpl
from ...core.htmltext import read_html
from ...core.optiontypes import PluginOptions, WebAddress
from ...core.paging import each
from ...core.values import JSON, Author, Batch, Engagement, Mention, MentionKind, Topic
from ...core.webplaces import web_place
from ._feed_listening import PlatformFeed, feed_batch
from ._raw import host_of, mapping_of, text_of

PLATFORM = "lobsters"
HOST = "lobste.rs"
ALLOWANCE = Allowance(
    name=HOST,
    rates=(
        Rate(requests=4, seconds=1.0),
        Rate(requests=30, seconds=60.0),
        Rate(requests=100, seconds=600.0),
        Rate(requests=400, seconds=3600.0),
    ),
)

_ADDRESS = re.compile(r"^(https?://[^/]+)/([sc])/([a-z0-9]+)(?:[/.#?]|$)")
_COMMENT_MARK = re.compile(r"#c_([a-z0-9]+)$")
_STORY_AUTHOR = re.compile(r"(?:^|\s)(?:by|via) (\S+)$")
_COMMENT_AUTHOR = re.compile(r"^([^@\s]+)@|\(([^()\s]+)\)$")
_COMMENTS_LINK = re.compile(r"\s*Comments$")


class LobstersOptions(PluginOptions):
    """What users write of a source of Lobsters."""

    kinds: tuple[Literal["story", "comment"], ...] = Field(default=("story", "comment"), min_length=1, description="Only these")
    tags: tuple[str, ...] = Field(default=(), description="Only stories with one of these tags")
    domains: tuple[str, ...] = Field(default=(), description="Only stories that link there")
    user: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*$", description="All that this user writes")
    server: WebAddress = Field(default=f"https://{HOST}", description="Address of the site, or of one that runs its software")


class LobstersFetcher:
    """Reads the feeds of Lobsters, and whole threads."""

    def __init__(self, options: LobstersOptions, context: Context) -> None:
        self._options, self._context = options, context

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each feed."""
        return each(cursor, self._paths(), self._feed)

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: one request for all that is asked of a thread, as far as its story is known."""
        threads: dict[str, list[Mention]] = {}
        for mention in mentions:
            threads.setdefault(mention.thread or mention.ref, []).append(mention)
        for ref, asked in threads.items():
            for mention, fresh in self._fresh(ref, asked):
                yield mention.ref, fresh

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: the whole thread in one request, or two where a comment's story is not known yet."""
        thread = mention.thread or mention.ref
        if not _is_story(thread):
            comment = self._comment(mention)
            if comment is None:
                raise SourceGone("This comment has been deleted on Lobsters, and which story it belonged to is not known.")
            thread = comment.thread
        found = self._thread(thread)
        if not found:
            raise SourceGone("This story is not on Lobsters any more.")
        return [one for one in found.values() if one is not None]

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: one request for a story or a comment."""
        found = _ADDRESS.match(url)
        if found is None or host_of(found[1]) != host_of(self._options.server):
            return None
        comment = _COMMENT_MARK.search(url)
        letter, number = ("c", comment[1]) if comment else (found[2], found[3])
        asked = Mention(platform=PLATFORM, key=_key(self._options.server, letter, number))
        mention = self._comment(asked) if letter == "c" else self._thread(asked.ref).get(asked.ref)
        if mention is None:
            raise SourceGone(f"This is not on {host_of(self._options.server)} any more.", url=url)
        return mention

    def check(self) -> str:
        """See ``Checks``."""
        batch = feed_batch(self._context, self._platform_feed(self._paths()[0]), None)
        return f"{host_of(self._options.server)} answers; there are {len(batch.mentions)} entries in its feed."

    def _paths(self) -> list[str]:
        options = self._options
        tags = [f"/t/{','.join(quote(tag, safe='') for tag in options.tags)}.rss"] if options.tags else []
        paths = [*tags, *(f"/domains/{quote(domain, safe='')}.rss" for domain in options.domains)]
        whole = {"story": "/newest.rss", "comment": "/comments.rss"}
        own = {"story": f"/~{options.user}/stories.rss", "comment": f"/~{options.user}/comments.rss"}
        if options.user:
            paths += [own[kind] for kind in options.kinds]
        return paths or [whole[kind] for kind in options.kinds]

    def _feed(self, path: str, cursor: JSON) -> Iterator[Batch]:
        yield feed_batch(self._context, self._platform_feed(path), cursor)

    def _platform_feed(self, path: str) -> PlatformFeed:
        return PlatformFeed(url=f"{self._options.server}{path}", read=map_entry, allowance=ALLOWANCE)

    def _fresh(self, ref: str, asked: Sequence[Mention]) -> Iterator[tuple[Mention, Mention | None]]:
        """What is asked of one thread; what cannot be read is left for another time."""
        found: Mapping[str, Mention | None] = {}
        if len(asked) > 1 or (asked[0].ref == ref and _is_story(ref)):
            try:
                found = self._thread(ref)
            except UnexpectedField:
                return
        for mention in asked:
            if mention.ref in found:
                yield mention, found[mention.ref]
            elif not _is_story(mention.ref):
                with suppress(UnexpectedField):
                    yield mention, self._comment(mention)
            elif not found:
                # Another story under this address would mean: merged into that one, which is no deletion.
                yield mention, None

    def _thread(self, ref: str) -> Mapping[str, Mention | None]:
        """The mentions of a thread by ref, ``None`` for what has been deleted; empty where the story is gone."""
        try:
            story = self._ask(ref)
        except SourceGone:
            return {}
        at = self._context.now()
        first = map_story(story, at)
        found: dict[str, Mention | None] = {first.ref: first}
        comments = list_in(story, "comments")
        mentions, _ = map_each(comments, lambda comment: map_comment(comment, at))
        found |= {mention.ref: None if _is_gone(Fields(mention.raw)) else mention for mention in mentions}
        return found

    def _comment(self, mention: Mention) -> Mention | None:
        try:
            comment = self._ask(mention.ref)
        except SourceGone:
            return None
        return None if _is_gone(comment) else map_comment(comment, self._context.now())

    def _ask(self, ref: str) -> Fields:
        path = "/".join(ref.partition(":")[2].split("/")[-2:])
        return object_of(self._context.http.get(f"{self._options.server}/{path}.json", allowance=ALLOWANCE))


def map_entry(entry: Mention) -> Mention:
    """The story or comment that a feed's entry is; a pure function of it."""
    raw = mapping_of(entry.raw)
    site, letter, number = _parts(text_of(raw.get("id")) or entry.url)
    said = text_of(raw.get("author"))
    story = letter == "s"
    if story:
        found = _STORY_AUTHOR.search(said)
        name = found[1] if found else ""
        # The last line of a story that links somewhere is the site's own link to its comments.
        text = _COMMENTS_LINK.sub("", entry.text) or entry.url
    else:
        found = _COMMENT_AUTHOR.search(said)
        name = (found[1] or found[2]) if found else ""
        text = entry.text
    return Mention(
        platform=PLATFORM,
        key=_key(site, letter, number),
        kind=MentionKind.POST if story else MentionKind.COMMENT,
        url=f"{site}/{letter}/{number}",
        title=entry.title if story else "",
        text=text,
        author=_author(site, name),
        published=entry.published,
        raw=entry.raw,
    )


def map_story(story: Fields, at: datetime) -> Mention:
    """The story that the site's JSON describes, without its comments; a pure function."""
    site, letter, number = _parts(story.need("short_id_url"))
    return Mention(
        platform=PLATFORM,
        key=_key(site, letter, number),
        url=f"{site}/{letter}/{number}",
        title=story.text("title"),
        text=read_html(story.text("description")).text or story.text("url"),
        author=_author(site, _user(story, "submitter_user")),
        published=story.time("created_at"),
        engagement=Engagement(at=at, score=story.number("score"), replies=story.count("comment_count")),
        raw={name: value for name, value in story.raw.items() if name != "comments"},
    )


def map_comment(comment: Fields, at: datetime) -> Mention:
    """The comment that the site's JSON describes; a pure function."""
    site, letter, number = _parts(comment.need("short_id_url"))
    # Its address leads to its story: https://lobste.rs/s/abc123/title#c_def456
    _, _, story = _parts(comment.need("url"))
    thread = f"{PLATFORM}:{_key(site, 's', story)}"
    parent = comment.text("parent_comment")
    published, edited = comment.time("created_at"), comment.time("last_edited_at") or comment.time("updated_at")
    return Mention(
        platform=PLATFORM,
        key=_key(site, letter, number),
        kind=MentionKind.COMMENT,
        url=f"{site}/{letter}/{number}",
        text=read_html(comment.text("comment")).text,
        author=_author(site, _user(comment, "commenting_user")),
        published=published,
        edited=edited if edited != published else None,
        thread=thread,
        parent=f"{PLATFORM}:{_key(site, 'c', parent)}" if parent else thread,
        engagement=Engagement(at=at, score=comment.number("score")),
        raw=dict(comment.raw),
    )


def _parts(address: str) -> tuple[str, str, str]:
    """Site, letter (story or comment) and short id of an address."""
    found = _ADDRESS.match(address)
    if found is None:
        raise UnexpectedField(f"the address {address[:80]!r} should be that of a story or a comment")
    return found[1], found[2], found[3]


def _key(site: str, letter: str, number: str) -> str:
    """Unique in the world: other sites that run this software have short ids of their own."""
    host = host_of(site)
    return f"{letter}/{number}" if host == HOST else f"{host}/{letter}/{number}"


def _is_story(ref: str) -> bool:
    return "/s/" in f"/{ref.partition(':')[2]}"


def _is_gone(comment: Fields) -> bool:
    return bool(comment.flag("is_deleted") or comment.flag("is_moderated"))


def _user(item: Fields, name: str) -> str:
    """A user's name; older versions of the software send the whole user."""
    value: Any = item.raw.get(name)
    return item.text(f"{name}.username") if isinstance(value, Mapping) else item.text(name)


def _author(site: str, name: str) -> Author | None:
    return Author(platform=PLATFORM, key=name, handle=name, url=f"{site}/~{name}") if name else None


def suggest(topic: Topic, context: Context) -> list[Suggestion]:
    """One source reads the whole site for all topics: there is nothing to say of one."""
    return [Suggestion(options={}, title="lobsters")]


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """The site, its tags, what links to a domain, or a user."""
    place = web_place(address)
    if place is None or place.host != HOST or place.is_feed:
        return None
    kind, name = place.part(0), place.part(1)
    if kind.startswith("~"):
        return {"user": kind[1:]}
    if kind == "u" and name:
        return {"user": name}
    if kind in ("t", "domains") and name:
        return {"tags": name.split(",")} if kind == "t" else {"domains": [name]}
    return {} if kind in ("", "newest", "recent", "comments") else None


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`LobstersFetcher`."""
    return [
        Component(
            name="lobsters",
            build=LobstersFetcher,
            options=LobstersOptions,
            summary="Lobsters: stories, comments and threads, by feeds; no key",
            follow=lambda handle: {"user": handle},
            suggest=suggest,
            recognise=recognise,
        )
    ]
