"""A draft as blocks of a story: a heading for each date, a line of facts below it, then what is quoted. Pure.

The lines state what the archive counted and nothing else, in the language of the story; words are in ``phrases.json``. Days are
those of UTC, as everywhere where mentions are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from .drafting import Draft, Pick
from .draftsigns import Turn
from .phrases import Phrases, phrases
from .storycopies import freeze
from .values import Block, BlockKind

CHAPTERS = 12
"""Days are joined until there are no more headings than this; a day that stands out keeps its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """A day, or a stretch of days, that is told under one heading."""

    first: date
    last: date
    picks: tuple[Pick, ...]
    """What is quoted of it, in the order of time."""


def blocks_of(draft: Draft, *, lang: str, at: datetime, new_id: Callable[[], str]) -> tuple[Block, ...]:
    """The blocks of a new story; ``at`` is when its copies are made."""
    words = phrases(lang)
    found = [_text(new_id(), _opening(draft, words), "what the draft was chosen from")]
    turns = sorted(draft.turns, key=lambda turn: turn.day)
    for chapter in chapters(draft):
        passed = [turn for turn in turns if turn.day <= chapter.last]
        turns = [turn for turn in turns if turn.day > chapter.last]
        found.append(Block(id=new_id(), kind=BlockKind.HEADING, text=_heading(chapter, words)))
        lines = [_line(draft, chapter, words), *(_turned(turn, words) for turn in passed)]
        found.append(_text(new_id(), "\n\n".join(lines), _sources(passed)))
        for pick in chapter.picks:
            copy = freeze(pick.record, at, query=draft.query)
            found.append(Block(id=new_id(), kind=BlockKind.MENTION, copy=copy, note=pick.note))
    return tuple(found)


def chapters(draft: Draft) -> list[Chapter]:
    """What is quoted by day; while there are too many, the neighbours are joined that make the shortest stretch.

    A day that stands out is never joined, and nothing is joined across the day on which a feeling turned.
    """
    days: dict[date, list[Pick]] = {}
    for pick in draft.picks:
        days.setdefault(pick.record.when.date(), []).append(pick)
    found = [Chapter(first=day, last=day, picks=tuple(picks)) for day, picks in days.items()]
    peaks, turned = {peak.day for peak in draft.peaks}, [turn.day for turn in draft.turns]

    def length(number: int) -> tuple[int, int, int] | None:
        one, other = found[number], found[number + 1]
        if one.first in peaks or other.first in peaks or any(one.last < day <= other.first for day in turned):
            return None
        return (other.last - one.first).days, len(one.picks) + len(other.picks), number

    while len(found) > CHAPTERS:
        near = [joined for number in range(len(found) - 1) if (joined := length(number))]
        if not near:
            break
        at = min(near)[2]
        one, other = found[at : at + 2]
        found[at : at + 2] = [Chapter(first=one.first, last=other.last, picks=one.picks + other.picks)]
    return found


def title_of(draft: Draft, lang: str) -> str:
    """A title for a draft that nobody named: what was asked, and when it was talked of."""
    span = _span(draft.days[0][0], draft.days[-1][0], phrases(lang))
    return f"{draft.query.strip()} · {span}" if draft.query.strip() else span


def _text(block_id: str, text: str, note: str) -> Block:
    return Block(id=block_id, kind=BlockKind.TEXT, text=text, note=note)


# --- headings ------------------------------------------------------------------------------------------------


def _heading(chapter: Chapter, words: Phrases) -> str:
    from babel.dates import format_interval

    if chapter.first == chapter.last:
        text = words.day(_noon(chapter.first), weekday=True)
    else:
        text = format_interval(chapter.first, chapter.last, "yMMMd", locale=words.locale)
    return text[:1].upper() + text[1:]


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


# --- lines of facts ------------------------------------------------------------------------------------------


def _opening(draft: Draft, words: Phrases) -> str:
    span = _span(draft.days[0][0], draft.days[-1][0], words)
    return words["draft opening"].format(quotes=words.count("quotes", draft.total), span=span)


def _line(draft: Draft, chapter: Chapter, words: Phrases) -> str:
    days = [(day, count) for day, count in draft.days if chapter.first <= day <= chapter.last]
    total = sum(count for _, count in days)
    negative = sum(draft.negative.get(day, 0) for day, _ in days)
    span = "draft day" if chapter.first == chapter.last else "draft time"
    line = words[span].format(quotes=words.count("quotes", total))
    if chapter.first in {peak.day for peak in draft.peaks}:
        line += _beyond(draft, total, words)
    if total > 1 and negative:
        line += words["draft and"] + words.count("draft negative", negative)
    day, most = max(days, key=lambda one: (one[1], -one[0].toordinal()))
    if len(days) > 2 and most > 1:
        busiest = words["draft busiest"].format(day=words.day(_noon(day)), quotes=words.count("quotes", most))
        line += words["draft and"] + busiest
    return line + "."


def _beyond(draft: Draft, count: int, words: Phrases) -> str:
    """How a day that stands out compares with an ordinary one."""
    if not draft.ordinary:
        return words["draft rare"]
    times = round(count / draft.ordinary)
    return words["draft about"] + words.count("draft times", times) if times > 1 else ""


def _turned(turn: Turn, words: Phrases) -> str:
    from babel.numbers import format_percent

    return words[f"draft {turn.feeling} share"].format(
        before=format_percent(round(turn.before, 2), locale=words.locale),
        earlier=_span(turn.start, _day_before(turn), words),
        after=format_percent(round(turn.after, 2), locale=words.locale),
        later=_span(turn.day, turn.end, words),
    )


def _day_before(turn: Turn) -> date:
    return date.fromordinal(max(turn.start.toordinal(), turn.day.toordinal() - 1))


def _span(first: date, last: date, words: Phrases) -> str:
    return words.day(_noon(first)) if first == last else f"{words.day(_noon(first))} – {words.day(_noon(last))}"


def _sources(passed: Sequence[Turn]) -> str:
    turned = "; the share of a feeling changed here more than chance would have it" if passed else ""
    return f"counts of the archive by day (UTC){turned}"
