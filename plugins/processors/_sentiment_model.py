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
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ._sentiment_lexicon import NUMBERS, Floats, Lexicons, Polarities
from ._sentiment_table import Fingerprints, Table
from ._sentiment_text import Ints, Reading, fingerprints, mix

FILE = Path(__file__).with_name("_sentiment_model.npz")

VALUES = ("negative", "neutral", "positive")
"""The classes, in the order of all columns of probabilities."""

GRAMS = (2, 3, 4, 5)
"""Lengths of the n-grams of code points."""
WORD, PAIR, NEGATED = 1001, 1002, 1003
"""What tells words, pairs of words and negated words from n-grams of code points with the same hash."""

_PIECES = 32
"""Pieces side by side beyond which each part's are better picked out of all of them."""
_PAIRS = np.uint64(0x9E3779B97F4A7C15)


def digest_of(path: Path = FILE) -> str:
    """Tells one model's file from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


Weights = NDArray[np.complexfloating]
"""Weights of both columns, the first as the real part and the second as the imaginary: one look at memory fetches both."""


@dataclass(frozen=True, slots=True)
class Features:
    """All n-grams of a batch, each in the place of what it begins with."""

    stretches: Fingerprints
    """Of each of :data:`GRAMS` (a row) the n-gram that begins at each of :attr:`Reading.codes` (a column)."""
    whole: NDArray[np.bool_]
    """Which of these end where their text has not ended: others are none."""
    words: Fingerprints
    """Of each token."""
    pairs: Fingerprints
    """Of each of :attr:`firsts` with the token after it."""
    firsts: Ints
    negated: Fingerprints
    """Of each of :attr:`turned`."""
    turned: Ints
    """Tokens that are negated."""
    share: Floats
    """What one n-gram of each text counts: one through the root of how many the text has."""


def features_of(reading: Reading, negated: NDArray[np.bool_]) -> Features:
    """Stretches of 2 to 5 code points, words, pairs of words, and words that are negated."""
    tokens, rows, count = reading.tokens, reading.rows, len(reading.codes)
    stretches = np.zeros((len(GRAMS), count), np.uint32)
    for each, size in zip(stretches, GRAMS, strict=True):
        many = max(0, count + 1 - size)
        each[:many] = fingerprints(reading.hashes(slice(0, many), slice(size, size + many), size))
    left = np.cumsum(np.bincount(rows, minlength=reading.rows_count))[rows] - np.arange(count)
    whole = left >= np.array(GRAMS)[:, None]
    turned, firsts = np.flatnonzero(negated), np.flatnonzero(tokens.row[1:] == tokens.row[:-1])
    words = reading.hashes(tokens.start, tokens.end, WORD)
    plain = reading.hashes(tokens.start, tokens.end, 0)
    pairs = mix(plain[firsts] * _PAIRS + plain[firsts + 1] + np.uint64(PAIR))
    contrary = reading.hashes(tokens.start[turned], tokens.end[turned], NEGATED)
    counts = np.bincount(rows, whole.sum(axis=0), minlength=reading.rows_count)
    for which in (slice(None), firsts, turned):
        counts += np.bincount(tokens.row[which], minlength=reading.rows_count)
    share = (1 / np.sqrt(np.maximum(1, counts))).astype(np.float32)
    return Features(stretches, whole, fingerprints(words), fingerprints(pairs), firsts, fingerprints(contrary), turned, share)


def listed(reading: Reading, features: Features, sizes: Sequence[int] = GRAMS) -> tuple[Ints, Fingerprints]:
    """The text and the fingerprint of each n-gram: of stretches of these sizes, of words, of pairs and of negated words."""
    chosen = [GRAMS.index(size) for size in sizes]
    row, prints = reading.tokens.row, [features.stretches[each][features.whole[each]] for each in chosen]
    rows = [*(reading.rows[features.whole[each]] for each in chosen), row, row[features.firsts], row[features.turned]]
    return np.concatenate(rows), np.concatenate([*prints, features.words, features.pairs, features.negated])


@dataclass(frozen=True, slots=True)
class Part:
    """Weights of n-grams and numbers, of all languages or of one."""

    table: Table
    grams: Weights
    """One for each fingerprint of :attr:`table`, then 0 for all others: towards positive, towards neutral."""
    numbers: Floats
    """Two columns for each of :data:`NUMBERS`."""
    bias: Floats

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray], name: str) -> Part:
        """The part of that name in a model's arrays."""
        grams, table = arrays[f"{name}.grams"], Table(unpacked(arrays[f"{name}.prints"]))
        if grams.shape != (len(table), 2) or arrays[f"{name}.numbers"].shape != (len(NUMBERS), 2):
            raise ValueError(f"the part {name!r} of the sentiment model has arrays of wrong lengths")
        weights = np.zeros((len(table) + 1, 2), np.float32)
        np.multiply(grams, arrays[f"{name}.step"], out=weights[:-1])
        return cls(table, weights.view(np.complex64)[:, 0], arrays[f"{name}.numbers"], arrays[f"{name}.bias"])


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
        self._places = {lang: place for place, lang in enumerate(about["own"], 1)}
        self._own = {place: Part.of(arrays, lang) for lang, place in self._places.items()}
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
        everybody = np.ones(len(texts), np.int8)
        own = np.array([self._places.get(lang, 0) for lang in langs], np.int8)
        logits, pushes = np.zeros((len(texts), 2), np.float32), _Pushes(reading, features)
        for parts, by in (({1: self._shared}, everybody), (self._own, own)):
            logits += pushes.add(parts, by)
            for rows, part in _whose(parts, by):
                logits[rows] += numbers[rows] @ part.numbers + part.bias
        tokens, own_numbers = reading.tokens, np.zeros((len(texts), len(NUMBERS), 2), np.float32)
        for rows, part in _whose(self._own, own):
            own_numbers[rows] = part.numbers
        per_token = _shared_out(said, tokens.row, numbers, self._shared.numbers, own_numbers) + pushes.of_tokens()
        told = pushes.known & tokens.is_word & ~_is_digit(reading.codes[tokens.start])
        seen = self._seen(told, said.known, tokens.row, langs)
        return Scored(reading, langs, numbers, features, logits, per_token, seen)

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


