"""Lists of places made sources: feeds of a feed reader, addresses in a table or one a line, bookmarks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ..config.editing import add_sources
from ..core.addresslists import Listed, alerts_feed, format_of, read_addresses
from ..core.contracts import HttpClient
from ..core.errors import HubbubError, ImportFailed, SecretMissing
from ..core.values import Source
from .exits import Exit, note
from .feeds import Recognisers, normal_address, recognisers, source_id, sources_at, with_free_ids
from .output import plural, say
from .parallel import all_within
from .session import Session

SECONDS = 600.0
"""What looking at all addresses may take."""
SHOWN = 50
"""Of what is left out, so many are told one by one: the wrong file must not fill the screen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """What there is at an address of the list: a source, or a reason against it."""

    listed: Listed
    source: Source | None = None
    problem: str = ""


def import_sources(session: Session, path: Path, *, as_is: bool, skip_known: bool) -> Exit:
    """Add a source for each place that a file lists, and tell which have been left out and why.

    All that can be added are added in one go at the end; an error on the way leaves the settings as they were.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImportFailed(f"The file cannot be read: {error.strerror or error}.", file=str(path)) from error
    workspace = session.workspace
    places = {str(source.options.get("url")) for source in workspace.sources} if skip_known else set[str]()
    known = 0
    unread: Sequence[tuple[int, str]] = ()
    if format_of(content) == "opml":
        looked = _feeds_of(path)
        known = sum(one.listed.address in places for one in looked)
        looked = [one for one in looked if one.listed.address not in places]
    else:
        listed = read_addresses(content, str(path))
        unread = listed.unread
        fresh = [one for one in listed.items if _as_feed(one) not in places]
        known = len(listed.items) - len(fresh)
        if not listed.items and not unread:
            raise ImportFailed("There is no address in it.", file=str(path))
        looked = [Looked(listed=one, source=_unseen(one)) for one in fresh] if as_is else _looked_at(session, fresh)
    looked = [_checked(session, one) for one in looked]
    found = _once([one.source for one in looked if one.source], workspace.sources if skip_known else ())
    known += sum(one.source is not None for one in looked) - len(found)
    added = with_free_ids(found, [source.id for source in workspace.sources])
    if added:
        add_sources(session.folder, added)
    problems = [(one.listed.line, f"{one.listed.address}: {one.problem}") for one in looked if one.problem]
    problems += [(line, f"no address: {text}") for line, text in unread]
    for line, problem in sorted(problems)[:SHOWN]:
        note(f"Left out{f' (line {line})' if line else ''}: {problem}")
    if len(problems) > SHOWN:
        note(f"Left out, too: {len(problems) - SHOWN:,} more.")
    left_out = f", {len(problems)} left out" if problems else ""
    say(f"{plural(len(added), 'source')} added, {known} known already{left_out}.")
    return Exit.SOURCES if problems else Exit.OK


def _feeds_of(path: Path) -> list[Looked]:
    """The feeds of an OPML file; a feed reader has read them, so nobody looks whether they are feeds."""
    from ..plugins.sources.opml import read_opml

    looked: list[Looked] = []
    for source in read_opml(path):
        address = alerts_feed(str(source.options["url"])) or str(source.options["url"])
        looked.append(Looked(listed=Listed(address=address), source=replace(source, options={"url": address})))
    return looked


def _unseen(listed: Listed) -> Source:
    """A feed at an address that nobody looks at."""
    url = _as_feed(listed)
    title = listed.title or (f"google alert {url.rpartition('/')[2][-6:]}" if alerts_feed(url) else "")
    return Source(id=source_id(title, url, ()), plugin="rss", options={"url": url})


def _as_feed(listed: Listed) -> str:
    return alerts_feed(listed.address) or normal_address(listed.address)


def _looked_at(session: Session, listed: Sequence[Listed]) -> list[Looked]:
    """What there is at each address, all at once."""
    from .compose import late_http, registry

    if listed:
        note(f"Looking at {plural(len(listed), 'address', 'addresses')} …")
    known = recognisers(registry(session.workspace))
    http = late_http(session.workspace)
    try:
        jobs: list[Callable[[], Looked]] = [partial(_look, http, known, one) for one in listed]
        looked = all_within(jobs, seconds=SECONDS)
    finally:
        http.close()
    late = "it was not looked at in time; import the list again to go on"
    return [one or Looked(listed=asked, problem=late) for one, asked in zip(looked, listed, strict=True)]


def _look(http: HttpClient, known: Recognisers, listed: Listed) -> Looked:
    try:
        source = sources_at(http, known, listed.address, ())[0]
    except HubbubError as error:
        return Looked(listed=listed, problem=str(error))
    except Exception as error:  # one address of a list: whatever it leads to, the others are still looked at
        return Looked(listed=listed, problem=f"{type(error).__name__}: {error}")
    named = source_id(listed.title, listed.address, ()) if listed.title else source.id
    return Looked(listed=listed, source=replace(source, id=named))


def _checked(session: Session, one: Looked) -> Looked:
    """Left out where its plugin would refuse it; a secret that is not there yet may come later."""
    from .compose import options_of, registry

    if one.source is None:
        return one
    try:
        component = registry(session.workspace).component("source", one.source.plugin)
        options_of(session.workspace, component, one.source.options, f"source {one.source.id!r}")
    except SecretMissing:
        return one
    except HubbubError as error:
        return replace(one, source=None, problem=str(error))
    return one


def _once(sources: Sequence[Source], there: Sequence[Source]) -> list[Source]:
    """Without those that are there already, or twice: two addresses may lead to one feed."""
    seen = [(source.plugin, dict(source.options)) for source in there]
    kept: list[Source] = []
    for source in sources:
        what = (source.plugin, dict(source.options))
        if what not in seen:
            seen.append(what)
            kept.append(source)
    return kept
