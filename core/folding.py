"""When two spellings are the same word: compatibility forms, case and accents are folded away.

Accents go where people leave them out when they type: Latin, Greek, Cyrillic, Arabic, Hebrew. Vowel signs of Indic
scripts, of Thai and of kana are letters to their readers and stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

WORD_CAP = 255
"""Folded words and values are cut to this many code points, in documents and in queries alike."""

_RAW_CAP = 1024
# Normalising takes time in the square of a run of combining marks, so a hostile word is cut before it is folded.

_NO_LETTERS = dict.fromkeys(map(ord, "⁄·.,()〔〕"))
# What comes out of letters and digits that are written with it: ½, ⑴, ŀ. In a word it would stand between words.

_CACHED_LENGTH = 48
# Longer words are rare and would let strangers fill the cache with megabytes.

_CACHED_WORDS = 1 << 15

_DROPPED = re.compile(
    "["
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # combining marks of Latin, Greek, Cyrillic
    "\u0483-\u0489"  # Cyrillic numerals and titlo
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"  # Arabic marks, tatweel
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0f\U000e0000-\U000e0fff"  # invisible
    "\\s]+"
)
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ƒ": "f", "ʼ": None}
)
# Latin letters that Unicode does not take apart into a letter and an accent.

_SURROGATES = re.compile("[\ud800-\udfff]")


def _fold(word: str) -> str:
    bare = _DROPPED.sub("", unicodedata.normalize("NFKD", word[:_RAW_CAP]))
    # Case folding can bring out letters that come apart again (ŉ, ǰ), so the marks are dropped twice.
    bare = _DROPPED.sub("", unicodedata.normalize("NFKD", bare.casefold()))
    return unicodedata.normalize("NFC", bare.translate(_LETTERS))[:WORD_CAP]


_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0f\U000e0000-\U000e0fff\\s]+"
)
_COMMA_BELOW = str.maketrans("şţ", "șț")
# Old keyboards had no comma below: readers of Romanian see the same letter.


@lru_cache(maxsize=1 << 13)
def with_accents(word: str) -> str:
    """One word as it is compared where accents count: case, compatibility forms and invisible characters folded away only."""
    bare = _INVISIBLE.sub("", unicodedata.normalize("NFKC", word[:_RAW_CAP]).casefold())
    return unicodedata.normalize("NFC", bare).translate(_COMMA_BELOW)[:WORD_CAP]


class _Folds(dict[str, str]):
    """Folded words by word as written, worked out when first asked for."""

    def __missing__(self, word: str) -> str:
        folded = _fold(word).translate(_NO_LETTERS)
        if len(word) <= _CACHED_LENGTH:
            if len(self) >= _CACHED_WORDS:
                self.clear()
            self[word] = folded
        return folded


FOLDS = _Folds()
"""``FOLDS[word]``: one word (no white space inside) as it is compared; empty where nothing but marks is left of it.

A mapping, since it is asked for every word that is ever indexed; its size is bounded.
"""


def fold(value: str) -> str:
    """A value of a keyword field as it is compared: each of its words folded, one space between; signs stay."""
    if value.isascii():
        return " ".join(value.lower().split())[:WORD_CAP].rstrip()
    folded = map(_fold, _SURROGATES.sub("\ufffd", value[:_RAW_CAP]).split())
    return " ".join(part for part in folded if part)[:WORD_CAP].rstrip()
