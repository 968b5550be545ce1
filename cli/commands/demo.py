"""``hubbub demo``: the whole day at the desk, on a made-up brand."""

from __future__ import annotations

import select
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from ..exits import Exit
from ..output import say
from ..session import Session

READING_TIME = 20
"""Seconds for which the tour's account stays on the screen before the terminal application covers it."""


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("hubbub-demo"),
    show_default=True,
    help="Where the demo's workspace is made.",
)
@click.option("--fresh", is_flag=True, help="Make it anew. Only what an earlier demo made there is removed.")
@click.option(
    "--tui/--no-tui", default=True, help="Whether the terminal application opens at the end, where there is a terminal."
)
@click.pass_context
def command(context: click.Context, folder: Path, fresh: bool, tui: bool) -> Exit:
    """Try it all on a made-up brand, with a small web server of its own.

    Makes a workspace, serves a dozen feeds and a small social server on this machine only, collects them over HTTP, says what
    needs you first, searches, builds a story and publishes it, and opens the terminal application. Run it again to go on.
    """
    from ..demo.run import run_demo

    session: Session = context.obj
    place = (session.cwd / folder).resolve()

    def open_tui() -> None:
        from .tui import command as tui_command

        _let_read()
        context.obj = Session(wanted=place, verbose=session.verbose, env=session.env, cwd=session.cwd)
        context.invoke(tui_command)

    attended = tui and sys.stdin.isatty() and sys.stdout.isatty()
    run_demo(place, now=datetime.now(UTC), fresh=fresh, open_tui=open_tui if attended else None)
    return Exit.OK


def _let_read() -> None:
    say(f"Enter opens it now; otherwise it opens in {READING_TIME} seconds.")
    sys.stdout.flush()
    # Where a terminal cannot be waited for (Windows), it opens at once.
    with suppress(OSError, ValueError):
        if select.select([sys.stdin], [], [], READING_TIME)[0]:
            sys.stdin.readline()
