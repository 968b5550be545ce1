"""Rules: ``if`` a query matches, ``then`` tag, label, set the state or the priority, mute, route.

Rules are asked in their order, each once of a mention, after the processors and the mutes; a later rule sees what earlier ones
did. What comes in and what is archived is asked the same: :class:`Judge` is pure and knows nothing of where a mention is.

A rule that has matched leaves the label ``rule`` with its name. Labels follow the rule: where it matches no more, they go. Tags
and states are given once: what a person does to them after that stays, and no state but ``new`` is changed. The label's version
says what the rule did, so that it is asked again of the mention as it was before: a rule never sees its own work, nor loops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .attentionarchive import Verdict, is_given
from .documents import document
from .docwords import DocWords
from .muting import Mutes
from .parsing import parse
from .query import Query
from .rules import RULE, Rule
from .values import Mute, Record, TriageState


@dataclass(frozen=True, slots=True)
class Did:
    """What a rule did of what is given once. As text it is the version of the rule's labels: ``1f0c77a2 state tag0 tag2``."""

    digest: str
    moved: bool = False
    tagged: tuple[int, ...] = ()
    """Places of the tags that it added among all that it adds."""

    def __str__(self) -> str:
        return " ".join([self.digest, *(["state"] if self.moved else []), *(f"tag{place}" for place in self.tagged)])

    @classmethod
    def read(cls, version: str) -> Did:
        """What a label's version says."""
        digest, *words = version.split() or [""]
        places = (word.removeprefix("tag") for word in words if word.startswith("tag"))
        return cls(digest, "state" in words, tuple(int(place) for place in places if place.isdecimal()))


@dataclass(frozen=True, slots=True)
class _Read:
    """A rule with its query understood."""

    rule: Rule
    query: Query


class Judge:
    """What mutes and rules make of mentions. Immutable, so safe for threads; make another for another moment."""

    def __init__(self, mutes: Sequence[Mute], rules: Sequence[Rule], now: datetime) -> None:
        """``now`` is what ``3 days ago`` in a rule's query is counted from. Raises ``QueryError``."""
        self._mutes = Mutes(mutes)
        self._rules = [_Read(rule, parse(rule.query, now=now)) for rule in rules]

    def __bool__(self) -> bool:
        """Whether there is anything to ask."""
        return bool(self._mutes or self._rules)

    def verdict(self, record: Record) -> Verdict:
        """What becomes of a mention."""
        return self.told(record)[0]

    def told(self, record: Record) -> tuple[Verdict, tuple[Rule, ...]]:
        """The same, and the rules that match."""
        marks = {label.by: Did.read(label.version) for label in record.labels if label.name == RULE and is_given(label)}
        done = {
            read.rule.by: did for read in self._rules if (did := marks.get(read.rule.by)) and did.digest == read.rule.digest
        }
        current = _before(record, [(read.rule, done[read.rule.by]) for read in self._rules if read.rule.by in done])
        given = list(self._mutes.labels(record, DocWords(document(current))))
        current = replace(current, labels=(*current.labels, *given))
        matched: list[Rule] = []
        words: DocWords | None = None
        for read in self._rules:
            words = words or DocWords(document(current))
            if not read.query.matches(words):
                continue
            rule, then, did = read.rule, read.rule.then, done.get(read.rule.by)
            if did is None:
                fresh = tuple(place for place, tag in enumerate(then.tags) if tag not in current.tags)
                did = Did(rule.digest, then.state is not None and current.state is TriageState.NEW, fresh)
                tags = then.tags
            else:
                # What it did before and is there no more was undone by a person.
                tags = tuple(tag for tag in then.tags if tag in record.tags)
            moves = did.moved and (rule.by not in done or record.state is then.state)
            labels = rule.labels(str(did))
            matched.append(rule)
            given += labels
            current = replace(
                current,
                labels=(*current.labels, *labels),
                tags=tuple(sorted({*current.tags, *tags})),
                state=then.state if moves and then.state else current.state,
            )
            words = None
        added = tuple(tag for tag in current.tags if tag not in record.tags)
        moved = current.state if record.state is TriageState.NEW and current.state is not TriageState.NEW else None
        return Verdict(labels=tuple(given), state=moved, tags=added), tuple(matched)


def _before(record: Record, done: Sequence[tuple[Rule, Did]]) -> Record:
    """A mention as it was before mutes and rules."""
    tags = {rule.then.tags[place] for rule, did in done for place in did.tagged if place < len(rule.then.tags)}
    moved = any(did.moved and rule.then.state is record.state for rule, did in done)
    return replace(
        record,
        labels=tuple(label for label in record.labels if not is_given(label)),
        tags=tuple(tag for tag in record.tags if tag not in tags),
        state=TriageState.NEW if moved else record.state,
    )


def is_change(record: Record, verdict: Verdict) -> bool:
    """Whether a verdict changes anything of a mention."""
    before = {(label.by, label.name, label.value, label.version) for label in record.labels if is_given(label)}
    after = {(label.by, label.name, label.value, label.version) for label in verdict.labels}
    return before != after or verdict.state is not None or bool(set(verdict.tags) - set(record.tags))
