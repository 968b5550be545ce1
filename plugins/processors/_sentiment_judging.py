"""From what the sentiment model says to a value, how sure it is, and the words that pushed it there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ._sentiment_e5 import E5Head, Embed
from ._sentiment_irony import marks, suspects
from ._sentiment_lexicon import Floats
from ._sentiment_model import VALUES, Model, Scored, classes, softmax
from ._sentiment_text import LINK, Ints

if TYPE_CHECKING:
    from ._sentiment_adapter import Adapter

CERTAIN = 0.8
"""Probability of a negative text from which on marks of irony leave nothing uncertain."""

MOST = 6
"""Pushes that are told of a text."""
_LEAST = 0.15
"""Share of the strongest push below which others are left out."""
_FIRST_SYMBOL = 0x2190
"""Signs below are punctuation, which pushes, but says nothing to a reader."""
_MARK = -1.0

NEGATIVE, NEUTRAL, POSITIVE = range(3)


@dataclass(frozen=True, slots=True)
class Push:
    """A stretch of a text and how much it speaks for the judgement, in logits; below 0 against it."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one text."""

    value: str
    score: float | None
    pushes: tuple[Push, ...] = ()


UNKNOWN = Verdict("unknown", None)


def value_of(probabilities: Sequence[float], *, sure: float, ironic: bool = False) -> str:
    """The value for calibrated probabilities of :data:`VALUES`, of which none below ``sure`` is likely enough.

    ``ironic``: the text bears marks of irony, so that praise is not certain, nor is blame that is not nearly so.
    """
    best = max(range(len(VALUES)), key=probabilities.__getitem__)
    if probabilities[best] < sure or (ironic and (best == POSITIVE or (best == NEGATIVE and probabilities[best] < CERTAIN))):
        return "uncertain"
    return VALUES[best]


@lru_cache(maxsize=1)
def _model() -> Model:
    """The model that comes with hubbub, loaded once for a process."""
    return Model.load()


class Judge:
    """The model with what was learnt from corrections, and with the larger one where ``embed`` makes embeddings for it."""

    def __init__(self, adapter: Adapter | None = None, embed: Embed | None = None) -> None:
        self.base = _model()
        self._adapter = adapter
        self._larger = E5Head(self.base.e5, embed) if embed else None

    def verdicts(self, texts: Sequence[str], langs: Sequence[str], turned: Sequence[bool]) -> list[Verdict]:
        """Judge texts; where ``turned`` is true the text speaks well of another thing at the cost of what is judged."""
        scored = self.base.score(texts, langs)
        logits = self._adapter.logits(scored) if self._adapter else scored.logits
        logits = self.base.calibrated(logits, scored.langs)
        if self._larger:
            logits = self._larger.joined(logits, texts, scored.seen)
        probabilities = softmax(classes(logits))
        pushes = scored.pushes
        flip = np.array(turned, np.bool_)
        if flip.any():
            probabilities[flip] = probabilities[flip][:, ::-1]
            pushes = np.where(flip[scored.reading.tokens.row][:, None], pushes * (-1, 1), pushes)
        best = probabilities.argmax(axis=1)
        suspect = suspects(scored.reading, scored.features) & scored.seen & (best != NEUTRAL)
        ironic = [marks(scored.reading.folded(row)) if asked else () for row, asked in enumerate(suspect.tolist())]
        values = [
            value_of(each, sure=self.base.sure, ironic=bool(found)) if seen else UNKNOWN.value
            for each, found, seen in zip(probabilities.tolist(), ironic, scored.seen.tolist(), strict=True)
        ]
        why = _strongest(scored, pushes, values)
        return [
            UNKNOWN
            if value == UNKNOWN.value
            else Verdict(
                value,
                None if value == "uncertain" else round(float(each.max()), 3),
                (*(Push(a, b, _MARK) for a, b in found[:2]), *pushed)[:MOST],
            )
            for value, each, found, pushed in zip(values, probabilities, ironic, why, strict=True)
        ]


def _strongest(scored: Scored, pushes: Floats, values: Sequence[str]) -> list[list[Push]]:
    """For each text the words and emoji that push its value most, in their order; neighbours of one sign are one."""
    reading, tokens = scored.reading, scored.reading.tokens
    column = np.array([1 if value == "neutral" else 0 for value in values])
    sign = np.array([-1.0 if value == "negative" else 1.0 for value in values])
    weight = pushes[np.arange(len(tokens.row)), column[tokens.row]] * sign[tokens.row]
    first = reading.codes[tokens.start]
    telling = tokens.is_word | ((first >= _FIRST_SYMBOL) & (first != LINK))
    size = np.where(telling, np.abs(weight), 0)
    strongest = np.zeros(len(values))
    np.maximum.at(strongest, tokens.row, size)
    chosen = np.flatnonzero((size > 0) & (size >= _LEAST * strongest[tokens.row]))
    chosen = chosen[np.lexsort((-size[chosen], tokens.row[chosen]))]
    chosen = np.sort(chosen[_rank(tokens.row[chosen]) < MOST])
    start, end = scored.stretches
    rows = tokens.row[chosen]
    at = reading.offsets[rows]
    of_chosen = (chosen, rows, start[chosen] - at, end[chosen] - at, weight[chosen])
    found: list[list[Push]] = [[] for _ in values]
    before = -2
    for token, row, first, last, pushed in zip(*(array.tolist() for array in of_chosen), strict=True):
        push = Push(first, last, round(pushed, 3))
        mine = found[row]
        if mine and token == before + 1 and (mine[-1].weight > 0) == (push.weight > 0):
            push = Push(mine[-1].start, push.end, round(mine.pop().weight + push.weight, 3))
        mine.append(push)
        before = token
    return found


def _rank(sorted_rows: Ints) -> NDArray[np.int64]:
    """The how manieth of its row each is."""
    first = np.searchsorted(sorted_rows, sorted_rows)
    return np.arange(len(sorted_rows)) - first
