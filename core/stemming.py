"""Inflected forms of a word: what a language's Snowball stemmer reduces to the same stem.

The stemmer is given *folded* words, in documents and in queries alike, since people type both with accents and without. What
it makes of them need not be a word; it is only ever compared with what it makes of another.

The algorithms are those of https://snowballstem.org, by the package PyStemmer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import TYPE_CHECKING

from .scripts import is_cjk

if TYPE_CHECKING:
    from Stemmer import Stemmer

ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""Snowball algorithm by language (ISO 639-1). A language that is not here has no stemmer: its words are found as they are."""

_SAME = {"nb": "no", "nn": "no"}

PLAIN = ""
"""Stands for the language of documents whose words have no stems: their words stand for themselves."""

SHORTEST = 3
"""Shorter words have no inflected forms of their own."""

_CACHED_LENGTH = 48
# Longer words are rare and would let strangers fill the cache with megabytes.

_CACHED_WORDS = 1 << 16

_local = threading.local()


def stemmer_version() -> str:
    """Names the algorithms in use: an index whose stems others made is built again."""
    from importlib.metadata import version  # dear to import

    return version("PyStemmer")


@lru_cache(maxsize=1 << 10)
def language_of(lang: str) -> str:
    """The language whose stemmer a document's words go through: ``es`` for ``es-MX``; :data:`PLAIN` where there is none."""
    base = lang.lower().replace("_", "-").partition("-")[0]
    base = _SAME.get(base, base)
    return base if base in ALGORITHMS else PLAIN


@lru_cache(maxsize=1 << 16)
def stem(language: str, word: str) -> str:
    """The stem of a folded word in a language of :func:`language_of`."""
    if language == PLAIN or len(word) < SHORTEST:
        return word
    return _stemmer(language).stemWord(word) or word


def has_stem(word: str, wanted: Iterable[tuple[str, frozenset[str]]]) -> bool:
    """Whether a folded word has one of these stems in their language. Nothing is remembered: for words that are met once."""
    if len(word) < SHORTEST:
        return any(word in stems for _, stems in wanted)
    return any((_stemmer(language).stemWord(word) or word) in stems for language, stems in wanted)


def stems(lang: str, words: Iterable[str]) -> set[str]:
    """The stem keys of a document's folded words: see :func:`stem_key`."""
    language = language_of(lang)
    if language == PLAIN:
        return set(map(stem_key(language, "").__add__, words))
    return set(map(_KEYS[language].__getitem__, words))


class StemFinder:
    """Finds a few stem keys among the words of many documents. Words that once had none of them are not stemmed again."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = frozenset(keys)
        self._others: dict[str, set[str]] = {}

    def found(self, lang: str, words: AbstractSet[str]) -> frozenset[str]:
        """Those of the keys that any of these folded words has in a document's language."""
        language = language_of(lang)
        others = self._others.setdefault(language, set())
        if len(others) > _CACHED_WORDS:
            others.clear()
        asked = words - others
        found = {word: stem_key(language, word) for word in asked}
        others.update(word for word, key in found.items() if key not in self._keys and len(word) <= _CACHED_LENGTH)
        return self._keys.intersection(found.values())


class _StemKeys(dict[str, str]):
    """The stem keys of one language by folded word, worked out when first asked for: asked for every word that is indexed."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> str:
        language = self._language
        found = f"{language}:{word if len(word) < SHORTEST else _stemmer(language).stemWord(word) or word}"
        if len(word) <= _CACHED_LENGTH:
            if len(self) >= _CACHED_WORDS:
                self.clear()
            self[word] = found
        return found


_KEYS = {language: _StemKeys(language) for language in ALGORITHMS}


def stem_key(language: str, word: str) -> str:
    """A word's stem with its language, as one term: ``es:telefon``. Two words of one language with one key inflect one word."""
    return f"{language}:{stem(language, word)}"


def can_inflect(word: str) -> bool:
    """Whether any stemmer could know other forms of a folded word."""
    return len(word) >= SHORTEST and word.isalpha() and not is_cjk(word[0])


def _stemmer(language: str) -> Stemmer:
    # A stemmer has a buffer of its own, so each thread needs another.
    try:
        return _local.stemmers[language]
    except (AttributeError, KeyError):
        from Stemmer import Stemmer

        made: dict[str, Stemmer] = _local.__dict__.setdefault("stemmers", {})
        # Its own memory of 10,000 words costs several times what working a word out does, and ours stand before it.
        return made.setdefault(language, Stemmer(ALGORITHMS[language], 0))
