"""Which keys do what, after the user's own settings: the actions table with its keys replaced by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.binding import Binding
from textual.keys import format_key, key_to_character

from ..core.errors import ConfigError, nearest
from .actions import ACTIONS, BY_ID, SCOPES, Action, in_scope

NESTED: Mapping[str, tuple[str, ...]] = {
    "list": (
        *("mentions", "views", "facets", "story", "stories", "sources", "authors", "author", "conversation", "history"),
        *("inbox", "builder", "candidates", "comments"),
    ),
    "screen": (
        *("mentions", "views", "facets", "story", "stories", "sources", "authors"),
        *("inbox", "builder", "candidates", "strip"),
    ),
    "inbox": ("mentions", "views", "facets"),
    "mentions": ("candidates",),
    "builder": ("mentions", "story", "candidates", "strip"),
}
"""Scopes whose keys work at once: within one focus, two actions on one key would hide each other."""

SHARED = frozenset({"screen.back", "list.unmark"})
"""Actions that give way: ``escape`` takes marks away first and goes back when there are none."""

_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "asterisk": "*",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "exclamation_mark": "!",
    "quotation_mark": '"',
    "equals_sign": "=",
    "plus": "+",
    "minus": "-",
    "escape": "esc",
    "enter": "enter",
    "pagedown": "page down",
    "pageup": "page up",
    "delete": "del",
}


def key_names(keys: str) -> tuple[str, ...]:
    """The single keys of a comma-separated list; characters and Textual's long names may both be written."""
    longs = {short: long for long, short in _NAMES.items()}
    return tuple(longs.get(key, key) for key in (part.strip() for part in keys.split(",")) if key)


def shown(key: str) -> str:
    """A key as people know it: ``/``, ``ctrl+p``, ``alt+↑``."""
    modifiers, _, last = key.rpartition("+")
    name = _NAMES.get(last) or (format_key(last) if len(last) > 1 else last)
    return f"{modifiers}+{name}" if modifiers else name


class Keys:
    """The keys of every action. Raises ``ConfigError`` where a setting names no action, no key, or a key taken twice."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        """``own`` maps ids of actions to comma-separated keys; whatever it does not name keeps its default."""
        self.own = dict(own or {})
        for id, keys in self.own.items():
            _check(id, keys)
        self._keys = {action.id: key_names(self.own.get(action.id, action.keys)) for action in ACTIONS}
        self._check_clashes()

    def of(self, id: str) -> tuple[str, ...]:
        """The keys of an action, in Textual's names."""
        return self._keys[id]

    def label(self, id: str) -> str:
        """The first key of an action, as people know it."""
        return shown(self._keys[id][0])

    def labels(self, id: str) -> str:
        """All keys of an action, as people know them."""
        return "  ".join(shown(key) for key in self._keys[id])

    def keymap(self) -> dict[str, str]:
        """The user's own keys in the shape that Textual's ``set_keymap`` takes."""
        return {id: ",".join(self._keys[id]) for id in self.own}

    def _check_clashes(self) -> None:
        for id in self.own:
            for other in _neighbours(BY_ID[id]):
                if {id, other.id} & SHARED:
                    continue
                both = set(self._keys[id]) & set(self._keys[other.id])
                if both:
                    key = shown(sorted(both)[0])
                    raise ConfigError(
                        f"The key {key!r} is already taken by {other.id} ({other.label}). Give one of them another key.",
                        key=f"tui.keys.{id}",
                    )


def bindings(scope: str) -> list[Binding | tuple[str, str] | tuple[str, str, str]]:
    """What a widget of this scope declares as ``BINDINGS``."""
    return [
        Binding(action.keys, action.name, action.label, show=False, priority=action.priority, id=action.id, tooltip=action.help)
        for action in in_scope(scope)
    ]


def _check(id: str, keys: str) -> None:
    if id not in BY_ID:
        raise ConfigError(f"There is no action {id!r}.{nearest(id, BY_ID)}", key=f"tui.keys.{id}")
    if not isinstance(keys, str) or not key_names(keys):
        raise ConfigError('Write one or more keys, with commas between them, such as "x" or "ctrl+x,f5".', key=f"tui.keys.{id}")
    for key in key_names(keys):
        last = key.rpartition("+")[2] or "+"
        if len(last) > 1 and key_to_character(last) is None and last not in _known_keys():
            raise ConfigError(f"There is no key {key!r}.{nearest(last, _known_keys())}", key=f"tui.keys.{id}")


def _known_keys() -> frozenset[str]:
    from textual.keys import Keys as TextualKeys

    plain = (key.value.rpartition("+")[2].strip("<>") for key in TextualKeys)
    return frozenset({*plain, *_NAMES})


def _neighbours(action: Action) -> Iterator[Action]:
    """Other actions that can be active together with this one."""
    scopes = {action.scope, "app"}
    for outer, inner in NESTED.items():
        if action.scope == outer:
            scopes.update(inner)
        if action.scope in inner:
            scopes.add(outer)
    if action.scope == "app":
        scopes = set(SCOPES)
    return (other for other in ACTIONS if other.scope in scopes and other.id != action.id)
