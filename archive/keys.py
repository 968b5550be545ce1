"""What makes two fetched mentions the same one although their refs differ."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from urllib.parse import urlsplit

from ..core.deciding import canonical_url
from ..core.folding import fold
from ..core.values import Mention


def twin(mention: Mention) -> str:
    """A digest of platform, canonical address (with its fragment) and folded title; empty where one of them is missing.

    The fragment counts because comments often share their page's address but for it, and even their title.
    """
    return _twin(mention.platform, mention.url, mention.title) if mention.title else ""


# What is decided in one moment is saved in the next, and asks for the same digest.
@lru_cache(maxsize=1 << 14)
def _twin(platform: str, url: str, title: str) -> str:
    address, folded = canonical_url(url), fold(title)
    if not address or not folded:
        return ""
    fragment = urlsplit(url.strip()).fragment if "#" in url else ""
    parts = (platform, address, fragment, folded)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
