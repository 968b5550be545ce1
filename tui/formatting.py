"""Values as words: pure functions from values to short plain text, made safe for a terminal.

What strangers wrote passes :func:`safe`: control characters, terminal sequences and bidi overrides are gone after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.cells import cell_len, set_cell_size

from ..core.text import clean
from ..core.values import (
    Author,
    Engagement,
    Health,
    Mention,
    Order,
    Record,
    RunReport,
    Source,
    SourceState,
    StoryOrder,
    TriageState,
)

STATE_MARKS = {
    TriageState.NEW: "•",
    TriageState.SEEN: " ",
    TriageState.KEPT: "★",
    TriageState.DONE: "✓",
    TriageState.IGNORED: "✗",
}
"""One character for each triage state; the reading pane says it in a word."""

ORDERS: dict[Order, str] = {
    "newest": "newest first",
    "oldest": "oldest first",
    "relevance": "most relevant first",
    "engaged": "most engaged first",
    "influential": "most influential first",
    "priority": "most urgent first",
}
BY_TIME = ("newest", "oldest")
"""The orders in which days can be told apart."""
STORY_ORDERS = {
    StoryOrder.OLDEST: "oldest first",
    StoryOrder.NEWEST: "newest first",
    StoryOrder.MANUAL: "by hand",
}

HEALTH_WORDS = {
    Health.UNTRIED: "not tried yet",
    Health.OK: "ok",
    Health.EMPTY: "answers, but has nothing",
    Health.SLOW: "slow to answer",
    Health.SILENT: "silent for long",
    Health.LIMITED: "asked us to wait",
    Health.NEEDS_KEY: "needs a key",
    Health.REFUSED: "refuses us",
    Health.GONE: "is gone",
    Health.BROKEN: "is broken",
    Health.UNREACHABLE: "cannot be reached",
    Health.DISABLED: "its plugin is disabled",
}
HEALTH_MARKS = {
    Health.OK: "●",
    Health.UNTRIED: "○",
    Health.EMPTY: "◌",
    Health.SLOW: "◔",
    Health.SILENT: "◌",
    Health.LIMITED: "◐",
    Health.DISABLED: "–",
}
"""A mark beside the word; everything else that is wrong has ``✗``."""

SHOWN_IN_A_ROW = 400
"""Characters of a text that a row looks at; more never fits."""


def safe(text: str) -> str:
    """Foreign text for one line: harmless, and every run of white space one space."""
    return " ".join(clean(text, newlines=False).split())


def plural(count: int, one: str, many: str = "") -> str:
    """``1 mention``, ``1,204 mentions``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def fit(text: str, width: int) -> str:
    """The text in exactly ``width`` cells: cut with an ellipsis, or filled with spaces."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)


def age(then: datetime, now: datetime) -> str:
    """How long ago, in at most four characters: ``now``, ``12m``, ``3h``, ``5d``, ``7w``, ``2y``; a time to come is ``+3h``."""
    seconds = int((now - then).total_seconds())
    sign = "+" if seconds < -60 else ""
    seconds = abs(seconds)
    for unit, size in (("y", 31_557_600), ("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size and (unit != "w" or seconds >= 14 * 86_400):
            return f"{sign}{seconds // size}{unit}"
    return "now"


def moment(at: datetime | None) -> str:
    """A time to the minute, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else "never"


def day(at: datetime, now: datetime) -> str:
    """The day of a separator: ``today``, ``yesterday``, or the date with its weekday."""
    days = (now.astimezone(UTC).date() - at.astimezone(UTC).date()).days
    if days in (0, 1):
        return ("today", "yesterday")[days]
    return f"{at.astimezone(UTC):%A %Y-%m-%d}"


def handle(author: Author | None) -> str:
    """The shortest name of an author; ``no author`` where nobody is told."""
    if author is None:
        return "no author"
    name = f"@{author.handle}" if author.handle else author.name or author.key
    return safe(name[:SHOWN_IN_A_ROW]) or "no author"


