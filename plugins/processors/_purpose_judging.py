"""Which kinds of message a text is: cues and what is known of the mention, added up and turned into a share of likelihood.

The model is linear: a kind's points are its bias and the weights of all that speaks for it or against it, and the logistic
function makes a share of them. The weights are set by hand and are few, so that every outcome can be explained.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from ._purpose_cues import EVERYWHERE, Cue, Pack, pack
from ._purpose_folding import ASKED, CLAUSE, SEMICOLON, Folded, fold, said

Kind: TypeAlias = Literal["question", "complaint", "praise", "lead", "crisis", "news", "spam"]

BIAS: Mapping[Kind, float] = {
    "question": -1.6,
    "complaint": -1.6,
    "praise": -1.6,
    "lead": -1.8,
    "crisis": -2.4,
    "news": -1.8,
    "spam": -2.0,
}
"""Points without any evidence. An alarm that is false costs most, so a crisis needs most."""
KINDS: tuple[Kind, ...] = tuple(BIAS)
_WEIGHT = {"strong": 3.0, "plain": 2.0, "weak": 0.9, "against": -2.0}
_MOST, _LEAST = 5.5, -6.0
"""Bounds of what all cues of a kind say together: many weak words are no certainty."""

_ASKS, _TAG = 2.3, 0.9
"""What a question mark says after a sentence, and after a word or two, or one that is hung on (``…, right?``)."""
_DENIABLE: frozenset[str] = frozenset({"complaint", "praise", "lead", "crisis"})
_DENIED = -0.5
"""What is left of a cue's weight where the words around it deny it."""
_NOT_PRAISED = 0.6
"""How much of denied praise is a complaint."""
_BEFORE, _AFTER = 3, 3
"""Words before and after a cue among which a denial counts."""

_EMOJI: Mapping[str, tuple[Kind, float]] = {
    **dict.fromkeys("😡🤬😠😤🤦💩👎😒🙄", ("complaint", 0.9)),
    **dict.fromkeys("😍🥰👏🙌💯🤩👌❤💖💙🏆", ("praise", 0.7)),
    **dict.fromkeys("🎁💰🤑🚀💸", ("spam", 0.9)),
    **dict.fromkeys("😂🤣", ("crisis", -2.0)),
}
_ADVERTISED = 1.0
"""Points of spam from which on what is said counts as advertising: it asks, praises and buys nothing."""

_REPORTED = 0.4
"""Points of news from which on what is said counts as a report: in it, others ask, complain, praise and buy."""

