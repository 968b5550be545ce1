"""Addresses as the indexes of web archives sort them: ``com,example)/path?query``."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_WWW = re.compile(r"^www\d*\.")
_PORTS = {"http": 80, "https": 443}


def surt(url: str) -> str:
    """The key of an address in a CDXJ index (CDXJ 0.1.0: Sort-friendly URI Reordering Transform); others stay as they are.

    Scheme, ``www.`` and the case of letters do not count; the query's fields are sorted.
    """
    try:
        parts = urlsplit(url.lower())
        host, port = parts.hostname or "", parts.port
        host = host.encode("idna").decode("ascii") if not host.isascii() and len(host) < 64 else host
    except ValueError:
        return _key(url)
    if parts.scheme not in _PORTS or not host:
        return _key(url)
    turned = ",".join(reversed(_WWW.sub("", host).split(".")))
    beside = f":{port}" if port and port != _PORTS[parts.scheme] else ""
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    return _key(f"{turned}{beside}){parts.path or '/'}{query}")


def _key(text: str) -> str:
    """In one word: a space ends the key."""
    return re.sub(r"\s", "%20", text)
