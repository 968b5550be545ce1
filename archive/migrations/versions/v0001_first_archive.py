"""The first archive."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INSTANT = sa.BigInteger()
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False, server_default="")


def _mention_id() -> sa.Column[int]:
    return sa.Column("mention_id", ID, sa.ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Create every table."""
    op.create_table("meta", sa.Column("key", WORDS, primary_key=True), sa.Column("value", WORDS, nullable=False))
    op.create_table(
        "authors",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("platform", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        _words("handle"),
        _words("name"),
        _words("url"),
        sa.Column("bot", sa.Boolean),
        sa.Column("followers", ID),
        sa.Column("metrics", WORDS, nullable=False, server_default="{}"),
        sa.Column("at", INSTANT, nullable=False),
        sa.UniqueConstraint("platform", "key"),
    )
    op.create_table(
        "author_metrics",
        sa.Column("author_id", ID, sa.ForeignKey("authors.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        sa.Column("at", INSTANT, primary_key=True),
        sa.Column("followers", ID),
        sa.Column("metrics", WORDS, nullable=False, server_default="{}"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mentions",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("ref", WORDS, nullable=False, unique=True),
        sa.Column("platform", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        _words("lang"),
        _words("twin"),
        _words("thread"),
        _words("parent"),
        sa.Column("author_id", ID, sa.ForeignKey("authors.id")),
        sa.Column("when", INSTANT, nullable=False),
        sa.Column("first_seen", INSTANT, nullable=False),
        sa.Column("last_seen", INSTANT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        _words("notes"),
        sa.Column("deleted", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.text("false")),
        sa.Column("sources", WORDS, nullable=False, server_default="[]"),
        sa.Column("labels", WORDS, nullable=False, server_default="[]"),
        sa.Column("tags", WORDS, nullable=False, server_default="[]"),
        sa.Column("followers", ID),
        sa.Column("counted", INSTANT),
        *(sa.Column(name, ID) for name in ("likes", "shares", "replies", "views", "score")),
    )
    op.create_index(None, "mentions", ["when", "ref"])
    op.create_index(None, "mentions", ["twin"], **_where("twin <> ''"))
    op.create_index(None, "mentions", ["thread"], **_where("thread <> ''"))
    op.create_index(None, "mentions", ["parent"], **_where("parent <> ''"))
    op.create_index(None, "mentions", ["author_id", "when"])
    op.create_index(None, "mentions", ["likes"], **_where("likes is not null"))
    op.create_index(None, "mentions", ["followers"], **_where("followers is not null"))
    op.create_table(
        "versions",
        _mention_id(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seen", INSTANT, nullable=False),
        _words("url"),
        _words("title"),
        _words("text"),
        sa.Column("author", WORDS),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("published", INSTANT),
        sa.Column("edited", INSTANT),
        _words("lang"),
        _words("thread"),
        _words("parent"),
        _words("shared"),
        sa.Column("media", WORDS, nullable=False, server_default="[]"),
        sa.Column("raw", sa.LargeBinary),
    )
    op.create_table(
        "engagements",
        _mention_id(),
        sa.Column("at", INSTANT, primary_key=True),
        *(sa.Column(name, ID) for name in ("likes", "shares", "replies", "views", "score")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "keywords",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("field", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.Column("folded", WORDS, nullable=False),
        sa.Column("mentions", ID, nullable=False, server_default=sa.text("0")),
        sa.UniqueConstraint("field", "value", "folded"),
    )
    op.create_index(None, "keywords", ["field", "folded"])
    op.create_table(
        "keyword_mentions",
        sa.Column("keyword_id", ID, primary_key=True, autoincrement=False),
        sa.Column("when", INSTANT, primary_key=True),
        sa.Column("mention_id", ID, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sources",
        sa.Column("id", WORDS, primary_key=True),
        sa.Column("cursor", WORDS, nullable=False, server_default="null"),
        sa.Column("health", WORDS, nullable=False, server_default="untried"),
        sa.Column("message", WORDS, nullable=False, server_default="not tried yet"),
        sa.Column("last_run", INSTANT),
        sa.Column("last_success", INSTANT),
        sa.Column("next_run", INSTANT),
        sa.Column("failures", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("found", ID, nullable=False, server_default=sa.text("0")),
    )
    op.create_table(
        "changes",
        sa.Column("id", ID, primary_key=True),
        sa.Column("ref", WORDS, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "stories",
        sa.Column("id", WORDS, primary_key=True),
        sa.Column("slug", WORDS, nullable=False, unique=True),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("blocks", sa.Integer, nullable=False),
        sa.Column("mentions", sa.Integer, nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("updated", INSTANT, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "revisions",
        sa.Column("story_id", WORDS, sa.ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("parent", sa.Integer),
        sa.Column("at", INSTANT, nullable=False),
        _words("note"),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "copies",
        sa.Column("story_id", WORDS, sa.ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("digest", WORDS, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
