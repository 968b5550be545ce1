"""``hubbub archive``: back up, restore, check and compact the archive."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from ...config.loading import SQLITE
from ...core.errors import ArchiveError
from ..exits import Exit, note
from ..output import json_option, plural, print_json, say
from ..session import Session

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def command() -> None:
    """Back up, restore, check and compact the archive."""


@command.command()
@click.argument("file", type=FILE, required=False)
@click.pass_obj
def backup(session: Session, file: Path | None) -> Exit:
    """Write a copy of the archive into FILE, while others go on working.

    Without FILE it goes into the workspace's folder "backups". A backup is one SQLite file, also of a PostgreSQL archive,
    and never overwrites anything. Pictures are kept beside the archive, in "media": copy that folder, too.
    """
    from ..compose import open_archive_of

    workspace = session.workspace
    path = session.cwd / file if file else workspace.paths.made(workspace.paths.backups) / f"archive-{_stamp()}.db"
    archive = open_archive_of(workspace)
    try:
        archive.backup(path)
        count = archive.count()
    finally:
        archive.close()
    say(f"{plural(count, 'mention')} backed up into {path} ({path.stat().st_size / 1e6:,.1f} MB).")
    return Exit.OK


@command.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Replace an archive that has something in it; it is backed up first.")
@click.pass_obj
def restore(session: Session, file: Path, replace: bool) -> Exit:
    """Fill the archive from a backup.

    The archive must be empty; with --replace it may not be, and stop other programs of hubbub first. The search index is
    built again at the next search.
    """
    from ...archive import restore as fill
    from ..compose import archive_url, now, open_archive_of

    workspace, file = session.workspace, session.cwd / file
    url = archive_url(workspace)
    place = Path(str(url).removeprefix(SQLITE)) if isinstance(url, Path) or url.startswith(SQLITE) else None
    if replace and place and place.exists():
        say(f"The archive that was there is kept in {_swap(place, file, workspace.paths.made(workspace.paths.backups))}.")
    elif replace and place is None:
        raise click.UsageError("--replace is for archive.db; on a server, name an empty database in [archive] url.")
    else:
        try:
            fill(file, url, now=now)
        except ArchiveError:
            if place and place.exists() and file.exists():
                note("(To put a backup in the place of what is there: hubbub archive restore --replace FILE)")
            raise
    archive = open_archive_of(workspace)
    try:
        say(f"The archive has {plural(archive.count(), 'mention')} now; the index is built at the next search.")
    finally:
        archive.close()
    return Exit.OK


@command.command()
@json_option
@click.pass_obj
def check(session: Session, as_json: bool) -> Exit:
    """Check that the archive is whole, and our copies of pictures with it."""
    from ...core.mediacare import check_media
    from ..compose import open_archive_of

    archive = open_archive_of(session.workspace)
    try:
        problems, count = archive.check(), archive.count()
        pictures = check_media(archive, session.workspace.paths.media)
    finally:
        archive.close()
    if as_json:
        everything = [*problems, *pictures]
        print_json({"total": len(everything), "problems": problems, "pictures": pictures, "mentions": count})
        return Exit.ARCHIVE if everything else Exit.OK
    for problem in (*problems, *pictures):
        say(problem)
    if problems:
        note("Restore the newest good backup: hubbub archive restore --replace FILE")
    else:
        say(f"{'All else' if pictures else 'The archive'} is whole: {plural(count, 'mention')}.")
    return Exit.ARCHIVE if problems or pictures else Exit.OK


@command.command()
@click.pass_obj
def compact(session: Session) -> Exit:
    """Give the space of what was removed back to the disk.

    Needs room for a second copy while it works. hubbub purge does this by itself.
    """
    from ..compose import open_archive_of

    archive = open_archive_of(session.workspace)
    try:
        say(f"{archive.compact() / 1e6:,.1f} MB given back to the disk.")
    finally:
        archive.close()
    return Exit.OK


def _swap(archive: Path, backup_file: Path, backups: Path) -> Path:
    """Put a restored archive in the place of another; gives where the other one is kept."""
    from ...archive import restore as fill
    from ..compose import now

    fresh = archive.with_name(f".{archive.name}.restored")
    _remove(fresh)
    try:
        # Built beside the old one first: a backup that cannot be read costs nothing.
        fill(backup_file, fresh, now=now)
        kept = backups / f"replaced-{_stamp()}.db"
        _move(archive, kept)
        _move(fresh, archive)
    finally:
        _remove(fresh)
    return kept


_SIDE_FILES = ("-wal", "-shm")


def _move(database: Path, to: Path) -> None:
    """Rename a database with its side files, which may hold what the file itself does not have yet."""
    for suffix in ("", *_SIDE_FILES):
        path = Path(f"{database}{suffix}")
        if path.exists():
            path.rename(f"{to}{suffix}")


def _remove(database: Path) -> None:
    for suffix in ("", *_SIDE_FILES, "-journal"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
