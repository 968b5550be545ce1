"""Dates that feeds write and feedparser does not know: other languages' months, plain numbers, sloppy ISO."""

from __future__ import annotations

import re
import time
from calendar import timegm
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

_MONTHS: dict[str, int] = {
    prefix: number
    for number, prefixes in enumerate(
        (
            "jan ene ian gen ιαν янв",
            "feb fév fev φεβ фев",
            "mar mär μάρ μαρ мар",
            "apr abr avr απρ апр",
            "may mai mag mei μάι μαι μαΐ май мая",
            "jun iun giu juin ιούν ιουν июн",
            "jul iul lug juil ιούλ ιουλ июл",
            "aug ago aoû aou αύγ αυγ авг",
            "sep set σεπ сен",
            "oct okt ott out οκτ окт",
            "nov noi νοέ νοε ноя",
            "dec dez dic déc δεκ дек",
        ),
        start=1,
    )
    for prefix in prefixes.split()
}
"""The first letters of month names, as people of a dozen languages shorten them."""

_WORDS = re.compile(
    r"(?P<day>\d{1,2})\.?\s+(?:de\s+)?(?P<month>[^\W\d_]{3,})\.?,?\s+(?:de\s+)?(?P<year>\d{4})"
    r"(?:\D+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<zone>[+-]\d{2}:?\d{2}|Z|UTC|GMT)?)?"
)
_NUMBER = re.compile(r"\d{9,13}(?:\.\d+)?")


def utc(parsed: object) -> str | None:
    """ISO text of the UTC ``struct_time`` that feedparser made of a date; ``None`` where it could not, or misread it."""
    if not isinstance(parsed, (time.struct_time, tuple)):
        return None
    found = _moment(lambda: datetime.fromtimestamp(timegm(parsed), UTC))
    # It reads dates into numbers and noise, too; those lie centuries away.
    return found.isoformat() if found is not None and 1900 <= found.year <= 2100 else None


def read_date(written: object, understood: object = None) -> datetime | None:
    """The moment that a text means; ``None`` where it means none. A time without a zone is taken as UTC.

    Numbers and ISO texts are plain; for anything else ``understood`` counts, what another reader made of it (ISO text), and
    words last.
    """
    text = str(written).strip()[:100] if isinstance(written, (str, int, float)) else ""
    found = _plain(text) or (_plain(understood) if isinstance(understood, str) else None)
    if found is None and (words := _WORDS.search(text.lower())):
        found = _moment(lambda: _from_words(words))
    if found is None:
        return None
    return _moment(lambda: found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))


def _plain(text: str) -> datetime | None:
    if _NUMBER.fullmatch(text):
        number = float(text)
        return _moment(lambda: datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC))
    return _moment(lambda: datetime.fromisoformat(text)) if text[:4].isdecimal() else None


def _from_words(words: re.Match[str]) -> datetime:
    month = _month(words["month"])
    return datetime(
        int(words["year"]),
        month,
        int(words["day"]),
        int(words["hour"] or 0),
        int(words["minute"] or 0),
        int(words["second"] or 0),
        tzinfo=_zone(words["zone"] or ""),
    )


def _month(name: str) -> int:
    for length in (4, 3):  # four letters first: "juin" and "juil" begin alike, as do "ιουν" and "ιουλ"
        if name[:length] in _MONTHS:
            return _MONTHS[name[:length]]
    raise ValueError(name)


def _zone(text: str) -> timezone:
    digits = text.replace(":", "")
    if digits[:1] not in ("+", "-"):
        return UTC
    span = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    return timezone(-span if digits[0] == "-" else span)


def _moment(make: Callable[[], datetime]) -> datetime | None:
    try:
        return make()
    except (ValueError, OverflowError, OSError, TypeError):
        return None