def headline(mention: Mention) -> str:
    """What a mention says, on one line: its title, then its text."""
    parts = (safe(part[:SHOWN_IN_A_ROW]) for part in (mention.title, mention.text))
    return " · ".join(part for part in parts if part) or "(no words)"


def engagement(counts: Engagement | None) -> str:
    """Reactions in a few characters: ♥ likes, ↻ shares, ↩ replies, ± score, the largest first dropped by the row's width."""
    if counts is None:
        return ""
    shown = (("♥", counts.likes), ("↻", counts.shares), ("↩", counts.replies))
    parts = [f"{mark}{short(count)}" for mark, count in shown if count]
    if counts.score and not counts.likes:
        parts.append(f"{'+' if counts.score > 0 else '−'}{short(abs(counts.score))}")
    return " ".join(parts)


def engagement_words(counts: Engagement) -> str:
    """Reactions in words, with the time when they were counted."""
    named = (("like", counts.likes), ("share", counts.shares), ("reply", counts.replies), ("view", counts.views))
    parts = [plural(count, word, "replies" if word == "reply" else "") for word, count in named if count is not None]
    if counts.score is not None:
        parts.append(f"score {counts.score:,}")
    return f"{', '.join(parts)} (counted {moment(counts.at)})" if parts else ""


def short(count: int) -> str:
    """A count in at most four characters: ``950``, ``4.1k``, ``38k``, ``1.2M``."""
    for size, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if count >= size:
            value = count / size
            return f"{value:.1f}{unit}" if value < 10 else f"{value:.0f}{unit}"
    return str(count)


def origin(record: Record) -> str:
    """Where a mention was met: its source, or its platform where no source is known any more."""
    return safe(record.sources[0]) if record.sources else safe(record.mention.platform)


def sources_summary(states: Sequence[tuple[Source, SourceState]]) -> str:
    """The health of all sources in a few words, as the command line calls it: ``● 11 ok  ◐ 1 limited``."""
    counts = _healths(states)
    if not counts:
        return "no sources"
    # "without key" is right of one and of many.
    words = {health: health.value for health in counts} | {Health.NEEDS_KEY: "without key"}
    return "  ".join(f"{HEALTH_MARKS.get(health, '✗')} {counts[health]} {words[health]}" for health in counts)


def sources_marks(states: Sequence[tuple[Source, SourceState]]) -> str:
    """The same in marks alone, for a narrow terminal: ``● 11  ◐ 1``. What is wrong is never what gives way."""
    counts: dict[str, int] = {}
    for health, count in _healths(states).items():
        mark = HEALTH_MARKS.get(health, "✗")
        counts[mark] = counts.get(mark, 0) + count
    return "  ".join(f"{mark} {count}" for mark, count in counts.items()) or "no sources"


def _healths(states: Sequence[tuple[Source, SourceState]]) -> dict[Health, int]:
    """How many enabled sources are in each health, the good ones first."""
    found = Counter(state.health for source, state in states if source.enabled)
    order = sorted(found, key=lambda health: (health is not Health.OK, health is not Health.UNTRIED, health.value))
    return {health: found[health] for health in order}


def run_summary(report: RunReport) -> str:
    """What a collecting run did, in one sentence."""
    failed = [source for source in report.sources if source.failures]
    parts = [f"{plural(report.new, 'new mention')} from {plural(len(report.sources), 'source')}"]
    if report.changed:
        parts.append(f"{report.changed} changed")
    if failed:
        parts.append(f"trouble with {', '.join(safe(source.id) for source in failed[:3])}{' …' if len(failed) > 3 else ''}")
    parts += [safe(failure.message) for failure in report.failures[:1]]
    return f"{', '.join(parts)}, in {report.seconds:.1f} s."


def signed(weight: float) -> str:
    """How much something speaks for a judgement, or against it: ``+0.41``, ``−0.36``."""
    return f"{weight:+.2f}".replace("-", "−")
