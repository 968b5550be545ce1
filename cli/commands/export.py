"""``hubbub export``: everything in a workspace as documented files."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import click

from ...core.errors import ExportError
from ..exits import Exit, note
from ..output import json_option, plural, print_json, say
from ..progress import ProgressLine
from ..session import Session


@click.command()
@click.argument("to", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def command(session: Session, to: Path, as_json: bool) -> Exit:
    """Write everything in this workspace into files that any program can read.

    \b
    hubbub export ~/acme-2026
    hubbub export acme-2026.tar.gz

    TO is a new folder, or one file where it ends in .tar, .tar.gz or .tgz. In it are the mentions with all wordings, counts,
    labels, tags and notes, authors, saved searches, the state of sources, stories with every step, pictures, and the
    settings without the archive's address: JSON Lines that any program can read (docs/export.md). Secrets are
    references and stay behind. The same archive always gives the same bytes.

    "hubbub import" reads it into a new workspace, on SQLite or PostgreSQL. For a quick copy of the archive alone there is
    "hubbub archive backup"; for one story, "hubbub story export".
    """
    from ...config.loading import read_text
    from ...config.travelling import travelling
    from ...core.exporting import MANIFEST, Written, write_export
    from ...core.folders import replace_folder, working_folder
    from ...core.importing import sums
    from ...core.tarballs import is_tar, pack
    from ..compose import open_archive_of

    workspace, to = session.workspace, session.cwd / to.expanduser()
    _check_free(to)
    settings = travelling(read_text(workspace.folder))
    archive = open_archive_of(workspace)
    with working_folder(to) as folder, ProgressLine("entries") as line, closing(archive):
        entries = archive.dump()
        written: Written = write_export(folder, entries, settings=settings, media=workspace.paths.media, progress=line)
        if is_tar(to):
            part = folder.with_name(f"{folder.name}.part")
            try:
                pack(folder, part, MANIFEST)
                _put(part, to)
            finally:
                part.unlink(missing_ok=True)
        else:
            _check_free(to)
            replace_folder(folder, to)
    for warning in written.warnings:
        note(warning)
    counts = written.manifest.counts
    files, size = sums(written.manifest)
    if as_json:
        print_json({"path": str(to), "counts": counts, "files": files, "bytes": size, "warnings": written.warnings})
    else:
        mentions = plural(counts["mentions.jsonl"], "mention")
        say(f"{to}: {mentions} and everything else ({plural(files, 'file')}, {size / 1e6:,.1f} MB).")
    return Exit.OK


def _check_free(to: Path) -> None:
    if to.exists() or to.is_symlink():
        raise ExportError(f"{to} exists already; an export overwrites nothing. Name another place.")


def _put(part: Path, to: Path) -> None:
    """Let a file that is complete stand under its name, where nothing may have come up meanwhile."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    try:
        os.link(part, to)
    except FileExistsError:
        _check_free(to)
    except OSError:
        _check_free(to)
        part.rename(to)
