"""Source ``telegram``: public channels of Telegram by the pages that t.me shows of them. No key is needed.

::

    [[sources]]
    id = "acme-channel"
    plugin = "telegram"
    channels = ["acme_news", "gadgets_ro"]   # required: their public names
    back = "30d"                             # optional: how far the first reading goes back

Every post of a channel is a mention of the platform ``telegram``, known by the channel's name and the post's number. There is
no search over all of Telegram without a login: you name the channels. Groups, private channels and channels that have switched
the preview off cannot be read. Views and reactions are rounded by the page (``1.2K``). Albums are one mention.

These are pages for people, not an interface: nobody promises that they stay as they are. Where they change this source is
``broken`` and says which element it did not find. Read few channels and not often, and look at Telegram's terms and at
https://t.me/robots.txt before you read many. Limits: none is documented; here one page a second at most. Names of the elements
as seen in pages of August 2026.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from ...core.contracts import Allowance, Clues, Component, Context, Rate, Suggestion
from ...core.errors import SourceBroken, SourceRefused
from ...core.fields import Fields, UnexpectedField, map_each
from ...core.hookspecs import hookimpl
from ...core.htmltext import tidy
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import Page, each, newest_first
from ...core.values import JSON, Author, Batch, Engagement, Media, MediaKind, Mention, MentionKind, Topic

PLATFORM = "telegram"
ALLOWANCE = Allowance(name="pages of t.me", rates=(Rate(requests=1, seconds=1.0),))
MESSAGE, HISTORY, LANDING = "tgme_widget_message", "tgme_channel_history", "tgme_page"
"""Classes of a message, of the list of them, and of the page of a channel without a preview."""
WORDS = "js-message_text"
_TEXTS = {
    WORDS: "text",
    "tgme_widget_message_owner_name": "channel",
    "tgme_widget_message_from_author": "signature",
    "tgme_widget_message_views": "views",
    "tgme_widget_message_meta": "meta",
    "tgme_widget_message_forwarded_from_name": "forwarded",
    "tgme_widget_message_poll_question": "poll",
    "tgme_widget_message_document_title": "document",
}
"""Elements whose words are kept, and under which name."""
_LINKS = {
    "tgme_widget_message_reply": "reply",
    "tgme_widget_message_forwarded_from_name": "forwarded_url",
    "tgme_widget_message_link_preview": "link",
}
_PHOTO, _REACTION = "tgme_widget_message_photo_wrap", "tgme_reaction"
_FOREIGN = ("tgme_widget_message_reply", "tgme_widget_message_link_preview", "tgme_widget_message_user_photo")
"""Parts of a message that show something else than itself."""
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BLOCKS = {"blockquote", "div", "p", "pre"}
_BACKGROUND = re.compile(r"background-image:\s*url\(['\"]?(https?://[^'\")]+)")
_COUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*([KM]?)$")
_POST = re.compile(r"^https?://t\.me/(?:s/)?(\w+)/(\d+)")
_NAME = re.compile(r"^(?:(?:https?://)?t\.me/(?:s/)?|@)?([A-Za-z]\w{3,31})/?$")


def _channel(text: str) -> str:
    found = _NAME.match(text.strip())
    if not found:
        raise ValueError("write the public name of a channel, as 'acme_news' or 'https://t.me/acme_news'")
    return found[1].lower()


class TelegramOptions(PluginOptions):
    """What users write of a source of Telegram."""

    channels: tuple[Annotated[str, AfterValidator(_channel)], ...] = Field(min_length=1, description="Names of public channels")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")
    server: WebAddress = Field(default="https://t.me", description="Where the pages are")


class TelegramFetcher:
    """Reads the public pages of channels."""

    def __init__(self, options: TelegramOptions, context: Context) -> None:
        self._options, self._context = options, context

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each channel."""
        back = self._context.now() - self._options.back
        channels = list(dict.fromkeys(self._options.channels))
        return each(cursor, channels, lambda name, at: newest_first(at, lambda page: self._page(name, page), back=back))

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: a page of twenty posts a request."""
        waiting: dict[str, dict[int, Mention]] = {}
        for mention in mentions:
            name, _, number = mention.key.partition("/")
            if number.isdecimal():
                waiting.setdefault(name, {})[int(number)] = mention
        for name, asked in waiting.items():
            while asked:
                newest = max(asked)
                page = self._page(name, newest + 1)
                there = {mention.ref: mention for mention in page.mentions}
                # A post of this stretch that the page does not have was deleted; on a page without any that is not sure.
                oldest = min((_number(mention) for mention in page.mentions), default=newest + 1)
                for number in [number for number in asked if number >= oldest]:
                    mention = asked.pop(number)
                    if mention.ref in there or not page.failures:  # what could not be read is not gone
                        yield mention.ref, there.get(mention.ref)
                asked.pop(newest, None)

    def check(self) -> str:
        """See ``Checks``."""
        names = self._options.channels
        newest = [mention.published for name in names for mention in self._page(name, None).mentions if mention.published]
        last = f" The newest post is of {max(newest):%Y-%m-%d %H:%M} UTC." if newest else " There are no posts yet."
        return f"{', '.join(f't.me/{name}' for name in names)} can be read.{last}"

    def _page(self, name: str, before: JSON) -> Page:
        params = {"before": before} if isinstance(before, int) else {}
        answer = self._context.http.get(f"{self._options.server}/s/{name}", params=params, allowance=ALLOWANCE)
        posts = read_page(answer.content.decode("utf-8", "replace"), name, answer.url)
        at = self._context.now()
        mentions, failures = map_each(posts, lambda post: map_post(post, at), name=lambda post: f"post {post['post']}")
        oldest = min((number for post in posts if (number := _id(post["post"]))), default=0)
        further = oldest > 1 and not (isinstance(before, int) and oldest >= before)
        return Page(mentions=mentions, failures=failures, next=oldest if further else None)


def read_page(page: str, channel: str, url: str = "") -> list[dict[str, Any]]:
    """The messages of a channel's page, the newest first, as plain values; a pure function.

    Raises ``SourceRefused`` where the channel shows no preview and ``SourceBroken`` where the page is not as it was.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    if not reader.messages:
        if HISTORY in reader.classes:
            return []
        if LANDING in reader.classes:
            raise SourceRefused(
                f"t.me shows no posts of {channel}: there is no such channel, it is private or a group, or it has switched its "
                "preview off. Open its page in a browser and correct the name.",
                url=url,
            )
        raise _changed(channel, HISTORY, url)
    posts = [post for post in reader.messages if not post["service"]]
    if len(posts) > 3 and not any(post.get("text") or post["media"] or post.get("poll") for post in posts):
        raise _changed(channel, WORDS, url)
    if posts and not any("time" in post for post in posts):
        raise _changed(channel, "time", url)
    return list(reversed(posts))


