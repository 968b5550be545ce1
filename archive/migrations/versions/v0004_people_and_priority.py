"""Who speaks to whom, what the desk knows of authors, what it mutes, and what needs a person first."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INSTANT = sa.BigInteger()
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_ROWS = 2000
_DAY = 86_400_000_000
_HANDLE = re.compile(r"(?<![\w@/.&=?-])@(\w[\w.-]*(?:@\w[\w.-]*)?)")


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False, server_default="")


def upgrade() -> None:
    """Add the tables and the column, and fill in whom mentions speak to."""
    op.add_column("mentions", sa.Column("priority", sa.Integer))
    _partial("mentions", ["priority", "when"], "priority is not null")
    op.create_table(
        "interactions",
        sa.Column("mention_id", ID, sa.ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        sa.Column("kind", WORDS, primary_key=True),
        sa.Column("target", WORDS, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index(None, "interactions", ["target"])
    op.create_table(
        "handles",
        sa.Column("platform", WORDS, primary_key=True),
        sa.Column("handle", WORDS, primary_key=True),
        sa.Column("author_id", ID, sa.ForeignKey("authors.id", ondelete="CASCADE"), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index(None, "handles", ["author_id"])
    op.create_table(
        "day_stamps",
        sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("stamp", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "author_cards",
        sa.Column("author_id", ID, sa.ForeignKey("authors.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        _words("relation"),
        _words("notes"),
        sa.Column("tags", WORDS, nullable=False, server_default="[]"),
        sa.Column("person", ID),
    )
    _partial("author_cards", ["person"], "person is not null")
    op.create_table(
        "mutes",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        _words("note"),
        sa.UniqueConstraint("kind", "value"),
    )
    _fill(op.get_bind())


def _partial(table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(None, table, columns, sqlite_where=where, postgresql_where=where)


def _fill(connection: sa.Connection) -> None:
    wordings = sa.text(
        'SELECT m.id, m.ref, m.platform, m.author_id, m."when", v.kind, v.title, v.text, v.thread, v.parent, v.shared, v.author'
        " FROM mentions m JOIN versions v ON v.mention_id = m.id AND v.number = m.version"
        " WHERE m.id > :last ORDER BY m.id LIMIT :rows"
    )
    adding = sa.text("INSERT INTO interactions (mention_id, kind, target) VALUES (:id, :kind, :target)")
    handles: dict[tuple[str, str], int] = {}
    days: set[int] = set()
    last, done, progress = 0, 0, op.get_context().opts["progress"]
    total = connection.execute(sa.text("SELECT count(*) FROM mentions")).scalar_one()
    while rows := connection.execute(wordings, {"last": last, "rows": _ROWS}).all():
        last = rows[-1].id
        days |= {row.when // _DAY for row in rows}
        found = [{"id": row.id, "kind": kind, "target": target} for row in rows for kind, target in _interactions(row)]
        if found:
            connection.execute(adding, found)
        # What an author went by when they said this; whoever spoke last has it, unless somebody goes by it today.
        handles |= {
            (row.platform, handle): row.author_id
            for row in rows
            if row.author and row.author_id is not None and (handle := _bare(json.loads(row.author)["handle"]))
        }
        done += len(rows)
        progress(done, total, "whom they speak to")
    for row in connection.execute(sa.text("SELECT id, platform, handle FROM authors WHERE handle <> '' ORDER BY at, id")):
        if handle := _bare(row.handle):
            handles[row.platform, handle] = row.id
    if handles:
        naming = sa.text("INSERT INTO handles (platform, handle, author_id) VALUES (:platform, :handle, :id)")
        connection.execute(naming, [{"platform": p, "handle": h, "id": number} for (p, h), number in handles.items()])
    if days:
        stamping = sa.text("INSERT INTO day_stamps (day, stamp) VALUES (:day, :stamp)")
        connection.execute(stamping, [{"day": day, "stamp": secrets.randbits(63)} for day in sorted(days)])


def _interactions(row: Any) -> dict[tuple[str, str], None]:
    found: dict[tuple[str, str], None] = {}
    answered = row.parent or (row.thread if row.kind == "comment" else "")
    if answered and answered != row.ref:
        found["reply", answered] = None
    if row.shared and row.shared != row.ref:
        found["share" if row.kind == "share" else "quote", row.shared] = None
    names = (_bare(match[1].rstrip(".-")) for text in (row.title, row.text) for match in _HANDLE.finditer(text))
    named = [name for name in dict.fromkeys(names) if len(name) <= 255]
    return found | {("mention", name): None for name in named[:50]}


def _bare(handle: str) -> str:
    return handle.strip().removeprefix("@").casefold()
