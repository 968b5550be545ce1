"""Running one piece of work in a fresh process, and watching its memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INTERVAL = 0.5
"""Seconds between two samples of memory; taking one holds up the process that is looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """Several measurements of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)

    def to_dict(self) -> dict[str, float | int]:
        """For the results' file."""
        return {"median": self.median, "min": min(self.values), "max": max(self.values), "runs": len(self.values)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """What a process printed, and what it took."""

    output: Any
    seconds: float
    """From start to end of the process."""
    peak_mb: float
    """The most memory that it and its children held at one time; 0 where the system does not tell."""


def run_json(python: Path | str, script: Path, *args: str, watch: bool = True) -> Ran:
    """Run a script that prints one JSON value; its failure ends the benchmark with what it said."""
    ran = run([str(python), str(script), *args], watch=watch)
    return Ran(output=json.loads(ran.output), seconds=ran.seconds, peak_mb=ran.peak_mb)


def run(command: Sequence[str], *, watch: bool = False) -> Ran:
    """Run a command; its failure ends the benchmark with what it said."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=_compiled())
        with MemoryWatch(process.pid, on=watch) as memory:
            _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            sys.exit(f"{' '.join(command)}\nended with {process.returncode}:\n{errors.read()[-3000:]}")
        # What the system itself has counted knows short lives, but only one process at a time (kilobytes on Linux).
        counted = usage.ru_maxrss / 1024 if sys.platform == "linux" else 0.0
        return Ran(output=output.read(), seconds=seconds, peak_mb=max(memory.peak_mb, counted))


def _compiled() -> dict[str, str]:
    """The environment, in which Python keeps what it has compiled: an installed program comes so."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class MemoryWatch:
    """Samples the memory of a process and of its children twice a second (Linux only).

    Of the process itself all that is resident counts, of its children their proportional share: a pool of forked processes
    is not counted as if each had its own copy of what they share.
    """

    def __init__(self, pid: int, *, on: bool = True) -> None:
        self.peak_mb = 0.0
        self._pid = pid
        self._on = on and Path("/proc/self/smaps_rollup").exists()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> MemoryWatch:
        if self._on:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._on:
            self._thread.join()

    def _sample(self) -> None:
        while not self._done.is_set():
            held = sum(_held_kb(pid, "Rss:" if pid == self._pid else "Pss:") for pid in _family(self._pid))
            self.peak_mb = max(self.peak_mb, held / 1024)
            self._done.wait(INTERVAL)


def _family(pid: int) -> list[int]:
    """A process and all that it started."""
    try:
        children = [
            int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
        ]
    except OSError:
        return [pid]
    return [pid, *(member for child in children for member in _family(child))]


def _held_kb(pid: int, kind: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        # It has ended since it was listed.
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(kind)), 0)
