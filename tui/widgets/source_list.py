"""Sources, one a line: plugin, health in plain words, when asked, when next, how much was found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ...core.health import FINE, health_words, limit_is_over, quota_words
from ...core.values import Health, Source, SourceState
from ..formatting import HEALTH_MARKS, HEALTH_WORDS, age, fit, safe
from .row_list import Line, RowList

SourceRow = tuple[Source, SourceState]


class SourceList(RowList[SourceRow]):
    """The configured sources."""

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now

    def key_of(self, row: SourceRow) -> str:
        """The source's id."""
        return row[0].id

    def height_of(self, index: int) -> int:
        """One line each."""
        return 1

    def columns(self, width: int) -> tuple[int, int, int]:
        """Cells for id, plugin and health."""
        rest = max(36, width - 30)
        plugin = 14 if width >= 110 else 9  # "stackexchange" is the longest of ours
        return rest // 3, plugin, rest - rest // 3 - plugin

    def above(self, index: int, width: int) -> list[Line]:
        """The names of the columns."""
        if index:
            return []
        name, plugin, health = self.columns(width)
        words = fit("  source", name + 2) + fit("plugin", plugin) + fit("how it is", health)
        return [[(words + f"{'asked':>6}  {'next':>8}  {'found':>9}", "dim")]]

    def lines_of(self, row: SourceRow, width: int) -> list[Line]:
        """One line."""
        source, state = row
        name, plugin, health = self.columns(width)
        now = self._now()
        asked = age(state.last_run, now) if state.last_run else "never"
        coming = "off" if not source.enabled else upcoming(state, now)
        words = "off" if not source.enabled else how_it_is(state, now)
        if source.enabled and state.failures > 1:
            words += f" ({state.failures} times in a row)"
        if source.enabled and quota_words(state.quota, now) and state.quota and state.health is not Health.LIMITED:
            words += f", {state.quota.left:,} {safe(state.quota.unit)} left"
        over = limit_is_over(state, now)
        fine = state.health in FINE or state.health is Health.UNTRIED or not source.enabled or over
        mark = "–" if not source.enabled else HEALTH_MARKS.get(Health.UNTRIED if over else state.health, "✗")
        return [
            [
                (mark + " ", "good" if state.health is Health.OK else "dim" if fine else "bad"),
                (fit(safe(source.id), name - 1) + " ", "strong"),
                (fit(safe(source.plugin), plugin - 1) + " ", "dim"),
                (fit(words, health - 1) + " ", "" if fine else "bad"),
                (f"{asked:>6}  {coming:>8}  {state.found:>9,}", "dim"),
            ]
        ]


def how_it_is(state: SourceState, now: datetime) -> str:
    """Its health in plain words; of a limit also until when it lasts."""
    return health_words(state, now, UTC) if state.health is Health.LIMITED else HEALTH_WORDS[state.health]


def upcoming(state: SourceState, now: datetime) -> str:
    """When it is asked next: ``in 12m``, ``soon`` within a minute, ``due``."""
    if state.next_run is None or state.next_run <= now:
        return "due"
    left = state.next_run - now
    return "soon" if left < timedelta(minutes=1) else f"in {age(now - left, now)}"
