"""The few words and the dates of published stories, in the languages that we have words in.

Words are ours, in ``phrases.json``; names of months and days, the shape of a date and plural forms are those of the Unicode
CLDR, through Babel. A story in another language gets English words around its own; :attr:`Phrases.lang` then says so, for
screen readers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from .errors import ExportError

if TYPE_CHECKING:
    from babel import Locale

RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})
"""Languages written from right to left."""

_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrases:
    """The words of one language."""

    lang: str
    """ISO 639-1."""
    words: Mapping[str, str]
    """By what they say; every language has those of English."""
    counts: Mapping[str, Mapping[str, str]]
    """What is counted, by what it says, then by the plural category of the CLDR: ``{n} like``, ``{n} likes``."""
    locale: str
    """The CLDR's name for the language, with a country where dates differ by it: ``en_GB``."""
    first: str = ""
    """How the first day of a month is written, where it is written in its own way."""

    def __getitem__(self, key: str) -> str:
        """One word or phrase."""
        return self.words[key]

    def count(self, key: str, count: int) -> str:
        """``1 like``, ``1,240 likes``."""
        forms = self.counts[key]
        form = forms.get(_locale(self.locale).plural_form(count), forms["other"])
        return form.replace("{n}", self.number(count))

    def day(self, at: datetime, *, weekday: bool = False) -> str:
        """``14 June 2024``, with ``Friday, `` before it where asked."""
        from babel.dates import format_date

        pattern = _pattern(self.locale, "full" if weekday else "long", self.first if at.day == 1 else "")
        return format_date(at.date(), pattern, locale=_locale(self.locale))

    def time(self, at: datetime) -> str:
        """``09:12 UTC``: hours, minutes and the zone, since a time without one says little."""
        name = at.tzname() or "UTC"
        return f"{at:%H:%M} {f'UTC{name}' if name[0] in '+-' else name}"

    def number(self, count: int) -> str:
        """A count with its thousands apart; digits alone where it is longer than Babel can write (some thirty digits)."""
        from decimal import InvalidOperation

        from babel.numbers import format_decimal

        try:
            return format_decimal(count, locale=_locale(self.locale))
        except InvalidOperation:
            return str(count)


def phrases(lang: str) -> Phrases:
    """The words for a language (ISO 639-1, with a country as in ``de-AT`` where that matters), English where we have none."""
    return _phrases(lang[:20].lower())


def languages() -> tuple[str, ...]:
    """The languages that we have words in (ISO 639-1)."""
    return tuple(_languages())


def language_tag(lang: str) -> str:
    """The language in the form that a page may state (BCP 47); empty for what cannot be one."""
    lang = lang.strip().replace("_", "-")
    if len(lang) > 35 or not _TAG.fullmatch(lang):
        return ""
    return lang if _locale("en").languages.get(lang.partition("-")[0].lower()) and lang.lower() != "und" else ""


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


@lru_cache(maxsize=64)
def _phrases(lang: str) -> Phrases:
    primary, _, country = lang.partition("-")
    languages = _languages()
    entry = languages.get(primary)
    if entry is None:
        return _phrases("en")
    locale = entry.get("locale", primary)
    if country and _has_locale(f"{primary}_{country.upper()}"):
        locale = f"{primary}_{country.upper()}"
    return Phrases(lang=primary, words=entry["words"], counts=entry["counts"], locale=locale, first=entry.get("first", ""))


def _has_locale(name: str) -> bool:
    from babel.localedata import exists

    return exists(name)


@cache
def _locale(name: str) -> Locale:
    from babel import Locale

    return Locale.parse(name)


@cache
def _pattern(locale: str, length: str, first: str) -> str:
    """How the language writes a date; with ``first``, that of the first day of a month."""
    pattern = _locale(locale).date_formats[length].pattern
    return re.sub(r"\bd\b", f"'{first}'", pattern, count=1) if first else pattern


@cache
def _languages() -> Mapping[str, Any]:
    """All languages that we have words in, from ``phrases.json`` beside this module."""
    return json.loads(files(__name__.rpartition(".")[0]).joinpath("phrases.json").read_text(encoding="utf-8"))
