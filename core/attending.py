"""What a run does for the desk's attention: mutes and rules judge what is saved, and priorities follow what was touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from .archives import Archive
from .attentionarchive import is_given
from .deciding import Intent
from .prioritising import Priorities
from .rules import Rule
from .ruling import Judge, is_change
from .values import BY_MUTES, BY_YOU, MUTED, Label, Mute, Record, TriageState

_ROUNDS = 20
"""Answers to answers to answers that are muted with their thread in one go."""


class Attention:
    """Goes with every run over one archive. One run at a time."""

    def __init__(self, archive: Archive, *, rules: Sequence[Rule], priorities: Priorities, now: Callable[[], datetime]) -> None:
        self._archive = archive
        self._rules = tuple(rules)
        self._priorities = priorities
        self._now = now
        self._mutes: list[Mute] = []
        self._judge = Judge((), (), now())

    def begin(self) -> None:
        """Read mutes and rules as they are now."""
        self._priorities.begin()
        self._mutes = self._archive.mutes()
        self._judge = Judge(self._mutes, self._rules, self._now())

    def judged(self, source: str, intents: Sequence[Intent], at: datetime) -> list[Intent]:
        """The intents of a batch with what mutes and rules make of their mentions, and how much the new ones need a person. All
        of it is saved in one transaction."""
        ruled = self._ruled(source, intents, at) if self._judge else intents
        records = [_as_saved(source, intent, None, at) for intent in ruled if intent.kind == "new"]
        scores = iter(self._priorities.of_new(records)) if records else iter(())
        return [replace(intent, priority=next(scores)) if intent.kind == "new" else intent for intent in ruled]

    def _ruled(self, source: str, intents: Sequence[Intent], at: datetime) -> list[Intent]:
        changed = [intent.ref for intent in intents if intent.kind == "changed"]
        there = {record.ref: record for record in self._archive.records(changed)} if changed else {}
        return [self._judged(source, intent, there.get(intent.ref), at) for intent in intents]

    def _judged(self, source: str, intent: Intent, before: Record | None, at: datetime) -> Intent:
        if intent.kind == "same":
            return intent
        verdict = self._judge.verdict(_as_saved(source, intent, before, at))
        return replace(intent, labels=(*intent.labels, *verdict.labels), state=verdict.state, tags=verdict.tags)

    def prioritise(self, refs: Sequence[str]) -> int:
        """While a run goes on: say of what it has touched lately what needs a person first. Gives how many priorities have
        changed."""
        return self._priorities.work_out(refs)

    def settle(self, refs: Sequence[str], unknown: Sequence[str]) -> int:
        """After a run that touched these: mute what joined a muted thread or group, or came while something was being muted;
        then say what needs a person first, of those of which it is ``unknown`` by now. Gives how many
        mentions the index has to read."""
        mutes = self._archive.mutes()
        late = mutes != self._mutes
        if late:
            self.begin()
        muted = self._mute(refs) if late or any(mute.kind in ("thread", "copies") for mute in mutes) else []
        return len(muted) + self._priorities.settle([*unknown, *muted])

    def _mute(self, refs: Sequence[str]) -> list[str]:
        done: list[str] = []
        waiting = list(dict.fromkeys(refs))
        for _ in range(_ROUNDS):
            records = self._archive.records(waiting)
            above = {each.ref: each for each in self._archive.records([r.mention.parent for r in records if r.mention.parent])}
            inherited = [replace(r, labels=(*r.labels, *_threads_of(above.get(r.mention.parent)))) for r in records]
            verdicts = {record.ref: self._judge.verdict(record) for record in inherited}
            verdicts = {record.ref: v for record in records if is_change(record, v := verdicts[record.ref])}
            if not verdicts:
                break
            self._archive.amend(verdicts)
            done += verdicts
            waiting = [record.ref for record in records if record.mention.parent in verdicts]
        return done


def _as_saved(source: str, intent: Intent, before: Record | None, at: datetime) -> Record:
    """What the archive will have of a mention once its intent is saved."""
    if before is None:
        return Record(
            mention=intent.mention,
            version=1,
            when=intent.when,
            first_seen=at,
            last_seen=at,
            sources=(source,) if source else (),
            labels=intent.labels,
            state=intent.state or TriageState.NEW,
        )
    kept = tuple(label for label in before.labels if label.by == BY_YOU or is_given(label))
    return replace(
        before,
        mention=replace(intent.mention, platform=before.mention.platform, key=before.mention.key),
        version=before.version + 1,
        sources=tuple(sorted({*before.sources, source} - {""})),
        labels=kept + tuple(label for label in intent.labels if label.by != BY_YOU),
    )


def _threads_of(above: Record | None) -> tuple[Label, ...]:
    """The muted threads that what answers this is in, too."""
    if above is None:
        return ()
    return tuple(x for x in above.labels if x.by == BY_MUTES and x.name == MUTED and x.value.startswith("thread:"))
