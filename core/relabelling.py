"""Having processors judge anew what is archived, after they or what they go by have changed.

One processor goes over the archive at a time, in pieces, each written in one transaction together with how far it has come: a
program that is killed goes on there when it is asked again. What a person said stays, and wins.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field, replace

from .archives import Archive, ArchiveReader, Judging, Piece
from .processing import PATIENCE, in_words
from .values import BY_YOU, Label, Labels, Mention, Record

PIECE = 500
"""Mentions that are read, judged and written at a time."""
MANY = 100
"""Mentions that came before a processor first judged one, from which on it is told: fewer may just have given it no cause."""

Judge = Callable[[Sequence[Mention], Sequence[Labels]], Future[list[Labels]]]
"""Has a processor asked of mentions of which these labels are known, here or in another process."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """Some mentions on a way through the archive."""

    records: Sequence[Record]
    reached: str
    """From where the way goes on after them."""
    through: int = 0
    """On a way that passes over nothing that is to be judged: the place in the archive up to which it has come."""


Way = Callable[[str], Generator[Stage, None, None]]
"""A way through the archive, from where another one of the kind was stopped; from an empty text on it begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A value of a label that became another; empty where there was none, or is none any more."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejudged:
    """What came of having a processor judge again."""

    name: str
    version: str
    judged: int = 0
    changed: int = 0
    """Mentions of which it says something else now; evidence and scores do not count."""
    corrected: int = 0
    """Of those judged, how many a person had corrected: what they said stays."""
    unjudged: int = 0
    """Mentions of which it failed; they are asked of again next time."""
    turns: Mapping[Turn, int] = field(default_factory=dict)
    """How many values became others, the most frequent first."""
    failures: tuple[str, ...] = ()
    """Why it failed, once for each reason."""
    resumed: bool = False
    """Whether it went on where an earlier one was stopped."""
    given_up: bool = False
    """Whether it failed so often that it was asked no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outdated:
    """What an installed processor would judge anew."""

    name: str
    version: str
    versions: Mapping[str, int]
    """Mentions that other versions have judged, by version; empty where it has judged none, or few, at all."""
    mentions: int
    """How many it would judge."""


def rejudge(
    archive: Archive,
    name: str,
    version: str,
    judge: Judge,
    way: Way,
    *,
    over: str = "",
    earlier: Collection[str] = (),
    ahead: int = 1,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Rejudged:
    """Replace what the processor ``name`` says of the mentions on this way.

    It is told what a person and the processors ``earlier`` said. Up to ``ahead`` stages are with it at a time. A way that meets
    what is judged already has a name in ``over``: one of that name that was stopped is gone on with. A dry run writes nothing.
    Of failures the answer tells; raises ``ArchiveError``.
    """
    mark = noted(archive, name, version)
    start = mark.reached if over and mark.under_way == over and not dry_run else ""
    report = Rejudged(name=name, version=version, resumed=bool(start))
    turns: Counter[Turn] = Counter()
    reasons: dict[str, None] = {}
    under_way: deque[tuple[Stage, Future[list[Labels]]]] = deque()
    failed = 0

    def settle() -> None:
        nonlocal mark, report, failed
        stage, future = under_way.popleft()
        records = stage.records
        try:
            said = future.result()
        except Exception as error:
            reasons[in_words(error)] = None
            failed += 1
            report = replace(report, unjudged=report.unjudged + len(records))
            return
        if over:
            mark = replace(mark, under_way=over, reached=stage.reached)
        if stage.through and not failed:
            mark = replace(mark, through=max(mark.through, stage.through))
        found = [_turns(record, name, labels) for record, labels in zip(records, said, strict=True)]
        for each in found:
            turns.update(each)
        if not dry_run:
            before = [tuple(label for label in record.labels if label.by == name) for record in records]
            news = {r.ref: now for r, old, now in zip(records, before, said, strict=True) if old != now}
            archive.relabel(news, name, wordings={record.ref: record.version for record in records}, noted=mark)
        names = {label.name for labels in said for label in labels}
        report = replace(
            report,
            judged=report.judged + len(records),
            changed=report.changed + sum(map(bool, found)),
            corrected=report.corrected + sum(any(x.by == BY_YOU and x.name in names for x in r.labels) for r in records),
        )
        if progress:
            progress(report.judged + report.unjudged)

    with closing(way(start)) as stages:
        for stage in stages:
            mentions = [replace(record.mention, lang=_language(record)) for record in stage.records]
            known = [tuple(label for label in r.labels if label.by == BY_YOU or label.by in earlier) for r in stage.records]
            under_way.append((stage, judge(mentions, known) if mentions else _nothing()))
            while len(under_way) >= max(1, ahead) and failed < PATIENCE:
                settle()
            if failed >= PATIENCE:
                break
    while under_way and failed < PATIENCE:
        settle()
    if not dry_run:
        rest = {} if failed >= PATIENCE else {"under_way": "", "reached": ""}
        archive.set_judging(name, replace(mark, offered=None, **rest))
    return replace(report, turns=dict(turns.most_common()), failures=tuple(reasons), given_up=failed >= PATIENCE)


def unjudged(archive: ArchiveReader, name: str, version: str) -> Way:
    """The way over the mentions whose labels come from another version, or that have none and were not looked at."""
    mark = noted(archive, name, version)
    return lambda start: _pieces(lambda after: archive.to_judge(name, mark, after, PIECE))


def all_of(archive: ArchiveReader, name: str) -> Way:
    """The way over all mentions, in the order of their coming."""
    mark = Judging(version="")
    return lambda start: _pieces(lambda after: archive.to_judge(name, mark, after, PIECE, everything=True), int(start or 0))


def _pieces(read: Callable[[int], Piece], after: int = 0) -> Generator[Stage, None, None]:
    while True:
        piece = read(after)
        after = piece.through
        yield Stage(records=piece.records, reached=str(after), through=after)
        if len(piece.records) < PIECE:
            return


def is_unjudged(record: Record, name: str, version: str) -> bool:
    """Whether a record has no labels of a processor, or some of another version."""
    return not any(label.by == name and label.version == version for label in record.labels)


def outdated(archive: Archive, name: str, version: str, *, count: bool = False) -> Outdated | None:
    """What an installed version of a processor would judge anew; ``None`` where nothing is known to be.

    It is counted once for a version, before it is asked for the first time, and then remembered; ``count`` counts again.
    Mentions of which a processor said nothing cannot tell whether it was asked: they count only where so many came before
    the first that it judged that it was not there then, and never where there was nothing to judge at first.
    """
    mark = noted(archive, name, version)
    if mark.offered == 0 and not count:
        return None
    versions = archive.judged(name)
    others = {found: mentions for found, mentions in versions.items() if found != version}
    before = 0 if mark.offered == 0 else archive.judged_before(name, mark.through)
    mentions = sum(others.values()) + (before if before >= MANY else 0)
    if mark.offered != mentions:
        archive.set_judging(name, replace(mark, offered=mentions))
    return Outdated(name=name, version=version, versions=others, mentions=mentions) if mentions else None


def noted(archive: ArchiveReader, name: str, version: str) -> Judging:
    """What was noted of this version of a processor."""
    found = archive.judging(name)
    return found if found and found.version == version else Judging(version=version)


def _turns(record: Record, name: str, labels: Labels) -> list[Turn]:
    """What a processor says otherwise of a record than it did."""
    before, after = _values(label for label in record.labels if label.by == name), _values(labels)
    turns: list[Turn] = []
    for label in sorted(before.keys() | after.keys()):
        gone = sorted(before.get(label, set()) - after.get(label, set()))
        come = sorted(after.get(label, set()) - before.get(label, set()))
        if len(gone) == len(come) == 1:
            turns.append(Turn(label=label, before=gone[0], after=come[0]))
        else:
            turns += [Turn(label=label, before=value, after="") for value in gone]
            turns += [Turn(label=label, before="", after=value) for value in come]
    return turns


def _values(labels: Iterable[Label]) -> dict[str, set[str]]:
    values: dict[str, set[str]] = {}
    for label in labels:
        values.setdefault(label.name, set()).add(label.value)
    return values


def _language(record: Record) -> str:
    return record.mention.lang if record.lang == "unknown" else record.lang


def _nothing() -> Future[list[Labels]]:
    future: Future[list[Labels]] = Future()
    future.set_result([])
    return future
