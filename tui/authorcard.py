"""An author's card as text: who they are, why they are heard, for us or against us, how they feel, when and where they speak.

Pure: from values to content that is as wide as there is room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import wrap

from textual.content import Content

from ..core.authors import FEELINGS, AuthorCard, AuthorWhy
from ..core.text import clean
from ..core.values import Author, Record
from .formatting import fit, headline, plural, safe
from .timeline import BARS, sparkline
from .widgets.author_list import PARTS, key_of, named, percentile

Piece = str | tuple[str, str]
DIM, HEADING = "$foreground 60%", "bold $accent"
DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
NAME = 11
"""Cells for what a line is of."""
WIDE = 90
"""Cells from which the words of a reason stand beside its numbers."""
PROOFS = 3
"""Mentions of each leaning that are quoted as evidence."""
MARKS = {"bot": "the platform says that it is a bot", "ours": "it is an account of ours"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What is read of an author for their card."""

    card: AuthorCard
    proofs: Mapping[str, Record]
    """The mentions of the evidence that are quoted, by ref."""


def page(told: Told, why: AuthorWhy | str, span: timedelta, width: int) -> Content:
    """The card. ``why`` is a sentence where the score is not known; ``span`` is how far back the score looks."""
    card = told.card
    pieces: list[Piece] = [*_who(card), *_score(why, span), *_leaning(told, width), *_feelings(card, width)]
    pieces += [*_when(card), *_where(card), *_reasons(why, width)]
    return Content.assemble(*pieces)


def heading(card: AuthorCard) -> Content:
    """The line on top: account, name, what they are to us."""
    name = safe(card.author.name)
    pieces: list[Piece] = [(named(card.author), "bold"), f"  {name}" if name else ""]
    known = [card.card.relation, *(f"#{tag}" for tag in card.card.tags)]
    pieces.append((f"   {safe(' '.join(filter(None, known)))}", DIM))
    return Content.assemble(*pieces)


# --- parts ---------------------------------------------------------------------------------------------------


def _who(card: AuthorCard) -> Iterator[Piece]:
    author, noted = card.author, card.card
    others = [named(other) for other in card.accounts if key_of(other) != key_of(author)]
    facts = [
        ("page", safe(author.url)),
        ("is", safe(noted.relation) or "not said: what they are to us"),
        ("tags", safe(", ".join(noted.tags))),
        ("notes", clean(noted.notes)),
        ("audience", ", ".join(audience(card.series or (author,))) or "not told by the platform"),
        ("bot", "the platform says so" if author.bot else ""),
        ("same person", ", ".join(others)),
        ("about", safe(card.topic) or "all that they said"),
    ]
    for name, words in facts:
        if words:
            yield from _line(name, words)


def _score(why: AuthorWhy | str, span: timedelta) -> Iterator[Piece]:
    yield f"{'influence':<{NAME}} ", DIM
    if isinstance(why, str):
        yield f"{safe(why)}\n"
        return
    yield f"{why.rank.score:.1f} of 100", "bold"
    place = f", place {why.place:,} on {safe(why.rank.author.platform)}" if why.place else ""
    yield f"{place}; {plural(why.of, 'author')} in {plural(max(span.days, 1), 'day')}\n"
    if why.rank.marks:
        yield from _line("", f"not compared with others: {', '.join(MARKS.get(mark, safe(mark)) for mark in why.rank.marks)}")


def _reasons(why: AuthorWhy | str, width: int) -> Iterator[Piece]:
    if isinstance(why, str):
        return
    yield "\nWhy they are heard\n", HEADING
    for reason in why.reasons:
        share = f"{reason.weight:4.0%}" if reason.weight else "  – "
        yield f"  {fit(PARTS.get(reason.part, safe(reason.part)), NAME - 2)} {fit(percentile(reason.value, 4), 8)} {share}  "
        # The words stand beside the numbers where there is room, else below them.
        indent = 4 if width < WIDE else NAME + 16
        lines = wrap(safe(reason.words), max(20, width - indent)) or [""]
        yield "\n" if width < WIDE else f"{lines.pop(0)}\n"
        yield from (f"{' ' * indent}{line}\n" for line in lines)
    yield "  each of 100 · its share of the score · where it comes from\n", DIM


