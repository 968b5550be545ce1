"""The settings as they travel with an export: all but where this one workspace keeps its archive, and who is at it."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from ..core.errors import ConfigError
from .locations import SETTINGS

_OWN: Mapping[str, tuple[str, ...]] = {"archive": ("url", "password"), "workspace": ("person",)}
"""Keys by table that say where the archive is, by whose password, and who is there: that belongs to the place, not to what is
kept there."""


def travelling(text: str) -> str:
    """The settings without what belongs to the place, with one line end at their end."""
    document = _parsed(text)
    for name, own in _OWN.items():
        table: Any = document.get(name, {})
        if isinstance(table, MutableMapping) and any(key in table for key in own):
            try:
                for key in own:
                    table.pop(key, None)
                if not table:
                    document.pop(name)
            except (IndexError, KeyError) as error:  # tomlkit loses its way among keys written as "archive.url"
                what = f"write the keys {' and '.join(own)} in a table [{name}], so that they can be left out of an export"
                raise ConfigError(what, file=SETTINGS, key=name) from error
    return tomlkit.dumps(document).strip("\r\n") + "\n"


def settled(arriving: str, here: str) -> str:
    """Settings that have come with an export, with what the settings here say of the place."""
    text, standing = travelling(arriving), _parsed(here).unwrap()
    for name, keys in _OWN.items():
        own = {key: _inline(value) for key, value in standing.get(name, {}).items() if key in keys}
        if not own:
            continue
        document = _parsed(text)
        if name not in document:
            text = f"{text}\n{tomlkit.dumps({name: own})}"
            continue
        table: Any = document[name]
        table.update(own)
        text = tomlkit.dumps(document)
    return text


def _inline(value: Any) -> Any:
    """A reference to a secret stands in one line."""
    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    table.update(value)
    return table


def _parsed(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise ConfigError(f"this is not TOML: {error}", file=SETTINGS) from error