def map_post(post: Fields, at: datetime) -> Mention | None:
    """The mention that a message of a page is; ``None`` for a sticker and its like. A pure function."""
    name, _, number = post.need("post").partition("/")
    channel, address = name.lower(), f"https://t.me/{name}/{number}"
    parts = [post.text("text"), post.text("poll"), post.text("document")]
    text = tidy("\n\n".join(part for part in parts if part))
    media = [Media(kind=_kind(one), url=one.need("url")) for one in post.each("media")]
    if not text and not media:
        return None
    forwarded, answered = _POST.match(post.text("forwarded_url")), _POST.match(post.text("reply"))
    reactions = [_count("reactions", told) for told in post.values("reactions")]
    views = post.text("views").strip()
    link = post.text("link")
    return Mention(
        platform=PLATFORM,
        key=f"{channel}/{int(number)}",
        kind=MentionKind.SHARE if "forwarded" in post else MentionKind.POST,
        url=address,
        text=text if not link or link in text else f"{text}\n\n{link}".strip(),
        author=Author(
            platform=PLATFORM,
            key=channel,
            handle=name,
            name=_line(post.text("signature") or post.text("channel")),
            url=f"https://t.me/{name}",
            at=at,
        ),
        published=post.time("time"),
        # The page says that a post was edited, not when.
        parent=_ref(answered) if answered else "",
        shared=_ref(forwarded) if forwarded else "",
        media=tuple(media),
        engagement=Engagement(
            at=at, likes=sum(reactions) if reactions else None, views=_count("views", views) if views else None
        ),
        raw=dict(post.raw),
    )


@dataclass(slots=True)
class _Open:
    tag: str
    classes: frozenset[str] = field(default_factory=frozenset)


