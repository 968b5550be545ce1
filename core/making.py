"""Frozen values, made by the page, and sent from process to process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, make_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")


def maker(kind: type[T]) -> Callable[..., T]:
    """A function that makes values of a frozen dataclass from all its fields, in their order.

    A frozen dataclass sets its fields one by one through ``object.__setattr__``, a third of the time of reading a page
    of records. Here a twin that can be written to is filled, and is given its class at the end: a sixth of that time. The class
    must have no ``__post_init__``, since nobody would call it.
    """
    if hasattr(kind, "__post_init__"):
        raise TypeError(f"{kind.__name__} is more than its fields")
    slots = "__slots__" in vars(kind)
    names = [field.name for field in fields(kind)]  # pyright: ignore[reportArgumentType]

    def become(made: Any) -> None:
        made.__class__ = kind

    twin: Any = make_dataclass(kind.__name__, names, slots=slots, repr=False, eq=False, namespace={"__post_init__": become})
    return twin


def portable(kind: type[T]) -> type[T]:
    """Have values of a frozen dataclass (of two fields or more) pickled in a third of the time, and unpickled in a fourth.

    What :mod:`dataclasses` gives such a class looks its fields up for every value, and sets them one by one.
    """
    values = attrgetter(*(field.name for field in fields(kind)))  # pyright: ignore[reportArgumentType]

    def reduced(self: T, protocol: Any) -> str | tuple[Any, ...]:
        # A class made from this one may have more fields.
        return (_made, (kind, *values(self))) if type(self) is kind else object.__reduce_ex__(self, max(protocol, 2))

    kind.__reduce_ex__ = reduced  # pyright: ignore[reportAttributeAccessIssue]
    return kind


def _made(kind: type[T], *values: Any) -> T:
    return _maker(kind)(*values)


_maker = cache(maker)
