"""Authors, one a line: place, score, who, how much they said, the parts of the score as small bars, what they are to us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...core.authors import AuthorRow, account
from ...core.values import Author
from ..formatting import fit, handle, safe, short
from .row_list import Line, RowList

PARTS = {
    "reach": "reach",
    "engagement": "engaged",
    "topic": "on topic",
    "frequency": "often",
    "recency": "recent",
    "audience": "audience",
    "pagerank": "pagerank",
}
"""Parts of the built-in ranker in the order in which they give way, and what their columns are called."""

EIGHTHS = " ▏▎▍▌▋▊▉█"
FIXED = 5 + 7 + 9 + 13
"""Cells for place, score, mentions and what they are to us."""
LEAST = 25
"""Cells that are left for who it is before a part is shown."""
PLATFORM = 12


class AuthorList(RowList[AuthorRow]):
    """Ranked authors."""

    draws_marks = False
    _parts: Sequence[str] = ()

    def show(self, rows: Sequence[AuthorRow], *, key: str | None = None) -> None:
        """Show these authors, with the parts that are known of any of them."""
        known = dict.fromkeys(part for row in rows for part in row.rank.parts)
        self._parts = [part for part in PARTS if part in known] + [part for part in known if part not in PARTS]
        super().show(rows, key=key)

    def key_of(self, row: AuthorRow) -> str:
        """Platform and key."""
        return key_of(row.rank.author)

    def height_of(self, index: int) -> int:
        """One line each."""
        return 1

    def above(self, index: int, width: int) -> list[Line]:
        """The names of the columns."""
        if index:
            return []
        parts, bar, who = self.columns(width)
        words = f"{'#':>4} {'score':>6} {fit('author', who)}{'mentions':>9}  "
        words += "".join(fit(PARTS.get(part, safe(part)), bar + 5) for part in parts) + fit("is", 11)
        return [[(words, "dim")]]

    def columns(self, width: int) -> tuple[Sequence[str], int, int]:
        """The parts that are shown, the cells of their bars, and the cells for who it is."""
        room = max(0, width - FIXED - LEAST)
        bar = next((cells for cells in (8, 6) if len(self._parts) * (cells + 5) <= room), 4)
        parts = self._parts[: room // (bar + 5)]
        return parts, bar, width - FIXED - len(parts) * (bar + 5)

    def lines_of(self, row: AuthorRow, width: int) -> list[Line]:
        """One line, with the parts that the width allows."""
        rank = row.rank
        parts, bar, who = self.columns(width)
        said = rank.figures.get("mentions")
        shown = handle(rank.author)
        # Without a handle the platform's own id tells namesakes apart.
        name = safe(rank.author.name if rank.author.handle else rank.author.key)
        return [
            [
                (f"{row.place or '–':>4} ", "dim"),
                (f"{rank.score:6.1f} ", "strong"),
                *_who(shown, name if name != shown.removeprefix("@") else "", safe(rank.author.platform), who),
                (f"{'–' if said is None else short(int(said)):>9}  ", "dim"),
                *((fit(percentile(rank.parts.get(part), bar), bar + 5), "") for part in parts),
                (fit(" ".join([*map(safe, rank.marks), safe(row.card.relation)]), 11), "accent"),
            ]
        ]


def _who(shown: str, name: str, platform: str, room: int) -> Line:
    """Handle, name and platform in exactly ``room`` cells; the name gives way."""
    rest = room - PLATFORM
    least = min(rest, 24)
    if rest < 40 or not name:
        return [(fit(shown, rest - 1) + " ", "strong"), (fit(platform, PLATFORM), "dim")]
    return [(fit(shown, least - 1) + " ", "strong"), (fit(name, rest - least - 1) + " ", ""), (fit(platform, PLATFORM), "dim")]


def percentile(value: float | None, cells: int) -> str:
    """A part as a number and a bar; a dash where it is unknown."""
    if value is None:
        return "  –"
    eighths = round(value / 100 * cells * 8)
    return f"{value:3.0f} {'█' * (eighths // 8)}{EIGHTHS[eighths % 8].strip()}"


def key_of(author: Author) -> str:
    """What tells an author from all others."""
    return f"{author.platform}:{author.key}"


def named(author: Author) -> str:
    """``platform:handle``, made safe for a line."""
    return safe(account(author)[:200])


def marks_in_words(marked: Mapping[str, int]) -> str:
    """``1 bot, 2 of ours``."""
    return ", ".join(f"{count:,} {_MARKS.get(mark, (safe(mark),) * 2)[count > 1]}" for mark, count in sorted(marked.items()))


_MARKS = {"bot": ("bot", "bots"), "ours": ("of ours", "of ours")}
