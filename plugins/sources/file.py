"""Source ``file``: mentions from a JSON Lines, JSON or CSV file.

::

    [[sources]]
    id = "survey"
    plugin = "file"
    path = "imports/survey.csv"      # relative to the workspace
    platform = "survey"              # optional: what the mentions' refs begin with; "file" otherwise
    format = "auto"                  # or jsonl, json, csv: by the file's ending otherwise
    encoding = "utf-8-sig"           # of the text
    delimiter = ";"                  # of a table; found out otherwise
    date_format = "%d/%m/%Y"         # optional: for dates that are not ISO
    html = false                     # whether texts are HTML
    columns = { text = "Comment", author = "Respondent", published = "Date", likes = "Thumbs up" }

Columns that are not named are looked for under their usual names. What is appended to the file later is read where reading
ended; a file that was rewritten is read from the top. ``hubbub search --json`` prints what this source reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...core.contracts import Component, Context
from ...core.errors import SourceBroken, SourceError, SourceGone, SourceRefused, nearest
from ...core.hookspecs import hookimpl
from ...core.values import JSON, Batch, Failure, Mention, MentionKind, Topic
from ._file_reading import Row, Unreadable, check_encoding, json_lines, table_rows, whole_json
from ._row_mapping import NAMES, BadRow, Meaning, map_row

BATCH = 500
"""Rows handed over at a time."""
MAX_WHOLE = 200_000_000
"""Bytes of a JSON document, which must be read at once; JSON Lines and CSV have no bound."""
HOPELESS = 1000
"""Unreadable rows at the top of a file after which it is given up."""

_FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "csv", ".txt": "csv"}


class FileOptions(BaseModel):
    """What users write of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(min_length=1, description="Where the file is, relative to the workspace")
    format: Literal["auto", "jsonl", "json", "csv"] = Field(default="auto", description="By the file's ending where auto")
    platform: str = Field(default="file", pattern=r"^[a-z][a-z0-9_-]*$", description="What refs of its mentions begin with")
    columns: dict[str, str] = Field(default_factory=dict, description="Which column gives which field of a mention")
    encoding: str = Field(default="utf-8-sig", description="Encoding of the text")
    delimiter: str = Field(default="", max_length=1, description="Between the cells of a table; found out where empty")
    date_format: str = Field(default="", description="strptime format of dates that are not ISO")
    html: bool = Field(default=False, description="Whether texts are HTML")
    kind: MentionKind = Field(default=MentionKind.POST, description="What rows are that do not tell")

    @field_validator("columns")
    @classmethod
    def _known_fields(cls, columns: dict[str, str]) -> dict[str, str]:
        for name in columns:
            if name not in NAMES:
                raise ValueError(f"{name!r} is no field of a mention.{nearest(name, NAMES)}")
        return columns

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        try:
            return check_encoding(encoding)
        except Unreadable as error:
            raise ValueError(str(error)) from error


