"""``language``: which language a mention is written in.

Offline, by py3langid. One pass scores all languages that it knows; the answer is sought among the workspace's languages
first (a closed set errs far less on short texts) and outside of them only where the text leaves hardly a doubt. A language
that the platform states wins unless the text clearly denies it. What cannot be told is ``unknown``.

It gives one label, ``lang`` (ISO 639-1), with the share of probability as its score. It has no options.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...core.contracts import Component, Context
from ...core.hookspecs import hookimpl
from ...core.values import Label, Labels, Mention

NAME = "language"
VERSION = "1"

_READ = 160
"""Code points that are read: the length of a short post, from which the language is told as well as from more."""
_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\d+")

_SURE = 0.6
"""Share within the workspace's languages from which on the best of them is believed."""
_ELSEWHERE = 0.9
"""Share among all languages from which on one outside the workspace's is believed."""
_DENIES = 0.95
"""Share from which on the text outweighs the language that the platform states."""
_SHORT, _LONG = 3, 25
"""Letters below which nothing is told, and from which on the rarer answers are allowed."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A language and the share of probability that speaks for it."""

    lang: str
    share: float


UNKNOWN = Guess("unknown", 0.0)


def judge(shares: Mapping[str, float], languages: Sequence[str], *, letters: int, stated: str = "") -> Guess:
    """Choose from shares of probability: pure, so that the thresholds can be tested.

    ``shares`` need only hold those of the best of all languages, of ``languages`` and of ``stated``; ``languages`` are the
    workspace's (empty: any); ``letters`` is the length of what was read.
    """
    told = _told(shares, languages, letters)
    if not stated or told.lang == stated:
        return told
    denied = letters >= _LONG and told is not UNKNOWN and told.share >= _DENIES and shares.get(stated, 0.0) < 0.02
    return told if denied else Guess(stated, shares.get(stated, 0.0))


def _told(shares: Mapping[str, float], languages: Sequence[str], letters: int) -> Guess:
    if letters < _SHORT or not shares:
        return UNKNOWN
    best = max(shares, key=shares.__getitem__)
    ours = {lang: shares[lang] for lang in languages if lang in shares}
    mass = sum(ours.values())
    if not ours:
        return Guess(best, shares[best]) if shares[best] >= _SURE else UNKNOWN
    if best not in ours and letters >= _LONG and shares[best] >= _ELSEWHERE:
        return Guess(best, shares[best])
    if mass <= 0.0:
        return UNKNOWN
    first = max(ours, key=ours.__getitem__)
    share = ours[first] / mass
    return Guess(first, share) if share >= _SURE else UNKNOWN


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
        letters = sum(map(str.isalpha, text))
        stated = mention.lang.split("-")[0].split("_")[0].lower()
        if self._scorer is None:
            self._scorer = _Scorer()
        shares = self._scorer.shares(text, (*self._languages, stated)) if letters >= _SHORT else {}
        guess = judge(shares, self._languages, letters=letters, stated=stated)
        return Label(name="lang", value=guess.lang, by=NAME, version=VERSION, score=round(guess.share, 3))


class _Scorer:
    """py3langid's model, asked only for what is to be judged: its own ranking sorts all languages for every text."""

    def __init__(self) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # the model takes half a second to load

        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._names: list[str] = self._identifier.nb_classes
        # A language that has two columns is scored in its first one.
        self._columns = {name: column for column, name in reversed(list(enumerate(self._names)))}

    def shares(self, text: str, wanted: Iterable[str]) -> dict[str, float]:
        """The share of the best of all languages, and of those wanted that the model knows."""
        scores = self._identifier._decide(text)
        best = self._names[int(scores.argmax())]
        return {name: float(scores[self._columns[name]]) for name in (best, *wanted) if name in self._columns}


def _build(options: None, context: Context) -> LanguageProcessor:
    return LanguageProcessor(context.languages)


@hookimpl
def register_processors() -> Iterable[Component]:
    """The component ``language``."""
    return [Component(name=NAME, build=_build, summary="tells the language, among those you listen in first")]
