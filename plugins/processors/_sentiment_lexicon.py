"""The numbers that lexicons and punctuation tell of a text: the dense part of what the sentiment model reads.

A word's polarity is looked up in the lexicon of the text's language, as it stands or by its stem, and turned by a negation
among the three words before it. Emoji are looked up in one lexicon for all languages.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ._sentiment_table import Fingerprints, Table, word_fingerprints
from ._sentiment_text import LINK, Ints, Reading, fingerprints
from ._sentiment_words import CONTRASTS, NEGATORS

Floats = NDArray[np.floating]

NUMBERS = (
    "positive words", "negative words", "positive emoji", "negative emoji", "more positive words", "more negative words",
    "no word known", "exclamation marks", "question marks", "a link", "mostly capitals", "balance of words",
    "balance of emoji", "length", "strongest positive", "strongest negative", "last word", "negations", "drawn-out words",
    "balance after a contrast", "handles", "tags", "dots",
)  # fmt: skip
"""What the columns of :func:`measure` are, in order."""

ANY = "*"
"""The lexicon of all languages: emoji and emoticons."""

SCALE = 25.0
"""A polarity of 1 in the tables, whose values are whole numbers up to 127."""

_DISGUISES = str.maketrans("0134578", "oieastb")

_REACH = 3
"""So many words after a negation are turned by it, and by this much: "not great" is less bad than "bad"."""
_TURNED = -0.7


@lru_cache(maxsize=1 << 10)
def salt(use: str, lang: str) -> int:
    """What tells the words of one list from the same words in another."""
    return zlib.crc32(f"{use}:{lang}".encode())


def stem_length(letters: Ints) -> Ints:
    """How much of a word its stem is: crude, but the same for every language."""
    return np.where(letters < 8, np.maximum(4, letters - 2), letters - 3)


@dataclass(frozen=True, slots=True)
class Polarities:
    """What lexicons say of the tokens of a batch."""

    value: Floats
    """Polarity of each token, negation applied; 0 where no lexicon knows it."""
    is_emoji: NDArray[np.bool_]
    known: NDArray[np.bool_]
    """Whether a lexicon knows it."""
    negator: NDArray[np.bool_]
    """Whether it is a negation."""
    negated: NDArray[np.bool_]
    """Whether a negation stands among the words shortly before it."""


class Lexicons:
    """Polarities of words in several languages, and of emoji."""

    def __init__(self, sorted_fingerprints: Fingerprints, values: NDArray[np.int8]) -> None:
        self._table = Table(sorted_fingerprints)
        self._values = values.astype(np.float32) / SCALE
        self._negators = _listed(NEGATORS, "negator")
        self._contrasts = _listed(CONTRASTS, "contrast")

    def polarities(self, reading: Reading, langs: Sequence[str]) -> Polarities:
        """The polarity of each token; ``langs`` has the language of each text."""
        tokens = reading.tokens
        value = np.zeros(len(tokens.start), np.float32)
        known = np.zeros(len(value), np.bool_)
        words = np.flatnonzero(tokens.is_word)
        start, end = tokens.start[words], tokens.end[words]
        of_lang = _salts("lexicon", langs)[tokens.row[words]]
        self._look_up(reading, value, known, words, start, end, of_lang)
        stems = words[~known[words] & (end - start >= 5)]
        start, end = tokens.start[stems], tokens.end[stems]
        of_lang = _salts("stem", langs)[tokens.row[stems]]
        self._look_up(reading, value, known, stems, start, start + stem_length(end - start), of_lang)
        self._look_up_disguised(reading, value, known, langs)
        signs = np.flatnonzero(~tokens.is_word)
        everywhere = np.full(len(signs), salt("lexicon", ANY), np.uint64)
        self._look_up(reading, value, known, signs, tokens.start[signs], tokens.end[signs], everywhere)
        is_negator = marked(self._negators, reading, langs, "negator")
        negated = after(is_negator, tokens.row, _REACH) & tokens.is_word
        value[negated & ~is_negator] *= _TURNED
        return Polarities(value, known & ~tokens.is_word, known, is_negator, negated)

    def _look_up_disguised(self, reading: Reading, value: Floats, known: NDArray[np.bool_], langs: Sequence[str]) -> None:
        """Words with digits in place of letters, as ``h4te``."""
        tokens = reading.tokens
        digits = np.flatnonzero((reading.codes >= ord("0")) & (reading.codes <= ord("9")))
        those = np.unique(np.searchsorted(tokens.start, digits, side="right") - 1)
        those = those[~known[those]]
        words = ["".join(map(chr, reading.codes[tokens.start[token] : tokens.end[token]])) for token in those]
        disguised = [place for place, word in enumerate(words) if not word.isdigit()]
        if disguised:
            plain = Reading([words[place].translate(_DISGUISES) for place in disguised])
            which = those[disguised][plain.tokens.row]
            of_lang = _salts("lexicon", langs)[tokens.row[which]]
            self._look_up(plain, value, known, which, plain.tokens.start, plain.tokens.end, of_lang)

    def _look_up(
        self,
        reading: Reading,
        value: Floats,
        known: NDArray[np.bool_],
        which: Ints,
        start: Ints,
        end: Ints,
        salts: NDArray[np.uint64],
    ) -> None:
        asked, places = self._table.find(fingerprints(reading.hashes(start, end, salts)))
        value[which[asked]] = self._values[places]
        known[which[asked]] = True

    def measure(self, reading: Reading, langs: Sequence[str], said: Polarities) -> Floats:
        """The numbers of each text, as :data:`NUMBERS` names them."""
        tokens, count = reading.tokens, reading.rows_count
        row = tokens.row
        word, emoji = np.where(said.is_emoji, 0, said.value), np.where(said.is_emoji, said.value, 0)

        def total(of: Floats, where: Ints = row) -> NDArray:
            return np.bincount(where, of, minlength=count)

        def number_of(char: int) -> Floats:
            return np.bincount(reading.rows[reading.codes == char], minlength=count).astype(np.float64)

        positive, negative = total(np.maximum(word, 0)), total(np.maximum(-word, 0))
        glad, sad = total(np.maximum(emoji, 0)), total(np.maximum(-emoji, 0))
        balance = positive - negative
        best, worst = np.zeros(count), np.zeros(count)
        np.maximum.at(best, row, word)
        np.minimum.at(worst, row, word)
        last = np.zeros(count)
        told = np.flatnonzero(said.known & (said.value != 0))
        last[row[told]] = said.value[told]
        letters = reading.kinds == 1
        capitals = np.bincount(reading.rows[letters], reading.cased[letters], minlength=count)
        share = capitals / np.maximum(1, np.bincount(reading.rows[letters], minlength=count))
        same = reading.codes[1:] == reading.codes[:-1]
        drawn = np.flatnonzero(same[1:] & same[:-1] & letters[2:])
        is_contrast = marked(self._contrasts, reading, langs, "contrast")
        later = after(is_contrast, row, len(row))
        numbers = (
            np.log1p(positive), np.log1p(negative), np.log1p(glad), np.log1p(sad), balance > 0, balance < 0,
            total(said.known.astype(np.float32)) == 0, np.log1p(number_of(ord("!"))), np.log1p(number_of(ord("?"))),
            number_of(LINK) > 0, share > 0.5, np.tanh(balance / 4), np.tanh((glad - sad) / 4),
            np.log1p(np.bincount(row, minlength=count)) / 4, best / 4, worst / 4, np.tanh(last / 2),
            np.log1p(total(said.negator.astype(np.float32))),
            np.bincount(reading.rows[drawn], minlength=count) > 0, np.tanh(total(word * later) / 4),
            np.log1p(number_of(ord("@"))), np.log1p(number_of(ord("#"))), np.log1p(number_of(ord("."))) / 2,
        )  # fmt: skip
        return np.stack(numbers, axis=1).astype(np.float32) if count else np.zeros((0, len(NUMBERS)), np.float32)


def after(marks: NDArray[np.bool_], row: Ints, reach: int) -> NDArray[np.bool_]:
    """Which tokens stand at most so many tokens after a marked one of their text."""
    at = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, at, -1)) if len(marks) else at
    before = np.concatenate(([-1], last[:-1]))[: len(marks)]
    return (before >= 0) & (at - before <= reach) & (row[before] == row)


def marked(table: Table, reading: Reading, langs: Sequence[str], use: str) -> NDArray[np.bool_]:
    """Which tokens are in the list of their text's language."""
    tokens = reading.tokens
    salts = _salts(use, langs)[tokens.row]
    marks = np.zeros(len(tokens.row), np.bool_)
    marks[table.find(fingerprints(reading.hashes(tokens.start, tokens.end, salts)))[0]] = True
    return marks


def _salts(use: str, langs: Sequence[str]) -> NDArray[np.uint64]:
    return np.array([salt(use, lang) for lang in langs], np.uint64)


def _listed(lists: dict[str, str], use: str) -> Table:
    return Table(
        np.unique(np.concatenate([word_fingerprints(words.split(), salt(use, lang)) for lang, words in lists.items()]))
    )
