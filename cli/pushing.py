"""Bringing published stories to where they are served: the kinds of places, and what came of a push.

A place is a ``[[targets]]`` of the settings. Only folders of the stories that are named are written and cleared there, and the
files of the list; whatever else lies there stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from ..core.contracts import Component
from ..core.errors import ExportError
from ..core.publishing import publication

if TYPE_CHECKING:
    from ..config.workspace import TargetSettings, Workspace

LISTS = ("index.html", "feed.xml", "sitemap.xml")
"""The files beside the stories: they go last, so that the list never names a page that is not there yet."""


class PushFailed(ExportError):
    """Stories could not be brought to a place; what had arrived before is there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pushed:
    """What a push did, or would do."""

    target: str
    sent: tuple[str, ...] = ()
    """Files that were new or other there, as ``slug/index.html``."""
    removed: tuple[str, ...] = ()
    """Files that are not part of a story any more."""


class Pusher(Protocol):
    """Brings stories to one kind of place."""

    def push(self, folder: Path, slugs: Sequence[str], lists: Sequence[str], *, dry_run: bool) -> tuple[list[str], list[str]]:
        """Make each ``folder/<slug>`` and each of the files of ``lists`` the same there; what was sent and what was removed.

        With ``dry_run`` nothing is changed there. Raises ``PushFailed``.
        """
        ...


def _no_option(text: str) -> str:
    if not text.strip() or text.startswith("-") or not text.isprintable():
        raise ValueError("it must be one line that does not begin with a hyphen")
    return text.strip()


Plain = Annotated[str, AfterValidator(_no_option)]


class _Options(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RsyncOptions(_Options):
    """``kind = "rsync"``"""

    to: Plain
    port: Annotated[int, Field(ge=1, le=65535)] | None = None


class GitOptions(_Options):
    """``kind = "git"``"""

    folder: Plain
    into: str = ""
    remote: Plain = "origin"
    message: Plain = "Stories"


class S3Options(_Options):
    """``kind = "s3"``"""

    endpoint: Annotated[str, Field(pattern=r"^https?://[^/?#\s]+/?$")]
    bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    prefix: Annotated[str, Field(pattern=r"^([\w.-]+/)*$")] = ""
    region: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")] = "us-east-1"
    key: str
    secret: SecretStr


def push(workspace: Workspace, name: str, slugs: Sequence[str], *, dry_run: bool = False) -> Pushed:
    """Bring stories of the workspace's published folder to the target of that name; raises ``NotFound`` and ``PushFailed``."""
    target = workspace.target(name)
    folder = workspace.paths.published(workspace.publish.folder)
    for slug in slugs:
        if publication(folder / slug) is None:
            raise PushFailed(f"{folder / slug} was not published by hubbub, so it is not pushed.")
    lists = [name for name in LISTS if (folder / name).is_file()]
    sent, removed = pusher(workspace, target).push(folder, slugs, lists, dry_run=dry_run)
    return Pushed(target=name, sent=tuple(sent), removed=tuple(removed))


def pusher(workspace: Workspace, target: TargetSettings) -> Pusher:
    """What brings stories to a target, its options checked and its secrets looked up; raises ``ConfigError``."""
    from .compose import secrets_of
    from .options import checked_options

    models: dict[str, tuple[type[BaseModel], Callable[[Any], Pusher]]] = {
        "rsync": (RsyncOptions, _rsync),
        "git": (GitOptions, lambda options: _git(options, workspace.folder)),
        "s3": (S3Options, _s3),
    }
    model, build = models[target.kind]
    options = checked_options(
        Component(name=target.kind, options=model, build=lambda options, context: build(options)),
        target.options,
        secrets=secrets_of(workspace),
        where=f"target {target.name!r}",
        file=str(workspace.paths.settings),
    )
    return build(options)


def _rsync(options: RsyncOptions) -> Pusher:
    from .pushrsync import Rsync

    return Rsync(to=options.to, port=options.port)


def _git(options: GitOptions, workspace: Path) -> Pusher:
    from .pushgit import Git

    clone = workspace / Path(options.folder).expanduser()
    return Git(clone=clone, into=options.into, remote=options.remote, message=options.message)


def _s3(options: S3Options) -> Pusher:
    from .pushs3 import S3

    return S3(
        endpoint=options.endpoint,
        bucket=options.bucket,
        prefix=options.prefix,
        region=options.region,
        key=options.key,
        secret=options.secret.get_secret_value(),
    )


def files_of(folder: Path, slug: str) -> dict[str, Path]:
    """A story's files by their name within ``folder``; links are left out: what they lead to may be meant for nobody else."""
    found = (path for path in (folder / slug).rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): path for path in found}


def run(program: str, *arguments: str, cwd: Path | None = None, timeout: float = 600) -> str:
    """Run a program without a shell; what it printed. Raises ``PushFailed`` with the end of what it said went wrong."""
    import os
    import subprocess

    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            [program, *arguments], cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout
        )
    except FileNotFoundError:
        raise PushFailed(f"The program {program} is not installed, or {cwd} does not exist.") from None
    except subprocess.TimeoutExpired:
        raise PushFailed(f"{program} took more than {timeout:.0f} seconds and was stopped.") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip() or done.stdout.decode("utf-8", "replace").strip()
        raise PushFailed(f"{program} failed ({done.returncode}): {said[-1000:]}")
    return done.stdout.decode("utf-8", "replace")
