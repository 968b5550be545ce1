"""How what stands at an address is read: by the plugin of its platform, else as a web page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from ..config.workspace import Workspace
from ..core.archives import Archive
from ..core.byaddress import BY_HAND, ByAddress
from ..core.contracts import HttpClient, LooksUp
from ..core.errors import HubbubError, SourceBroken, SourceError, SourceGone
from ..core.indexing import Indexer
from ..core.seeking import Finder
from ..core.values import Mention, RunReport, Source
from .conversing import save_as

PAGES = "webpage"
"""The plugin that reads any page, for addresses that no other one knows."""
_log = logging.getLogger("hubbub.addresses")


def by_address_of(workspace: Workspace, archive: Archive, indexer: Indexer, http: HttpClient) -> ByAddress:
    """What finds mentions by their addresses; no plugin is loaded before a site is asked."""

    from .compose import now

    def keep(mentions: Sequence[Mention]) -> RunReport:
        return save_as(BY_HAND, workspace, archive, indexer, http, mentions)

    def ask(address: str) -> Mention:
        return look_up(workspace, address, http)

    return ByAddress(archive, Finder(archive, indexer, now=now), ask=ask, keep=keep)


def look_up(workspace: Workspace, address: str, http: HttpClient) -> Mention:
    """The post or page at an address, by the first source that knows it; raises ``HubbubError``."""
    for source in _candidates(workspace, address, http):
        found = _read(workspace, source, address, http)
        if found is not None:
            return found
    found = _read(workspace, Source(id=PAGES, plugin=PAGES, options={"pages": [address]}), address, http, must=True)
    if found is None:
        raise SourceError(f"{address} is no address of a post or a page.", url=address)
    return found


def _candidates(workspace: Workspace, address: str, http: HttpClient) -> Iterator[Source]:
    """The configured sources, for they may have a key; every plugin as it is without options; then with those by which it
    reads the site, whose software is asked for only then."""
    from ..plugins.sources.rss import page_at
    from .compose import registry
    from .feeds import recognised, recognisers, software_of

    others = [source for source in workspace.sources if source.plugin != PAGES]
    yield from sorted(others, key=lambda source: not source.enabled)
    names = [name for name in registry(workspace).names("source") if name != PAGES]
    yield from (Source(id=name, plugin=name) for name in names)
    known = [(name, recognise) for name, recognise in recognisers(registry(workspace)) if name != PAGES]
    if source := recognised(known, address, ()):
        yield source
    try:
        page = page_at(http, address)
    except SourceError as error:
        _log.debug("the software of %s cannot be told: %s", address, error)
        return
    if (software := software_of(page, http)) and (source := recognised(known, address, (), software)):
        yield source


def _read(workspace: Workspace, source: Source, address: str, http: HttpClient, *, must: bool = False) -> Mention | None:
    """What a source finds at an address; ``None`` where that is none of its own, or, unless it ``must``, it cannot be made."""
    from .compose import build_source

    try:
        fetcher = build_source(workspace, source, http=http)
    except HubbubError as error:
        if must:
            raise
        _log.debug("%s is not asked for %s: %s", source.id, address, error)
        return None
    if not isinstance(fetcher, LooksUp):
        return None
    try:
        return fetcher.look_up(address)
    except SourceGone as error:
        if not must:
            raise
        # The words of the client are meant for feeds.
        words = f"Nothing stands at {address} ({error.status}): it was taken away, or the address is wrong."
        raise SourceGone(words, url=address, status=error.status) from error
    except HubbubError:
        raise
    except Exception as error:  # a plugin may raise anything
        words = f"The source plugin {source.plugin!r} failed: {type(error).__name__}: {error}"
        raise SourceBroken(words, url=address) from error
