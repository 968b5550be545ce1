"""``language``: which language a mention is written in.

Offline, by py3langid and by what its statistics do not weigh: the script, letters that few languages write, function words.
One pass scores all languages that py3langid knows; the answer is sought among the workspace's languages first (a closed set
errs far less on short texts) and outside of them only where the text leaves hardly a doubt. Greek and Hindi in Latin letters
are told by their function words, where the workspace listens in them. Names in the middle of a sentence, hashtags, handles
and addresses are not read. A language that the platform states wins unless the text clearly denies it; a text in another
script does. What cannot be told is ``unknown``.

It gives one label, ``lang`` (ISO 639-1), with the share of probability as its score. It has no options.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from ...core.contracts import Component, Context
from ...core.hookspecs import hookimpl
from ...core.values import Label, Labels, Mention
from ._language_evidence import RIVALS, bag, latin_of, leanings, letters_of, script_languages, typed_in_latin

NAME = "language"
VERSION = "2"

_READ = 96
"""Code points that are read: from more of them the language is not told better."""
_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\d+")
_NAMES = re.compile(r"(?<=[\w,;] )[A-ZÀ-ÖØ-ÞĂȘȚŞŢ][\w'’-]*")
_NAMELESS = 20
"""Letters that must be left for names to be left out."""

_SURE = 0.65
"""Share from which on a language is believed: of one of the workspace's within these, of another within all."""
_HEAD_START = 2.0
"""Logarithm of how much likelier one of the workspace's languages is than any other before the text is read."""
_DENIES = 3.0
"""Logarithm of how much likelier the text must make another language than the one that the platform states."""
_SHORT, _FEW, _LONG = 3, 15, 25
"""Letters below which nothing is told, a stated language is not denied, and none is told but the workspace's."""
_SHARPER = 2.0
"""py3langid halves its certainty and more, lest it be sure of one of a hundred languages; among a few that is too timid."""
_LEAST = 1e-26
"""Stands for a share too small for the model's numbers."""
_NEVER = -60.0
"""The weight of a language of which nothing is known."""

_NOT_STATED = frozenset({"", "und", "mul", "zxx", "mis", "xx"})
"""What platforms write where they do not know."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A language and the share of probability that speaks for it."""

    lang: str
    share: float


UNKNOWN = Guess("unknown", 0.0)


def judge(weights: Mapping[str, float], languages: Sequence[str], *, letters: int, stated: str = "") -> Guess:
    """Choose by evidence: pure, so that the thresholds can be tested.

    ``weights`` are logarithms of likelihoods, of which only the differences count; ``languages`` are the workspace's (empty:
    any); ``letters`` is the length of what was read.
    """
    told = _told(weights, languages, letters)
    if not stated or told.lang == stated:
        return told
    lead = weights.get(told.lang, _NEVER) - weights.get(stated, _NEVER)
    if letters >= _FEW and told is not UNKNOWN and lead >= _DENIES:
        return told
    return Guess(stated, _share(stated, weights) if stated in weights else 0.0)


def _told(weights: Mapping[str, float], languages: Sequence[str], letters: int) -> Guess:
    if letters < _SHORT or not weights:
        return UNKNOWN
    ours = {lang: weights[lang] for lang in languages if lang in weights}
    first = max(ours or weights, key=weights.__getitem__)
    if ours:
        best = max(weights, key=weights.__getitem__)
        if weights[best] - weights[first] > _HEAD_START:
            share = _share(best, weights)
            return Guess(best, share) if letters >= _LONG and share >= _SURE else UNKNOWN
    share = _share(first, ours or weights)
    return Guess(first, share) if share >= _SURE else UNKNOWN


def _share(lang: str, weights: Mapping[str, float]) -> float:
    """The share of probability of one among these languages."""
    best = max(weights.values())
    return math.exp(_SHARPER * (weights[lang] - best)) / sum(math.exp(_SHARPER * (w - best)) for w in weights.values())


class LanguageProcessor:
    """Tells the language of mentions."""

    version = VERSION

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = tuple(languages)
        self._scorer: _Scorer | None = None

    def process(self, mentions: Sequence[Mention]) -> Sequence[Labels]:
        """One ``lang`` label for each mention."""
        return [(self._label(mention),) for mention in mentions]

    def _label(self, mention: Mention) -> Label:
        text = _NOISE.sub(" ", f"{mention.title}\n{mention.text}"[: 4 * _READ])[:_READ]
        stated = mention.lang.split("-")[0].split("_")[0].lower()
        guess = self._guess(text, "" if stated in _NOT_STATED else stated)
        return Label(name="lang", value=guess.lang, by=NAME, version=VERSION, score=round(guess.share, 3))

    def _guess(self, text: str, stated: str) -> Guess:
        letters = letters_of(text)
        if letters < _SHORT:
            return judge({}, (), letters=letters, stated=stated)
        written_so = script_languages(text, letters)
        if len(written_so) == 1:
            return Guess(written_so[0], 1.0)
        if written_so:
            stated = stated if stated in written_so else ""  # no English is written in Cyrillic
            ours = [lang for lang in self._languages if lang in written_so]
            return judge(self._weights(text, bag(text), written_so), ours, letters=letters, stated=stated)
        text = latin_of(text)  # a word of another script among these is quoted
        nameless = _NAMES.sub(" ", text)
        left = letters if nameless == text else letters_of(nameless)
        if left >= _NAMELESS:
            text, letters = nameless, left
        said = bag(text)
        ours = (*self._languages, stated) if stated else self._languages
        weights = self._weights(text, said, (*RIVALS, *ours))
        romanised, share = typed_in_latin(said, ours, weights)
        if romanised and stated in ("", romanised):
            return Guess(romanised, share)
        return judge(weights, self._languages, letters=letters, stated=stated)

    def _weights(self, text: str, said: frozenset[str], languages: Iterable[str]) -> dict[str, float]:
        if self._scorer is None:
            self._scorer = _Scorer((*RIVALS, *self._languages))
        weights = self._scorer.weights(text, languages)
        for language, leaning in leanings(text, said).items():
            if language in weights:
                weights[language] += leaning
        return weights


class _Scorer:
    """py3langid's model, asked only for what is to be judged: its own ranking sorts all languages for every text."""

    def __init__(self, usual: Sequence[str]) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # the model takes half a second to load

        self._all = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._usual = copy(self._all)
        self._usual.set_languages(set(usual).intersection(self._all.nb_classes))
        # A language that has two columns is scored in its first one.
        self._columns = [
            {name: column for column, name in reversed(list(enumerate(identifier.nb_classes)))}
            for identifier in (self._usual, self._all)
        ]

    def weights(self, text: str, languages: Iterable[str]) -> dict[str, float]:
        """The logarithms of the shares of those of these languages that the model knows."""
        columns, every = self._columns
        wanted = every.keys() & languages
        identifier = self._usual
        if not wanted <= columns.keys():
            identifier, columns = self._all, every
        shares = identifier._decide(text).tolist()
        return {name: math.log(shares[columns[name]] or _LEAST) for name in wanted}


def _build(options: None, context: Context) -> LanguageProcessor:
    return LanguageProcessor(context.languages)


@hookimpl
def register_processors() -> Iterable[Component]:
    """The component ``language``."""
    return [Component(name=NAME, build=_build, summary="tells the language, among those you listen in first")]
