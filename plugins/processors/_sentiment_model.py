"""The sentiment model: a linear one over hashed n-grams and the numbers of lexicons, so that every judgement has its reasons.

Two columns of weights say all that three classes need: how positive a text is, and how neutral. The logits of negative, neutral
and positive are ``-p - n/2``, ``n`` and ``p - n/2`` of the two; a softmax of them, divided by a temperature that was fitted on
validation data (Guo et al., "On Calibration of Modern Neural Networks", 2017), are the probabilities.

A language may have a part of its own, which is added to what all languages share.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ._sentiment_lexicon import NUMBERS, Floats, Lexicons, Polarities
from ._sentiment_table import Fingerprints, Table
from ._sentiment_text import Hashes, Ints, Reading, fingerprints, mix

FILE = Path(__file__).with_name("_sentiment_model.npz")

VALUES = ("negative", "neutral", "positive")
"""The classes, in the order of all columns of probabilities."""

GRAMS = (2, 3, 4, 5)
"""Lengths of the n-grams of code points."""
WORD, PAIR, NEGATED = 1001, 1002, 1003
"""What tells words, pairs of words and negated words from n-grams of code points with the same hash."""

_PAIRS = np.uint64(0x9E3779B97F4A7C15)


def digest_of(path: Path = FILE) -> str:
    """Tells one model's file from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Features:
    """All n-grams of a batch, each with where it stands."""

    prints: Fingerprints
    row: Ints
    start: Ints
    """First code point, in :attr:`Reading.codes`."""
    end: Ints
    words: slice
    """Which of them are single words, in the order of the tokens."""
    share: Floats
    """What one n-gram of each text counts: one through the root of how many the text has."""


def features_of(reading: Reading, negated: NDArray[np.bool_]) -> Features:
    """Stretches of 2 to 5 code points, words, pairs of words, and words that are negated."""
    tokens = reading.tokens
    found: list[tuple[Hashes, Ints, Ints, Ints]] = []
    for size in GRAMS:
        start = reading.grams(size)
        found.append((reading.hashes(start, start + size, size), reading.rows[start], start, start + size))
    before = sum(len(one[1]) for one in found)
    found.append((reading.hashes(tokens.start, tokens.end, WORD), tokens.row, tokens.start, tokens.end))
    first = np.flatnonzero(tokens.row[1:] == tokens.row[:-1])
    plain = reading.hashes(tokens.start, tokens.end, 0)
    pairs = mix(plain[first] * _PAIRS + plain[first + 1] + np.uint64(PAIR))
    found.append((pairs, tokens.row[first], tokens.start[first], tokens.end[first + 1]))
    turned = np.flatnonzero(negated)
    start, end = tokens.start[turned], tokens.end[turned]
    found.append((reading.hashes(start, end, NEGATED), tokens.row[turned], start, end))
    hashes, row, starts, ends = (np.concatenate(column) for column in zip(*found, strict=True))
    counts = np.bincount(row, minlength=reading.rows_count)
    share = (1 / np.sqrt(np.maximum(1, counts))).astype(np.float32)
    return Features(fingerprints(hashes), row, starts, ends, slice(before, before + len(tokens.row)), share)


@dataclass(frozen=True, slots=True)
class Part:
    """Weights of n-grams and numbers, of all languages or of one."""

    table: Table
    grams: Floats
    """Two columns for each fingerprint of :attr:`table`: towards positive, towards neutral."""
    numbers: Floats
    """The same for each of :data:`NUMBERS`."""
    bias: Floats

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray], name: str) -> Part:
        """The part of that name in a model's arrays."""
        grams = arrays[f"{name}.grams"].astype(np.float32) * arrays[f"{name}.step"]
        table = Table(unpacked(arrays[f"{name}.prints"]))
        if grams.shape != (len(table), 2) or arrays[f"{name}.numbers"].shape != (len(NUMBERS), 2):
            raise ValueError(f"the part {name!r} of the sentiment model has arrays of wrong lengths")
        return cls(table, grams, arrays[f"{name}.numbers"], arrays[f"{name}.bias"])