def _leaning(told: Told, width: int) -> Iterator[Piece]:
    found, topic = told.card.evidence, told.card.topic
    yield f"\nFor or against {safe(topic) or 'us'}: {found.leaning}\n", HEADING
    for line in wrap(found.words, max(20, width - 2)):
        yield f"  {line}\n"
    for mark, refs in (("for", found.favourable), ("against", found.critical)):
        for record in (told.proofs[ref] for ref in refs[:PROOFS] if ref in told.proofs):
            front = f"  {mark:<8}{record.when:%Y-%m-%d}  "
            yield front, DIM
            yield f"{fit(headline(record.mention), max(20, width - len(front))).rstrip()}\n"


def _feelings(card: AuthorCard, width: int) -> Iterator[Piece]:
    yield f"\nHow they feel{' about ' + safe(card.topic) if card.topic else ''}, by week\n", HEADING
    weeks = card.weeks[-max(4, width - NAME - 36) :]
    if not weeks:
        yield "  No mention of theirs within a year.\n"
        return
    top = max(max(week.feelings.values()) for week in weeks)
    for feeling in FEELINGS:
        counts = [week.feelings[feeling] for week in weeks]
        if not sum(counts) and feeling in ("uncertain", "unknown"):
            continue
        yield f"  {feeling:<{NAME - 2}} "
        yield sparkline(counts, top), "$accent"
        yield f" {sum(counts):,}{'  nobody judged these' if feeling == 'unknown' else ''}\n"
    yield f"  weeks of {weeks[0].monday} to {weeks[-1].monday}, highest bar {top:,}\n", DIM


def _when(card: AuthorCard) -> Iterator[Piece]:
    yield "\nWhen they speak (UTC)\n", HEADING
    if not card.mentions:
        yield "  No mention of theirs within a year.\n"
        return
    hour, day = card.hours.index(max(card.hours)), card.weekdays.index(max(card.weekdays))
    yield f"  {'hours':<{NAME - 2}} "
    yield sparkline(card.hours), "$accent"
    yield f"  most at {hour}:00 ({max(card.hours):,})\n"
    yield f"  {'':<{NAME - 2}} 0     6     12    18   23\n", DIM
    yield f"  {'weekdays':<{NAME - 2}} "
    yield sparkline(card.weekdays), "$accent"
    yield f"  Mon to Sun, most on {DAYS[day]} ({max(card.weekdays):,})\n"


def _where(card: AuthorCard) -> Iterator[Piece]:
    yield "\nWhere they speak\n", HEADING
    first, last = f"{card.window.start:%Y-%m-%d}", f"{card.window.end:%Y-%m-%d}"
    yield from _line("mentions", f"{card.mentions:,} from {first} to {last}")
    for name, counts in (("platforms", card.platforms), ("topics", card.topics), ("kinds", card.kinds)):
        if counts:
            yield from _line(name, ", ".join(f"{safe(value)} {count:,}" for value, count in counts.items()))


def _line(name: str, words: str) -> Iterator[Piece]:
    yield f"{name:<{NAME}} ", DIM
    yield f"{words}\n"


# --- numbers over time ---------------------------------------------------------------------------------------


def audience(series: Sequence[Author]) -> list[str]:
    """Every count of the newest of these, with how it came there: ``followers 450 (+30 since 2026-01-02 ▁▃█)``."""
    told: list[str] = []
    for name in _counts(series[-1]):
        points = [(each.at, _counts(each)[name]) for each in series if name in _counts(each)]
        value = points[-1][1]
        told.append(f"{safe(name)} {value:,}{_course(points)}")
    return told


def _course(points: Sequence[tuple[datetime | None, int]]) -> str:
    (since, first), last = points[0], points[-1][1]
    if len(points) < 2 or since is None:
        return ""
    values = [value for _, value in points[-20:]]
    low, high = min(values), max(values)
    steps = [1 + (value - low) * (len(BARS) - 1) // max(1, high - low) for value in values]
    change = f"{last - first:+,}".replace("-", "−") if last != first else "as"
    return f" ({change} since {since:%Y-%m-%d} {sparkline(steps, len(BARS))})"


def _counts(author: Author) -> dict[str, int]:
    told = {"followers": author.followers} if author.followers is not None else {}
    return {**told, **author.metrics}
