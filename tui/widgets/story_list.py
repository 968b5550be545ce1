"""Stories, two lines each: title, state and size; the days they tell of, what was published, what is proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from rich.cells import cell_len

from ...core.values import StorySummary
from ..formatting import age, fit, plural, safe
from .row_list import Line, RowList

COUNTING = "…"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryFacts:
    """What is known of a story beside its summary; it costs reading the story, and comes after the list."""

    first: date | None = None
    """Day of the earliest mention that it quotes; ``None`` where it quotes none."""
    last: date | None = None
    published: datetime | None = None
    """When it was written into the workspace's ``published/``; ``None`` where it was not."""
    formats: tuple[str, ...] = ()
    """As what."""
    stale: bool = False
    """Whether it was changed since."""
    query: str = ""
    """The query that proposes mentions for it."""
    proposed: int | None = None
    """How many that are; ``None`` where it has no query, or the query cannot be asked."""


class StoryList(RowList[StorySummary]):
    """All stories of the workspace."""

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self.current_slug = ""
        """The story that is worked on."""
        self.facts: Mapping[str, StoryFacts] = {}
        """By story id, as far as they are known."""

    def key_of(self, row: StorySummary) -> str:
        """The slug."""
        return row.slug

    def height_of(self, index: int) -> int:
        """Two lines each."""
        return 2

    def lines_of(self, row: StorySummary, width: int) -> list[Line]:
        """What it is, and how it stands."""
        size = (
            f"{plural(row.blocks, 'block')}, {plural(row.mentions, 'mention')}" if width >= 70 else plural(row.blocks, "block")
        )
        about = f"  {row.state.value} · {size} · changed {age(row.updated, self._now())}"
        name = fit(safe(row.title), max(10, width - 2 - cell_len(about)))
        here = "❝ " if row.slug == self.current_slug else "  "
        return [[(here, "accent"), (name, "strong"), (about, "dim")], self._standing(row, width)]

    def _standing(self, row: StorySummary, width: int) -> Line:
        facts = self.facts.get(row.id)
        if facts is None:
            return [(fit(f"  {COUNTING}", width), "dim")]
        new = f"+{facts.proposed:,} new" if facts.proposed else ""
        parts = [_days(facts.first, facts.last), self._publication(facts, width)]
        if facts.query and not new:
            parts.append("nothing new" if facts.proposed is not None else "its query cannot be asked")
        words = " · ".join(part for part in parts if part)
        room = max(0, width - 2 - (cell_len(new) + 3 if new else 0))
        words = words if cell_len(words) <= room else fit(words, room)
        return [("  ", ""), (words, "dim"), (f" · {new}" if new else "", "accent")]

    def _publication(self, facts: StoryFacts, width: int) -> str:
        if facts.published is None:
            return "not published here"
        formats = f" as {', '.join(facts.formats)}" if width >= 90 else ""
        if facts.stale:
            return f"published{formats}, changed since: out of date"
        since = age(facts.published, self._now())
        return f"published{formats} {'just now' if since == 'now' else f'{since} ago'}, up to date"


def _days(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return "no mention yet"
    return f"{first}" if first == last else f"{first} – {last:{'%m-%d' if first.year == last.year else '%Y-%m-%d'}}"


def days_told(times: list[datetime]) -> tuple[date | None, date | None]:
    """The first and the last day of these times, in UTC."""
    if not times:
        return None, None
    return min(times).astimezone(UTC).date(), max(times).astimezone(UTC).date()


def about(story: StorySummary) -> str:
    """A story in a sentence, for questions."""
    return f"{safe(story.title)}: {plural(story.blocks, 'block')}, {plural(story.mentions, 'mention')}, {story.state.value}."
