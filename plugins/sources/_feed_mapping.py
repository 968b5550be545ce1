"""From a raw feed entry to a mention: a pure function of the raw entry, which carries what is needed of its feed.

A raw entry is what :mod:`._feed_reading` gives, with ``feed`` (address, title, link, language and author of the feed) and
``at`` (ISO time of the fetch, for the counts).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...core.htmltext import ReadHtml, plain_line, read_html, tidy
from ...core.values import Author, Engagement, Mention, MentionKind
from ._feed_dates import read_date
from ._feed_identity import entry_key
from ._feed_media import entry_media, is_film
from ._raw import absolute, count_of, host_of, mapping_of, mappings_of, scheme_of, text_of

PLATFORM = "rss"

_COMMENT_FRAGMENT = re.compile(r"(?i)^(?:comment|c|reply|respond|li-comment)-?\d+")
_MARKUP = frozenset({"text/html", "application/xhtml+xml"})
_MAIL = re.compile(r"[^\s@()<>]+@[^\s@()<>]+")
_LONG_LANGUAGES = {
    "english": "en",
    "spanish": "es",
    "romanian": "ro",
    "greek": "el",
    "french": "fr",
    "german": "de",
    "gr": "el",
}


class NotAnEntry(Exception):
    """An item that says nothing at all."""


def map_entry(raw: Any) -> Mention:
    """The mention that a raw entry is; raises :class:`NotAnEntry` where it has neither address, title nor text."""
    if not isinstance(raw, Mapping):
        raise NotAnEntry("it is no object")
    feed = mapping_of(raw.get("feed"))
    feed_url = text_of(feed.get("url"))
    url = absolute(_link(raw), feed_url)
    title = _title(raw)
    body = _body(raw)
    if not (url or title or body.text or body.embedded):
        raise NotAnEntry("it has neither address, title nor text")
    published = _date(raw, "published") or _date(raw, "created") or _date(raw, "updated")
    edited = _date(raw, "updated")
    parent = _parent(raw, feed_url)
    return Mention(
        platform=PLATFORM,
        key=entry_key(text_of(raw.get("id")), url, feed_url, f"{title}\n{text_of(raw.get('published'))}"),
        kind=_kind(raw, url, bool(parent)),
        url=url,
        title=title,
        text=body.text,
        author=_author(raw, feed, feed_url),
        published=published,
        edited=edited if edited != published else None,
        lang=_language(raw, feed),
        thread=parent,
        parent=parent,
        media=entry_media(raw, body, _base(raw, feed_url) or url or feed_url),
        engagement=_engagement(raw),
        raw=raw,
    )


def _link(raw: Mapping[str, Any]) -> str:
    """The entry's page: its link, else an alternate one, else an id that is an address."""
    guid, link = text_of(raw.get("id")), text_of(raw.get("link"))
    if link == guid and scheme_of(guid) not in ("http", "https"):
        link = ""  # an id that feedparser takes for an address, because nothing says that it is none
    alternate = next((found.get("href") for found in mappings_of(raw.get("links")) if found.get("rel") == "alternate"), "")
    return link or text_of(alternate) or (guid if scheme_of(guid) in ("http", "https") else "")


def _base(raw: Mapping[str, Any], feed_url: str) -> str:
    """What ``xml:base`` says that relative addresses of the text are relative to; empty where it says nothing."""
    details = (*mappings_of(raw.get("content")), mapping_of(raw.get("summary")))
    stated = next((text_of(detail.get("base")) for detail in details if detail.get("base")), "")
    return absolute(stated, feed_url)


def _parent(raw: Mapping[str, Any], feed_url: str) -> str:
    """Ref of the post that the entry answers, by Atom's threading extension (RFC 4685)."""
    answered = mapping_of(raw.get("thr_in-reply-to"))
    guid, link = text_of(answered.get("ref")), absolute(text_of(answered.get("href")), feed_url)
    return f"{PLATFORM}:{entry_key(guid, link, feed_url, '')}" if guid or link else ""


