"""The group of commands, each loaded when it is run, and what happens when one fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..core.errors import nearest
from .commands import COMMANDS
from .exits import Exit, report
from .session import Session


class Commands(click.Group):
    """Finds a command in its module by name; every failure below it becomes a clean message and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command."""
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        return import_module(f"{__package__}.commands.{module}").command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name; a wrong name gets the nearest right one."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            ctx.fail(f"There is no command {args[0]!r}.{nearest(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; its return value is the exit code."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit):
            raise
        except BrokenPipeError:
            ctx.exit(_pipe_closed())
        except (KeyboardInterrupt, click.Abort):
            ctx.exit(report(KeyboardInterrupt(), verbose=False))
        except Exception as error:
            ctx.exit(report(error, verbose=bool(ctx.params.get("verbose"))))
        ctx.exit(result if isinstance(result, int) else Exit.OK)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-w",
    "--workspace",
    type=click.Path(path_type=Path),
    help="The workspace's folder. Otherwise: HUBBUB_WORKSPACE, the folders from here upwards, your data folder.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show where in the program an error arose, and log more.")
@click.version_option(__version__, message="hubbub %(version)s")
@click.pass_context
def hubbub(ctx: click.Context, workspace: Path | None, verbose: bool) -> Any:
    """Listen to the hubbub. Keep the story.

    Collects what people say about a brand, keeps it in an archive that can be searched, and turns it into stories.
    Without a command, the terminal application opens.
    """
    ctx.obj = Session(wanted=workspace, verbose=verbose)
    if ctx.invoked_subcommand is not None:
        return Exit.OK
    if sys.stdin.isatty() and sys.stdout.isatty():
        tui = hubbub.get_command(ctx, "tui")
        assert tui is not None
        return ctx.invoke(tui)
    click.echo(ctx.get_help())
    click.echo("\nThe terminal application needs a terminal; here is none. To try it all: hubbub demo")
    return Exit.OK


def run(args: Sequence[str]) -> int:
    """Run one command line and give its exit code."""
    try:
        hubbub.main(args=list(args), prog_name="hubbub")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.FAILED if end.code else Exit.OK
    return Exit.OK


def _pipe_closed() -> Exit:
    """Point standard output at nothing, so that the interpreter's last flush does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.PIPE_CLOSED
