"""Whose words were taken out, and keeping them out: nearly always of nobody, which one question tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from ..core.deciding import Intent
from ..core.entries import RedactionEntry
from ..core.redacting import left_of_labels, redacted_story, without_words
from ..core.values import Redaction, Story
from .among import among
from .columns import storable
from .database import chunks
from .heads import Head
from .keys import twin
from .tables import redactions as table


@dataclass(frozen=True, slots=True)
class Stood:
    """What a mention without words is still known by."""

    digest: str
    twin: str


def redactions(connection: Connection, refs: Iterable[str] | None) -> dict[str, Redaction]:
    """The redactions of these mentions, or of all, by ref."""
    if refs is None:
        return {each.ref: Redaction(at=each.at, reason=each.reason, digest=each.digest) for each in all_redactions(connection)}
    found: dict[str, Redaction] = {}
    for part in chunks(sorted(set(map(storable, refs)))):
        for row in connection.execute(select(table).where(table.c.ref.in_(part))):
            found[row.ref] = Redaction(at=row.at, reason=row.reason, digest=row.digest)
    return found


def all_redactions(connection: Connection) -> list[RedactionEntry]:
    """All there are, by ref."""
    rows = connection.execute(select(table).order_by(table.c.ref))
    return [RedactionEntry(ref=row.ref, at=row.at, reason=row.reason, digest=row.digest, twin=row.twin) for row in rows]


def row_of(entry: RedactionEntry) -> dict[str, Any]:
    """A redaction as a row."""
    row = {"ref": entry.ref, "reason": entry.reason, "digest": entry.digest, "twin": entry.twin}
    return {"at": entry.at} | {name: storable(value) for name, value in row.items()}


def any_redactions(connection: Connection) -> bool:
    """Whether there is one at all."""
    return connection.execute(_ANY).first() is not None


_ANY = select(table.c.ref).limit(1)
_BY_REF = select(table).where(among(table.c.ref))
_BY_TWIN = select(table).where(among(table.c.twin))


def keep_out(
    connection: Connection, heads: Mapping[str, Head], intents: Sequence[Intent]
) -> tuple[Sequence[Intent], dict[str, Stood]]:
    """The intents of a batch without words that were taken out, and what those mentions among them are known by, by ref.

    What comes by another ref, but is the same as a mention that has been purged since its words were taken out, is noted as
    one whose words were taken out, too.
    """
    taken = {ref: Stood(head.digest, head.twin) for ref, head in heads.items() if head.redacted}
    new = [intent for intent in intents if storable(intent.ref) not in heads]
    if new and any_redactions(connection):
        taken |= _met_again(connection, new)
    if not taken:
        return intents, taken
    return [_without_words(intent, taken.get(storable(intent.ref))) for intent in intents], taken


def _met_again(connection: Connection, new: Sequence[Intent]) -> dict[str, Stood]:
    by_ref = _rows(connection, _BY_REF, {storable(intent.ref) for intent in new}, "ref")
    twins = {storable(intent.ref): twin(intent.mention) for intent in new}
    by_twin = _rows(connection, _BY_TWIN, {name for name in twins.values() if name}, "twin")
    taken: dict[str, Stood] = {}
    for intent in new:
        ref = storable(intent.ref)
        row = by_ref.get(ref) or by_twin.get(twins[ref])
        if row is None or ref in taken:
            continue
        taken[ref] = Stood(row.digest, row.twin) if ref in by_ref else Stood(intent.digest, row.twin)
        if ref not in by_ref:
            entry = RedactionEntry(ref=ref, at=row.at, reason=row.reason, digest=intent.digest, twin=row.twin)
            connection.execute(insert(table), row_of(entry))
    return taken


def _rows(connection: Connection, which: Any, values: set[str], name: str) -> dict[str, Row[Any]]:
    found = connection.execute(which, {"values": values}).all() if values else ()
    return {getattr(row, name): row for row in found}


def _without_words(intent: Intent, stood: Stood | None) -> Intent:
    if stood is None:
        return intent
    return replace(
        intent,
        mention=without_words(intent.mention),
        digest=stood.digest,
        labels=left_of_labels(intent.labels),
        signature=b"",
    )


def story_without(connection: Connection, story: Story) -> Story:
    """A story that is about to be saved: whoever made it may have begun before the words were taken out."""
    refs = {block.ref for block in story.blocks if block.ref}
    if not refs or not any_redactions(connection):
        return story
    return redacted_story(story, redactions(connection, refs))