# --- words ---------------------------------------------------------------------------------------------------


def _title(raw: Mapping[str, Any]) -> str:
    title = raw.get("title")
    if isinstance(title, Mapping):
        value = text_of(title.get("value"))
        return plain_line(value) if title.get("type") in _MARKUP else " ".join(value.split())
    return " ".join(text_of(title).split())


def _body(raw: Mapping[str, Any]) -> ReadHtml:
    """The fullest text that the entry carries: its content, else its summary."""
    contents = sorted(mappings_of(raw.get("content")), key=lambda found: len(text_of(found.get("value"))), reverse=True)
    for detail in (*contents, mapping_of(raw.get("summary"))):
        value = text_of(detail.get("value"))
        if value.strip():
            return read_html(value) if detail.get("type") in _MARKUP else ReadHtml(tidy(value))
    return ReadHtml("")


def _language(raw: Mapping[str, Any], feed: Mapping[str, Any]) -> str:
    """ISO 639-1 of what the entry, its text, or its feed states; empty where nobody states one."""
    details = (mapping_of(raw.get("summary")), mapping_of(raw.get("title")), *mappings_of(raw.get("content")))
    stated = (raw.get("language"), *(found.get("language") for found in details), feed.get("lang"))
    for value in stated:
        name = re.split(r"[-_]", text_of(value).strip().lower(), maxsplit=1)[0]
        name = _LONG_LANGUAGES.get(name, name)
        if len(name) == 2 and name.isascii() and name.isalpha():
            return name
    return ""


def _date(raw: Mapping[str, Any], name: str) -> datetime | None:
    return read_date(raw.get(name), raw.get(f"{name}_utc"))


# --- who -----------------------------------------------------------------------------------------------------


def _author(raw: Mapping[str, Any], feed: Mapping[str, Any], feed_url: str) -> Author | None:
    """The entry's author, else the feed's. Of a bare mail address only the part before the ``@`` is shown: published
    stories must not spread addresses."""
    people = [found for found in mappings_of(raw.get("authors")) if found]
    named = next((found for found in reversed(people) if found.get("name") and not found.get("email")), None)
    person = named or (people[0] if people else {})
    name = text_of(person.get("name"))
    if not named:
        name = _without_mail(text_of(raw.get("author")) or name or text_of(feed.get("author")))
    href = text_of(person.get("href"))
    url = absolute(href, feed_url) if href else ""
    name = plain_line(name)
    if not name and not url:
        return None
    return Author(platform=PLATFORM, key=url or f"{name}@{host_of(feed_url)}", name=name, url=url)


def _without_mail(text: str) -> str:
    mail = _MAIL.search(text)
    if mail is None:
        return text
    rest = (text[: mail.start()] + text[mail.end() :]).strip(" \t()<>\"'")
    return rest or mail[0].partition("@")[0]


# --- kind and counts -----------------------------------------------------------------------------------------


def _kind(raw: Mapping[str, Any], url: str, answers: bool) -> MentionKind:
    addresses = (url, text_of(raw.get("id")))
    if answers or any(_COMMENT_FRAGMENT.match(address.partition("#")[2]) for address in addresses):
        return MentionKind.COMMENT
    return MentionKind.VIDEO if is_film(raw) else MentionKind.ARTICLE


def _engagement(raw: Mapping[str, Any]) -> Engagement | None:
    at = read_date(raw.get("at"))
    answers = next((link for link in mappings_of(raw.get("links")) if link.get("rel") == "replies"), {})
    counts = (count_of(raw.get("slash_comments")), count_of(raw.get("thr_total")), count_of(answers.get("count")))
    replies = next((count for count in counts if count is not None), None)
    likes = count_of(mapping_of(raw.get("media_starrating")).get("count"))
    views = count_of(mapping_of(raw.get("media_statistics")).get("views"))
    if at is None or (replies is None and likes is None and views is None):
        return None
    return Engagement(at=at, replies=replies, likes=likes, views=views)