@dataclass(frozen=True, slots=True)
class Scored:
    """What the model says of a batch, with its reasons."""

    reading: Reading
    langs: Sequence[str]
    """The language that each text is taken to be in."""
    numbers: Floats
    """Of each text those of :data:`NUMBERS`."""
    features: Features
    logits: Floats
    """Of each text how positive and how neutral it is."""
    pushes: Floats
    """Of each token what it adds to both: n-grams are shared out among the code points that they cover."""
    seen: NDArray[np.bool_]
    """Whether something of the text is known that tells feelings: a word of the language's, or an emoji."""

    @property
    def stretches(self) -> tuple[Ints, Ints]:
        """Where each token stands in the batch's raw code points."""
        tokens, places = self.reading.tokens, self.reading.places
        return places[tokens.start], places[tokens.end - 1] + 1


class Model:
    """Weights, lexicons and temperatures, which never change once loaded; free to cross threads."""

    def __init__(self, arrays: Mapping[str, NDArray], digest: str = "") -> None:
        self.digest = digest
        """Tells one model from another (:func:`digest_of`)."""
        about = json.loads(bytes(arrays["about"]).decode())
        self.temperatures: Mapping[str, float] = about["temperatures"]
        """By language; under ``*`` for those that the model was not trained in."""
        self.trained = frozenset(about["trained"])
        """Languages that it was trained in."""
        self.lexicons = Lexicons(unpacked(arrays["lexicon.prints"]), arrays["lexicon.values"])
        self._shared = Part.of(arrays, "shared")
        self._own = [Part.of(arrays, lang) for lang in about["own"]]
        self._places = {lang: place for place, lang in enumerate(about["own"], 1)}
        self.sure: float = about["sure"]
        """Probability below which none of the values is likely enough."""
        self.e5: Mapping[str, NDArray] = {name: array for name, array in arrays.items() if name.startswith("e5.")}
        """The head over embeddings of the extra ``e5``; empty where there is none."""

    @classmethod
    def load(cls, path: Path = FILE) -> Model:
        """Read a model's file; raises ``ValueError``, ``KeyError`` or ``OSError`` where it is damaged."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(dict(arrays), digest_of(path))

    def score(self, texts: Sequence[str], langs: Sequence[str]) -> Scored:
        """Judge texts of these languages (ISO 639-1, or anything else where it is not known)."""
        reading = Reading(texts)
        langs = _by_script(reading, langs)
        said = self.lexicons.polarities(reading, langs)
        numbers = self.lexicons.measure(reading, langs, said)
        features = features_of(reading, said.negated)
        known = np.zeros(len(features.row), np.bool_)
        logits = np.zeros((len(texts), 2), np.float32)
        per_code = np.zeros((2, len(reading.codes) + 1), np.float64)
        self._add([(self._shared, np.arange(len(known)))], features, known, logits, per_code)
        logits += numbers @ self._shared.numbers + self._shared.bias
        own = np.array([self._places.get(lang, 0) for lang in langs], np.int8)
        parts = [(place, part) for place, part in enumerate(self._own, 1) if place in own]
        if parts:
            owner = own[features.row]
            which = [(part, np.flatnonzero(owner == place)) for place, part in parts]
            self._add(which, features, known, logits, per_code)
        own_numbers = np.zeros((len(texts), len(NUMBERS), 2), np.float32)
        for place, part in parts:
            rows = own == place
            logits[rows] += numbers[rows] @ part.numbers + part.bias
            own_numbers[rows] = part.numbers
        tokens = reading.tokens
        per_token = _shared_out(said, tokens.row, numbers, self._shared.numbers, own_numbers)
        sums = np.zeros((2, len(reading.codes) + 2))
        np.cumsum(np.cumsum(per_code, axis=1), axis=1, out=sums[:, 1:])
        per_token += (sums[:, tokens.end] - sums[:, tokens.start]).T.astype(np.float32)
        told = known[features.words] & tokens.is_word & ~_is_digit(reading.codes[tokens.start])
        seen = self._seen(told, said.known, tokens.row, langs)
        return Scored(reading, langs, numbers, features, logits, per_token, seen)

    def _add(
        self,
        parts: Sequence[tuple[Part, Ints]],
        features: Features,
        known: NDArray[np.bool_],
        logits: Floats,
        per_code: NDArray,
    ) -> None:
        """Add the weights of n-grams, of each part those of its n-grams that stand at these places."""
        found, weights = [], []
        for part, which in parts:
            asked, places = part.table.find(features.prints[which])
            found.append(which[asked])
            weights.append(part.grams.take(places, axis=0))
        which, grams = np.concatenate(found), np.concatenate(weights)
        known[which] = True
        row, start, end = features.row[which], features.start[which], features.end[which]
        share, length = features.share[row], end - start
        for column in range(2):  # column by column: arrays of two columns are slow
            weight = grams[:, column] * share
            each = weight / length
            logits[:, column] += np.bincount(row, weight, minlength=len(logits))
            per_code[column] += np.bincount(start, each, minlength=per_code.shape[1])
            per_code[column] -= np.bincount(end, each, minlength=per_code.shape[1])

    def _seen(self, known: NDArray[np.bool_], told: NDArray[np.bool_], row: Ints, langs: Sequence[str]) -> NDArray[np.bool_]:
        """A language that the model was trained in needs one known word, any other one that a lexicon tells."""
        trained = np.array([lang in self.trained for lang in langs], np.bool_)
        return (np.bincount(row, told, minlength=len(langs)) > 0) | (
            trained & (np.bincount(row, known, minlength=len(langs)) > 0)
        )

    def calibrated(self, logits: Floats, langs: Sequence[str]) -> Floats:
        """Logits of texts in these languages, as sure as they should be: a softmax of :func:`classes` makes probabilities."""
        heat = np.array([self.temperatures.get(lang, self.temperatures["*"]) for lang in langs], np.float32)
        return logits / heat[:, None]


def _is_digit(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return (codes >= ord("0")) & (codes <= ord("9"))


def classes(logits: Floats) -> Floats:
    """The logits of :data:`VALUES` from the two columns."""
    positive, neutral = logits[:, 0], logits[:, 1]
    return np.stack((-positive - neutral / 2, neutral, positive - neutral / 2), axis=1)


def softmax(logits: Floats) -> Floats:
    """Probabilities of each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


