"""``entities``: the people, organisations, places and products that a mention names, and its noun phrases.

By a model of spaCy for the mention's language, where one is installed: ``hubbub doctor`` says for which of your languages there
is one and how to install another; nothing is downloaded by itself. A mention of a language without a model gets no label. Since
a model reads some hundred texts a second, only mentions that belong to a topic are read, and of a long one the beginning.

Labels are ``person``, ``organisation``, ``place``, ``product`` and ``phrase`` with what is named as their value, what is named
most often first, so that a search finds ``label:"person=Ana Pop"``. Hashtags and links need no label: ``hubbub show`` lists
them.

It has no options. It stands behind ``topics`` in the order of processors.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from logging import Logger
from typing import TYPE_CHECKING, Literal, NamedTuple

from ...core.contracts import Component, Context
from ...core.folding import fold
from ...core.functionwords import FUNCTION_WORDS
from ...core.hookspecs import hookimpl
from ...core.text import words
from ...core.values import Label, Labels, Mention, Span
from ._entities_models import installed_models

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

NAME = "entities"
VERSION = "1"

KINDS = {
    "PERSON": "person", "PER": "person", "ORG": "organisation", "ORGANIZATION": "organisation", "GPE": "place", "LOC": "place",
    "FAC": "place", "FACILITY": "place", "PRODUCT": "product",
}  # fmt: skip
"""What models call a thing, and what we do. What is not here (dates, sums, MISC) is not told."""

NAMED, PHRASES, SPANS = 6, 3, 5
"""Things and phrases that are told of a mention, and places of each: every one costs rows in the archive."""
_READ = 3000
"""Code points of a title and of a text that are read."""
_LONGEST, _WORDS = 60, 4
"""Code points of a value, and words of a phrase, beyond which it is no name."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_NO_NAME = re.compile(r"[@#\n/\\]|://")

Part = Literal["title", "text"]


class _Found(NamedTuple):
    kind: str
    value: str
    span: Span


class EntitiesProcessor:
    """Tells what mentions name."""

    version = VERSION

    def __init__(self, models: Mapping[str, str], load: Callable[[str], Language], log: Logger) -> None:
        """``models`` are the packages by language, ``load`` loads one when a mention first needs it."""
        self._models = dict(models)
        self._load = load
        self._log = log
        self._loaded: dict[str, Language] = {}

    def process(self, mentions: Sequence[Mention]) -> Sequence[Labels]:
        """Nothing: without topics none of them is read."""
        return [() for _ in mentions]

    def process_labelled(self, mentions: Sequence[Mention], said: Sequence[Labels]) -> Sequence[Labels]:
        """The labels of those that belong to a topic."""
        found: list[Labels] = [() for _ in mentions]
        by_language: dict[str, list[int]] = {}
        for place, (mention, labels) in enumerate(zip(mentions, said, strict=True)):
            language = mention.lang.partition("-")[0]
            if language in self._models and any(label.name == "topic" for label in labels):
                by_language.setdefault(language, []).append(place)
        for language, places in by_language.items():
            model = self._model(language)
            if model is not None:
                for place, labels in zip(places, _read(model, language, [mentions[place] for place in places]), strict=True):
                    found[place] = labels
        return found

    def _model(self, language: str) -> Language | None:
        """The model of a language; ``None`` from the first time on that it could not be loaded."""
        name = self._models.get(language)
        if name is None:
            return None
        if name not in self._loaded:
            try:
                self._loaded[name] = self._load(name)
            except Exception as error:  # a model of another release of spaCy fails in many ways
                self._log.warning("the model %s for %r cannot be loaded and is not used: %s", name, language, error)
                del self._models[language]
                return None
        return self._loaded[name]


def _read(model: Language, language: str, mentions: Sequence[Mention]) -> list[Labels]:
    parts: list[tuple[int, Part, str]] = []
    for place, mention in enumerate(mentions):
        parts.append((place, "title", mention.title))
        parts.append((place, "text", mention.text))
    found: list[list[_Found]] = [[] for _ in mentions]
    # spaCy keeps every word that it has ever seen; the zone forgets those of this batch.
    with model.memory_zone():
        docs = model.pipe(_SURROGATES.sub("\ufffd", text[:_READ]) for _, _, text in parts)
        for (place, part, _), doc in zip(parts, docs, strict=True):
            found[place] += _things(doc, part, FUNCTION_WORDS.get(language, frozenset()))
    return [tuple(_labels(things)) for things in found]


def _things(doc: Doc, part: Part, small: frozenset[str]) -> Iterator[_Found]:
    """What a text names, and its noun phrases that are no names."""
    taken: set[int] = set()
    for entity in doc.ents:
        if entity.label_ in KINDS:
            taken.update(range(entity.start, entity.end))
            start, end = _trimmed(doc, entity.start, entity.end, small)
            yield from _found(doc, KINDS[entity.label_], part, start, end)
    if doc.has_annotation("DEP"):
        for chunk in doc.noun_chunks:
            start, end = _trimmed(doc, chunk.start, chunk.end, small)
            if 2 <= end - start <= _WORDS and taken.isdisjoint(range(start, end)):
                yield from _found(doc, "phrase", part, start, end)


def _trimmed(doc: Doc, start: int, end: int, small: frozenset[str]) -> tuple[int, int]:
    """The same stretch of tokens without small words and signs at its ends."""

    def says_nothing(place: int) -> bool:
        return all(word in small for word in words(doc[place].text))

    while start < end and says_nothing(start):
        start += 1
    while start < end and says_nothing(end - 1):
        end -= 1
    return start, end


def _found(doc: Doc, kind: str, part: Part, start: int, end: int) -> Iterator[_Found]:
    if start >= end:
        return
    first, last = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
    value = doc.text[first:last]
    if len(value) <= _LONGEST and not _NO_NAME.search(value) and any(map(str.isalpha, value)):
        yield _Found(kind, " ".join(value.split()), Span(field=part, start=first, end=last))


def _labels(things: Iterable[_Found]) -> Iterator[Label]:
    """One label for each thing, the most frequent first, then in the order in which they come."""
    by_thing: dict[tuple[str, str], list[_Found]] = {}
    for thing in things:
        by_thing.setdefault((thing.kind, fold(thing.value)), []).append(thing)
    ordered = sorted(by_thing.values(), key=len, reverse=True)
    named = [group for group in ordered if group[0].kind != "phrase"][:NAMED]
    phrases = [group for group in ordered if group[0].kind == "phrase"][:PHRASES]
    for group in (*named, *phrases):
        spans = tuple(thing.span for thing in group[:SPANS])
        yield Label(name=group[0].kind, value=group[0].value, by=NAME, version=VERSION, spans=spans)


def load_model(name: str) -> Language:
    """Load an installed model without what tells neither names nor phrases."""
    import spacy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a model is of an older release of spaCy
        return spacy.load(name, exclude=["lemmatizer"])


def _build(options: None, context: Context) -> EntitiesProcessor:
    return EntitiesProcessor(installed_models(), load_model, context.log)


@hookimpl
def register_processors() -> Iterable[Component]:
    """The component ``entities``."""
    summary = "tells people, organisations, places, products and phrases, where a model of spaCy is installed"
    return [Component(name=NAME, build=_build, summary=summary)]