_TAGS, _MANY_TAGS, _LINKS = 5, 8, 3
_ARTICLE = 2.3
_TOLD: Mapping[Kind, float] = {"question": -4.0, "complaint": -1.2, "praise": -1.2, "lead": -1.5}
"""What a report takes from kinds that people say for themselves."""
_OFFERED: Mapping[Kind, float] = dict.fromkeys(("question", "praise", "lead", "news", "complaint"), -2.5)
"""What advertising takes from them."""
_BOT: Mapping[Kind, float] = {"question": -1.0, "complaint": -1.0, "praise": -1.0, "lead": -1.0, "news": 0.5, "spam": 0.3}
_FEELING = 0.6
"""What the sentiment adds where there is evidence already, for the kind it fits, and takes from the other."""
_ADDRESS = re.compile(r"https?://|\bwww\.")
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is judged."""

    text: str
    """Title and text, already cut."""
    language: str = ""
    """ISO 639-1; what has no cues of its own is judged by what reads the same everywhere."""
    article: bool = False
    review: bool = False
    bot: bool = False
    feeling: float = 0.0
    """-1 (negative) to 1 (positive), as far as it is sure; 0 where it is not known."""


class Evidence(NamedTuple):
    """A stretch of the text that speaks for a kind (weight above 0) or against it."""

    start: int
    end: int
    weight: float


class Verdict(NamedTuple):
    """One kind that a text is."""

    kind: Kind
    share: float
    """0.5 to 0.97: how likely."""
    evidence: tuple[Evidence, ...]
    """In the order of the text."""


@dataclass(slots=True)
class _Case:
    """What has been found for and against one kind."""

    points: float = 0.0
    """From what is not a stretch of the text."""
    evidence: list[Evidence] = field(default_factory=list)

    def total(self) -> float:
        """All points but the bias, bounded."""
        return max(_LEAST, min(_MOST, sum(one.weight for one in self.evidence) + self.points))

    def speaks(self) -> bool:
        return self.points > 0 or any(one.weight > 0 for one in self.evidence)


_Cases: TypeAlias = defaultdict[str, _Case]


def judge(asked: Asked) -> tuple[Verdict, ...]:
    """The kinds that are more likely than not, in the order of :data:`KINDS`."""
    text = said(asked.text)
    folded = fold(text)
    cues = pack(asked.language) or pack(EVERYWHERE)
    assert cues is not None, "the package is not whole"
    cases: _Cases = defaultdict(_Case)
    _weigh_cues(cases, folded, cues)
    _weigh_questions(cases, folded, asked.language)
    _weigh_signs(cases, asked.text, text)
    if asked.article:
        cases["news"].points += _ARTICLE
    if not any(case.speaks() for case in cases.values()):
        return ()
    _weigh_circumstances(cases, asked)
    return tuple(_verdicts(cases))


def _verdicts(cases: Mapping[str, _Case]) -> Iterable[Verdict]:
    for kind in KINDS:
        case = cases.get(kind)
        if case is None:
            continue
        points = BIAS[kind] + case.total()
        if points > 0 and case.speaks():
            share = min(0.97, 1 / (1 + math.exp(-points)))
            yield Verdict(kind, round(share, 3), tuple(sorted(case.evidence, key=lambda one: (one.start, one.end))))


# --- what the text says --------------------------------------------------------------------------------------


def _weigh_cues(cases: _Cases, folded: Folded, cues: Pack) -> None:
    found = cues.phrases.find(folded.text)
    if not found:
        return
    words = folded.words()
    denials = not (cues.negators.isdisjoint(words) and cues.negators_after.isdisjoint(words))
    # The longest first: what stands within what has been counted says nothing of its own.
    found.sort(key=lambda one: (one[1] - one[2], one[1], one[0].kind, -_WEIGHT[one[0].tier]))
    counted: dict[str, list[tuple[int, int]]] = {}
    for cue, start, end in found:
        within = counted.setdefault(cue.kind, [])
        if any(start < other_end and other_start < end for other_start, other_end in within):
            continue
        within.append((start, end))
        weight = _WEIGHT[cue.tier]
        place, last = folded.place(start), folded.place(end - 1) + 1
        if denials and weight > 0 and cue.kind in _DENIABLE and _denied(folded.text, start, end, cue, cues):
            if cue.kind == "praise":
                cases["complaint"].evidence.append(Evidence(place, last, weight * _NOT_PRAISED))
            weight *= _DENIED
        cases[cue.kind].evidence.append(Evidence(place, last, round(weight, 2)))


def _denied(text: str, start: int, end: int, cue: Cue, cues: Pack) -> bool:
    """Whether a word close by, or in a gap of the cue, denies it; a cue that has such words of its own is as it is meant."""
    if cue in cues.denying or not cues.negators:
        return False
    before = _clause_before(text[max(0, start - 40) : start]).split()[-_BEFORE:]
    within = text[start:end].replace(",", " ").split()
    if not cues.negators.isdisjoint([*before, *within]):
        return True
    if not cues.negators_after:
        return False
    after = re.split(r"[|?;,]", text[end : end + 40], maxsplit=1)[0]
    return not cues.negators_after.isdisjoint(after.split()[:_AFTER])


def _clause_before(text: str) -> str:
    return text[max(map(text.rfind, (CLAUSE, ASKED, SEMICOLON, ","))) + 1 :]


def _weigh_questions(cases: _Cases, folded: Folded, language: str) -> None:
    """The weightiest question mark; in Greek a semicolon is one."""
    text = folded.text
    marks = ASKED
    if SEMICOLON in text and (language == "el" or (not language and _GREEK.search(text))):
        marks += SEMICOLON
    best: Evidence | None = None
    for mark in marks:
        at = text.find(mark)
        while at >= 0:
            clause = text[max(map(text.rfind, (CLAUSE, ASKED, SEMICOLON), (0, 0, 0), (at, at, at))) + 1 : at]
            words = clause.replace(",", " ").split()
            if words and (best is None or best.weight < _ASKS):
                start = at - len(clause.lstrip(" ,"))
                tag = len(words) <= 2 or len(clause.rpartition(",")[2].split()) == 1
                best = Evidence(folded.place(start), folded.place(at) + 1, _TAG if tag else _ASKS)
            at = text.find(mark, at + 1)
    if best:
        cases["question"].evidence.append(best)


def _weigh_signs(cases: _Cases, written: str, text: str) -> None:
    """Emoji, tags and links."""
    if not text.isascii():
        for emoji in _EMOJI.keys() & set(text):
            kind, weight = _EMOJI[emoji]
            place = text.index(emoji)
            cases[kind].evidence.append(Evidence(place, place + 1, weight))
    tags = written.count("#")
    if tags >= _TAGS:
        many = tags >= _MANY_TAGS or 2 * tags >= len(written.split())
        cases["spam"].points += 2.2 if many else 0.9
    if "://" in written or "www." in written:
        links = len(_ADDRESS.findall(written))
        words = len(text.split())
        if links >= _LINKS:
            cases["spam"].points += 2.2 if words < 8 * links else 0.9
        elif words:
            cases["spam"].points += 0.3


# --- what is known beside the text ---------------------------------------------------------------------------


def _weigh_circumstances(cases: _Cases, asked: Asked) -> None:
    if asked.review:
        for kind in ("complaint", "praise"):
            if kind in cases and cases[kind].speaks():
                cases[kind].points += 0.5
    if asked.bot:
        _add(cases, _BOT)
    if asked.feeling:
        fits, other = ("praise", "complaint") if asked.feeling > 0 else ("complaint", "praise")
        felt = _FEELING * abs(asked.feeling)
        _add(cases, {fits: felt, other: -felt})
    if _points(cases, "spam") >= _ADVERTISED:
        _add(cases, _OFFERED)
    elif _points(cases, "news") >= _REPORTED:
        _add(cases, _TOLD)


def _points(cases: _Cases, kind: Kind) -> float:
    return BIAS[kind] + (cases[kind].total() if kind in cases else 0.0)


def _add(cases: _Cases, points: Mapping[Kind, float]) -> None:
    """Circumstances count for kinds that have evidence in the text."""
    for kind, more in points.items():
        if kind in cases and (more < 0 or cases[kind].speaks()):
            cases[kind].points += more
