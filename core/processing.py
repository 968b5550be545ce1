"""What processors say of a batch of mentions: a function of values that can be pickled, so that it can run in any process."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter

from .contracts import Processor, ReadsLabels
from .duplicates import signatures
from .making import maker
from .values import Labels, Mention

DECIDES = "topics"
"""The processor whose labels say what is dropped. Where it fails nothing can be decided, so its error is raised."""

_FIELDS = tuple(field.name for field in fields(Mention))
_LANG = _FIELDS.index("lang")
_values, _mention = attrgetter(*_FIELDS), maker(Mention)

PATIENCE = 3
"""Batches of a run that a processor may fail of, before it is asked no more in this run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessorFailure:
    """A processor that raised, that did not answer for each mention, or whose process had to be ended."""

    name: str
    message: str
    details: str = ""
    """The traceback, for the log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Processed:
    """What all processors said of a batch."""

    labels: tuple[Labels, ...] = ()
    """All labels of each mention, in the order of the mentions."""
    failures: tuple[ProcessorFailure, ...] = ()
    signatures: tuple[bytes, ...] = ()
    """What near-copies of each mention are found by (:mod:`hubbub.core.duplicates`)."""


def _silent(name: str) -> None:
    """Nobody wants to know."""


def process_all(
    processors: Mapping[str, Processor],
    mentions: Sequence[Mention],
    *,
    droppable: frozenset[int] = frozenset(),
    at: Callable[[str], None] = _silent,
) -> Processed:
    """Ask the processors one after the other; later ones see what earlier ones said.

    One that raises is reported and skipped, but for the one that decides: its error is raised. A mention whose place is in
    ``droppable`` will not be kept unless a topic is found in it: where none is, later processors are not asked of it, and it
    has no signature. ``at`` is told whose turn it is.
    """
    labels: list[Labels] = [()] * len(mentions)
    current = list(mentions)
    places = list(range(len(mentions)))
    failures: list[ProcessorFailure] = []
    for name, processor in processors.items():
        at(name)
        try:
            said = ask(name, processor, [current[place] for place in places], [labels[place] for place in places])
        except Exception as error:
            if name == DECIDES:
                raise
            failures.append(ProcessorFailure(name=name, message=in_words(error), details=traceback.format_exc()))
            continue
        for place, more in zip(places, said, strict=True):
            labels[place] += more
            current[place] = _with_language(current[place], more)
        if name == DECIDES and droppable:
            places = [place for place in places if place not in droppable or any(x.name == "topic" for x in labels[place])]
    at("")
    signed = [b""] * len(mentions)
    found = signatures((mentions[place].title, mentions[place].text) for place in places)
    for place, signature in zip(places, found, strict=True):
        signed[place] = signature
    return Processed(labels=tuple(labels), failures=tuple(failures), signatures=tuple(signed))


def ask(name: str, processor: Processor, mentions: Sequence[Mention], said: Sequence[Labels]) -> list[Labels]:
    """What the processor of that name says, where the labels ``said`` are known; raises what it raises.

    Its labels are its own whatever they claim: none is a person's, or another processor's, or of another version.
    """
    if not mentions:
        return []
    reads = isinstance(processor, ReadsLabels)
    answers = processor.process_labelled(mentions, said) if reads else processor.process(mentions)
    if len(answers) != len(mentions):
        raise ValueError(f"it gave {len(answers)} answers for {len(mentions)} mentions")
    version = processor.version
    return [
        tuple(
            label if label.by == name and label.version == version else replace(label, by=name, version=version)
            for label in labels
        )
        for labels in answers
    ]


def in_words(error: BaseException) -> str:
    """What a processor raised, for people."""
    if isinstance(error, MemoryError):
        return "it needed more memory than processors may have (memory in [processors])"
    return str(error) or type(error).__name__


def _with_language(mention: Mention, labels: Labels) -> Mention:
    """The mention as later processors should see it: with the language that has been told."""
    for label in labels:
        if label.name == "lang" and label.value != "unknown" and label.value != mention.lang:
            values = list(_values(mention))
            values[_LANG] = label.value
            return _mention(*values)
    return mention
