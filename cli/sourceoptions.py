"""What ``sources add`` is given, as sources."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from ..core.durations import parse_duration
from ..core.errors import SecretMissing
from ..core.slugs import slugify, unique
from ..core.values import Keep, Source
from .exits import note
from .session import Session

IMPORTABLE = (".csv", ".tsv", ".jsonl", ".ndjson")
"""Endings of files that the plugin ``file`` reads."""


class DurationType(click.ParamType):
    """``15m``, ``2h``, ``1d``."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read it, or say what to write."""
        if isinstance(value, timedelta):
            return value
        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


duration_option = click.option(
    "--every", type=DurationType(), default="15m", show_default=True, help="How often it is asked: 15m, 2h, 1d."
)


def source_from_options(
    session: Session, address: str | None, *, plugin: str | None, options: Sequence[str], every: timedelta, keep: Keep
) -> list[Source]:
    """The sources that are meant, the likeliest first; an address without a plugin is looked at on the network."""
    given = dict(read_option(text) for text in options)
    workspace = session.workspace
    taken = [source.id for source in workspace.sources]
    if plugin is None and address is None:
        raise click.UsageError("Give an address or a file, or a --plugin with its options.")
    if plugin is None and address is not None and not _is_file(session.cwd / address, address):
        found = _feeds(session, address, taken)
    else:
        found = [_plain(session, address, plugin, given, taken)]
    sources = [replace(s, options={**s.options, **given}, every=every, keep=keep) for s in found]
    for source in sources:
        _check_options(session, source)
    return sources


def _check_options(session: Session, source: Source) -> None:
    """Refuse options that the plugin does not take; a secret that is not there yet may come later."""
    from .compose import options_of, registry

    try:
        options_of(
            session.workspace,
            registry(session.workspace).component("source", source.plugin),
            source.options,
            f"source {source.id!r}",
        )
    except SecretMissing as error:
        note(f"The source is added, but cannot be read before its secret is there: {error}")


def _feeds(session: Session, address: str, taken: Sequence[str]) -> list[Source]:
    from .compose import late_http, registry
    from .feeds import recognisers, sources_at

    http = late_http(session.workspace)
    try:
        return sources_at(http, recognisers(registry(session.workspace)), address, taken)
    finally:
        http.close()


def _plain(session: Session, address: str | None, plugin: str | None, given: dict[str, Any], taken: Sequence[str]) -> Source:
    """A source that nobody is asked about: of a named plugin, or a file."""
    from .compose import registry
    from .feeds import source_id

    name = plugin or "file"
    component = registry(session.workspace).component("source", name)
    options: dict[str, Any] = {}
    if address is not None:
        known = component.options.model_fields if component.options else {}
        key = next((key for key in ("url", "path") if key in known), None)
        if key is None:
            raise click.UsageError(f"The plugin {name!r} takes no address; give its options with --option KEY=VALUE.")
        options[key] = _relative(session, address) if key == "path" else address
    url = str(options.get("url") or given.get("url") or "")
    stem = Path(str(options.get("path") or given.get("path") or "")).stem
    if url:
        return Source(id=source_id("", url, taken), plugin=name, options=options)
    slug = slugify(stem or name, name)
    return Source(id=unique(slug, {known_id.casefold() for known_id in taken}), plugin=name, options=options)


def _is_file(path: Path, address: str) -> bool:
    return not re.match(r"[a-z]+://", address, re.IGNORECASE) and (path.is_file() or path.suffix.lower() in IMPORTABLE)


def _relative(session: Session, address: str) -> str:
    """A path as the settings have it: relative to the workspace where it lies inside."""
    path = (session.cwd / address).resolve()
    folder = session.folder.resolve()
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def read_option(text: str) -> tuple[str, Any]:
    """``key=value``; a value that is no TOML is text."""
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals or not re.fullmatch(r"[A-Za-z0-9_-]+", key):
        raise click.UsageError(f"--option {text!r} is not KEY=VALUE.")
    try:
        parsed = tomllib.loads(f"value = {value.strip()}")
    except tomllib.TOMLDecodeError:
        return key, value.strip()
    return key, parsed["value"] if len(parsed) == 1 else value.strip()
