"""Why a mention is labelled as it is: each judgement with whoever made it, how sure it was, and the words that it goes by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .values import BY_RULE, BY_YOU, Label, Record, Span

MOST_WORDS = 120
"""Characters of one piece of evidence that are quoted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Words of a mention that speak for a judgement, or against it."""

    words: str
    """As they stand in the mention, shortened where they are many."""
    span: Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """One label, explained."""

    name: str
    """What is judged: ``sentiment``."""
    topic: str
    """The topic that it is about, where it is about one alone; else empty."""
    label: Label
    counts: bool
    """Whether it is the one that searches and lists go by."""
    evidence: tuple[Evidence, ...]
    """What weighs most first; without weights, in the order of the text."""

    @property
    def remark(self) -> str:
        """What is to be known of it beside its evidence, in words; may be empty."""
        label = self.label
        if label.by == BY_YOU:
            return "your correction: it counts, whatever a processor says"
        if not self.counts:
            return "does not count: yours or an earlier judgement stands above it"
        if label.value == "unknown":
            return "it could not be told"
        if label.value == "uncertain":
            return "no value was certain enough to be told"
        if label.by.startswith(BY_RULE):
            return "a rule of yours says so"
        if self.name == "lang":
            return "told by the whole text"
        return "" if self.evidence else "it names no words as its evidence"


def explain(record: Record) -> tuple[Judgement, ...]:
    """All labels of a mention in the order of its processors, those about one topic and those of persons beside their like."""
    names = list(dict.fromkeys(label.name.partition(":")[0] for label in record.labels))
    ordered = sorted(
        record.labels,
        key=lambda label: (
            names.index(label.name.partition(":")[0]),
            label.name.partition(":")[2],
            label.by != BY_YOU,
        ),
    )
    return tuple(_judgement(record, label) for label in ordered)


def _judgement(record: Record, label: Label) -> Judgement:
    name, _, topic = label.name.partition(":")
    # Of topics all count together; of everything else one.
    counts = record.label(label.name) == label or _is_one_of_many(record, label)
    return Judgement(name=name, topic=topic, label=label, counts=counts, evidence=_evidence(record, label.spans))


def _is_one_of_many(record: Record, label: Label) -> bool:
    """Whether whoever gave this label gave others of the name beside it, none of which stands above another."""
    first = record.label(label.name)
    if label.name == "topic":
        return True
    return first is not None and first.by == label.by


def _evidence(record: Record, spans: Sequence[Span]) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    for span in spans:
        words = (record.mention.title if span.field == "title" else record.mention.text)[span.start : span.end]
        # What an older wording gave as evidence may stand nowhere in this one.
        if words.strip():
            found.append(Evidence(words=_short(" ".join(words.split())), span=span))
    return tuple(sorted(found, key=lambda one: -abs(one.span.weight or 0.0)))


def _short(words: str) -> str:
    return words if len(words) <= MOST_WORDS else f"{words[: MOST_WORDS - 1]}…"
