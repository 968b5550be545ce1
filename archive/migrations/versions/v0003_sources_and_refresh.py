"""What a source's API still allows and the rhythm of a source; when a mention is asked for again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INSTANT = sa.BigInteger()
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns. Nothing can be told of the past: rhythms are learnt, and what is there is not asked for again."""
    op.add_column("sources", sa.Column("quota", WORDS))
    op.add_column("sources", sa.Column("last_new", INSTANT))
    op.add_column("sources", sa.Column("arrivals", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("sources", sa.Column("gap", sa.Float))
    op.add_column("mentions", sa.Column("refresh_at", INSTANT))
    where = sa.text("refresh_at is not null")
    op.create_index(None, "mentions", ["refresh_at"], sqlite_where=where, postgresql_where=where)
