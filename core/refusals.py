"""What an answer that is no page means for the user, in plain words; and addresses without what nobody else may see."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from .errors import SourceBroken, SourceError, SourceGone, SourceLimited, SourceNeedsKey, SourceRefused, SourceUnreachable

_SECRET_PARAMETER = re.compile(r"(?i)([?&][^=&#]*(?:token|key|secret|passw|auth|sig|session|feed)[^=&#]*=)[^&#]+")

_WORDS: dict[int, tuple[type[SourceError], str]] = {
    401: (SourceNeedsKey, "{host} asks for a login (401). Give this source a user name and password, or check them."),
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


def refusal(host: str, status: int, url: str) -> SourceError:
    """The error for a status that is neither 2xx, 304, 429 nor a redirect that leads somewhere."""
    if status in _WORDS:
        kind, words = _WORDS[status]
        return kind(words.format(host=host), url=url)
    if status >= 500:
        return SourceUnreachable(f"{host} has trouble of its own (error {status}). It is tried again later.", url=url)
    return SourceBroken(f"{host} answered with status {status}, which is no page. Check the address in a browser.", url=url)


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
