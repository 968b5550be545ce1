"""Rows that say nearly the same, shown as one. Pure: what is folded is still in the answer, and unfolds again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from .desk import Row
from .values import Record


@dataclass(frozen=True, slots=True)
class Folded:
    """Rows as they are shown."""

    rows: Sequence[Row] = ()
    """In the order of the answer; the others of an open group stand right below the first of it."""
    alike: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """By ref of the first row of a group: how many others of the group the answer has."""
    below: frozenset[str] = frozenset()
    """Refs of the others of open groups, which are shown below the first."""


def group_of(record: Record) -> str:
    """What tells a group of near-duplicates from others: the ref of its first mention."""
    return record.copy_of or record.ref


def fold(rows: Sequence[Row], opened: Collection[str] = ()) -> Folded:
    """One row of each group of near-duplicates, where it comes first; groups in ``opened`` are shown whole."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(group_of(row.record), []).append(row)
    if len(groups) == len(rows):
        return Folded(rows)
    shown: list[Row] = []
    below: list[str] = []
    for group, members in groups.items():
        shown.append(members[0])
        if group in opened:
            shown += members[1:]
            below += [row.record.ref for row in members[1:]]
    alike = {members[0].record.ref: len(members) - 1 for members in groups.values() if len(members) > 1}
    return Folded(shown, alike, frozenset(below))
