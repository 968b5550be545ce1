"""``hubbub tui`` in a real terminal, and where there is none."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

SETTINGS = """\
[workspace]
name = "Acme watch"
languages = ["en"]

[[topics]]
name = "acme"
query = "acme"

[tui.keys]
"app.quit" = "f12"
"""
_CONTROL = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")


def workspace(folder: Path, settings: str = SETTINGS) -> Path:
    (folder / "hubbub.toml").write_text(settings)
    return folder


def in_terminal(folder: Path, wait_for: str, keys: bytes) -> tuple[int, str]:
    """Run the application in a pseudo-terminal, press keys when it shows the words; its exit code and what it wrote."""
    pid, terminal = pty.fork()
    if pid == 0:
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30", "LANG": "C.UTF-8"}
        os.execve(sys.executable, [sys.executable, "-m", "hubbub", "-w", str(folder), "tui"], environment)
    written, pressed, end = b"", False, time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                data = os.read(terminal, 65536)
            except OSError:  # the program has ended and closed its side
                break
            if not data:
                break
            written += data
        if not pressed and wait_for.encode() in _CONTROL.sub(b"", written):
            os.write(terminal, keys)
            pressed = True
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    return code, _CONTROL.sub(b"", written).decode(errors="replace")


def test_it_opens_on_the_inbox_and_leaves_by_the_users_own_key(tmp_path: Path) -> None:
    code, written = in_terminal(workspace(tmp_path), "hubbub sources add", b"\x1b[24~")
    assert code == 0
    assert "Acme watch" in written
    assert "there is no source to listen to" in written


def test_a_key_for_no_action_is_named_before_anything_opens(tmp_path: Path) -> None:
    settings = SETTINGS.replace("app.quit", "app.qiut")
    code, written = in_terminal(workspace(tmp_path, settings), "never", b"")
    assert code == 3
    assert "tui.keys.app.qiut: There is no action 'app.qiut'. Did you mean 'app.quit'?" in written


def test_without_a_terminal_it_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hubbub", "-w", str(workspace(tmp_path)), "tui"]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
