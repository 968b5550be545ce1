"""Lists of addresses as people keep them: a table with a column of addresses, one address a line, bookmarks of a browser.

Pure: bytes in, values out. Lists of feeds (OPML) are :mod:`hubbub.core.opml`'s.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Literal
from urllib.parse import urlsplit

from .errors import ImportFailed

MAX_BYTES = 20_000_000
MAX_ADDRESSES = 10_000
"""More were not gathered by a person."""

Format = Literal["opml", "bookmarks", "list"]

_ADDRESS_COLUMNS = ("feed", "feed url", "feed_url", "xmlurl", "rss", "url", "address", "link", "website", "site", "web", "page")
"""Titles of a column of addresses, the likeliest first: a table may have a feed and its page beside it."""
_TITLE_COLUMNS = ("title", "name", "titlu", "nume", "título", "nombre", "τίτλος", "όνομα", "source", "label")
_DELIMITERS = ";\t|,"
"""A comma comes last: there may be one in an address or a title."""
_WEB = re.compile(r"(?:feed:)?https?://[^\s<>\"'|]+", re.IGNORECASE)
_BARE = re.compile(r"@?[\w.-]+(@[\w.-]+)?\.\w{2,}([/?:#]\S*)?")
"""``press.example/feed`` or ``@acme@social.example``: what people write without a scheme."""
_BOOKMARK = re.compile(r"<a\s[^<>]*?href\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)[^<>]*>([^<]*)", re.IGNORECASE)
_ALERTS = re.compile(r"/alerts/feeds/(\d+)/(\d+)/?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One address of a list."""

    address: str
    title: str = ""
    line: int = 0
    """Where it stands in the file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressList:
    """What a file lists."""

    items: tuple[Listed, ...]
    """Each address once, in the file's order."""
    unread: tuple[tuple[int, str], ...] = ()
    """Lines without an address, with their text."""


def format_of(content: bytes) -> Format:
    """What kind of list this is, told from how it begins, never from a file's name."""
    head = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(b"<!doctype netscape-bookmark-file"):
        return "bookmarks"
    return "opml" if head.startswith(b"<") else "list"


def read_addresses(content: bytes, file: str = "") -> AddressList:
    """The addresses of a table, of lines or of bookmarks. Raises ``ImportFailed`` where this cannot be such a list."""
    if len(content) > MAX_BYTES:
        raise ImportFailed(f"The file is larger than {MAX_BYTES // 1_000_000} MB; a list of addresses is not.", file=file)
    text = _text(content, file)
    found = list(_bookmarks(text) if format_of(content) == "bookmarks" else _lines(text))
    items: dict[str, Listed] = {}
    for one in found:
        if isinstance(one, Listed):
            items.setdefault(one.address, one)
    if len(items) > MAX_ADDRESSES:
        raise ImportFailed(f"It lists {len(items):,} addresses; {MAX_ADDRESSES:,} at most are taken.", file=file)
    return AddressList(items=tuple(items.values()), unread=tuple(one for one in found if not isinstance(one, Listed)))


def alerts_feed(address: str) -> str:
    """The feed that an address of a Google Alert means (``google.com/alerts/feeds/USER/ID``); empty for any other address."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    found = _ALERTS.fullmatch(parts.path)
    known = host == "google.com" or re.fullmatch(r"google\.[a-z]{2,3}(\.[a-z]{2})?", host)
    return f"https://www.google.com/alerts/feeds/{found[1]}/{found[2]}" if found and known else ""


def _text(content: bytes, file: str) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # what spreadsheets call "Unicode text"
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ImportFailed("This is no text: write one address a line, or a table (CSV) with a column of addresses.", file=file)


def _lines(text: str) -> Iterator[Listed | tuple[int, str]]:
    lines = text.splitlines()
    first = next((number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), None)
    if first is None:
        return
    for delimiter in _DELIMITERS:
        names = [name.strip().casefold() for name in _cells(lines[first], delimiter)]
        column = _column(names, _ADDRESS_COLUMNS)
        if column is not None:
            yield from _table(lines, first, delimiter, column, _column(names, _TITLE_COLUMNS))
            return
    for number, line in enumerate(lines[first:], start=first + 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        yield _in_line(line.strip(), number)


def _table(
    lines: Sequence[str], first: int, delimiter: str, column: int, title: int | None
) -> Iterator[Listed | tuple[int, str]]:
    # Each row by itself: a quotation mark that is never closed must not swallow the rows below it.
    for number, line in enumerate(lines[first + 1 :], start=first + 2):
        row = _cells(line, delimiter)
        if not any(cell.strip() for cell in row):
            continue
        cell = row[column].strip() if column < len(row) else ""
        one = _in_line(cell, number)
        if not isinstance(one, Listed):
            yield number, delimiter.join(row)[:200]
            continue
        named = " ".join(row[title].split()) if title is not None and title < len(row) else ""
        yield Listed(address=one.address, title=named or one.title, line=number)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell of hundreds of thousands of characters
        return []


def _in_line(line: str, number: int) -> Listed | tuple[int, str]:
    """The address of a line; what stands around it is its title."""
    found = _WEB.search(line)
    if found:
        address = found[0].removeprefix("feed:").rstrip(".,;)]}")
        title = " ".join(re.sub(r"[\s,;|:–—-]+$|^[\s,;|–—-]+", "", line.replace(found[0], " ")).split())
        return Listed(address=address, title=title, line=number)
    return Listed(address=line, line=number) if _BARE.fullmatch(line) else (number, line[:200])


def _bookmarks(text: str) -> Iterator[Listed]:
    for found in _BOOKMARK.finditer(text):
        address = unescape(found[1].strip("\"'"))
        if _WEB.fullmatch(address):
            line = text.count("\n", 0, found.start()) + 1
            yield Listed(address=address, title=" ".join(unescape(found[2]).split()), line=line)


def _column(names: Sequence[str], known: Sequence[str]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)
