"""From the text of a query to its tree. Every text either is refused with the place and a proposal, or means what it says.

The grammar is Whoosh's (:mod:`hubbub.core.querygrammar`); :mod:`hubbub.core.queryscan` checks the text before it and this
module the tree after it. ``docs/query-language.md`` is the user's page.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from .errors import nearest
from .query import DATE_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, And, Every, Node, Not, Or, Query, Range
from .querydates import Period, read_period
from .queryscan import ALIASES, FIELDS, OPERATORS, VALUED, check_shape
from .querywords import WordReader, shown

_PLAIN = re.compile(r"[\w\s'’#@.,=*?-]*")
"""Texts without any sign of the grammar: all their words must be there."""

_QUOTES = str.maketrans("“”„‟＂", '"""""')
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)


def parse(text: str, *, now: datetime | None = None) -> Query:
    """Understand a query; raises ``QueryError`` with the place of the mistake and, where there is one, a proposal.

    ``now`` (aware; the present by default) is what ``today`` and ``3 days ago`` are counted from.
    """
    straight = text.translate(_QUOTES)
    operands, masked = check_shape(straight)
    if not operands:
        return Query(text, Every())
    reader = _Reader(straight, now.astimezone(UTC) if now else datetime.now(UTC))
    if _PLAIN.fullmatch(straight) and not any(operator in straight for operator in OPERATORS):
        return Query(text, _group(And, [reader.plain(match.group(), match.start()) for match in re.finditer(r"\S+", straight)]))
    from .querygrammar import syntax_tree

    root = reader.node(syntax_tree(masked))
    if reader.leaves != operands:
        reader.fail("This query cannot be understood; put the words with unusual signs in quotation marks.", 0)
    return Query(text, root)


def _group(kind: type[And] | type[Or], items: list[Node]) -> Node:
    """A group without groups of its own kind in it; of one item, the item."""
    flat: list[Node] = []
    for item in items:
        flat.extend(item.items if isinstance(item, kind) else (item,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


class _Reader:
    """Reads Whoosh's tree of one query."""

    def __init__(self, text: str, now: datetime) -> None:
        self.text = text
        self.now = now
        self.words = WordReader(text)
        self.fail = self.words.fail
        self.leaves = 0

    def plain(self, text: str, place: int) -> Node:
        """A word of a query that is nothing but words."""
        return Every() if text == "*" else self.words.word(TEXT_FIELDS[0], text, place)

    def node(self, node: Any) -> Node:
        """Our node for one of Whoosh's."""
        from . import querygrammar as grammar

        if isinstance(node, grammar.NotGroup) and len(node) == 1:
            return Not(self.node(node[0]))
        if isinstance(node, grammar.OrGroup):
            return _group(Or, [self.node(item) for item in node])
        if isinstance(node, grammar.AndGroup):
            return _group(And, [self.node(item) for item in node])
        self.leaves += 1
        if isinstance(node, grammar.EveryNode):
            return Every()
        place = getattr(node, "startchar", 0)
        field = self._field(getattr(node, "fieldname", None), place)
        if isinstance(node, grammar.RangeNode):
            return self._range(field, node, place)
        if isinstance(node, grammar.FuzzyTermNode):
            return self.words.fuzzy(field, node.text, node.maxdist, place)
        phrase = isinstance(node, grammar.PhraseNode)
        if not phrase and not isinstance(node, grammar.WordNode):
            self.fail("This cannot be understood here.", place)
        # The grammar has read a text in which strange words are masked.
        text = node.text if phrase else self.text[place : place + len(node.text)]
        if field in VALUED:
            return self._value(field, text, place)
        if phrase:
            slop = 0 if self.text[node.endchar - 1] == '"' else node.slop
            return self.words.phrase(field, text, slop, place)
        return self.words.word(field, text, place)

    def _field(self, name: str | None, place: int) -> str:
        field = ALIASES.get(name.lower(), name.lower()) if name else TEXT_FIELDS[0]
        if field not in FIELDS:
            self.fail(f"There is no field {name!r}.{nearest(field, FIELDS)}", place)
        return field

    # --- numbers and dates -----------------------------------------------------------------------------------

    def _value(self, field: str, text: str, place: int) -> Node:
        if field in NUMBER_FIELDS:
            number = self._number(field, text, place)
            return Range(field, number, number)
        period = self._period(text, place)
        return Range(field, period.start, period.end, high_open=period.end > period.start)

    def _range(self, field: str, node: Any, place: int) -> Node:
        low, high = (text.strip().strip("\"'") if text else None for text in (node.start, node.end))
        if low is None and high is None:
            self.fail("A range needs at least one end, as in [10 to] or [to 20].", place)
        if field in NUMBER_FIELDS:
            first = None if low is None else self._number(field, low, place)
            last = None if high is None else self._number(field, high, place)
            found = Range(field, first, last, node.startexcl and first is not None, node.endexcl and last is not None)
        elif field in DATE_FIELDS:
            found = self._dates(field, low, high, node, place)
        else:
            self.fail(f"{field} is searched by words; ranges are for {', '.join((*NUMBER_FIELDS, *DATE_FIELDS))}.", place)
        if found.low is not None and found.high is not None and found.low > found.high:  # pyright: ignore[reportOperatorIssue]
            self.fail("This range ends before it begins.", place)
        return found

    def _dates(self, field: str, low: str | None, high: str | None, node: Any, place: int) -> Range:
        """Whole periods: after one means after its end, up to one means to its end."""
        first = None if low is None else self._period(low, place)
        last = None if high is None else self._period(high, place)
        start = end = None
        low_open = high_open = False
        if first:
            start = first.end if node.startexcl else first.start
            low_open = node.startexcl and first.end == first.start
        if last:
            end = last.start if node.endexcl else last.end
            high_open = node.endexcl or last.end > last.start
        return Range(field, start, end, low_open, high_open)

    def _number(self, field: str, text: str, place: int) -> int:
        text = text.removeprefix("=")
        if not _NUMBER.fullmatch(text):
            self.fail(f"{field} is compared with whole numbers; {shown(text)} is none.", place)
        return int(text)

    def _period(self, text: str, place: int) -> Period:
        period = read_period(text, self.now)
        if period is None:
            self.fail(
                f"{shown(text)} is no date. Dates look like 2026-06-15, 2026-06, 2026-06-15T10:30, today, yesterday, "
                '"3 days ago", "last week" or "15 june 2026".',
                place,
            )
        return period
