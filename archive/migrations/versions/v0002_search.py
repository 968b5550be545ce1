"""What a mention has in it and where it stands, groups of near-copies, saved searches."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INSTANT = sa.BigInteger()
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_ROWS = 2000
_ADDRESS = re.compile("https?://[^\\s]", re.IGNORECASE)


def upgrade() -> None:
    """Add the columns and tables, and fill in what the newest wording of each mention tells."""
    op.add_column("mentions", sa.Column("has", WORDS, nullable=False, server_default=""))
    op.add_column("mentions", sa.Column("host", WORDS, nullable=False, server_default=""))
    op.add_column("mentions", sa.Column("copy_of", ID))
    op.add_column("mentions", sa.Column("copies", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("mentions", sa.Column("signature", sa.LargeBinary))
    where = sa.text("copy_of is not null")
    op.create_index(None, "mentions", ["copy_of"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "bands",
        sa.Column("bucket", ID, primary_key=True, autoincrement=False),
        sa.Column("when", INSTANT, primary_key=True),
        sa.Column("mention_id", ID, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "saved_searches",
        sa.Column("key", WORDS, primary_key=True),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("query", WORDS, nullable=False),
        sa.Column("order", WORDS, nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("looked", INSTANT, nullable=False),
    )
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    wordings = sa.text(
        "SELECT m.id, v.url, v.title, v.text, v.media FROM mentions m"
        " JOIN versions v ON v.mention_id = m.id AND v.number = m.version"
        " WHERE m.id > :last ORDER BY m.id LIMIT :rows"
    )
    filling = sa.text("UPDATE mentions SET has = :has, host = :host WHERE id = :id")
    last, done, progress = 0, 0, op.get_context().opts["progress"]
    total = connection.execute(sa.text("SELECT count(*) FROM mentions")).scalar_one()
    while rows := connection.execute(wordings, {"last": last, "rows": _ROWS}).all():
        last = rows[-1].id
        connection.execute(filling, [{"id": row.id, "has": _has(row), "host": _host(row.url)} for row in rows])
        done += len(rows)
        progress(done, total, "what is in them")


def _has(row: Any) -> str:
    kinds = sorted({media["kind"] for media in json.loads(row.media)})
    link = ["link"] if _ADDRESS.search(row.text) or _ADDRESS.search(row.title) else []
    return " ".join([*(["media", *kinds] if kinds else []), *link])


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").strip(".")
    except ValueError:
        return ""
