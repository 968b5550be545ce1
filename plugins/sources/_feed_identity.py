"""Which post a feed's entry is: the same key through whichever feed it is met."""

from __future__ import annotations

import re
from hashlib import blake2b
from urllib.parse import urldefrag

from ...core.deciding import canonical_url
from ._raw import scheme_of

_GLOBAL_ID = re.compile(r"(?i)(urn:|tag:|yt:|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")


def entry_key(guid: str, link: str, feed_url: str, words: str) -> str:
    """16 hexadecimal digits, from the first of these that the entry has.

    An id that is an address, a URN, a tag or a UUID is unique in the world. Any other id is unique only within its feed, so
    that the link is the better identity; then that id, then the words, each with the feed's address.
    """
    if scheme_of(guid) in ("http", "https"):
        identity = _address_identity(guid)
    elif _GLOBAL_ID.match(guid):
        identity = guid
    elif link:
        identity = _address_identity(link)
    else:
        identity = f"{canonical_url(feed_url) or feed_url}\n{guid or words}"
    return blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _address_identity(url: str) -> str:
    """The canonical address with its fragment, in which alone the comments of one page differ."""
    bare, fragment = urldefrag(url)
    page = canonical_url(bare) or bare
    return f"{page}#{fragment}" if fragment else page