class _Reader(HTMLParser):
    """One pass over a page: what stands in which element of which message."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.messages: list[dict[str, Any]] = []
        self.classes: set[str] = set()
        self._stack: list[_Open] = []
        self._tags: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()
        self._message: dict[str, Any] | None = None
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        classes = frozenset(told.get("class", "").split())
        self.classes |= classes
        if self._message is None and MESSAGE in classes and told.get("data-post"):
            self._message = {"post": told["data-post"], "service": "service_message" in classes, "media": [], "reactions": []}
            self.messages.append(self._message)
            self._depth = len(self._stack)
        elif self._message is not None:
            self._note(self._message, tag, told, classes)
        if tag not in _VOID:
            self._stack.append(_Open(tag, classes))
            self._tags[tag] += 1
            self._inside.update(classes)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS and self._message is not None:
            self.handle_data("\n")
        while self._tags[tag] and self._stack:
            closed = self._stack.pop()
            self._tags[closed.tag] -= 1
            self._inside.subtract(closed.classes)
            if self._message is not None and len(self._stack) <= self._depth:
                self._message = None
            if closed.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._message is None:
            return
        words = data if (self._inside[WORDS] and self._tags["pre"]) or data == "\n" else " ".join(re.split(r"\s+", data))
        for name, place in _TEXTS.items():
            if self._inside[name] > 0:
                self._message[place] = self._message.get(place, "") + words
        if self._inside[_REACTION] > 0 and self._message["reactions"]:
            self._message["reactions"][-1] += words

    def _note(self, message: dict[str, Any], tag: str, told: dict[str, str], classes: frozenset[str]) -> None:
        for name, place in _LINKS.items():
            if name in classes and told.get("href"):
                message[place] = told["href"]
        if _REACTION in classes:
            message["reactions"].append("")
        if tag == "br" or tag in _BLOCKS:
            self.handle_data("\n")
        if any(self._inside[name] > 0 for name in _FOREIGN) or classes & set(_FOREIGN):
            return
        if tag == "time" and told.get("datetime"):
            message.setdefault("time", told["datetime"])
        if _PHOTO in classes and (found := _BACKGROUND.search(told.get("style", ""))):
            message["media"].append({"kind": "image", "url": found[1]})
        if tag in ("video", "audio") and told.get("src", "").startswith("http"):
            message["media"].append({"kind": tag, "url": told["src"]})


def _kind(medium: Fields) -> MediaKind:
    kinds: dict[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio"}
    return kinds.get(medium.text("kind"), "file")


def _count(name: str, told: Any) -> int:
    """``1.2K`` as 1200: counts are rounded where they are large. A reaction's picture may stand before its count."""
    found = _COUNT.search(told.strip()) if isinstance(told, str) else None
    if not found:
        raise UnexpectedField(f"field {name!r} should be a count and is {told!r}")
    return round(float(found[1].replace(",", ".")) * {"K": 1_000, "M": 1_000_000}.get(found[2], 1))


def _ref(found: re.Match[str]) -> str:
    return f"{PLATFORM}:{found[1].lower()}/{int(found[2])}"


def _id(post: str) -> int:
    number = post.partition("/")[2]
    return int(number) if number.isascii() and number.isdecimal() else 0


def _number(mention: Mention) -> int:
    return _id(mention.key)


def _line(text: str) -> str:
    return " ".join(text.split())


def _changed(channel: str, missing: str, url: str) -> SourceBroken:
    return SourceBroken(
        f"The page of {channel} at t.me is not as it was: there is no element {missing!r} in it. Look whether there is "
        "a newer hubbub; until then the channel cannot be read.",
        url=url,
    )


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """A channel at t.me."""
    found = re.match(r"^https?://t\.me/(?:s/)?([A-Za-z]\w{3,31})(?:/\d+)?/?(?:[?#].*)?$", address)
    return {"channels": [found[1].lower()]} if found and found[1] not in ("joinchat", "addstickers", "proxy") else None


def discover(clues: Clues, context: Context) -> Iterator[Suggestion]:
    """Channels that are called like what is listened for."""
    for name in clues.names:
        if _NAME.match(name):
            yield Suggestion(options={"channels": [name]}, title=f"telegram {name}")


def follow(handle: str) -> Mapping[str, object] | None:
    """The channel of this name."""
    return {"channels": [handle.lower()]} if _NAME.match(handle) else None


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`TelegramFetcher`."""
    return [
        Component(
            name="telegram",
            build=TelegramFetcher,
            options=TelegramOptions,
            summary="Telegram: public channels by their preview pages; no key",
            example={"channels": ["acme_news"]},
            follow=follow,
            discover=discover,
            recognise=recognise,
        )
    ]
