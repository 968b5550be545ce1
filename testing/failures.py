"""What sites do when all is not well, with the error that each must become; and cursors that nobody ever wrote."""

from __future__ import annotations

from ..core.errors import (
    SourceBroken,
    SourceError,
    SourceGone,
    SourceLimited,
    SourceNeedsKey,
    SourceRefused,
    SourceUnreachable,
)
from ..core.values import JSON
from .server import Answer, gzip_bomb

HTML = b"<!doctype html><html><head><title>No entry</title></head><body>Computer says no.</body></html>"

FAILURES: dict[str, tuple[Answer, type[SourceError]]] = {
    "429 with Retry-After": (Answer(status=429, headers={"Retry-After": "120"}), SourceLimited),
    "429 with a date": (Answer(status=429, headers={"Retry-After": "Sun, 14 Jun 2026 10:00:00 GMT"}), SourceLimited),
    "429 with X-RateLimit-Reset only": (Answer(status=429, headers={"X-RateLimit-Reset": "900"}), SourceLimited),
    "429 with an ISO reset": (Answer(status=429, headers={"X-RateLimit-Reset": "2026-06-14T10:00:00Z"}), SourceLimited),
    "429 without a word": (Answer(status=429, body=HTML), SourceLimited),
    "503 with Retry-After": (Answer(status=503, headers={"Retry-After": "300"}), SourceLimited),
    "401": (Answer(status=401, headers={"WWW-Authenticate": "Basic"}), SourceNeedsKey),
    "403 with HTML": (Answer(status=403, headers={"Content-Type": "text/html"}, body=HTML), SourceRefused),
    "404": (Answer(status=404, body=HTML), SourceGone),
    "410": (Answer(status=410), SourceGone),
    "500": (Answer(status=500, body=HTML), SourceUnreachable),
    "418": (Answer(status=418), SourceBroken),
    "time-out": (Answer(delay=30), SourceUnreachable),
    "closed without an answer": (Answer(silent=True), SourceUnreachable),
    "truncated body": (Answer(body=b"x" * 5000, cut_at=100), SourceUnreachable),
    "slow drip": (Answer(body=b"x" * 5000, drip=0.3), SourceUnreachable),
    "endless body": (Answer(endless=b"<!-- more -->" * 5000), SourceBroken),
    "huge body": (Answer(body=b" " * 3_000_000), SourceBroken),
    "gzip bomb": (Answer(headers={"Content-Encoding": "gzip"}, body=gzip_bomb()), SourceBroken),
    "gzip in gzip": (Answer(headers={"Content-Encoding": "gzip, gzip"}, body=gzip_bomb(1)), SourceBroken),
    "not gzip at all": (Answer(headers={"Content-Encoding": "gzip"}, body=HTML), SourceBroken),
    "endless redirect": (Answer(status=302, headers={"Location": "/source"}), SourceBroken),
    "redirect to a file": (Answer(status=302, headers={"Location": "file:///etc/passwd"}), SourceRefused),
    "a page": (Answer(headers={"Content-Type": "text/html"}, body=HTML), SourceBroken),
    "nothing at all": (Answer(), SourceBroken),
    "noise": (Answer(body=bytes(range(256)) * 20), SourceBroken),
}
"""What a server does, and the error that it must become. The clock stands at 09:12 on 14 June 2026."""


STRANGE_ADDRESSES = (
    "",
    "acme",
    "https://",
    "https://[",
    "https://:0",
    "mailto:marta@acme.example",
    "javascript:alert(1)",
    "//acme/1",
)
"""What no source can look up."""

STRANGE_CURSORS: list[JSON] = [
    [],
    "x",
    7,
    {"offset": "x"},
    {"url": 3, "validators": []},
    {"for": None},
    {"since": 3, "walk": "x", "at": []},
]