class FileFetcher:
    """Reads one file."""

    def __init__(self, options: FileOptions, context: Context) -> None:
        self._options = options
        self._context = context
        self._path = context.workspace / Path(options.path).expanduser()
        self._meaning = Meaning(
            platform=options.platform,
            columns=options.columns,
            date_format=options.date_format,
            html=options.html,
            kind=options.kind,
        )

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor is the place where reading ended, and what stood before it."""
        try:
            with self._path.open("rb") as file:
                yield from self._whole(file, cursor) if self._format() == "json" else self._on(file, cursor)
        except Unreadable as error:
            raise SourceBroken(f"{self._path.name} cannot be read: {error}.", url=self._path.as_posix()) from error
        except OSError as error:
            raise self._trouble(error) from error

    def check(self) -> str:
        """Read the first rows and say what they are; raises a ``SourceError``."""
        first = next(self.fetch((), None), Batch())
        if first.failures and not first.mentions:
            raise SourceBroken(first.failures[0].message, url=self._path.as_posix())
        good, bad = len(first.mentions), len(first.failures)
        return f"{self._path.name} can be read: {good} of its first {good + bad} rows become mentions."

    # --- rows, from where reading ended --------------------------------------------------------------------------

    def _on(self, file: BinaryIO, cursor: JSON) -> Iterator[Batch]:
        start, line = self._standing(file, cursor)
        options = self._options
        if self._format() == "csv":
            rows = table_rows(file, start, line, options.encoding, options.delimiter)
        else:
            rows = json_lines(file, start, line, options.encoding)
        failed = read = 0
        while batch := list(islice(rows, BATCH)):
            mentions, failures = self._map(batch)
            read, failed = read + len(mentions), failed + len(failures)
            if not read and failed >= HOPELESS:
                raise SourceBroken(f"{self._path.name}: none of its first {failed} rows can be read. {failures[0].message}")
            last = batch[-1]
            yield Batch(mentions=mentions, failures=failures, cursor=self._place(file, last.end, last.next_line))
        if not read and not failed:
            yield Batch(cursor=self._place(file, start, line), unchanged=start > 0)

    def _whole(self, file: BinaryIO, cursor: JSON) -> Iterator[Batch]:
        content = file.read(MAX_WHOLE + 1)
        if len(content) > MAX_WHOLE:
            raise Unreadable(f"it is larger than {MAX_WHOLE // 1_000_000} MB; save it as JSON Lines")
        after = {"how": self._how(), "all": _digest(content)}
        if cursor == after:
            yield Batch(cursor=after, unchanged=True)
            return
        values = whole_json(content, self._options.encoding)
        rows = [Row(number, value, "", 0, 0) for number, value in enumerate(values, start=1)]
        pieces = [rows[begin : begin + BATCH] for begin in range(0, len(rows), BATCH)] or [[]]
        for piece in pieces:
            mentions, failures = self._map(piece, "item")
            yield Batch(mentions=mentions, failures=failures, cursor=after if piece is pieces[-1] else cursor)

    def _map(self, rows: Sequence[Row], name: str = "line") -> tuple[tuple[Mention, ...], tuple[Failure, ...]]:
        mentions: list[Mention] = []
        failures: list[Failure] = []
        at = self._context.now()
        for row in rows:
            try:
                if row.problem:
                    raise BadRow(row.problem)
                mentions.append(map_row(row.value, self._meaning, at))
            except BadRow as error:
                where = f"{name} {row.line}"
                failures.append(Failure(source="", item=where, message=f"{self._path.name}, {where} was left out: {error}"))
        return tuple(mentions), tuple(failures)

    # --- where reading stands ------------------------------------------------------------------------------------

    def _place(self, file: BinaryIO, offset: int, line: int) -> JSON:
        """A cursor; leaves the file where it was."""
        before = file.tell()
        marks = _marks(file, offset)
        file.seek(before)
        return {"how": self._how(), "offset": offset, "line": line, **marks}

    def _standing(self, file: BinaryIO, cursor: JSON) -> tuple[int, int]:
        """Byte and line to go on at; the top where the file, or what its columns mean, is another one now."""
        if not isinstance(cursor, Mapping) or cursor.get("how") != self._how():
            return 0, 1
        offset, line = cursor.get("offset"), cursor.get("line")
        if not isinstance(offset, int) or not isinstance(line, int):
            return 0, 1
        marks = _marks(file, offset)
        return (offset, line) if marks == {"head": cursor.get("head"), "tail": cursor.get("tail")} else (0, 1)

    def _how(self) -> str:
        return _digest(self._options.model_dump_json().encode())

    def _format(self) -> str:
        stated = self._options.format
        if stated != "auto":
            return stated
        found = _FORMATS.get(self._path.suffix.lower())
        if found is None:
            raise Unreadable(f"its ending {self._path.suffix!r} names no format; set format to jsonl, json or csv")
        return found

    def _trouble(self, error: OSError) -> SourceError:
        where = self._path.as_posix()
        if isinstance(error, FileNotFoundError):
            return SourceGone(f"There is no file {where}. Put it there, or correct the source's path.", url=where)
        if isinstance(error, PermissionError):
            return SourceRefused(f"The file {where} may not be read by this user; change its permissions.", url=where)
        if isinstance(error, IsADirectoryError):
            return SourceBroken(f"{where} is a folder; name one file in it.", url=where)
        return SourceBroken(f"The file {where} cannot be read: {error.strerror or error}.", url=where)


def _marks(file: BinaryIO, offset: int) -> dict[str, JSON]:
    """Fingerprints of the file's beginning and of what stands before the offset: they change when it is rewritten."""
    file.seek(0)
    head = file.read(min(offset, 4096))
    file.seek(max(0, offset - 256))
    return {"head": _digest(head), "tail": _digest(file.read(min(offset, 256)))}


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=8).hexdigest()


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`FileFetcher`."""
    return [
        Component(
            name="file",
            build=FileFetcher,
            options=FileOptions,
            summary="Mentions from a JSON Lines, JSON or CSV file",
        )
    ]
