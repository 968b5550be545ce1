"""What processors say of a batch of mentions: a function of values that can be pickled, so that it can run in any process."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .contracts import Processor
from .duplicates import signature
from .values import Labels, Mention

DECIDES = "topics"
"""The processor whose labels say what is dropped. Where it fails nothing can be decided, so its error is raised."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessorFailure:
    """A processor that raised, or that did not answer for each mention."""

    name: str
    message: str
    details: str
    """The traceback, for the log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Processed:
    """What all processors said of a batch."""

    labels: tuple[Labels, ...] = ()
    """All labels of each mention, in the order of the mentions."""
    failures: tuple[ProcessorFailure, ...] = ()
    signatures: tuple[bytes, ...] = ()
    """What near-copies of each mention are found by (:mod:`hubbub.core.duplicates`)."""


def process_all(processors: Mapping[str, Processor], mentions: Sequence[Mention]) -> Processed:
    """Ask the processors one after the other; later ones see the language that earlier ones told.

    One that raises is reported and skipped, but for the one that decides: its error is raised.
    """
    labels: list[Labels] = [()] * len(mentions)
    current = list(mentions)
    failures: list[ProcessorFailure] = []
    for name, processor in processors.items():
        try:
            said = processor.process(current)
            if len(said) != len(current):
                raise ValueError(f"it gave {len(said)} answers for {len(current)} mentions")
        except Exception as error:
            if name == DECIDES:
                raise
            failures.append(ProcessorFailure(name=name, message=str(error), details=traceback.format_exc()))
            continue
        labels = [before + tuple(more) for before, more in zip(labels, said, strict=True)]
        current = [_with_language(mention, more) for mention, more in zip(current, said, strict=True)]
    signatures = tuple(signature(mention.title, mention.text) for mention in mentions)
    return Processed(labels=tuple(labels), failures=tuple(failures), signatures=signatures)


def _with_language(mention: Mention, labels: Labels) -> Mention:
    """The mention as later processors should see it: with the language that has been told."""
    for label in labels:
        if label.name == "lang" and label.value != "unknown" and label.value != mention.lang:
            return replace(mention, lang=label.value)
    return mention
