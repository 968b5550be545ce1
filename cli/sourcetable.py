"""The listing of sources, each with its health in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ..config.workspace import Workspace
from ..core.durations import show_duration
from ..core.errors import ArchiveError
from ..core.health import as_it_is, health_words, quota_words
from ..core.values import Source, SourceState
from .exits import note
from .following import following
from .output import Column, print_listing

Pair = tuple[Source, SourceState]


def print_sources(workspace: Workspace, *, as_json: bool) -> None:
    """Print every configured source and how it has been doing."""
    found = following(workspace)
    states, at = _states(workspace), datetime.now(UTC)
    sources = (*workspace.sources, *found.sources)
    known = [(source, states.get(source.id, SourceState(id=source.id))) for source in sources]
    pairs = [(source, as_it_is(source, state, workspace.disabled)) for source, state in known]
    columns = [
        Column(title="source", show=lambda pair: pair[0].id),
        Column(title="plugin", show=lambda pair: pair[0].plugin),
        Column(title="every", show=lambda pair: show_duration(pair[0].every)),
        Column(title="health", show=lambda pair: health_words(pair[1], at) if pair[0].enabled else "off"),
        Column(title="found", show=lambda pair: pair[1].found, right=True),
        Column(title="last success", show=lambda pair: pair[1].last_success),
        Column(title="next run", show=lambda pair: pair[1].next_run if pair[0].enabled else None),
        Column(title="left", show=lambda pair: quota_words(pair[1].quota, at) or None),
        Column(title="how it is", show=lambda pair: _words(*pair), gives_way=True),
    ]
    print_listing(
        "sources",
        pairs,
        columns,
        as_json=as_json,
        to_dict=lambda pair: _to_dict(*pair),
        empty="There is no source yet. Add one: hubbub sources add https://press.example/",
    )
    for left_out in found.unfollowed:
        note(f"Your account {left_out.account} is not followed: {left_out.reason}.")


def _words(source: Source, state: SourceState) -> str:
    if not source.enabled:
        return f"left out; listen again with: hubbub sources enable {source.id}"
    return f"ours: {state.message}" if source.account else state.message


def _to_dict(source: Source, state: SourceState) -> Mapping[str, Any]:
    return {
        "id": source.id,
        "plugin": source.plugin,
        "enabled": source.enabled,
        "every": show_duration(source.every),
        "keep": source.keep,
        "account": source.account,
        "options": source.options,
        "health": state.health,
        "message": state.message,
        "last_run": state.last_run,
        "last_success": state.last_success,
        "next_run": state.next_run,
        "failures": state.failures,
        "found": state.found,
        "quota": state.quota,
        "last_new": state.last_new,
        "rhythm": state.gap,
    }


def _states(workspace: Workspace) -> Mapping[str, SourceState]:
    """How the sources are; nothing, with a word about it, where the archive cannot be asked."""
    from .compose import open_archive_of

    try:
        archive = open_archive_of(workspace)
    except ArchiveError as error:
        note(f"How the sources are doing cannot be told: {error}")
        return {}
    try:
        return archive.source_states()
    finally:
        archive.close()
