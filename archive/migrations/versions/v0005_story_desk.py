"""What is never proposed for a story again, what became of what is quoted, whose words were taken out, and avatars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.BigInteger()
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False, server_default="")


def upgrade() -> None:
    """Add three tables and two columns; nothing has anything to put into them yet."""
    op.create_table(
        "rejections",
        sa.Column("story_id", WORDS, sa.ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("ref", WORDS, primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "link_checks",
        sa.Column("ref", WORDS, primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        _words("detail"),
    )
    op.create_table(
        "redactions",
        sa.Column("ref", WORDS, primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        _words("reason"),
        _words("digest"),
        _words("twin"),
    )
    op.add_column("mentions", sa.Column("redacted", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("authors", _words("avatar"))
