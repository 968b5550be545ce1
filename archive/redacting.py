"""Taking somebody's words out of the archive and of every story."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from ..core.values import Redaction
from .columns import storable
from .database import chunks
from .tables import redactions as table


def redactions(connection: Connection, refs: Sequence[str]) -> dict[str, Redaction]:
    """The redactions of these mentions, by ref."""
    found: dict[str, Redaction] = {}
    for part in chunks(sorted(set(map(storable, refs)))):
        for row in connection.execute(select(table).where(table.c.ref.in_(part))):
            found[row.ref] = Redaction(at=row.at, reason=row.reason, digest=row.digest)
    return found
