"""The few words and the dates of published stories, in the languages that we have them in.

A story in another language gets English words around its own; :attr:`Phrases.lang` then says so, for screen readers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from .errors import ExportError

RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})
"""Languages written from right to left."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrases:
    """The words of one language."""

    lang: str
    """ISO 639-1."""
    words: Mapping[str, str]
    """By what they say; every language has those of English."""
    months: tuple[str, ...]
    """As they stand in a date."""
    days: tuple[str, ...]
    """Monday first."""
    date: str = "{day} {month} {year}"
    dated: str = "{weekday}, {date}"
    """A date with its day of the week."""
    first: str = "{day}"
    """How the first day of a month is written."""
    group: str = ","
    """Between thousands."""

    def __getitem__(self, key: str) -> str:
        """One word or phrase."""
        return self.words[key]

    def day(self, at: datetime, *, weekday: bool = False) -> str:
        """``14 June 2024``, with ``Friday, `` before it where asked."""
        day = self.first.format(day=at.day) if at.day == 1 else str(at.day)
        text = self.date.format(day=day, month=self.months[at.month - 1], year=at.year)
        return self.dated.format(weekday=self.days[at.weekday()], date=text) if weekday else text

    def time(self, at: datetime) -> str:
        """``09:12 UTC``: hours, minutes and the zone, since a time without one says little."""
        return f"{at:%H:%M} {at.tzname() or 'UTC'}"

    def number(self, count: int) -> str:
        """A count with its thousands apart."""
        return f"{count:,}".replace(",", self.group)


def phrases(lang: str) -> Phrases:
    """The words for a language, English where we have none."""
    languages = _languages()
    return languages.get(lang.partition("-")[0].lower(), languages["en"])


def direction(lang: str) -> str:
    """``rtl`` or ``ltr``."""
    return "rtl" if lang.partition("-")[0].lower() in RTL else "ltr"


def zone(name: str) -> tzinfo:
    """A time zone by its IANA name; raises ``ExportError``."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ExportError(f"There is no time zone {name!r}; write an IANA name such as Europe/Bucharest, or UTC.") from error


@cache
def _languages() -> Mapping[str, Phrases]:
    """All languages that we have words in, from ``phrases.json`` beside this module."""
    table = json.loads(files(__name__.rpartition(".")[0]).joinpath("phrases.json").read_text(encoding="utf-8"))
    return {
        lang: Phrases(lang=lang, **{**entry, "months": tuple(entry["months"]), "days": tuple(entry["days"])})
        for lang, entry in table.items()
    }
