"""The overview: how many mentions there are, by what tells them apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ..formatting import fit, plural, safe
from ..session import Status
from .base import DeskScreen

By = Literal["state", "topic", "source", "lang", "platform"]
Counts = Mapping[By, Mapping[str, int]]
SECTIONS: tuple[tuple[By, str], ...] = (
    ("state", "What is done"),
    ("topic", "Topics"),
    ("lang", "Languages"),
    ("source", "Sources"),
    ("platform", "Platforms"),
)
LONGEST = 12
"""Rows of a section; the rest is summed up."""
BAR = 30


class OverviewScreen(DeskScreen):
    """Counts."""

    NAME = "overview"
    AUTO_FOCUS = "#overview"

    def compose_content(self) -> ComposeResult:
        with VerticalScroll(id="overview", can_focus=True):
            yield Static("Counting …", id="counts", markup=False)

    def on_mount(self) -> None:
        """Count whenever the application has counted."""
        self.watch(self.app, "status", self._follow)

    def _follow(self, status: Status) -> None:
        if not status.collecting:
            self.ask(self._read, self._show, group="overview")

    def _read(self) -> Counts:
        return {by: self.session.desk.archive.counts(by) for by, _ in SECTIONS}

    def _show(self, counts: Counts) -> None:
        self.query_one("#counts", Static).update(page(counts))


def page(counts: Counts) -> Content:
    """All counts as one text, each with its share as a bar."""
    total = sum(counts["state"].values())
    pieces: list[str | tuple[str, str]] = [(plural(total, "mention") + " in the archive\n", "bold")]
    if not total:
        pieces.append(("\nNothing collected yet. Press R to collect from all sources now.\n", "$foreground 60%"))
        return Content.assemble(*pieces)
    for by, title in SECTIONS:
        rows = sorted(counts[by].items(), key=lambda item: (-item[1], item[0]))
        pieces.append((f"\n{title}\n", "bold $accent"))
        if not rows:
            pieces.append(("  none\n", "$foreground 60%"))
        for name, count in rows[:LONGEST]:
            bar = "▇" * max(1 if count else 0, round(BAR * count / total))
            pieces += [f"  {fit(safe(name) or 'unknown', 24)} {count:>10,} ", (f"{bar}\n", "$foreground 60%")]
        if len(rows) > LONGEST:
            rest = sum(count for _, count in rows[LONGEST:])
            pieces.append((f"  {fit(f'and {len(rows) - LONGEST} more', 24)} {rest:>10,}\n", "$foreground 60%"))
    return Content.assemble(*pieces)
