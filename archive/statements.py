"""What :mod:`.sqlitearchive` asks SQLite, as text.

Each statement stands for the one that SQLAlchemy would make for the same call: a test has SQLite compile both and compares the
two programs, so that there is one definition of what is asked.
"""

from __future__ import annotations

from .documents import HEAD, SAID
from .rows import RECORD, REDACTION, SOURCE, WORDING


def _columns(table: str, names: tuple[str, ...]) -> str:
    return ", ".join(f'{table}."{name}"' for name in names)


_JOINED = (
    f"SELECT {_columns('mentions', RECORD)}, {_columns('versions', WORDING)}, first.ref AS first_ref, "
    f"{_columns('redactions', REDACTION)} "
    "FROM mentions JOIN versions ON versions.mention_id = mentions.id AND versions.number = mentions.version "
    "LEFT JOIN mentions AS first ON first.id = mentions.copy_of "
    "LEFT JOIN redactions ON redactions.ref = mentions.ref "
)
_RECORDS = f"{_JOINED}WHERE mentions.ref IN ({{}})"
_SEARCHED = (
    f"SELECT {_columns('mentions', HEAD)}, {_columns('versions', SAID)} "
    "FROM mentions JOIN versions ON versions.mention_id = mentions.id AND versions.number = mentions.version "
)
_DOCUMENTS = f"{_SEARCHED}WHERE mentions.ref IN ({{}})"
PIECE = (
    f'{_SEARCHED}WHERE (mentions."when", mentions.ref) > (?, ?) AND (mentions."when", mentions.ref) <= (?, ?) '
    'ORDER BY mentions."when", mentions.ref'
)
PLACES = (
    'SELECT "when", ref FROM (SELECT "when", ref, row_number() OVER (ORDER BY "when", ref) AS number FROM mentions) '
    "WHERE number % ? = 0"
)
"""The place after each so many mentions in the order of time, read from an index alone."""
NEWEST = (
    'SELECT ref, "when" FROM (SELECT ref, "when" FROM mentions) AS everything '
    'WHERE 1 = 1 ORDER BY "when" DESC, ref LIMIT ? OFFSET ?'
)
NEWEST_WITHOUT = (
    'SELECT ref, "when" FROM (SELECT id AS mention_id, ref, "when" FROM mentions) AS everything '
    "WHERE NOT (EXISTS (SELECT * FROM keyword_mentions AS held "
    'WHERE held.keyword_id = ? AND held."when" = everything."when" AND held.mention_id = everything.mention_id)) '
    'ORDER BY "when" DESC, ref LIMIT ? OFFSET ?'
)
KEYWORD = "SELECT id, mentions FROM keywords WHERE field = ? AND folded = ?"
WITH_KEYWORD = "SELECT sum(mentions) FROM keywords WHERE field = ? AND folded = ?"
COUNT = "SELECT sum(mentions) FROM keywords WHERE field = ?"
COUNTS = "SELECT value, mentions FROM keywords WHERE field = ? AND mentions > ? ORDER BY mentions DESC, value"
SOURCES = f"SELECT {_columns('sources', SOURCE)} FROM sources ORDER BY id"
PENDING = "SELECT count(*) FROM changes"
CHANGES = "SELECT id, ref FROM changes ORDER BY id LIMIT ? OFFSET ?"
INDEX_STAMP = 'SELECT value FROM meta WHERE "key" = ?'


def records(count: int) -> str:
    """The statement for the records of so many refs."""
    return _RECORDS.format(", ".join("?" * count))


def documents(count: int) -> str:
    """The statement for what search sees of so many refs."""
    return _DOCUMENTS.format(", ".join("?" * count))
