"""From a row of a file (a JSON object, or a line of a table) to a mention: a pure function of the row and of its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from ...core.deciding import canonical_url
from ...core.htmltext import plain_line, read_html, tidy
from ...core.values import Author, Engagement, Mention, MentionKind
from ._feed_dates import read_date
from ._raw import absolute, count_of, text_of

NAMES: dict[str, tuple[str, ...]] = {
    "key": ("key", "id", "guid"),
    "url": ("url", "link", "permalink"),
    "kind": ("kind", "type"),
    "title": ("title", "headline", "subject"),
    "text": ("text", "content", "body", "message", "description"),
    "author": ("author", "user", "username", "handle"),
    "author_name": ("author_name", "name"),
    "author_url": ("author_url", "profile"),
    "followers": ("followers", "followers_count"),
    "published": ("published", "date", "created_at", "timestamp", "time"),
    "edited": ("edited", "updated", "updated_at"),
    "lang": ("lang", "language"),
    "likes": ("likes", "favourites", "favorites", "like_count"),
    "shares": ("shares", "reposts", "retweets", "share_count"),
    "replies": ("replies", "comments", "reply_count"),
    "views": ("views", "view_count"),
    "score": ("score", "points"),
}
"""The fields of a mention that a row can give, and the columns in which each is looked for where none is named."""

_COUNTS = ("likes", "shares", "replies", "views", "score")


class BadRow(Exception):
    """A row that cannot be taken in, and why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """What the columns of a file mean."""

    platform: str = "file"
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column by field; fields that are not named here are looked for under their usual names."""
    date_format: str = ""
    """A ``strptime`` format for dates that are not ISO."""
    html: bool = False
    """Whether texts are HTML."""
    kind: MentionKind = MentionKind.POST
    """Of rows that do not tell."""


def map_row(row: Any, meaning: Meaning, at: datetime) -> Mention:
    """The mention that a row is; ``at`` dates its counts. Raises :class:`BadRow`."""
    if not isinstance(row, Mapping):
        raise BadRow("it is no object with named fields")
    value = _Finder(row, meaning)
    url = absolute(value.text("url"), "")
    title, text = plain_line(value.text("title")) if meaning.html else " ".join(value.text("title").split()), value.text("text")
    text = read_html(text).text if meaning.html else tidy(text)
    if not (title or text):
        raise BadRow(f"it has neither title nor text (its columns are {', '.join(map(str, list(row)[:12])) or 'empty'})")
    published = _date(value, "published", meaning)
    author = _author(value)
    platform, key = _identity(value, meaning, url, (author.key if author else "", str(published), title, text))
    return Mention(
        platform=platform,
        key=key,
        kind=_kind(value.text("kind"), meaning.kind),
        url=url,
        title=title,
        text=text,
        author=author,
        published=published,
        edited=_date(value, "edited", meaning),
        lang=_language(value.text("lang")),
        engagement=_engagement(value, at),
        raw=dict(row),
    )


class _Finder:
    """Looks up the fields of one row, without regard to the case of column names."""

    def __init__(self, row: Mapping[str, Any], meaning: Meaning) -> None:
        self.row = {str(name).strip().lower(): value for name, value in row.items()}
        self._columns = meaning.columns

    def raw(self, name: str) -> Any:
        """The value of a field; ``None`` where the row has none."""
        named = self._columns.get(name)
        if named is not None:
            return self.row.get(named.strip().lower())
        return next((self.row[column] for column in NAMES[name] if self.row.get(column) not in (None, "")), None)

    def text(self, name: str) -> str:
        """The value of a field as text."""
        return text_of(self.raw(name)).strip()


def _identity(value: _Finder, meaning: Meaning, url: str, words: tuple[str, ...]) -> tuple[str, str]:
    """Platform and key: of our own exports as they were, else the row's own id, else its address, else its words."""
    platform, found, key = text_of(value.row.get("ref")).partition(":")
    if found and key and "key" not in meaning.columns:
        return platform, key
    if own := value.text("key"):
        return meaning.platform, own
    identity = canonical_url(url) or url or "\x1f".join(words)
    return meaning.platform, blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _author(value: _Finder) -> Author | None:
    """From columns, or from the object that our own exports write."""
    raw = value.raw("author")
    if isinstance(raw, Mapping):
        name, handle, url = (text_of(raw.get(part)) for part in ("name", "handle", "url"))
        key, platform = text_of(raw.get("key")) or handle or url or name, text_of(raw.get("platform"))
        followers = count_of(raw.get("followers"))
    else:
        handle, name, url = text_of(raw).strip().lstrip("@"), value.text("author_name"), value.text("author_url")
        if " " in handle:
            handle, name = "", name or handle
        key, platform, followers = handle or url or name, "", count_of(value.raw("followers"))
    if not key:
        return None
    platform = platform or text_of(value.row.get("platform")) or "file"
    return Author(platform=platform, key=key, handle=handle, name=name, url=url, followers=followers)


def _date(value: _Finder, name: str, meaning: Meaning) -> datetime | None:
    raw = value.raw(name)
    text = text_of(raw).strip()
    if not text:
        return None
    if meaning.date_format:
        with suppress(ValueError):
            found = datetime.strptime(text, meaning.date_format)  # noqa: DTZ007 - a zone, if any, is the user's to name
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    found = read_date(raw)
    if found is None:
        raise BadRow(f"the date {text[:40]!r} cannot be read; say how dates are written with date_format, as in '%d/%m/%Y'")
    return found


def _engagement(value: _Finder, at: datetime) -> Engagement | None:
    nested = value.row.get("engagement")
    found = nested if isinstance(nested, Mapping) else {name: value.raw(name) for name in _COUNTS}
    counts = {name: _count(found.get(name)) for name in _COUNTS}
    if all(count is None for count in counts.values()):
        return None
    when = read_date(found.get("at")) if isinstance(nested, Mapping) else None
    return Engagement(at=when or at, **counts)


def _count(value: Any) -> int | None:
    text = text_of(value).strip().replace(" ", "").removesuffix(".0")
    return -count if text.startswith("-") and (count := count_of(text[1:])) is not None else count_of(text)


def _kind(text: str, otherwise: MentionKind) -> MentionKind:
    name = text.lower()
    return MentionKind(name) if name in set(MentionKind) else otherwise


def _language(text: str) -> str:
    name = text.lower().replace("_", "-").partition("-")[0]
    return name if len(name) == 2 and name.isascii() and name.isalpha() else ""
