"""The top line: the workspace, the screens by number, how sources are, how much there is."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from ..formatting import fit, safe, sources_marks, sources_summary
from ..session import Status

SCREENS = (
    *(("inbox", "Inbox"), ("builder", "Story"), ("stories", "Stories"), ("sources", "Sources"), ("overview", "Overview")),
    ("authors", "Authors"),
)
"""The screens that have a number: their action, and their name."""


class StatusLine(Widget):
    """One line that says how the desk is."""

    ALLOW_SELECT = False
    status: reactive[Status] = reactive(Status())

    def __init__(self, workspace: str, screen: str) -> None:
        """``screen`` is the action of the screen that the line is on."""
        super().__init__()
        self._workspace = safe(workspace)
        self._screen = screen

    def on_mount(self) -> None:
        """Follow the application's status."""
        self.watch(self.app, "status", self._follow)

    def _follow(self, status: Status) -> None:
        self.status = status

    def render(self) -> Content:
        """As much as the width allows; the screens' names give way first."""
        width = self.size.width
        left = f" hubbub · {self._workspace}"
        if width >= 110:
            tabs = [f"  {number} {name}" for number, (_, name) in enumerate(SCREENS, 1)]
        else:
            tabs = [f"  {number} {name}" for number, (action, name) in enumerate(SCREENS, 1) if action == self._screen]
        right = self._right(width - cell_len(left) - sum(map(len, tabs)) - 3)
        here = [bool(action == self._screen) for action, _ in SCREENS] if width >= 110 else [True]
        gap = max(1, width - cell_len(left) - sum(map(len, tabs)) - cell_len(right) - 1)
        styled = [(tab, "bold $accent" if current else "$foreground 60%") for tab, current in zip(tabs, here, strict=True)]
        return Content.assemble((left, "bold"), *styled, " " * gap, (right, "$foreground 60%"))

    def _right(self, room: int) -> str:
        status = self.status
        counted = "counting …" if status.total is None else f"{status.total:,} mentions"
        new = f"{status.new:,} new"
        if status.collecting:
            sources = brief = f"collecting {safe(status.collecting)}"
        else:
            sources, brief = sources_summary(status.sources), sources_marks(status.sources)
        for parts in ((sources, counted, new), (sources, new), (brief, new), (brief,)):
            text = "   ".join(parts)
            if cell_len(text) <= room:
                return text
        return fit(brief, max(0, room)).rstrip()

    def on_click(self, event: events.Click) -> None:
        """Go to the screen whose name was clicked."""
        if self.size.width < 110:
            return
        at = cell_len(f" hubbub · {self._workspace}")
        for number, (action, name) in enumerate(SCREENS, 1):
            at += len(f"  {number} {name}")
            if event.x < at:
                self.call_later(self.screen.run_action, action)
                return
