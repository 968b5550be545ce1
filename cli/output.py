"""The one place that writes to standard output: lines, tables and JSON.

All text goes through :func:`hubbub.core.controls.clean` first, so that nothing a stranger wrote can steer the terminal.
Tables fit the terminal; into a pipe or a file they go whole, with tabs between the columns.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from shutil import get_terminal_size
from typing import Any

import click

from ..config.secrets import redact
from ..core.controls import clean
from ..core.localtime import local
from ..core.serial import to_json
from .widths import fit, pad, width

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
"""For every command that lists or shows something; the parameter is called ``as_json``."""

NARROWEST = 8
"""Cells below which a column that gives way is not cut."""
GAP = "  "

# What JSON may carry as it is but a terminal must not get: C1 controls, line separators, bidi overrides, lone surrogates.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    show: Callable[[Any], object]
    """From a thing to what stands in its row."""
    right: bool = False
    """Whether it is aligned on the right, as numbers are."""
    gives_way: bool = False
    """Whether it is cut first where the terminal is narrow."""


def say(text: str = "") -> None:
    """Print a text of one or more lines."""
    _write(clean(redact(text), newlines=True))


def say_styled(text: str) -> None:
    """Print a line that carries emphasis of our own; all else in it must have been cleaned already."""
    _write(text)


def print_json(value: object) -> None:
    """Print values as indented JSON in UTF-8; what a terminal must not get is escaped, not lost."""
    text = json.dumps(to_json(value), ensure_ascii=False, indent=2)
    text = _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    buffer.write(text.encode("utf-8"))
    buffer.flush()


def print_listing(
    name: str,
    things: Sequence[Any],
    columns: Sequence[Column],
    *,
    as_json: bool,
    to_dict: Callable[[Any], Mapping[str, object]],
    empty: str,
    more: Mapping[str, object] | None = None,
) -> None:
    """Print things as a table, or as ``{"total": n, "<name>": [...]}``; ``empty`` is said where there are none.

    ``more`` are further keys of the JSON, and may replace ``total`` where only a page of the things is listed.
    """
    if as_json:
        print_json({"total": len(things), name: [to_dict(thing) for thing in things], **(more or {})})
    elif things:
        print_table([[column.show(thing) for column in columns] for thing in things], columns)
    else:
        say(empty)


def print_table(rows: Sequence[Sequence[object]], columns: Sequence[Column]) -> None:
    """Print rows under the columns' titles."""
    cells = [[column.title for column in columns]]
    cells += [[clean(redact(_text(cell)), newlines=False) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        _write("\n".join("\t".join(row) for row in cells))
        return
    widths = fitted_widths(cells, columns, get_terminal_size().columns)
    for row in cells:
        line = GAP.join(pad(fit(cell, w), w, right=column.right) for cell, w, column in zip(row, widths, columns, strict=True))
        _write(line.rstrip())


def fitted_widths(cells: Sequence[Sequence[str]], columns: Sequence[Column], room: int) -> list[int]:
    """How wide each column is so that a row fits: the widest columns that give way are cut first, then any."""
    widths = [max(width(row[i]) for row in cells) for i in range(len(columns))]
    over = sum(widths) + len(GAP) * (len(columns) - 1) - room
    for choose in ([i for i, column in enumerate(columns) if column.gives_way], range(len(columns))):
        while over > 0:
            widest = max((i for i in choose if widths[i] > NARROWEST), key=lambda i: widths[i], default=None)
            if widest is None:
                break
            widths[widest] -= 1
            over -= 1
    return widths


def show_time(moment: datetime | None) -> str:
    """A time as people at this machine read it: local, to the minute; a dash for none."""
    return local(moment).strftime("%Y-%m-%d %H:%M") if moment else "–"


def plural(count: int, one: str, many: str = "") -> str:
    """``1 mention``, ``2 mentions``; thousands are set apart."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _text(cell: object) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return show_time(cell)
    if isinstance(cell, tuple | list):
        return ", ".join(map(str, cell))
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _write(text: str) -> None:
    try:
        sys.stdout.write(text + "\n")
    except UnicodeEncodeError:
        # A terminal that is not UTF-8: show a question mark for what it does not know.
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
