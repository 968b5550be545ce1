"""Feed sources from and to the lists that feed readers exchange: :mod:`hubbub.core.opml` in terms of sources."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...core.errors import ImportFailed
from ...core.opml import OpmlFeed
from ...core.opml import read_opml as read_feeds
from ...core.opml import write_opml as write_feeds
from ...core.slugs import slugify, unique
from ...core.values import Source
from ._raw import host_of


def read_opml(path: Path) -> list[Source]:
    """A feed source for each feed of an OPML file, with ids made of titles; raises ``ImportFailed``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImportFailed(f"The file cannot be read: {error.strerror or error}.", file=str(path)) from error
    sources: list[Source] = []
    taken: set[str] = set()
    for feed in read_feeds(content, str(path)):
        url = feed.url.removeprefix("feed:") if feed.url.startswith("feed:http") else feed.url
        url = f"https:{url.removeprefix('feed:')}" if url.startswith("feed://") else url
        name = unique(slugify(feed.title or host_of(url), "feed"), taken)
        taken.add(name)
        sources.append(Source(id=name, plugin="rss", options={"url": url}))
    return sources


def write_opml(sources: Sequence[Source], title: str = "") -> bytes:
    """The feed sources among these as OPML 2.0."""
    feeds = [
        OpmlFeed(url=str(source.options["url"]), title=source.id)
        for source in sources
        if source.plugin == "rss" and source.options.get("url")
    ]
    return write_feeds(feeds, title)
