"""The tables of the archive. :mod:`.migrations` makes the same ones step by step; a test compares the two."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    literal_column,
    text,
)

from .sqltypes import Id, Instant, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _words(name: str) -> Column[str]:
    return Column(name, Words, nullable=False, server_default="")


def _mention_id() -> Column[int]:
    return Column("mention_id", Id, ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)


def filled(column: Column[str]) -> ColumnElement[bool]:
    """The condition of a partial index. A query has to repeat it word for word, or SQLite reads the whole table."""
    return column != literal_column("''")


def _where(condition: str) -> dict[str, Any]:
    # "postgresql_where" here would import PostgreSQL's dialect with every command: see where_on_postgresql.
    return {"sqlite_where": text(condition), "info": {"where": condition}}


def where_on_postgresql() -> None:
    """Let partial indexes be partial on PostgreSQL too; called before the tables are created there."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                index.dialect_options["postgresql"]["where"] = text(index.info["where"])


# One row of "id, index stamp": what the whole archive is.
meta = Table("meta", metadata, Column("key", Words, primary_key=True), Column("value", Words, nullable=False))

# Authors as they were last seen, and their audience over time.
authors = Table(
    "authors",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("platform", Words, nullable=False),
    Column("key", Words, nullable=False),
    _words("handle"),
    _words("name"),
    _words("url"),
    Column("bot", Boolean),
    Column("followers", Id),
    Column("metrics", Words, nullable=False, server_default="{}"),
    Column("at", Instant, nullable=False),
    _words("avatar"),  # address of the picture that they show
    UniqueConstraint("platform", "key"),
)
author_metrics = Table(
    "author_metrics",
    metadata,
    Column("author_id", Id, ForeignKey("authors.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("at", Instant, primary_key=True),
    Column("followers", Id),
    Column("metrics", Words, nullable=False, server_default="{}"),
    sqlite_with_rowid=False,
)

# One narrow row a mention: what lists, decisions and triage need. Its words are in ``versions``.
mentions = Table(
    "mentions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("ref", Words, nullable=False, unique=True),
    Column("platform", Words, nullable=False),
    Column("kind", Words, nullable=False),
    _words("lang"),  # as the platform states it
    _words("twin"),  # see keys.twin
    _words("thread"),
    _words("parent"),
    Column("author_id", Id, ForeignKey("authors.id")),
    Column("when", Instant, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", Words, nullable=False),
    Column("state", Words, nullable=False),
    _words("notes"),
    Column("deleted", Boolean(create_constraint=False), nullable=False, server_default=text("false")),
    Column("sources", Words, nullable=False, server_default="[]"),
    Column("labels", Words, nullable=False, server_default="[]"),
    Column("tags", Words, nullable=False, server_default="[]"),
    Column("followers", Id),
    Column("counted", Instant),  # when the counts were read; null while there are none
    *(Column(name, Id) for name in ("likes", "shares", "replies", "views", "score")),
    _words("has"),  # what documents.contents says of its newest wording, spaces between
    _words("host"),  # of its address
    Column("copy_of", Id),  # the first mention of its group of near-copies
    Column("copies", Integer, nullable=False, server_default=text("0")),  # how many others the first of a group has
    Column(
        "signature", LargeBinary
    ),  # MinHash of its words; empty where there are too few, null where it was not looked at yet
    Column("refresh_at", Instant),  # when its platform is asked again how it is; null for never
    Column("priority", Integer),  # how much it needs a person, 0 to 100; null where nobody worked it out
    Column("redacted", Boolean(create_constraint=False), nullable=False, server_default=text("false")),  # see redactions
    Index(None, "when", "ref"),
    Index(None, "twin", **_where("twin <> ''")),
    Index(None, "thread", **_where("thread <> ''")),
    Index(None, "parent", **_where("parent <> ''")),
    Index(None, "author_id", "when"),
    Index(None, "likes", **_where("likes is not null")),
    Index(None, "followers", **_where("followers is not null")),
    Index(None, "copy_of", **_where("copy_of is not null")),
    Index(None, "refresh_at", **_where("refresh_at is not null")),
    Index(None, "priority", "when", **_where("priority is not null")),
)

# Every wording, the first being number 1.
versions = Table(
    "versions",
    metadata,
    _mention_id(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("seen", Instant, nullable=False),
    _words("url"),
    _words("title"),
    _words("text"),
    Column("author", Words),  # JSON: the author as they were then
    Column("kind", Words, nullable=False),
    Column("published", Instant),
    Column("edited", Instant),
    _words("lang"),
    _words("thread"),
    _words("parent"),
    _words("shared"),
    Column("media", Words, nullable=False, server_default="[]"),
    Column("raw", LargeBinary),  # JSON, compressed where it is long
)

engagements = Table(
    "engagements",
    metadata,
    _mention_id(),
    Column("at", Instant, primary_key=True),
    *(Column(name, Id) for name in ("likes", "shares", "replies", "views", "score")),
    sqlite_with_rowid=False,
)

# Whom a mention's standing wording speaks to: what it answers or shares (a ref), whom it names (a handle, folded). Who that is
# follows when it is asked for: they may be met later than what was said to them.
interactions = Table(
    "interactions",
    metadata,
    _mention_id(),
    Column("kind", Words, primary_key=True),  # reply, share, quote or mention
    Column("target", Words, primary_key=True),
    Index(None, "target"),
    sqlite_with_rowid=False,
)

# Who goes by a handle (folded), or went by it as long as nobody else took it: people are named by it.
handles = Table(
    "handles",
    metadata,
    Column("platform", Words, primary_key=True),
    Column("handle", Words, primary_key=True),
    Column("author_id", Id, ForeignKey("authors.id", ondelete="CASCADE"), nullable=False),
    Index(None, "author_id"),
    sqlite_with_rowid=False,
)

# A number for each day (since 1970, UTC) on which somebody spoke; another one when who spoke, to whom, on what or with what
# echo that day may be another. Drawn by lot, so that a backup that is put back cannot bring an old one of another content.
day_stamps = Table(
    "day_stamps",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("stamp", BigInteger, nullable=False),
)

# What the desk knows of an author, beside what platforms tell.
author_cards = Table(
    "author_cards",
    metadata,
    Column("author_id", Id, ForeignKey("authors.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _words("relation"),  # customer, journalist, employee, competitor, …
    _words("notes"),
    Column("tags", Words, nullable=False, server_default="[]"),
    Column("person", Id),  # authors with the same number are accounts of one person: the lowest of their own numbers
    Index(None, "person", **_where("person is not null")),
)

# What the desk does not want to see; mentions that one of these hides have the label ``muted``.
mutes = Table(
    "mutes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", Words, nullable=False),  # author, site, thread, word or copies
    Column("value", Words, nullable=False),
    Column("created", Instant, nullable=False),
    _words("note"),
    UniqueConstraint("kind", "value"),
)

# Every value of a keyword field of the query language, how many mentions have it, and which.
keywords = Table(
    "keywords",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("field", Words, nullable=False),
    Column("value", Words, nullable=False),
    Column("folded", Words, nullable=False),
    Column("mentions", Id, nullable=False, server_default=text("0")),
    UniqueConstraint("field", "value", "folded"),
    Index(None, "field", "folded"),
)
keyword_mentions = Table(
    "keyword_mentions",
    metadata,
    # No foreign keys: what follows from other tables is checked by ``hubbub archive check``, not with every row.
    Column("keyword_id", Id, primary_key=True, autoincrement=False),
    Column("when", Instant, primary_key=True),
    Column("mention_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# The buckets (core.duplicates) of the signatures of a window of time: mentions that share one are looked at more closely.
# A mention's own rows are found by its signature and its time, so no other index is kept.
bands = Table(
    "bands",
    metadata,
    Column("bucket", Id, primary_key=True, autoincrement=False),
    Column("when", Instant, primary_key=True),
    Column("mention_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("key", Words, primary_key=True),  # the name without regard to case
    Column("name", Words, nullable=False),
    Column("query", Words, nullable=False),
    Column("order", Words, nullable=False),
    Column("created", Instant, nullable=False),
    Column("looked", Instant, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Words, primary_key=True),
    Column("cursor", Words, nullable=False, server_default="null"),
    Column("health", Words, nullable=False, server_default="untried"),
    Column("message", Words, nullable=False, server_default="not tried yet"),
    Column("last_run", Instant),
    Column("last_success", Instant),
    Column("next_run", Instant),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("found", Id, nullable=False, server_default=text("0")),
    Column("quota", Words),  # JSON: what its API said last that is left
    Column("last_new", Instant),
    Column("arrivals", Integer, nullable=False, server_default=text("0")),
    Column("gap", Float),  # seconds
)

# What the search index has yet to read. Numbers are never used again, or forgetting an old entry could hit a new one.
changes = Table(
    "changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ref", Words, nullable=False),
    sqlite_autoincrement=True,
)

stories = Table(
    "stories",
    metadata,
    Column("id", Words, primary_key=True),
    Column("slug", Words, nullable=False, unique=True),
    Column("title", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("blocks", Integer, nullable=False),
    Column("mentions", Integer, nullable=False),
    Column("created", Instant, nullable=False),
    Column("updated", Instant, nullable=False),
    Column("revision", Integer, nullable=False),
)
revisions = Table(
    "revisions",
    metadata,
    Column("story_id", Words, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("parent", Integer),
    Column("at", Instant, nullable=False),
    _words("note"),
    Column("body", LargeBinary, nullable=False),  # the story as JSON; a quoted mention is the digest of its copy
    _words("by"),  # who made it
)
copies = Table(
    "copies",
    metadata,
    Column("story_id", Words, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", Words, primary_key=True),
    Column("body", LargeBinary, nullable=False),  # a frozen copy as JSON, kept once for all revisions that quote it
)
rejections = Table(
    "rejections",
    metadata,
    Column("story_id", Words, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("ref", Words, primary_key=True),  # of a mention that may be gone by now, so that it never returns
    Column("at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

# Who may do what with a story, where anything is said of that.
sharings = Table(
    "sharings",
    metadata,
    Column("story_id", Words, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("people", Words, nullable=False, server_default="{}"),  # JSON: roles by name
    Column("closed", Boolean(create_constraint=False), nullable=False, server_default=text("false")),
    _words("locked_by"),
    Column("locked_at", Instant),  # null while nobody is at it alone
    _words("lock_note"),
)
# What people say about a story; a block that they speak of may be gone.
comments = Table(
    "comments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("story_id", Words, ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
    _words("block"),
    Column("answers", Id),  # another comment
    _words("by"),
    Column("at", Instant, nullable=False),
    _words("text"),
    Column("resolved", Instant),
    _words("resolved_by"),
    Index(None, "story_id"),
)

# What was found when a quoted mention was looked up last. No key to mentions: a story may quote what has been purged.
link_checks = Table(
    "link_checks",
    metadata,
    Column("ref", Words, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("state", Words, nullable=False),
    _words("detail"),
)

# Whose words were taken out. It outlives the mention, which may be collected again.
redactions = Table(
    "redactions",
    metadata,
    Column("ref", Words, primary_key=True),
    Column("at", Instant, nullable=False),
    _words("reason"),
    _words("digest"),
    _words("twin"),  # of the mention: what is fetched by another ref, but has this twin, gets no words either
)
