"""Writes a story as a table for spreadsheets and scripts: ``story.csv``, one row a block, with its pictures in ``media/``.

RFC 4180: commas, CRLF, fields in double quotes where they need them; UTF-8. :data:`COLUMNS` names the columns, which stay in
this order; new ones come at the end. A text that a spreadsheet would take for a formula gets an apostrophe before it (as OWASP
advises against CSV injection), unless ``guard = false`` says that no spreadsheet will ever open the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePath

from pydantic import Field

from ...core.cleaning import clean_url
from ...core.contracts import Component
from ...core.hookspecs import hookimpl
from ...core.media import copy_pictures, file_name
from ...core.optiontypes import PluginOptions
from ...core.quoting import pictures, quoted_words, without_stills
from ...core.serial import time_to_json
from ...core.text import clean
from ...core.values import Block, BlockKind, Media, PublishedStory, Receipt

FILE = "story.csv"
COLUMNS = (
    *(
        "number",
        "kind",
        "text",
        "title",
        "author",
        "handle",
        "platform",
        "ref",
        "mention_kind",
        "url",
        "published",
        "placed_at",
    ),
    *("edited", "language", "likes", "shares", "replies", "views", "score", "counted_at", "version", "copied_at", "digest"),
    *("part", "rights", "link_state", "link_checked_at", "removed_at", "removed_why", "pictures", "alternatives"),
)
"""What each row tells of a block; empty where it means nothing for the kind or is not known. Times are ISO 8601 in UTC."""

_FORMULA = re.compile(r"[\s'\"\u00a0\u200b\ufeff]*[=+\-@＝＋－＠|%\t\r]")
"""How a field begins that Excel, LibreOffice or Google Sheets may take for a formula or a command."""


class CsvOptions(PluginOptions):
    """What users write in ``[publish.csv]``."""

    guard: bool = Field(default=True, description="Whether texts that look like formulas get an apostrophe before them")
    bom: bool = Field(default=False, description="Whether the file begins with a byte order mark, which Excel needs for UTF-8")


class CsvExporter:
    """Writes ``story.csv``."""

    def __init__(self, options: CsvOptions | None = None) -> None:
        self._options = options or CsvOptions()

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the table; pictures are copied beside it."""
        encoding = "utf-8-sig" if self._options.bom else "utf-8"
        with (to / FILE).open("w", encoding=encoding, errors="replace", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\r\n")
            writer.writeheader()
            for number, block in enumerate(story.story.blocks, 1):
                row = {"number": number, **_row(block, story)}
                writer.writerow({name: self._field(value) for name, value in row.items()})
        return Receipt(path=str(to / FILE), files=(FILE, *copy_pictures(without_stills(story), to)))

    def _field(self, value: str | int | datetime | None) -> str | int:
        if isinstance(value, datetime):
            return time_to_json(value)
        if not isinstance(value, str):
            return "" if value is None else value
        text = clean(value)
        return f"'{text}" if self._options.guard and _FORMULA.match(text) else text


def _row(block: Block, story: PublishedStory) -> dict[str, str | int | datetime | None]:
    shown = pictures(block) if block.copy else (Media(kind="image", url=block.url, alt=block.alt, digest=block.media),)
    if not block.copy and block.kind is not BlockKind.IMAGE:
        shown = ()
    row: dict[str, str | int | datetime | None] = {
        "kind": block.kind.value,
        "text": block.text,
        "url": clean_url(block.url),
        "rights": block.rights,
        "pictures": " ".join(_place(media, story) for media in shown),
        "alternatives": "\n".join(" ".join(media.alt.split()) for media in shown) if any(m.alt for m in shown) else "",
    }
    copy = block.copy
    if copy is None:
        return row
    mention, author, engagement = copy.mention, copy.mention.author, copy.mention.engagement
    check = story.checks.get(mention.ref)
    return row | {
        "text": quoted_words(block),
        "title": mention.title,
        "author": (author.name or author.handle or author.key) if author else "",
        "handle": author.handle if author else "",
        "platform": mention.platform,
        "ref": mention.ref,
        "mention_kind": mention.kind.value,
        "url": clean_url(mention.url),
        "published": mention.published,
        "placed_at": copy.when,
        "edited": mention.edited,
        "language": mention.lang,
        **{name: getattr(engagement, name, None) for name in ("likes", "shares", "replies", "views", "score")},
        "counted_at": engagement.at if engagement else None,
        "version": copy.version,
        "copied_at": copy.frozen,
        "digest": copy.digest,
        "part": "part" if block.extent else "whole",
        "link_state": check.state.value if check else "",
        "link_checked_at": check.at if check else None,
        "removed_at": copy.redacted.at if copy.redacted else None,
        "removed_why": copy.redacted.reason if copy.redacted else "",
    }


def _place(media: Media, story: PublishedStory) -> str:
    """Our copy beside the table, else where the platform keeps it."""
    path = story.media.get(media.digest) if media.digest else None
    return file_name(media.digest, PurePath(path)) if path else clean_url(media.url)


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``csv``."""
    return [
        Component(
            name="csv",
            options=CsvOptions,
            build=lambda options, context: CsvExporter(options),
            summary="A table, one row a block",
        )
    ]
