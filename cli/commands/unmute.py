"""``hubbub unmute``: show again what was muted."""

from __future__ import annotations

import click

from ..exits import Exit
from ..output import say
from ..progress import ProgressLine
from ..session import Session


@click.command()
@click.argument("number", type=click.IntRange(1))
@click.pass_obj
def command(session: Session, number: int) -> Exit:
    """Show again what was muted. NUMBER is what `hubbub mute` lists first in each row."""
    from ..compose import open_desk

    with open_desk(session.workspace) as desk, ProgressLine("mentions") as progress:
        undo = desk.unmute(number, progress=progress)
    say(f"{undo.what}.")
    return Exit.OK
