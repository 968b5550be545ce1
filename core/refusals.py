"""What an answer that is no page means for the user, in plain words; and addresses without what nobody else may see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from json import loads
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from .errors import SourceBroken, SourceError, SourceGone, SourceLimited, SourceNeedsKey, SourceRefused, SourceUnreachable
from .manners import LONGEST_WAIT
from .text import clean

_SECRET_PARAMETER = re.compile(r"(?i)([?&][^=&#]*(?:token|key|secret|passw|auth|sig|session|feed)[^=&#]*=)[^&#]+")

_CODE = re.compile(r"[A-Za-z_]{1,60}")

LONGEST_COMPLAINT = 300
"""Characters shown of what a site says."""
_COMPLAINTS = ("error_description", "message", "error_message", "detail", "error", "errors", "title", "reason")

_WORDS: dict[int, tuple[type[SourceError], str]] = {
    401: (
        SourceNeedsKey,
        "{host} asks for a login (401). Give this source the user name and password, or the token, that its plugin takes; "
        "or check them.",
    ),
    402: (SourceNeedsKey, "{host} wants to be paid for this address (402)."),
    403: (
        SourceRefused,
        "{host} refuses to show this address (403). It may be closed to programs, or to this network; "
        "ask the site, or look for another feed of it.",
    ),
    404: (
        SourceGone,
        "There is nothing at this address of {host} (404). Look on the site for its feed and correct the address.",
    ),
    407: (SourceRefused, "A proxy on the way to {host} asks for a login (407)."),
    410: (SourceGone, "{host} says that this address is gone for good (410). Remove the source, or find its new address."),
    451: (SourceRefused, "{host} may not show this address for legal reasons (451)."),
}


def refusal(host: str, status: int, url: str, said: str = "", headers: Mapping[str, str] | None = None) -> SourceError:
    """The error for a status that is neither 2xx, 304, 429 nor a redirect that leads somewhere; ``said``: its own words."""
    if status in _WORDS:
        kind, words = _WORDS[status]
    elif status >= 500:
        kind, words = SourceUnreachable, f"{{host}} has trouble of its own (error {status})."
    else:
        kind, words = SourceBroken, f"{{host}} answered with status {status}, which is no page. Check the address in a browser."
    quoted = f" It says: “{said}”" if said else ""
    return kind(words.format(host=host) + quoted, url=url, status=status, said=said, headers=headers)


def complaint_in(body: bytes) -> str:
    """What the JSON of an answer that refuses says, in one line; empty where it says nothing in a usual place."""
    try:
        answer = loads(body)
    except (ValueError, RecursionError):
        return ""
    found = clean(_complaint(answer), newlines=False).strip()[:LONGEST_COMPLAINT]
    reason = _reason(answer)
    return f"{found} ({reason})" if found and reason else found


def wait_in(body: bytes, now: datetime) -> datetime | None:
    """Until when the JSON of an answer 429 asks us to wait: Discourse says it in ``extras.wait_seconds``, not in a header."""
    try:
        seconds = loads(body)["extras"]["wait_seconds"]
        asked = timedelta(seconds=max(0, seconds))
    except (ValueError, RecursionError, LookupError, TypeError, OverflowError):
        return None
    return now + min(asked, LONGEST_WAIT) if asked else None


def _reason(answer: Any) -> str:
    """The code that APIs of Google add to their words (``error.errors[0].reason``); these change, it does not."""
    try:
        reason = answer["error"]["errors"][0]["reason"]
    except (KeyError, IndexError, TypeError):
        return ""
    return reason if isinstance(reason, str) and _CODE.fullmatch(reason) else ""


def _complaint(answer: Any, depth: int = 3) -> str:
    """The words of the usual places: ``error``, ``message``, ``errors`` and their like, ``error: {message}`` included."""
    if isinstance(answer, str):
        return answer
    if depth and isinstance(answer, list) and answer:
        return _complaint(answer[0], depth - 1)
    if depth and isinstance(answer, dict):
        found = (_complaint(answer[name], depth - 1) for name in _COMPLAINTS if name in answer)
        return next((words for words in found if words), "")
    return ""


def can_be_sent(value: str) -> bool:
    """Whether a header can have this value; a line break in one would begin another header."""
    return value.isascii() and value.isprintable()


def demand_headers(host: str, headers: Mapping[str, str], url: str) -> None:
    """Raise ``SourceNeedsKey`` where a header cannot be sent; its value, mostly a token, is not shown."""
    for name, value in headers.items():
        if not can_be_sent(value):
            raise SourceNeedsKey(
                f"What {host} is to get as {name} holds a line break, an accented letter or another character that no header "
                "can have. Copy the key or token of this source anew, without anything around it.",
                url=url,
            )


def spent(name: str, until: datetime, url: str) -> SourceLimited:
    """The error for an allowance of an API that we have used up ourselves."""
    return SourceLimited(
        f"What {name} allows is used up until {until:%Y-%m-%d %H:%M} UTC. It goes on by itself then, where it stopped.",
        url=url,
        until=until,
    )


def limited(host: str, until: datetime, url: str) -> SourceLimited:
    """The error for a host that asked us to wait."""
    return SourceLimited(
        f"{host} asked us to wait until {until:%Y-%m-%d %H:%M} UTC. It is left alone until then; "
        "if this happens often, raise this source's every.",
        url=url,
        until=until,
    )


def public_address(url: str) -> str:
    """An address without user name, password and the values of parameters that look like keys: fit for messages."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return _SECRET_PARAMETER.sub(r"\1***", bare)
