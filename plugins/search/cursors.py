"""Where a page of hits begins, as text that callers hand back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

Place: TypeAlias = tuple[int, str]
"""The last hit of the page before, in an order by a number: its time (microseconds since 1970) or rank, and its ref."""

_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True)
class ScoredPlace:
    """The last hit of the page before, in the order of relevance."""

    score: float
    """What it scored then. What it scores now counts before this, as long as it is there."""
    shown: int
    """How many hits were shown up to it: where to begin to look."""
    ref: str


def read_place(cursor: str) -> Place:
    """The place that a cursor of an order by a number names; raises ``ValueError``."""
    value, _, ref = cursor.partition(" ")
    return _read(int, value, cursor), ref


def write_place(place: Place) -> str:
    """The cursor of a place."""
    return f"{place[0]} {place[1]}"


def read_scored(cursor: str) -> ScoredPlace:
    """The place that a cursor of the order of relevance names; raises ``ValueError``."""
    score, _, rest = cursor.partition(" ")
    shown, _, ref = rest.partition(" ")
    return ScoredPlace(_read(float, score, cursor), max(0, _read(int, shown, cursor)), ref)


def write_scored(place: ScoredPlace) -> str:
    """The cursor of a place."""
    return f"{place.score!r} {place.shown} {place.ref}"


def _read(kind: Callable[[str], _Number], text: str, cursor: str) -> _Number:
    try:
        return kind(text)
    except ValueError:
        raise ValueError(f"{cursor!r} is no place in a list of hits") from None
