"""Edits of ``hubbub.toml`` by commands: the user's comments, order and layout stay.

An edit is checked as a whole file before it replaces the old one, so a command can never leave a workspace that does not
load. Each function gives the workspace as it is after the edit and raises ``ConfigError`` where the outcome would be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT

from ..core.durations import show_duration
from ..core.errors import ConfigError, NotFound
from ..core.rules import Rule
from ..core.values import Source, Topic
from . import layout
from .loading import read_settings, read_text
from .locations import SETTINGS
from .workspace import Workspace
from .writing import write_atomically


def edit(folder: Path, change: Callable[[str], str]) -> Workspace:
    """Change the settings' text, check it, and write it unless somebody else wrote it meanwhile."""
    before = read_text(folder)
    read_settings(before, folder)
    after = change(before)
    workspace = read_settings(after, folder)
    if read_text(folder) != before:
        raise ConfigError("it was changed by another program meanwhile; try again", file=str(folder / SETTINGS))
    if after != before:
        write_atomically(folder / SETTINGS, after.encode("utf-8"))
    return workspace


def add_topic(folder: Path, topic: Topic) -> Workspace:
    """Add a topic behind the others."""
    return edit(folder, lambda text: _append(text, "topics", [topic_table(topic)]))


def change_topic(folder: Path, name: str, values: Mapping[str, Any]) -> Workspace:
    """Set keys of a topic; raises ``NotFound``."""
    if "query" in values:
        values = {**values, "query": _readable(values["query"])}
    return edit(folder, lambda text: _change(text, "topics", _position(text, "topics", "name", name), values))


def remove_topic(folder: Path, name: str) -> Workspace:
    """Remove a topic; raises ``NotFound``."""
    return edit(folder, lambda text: _remove(text, "topics", _position(text, "topics", "name", name)))


def add_sources(folder: Path, sources: Sequence[Source]) -> Workspace:
    """Add sources behind the others, all or none."""
    return edit(folder, lambda text: _append(text, "sources", [source_table(source) for source in sources]))


def change_source(folder: Path, source_id: str, values: Mapping[str, Any]) -> Workspace:
    """Set keys of a source; raises ``NotFound``."""
    return edit(folder, lambda text: _change(text, "sources", _position(text, "sources", "id", source_id), values))


def remove_source(folder: Path, source_id: str) -> Workspace:
    """Remove a source; raises ``NotFound``."""
    return edit(folder, lambda text: _remove(text, "sources", _position(text, "sources", "id", source_id)))


def add_rule(folder: Path, rule: Rule) -> Workspace:
    """Add a rule behind the others."""
    return edit(folder, lambda text: _append(text, "rules", [rule_table(rule)]))


def remove_rule(folder: Path, name: str) -> Workspace:
    """Remove a rule; raises ``NotFound``."""
    return edit(folder, lambda text: _remove(text, "rules", _position(text, "rules", "name", name)))


def set_value(folder: Path, table: str, key: str, value: Any) -> Workspace:
    """Set one key of one table, as ``engine`` of ``[search]``; the table is added where it is missing."""

    def change(text: str) -> str:
        document = tomlkit.parse(text)
        if table not in document:
            return text.rstrip() + "\n\n" + tomlkit.dumps({table: {key: value}})
        return _with_value(text, (table,), key, value)

    return edit(folder, change)


def topic_table(topic: Topic) -> dict[str, Any]:
    """A topic as it is written in the settings."""
    table: dict[str, Any] = {"name": topic.name, "kind": topic.kind, "query": _readable(topic.query)}
    if topic.accounts:
        table["accounts"] = list(topic.accounts)
    return table


def source_table(source: Source) -> dict[str, Any]:
    """A source as it is written in the settings; what is as by default is left out."""
    default = Source(id=source.id, plugin=source.plugin)
    table: dict[str, Any] = {"id": source.id, "plugin": source.plugin}
    if source.every != default.every:
        table["every"] = show_duration(source.every)
    if source.keep != default.keep:
        table["keep"] = source.keep
    if not source.enabled:
        table["enabled"] = False
    return table | dict(source.options)


def rule_table(rule: Rule) -> dict[str, Any]:
    """A rule as it is written in the settings; what it does not do is left out."""
    then = rule.then
    told: dict[str, Any] = {
        "tag": list(then.tags),
        "label": dict(then.labels),
        "state": then.state.value if then.state else None,
        "priority": then.priority,
        "mute": then.mute,
        "route": then.route,
    }
    return {"name": rule.name, "if": _readable(rule.query), "then": {key: value for key, value in told.items() if value}}


def _readable(query: str) -> str:
    """A query in single quotes where that spares backslashes: ``'"acme phone" OR acme'``."""
    literal = '"' in query and "'" not in query and query.isprintable()
    return tomlkit.string(query, literal=True) if literal else query


def written(name: str, table: Mapping[str, Any]) -> str:
    """One table of an array of tables as TOML text; what is nested in it stays on its line: ``{ env = "NAME" }``."""
    return tomlkit.dumps({name: [{key: _inline(value) for key, value in table.items()}]})


def _inline(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    inline = tomlkit.inline_table()
    inline.update({key: _inline(inner) for key, inner in value.items()})
    return inline


def _append(text: str, name: str, tables: Sequence[Mapping[str, Any]]) -> str:
    document = tomlkit.parse(text)
    if name in document and not isinstance(document[name], AoT):
        # Written as an inline array, topics = [{…}, {…}], which tomlkit knows how to lengthen.
        for table in tables:
            document[name].append(dict(table))  # pyright: ignore[reportAttributeAccessIssue]
        return tomlkit.dumps(document)
    for table in tables:
        text = layout.with_table(text, name, written(name, table))
    return text


def _change(text: str, name: str, position: int, values: Mapping[str, Any]) -> str:
    for key, value in values.items():
        text = _with_value(text, (name, position), key, value)
    return text


def _with_value(text: str, path: tuple[str | int, ...], key: str, value: Any) -> str:
    document = tomlkit.parse(text)
    table: Any = document
    for part in path:
        table = table[part]
    if key not in table:
        longer = layout.with_key(text, path, tomlkit.dumps({key: value}))
        if longer is not None:
            return longer
    table[key] = value
    return tomlkit.dumps(document)


def _remove(text: str, name: str, position: int) -> str:
    shorter = layout.without_table(text, name, position)
    if shorter is not None:
        return shorter
    document = tomlkit.parse(text)
    del document[name][position]  # pyright: ignore[reportIndexIssue]
    return tomlkit.dumps(document)


def _position(text: str, name: str, key: str, value: str) -> int:
    tables = tomlkit.parse(text).unwrap().get(name, [])
    names = [str(table.get(key)) for table in tables]
    if value not in names:
        raise NotFound({"topics": "topic", "sources": "source", "rules": "rule"}[name], value, names)
    return names.index(value)
