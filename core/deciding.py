"""New, changed or the same? Decided from values alone: no clock, no database."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .values import Engagement, Labels, Mention, TriageState

OLDEST_BELIEVABLE = datetime(1983, 1, 1, tzinfo=UTC)
"""Before this there was no public network to post on (the Internet's TCP/IP flag day)."""

CLOCK_SKEW = timedelta(hours=24)
"""How far into the future a platform's clock, or a wrong time zone, may honestly reach."""

TRACKING = frozenset({"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid", "ref_src"})
"""Query parameters that name the way a reader came, not the page."""

_PLAIN = re.compile(r'https?://([a-z0-9][a-z0-9.-]*)(/[!"$->@-~]*)?(?:#[!-~]*)?')
"""An address without port and parameters: host and path."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What must be known of an archived mention to decide what a fetched one is."""

    ref: str
    """Its ref; another than the fetched one's where only the canonical address is the same."""
    version: int
    digest: str
    """``content_digest`` of its newest wording."""
    engagement: Engagement | None
    """The last counts."""
    sources: frozenset[str]
    """Ids of the sources that it came through."""
    redacted: bool = False
    """Whether its words were taken out: then nothing that its source says makes another wording of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """What is to be done with a fetched mention: the outcome of :func:`decide`."""

    kind: Literal["new", "changed", "same"]
    ref: str
    """Ref of the record it belongs to."""
    mention: Mention
    when: datetime
    """The time that it is sorted by."""
    digest: str
    """``content_digest`` of the mention."""
    labels: Labels = ()
    """What processors said; of no account for ``same``."""
    counts_changed: bool = False
    """Whether the engagement is another than the last one kept."""
    signature: bytes | None = None
    """MinHash of its words (:mod:`hubbub.core.duplicates`); ``None`` where nobody worked it out."""
    state: TriageState | None = None
    """Where a rule moves it; only out of ``new``."""
    tags: tuple[str, ...] = ()
    """Tags that rules add."""
    priority: int | None = None
    """Of a new one: how much it needs a person, 0 to 100 (:mod:`hubbub.core.prioritising`); ``None`` where nobody worked it
    out yet."""
    refresh_at: datetime | None = None
    """Of a new one: when its platform is asked how it is doing (:mod:`hubbub.core.refreshing`); ``None`` for never."""


def reliable_time(published: datetime | None, seen: datetime) -> datetime:
    """The time to sort and search a mention by: when it was published if that is believable, else when it was seen.

    A date in the future or before 1983 (the epoch of a broken clock, mostly) would sit at an end of every list for ever.
    """
    if published is None or not OLDEST_BELIEVABLE <= published <= seen + CLOCK_SKEW:
        return seen
    return published


def canonical_url(url: str) -> str:
    """An address without what does not change the page: case of the host, default port, fragment, tracking parameters.

    Empty for anything but http and https, and for an address that names no page of its own (a bare host).
    """
    if plain := _PLAIN.fullmatch(url):
        path = (plain[2] or "").rstrip("/")
        return f"https://{plain[1]}{path}" if path else ""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return ""
    host = parts.hostname.lower()
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not (k.startswith("utm_") or k in TRACKING)]
    path = parts.path.rstrip("/")
    if not path and not kept:
        return ""
    return urlunsplit(("https", host, path, urlencode(kept), ""))


def content_digest(mention: Mention) -> str:
    """SHA-256 (hex) of the wording: title, text and the addresses of media. Another digest is another version."""
    parts = (mention.title, mention.text, *(f"{media.kind} {media.url} {media.alt}" for media in mention.media))
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def counts_differ(old: Engagement | None, new: Engagement | None) -> bool:
    """Whether the counts say something that the last ones did not; the time alone does not."""
    if new is None:
        return False
    return old is None or replace(old, at=new.at) != new


def decide(known: Known | None, mention: Mention, *, seen: datetime, labels: Labels = ()) -> Intent:
    """What to do with a fetched mention, given what the archive knows of it."""
    digest = known.digest if known and known.redacted else content_digest(mention)
    kind = "new" if known is None else "same" if known.digest == digest else "changed"
    return Intent(
        kind=kind,
        ref=known.ref if known else mention.ref,
        mention=mention,
        when=reliable_time(mention.published, seen),
        digest=digest,
        labels=labels,
        counts_changed=counts_differ(known.engagement if known else None, mention.engagement),
    )
