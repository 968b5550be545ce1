"""The way out of the terminal application: the web browser and the user's own editor. Tests hand in a stand-in."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from textual.app import App, SuspendNotSupported

from ..core.errors import HubbubError


class Outside:
    """Opens addresses and edits texts with the programs that the user has chosen."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """``env`` is the environment: ``VISUAL`` or ``EDITOR`` names the editor."""
        self._env = env

    def browse(self, url: str) -> None:
        """Open an address; only http and https are followed."""
        if not is_web(url):
            raise HubbubError(f"Only http and https addresses are opened, not {url[:80]!r}.")
        if not webbrowser.open(url):
            raise HubbubError("No web browser could be started here; copy the address with y instead.")

    def edit(self, text: str) -> str:
        """Let the user change a text in the editor; blocks until it is closed."""
        editor = self._env.get("VISUAL") or self._env.get("EDITOR") or "vi"
        with tempfile.TemporaryDirectory(prefix="hubbub-") as folder:
            file = Path(folder) / "text.md"
            file.write_text(text, encoding="utf-8")
            try:
                done = subprocess.run([*shlex.split(editor), str(file)], check=False)
                if done.returncode:
                    raise HubbubError(f"The editor {editor!r} ended with code {done.returncode}; nothing was changed.")
                return file.read_text(encoding="utf-8").rstrip("\n")
            except (OSError, ValueError) as error:
                raise HubbubError(
                    f"The editor {editor!r} could not be used ({error}). Set EDITOR to one that is there."
                ) from error


def edit_outside(app: App[Any], outside: Outside, text: str) -> str:
    """Leave the screen to the editor and come back with the text; raises ``HubbubError`` where that cannot be."""
    if app.is_headless:
        return outside.edit(text)
    try:
        with app.suspend():
            return outside.edit(text)
    except SuspendNotSupported as error:
        raise HubbubError("This terminal cannot be handed to another program; edit the text here with enter.") from error


def is_web(url: str) -> bool:
    """Whether an address is a plain http(s) one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
