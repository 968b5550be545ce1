"""``hubbub tui``: the terminal application."""

from __future__ import annotations

import sys

import click

from ..exits import Exit
from ..session import Session


@click.command()
@click.option("--theme", metavar="NAME", help="Colours for this once, such as hubbub-light; otherwise those of hubbub.toml.")
@click.pass_obj
def command(session: Session, theme: str | None) -> Exit:
    """Open the terminal application: inbox, search, sources, stories and the story builder.

    Press ? for all keys, ctrl+p to find anything, ctrl+q to leave. docs/tui.md is a tour.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("The terminal application needs a terminal. For scripts there is: hubbub search, hubbub story")
    from ..compose import open_desk

    workspace = session.workspace
    with open_desk(workspace) as desk:
        from ...tui.app import run

        theme = theme or workspace.tui.theme or None
        run(desk, theme=theme, keys=workspace.tui.keys, env=session.env, drafts=workspace.paths.drafts)
    return Exit.OK
