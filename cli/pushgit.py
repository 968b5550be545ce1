"""Pushing with git: stories are copied into a clone of the user's, committed and pushed. Never by force."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.publishing import publication
from .pushing import PushFailed, files_of, run


@dataclass(frozen=True, kw_only=True, slots=True)
class Git:
    """Brings stories into ``<clone>/<into>/<slug>/`` and to the remote that the branch goes to."""

    clone: Path
    into: str = ""
    remote: str = "origin"
    message: str = "Stories"

    def push(self, folder: Path, slugs: Sequence[str], lists: Sequence[str], *, dry_run: bool) -> tuple[list[str], list[str]]:
        """As :class:`~hubbub.cli.pushing.Pusher` says. Only paths of ours are committed, whatever else changed there."""
        top = Path(run("git", "rev-parse", "--show-toplevel", cwd=self.clone).strip())
        place = (top / self.into).resolve()
        if not place.is_relative_to(top.resolve()) or place.is_relative_to((top / ".git").resolve()):
            raise PushFailed(f"{self.into!r} leads out of the clone {top}; write a folder within it.")
        branch = run("git", "symbolic-ref", "--short", "HEAD", cwd=top).strip()
        for slug in slugs:
            if (place / slug).exists() and publication(place / slug) is None:
                raise PushFailed(f"{place / slug} holds files that hubbub did not write; they are left alone.")
        sent, removed = _differences(folder, place, slugs, lists)
        if dry_run or not (slugs or lists):  # without a path git would take the whole clone
            return sent, removed
        for slug in slugs:
            if place.joinpath(slug).is_symlink():
                place.joinpath(slug).unlink()  # somebody else's commit may have made it lead out of the clone
            shutil.rmtree(place / slug, ignore_errors=True)
            shutil.copytree(folder / slug, place / slug, ignore=_links)
        for name in lists:
            place.joinpath(name).unlink(missing_ok=True)
            shutil.copyfile(folder / name, place / name)
        paths = [str(place / name) for name in (*slugs, *lists)]
        run("git", "add", "--all", "--force", "--", *paths, cwd=top)
        if run("git", "status", "--porcelain", "--", *paths, cwd=top).strip():
            run("git", "commit", "--quiet", "-m", self.message, "--", *paths, cwd=top)
        run("git", "push", "--quiet", self.remote, f"HEAD:refs/heads/{branch}", cwd=top)
        return sent, removed


def _links(folder: str, names: list[str]) -> list[str]:
    """Those that lead elsewhere: what is there may be meant for nobody else."""
    return [name for name in names if Path(folder, name).is_symlink()]


def _differences(folder: Path, place: Path, slugs: Sequence[str], lists: Sequence[str]) -> tuple[list[str], list[str]]:
    """Files that are new or other, and files that are there and should not be."""
    ours = {name for slug in slugs for name in files_of(folder, slug)}
    theirs = {path.relative_to(place).as_posix() for slug in slugs for path in (place / slug).rglob("*") if path.is_file()}
    both = ours | set(lists)
    other = [n for n in sorted(both) if not (place / n).is_file() or (place / n).read_bytes() != (folder / n).read_bytes()]
    return other, sorted(theirs - ours)
