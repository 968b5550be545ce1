"""What people and processors write onto mentions that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection

from ..core.values import BY_YOU, Label, Labels, TriageState
from .columns import storable
from .heads import Head
from .keywords import Move, follow
from .saving import heads_of, update_heads, write_changes

T = TypeVar("T")


def set_state(connection: Connection, states: Mapping[str, TriageState]) -> dict[str, TriageState]:
    """Set triage states; gives those before."""
    return _edit(connection, states, lambda head, state: replace(head, state=TriageState(state)), lambda head: head.state)


def set_tags(connection: Connection, tags: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Set whole sets of tags; gives those before."""

    def put(head: Head, new: Sequence[str]) -> Head:
        return replace(head, tags=tuple(sorted({tag for text in new if (tag := storable(text).strip())})))

    return _edit(connection, tags, put, lambda head: head.tags)


def set_notes(connection: Connection, ref: str, notes: str) -> str:
    """Set the notes; gives those before, nothing for an unknown ref."""
    before = _edit(connection, {ref: storable(notes)}, lambda head, text: replace(head, notes=text), lambda head: head.notes)
    return next(iter(before.values()), "")


def set_label(connection: Connection, ref: str, name: str, label: Label | None) -> Label | None:
    """Set or take back a person's own label of that name; gives the one before."""

    def own(head: Head) -> Label | None:
        return next((other for other in head.labels if other.by == BY_YOU and other.name == name), None)

    def put(head: Head, new: Label | None) -> Head:
        others = tuple(other for other in head.labels if other.by != BY_YOU or other.name != name)
        return replace(head, labels=others if new is None else (replace(new, name=name, by=BY_YOU), *others))

    return next(iter(_edit(connection, {ref: label}, put, own).values()), None)


def relabel(connection: Connection, labels: Mapping[str, Labels], by: str) -> None:
    """Replace all labels of one processor."""

    def put(head: Head, new: Labels) -> Head:
        said = tuple({(label.name, label.value): replace(label, by=by) for label in new}.values())
        return replace(head, labels=tuple(label for label in head.labels if label.by != by) + said)

    _edit(connection, labels, put, lambda head: None)


def mark_deleted(connection: Connection, refs: Iterable[str]) -> None:
    """Note that the platform has deleted these."""
    _edit(connection, dict.fromkeys(refs, True), lambda head, gone: replace(head, deleted=gone), lambda head: None)


V = TypeVar("V")


def _edit(
    connection: Connection, values: Mapping[str, V], put: Callable[[Head, V], Head], get: Callable[[Head], T]
) -> dict[str, T]:
    """Change heads by ref and write them with their keywords and the change log; gives what was there before.

    Refs that the archive does not have are left out.
    """
    heads = heads_of(connection, {storable(ref) for ref in values})
    before: dict[str, T] = {}
    changed: list[tuple[Head, Head]] = []
    for ref, value in values.items():
        head = heads.get(storable(ref))
        if head is None:
            continue
        before[head.ref] = get(head)
        after = put(head, value)
        if after != head:
            changed.append((head, after))
    update_heads(connection, [after for _, after in changed])
    follow(connection, [Move(head, after) for head, after in changed])
    write_changes(connection, [after.ref for _, after in changed])
    return before
