"""``hubbub import``: an export becomes a workspace again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...core.errors import ImportFailed
from ..exits import Exit, note
from ..output import json_option, plural, print_json, say
from ..progress import ProgressLine
from ..session import Session

if TYPE_CHECKING:
    from ...core.entries import Entry
    from ...core.importing import Export


@click.command()
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path))
@click.option(
    "--into", type=click.Path(path_type=Path), help="Make this folder a new workspace, instead of filling the one here."
)
@click.option("--keep-settings", is_flag=True, help="Leave hubbub.toml as it is; its topics and sources stay.")
@json_option
@click.pass_obj
def command(session: Session, source: Path, into: Path | None, keep_settings: bool, as_json: bool) -> Exit:
    """Read an export into an empty workspace, all or nothing.

    \b
    hubbub import ~/acme-2026 --into acme
    hubbub import acme-2026.tar.gz

    FROM is the folder or tar file that "hubbub export" wrote. What is cut short, damaged or of a newer hubbub is refused with
    the file and the line, and a workspace that has mentions is not touched. To read it into PostgreSQL, make a workspace with
    "hubbub init", name the database as url in its [archive], and import there: the settings of the export replace the
    others but for that address. The search index is built at the next search.

    Settings say what is collected from where: read those of somebody else before you run "hubbub collect", or keep your own
    with --keep-settings.
    """
    from ...core.folders import replace_folder, working_folder

    source = session.cwd / source.expanduser()
    if into is None:
        folder = session.folder
        with working_folder(folder / "import") as scratch:
            counts = _fill(session, source, folder, scratch, keep_settings=keep_settings)
    else:
        if keep_settings:
            raise click.UsageError("--keep-settings is for a workspace that is there; with --into a new one is made.")
        folder = session.cwd / into.expanduser()
        if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
            raise ImportFailed("There is something here already; name a new folder.", file=str(folder))
        with working_folder(folder) as fresh, working_folder(folder.with_name(f"{folder.name}.import")) as scratch:
            counts = _fill(session, source, fresh, scratch, keep_settings=False)
            replace_folder(fresh, folder)
    if as_json:
        print_json({"workspace": str(folder), "counts": counts})
    else:
        say(f"{plural(counts['mentions.jsonl'], 'mention')} and everything else are in {folder}")
        say("The search index is built at the next search.")
    return Exit.OK


def _fill(session: Session, source: Path, folder: Path, scratch: Path, *, keep_settings: bool) -> dict[str, int]:
    """Read an export into a folder: its pictures, then its entries and settings in one moment."""
    from ...config.loading import read_settings, read_text
    from ...config.locations import SETTINGS
    from ...config.travelling import settled
    from ...config.writing import write_atomically
    from ...core.importing import open_export
    from ..compose import open_archive_of

    with ProgressLine("bytes checked") as line, open_export(source, scratch, line) as export:
        before = read_text(folder) if (folder / SETTINGS).exists() else ""
        after = before if keep_settings else settled(export.settings, before)
        # Read before anything is written: what cannot be loaded must not be there.
        workspace = read_settings(after, folder)
        archive = open_archive_of(workspace)
        added: list[Path] = []

        def settle() -> None:
            if after != before:
                if before:
                    write_atomically(folder / f"{SETTINGS}.before-import", before.encode("utf-8"))
                write_atomically(folder / SETTINGS, after.encode("utf-8"))

        with closing(archive):
            try:
                _add_pictures(export, folder, added)
                with ProgressLine("entries") as entries_line:
                    archive.load(_then(export.entries(), entries_line, settle))
            except BaseException:
                if before and read_text(folder) != before:
                    write_atomically(folder / SETTINGS, before.encode("utf-8"))
                for path in added:
                    path.unlink(missing_ok=True)
                raise
        if before and after != before:
            note(f"The settings that were here are kept in {SETTINGS}.before-import")
        return dict(export.manifest.counts)


def _then(entries: Iterator[Entry], line: ProgressLine, settle: Callable[[], None]) -> Iterator[Entry]:
    """The entries; what is settled behind the last of them is done right before they are saved."""
    for number, entry in enumerate(entries, 1):
        line(number)
        yield entry
    settle()


def _add_pictures(export: Export, folder: Path, added: list[Path]) -> None:
    """Copy the pictures that are missing. They are known by their content: one that a killed import left is as good."""
    from ...core.media import write_whole

    for name in export.pictures:
        target = folder / name
        if not target.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            added.append(target)
            write_whole(target, (export.folder / name).read_bytes())
