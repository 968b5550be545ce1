"""Our own accounts: what they write is outbound talk, told apart from what others say by a label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .documents import host
from .slugs import slugify
from .values import Author, Record, Topic

VOICE = "voice"
"""The name of the label that says whose voice a mention is; ``is:ours`` and ``is:others`` ask for it."""
OURS = "ours"
"""Its value for what an account of ours wrote. What others wrote has no such label."""


def is_ours(record: Record) -> bool:
    """Whether one of our accounts wrote it."""
    return any(label.name == VOICE and label.value == OURS for label in record.labels)


def bare_handle(handle: str) -> str:
    """A handle as accounts are compared: without its sign, whatever its case."""
    return handle.strip().removeprefix("@").casefold()


def platform_and_handle(account: str) -> tuple[str, str]:
    """The two halves of ``platform:handle``; the handle as it was written, without its sign."""
    platform, _, handle = account.partition(":")
    return platform.strip().casefold(), handle.strip().removeprefix("@")


def own_source_id(platform: str, handle: str) -> str:
    """The id of the source that follows an account of ours: ``own-mastodon-acme-social-example``."""
    return f"own-{platform}-{slugify(handle, 'account')}"[:64].rstrip("-")


_PORT = re.compile(r"https?://[^/?#@]+:(\d{1,5})(?=[/?#]|\Z)")


class Accounts:
    """The accounts of all topics, to be asked who wrote a mention."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._topics: dict[tuple[str, str], tuple[str, ...]] = {}
        for topic in topics:
            for account in topic.accounts:
                platform, handle = platform_and_handle(account)
                key = platform, bare_handle(handle)
                self._topics[key] = tuple(dict.fromkeys((*self._topics.get(key, ()), topic.name)))

    def topics_of(self, author: Author | None) -> tuple[str, ...]:
        """The topics whose account wrote it, in their order; none where others did."""
        if author is None or not self._topics:
            return ()
        found = (self._topics.get((author.platform.casefold(), name), ()) for name in names_of(author))
        return tuple(dict.fromkeys(topic for topics in found for topic in topics))


def names_of(author: Author) -> Iterator[str]:
    """By what an account may be written: its handle, the handle with its server where that goes without saying, its id.

    A bare account is never that of another server: anybody can be ``@acme@elsewhere.example``.
    """
    handle = bare_handle(author.handle)
    if handle:
        yield handle
        server = "" if "@" in handle else host(author.url)
        if server:
            yield f"{handle}@{server}"
            if port := _PORT.match(author.url):  # a forum of one's own network, where it has another than the usual
                yield f"{handle}@{server}:{port[1]}"
    if author.key:
        yield author.key.casefold()
