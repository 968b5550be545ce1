"""All keys, from the table of actions; what works where the user is comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from ..actions import SCOPES, in_scope
from ..keymap import Keys
from ..widgets.key_bar import actions_now
from .dialog import hint

COMMON = ("list", "screen", "app")
"""Scopes that work nearly everywhere; they come after those of the pane."""
LEGEND = """\
In lists of mentions: • new   ★ kept   ✓ done   ✗ ignored   ❝ quoted in the current story   ▸ cursor   ◆ marked
Reactions: ♥ likes   ↻ shares   ↩ replies   + − score.   Ages: m minutes, h hours, d days, w weeks, y years.
Near-duplicates are one row with “+3 alike”: what is done with it is done with the one shown, until they are unfolded.
In conversations: + only on the platform, not archived.   ╰ an answer to the post above that stands further left.
Queries: words, "a phrase", OR, NOT, lang:es, topic:acme, source:press, status:new, tag:x, published:2026-06.
Text in the story is Markdown. All times are UTC. Every edit is saved at once and can be taken back.
Keys are changed in hubbub.toml by the names in the last column:  [tui.keys]  "mentions.done" = "x"
"""


def scopes_now(screen: Screen[Any]) -> list[str]:
    """The scopes whose keys work now, those of the pane first."""
    scopes = dict.fromkeys(action.scope for action, _ in actions_now(screen))
    return sorted(scopes, key=lambda scope: scope in COMMON)


class HelpScreen(ModalScreen[None]):
    """A page of keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "back", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("pagedown,space", "scroll(15)", "page down", show=False),
        Binding("pageup", "scroll(-15)", "page up", show=False),
    ]

    def __init__(self, keys: Keys, first: Sequence[str]) -> None:
        super().__init__()
        self._keys = keys
        self._scopes = [*first, *(scope for scope in SCOPES if scope not in first)]

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help", can_focus=False):
            yield Static(self._page(), markup=False)
        yield hint("j/k scroll   esc back")

    def _page(self) -> Content:
        pieces: list[str | tuple[str, str]] = []
        for scope in self._scopes:
            pieces.append((f"{SCOPES[scope]}\n", "bold $accent"))
            for action in in_scope(scope):
                pieces += [(f"  {self._keys.labels(action.id):<20}", "bold"), action.help]
                pieces.append((f"  {action.id}\n", "$foreground 60%"))
            pieces.append("\n")
        pieces.append((LEGEND, "$foreground 60%"))
        return Content.assemble(*pieces)

    def action_scroll(self, lines: int) -> None:
        """Scroll the page."""
        self.query_one("#help").scroll_relative(y=lines, animate=False)
