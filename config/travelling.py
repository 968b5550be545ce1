"""The settings as they travel with an export: all but where this one workspace keeps its archive."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from ..core.errors import ConfigError
from .locations import SETTINGS

_TABLE = "archive"
_OWN = ("url", "password")
"""Keys that say where the archive is and by whose password: that belongs to the place, not to what is kept there."""


def travelling(text: str) -> str:
    """The settings without the address of the archive, with one line end at their end."""
    document = _parsed(text)
    table: Any = document.get(_TABLE, {})
    if isinstance(table, MutableMapping) and any(key in table for key in _OWN):
        try:
            for key in _OWN:
                table.pop(key, None)
            if not table:
                document.pop(_TABLE)
        except (IndexError, KeyError) as error:  # tomlkit loses its way among keys written as "archive.url"
            what = f"write the keys {' and '.join(_OWN)} in a table [{_TABLE}], so that they can be left out of an export"
            raise ConfigError(what, file=SETTINGS, key=_TABLE) from error
    return tomlkit.dumps(document).strip("\r\n") + "\n"


def settled(arriving: str, here: str) -> str:
    """Settings that have come with an export, with the address of the archive that the settings here name."""
    text = travelling(arriving)
    own = {key: _inline(value) for key, value in _parsed(here).unwrap().get(_TABLE, {}).items() if key in _OWN}
    if not own:
        return text
    document = _parsed(text)
    if _TABLE not in document:
        return f"{text}\n{tomlkit.dumps({_TABLE: own})}"
    table: Any = document[_TABLE]
    table.update(own)
    return tomlkit.dumps(document)


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
