"""Pushing by the program rsync, over ssh or to a folder of this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .pushing import run

SSH = "ssh -o BatchMode=yes"
"""Never asks for a password: keys and hosts must be known to ssh already."""
_DELETED = "*deleting"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rsync:
    """Brings stories into ``<to>/<slug>/``."""

    to: str
    port: int | None = None

    def push(self, folder: Path, slugs: Sequence[str], lists: Sequence[str], *, dry_run: bool) -> tuple[list[str], list[str]]:
        """As :class:`~hubbub.cli.pushing.Pusher` says; ``--delete`` is given for the folders of the stories only."""
        sent: list[str] = []
        removed: list[str] = []
        for slug in slugs:
            changes = self._run("--delete", "--", f"{folder / slug}/", f"{self._to}/{slug}/", dry_run=dry_run)
            sent += [f"{slug}/{name}" for kind, name in changes if kind != _DELETED]
            removed += [f"{slug}/{name}" for kind, name in changes if kind == _DELETED]
        if lists:
            changes = self._run("--", *(str(folder / name) for name in lists), f"{self._to}/", dry_run=dry_run)
            sent += [name for _, name in changes]
        return sent, removed

    @property
    def _to(self) -> str:
        return self.to.rstrip("/")

    def _run(self, *arguments: str, dry_run: bool) -> list[tuple[str, str]]:
        """What rsync says that it changed: kind and name, folders left out."""
        shell = f"{SSH} -p {self.port}" if self.port else SSH
        options = ["--recursive", "--times", "--checksum", "--compress", f"--rsh={shell}", "--out-format=%i %n"]
        out = run("rsync", *options, *(["--dry-run"] if dry_run else []), *arguments)
        rows = [row.split(maxsplit=1) for row in out.splitlines()]
        rows = [row for row in rows if len(row) == 2 and row[0] != "created"]  # "created directory /srv/www/acme" is no file
        # "<", ">" and "c" in front: sent or made; "." tells that only its times differ (rsync(1), --itemize-changes).
        return [(row[0], row[1]) for row in rows if not row[1].endswith("/") and row[0][0] in "<>c*"]
