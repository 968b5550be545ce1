"""Reading what an API sent: by field, with the type that is expected, and with an error that names the field where it is not.

::

    status = Fields(raw)
    status.text("account.acct")          # "" where there is none
    status.need("uri")                   # raises UnexpectedField: field "uri" is missing
    status.count("favourites_count")     # None where there is none
    status.time("created_at")            # aware, UTC

Platforms rename and retype their fields without a word. A field that is left out or null is *not told*; a field of another
type than documented is an error of its item only, and :func:`map_each` keeps the item's raw form with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from .contracts import Response
from .errors import SourceBroken
from .refusals import public_address
from .values import Failure, Mention

_SHOWN = 60
_EPOCH_MILLISECONDS = 100_000_000_000
_EPOCH_MICROSECONDS = 100_000_000_000_000


class UnexpectedField(Exception):
    """A field of an item is missing or of another type than the API's documentation says; ``str()`` names it."""


class Fields:
    """An object of an API's answer. Paths go inwards with dots: ``account.acct``."""

    __slots__ = ("_at", "raw")

    def __init__(self, raw: Any, at: str = "") -> None:
        """``at`` is the path that leads here, for errors. Raises :class:`UnexpectedField` where ``raw`` is no object."""
        if not isinstance(raw, Mapping):
            raise UnexpectedField(f"{_named(at) or 'it'} should be an object and is {_told(raw)}")
        self.raw: Mapping[str, Any] = raw
        self._at = at

    def __contains__(self, path: str) -> bool:
        """Whether there is such a field, other than null."""
        return self._value(path) is not None

    def need(self, path: str) -> str:
        """A text that must be there, and not empty; a number counts as its text (ids)."""
        found = self.text(path)
        if not found:
            raise UnexpectedField(f"{self._name(path)} is {'empty' if path in self else 'missing'}")
        return found

    def text(self, path: str) -> str:
        """A text; a number counts as its text; empty where it is not told."""
        value = self._value(path)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        raise self._wrong(path, "a text", value)

    def count(self, path: str) -> int | None:
        """A whole number; ``None`` where it is not told, or below zero (some APIs mean "unknown" by -1)."""
        number = self.number(path)
        return None if number is None or number < 0 else number

    def number(self, path: str) -> int | None:
        """A whole number, also one written as text; ``None`` where it is not told."""
        value = self._value(path)
        if value is None or value == "":
            return None
        try:
            if isinstance(value, (int, float, str)) and not isinstance(value, bool):
                return int(float(value)) if isinstance(value, float) else int(value)
        except (ValueError, OverflowError):
            pass
        raise self._wrong(path, "a whole number", value)

    def flag(self, path: str) -> bool | None:
        """True or false; ``None`` where it is not told."""
        value = self._value(path)
        if value is None or isinstance(value, bool):
            return value
        raise self._wrong(path, "true or false", value)

    def time(self, path: str) -> datetime | None:
        """A moment (UTC): ISO 8601, an HTTP date, or seconds, milliseconds or microseconds since 1970; ``None`` where not told.

        An ISO time without a zone is read as UTC.
        """
        value = self._value(path)
        if value is None or value == "":
            return None
        found = moment_of(value)
        if found is None:
            raise self._wrong(path, "a time", value)
        return found

    def inner(self, path: str) -> Fields:
        """The object at this path; an empty one where there is none."""
        value = self._value(path)
        return Fields({} if value is None else value, self._path(path))

    def each(self, path: str) -> Iterator[Fields]:
        """The objects of a list; none where there is no list."""
        for index, value in enumerate(self.values(path)):
            yield Fields(value, f"{self._path(path)}[{index}]")

    def values(self, path: str) -> list[Any]:
        """A list; empty where there is none."""
        value = self._value(path)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        raise self._wrong(path, "a list", value)

    def _value(self, path: str) -> Any:
        value: Any = self.raw
        walked: list[str] = []
        for part in path.split("."):
            if value is None:
                return None
            if not isinstance(value, Mapping):
                raise self._wrong(".".join(walked), "an object", value)
            value = value.get(part)
            walked.append(part)
        return value

    def _path(self, path: str) -> str:
        return f"{self._at}.{path}" if self._at else path

    def _name(self, path: str) -> str:
        return _named(self._path(path))

    def _wrong(self, path: str, expected: str, value: Any) -> UnexpectedField:
        return UnexpectedField(f"{self._name(path)} should be {expected} and is {_told(value)}")


def moment_of(value: Any) -> datetime | None:
    """The moment (UTC) that a value of an API means; ``None`` where it means none."""
    if isinstance(value, bool):
        return None
    try:
        if isinstance(value, (int, float)):
            scale = 1e6 if value >= _EPOCH_MICROSECONDS else 1e3 if value >= _EPOCH_MILLISECONDS else 1
            return datetime.fromtimestamp(value / scale, UTC)
        if isinstance(value, str):
            return _date(value.strip())
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _date(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
        except (ValueError, TypeError):
            continue
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def json_of(response: Response) -> Any:
    """The JSON of an answer; raises ``SourceBroken`` where it is none."""
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError) as error:
        start = response.content.lstrip()[:1]
        said = "a web page" if start == b"<" else "something else" if start else "nothing"
        raise SourceBroken(
            f"Where an API should answer with JSON there is {said}. Check the address; a page for people, a login or a consent "
            "may be in between.",
            url=public_address(response.url),
            status=response.status,
        ) from error


def object_of(response: Response) -> Fields:
    """The JSON object of an answer; raises ``SourceBroken`` where it is none."""
    try:
        return Fields(json_of(response))
    except UnexpectedField as error:
        raise SourceBroken(f"The answer is not as its API documents it: {error}.", url=public_address(response.url)) from error


def list_in(answer: Fields, path: str, url: str = "") -> list[Any]:
    """The list that an answer must have; raises ``SourceBroken`` where it has none."""
    try:
        if path not in answer:
            raise UnexpectedField(f"field {path!r} is missing")
        return answer.values(path)
    except UnexpectedField as error:
        raise SourceBroken(f"The answer is not as its API documents it: {error}.", url=public_address(url)) from error


def map_each(
    items: Iterable[Any], read: Callable[[Fields], Mention | None], name: Callable[[Any], str] | str = "item"
) -> tuple[tuple[Mention, ...], tuple[Failure, ...]]:
    """Map the items of a page, each by itself: the mentions, and a failure with its raw form for each that cannot be read.

    ``read`` gives ``None`` for an item that is no mention (a notice, somebody's vote). ``name`` is what items are called.
    """
    mentions: list[Mention] = []
    failures: list[Failure] = []
    for number, item in enumerate(items, start=1):
        try:
            mention = read(Fields(item))
        except Exception as error:  # one item of a stranger's: whatever it trips over, the others are kept
            called = _called(item, name) or f"{name if isinstance(name, str) else 'item'} {number}"
            words = str(error) if isinstance(error, UnexpectedField) else f"{type(error).__name__}: {error}"
            failures.append(Failure(source="", item=called, message=f"{called} was left out: {words}", raw=item))
            continue
        if mention is not None:
            mentions.append(mention)
    return tuple(mentions), tuple(failures)


def _called(item: Any, name: Callable[[Any], str] | str) -> str:
    if isinstance(name, str):
        return ""
    try:
        return name(item)[:_SHOWN]
    except Exception:  # an item without the field that names it
        return ""


def _named(path: str) -> str:
    return f"field {path!r}" if path else ""


def _told(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