_GREEK = range(0x370, 0x400)


def _by_script(reading: Reading, langs: Sequence[str]) -> list[str]:
    """The languages, but Greek for a text that is mostly in Greek letters: no other language of ours is written in them."""
    greek = (reading.codes >= _GREEK.start) & (reading.codes < _GREEK.stop)
    letters = np.bincount(reading.rows, reading.kinds == 1, minlength=reading.rows_count)
    share = np.bincount(reading.rows, greek, minlength=reading.rows_count) / np.maximum(1, letters)
    return ["el" if part > 0.5 else lang for lang, part in zip(langs, share, strict=True)]


_TELLING = tuple(
    (NUMBERS.index(name), of_emoji, sign)
    for name, of_emoji, sign in (
        ("positive words", False, 1), ("strongest positive", False, 1), ("more positive words", False, 1),
        ("negative words", False, -1), ("strongest negative", False, -1), ("more negative words", False, -1),
        ("positive emoji", True, 1), ("negative emoji", True, -1), ("balance of emoji", True, 0),
        ("balance of words", False, 0),
    )
)  # fmt: skip
"""Which numbers come from words or emoji of which sign; 0: of the sign that the number has."""


def _shared_out(said: Polarities, row: Ints, numbers: Floats, everywhere: Floats, own: Floats) -> Floats:
    """What the numbers of polarities add, shared among the words and emoji that they come from, by their polarity.

    ``everywhere`` are the weights of all languages, ``own`` those of each text's own.
    """
    shared, more = np.zeros((2, len(row), 2), np.float32)
    telling = np.flatnonzero(said.value)
    size, positive, is_emoji, row = np.abs(said.value[telling]), said.value[telling] > 0, said.is_emoji[telling], row[telling]
    for column, of_emoji, sign in _TELLING:
        number = numbers[row, column]
        mine = np.flatnonzero((is_emoji == of_emoji) & (positive == (sign > 0 if sign else number > 0)))
        of, places = row[mine], telling[mine]
        part = (size[mine] / np.bincount(of, size[mine], minlength=len(numbers))[of] * number[mine]).astype(np.float32)[:, None]
        shared[places] += part * everywhere[column]
        more[places] += part * own[of, column]
    return shared + more


# --- how fingerprints are kept ------------------------------------------------------------------------------------


def packed(sorted_fingerprints: Fingerprints) -> NDArray[np.uint8]:
    """Sorted fingerprints as differences, byte by byte: half the size once a file is compressed."""
    steps = np.diff(sorted_fingerprints, prepend=np.uint32(0)).astype("<u4")
    return steps.view(np.uint8).reshape(-1, 4).T.copy()


def unpacked(planes: NDArray[np.uint8]) -> Fingerprints:
    """The opposite of :func:`packed`."""
    return np.cumsum(np.ascontiguousarray(planes.T).view("<u4").ravel(), dtype=np.uint32)
