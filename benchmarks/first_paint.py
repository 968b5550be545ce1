"""How long the terminal application takes from its start to the first mention on the screen, in a real terminal.

``python first_paint.py FOLDER`` starts ``hubbub tui`` in a pseudo-terminal of 120×40, waits until the newest mention of the
workspace is written to it, then presses the down key and waits until the next answer ends; then it types words into the search
bar and waits after each letter until how much was found is written, which is in the same frame as the rows.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

from measuring import MemoryWatch
from queries import COMMON, MIDDLE

from hubbub.cli.compose import open_desk
from hubbub.config.loading import load_workspace

ROWS, COLUMNS = 40, 120
LONGEST = 60.0
"""Seconds after which waiting has no sense any more."""
BETWEEN = 0.15
"""Seconds between an answer and the next letter: somebody who types fast."""
_CONTROL = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")


def newest_words(folder: Path) -> str:
    """The first words of the newest mention, as a row of the list begins to show them."""
    with open_desk(load_workspace(folder)) as desk:
        row = desk.search("", limit=1).rows[0]
    return " ".join(row.record.mention.text.split()[:2])


def letters(folder: Path) -> list[tuple[str, str]]:
    """Letters to be typed, and what is written beside the query once their rows stand; left out where it stays the same."""
    text = f"{COMMON} {MIDDLE}"
    with open_desk(load_workspace(folder)) as desk:
        totals = [desk.search(text[:end], limit=1).total for end in range(1, len(text) + 1)]
    said = [f"{total:,} · " for total in totals]
    return [(letter, "" if words == before else words) for letter, words, before in zip(text, said, ["", *said], strict=False)]


class Terminal:
    """A program in a pseudo-terminal, and what it has written so far."""

    def __init__(self, command: list[str]) -> None:
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
            os.execvp(command[0], command)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.written = b""

    def read(self, timeout: float) -> bool:
        """Take in what comes within so many seconds; whether anything came."""
        ready, _, _ = select.select([self._fd], [], [], timeout)
        if not ready:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return False
        self.written += data
        return bool(data)

    def until(self, words: str) -> float:
        """Seconds from the start until the words stand on the screen."""
        wanted = words.encode()
        while time.perf_counter() - self.started < LONGEST:
            self.read(0.5)
            if wanted in _CONTROL.sub(b"", self.written):
                return time.perf_counter() - self.started
        sys.exit(f"the words {words!r} did not appear within {LONGEST:.0f} s; the screen got:\n{self.written[-2000:]!r}")

    def press(self, keys: bytes) -> float:
        """Seconds from a key until the first answer to it."""
        while self.read(0.3):
            pass
        before = time.perf_counter()
        os.write(self._fd, keys)
        self.read(5)
        return time.perf_counter() - before

    def type(self, letter: str, words: str) -> float | None:
        """Seconds from a letter until the words are written; without words, none."""
        until = time.perf_counter() + BETWEEN
        while (left := until - time.perf_counter()) > 0:
            self.read(left)
        self.written, before = b"", time.perf_counter()
        os.write(self._fd, letter.encode())
        while words and words.encode() not in _CONTROL.sub(b"", self.written):
            if time.perf_counter() - before > LONGEST:
                sys.exit(f"the words {words!r} did not appear after {letter!r}; the screen got:\n{self.written[-2000:]!r}")
            self.read(0.5)
        return time.perf_counter() - before if words else None

    def close(self) -> None:
        """End the program, the polite way first."""
        with contextlib.suppress(OSError):
            os.write(self._fd, b"\x11")
        for _ in range(50):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    break
            self.read(0.1)
        else:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)


def main(folder: Path) -> dict[str, float]:
    """Seconds to the first mention, from a key to its answer, from a letter typed until its rows stand; the peak memory."""
    words, text = newest_words(folder), letters(folder)
    command = [str(Path(sys.executable).with_name("hubbub")), "--workspace", str(folder), "tui"]
    terminal = Terminal(command)
    with MemoryWatch(terminal.pid) as memory:
        try:
            paint = terminal.until(words)
            keys = sorted(terminal.press(b"\x1b[B") for _ in range(7))
            terminal.press(b"/")
            typed = sorted(seconds for letter in text if (seconds := terminal.type(*letter)) is not None)
        finally:
            terminal.close()
    return {"paint": paint, "key": keys[len(keys) // 2], "typed": typed[len(typed) // 2], "peak_mb": memory.peak_mb}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
