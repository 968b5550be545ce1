"""What the ranker ``influence`` keeps from one time to the next: the edges and voices of whole days, by topic.

Each day carries the archive's stamp of when it was read. A day with another stamp is read again, all others are not; what comes
out is the same as if everything were read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, TypeVar
from zipfile import BadZipFile

import numpy as np

from ...core.interactions import Edges, Voices
from ...core.values import Window

if TYPE_CHECKING:
    from ...core.archives import ArchiveReader

T = TypeVar("T", Edges, Voices)

FORMAT = 1
KEPT_DAYS = 800
"""Days before the end of a window that stay kept: two years and a bit."""
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class KeptDays:
    """Edges and voices of windows on topics. The folder is ours; a file that cannot be read is made anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, archive: ArchiveReader, window: Window, topic: str) -> tuple[Edges, Voices]:
        """Those of a window, only what is not kept read from the archive."""
        if window.end <= window.start:
            return _joined(Edges, []), _joined(Voices, [])
        first = -((_EPOCH - window.start) // _DAY)  # the first day that lies within as a whole
        end = (window.end - _EPOCH) // _DAY  # the first that does not any more
        if end <= first:
            return archive.edges(window, topic), archive.voices(window, topic)
        rims = [Window(start=window.start, end=_start(first)), Window(start=_start(end), end=window.end)]
        parts = [(archive.edges(rim, topic), archive.voices(rim, topic)) for rim in rims if rim.start < rim.end]
        parts.append(self._whole_days(archive, first, end, topic))
        return _joined(Edges, [edges for edges, _ in parts]), _joined(Voices, [voices for _, voices in parts])

    def _whole_days(self, archive: ArchiveReader, first: int, end: int, topic: str) -> tuple[Edges, Voices]:
        path = self._path(topic)
        # The stamps before the days: what changes in between is read once more next time.
        now = archive.day_stamps(Window(start=_start(first), end=_start(end)))
        kept, edges, voices = _load(path)
        changed = [day for day in now if kept.get(day) != now[day]]
        gone = [day for day in kept if first <= day < end and day not in now]
        if changed or gone:
            parts = [(_without(edges, [*changed, *gone]), _without(voices, [*changed, *gone]))]
            parts += [(archive.edges(run, topic), archive.voices(run, topic)) for run in _runs(changed)]
            edges = _joined(Edges, [each for each, _ in parts])
            voices = _joined(Voices, [each for _, each in parts])
            kept = {day: stamp for day, stamp in (kept | now).items() if day not in gone}
            if old := [day for day in kept if day < end - KEPT_DAYS and day < first]:
                edges, voices = _without(edges, old), _without(voices, old)
                kept = {day: stamp for day, stamp in kept.items() if day not in set(old)}
            _save(path, kept, edges, voices)
        return _between(edges, first, end), _between(voices, first, end)

    def _path(self, topic: str) -> Path:
        return self._folder / f"days-{hashlib.sha256(topic.encode('utf-8', 'replace')).hexdigest()[:24]}.npz"


def _start(day: int) -> datetime:
    return _EPOCH + day * _DAY


def _runs(days: Iterable[int]) -> Iterator[Window]:
    """Neighbouring days as one window."""
    first = last = None
    for day in sorted(days):
        if last is None or first is None or day > last + 1:
            if first is not None and last is not None:
                yield Window(start=_start(first), end=_start(last + 1))
            first = day
        last = day
    if first is not None and last is not None:
        yield Window(start=_start(first), end=_start(last + 1))


# --- columns -------------------------------------------------------------------------------------------------


def _columns(table: Edges | Voices) -> dict[str, Any]:
    return {field.name: getattr(table, field.name) for field in fields(table)}


def _joined(kind: type[T], tables: list[T]) -> T:
    if len(tables) == 1:
        return tables[0]
    names = [field.name for field in fields(kind)]
    if not tables:
        return kind(**{name: np.empty(0, np.int64) for name in names})
    # What is read anew has 64 bits; what is kept, far fewer, need not have as many for it.
    return kind(**{name: np.concatenate([_narrow(getattr(table, name)) for table in tables]) for name in names})


def _picked(table: T, which: Any) -> T:
    return table if which.all() else type(table)(**{name: column[which] for name, column in _columns(table).items()})


def _without(table: T, days: list[int]) -> T:
    return _picked(table, ~np.isin(table.days, days))


def _between(table: T, first: int, end: int) -> T:
    return _picked(table, (table.days >= first) & (table.days < end))


# --- files ---------------------------------------------------------------------------------------------------


def _load(path: Path) -> tuple[dict[int, int], Edges, Voices]:
    with suppress(OSError, ValueError, KeyError, EOFError, BadZipFile), np.load(path, allow_pickle=False) as file:
        if int(file["format"]) == FORMAT:
            edges, voices = _table(Edges, file), _table(Voices, file)
            return dict(zip(file["days"].tolist(), file["stamps"].tolist(), strict=True)), edges, voices
    return {}, _joined(Edges, []), _joined(Voices, [])


def _table(kind: type[T], file: Mapping[str, Any]) -> T:
    columns = {field.name: file[f"{kind.__name__}.{field.name}"] for field in fields(kind)}
    if len({len(column) for column in columns.values()}) != 1:
        raise ValueError("columns of different lengths")
    return kind(**columns)


def _save(path: Path, kept: dict[int, int], edges: Edges, voices: Voices) -> None:
    columns = {f"{type(table).__name__}.{name}": _narrow(c) for table in (edges, voices) for name, c in _columns(table).items()}
    days, stamps = np.array(list(kept), np.int64), np.array(list(kept.values()), np.int64)
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".days-", delete=False) as file:
        try:
            np.savez(file, format=np.array(FORMAT), days=days, stamps=stamps, **columns)
            file.close()
            os.replace(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _narrow(column: Any) -> Any:
    """A column in as few bytes as its values need."""
    if not len(column):
        return column
    kinds = (np.int8, np.int16, np.int32)
    low, high = column.min(), column.max()
    return next(
        (column.astype(kind, copy=False) for kind in kinds if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max), column
    )
