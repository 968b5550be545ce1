"""Where the newer redirects of Google News lead: the address is not inside of them, so Google has to be asked.

The page of a redirect carries a time and a signature; sent back with the redirect's name, they are answered with the
address. This is how Google's own page finds it: documented nowhere, described by users (issue threads on decoding such links,
2024 to 2026). It may end any day, so whoever asks must be content with the redirect.
"""

from __future__ import annotations

import re
from json import dumps, loads
from typing import Any
from urllib.parse import urlsplit

from ...core.contracts import Allowance, HttpClient, Rate
from ...core.errors import SourceBroken

ALLOWANCE = Allowance(name="news.google.com/articles", rates=(Rate(requests=30, seconds=60.0),))
MAX_BYTES = 3_000_000
CALL = "Fbv4je"
"""What Google's page calls the question."""
_SIGNATURE = re.compile(r'data-n-a-sg="([^"]{1,200})"')
_TIME = re.compile(r'data-n-a-ts="(\d{1,15})"')
_READER: list[Any] = [
    ["X", "X", ["X", "X"], None, None, 1, 1, "US:en", None, 1, None, None, None, None, None, 0, 1],
    *("X", "X", 1, [1, 1, 1], 1, 1, None, 0, 0, None, 0),
]
"""Who asks, with everything that tells of a person left blank."""


def ask_where(http: HttpClient, server: str, link: str) -> str:
    """The address that a redirect leads to: two requests. Raises a ``SourceError`` where Google does not tell."""
    name = urlsplit(link).path.rpartition("/")[2]
    page = http.get(f"{server}/rss/articles/{name}", max_bytes=MAX_BYTES, allowance=ALLOWANCE).content.decode(
        "utf-8", "replace"
    )
    signature, time = _SIGNATURE.search(page), _TIME.search(page)
    if signature is None or time is None:
        raise SourceBroken("The page of a redirect of Google News has no signature any more.", url=link)
    question = dumps(["garturlreq", _READER, name, int(time[1]), signature[1]])
    answer = http.post(
        f"{server}/_/DotsSplashUi/data/batchexecute",
        form={"f.req": dumps([[[CALL, question, None, "generic"]]])},
        max_bytes=MAX_BYTES,
        allowance=ALLOWANCE,
    )
    found = address_in(answer.content)
    if not found:
        raise SourceBroken("Google News does not tell any more where its redirects lead.", url=link)
    return found


def address_in(content: bytes) -> str:
    """The address in Google's answer; empty where there is none, or one of Google's own. A pure function."""
    try:
        # Some characters stand in front of the JSON, so that no page of others can run it as a script.
        rows = loads(content[content.index(b"[") :])
        told = next(loads(row[2]) for row in rows if isinstance(row, list) and row[:2] == ["wrb.fr", CALL])
        address = told[1]
        parts = urlsplit(address)
    except (ValueError, RecursionError, StopIteration, IndexError, KeyError, TypeError, AttributeError):
        return ""
    host = parts.hostname or ""
    return address if parts.scheme in ("http", "https") and host and not f".{host}".endswith(".google.com") else ""
