"""The bottom line: the six keys that matter now, from the table of actions; a click does what the key does."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.dom import DOMNode
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from ..actions import BY_ID, Action
from ..keymap import Keys

SHOWN = 6
ALWAYS = BY_ID["app.help"]
"""Shown behind the six."""


def actions_now(screen: Screen[object]) -> list[tuple[Action, DOMNode]]:
    """The actions of the table whose keys work now, each once, the nearest to the focus first, and whose they are."""
    found: dict[str, tuple[Action, DOMNode]] = {}
    for active in screen.active_bindings.values():
        id = active.binding.id
        if active.enabled and id is not None and id in BY_ID:
            found.setdefault(id, (BY_ID[id], active.node))
    return list(found.values())


class KeyBar(Widget):
    """What can be done now."""

    ALLOW_SELECT = False
    shown: reactive[tuple[tuple[Action, DOMNode], ...]] = reactive(())

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self._keys = keys

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)
        self._follow(self.screen)

    def _follow(self, screen: Screen[object]) -> None:
        # In a text field most keys are letters to be written: an action counts only where its first key still works.
        active = set(screen.active_bindings)
        pairs = [pair for pair in actions_now(screen) if pair[0].footer and self._keys.of(pair[0].id)[0] in active]
        ranked = sorted(pairs, key=lambda pair: pair[0].footer)
        self.shown = (*ranked[:SHOWN], (ALWAYS, self.app))

    def _hints(self) -> list[tuple[str, str, Action, DOMNode]]:
        """Key, label, action and owner of what fits."""
        room = self.size.width - 1
        hints: list[tuple[str, str, Action, DOMNode]] = []
        last = self._keys.labels(ALWAYS.id).split("  ")[-1]
        room -= len(last) + len(ALWAYS.label) + 3
        for action, node in self.shown[:-1]:
            key = self._keys.label(action.id)
            room -= len(key) + len(action.label) + 3
            if room >= 0:
                hints.append((key, action.label, action, node))
        return [*hints, (last, ALWAYS.label, ALWAYS, self.app)]

    def render(self) -> Content:
        """Keys and what they do."""
        pieces: list[tuple[str, str]] = [(" ", "")]
        for key, label, _, _ in self._hints():
            pieces += [(key, "bold $accent"), (f" {label}  ", "")]
        return Content.assemble(*pieces)

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        at = 1
        for key, label, action, node in self._hints():
            at += len(key) + len(label) + 3
            if event.x < at:
                self.call_later(self.app.run_action, action.name, node)
                return
