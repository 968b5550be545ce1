"""What stands in columns: times as microseconds, numbers of 64 bits, text that a database can keep. Pure functions."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST = 2**63 - 1
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def micros(value: datetime) -> int:
    """Microseconds since 1970 in UTC; a naive time is refused."""
    if value.tzinfo is None:
        raise ValueError(f"the archive keeps no time without a zone: {value!r}")
    return (value - EPOCH) // _MICROSECOND


@lru_cache(maxsize=1 << 10)
def instant(value: int) -> datetime:
    """The time of so many microseconds since 1970. Remembered, since a mention, and a batch, has the same several times."""
    return EPOCH + timedelta(microseconds=value)


def bounded(value: T) -> T:
    """The value; a whole number beyond 64 bits becomes the nearest that fits, which no true count comes near."""
    return max(-_LARGEST, min(_LARGEST, value)) if isinstance(value, int) else value  # type: ignore[return-value]


def storable(text: str) -> str:
    """The text without what a database cannot keep: null characters go, lone surrogates become ``\ufffd``."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub(lambda match: "" if match.group() == "\x00" else "\ufffd", text)
