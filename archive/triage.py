"""What people and processors write onto mentions that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection, bindparam, update

from ..core.attentionarchive import Verdict, is_given
from ..core.values import BY_YOU, Label, Labels, TriageState
from .columns import storable
from .heads import Head, labels_row
from .interactions import note_moves
from .keywords import Move, follow
from .saving import heads_of, stored_labels, update_heads, write_changes
from .tables import mentions

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


def relabel(connection: Connection, labels: Mapping[str, Labels], by: str, wordings: Mapping[str, int] | None = None) -> None:
    """Replace all labels of one processor, where they stood: of two that judge the same, the first one counts.

    A mention that has another wording than the one of that number, or no words any more, is left as it is.
    """
    judged = {storable(ref): number for ref, number in (wordings or {}).items()}

    def put(head: Head, new: Labels) -> Head:
        if head.redacted or judged.get(head.ref, head.version) != head.version:
            return head
        said = tuple({(label.name, label.value): replace(label, by=by) for label in new}.values())
        place = next((place for place, label in enumerate(head.labels) if label.by == by), len(head.labels))
        after = tuple(label for label in head.labels[place:] if label.by != by)
        return replace(head, labels=head.labels[:place] + said + after)

    _edit(connection, labels, put, lambda head: None, searched=_searched, write=_write_labels)


def _write_labels(connection: Connection, heads: Sequence[Head]) -> None:
    """Write nothing else of these heads, so that no index of another column is touched."""
    if heads:
        rows = [{"head": head.id, "said": labels_row(head.labels)} for head in heads]
        noted = update(mentions).where(mentions.c.id == bindparam("head")).values(labels=bindparam("said"))
        connection.execute(noted, rows)


def _searched(head: Head) -> tuple[tuple[str, str, str], ...]:
    """What searches ask of labels: evidence and versions alone are not worth a change of the index."""
    return tuple((label.name, label.value, label.by) for label in head.labels)


def amend(connection: Connection, verdicts: Mapping[str, Verdict]) -> None:
    """Do what mutes and rules say of mentions, in place of what they said before."""

    def put(head: Head, verdict: Verdict) -> Head:
        others = tuple(label for label in head.labels if not is_given(label))
        moves = verdict.state is not None and head.state is TriageState.NEW
        return replace(
            head,
            labels=others + stored_labels(verdict.labels),
            state=verdict.state if moves else head.state,
            tags=tuple(sorted({*head.tags, *(tag for text in verdict.tags if (tag := storable(text).strip()))})),
        )

    _edit(connection, verdicts, put, lambda head: None)


def mark_deleted(connection: Connection, refs: Iterable[str]) -> None:
    """Note that the platform has deleted these."""
    _edit(connection, dict.fromkeys(refs, True), lambda head, gone: replace(head, deleted=gone), lambda head: None)


V = TypeVar("V")


def _edit(
    connection: Connection,
    values: Mapping[str, V],
    put: Callable[[Head, V], Head],
    get: Callable[[Head], T],
    *,
    searched: Callable[[Head], object] | None = None,
    write: Callable[[Connection, Sequence[Head]], None] = update_heads,
) -> dict[str, T]:
    """Change heads by ref and write them with their keywords and the change log; gives what was there before.

    Refs that the archive does not have are left out. ``searched``: what searches can tell of a head, where that is not all;
    ``write`` writes the heads.
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
    write(connection, [after for _, after in changed])
    if searched:
        changed = [(head, after) for head, after in changed if searched(head) != searched(after)]
    moves = [Move(head, after) for head, after in changed]
    follow(connection, moves)
    note_moves(connection, moves)
    write_changes(connection, [after.ref for _, after in changed])
    return before
