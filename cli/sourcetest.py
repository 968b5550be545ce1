"""Asking sources whether they can be read, without keeping anything: a word about each, or all that passed for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from ..config.secrets import is_reference
from ..config.workspace import Workspace
from ..core.contracts import HttpClient, Processor
from ..core.dryruns import DryRun, Verdict, ask_briefly, judge, read_dry
from ..core.errors import ArchiveError, SecretMissing
from ..core.health import FINE
from ..core.observing import Exchange, ObservedClient, Traffic
from ..core.values import Health, Mention, Quota, Source
from .exits import Exit, note
from .options import credentials_hint
from .output import Column, plural, print_json, print_listing, print_table, say, show_time

SHOWN = 5
"""Mentions and failures that are listed of one source; JSON has all failures."""
LONGEST_HEADLINE = 90

_REQUESTS = [
    Column(title="request", show=lambda one: one.method),
    Column(title="address", show=lambda one: one.url, gives_way=True),
    Column(title="status", show=lambda one: one.status or "–", right=True),
    Column(title="seconds", show=lambda one: f"{one.seconds:.2f}", right=True),
    Column(title="bytes", show=lambda one: one.bytes, right=True),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """A source, what it gave, and what a collect would make of it."""

    source: Source
    run: DryRun
    verdict: Verdict


def try_all(workspace: Workspace, *, as_json: bool) -> Exit:
    """Ask each enabled source what it says of itself, else for its first page, and print a line about each."""
    from .compose import late_http

    http = late_http(workspace)
    try:
        runs = [(source, _briefly(workspace, source, http)) for source in workspace.sources if source.enabled]
    finally:
        http.close()
    print_listing(
        "sources",
        runs,
        [
            Column(title="source", show=lambda pair: pair[0].id),
            Column(title="health", show=lambda pair: pair[1].health.value),
            Column(title="what it says", show=lambda pair: pair[1].message, gives_way=True),
        ],
        as_json=as_json,
        to_dict=lambda pair: {"id": pair[0].id, "health": pair[1].health, "message": pair[1].message},
        empty="There is no enabled source to try.",
    )
    return _exit([run for _, run in runs])


def try_closely(workspace: Workspace, ids: Sequence[str], *, pages: int, as_json: bool) -> Exit:
    """Read the named sources (enabled or not) for a try and tell all that passed; raises ``NotFound``."""
    from .compose import build_processors, late_http

    sources = [workspace.source(wanted) for wanted in dict.fromkeys(ids)]
    http = late_http(workspace)
    try:
        runs = [(source, _closely(workspace, source, http, pages)) for source in sources]
        processors = build_processors(workspace, http=http)
        verdicts = _verdicts(workspace, runs, processors)
    finally:
        http.close()
    tried = [Tried(source=source, run=run, verdict=verdict) for (source, run), verdict in zip(runs, verdicts, strict=True)]
    if as_json:
        print_json({"total": len(tried), "sources": [_to_dict(one) for one in tried]})
    else:
        for number, one in enumerate(tried):
            if number:
                say()
            _tell(one)
        say("Nothing was kept, and where the next collect begins has not moved.")
    return _exit([run for _, run in runs])


def _briefly(workspace: Workspace, source: Source, http: HttpClient) -> DryRun:
    from .compose import build_source

    return _hinted(workspace, source, ask_briefly(lambda: build_source(workspace, source, http=http), workspace.topics))


def _closely(workspace: Workspace, source: Source, http: HttpClient, pages: int) -> DryRun:
    from .compose import build_source, now

    traffic = Traffic()
    observed = ObservedClient(http, traffic, now)
    run = read_dry(
        lambda: build_source(workspace, source, http=observed),
        traffic,
        workspace.topics,
        pages=pages,
        check=_has_secrets(source.options),
    )
    return _hinted(workspace, source, run)


def _hinted(workspace: Workspace, source: Source, run: DryRun) -> DryRun:
    """With a word about which credentials are meant, where they are what is wrong."""
    if run.health != Health.NEEDS_KEY:
        return run
    from .compose import options_of, registry

    component = registry(workspace).component("source", source.plugin)
    try:
        options_of(workspace, component, source.options, f"source {source.id!r}")
    except SecretMissing:  # that says already which one
        return run
    hint = credentials_hint(component, source.options)
    return replace(run, message=f"{run.message} {hint}") if hint else run


def _verdicts(
    workspace: Workspace, runs: Sequence[tuple[Source, DryRun]], processors: Mapping[str, Processor]
) -> list[Verdict]:
    """What a collect would make of what came; as if the archive were empty where it cannot be asked."""
    from .compose import now, open_archive_of

    with ExitStack() as closing:
        archive = None
        try:
            archive = open_archive_of(workspace)
            closing.callback(archive.close)
        except ArchiveError as error:
            note(f"What is archived already cannot be told: {error}")
        return [
            judge(
                run.mentions,
                source=source,
                processors=processors,
                known=archive.known if archive else None,
                seen=now(),
                retention=workspace.retention,
            )
            for source, run in runs
        ]


def _has_secrets(value: object) -> bool:
    """Whether there are credentials among these options: references, however deep."""
    if isinstance(value, Mapping):
        return is_reference(value) or any(map(_has_secrets, value.values()))
    return isinstance(value, list | tuple) and any(map(_has_secrets, value))


def _exit(runs: Sequence[DryRun]) -> Exit:
    return Exit.OK if all(run.health in FINE for run in runs) else Exit.SOURCES


# --- what is told ------------------------------------------------------------------------------------------------


def _tell(one: Tried) -> None:
    run, verdict = one.run, one.verdict
    say(f"{one.source.id} ({one.source.plugin}): {run.health.value}")
    say(f"  {run.message}")
    if run.exchanges:
        print_table([[column.show(exchange) for column in _REQUESTS] for exchange in run.exchanges], _REQUESTS)
    for exchange in run.exchanges:
        # The last one's error is what the whole source failed with, and stands above.
        if exchange.error and exchange.error not in run.message:
            say(f"  {exchange.error}")
    if run.quota:
        say(f"Its API still allows {show_quota(run.quota)}.")
    if not run.pages:
        return
    more = "; there may be more: raise --pages" if run.stopped else ""
    say(f"{plural(len(run.mentions), 'mention')} on {plural(run.pages, 'page')}{more}.")
    for failure in run.failures[:SHOWN]:
        say(f"  {failure.message}")
    if len(run.failures) > SHOWN:
        say(f"  … and {len(run.failures) - SHOWN:,} more that could not be read")
    matched = ", ".join(f"{name} {count:,}" for name, count in verdict.topics.items())
    say(f"Of your topics: {matched or 'none is mentioned'}.")
    say(
        f"A collect would save {verdict.new:,} new and {verdict.changed:,} changed, "
        f"know {verdict.known:,} already, and drop {verdict.dropped:,}."
    )
    for mention in run.newest[:SHOWN]:
        say(f"  {show_time(mention.published)}  {headline(mention)}")


def show_quota(quota: Quota) -> str:
    """What is left, in words: ``12 of 300 requests until 2026-06-14 12:00``."""
    of = f" of {quota.limit:,}" if quota.limit is not None else ""
    until = f" until {show_time(quota.resets)}" if quota.resets else ""
    return f"{quota.left:,}{of} {quota.unit}{until}"


def headline(mention: Mention) -> str:
    """The title of a mention, else its first words, on one line."""
    text = " ".join((mention.title or mention.text).split())
    return text if len(text) <= LONGEST_HEADLINE else f"{text[: LONGEST_HEADLINE - 1]}…"


def _to_dict(one: Tried) -> Mapping[str, Any]:
    run, verdict = one.run, one.verdict
    return {
        "id": one.source.id,
        "plugin": one.source.plugin,
        "health": run.health,
        "message": run.message,
        "requests": [_exchange_dict(exchange) for exchange in run.exchanges],
        "quota": run.quota,
        "pages": run.pages,
        "stopped": run.stopped,
        "found": len(run.mentions),
        "failures": [{"item": f.item, "message": f.message, "raw": f.raw} for f in run.failures],
        "topics": verdict.topics,
        "new": verdict.new,
        "changed": verdict.changed,
        "known": verdict.known,
        "dropped": verdict.dropped,
        "newest": [{"ref": m.ref, "published": m.published, "title": headline(m), "url": m.url} for m in run.newest[:SHOWN]],
    }


def _exchange_dict(exchange: Exchange) -> Mapping[str, Any]:
    return {
        "method": exchange.method,
        "url": exchange.url,
        "status": exchange.status,
        "seconds": round(exchange.seconds, 3),
        "bytes": exchange.bytes,
        "error": exchange.error,
    }
