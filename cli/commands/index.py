"""``hubbub index``: look after the search index. It can always be built again from the archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from ...config.editing import set_value
from ...config.workspace import PluginSettings, Workspace
from ...core.archives import Archive
from ...core.contracts import Elsewhere, SearchEngine
from ...core.errors import HubbubError, UnknownPlugin
from ...core.indexing import Indexer
from ..exits import Exit, note
from ..output import json_option, plural, print_json, say
from ..progress import ProgressLine
from ..session import Session


@click.group()
def command() -> None:
    """Look after the search index.

    The index follows the archive by itself; these commands are for looking, for switching engines and for doubt.
    """


@command.command()
@json_option
@click.pass_obj
def status(session: Session, as_json: bool) -> Exit:
    """Say which engine is in use and whether its index is in step with the archive."""
    from ..compose import engine_name

    workspace = session.workspace
    with _opened(workspace) as (archive, indexer):
        in_step, documents, pending, mentions = indexer.in_step(), indexer.engine.count(), archive.pending(), archive.count()
        place, size = _place(indexer.engine, workspace.paths.index(engine_name(workspace)))
    engine = engine_name(workspace)
    if as_json:
        print_json(
            {
                "engine": engine,
                "configured": workspace.search.name,
                "in_step": in_step,
                "documents": documents,
                "mentions": mentions,
                "pending": pending,
                "bytes": size,
                "place": place,
            }
        )
        return Exit.OK
    chosen = "chosen automatically" if workspace.search.name == "auto" else "chosen in the settings"
    say(f"Engine:   {engine} ({chosen})")
    say(f"Index:    {plural(documents, 'mention')} of {mentions:,}, {size / 1e6:,.1f} MB in {place}")
    say(f"In step:  {_step(in_step, pending, mentions)}")
    return Exit.OK


@command.command()
@click.pass_obj
def rebuild(session: Session) -> Exit:
    """Build the whole index again from the archive.

    Stopping it is safe: the next search or run builds it.
    """
    with _opened(session.workspace) as (_, indexer):
        _rebuild(indexer)
    return Exit.OK


@command.command()
@click.argument("engine")
@click.pass_obj
def use(session: Session, engine: str) -> Exit:
    """Switch to another search engine, and build its index.

    ENGINE is the name of an installed engine, or "auto" for the fastest one. The old index is removed. An engine that cannot be
    used leaves the settings as they were.
    """
    from ..compose import engine_name, registry

    old, names = session.workspace, registry(session.workspace).names("search")
    if engine != "auto" and engine not in names:
        raise UnknownPlugin(role="search", name=engine, known=[*names, "auto"])
    new = replace(old, search=PluginSettings(name=engine))
    # Loaded before anything changes: an engine that cannot be loaded must not get into the settings.
    registry(old).component("search", engine_name(new))
    new = set_value(session.folder, "search", "engine", engine)
    try:
        with _opened(new) as (_, indexer):
            _rebuild(indexer)
    except HubbubError:
        set_value(session.folder, "search", "engine", old.search.name)
        raise
    if engine_name(new) != engine_name(old):
        _remove(old)
    say(f"Searches are answered by {engine_name(new)} now.")
    return Exit.OK


@contextmanager
def _opened(workspace: Workspace) -> Iterator[tuple[Archive, Indexer]]:
    from ..compose import build_indexer, late_http, open_archive_of

    archive, http = open_archive_of(workspace), late_http(workspace)
    indexer = build_indexer(workspace, archive, http=http)
    try:
        yield archive, indexer
        for message in indexer.messages:
            note(message)
    finally:
        indexer.close()
        http.close()
        archive.close()


def _rebuild(indexer: Indexer) -> None:
    with ProgressLine("mentions") as progress:
        done = indexer.rebuild(progress)
    say(f"The index has been built from {plural(done, 'mention')}.")


def _step(in_step: bool, pending: int, mentions: int) -> str:
    if not in_step:
        return "no; it is built at the next search or run" if mentions else "there is nothing to index yet"
    return f"yes, but for {plural(pending, 'change')} that the next search takes in" if pending else "yes"


def _place(engine: SearchEngine, folder: Path) -> tuple[str, int]:
    """Where an index lies and how many bytes it takes; files that vanish while we look count nothing."""
    if isinstance(engine, Elsewhere):
        return engine.place(), engine.bytes()
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return str(folder), total


def _remove(workspace: Workspace) -> None:
    from ..compose import IndexPlace, engine_name, late_http

    http = late_http(workspace)
    try:
        IndexPlace(workspace, engine_name(workspace), http).discard()
    except HubbubError as error:
        note(f"The old index could not be removed; remove it by hand to free its space. {error}")
    finally:
        http.close()
