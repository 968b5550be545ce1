"""Asking sources whether they can be read, without keeping anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..config.workspace import Workspace
from ..core.contracts import Checks, HttpClient
from ..core.errors import HubbubError, SourceError
from ..core.values import Health, Source
from .exits import Exit
from .output import Column, print_listing


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a source said when it was tried."""

    id: str
    health: Health
    message: str


def try_sources(workspace: Workspace, ids: Sequence[str], *, as_json: bool) -> Exit:
    """Try the sources that are named, or all enabled ones, and print what they say."""
    from .compose import late_http

    http = late_http(workspace)
    try:
        outcomes = [_try(workspace, source, http) for source in _chosen(workspace, ids)]
    finally:
        http.close()
    print_listing(
        "sources",
        outcomes,
        [
            Column(title="source", show=lambda outcome: outcome.id),
            Column(title="health", show=lambda outcome: outcome.health.value),
            Column(title="what it says", show=lambda outcome: outcome.message, gives_way=True),
        ],
        as_json=as_json,
        to_dict=lambda outcome: {"id": outcome.id, "health": outcome.health, "message": outcome.message},
        empty="There is no enabled source to try.",
    )
    fine = all(outcome.health in (Health.OK, Health.EMPTY) for outcome in outcomes)
    return Exit.OK if fine else Exit.SOURCES


def _chosen(workspace: Workspace, ids: Sequence[str]) -> list[Source]:
    """Those named, enabled or not; else all enabled ones. Raises ``NotFound``."""
    if ids:
        return [workspace.source(wanted) for wanted in dict.fromkeys(ids)]
    return [source for source in workspace.sources if source.enabled]


def _try(workspace: Workspace, source: Source, http: HttpClient) -> Outcome:
    from .compose import build_source

    try:
        fetcher = build_source(workspace, source, http=http)
        if isinstance(fetcher, Checks):
            return Outcome(id=source.id, health=Health.OK, message=fetcher.check())
        batch = next(iter(fetcher.fetch(workspace.topics, None)), None)
    except SourceError as error:
        return Outcome(id=source.id, health=error.health, message=str(error))
    except HubbubError as error:
        return Outcome(id=source.id, health=Health.BROKEN, message=str(error))
    except Exception as error:
        # A plugin of somebody else may raise anything; it harms only its own source.
        return Outcome(id=source.id, health=Health.BROKEN, message=f"its plugin failed: {type(error).__name__}: {error}")
    count = len(batch.mentions) if batch else 0
    return Outcome(id=source.id, health=Health.OK if count else Health.EMPTY, message=f"its first page has {count} mentions")
