"""What an API that is paid by the piece has cost this month: written before anything is asked, never less than was spent.

The cost of the most that an answer can hold is written first, durably; once the answer is there it is corrected to what came.
A program that is killed in between has counted too much, never too little. Amounts are thousandths of a dollar.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class LedgerUnusable(Exception):
    """The file that keeps what was spent cannot be read or written; ``str()`` says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """What was spent in a month (UTC), and what was paid for today: the same thing is paid for once a day."""

    month: str
    amount: int = 0
    day: str = ""
    paid: frozenset[str] = field(default_factory=frozenset)

    def at(self, now: datetime) -> Spent:
        """The same as it stands now: a new month begins at zero. A clock that goes backwards begins nothing."""
        spent = self
        if f"{now:%Y-%m}" > spent.month:
            spent = replace(spent, month=f"{now:%Y-%m}", amount=0)
        if f"{now:%Y-%m-%d}" != spent.day:
            spent = replace(spent, day=f"{now:%Y-%m-%d}", paid=frozenset())
        return spent

    def settled(self, reserved: int, prices: Mapping[str, int]) -> Spent:
        """With what really came in place of what was reserved."""
        cost = sum(price for thing, price in prices.items() if thing not in self.paid)
        return replace(self, amount=max(0, self.amount - reserved) + cost, paid=self.paid | prices.keys())


class Ledger:
    """The file, shared by all threads and programs that use it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def spent(self, now: datetime) -> int:
        """What was spent this month, requests under way included."""
        with self._locked():
            return self._read(now).amount

    def reserve(self, piece: int, most: int, least: int, cap: int, now: datetime) -> int:
        """Set the cost of up to ``most`` pieces aside, and give how many; 0 where not even ``least`` are left below the cap."""
        with self._locked():
            spent = self._read(now)
            pieces = min(most, (cap - spent.amount) // piece)
            if pieces < least:
                return 0
            self._write(replace(spent, amount=spent.amount + pieces * piece))
            return pieces

    def settle(self, reserved: int, prices: Mapping[str, int], now: datetime) -> int:
        """Put what really came in place of what was set aside; gives what was spent in all."""
        with self._locked():
            spent = self._read(now).settled(reserved, prices)
            self._write(spent)
            return spent.amount

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # A file of its own, since the ledger itself is replaced by each writing.
        try:
            lock = open(self.path.with_suffix(".lock"), "a+b")  # noqa: SIM115
        except OSError as error:
            raise LedgerUnusable(str(error)) from error
        with lock:
            try:
                _lock(lock.fileno())
            except OSError as error:
                raise LedgerUnusable(f"it cannot be locked ({error})") from error
            yield  # closing the file lets go of the lock, and so does the end of the program

    def _read(self, now: datetime) -> Spent:
        try:
            kept = json.loads(self.path.read_text("utf-8"))
            month, amount, day, paid = kept["month"], kept["thousandths"], kept["day"], kept["paid"]
            datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
            if not isinstance(amount, int) or isinstance(amount, bool) or amount < 0 or not isinstance(paid, list):
                raise ValueError("it holds no amount")
            return Spent(month=month, amount=amount, day=str(day), paid=frozenset(map(str, paid))).at(now)
        except FileNotFoundError:
            return Spent(month=f"{now:%Y-%m}").at(now)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LedgerUnusable(f"{type(error).__name__}: {error}") from error

    def _write(self, spent: Spent) -> None:
        kept = {"month": spent.month, "thousandths": spent.amount, "day": spent.day, "paid": sorted(spent.paid)}
        fresh = self.path.with_suffix(".new")
        try:
            with open(fresh, "w", encoding="utf-8") as file:
                json.dump(kept, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, self.path)
            _sync_folder(self.path.parent)
        except OSError as error:
            raise LedgerUnusable(str(error)) from error


def things(kind: str, ids: Iterable[Any], price: int) -> dict[str, int]:
    """The price of each of these, by a name that tells posts and people apart."""
    return {f"{kind}:{id}": price for id in ids}


def _sync_folder(folder: Path) -> None:
    """Make the new name of a file durable, where the system can."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    """Wait until nobody else holds this file."""
    if sys.platform == "win32":
        import msvcrt

        while True:
            with suppress(OSError):  # it gives up after ten seconds
                msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
                return
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)
