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
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...core.contracts import Component, Context
from ...core.hookspecs import hookimpl
from ...core.values import Label, Labels, Mention
from ._language_evidence import RIVALS, bag, latin_of, leanings, letters_of, script_languages, typed_in_latin

if TYPE_CHECKING:
    from ._language_statistics import Statistics

NAME = "language"
VERSION = "3"

_READ = 96
"""Code points that are read: from more of them the language is not told better."""
_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\d+")
_NAMES = re.compile(r"(?<=[\w,;] )[A-ZÀ-ÖØ-ÞĂȘȚŞŢ][\w'’-]*")
_NAMELESS = 20
"""Letters that must be left for names to be left out."""

_SURE = 0.65
"""Share from which on a language is believed: of one of the workspace's within these, of another within all."""
_WORD, _SURE_OF_A_WORD = 6, 0.9
"""Letters below which that takes more: the statistics find a language for whatever name stands alone."""
_HEAD_START = 2.0
"""Logarithm of how much likelier one of the workspace's languages is than any other before the text is read."""
_DENIES = 3.0
"""Logarithm of how much likelier the text must make another language than the one that the platform states."""
_SHORT, _FEW, _LONG = 3, 15, 25
"""Letters below which nothing is told, a stated language is not denied, and none is told but the workspace's."""
_SHARPER = 2.0
"""py3langid halves its certainty and more, lest it be sure of one of a hundred languages; among a few that is too timid."""
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


@dataclass(frozen=True, slots=True)
class _Case:
    """What is judged of a mention."""

    text: str
    letters: int
    said: frozenset[str]
    """The words of the text."""
    stated: str
    """The language that the platform states; empty where it states none that can be."""
    ours: tuple[str, ...]
    """The workspace's languages that it may be in."""
    languages: frozenset[str]
    """All languages that are weighed."""
    latin: bool
    """Whether it is in Latin letters."""


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
    return Guess(first, share) if share >= (_SURE if letters >= _WORD else _SURE_OF_A_WORD) else UNKNOWN


def _share(lang: str, weights: Mapping[str, float]) -> float:
    """The share of probability of one among these languages."""
    best = max(weights.values())
    return math.exp(_SHARPER * (weights[lang] - best)) / sum(math.exp(_SHARPER * (w - best)) for w in weights.values())


class LanguageProcessor:
    """Tells the language of mentions."""

    version = VERSION

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = tuple(languages)
        self._rivals = frozenset((*RIVALS, *languages))
        self._statistics: Statistics | None = None

    def process(self, mentions: Sequence[Mention]) -> Sequence[Labels]:
        """One ``lang`` label for each mention."""
        read = [self._read(mention) for mention in mentions]
        cases = [case for case in read if isinstance(case, _Case)]
        weights = iter(self._weights(cases))
        guesses = (self._judge(case, next(weights)) if isinstance(case, _Case) else case for case in read)
        return [
            (Label(name="lang", value=guess.lang, by=NAME, version=VERSION, score=round(guess.share, 3)),) for guess in guesses
        ]

    def _read(self, mention: Mention) -> _Case | Guess:
        """What is to be judged of a mention, or what can be told without."""
        text = _NOISE.sub(" ", f"{mention.title}\n{mention.text}"[: 4 * _READ])[:_READ]
        stated = mention.lang.split("-")[0].split("_")[0].lower()
        if stated in _NOT_STATED:
            stated = ""
        letters = letters_of(text)
        if letters < _SHORT:
            return judge({}, (), letters=letters, stated=stated)
        written_so = script_languages(text, letters)
        if len(written_so) == 1:
            return Guess(written_so[0], 1.0)
        if written_so:
            stated = stated if stated in written_so else ""  # no English is written in Cyrillic
            ours = tuple(lang for lang in self._languages if lang in written_so)
            return _Case(text, letters, bag(text), stated, ours, frozenset(written_so), latin=False)
        text = latin_of(text)  # a word of another script among these is quoted
        nameless = _NAMES.sub(" ", text)
        left = letters if nameless == text else letters_of(nameless)
        if left >= _NAMELESS:
            text, letters = nameless, left
        return _Case(text, letters, bag(text), stated, self._languages, self._rivals | {stated}, latin=True)

    def _judge(self, case: _Case, weights: Mapping[str, float]) -> Guess:
        if case.latin:
            ours = (*case.ours, case.stated) if case.stated else case.ours
            romanised, share = typed_in_latin(case.said, ours, weights)
            if romanised and case.stated in ("", romanised):
                return Guess(romanised, share)
        return judge(weights, case.ours, letters=case.letters, stated=case.stated)

    def _weights(self, cases: Sequence[_Case]) -> list[dict[str, float]]:
        if not cases:
            return []
        if self._statistics is None:
            from ._language_statistics import Statistics  # the model takes half a second to load

            self._statistics = Statistics(self._rivals)
        found = self._statistics.weights([case.text for case in cases], [case.languages for case in cases])
        for case, weights in zip(cases, found, strict=True):
            for language, leaning in leanings(case.text, case.said).items():
                if language in weights:
                    weights[language] += leaning
        return found


def _build(options: None, context: Context) -> LanguageProcessor:
    return LanguageProcessor(context.languages)


@hookimpl
def register_processors() -> Iterable[Component]:
    """The component ``language``."""
    return [Component(name=NAME, build=_build, summary="tells the language, among those you listen in first")]
