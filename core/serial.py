"""Values as plain JSON and back: for stories, frozen copies and exports.

The types of the dataclasses are the schema. Every field is written, so that a file says all it means by itself; a datetime
is ISO 8601 in UTC with ``Z``, an enum its value, a tuple a list. Reading is strict: an unknown field, a missing one without
default and a value of another type raise :class:`DecodeError`, which names the place.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar

from .values import JSON

T = TypeVar("T")
Decode = Callable[[Any, str], Any]


class DecodeError(ValueError):
    """JSON that is not the value it should be."""

    def __init__(self, message: str, *, path: str) -> None:
        self.path = path
        """Where: ``blocks[3].copy.when``; empty for the whole."""
        self._message = message
        super().__init__(f"{path}: {message}" if path else message)

    def within(self, path: str) -> DecodeError:
        """The same, told of what the value stands in."""
        return DecodeError(self._message, path=f"{path}.{self.path}" if path else self.path)


def to_json(value: object) -> Any:
    """Plain JSON of a value (dataclass, enum, datetime, tuple, mapping, or JSON already); ``TypeError`` for anything else."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise TypeError(f"JSON has no number {value!r}")
        return value
    if isinstance(value, datetime):
        return time_to_json(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: to_json(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [to_json(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no JSON form")


def from_json(kind: type[T], data: object) -> T:
    """The value of that type in plain JSON; raises :class:`DecodeError`."""
    return _decoder(kind)(data, "")


def time_to_json(value: datetime) -> str:
    """``2024-05-01T12:30:00Z``, with microseconds where there are any; a naive time is a ``TypeError``."""
    if value.tzinfo is None:
        raise TypeError(f"{value!r} has no time zone")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def time_from_json(data: object, path: str = "") -> datetime:
    """A time in UTC from ISO 8601 with ``Z`` or an offset."""
    try:
        value = datetime.fromisoformat(_time_text(data, path))
        if value.tzinfo is not None:
            return value.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, DecodeError):
            raise
    raise DecodeError(f"{data!r} is not a time such as 2024-05-01T12:30:00Z", path=path)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in dataclasses.fields(kind))


@cache
def _decoder(kind: Any) -> Decode:
    """The function that reads a type; built once a type."""
    if kind is JSON or kind is Any or kind is object:
        return _plain
    simple = _SIMPLE.get(kind)
    if simple:
        return simple
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _union(kind, arguments)
    if origin is Literal:
        return _one_of(arguments, lambda value: value)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _list(arguments[0])
    if origin in (Mapping, dict):
        return _mapping(arguments[1])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _one_of([member.value for member in kind], kind)
    if dataclasses.is_dataclass(kind):
        return _dataclass(typing.cast(type, kind))
    raise TypeError(f"{kind!r} has no JSON form")


def _dataclass(kind: type) -> Decode:
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    # Resolving the hints unfolds the recursive alias JSON; its name says it better.
    decoders = _Decoders({f.name: JSON if f.type == "JSON" else hints[f.name] for f in fields})
    known = decoders.kinds.keys()
    required = {f.name for f in fields if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING}

    def decode(data: Any, path: str) -> Any:
        if not isinstance(data, Mapping):
            raise DecodeError(f"a {kind.__name__} must be an object, not {_type(data)}", path=path)
        if not data.keys() <= known:
            unknown = min(str(name) for name in data.keys() - known)
            raise DecodeError(f"a {kind.__name__} has no field {unknown!r}", path=path)
        if not data.keys() >= required:
            raise DecodeError(f"the field {min(required - data.keys())!r} of a {kind.__name__} is missing", path=path)
        try:
            found = {name: decoders[name](value, name) for name, value in data.items()}
        except DecodeError as error:  # the whole path is put together only where somebody reads it
            raise error.within(path) from error
        return kind(**found)

    return decode


class _Decoders(dict[str, Decode]):
    """What reads each field of a dataclass, looked up when it is first needed: some types are only ever written."""

    def __init__(self, kinds: Mapping[str, Any]) -> None:
        self.kinds = kinds

    def __missing__(self, name: str) -> Decode:
        found = self[name] = _decoder(self.kinds[name])
        return found


def _list(item: Any) -> Decode:
    one = _decoder(item)

    def decode(data: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(data, list | tuple):
            raise DecodeError(f"must be a list, not {_type(data)}", path=path)
        return tuple([one(value, f"{path}[{index}]") for index, value in enumerate(data)])

    return decode


def _mapping(item: Any) -> Decode:
    one = _decoder(item)

    def decode(data: Any, path: str) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise DecodeError(f"must be an object, not {_type(data)}", path=path)
        return {key: one(value, f"{path}[{key!r}]") for key, value in data.items()}

    return decode


def _union(kind: Any, arguments: tuple[Any, ...]) -> Decode:
    others = [argument for argument in arguments if argument is not type(None)]
    if len(others) != 1 or len(others) == len(arguments):
        raise TypeError(f"{kind!r} has no JSON form")
    one = _decoder(others[0])

    def decode(data: Any, path: str) -> Any:
        return None if data is None else one(data, path)

    return decode


def _one_of(allowed: Sequence[Any], make: Callable[[Any], Any]) -> Decode:
    made = {value: make(value) for value in allowed}

    def decode(data: Any, path: str) -> Any:
        # A whole number or a truth value may equal an allowed one without being it.
        if type(data) is str and data in made:
            return made[data]
        if not any(type(data) is type(value) and data == value for value in allowed):
            raise DecodeError(f"{data!r} is none of {', '.join(map(str, allowed))}", path=path)
        return make(data)

    return decode


def _exactly(kind: type, words: str) -> Decode:
    def decode(data: Any, path: str) -> Any:
        if type(data) is not kind:
            raise DecodeError(f"must be {words}, not {_type(data)}", path=path)
        return data

    return decode


def _float(data: Any, path: str) -> float:
    if type(data) not in (int, float) or not math.isfinite(data):
        raise DecodeError(f"must be a number, not {_type(data)}", path=path)
    return float(data)


def _duration(data: Any, path: str) -> timedelta:
    try:
        return timedelta(seconds=_float(data, path))
    except OverflowError as error:
        raise DecodeError(f"{data!r} seconds are too many", path=path) from error


def _plain(data: Any, path: str) -> Any:
    try:
        return to_json(data)
    except TypeError as error:
        raise DecodeError(str(error), path=path) from error
    except RecursionError as error:
        raise DecodeError("is nested too deep", path=path) from error


_time_text = _exactly(str, "a time as text")

_TYPE_NAMES = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}


def _type(data: object) -> str:
    return f"the number {data}" if type(data) in (int, float) else _TYPE_NAMES.get(type(data), type(data).__name__)


_SIMPLE: dict[Any, Decode] = {
    str: _exactly(str, "text"),
    bool: _exactly(bool, "true or false"),
    int: _exactly(int, "a whole number"),
    float: _float,
    datetime: time_from_json,
    timedelta: _duration,
}