class _Pushes:
    """What n-grams add up to, for each text and for each token: they are shared out among the code points that they cover."""

    def __init__(self, reading: Reading, features: Features) -> None:
        self._reading, self._features = reading, features
        self._beyond = [np.flatnonzero(~whole) for whole in features.whole]
        self._begins = np.flatnonzero(np.diff(reading.rows, prepend=-1))
        row, share = reading.tokens.row, features.share
        self._prints = np.concatenate((features.words, features.pairs, features.negated))
        self._row = np.concatenate((row, row[features.firsts], row[features.turned]))
        self._shares = share[reading.rows], share[self._row]
        self._steps = np.zeros(len(reading.codes) + max(GRAMS), np.complex128)
        """By how much what is added to a code point differs from what is added to the one before."""
        self._tokens = np.zeros(len(row), np.complex128)
        self.known = np.zeros(len(row), np.bool_)
        """Which tokens are words that any of the parts knows."""

    def add(self, parts: Mapping[int, Part], by: NDArray[np.int8]) -> Floats:
        """Add what parts say of the texts that are judged ``by`` those of these numbers; gives it for each text."""
        features, tokens = self._features, self._reading.tokens
        totals, count = np.zeros(len(self._reading.codes), np.complex128), len(self._reading.codes)
        whose = _whose(parts, by[self._reading.rows])
        for prints, beyond, size in zip(features.stretches, self._beyond, GRAMS, strict=True):
            weights, _ = _weights(prints, whose)
            weights[beyond] = 0
            weights *= self._shares[0]
            totals += weights
            each = weights * np.float64(1 / size)
            self._steps[:count] += each
            self._steps[size : size + count] -= each
        weights, known = _weights(self._prints, _whose(parts, by[self._row]))
        weights *= self._shares[1]
        words, pairs, negated = np.split(weights, np.cumsum((len(features.words), len(features.pairs))))
        self.known |= known[: len(words)]
        of_tokens = words.astype(np.complex128)
        of_tokens[features.turned] += negated
        self._tokens += of_tokens
        of_tokens[features.firsts] += pairs
        totals[tokens.start] += of_tokens
        length = tokens.end - tokens.start
        each = pairs / (tokens.end[features.firsts + 1] - tokens.start[features.firsts])
        for ones in (features.firsts, features.firsts + 1):
            self._tokens[ones] += each * length[ones]
        return _columns(np.add.reduceat(totals, self._begins))

    def of_tokens(self) -> Floats:
        """What has been added to each token."""
        tokens = self._reading.tokens
        sums = np.zeros(len(self._steps) + 1, np.complex128)
        np.cumsum(np.cumsum(self._steps), out=sums[1:])
        return _columns(self._tokens + sums[tokens.end] - sums[tokens.start]).astype(np.float32)


def _whose(parts: Mapping[int, Part], by: NDArray[np.int8]) -> list[tuple[Ints | slice, Part]]:
    """Where in what is judged ``by`` parts of these numbers each of them judges."""
    ends = [0, *(np.flatnonzero(by[1:] != by[:-1]) + 1).tolist(), len(by)]
    if len(ends) < _PIECES:
        # Those of one language stand side by side, as the processor asks for them: nothing is picked out and put back.
        return [
            (slice(start, end), parts[number]) for start, end in pairwise(ends) if start < end and (number := int(by[start]))
        ]
    return [(np.flatnonzero(by == number), parts[number]) for number in np.unique(by).tolist() if number]


def _weights(prints: Fingerprints, whose: Sequence[tuple[Ints | slice, Part]]) -> tuple[Weights, NDArray[np.bool_]]:
    """The weights of fingerprints by the parts that judge them, and which of them are known."""
    weights, known = np.zeros(len(prints), np.complex64), np.zeros(len(prints), np.bool_)
    for which, part in whose:
        places = part.table.places(prints[which])
        weights[which] = part.grams.take(places)
        known[which] = places < len(part.table)
    return weights, known


def _columns(weights: Weights) -> Floats:
    """Both columns of weights."""
    return np.stack((weights.real, weights.imag), axis=1)


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
