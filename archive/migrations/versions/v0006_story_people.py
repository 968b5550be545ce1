"""Who made a step of a story, who may do what with it, who is at it alone, and what people say about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INSTANT = sa.BigInteger()
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False, server_default="")


def upgrade() -> None:
    """Add a column and two tables; of what there is, nobody knows who made it, and everybody may edit it."""
    op.add_column("revisions", _words("by"))
    op.create_table(
        "sharings",
        sa.Column("story_id", WORDS, sa.ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("people", WORDS, nullable=False, server_default="{}"),
        sa.Column("closed", sa.Boolean, nullable=False, server_default=sa.text("false")),
        _words("locked_by"),
        sa.Column("locked_at", INSTANT),
        _words("lock_note"),
    )
    op.create_table(
        "comments",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("story_id", WORDS, sa.ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
        _words("block"),
        sa.Column("answers", NUMBER),
        _words("by"),
        sa.Column("at", INSTANT, nullable=False),
        _words("text"),
        sa.Column("resolved", INSTANT),
        _words("resolved_by"),
    )
    op.create_index("ix_comments_story_id", "comments", ["story_id"])
