"""What SQLAlchemy asks for whole records and wordings: rows with their values as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Table, select, type_coerce

from .documents import HEAD, SAID
from .rows import RECORD, REDACTION, WORDING
from .sqltypes import Instant
from .tables import mentions, redactions, versions


def records_select() -> Select[Any]:
    """Rows that :func:`hubbub.archive.rows.record_of` reads."""
    current = (versions.c.mention_id == mentions.c.id) & (versions.c.number == mentions.c.version)
    first = mentions.alias("first")
    of_first = first.c.ref.label("first_ref")
    wanted = select(*stored(mentions, RECORD), *stored(versions, WORDING), of_first, *stored(redactions, REDACTION))
    grouped = wanted.join_from(mentions, versions, current).outerjoin(first, first.c.id == mentions.c.copy_of)
    return grouped.outerjoin(redactions, redactions.c.ref == mentions.c.ref)


def documents_select() -> Select[Any]:
    """Rows that :func:`hubbub.archive.documents.document_of` reads."""
    current = (versions.c.mention_id == mentions.c.id) & (versions.c.number == mentions.c.version)
    return select(*stored(mentions, HEAD), *stored(versions, SAID)).join_from(mentions, versions, current)


def wordings_select() -> Select[Any]:
    """Rows that :func:`hubbub.archive.rows.version_of` reads."""
    whose = (mentions.c.ref, mentions.c.platform)
    wanted = select(*stored(versions, ("number", "seen")), *whose, *stored(versions, WORDING))
    return wanted.join_from(versions, mentions, mentions.c.id == versions.c.mention_id)


def stored(table: Table, names: Sequence[str]) -> list[ColumnElement[Any]]:
    """Columns whose values come as they are stored: a time as a number."""
    columns = [table.c[name] for name in names]
    return [type_coerce(column, BigInteger) if isinstance(column.type, Instant) else column for column in columns]
