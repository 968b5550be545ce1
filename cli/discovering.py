"""Sources that need an address, found from what is at hand: names, accounts, web sites, and sources that are there already.

Everything found here may be nobody's, or somebody else's: it is proposed only where it answers (:mod:`.proposals`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from urllib.parse import urlsplit

from ..config.workspace import Workspace
from ..core.clues import bears, forums_of, links_of, names_of
from ..core.contracts import Clues, Component, HttpClient, Response, Suggestion
from ..core.errors import HubbubError, SourceError
from ..core.registry import Registry
from ..core.values import Failure
from ..core.webplaces import web_place
from .feeds import normal_address, recognised, recognisers, software_by_nodeinfo
from .parallel import all_within

SECONDS = 15.0
"""What reading first pages may take, and what plugins may take after that."""
MOST_SITES = 5
MOST_RECOGNISED = 20
"""Places of other plugins that one site's first page leads to."""
MOST_SERVERS = 3
"""Servers that people's addresses (``/@acme``) lead to and that are asked for their software."""
FEEDS = 2
"""Feeds of a first page: its posts, and mostly its comments."""

Found: TypeAlias = tuple[tuple[str, ...], str, Suggestion]
"""For which topics, by which plugin, and what."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """Somewhere that was looked for, and why it is not proposed."""

    plugin: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Discovered:
    """What was found, and where nothing was."""

    found: tuple[Found, ...] = ()
    missed: tuple[Missed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Site:
    """A web site of those who are listened for, with its first page."""

    address: str
    given: bool
    """By the user, and not worked out."""
    page: Response | None = None
    problem: str = ""


def discover(
    workspace: Workspace, registry: Registry, http: HttpClient, sites: Sequence[str], seconds: float = SECONDS
) -> Discovered:
    """Ask the plugins what there might be, for the names of each topic and then for the web sites. A plugin that fails harms
    only its own part. Asks the network: the first page of each site, and what plugins ask."""
    by_topic = {topic.name: names_of(topic) for topic in workspace.topics}
    names = tuple(dict.fromkeys(name for given in by_topic.values() for name in given))
    read = _first_pages(_sites(workspace, sites, names), http, seconds)
    clues = [((topic,), Clues(names=given)) for topic, given in by_topic.items() if given]
    clues += [(tuple(by_topic), _clues(site, names)) for site in read if site.page]
    asked = _ask(workspace, registry, http, clues, seconds)
    linked = [(tuple(by_topic), plugin, one) for site in read for plugin, one in _linked(site, registry, http, seconds)]
    unread = [Missed(plugin="", title=site.address, message=site.problem) for site in read if site.problem]
    return Discovered((*asked.found, *linked), (*unread, *asked.missed))


def _sites(workspace: Workspace, given: Sequence[str], names: Sequence[str]) -> list[_Site]:
    """The sites that are given, and those of configured sources that bear one of the names."""
    sites = {_origin(normal_address(address)): True for address in given}
    for source in workspace.sources:
        for option in ("url", "site"):
            address = source.options.get(option)
            place = web_place(address) if isinstance(address, str) else None
            if place and bears(urlsplit(place.origin).hostname or "", names):
                sites.setdefault(place.origin, False)
    return [_Site(address, by_user) for address, by_user in list(sites.items())[:MOST_SITES]]


def _origin(address: str) -> str:
    place = web_place(address)
    if place is None:
        raise HubbubError(f"{address!r} is no web address. Give that of a web site, as https://acme.example")
    return place.origin


def _first_pages(sites: Sequence[_Site], http: HttpClient, seconds: float) -> list[_Site]:
    def reading(site: _Site) -> Callable[[], _Site]:
        def read() -> _Site:
            try:
                return replace(site, page=http.get(f"{site.address}/"))
            except SourceError as error:
                return replace(site, problem=str(error))

        return read

    late = f"It did not answer within {seconds:.0f} seconds."
    found = all_within([reading(site) for site in sites], seconds=seconds)
    return [read or replace(site, problem=late) for site, read in zip(sites, found, strict=True)]


def _clues(site: _Site, names: Sequence[str]) -> Clues:
    links = _links(site)
    return Clues(sites=(site.address,), links=links, forums=forums_of(site.address, links, names))


def _links(site: _Site) -> tuple[str, ...]:
    return links_of(site.page.content.decode("utf-8", "replace"), site.page.url) if site.page else ()


def _linked(site: _Site, registry: Registry, http: HttpClient, seconds: float) -> list[tuple[str, Suggestion]]:
    """Places of any plugin that a first page leads to; of a site that the user named also its feeds."""
    from ..plugins.sources._feed_finding import feed_links

    known, links = recognisers(registry) if site.page else (), _links(site)
    sources = {link: source for link in links if (source := recognised(known, link, ()))}
    people = [link for link in links if link not in sources and urlsplit(link).path.startswith("/@")][:MOST_SERVERS]
    servers = [lambda link=link: software_by_nodeinfo(http, _origin(link)) for link in people]
    for link, software in zip(people, all_within(servers, seconds=seconds), strict=True):
        if software and (source := recognised(known, link, (), software)):
            sources[link] = source
    found = [
        (source.plugin, Suggestion(options=source.options, title=f"{source.plugin} {_spoken(link)}"))
        for link, source in list(sources.items())[:MOST_RECOGNISED]
    ]
    feeds = feed_links(site.page.content, site.page.url)[:FEEDS] if site.page and site.given else []
    return [*found, *(("rss", Suggestion(options={"url": feed}, title=f"feed {_spoken(feed)}")) for feed in feeds)]


def _spoken(address: str) -> str:
    """An address as people say it: without its scheme and what it asks."""
    return address.partition("?")[0].rpartition("://")[2].removeprefix("www.").rstrip("/")


def _ask(
    workspace: Workspace,
    registry: Registry,
    http: HttpClient,
    clues: Sequence[tuple[tuple[str, ...], Clues]],
    seconds: float,
) -> Discovered:
    """What the plugins make of the clues, all at once."""
    components = [component for component in _components(registry) if component.discover]
    # Options and secrets are read here, and the network is asked there: plugins are loaded by one thread.
    jobs = [_asking(workspace, component, http, clues) for component in components]
    found: list[Found] = []
    missed: list[Missed] = []
    for component, answers in zip(components, all_within(jobs, seconds=seconds), strict=True):
        if answers is None:
            late = f"It did not answer within {seconds:.0f} seconds."
            missed.append(Missed(plugin=component.name, title="", message=late))
        for topics, one in answers or ():
            if isinstance(one, Failure):
                missed.append(Missed(plugin=component.name, title=one.item, message=one.message))
            else:
                found.append((topics, component.name, one))
    return Discovered(tuple(found), tuple(missed))


def _components(registry: Registry) -> Iterable[Component]:
    for plugin in registry.names("source"):
        try:
            yield registry.component("source", plugin)
        except HubbubError:
            continue  # told by what proposes without the network


def _asking(
    workspace: Workspace, component: Component, http: HttpClient, clues: Sequence[tuple[tuple[str, ...], Clues]]
) -> Callable[[], list[tuple[tuple[str, ...], Suggestion | Failure]]]:
    from .compose import build_context, options_of

    context = build_context(workspace, "source", component.name, http=http)
    own: list[tuple[dict[str, object], object]] = []
    for source in workspace.sources:
        if source.plugin == component.name:
            try:
                options = options_of(workspace, component, source.options, f"source {source.id!r}")
            except HubbubError:
                continue  # what cannot be read is no clue, and is told where it is collected
            own.append((dict(source.options), options))

    def ask() -> list[tuple[tuple[str, ...], Suggestion | Failure]]:
        found: list[tuple[tuple[str, ...], Suggestion | Failure]] = []
        try:
            for topics, clue in clues:
                given = component.discover(replace(clue, sources=tuple(own)), context) if component.discover else ()
                found += [(topics, one) for one in given]
        except Exception as error:  # a plugin of somebody else may raise anything; it harms only its own part
            found.append(((), Failure(source="", message=f"{type(error).__name__}: {error}")))
        return found

    return ask
