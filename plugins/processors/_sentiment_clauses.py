"""Which part of a text speaks of which topic, where it names several: pure functions of texts and places.

A text is cut into sentences, and these into clauses at commas, dashes and words as "but", "and", "while". A clause that names
topics speaks of them; one that names none goes on with those of the clause before it (at a sentence's beginning: with those of
the next), and so does one sentence without a topic. A clause that says nothing but a name belongs to the next one, or to the
one before it where none follows: "Acme, Nova and Zeta are slow" is said of all three.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

Stretch: TypeAlias = tuple[int, int]

_SENTENCE = re.compile(r"[.!?…。！？]+(?=\s|$)|;(?=\s|$)|\n+")
_JOINTS = (
    "but|however|although|though|while|whereas|unlike|and|pero|sino|aunque|mientras|y|mais|cependant|pourtant|tandis|alors|et"
    "|aber|jedoch|sondern|während|hingegen|dagegen|und|ma|però|mentre|invece|e|mas|porém|enquanto|αλλά|όμως|ωστόσο|ενώ|και"
    "|dar|însă|iar|și|şi|لكن|ولكن|بينما|lekin|magar|aur|लेकिन|मगर|और"
)
_CLAUSE = re.compile(rf"[,،:·—–]\s|\s-\s|(?<=\s)(?:{_JOINTS})(?=\s)", re.IGNORECASE)
_THAN = re.compile(
    r"\b(?:better|cheaper|faster|nicer|safer|easier|smarter|prettier)\s+than\b|\bmejor(?:es)?\s+que\b|\bmeilleure?s?\s+que\b"
    r"|\bbesser\s+als\b|\bmigliori?e?\s+d(?:i|el|ella|ell)\b|\bmelhor(?:es)?\s+(?:do\s+)?que\b|\bmai\s+bun[ăaie]?\s+dec[âa]t\b"
    r"|\bκαλύτερ\w+\s+απ[όο]\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What is read of a text to judge one topic."""

    stretches: tuple[Stretch, ...]
    """In code points of the text; ascending, apart from each other."""
    turned: bool = False
    """Whether what is said there is said of another topic at this one's cost: "Nova is better than Acme", judged for Acme."""


def clauses_of(text: str, topics: Mapping[str, Sequence[Stretch]]) -> dict[str, Judged]:
    """What is to be read for each topic, whose names stand at these places; topics that stand nowhere are left out."""
    named = {name: places for name, places in topics.items() if places}
    speaks: dict[str, list[Stretch]] = {name: [] for name in named}
    before: tuple[str, ...] = ()
    went_on = False
    for sentence in _cut(text, (0, len(text)), _SENTENCE):
        if (went_on or not before) and not _in(sentence, named):
            before = ()  # most sentences of a long text: none of their clauses is looked for
            continue
        clauses = [(clause, _in(clause, named)) for clause in _enumerated(text, _cut(text, sentence, _CLAUSE), named)]
        first = next((names for _, names in clauses if names), ())
        if not first and (went_on or not before):
            before = ()
            continue
        went_on = not first
        before = first or before
        for clause, names in clauses:
            before = names or before
            for name in before:
                speaks[name].append(clause)
    return {
        name: Judged(_joined(text, found), _at_its_cost(text, found, named, name)) for name, found in speaks.items() if found
    }


def _cut(text: str, within: Stretch, joint: re.Pattern[str]) -> list[Stretch]:
    """The stretches between joints; a joint belongs to what it begins, but for punctuation, which belongs to what it ends."""
    start, end = within
    inner = (match.start() if match.group()[:1].isalpha() else match.end() for match in joint.finditer(text, start, end))
    return [(a, b) for a, b in pairwise((start, *inner, end)) if text[a:b].strip()]


def _enumerated(text: str, clauses: Sequence[Stretch], named: Mapping[str, Sequence[Stretch]]) -> list[Stretch]:
    """The clauses, those that say nothing but names joined with the next one, or with the one before where none follows."""
    joined: list[Stretch] = []
    begins: int | None = None
    for start, end in clauses:
        begins = start if begins is None else begins
        if not _only_names(text, (start, end), named):
            joined.append((begins, end))
            begins = None
    if begins is not None:
        joined.append((joined.pop()[0] if joined else begins, clauses[-1][1]))
    return joined


def _only_names(text: str, clause: Stretch, named: Mapping[str, Sequence[Stretch]]) -> bool:
    start, end = clause
    places = sorted({place for of_topic in named.values() for place in of_topic if start <= place[0] < end})
    if not places:
        return False
    rest = "".join(
        text[a:b] for a, b in pairwise((start, *(at for place in places for at in place), end)) if (a, b) not in places
    )
    return sum(map(str.isalpha, re.sub(rf"\b(?:{_JOINTS})\b", "", rest))) < 2


def _in(clause: Stretch, named: Mapping[str, Sequence[Stretch]]) -> tuple[str, ...]:
    return tuple(name for name, places in named.items() if any(clause[0] <= start < clause[1] for start, _ in places))


def _joined(text: str, found: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Neighbours as one stretch, without the space around them."""
    joined: list[Stretch] = []
    for start, end in found:
        if joined and not text[joined[-1][1] : start].strip():
            start = joined.pop()[0]
        joined.append((start, end))
    return tuple(_stripped(text, stretch) for stretch in joined)


def _stripped(text: str, stretch: Stretch) -> Stretch:
    part = text[stretch[0] : stretch[1]]
    return stretch[0] + len(part) - len(part.lstrip()), stretch[1] - len(part) + len(part.rstrip())


def _at_its_cost(text: str, found: Sequence[Stretch], named: Mapping[str, Sequence[Stretch]], name: str) -> bool:
    """Whether a comparison stands in the clause with this topic behind it and another one before it."""
    for start, end in found:
        if than := _THAN.search(text, start, end):
            ours = [at for at, _ in named[name] if start <= at < end]
            others = [at for other, places in named.items() if other != name for at, _ in places if start <= at < end]
            if ours and min(ours) >= than.end() and any(at < than.start() for at in others):
                return True
    return False
