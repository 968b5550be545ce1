"""Rules and the archive: what a rule would change, and having all of them judge what is archived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .archives import Archive, ArchiveReader
from .folding import fold
from .query import Query, Term
from .rules import RULE, Rule
from .ruling import Did, Judge, is_change
from .values import Label, Record

PIECE = 1000
"""Mentions that are read, judged and written at a time."""

Progress = Callable[[int], None]
"""Told how many mentions are done."""


def matched_by(rule: Rule) -> Query:
    """All mentions that a rule has matched."""
    return Query("", Term("label", fold(f"{RULE}={rule.name}")))


@dataclass(kw_only=True, slots=True)
class Trial:
    """What would change if one rule were applied now, after those before it."""

    rule: Rule
    matched: int = 0
    """Archived mentions that it matches."""
    fresh: int = 0
    """Of these, those that it would do something to."""
    left: int = 0
    """Mentions that it matched before and matches no more: its labels would go."""
    effects: Counter[str] = field(default_factory=Counter[str])
    """By what it would do, in the words of the settings (``tag press``, ``state done``): to how many."""
    examples: list[Record] = field(default_factory=list[Record])
    """Some of those that it would do something to, the newest last."""


def try_rule(
    archive: ArchiveReader, rules: Sequence[Rule], rule: Rule, now: datetime, *, examples: int, progress: Progress | None = None
) -> Trial:
    """What a rule would change in the archive; ``rules`` are all, in their order. Nothing is written."""
    judge = Judge(archive.mutes(), [*rules[: rules.index(rule)], rule], now)
    trial, done = Trial(rule=rule), 0
    for records in archive.walk(PIECE):
        for record in records:
            _note(trial, record, judge.verdict(record).labels, examples)
        done += len(records)
        if progress:
            progress(done)
    return trial


def _note(trial: Trial, record: Record, given: Sequence[Label], examples: int) -> None:
    rule = trial.rule
    before = next((label for label in record.labels if label.name == RULE and label.by == rule.by), None)
    after = next((label for label in given if label.name == RULE and label.by == rule.by), None)
    trial.matched += after is not None
    trial.left += before is not None and after is None
    if after is None or (before is not None and before.version == after.version):
        return
    trial.fresh += 1
    trial.effects.update(_effects(rule, Did.read(after.version)))
    trial.examples = [*trial.examples, record][-examples:] if examples else []


def _effects(rule: Rule, did: Did) -> list[str]:
    then = rule.then
    told = [f"tag {then.tags[place]}" for place in did.tagged]
    told += [f"label {name}={value}" for name, value in then.labels.items()]
    told += [f"state {then.state.value}"] if did.moved and then.state else []
    told += [f"priority {then.priority}"] if then.priority else []
    told += ["mute"] if then.mute else []
    return [*told, f"route {then.route}"] if then.route else told


def apply_rules(archive: Archive, rules: Sequence[Rule], now: datetime, *, progress: Progress | None = None) -> int:
    """Have mutes and rules judge all that is archived; gives how many mentions they have changed.

    Done in pieces, each of them whole: stopped half-way, it can be asked again. What rules that there are no more have said is
    taken back; tags and states that they have given stay, and what a person said does.
    """
    judge = Judge(archive.mutes(), rules, now)
    done = changed = 0
    for records in archive.walk(PIECE):
        verdicts = {record.ref: verdict for record in records if is_change(record, verdict := judge.verdict(record))}
        if verdicts:
            archive.amend(verdicts)
        done, changed = done + len(records), changed + len(verdicts)
        if progress:
            progress(done)
    return changed
