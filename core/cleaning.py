"""The border: what a plugin maps from a stranger's data becomes something that is safe to keep and to show."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from hashlib import blake2b
from urllib.parse import urlsplit

from .text import clean
from .values import JSON, Author, Media, Mention

MAX_TEXT = 200_000
"""Code points kept of a text: a long book chapter. What the platform sent stays in ``raw``."""
MAX_LINE = 1_000
"""Code points kept of a title, a name, a text alternative."""
MAX_KEY = 500
"""Code points of a mention's key: its ref has to fit into an index of every database."""
MAX_URL = 4_000
MAX_RAW = 2_000_000
"""Characters of JSON kept of what the platform sent; beyond that ``raw`` says only how much it was."""

_SIGN = re.compile(r"^[@\s]+")
_PLAIN = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:/[!-~]*)?")
"""An address as almost all are, in which nothing has to be looked for."""


def clean_mention(mention: Mention) -> Mention:
    """The same mention without control characters, terminal sequences and bidi overrides, with http(s) links only, bounded."""
    return replace(
        mention,
        platform=clean(mention.platform, newlines=False),
        key=bounded_key(clean(mention.key, newlines=False)),
        url=clean_url(mention.url),
        title=clean(mention.title, newlines=False)[:MAX_LINE].strip(),
        text=clean(mention.text)[:MAX_TEXT].strip(),
        author=_clean_author(mention.author) if mention.author else None,
        lang=clean(mention.lang, newlines=False)[:35],
        thread=clean(mention.thread, newlines=False),
        parent=clean(mention.parent, newlines=False),
        shared=clean(mention.shared, newlines=False),
        media=tuple(cleaned for media in mention.media if (cleaned := _clean_media(media)).url),
        raw=bounded_raw(mention.raw),
    )


def bounded_key(key: str) -> str:
    """The key; a longer one is cut and ends with a hash of the whole, so that two long keys never become one."""
    if len(key) <= MAX_KEY:
        return key
    return f"{key[: MAX_KEY - 33]}~{blake2b(key.encode(), digest_size=16).hexdigest()}"


def clean_url(url: str) -> str:
    """The address where it is a plain http(s) one, else nothing: a link is never a script, a file or a phone call."""
    if len(url) <= MAX_URL and _PLAIN.fullmatch(url):
        return url
    url = clean(url, newlines=False).strip()
    if not url or len(url) > MAX_URL:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme.lower() in ("http", "https") and parts.hostname else ""


def bounded_raw(raw: JSON) -> JSON:
    """``raw`` as JSON text can carry it, without null characters (PostgreSQL keeps none), and not without bound."""
    if raw is None:
        return None
    try:
        text = json.dumps(raw, ensure_ascii=True)
    except (TypeError, ValueError, RecursionError) as error:
        return {"left_out": f"not JSON: {error}"}
    if len(text) > MAX_RAW:
        return {"left_out": f"{len(text)} characters"}
    return json.loads(text.replace("\\u0000", "")) if "\\u0000" in text else raw


def _clean_author(author: Author) -> Author:
    return replace(
        author,
        platform=clean(author.platform, newlines=False),
        key=bounded_key(clean(author.key, newlines=False)),
        handle=_SIGN.sub("", clean(author.handle, newlines=False)[:MAX_LINE].strip()),
        name=clean(author.name, newlines=False)[:MAX_LINE].strip(),
        url=clean_url(author.url),
        avatar=clean_url(author.avatar),
        metrics={clean(name, newlines=False): count for name, count in author.metrics.items()},
    )


def _clean_media(media: Media) -> Media:
    alt = clean(media.alt, newlines=False)[:MAX_LINE].strip()
    mime = clean(media.mime, newlines=False)
    return replace(media, url=clean_url(media.url), poster=clean_url(media.poster), alt=alt, mime=mime)
