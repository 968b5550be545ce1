"""The help of every command as one Markdown page: ``python -m hubbub.cli.helptext > docs/commands.md``.

A test compares the page with what the commands say.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from .exits import Exit
from .program import hubbub

WIDTH = 100
"""Columns of the help texts on the page."""

_HEAD = """\
# Commands

Every command answers `--help`. This page is made of those answers by `python -m hubbub.cli.helptext`.

Commands find their workspace by `--workspace`, the environment variable `HUBBUB_WORKSPACE`, the folders from here upwards,
and then your data folder. Lists go to standard output: as a table that fits the terminal, with tabs between the columns
where the output is a pipe or a file, and with `--json` as `{"total": n, "<things>": [...]}`. Everything else is said on
standard error.
"""

_CODES = """\
## Exit codes

| code | name | meaning |
|---:|---|---|
"""


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for context in _contexts(hubbub, "hubbub", None):
        depth = context.command_path.count(" ")
        text = "\n".join(line.rstrip() for line in context.get_help().splitlines())
        parts.append(f"{'#' * max(2, depth + 1)} {context.command_path}\n\n```text\n{text}\n```\n")
    rows = "".join(f"| {code.value} | {code.name} | {code.meaning} |\n" for code in Exit)
    return "\n".join([*parts, _CODES + rows])


def _contexts(command: click.Command, name: str, parent: click.Context | None) -> Iterator[click.Context]:
    """Every command with its ways to be called, groups before what is in them."""
    context = command.make_context(name, [], parent, resilient_parsing=True, terminal_width=WIDTH, max_content_width=WIDTH)
    yield context
    if isinstance(command, click.Group):
        for inner_name in command.list_commands(context):
            inner = command.get_command(context, inner_name)
            if inner is not None and not inner.hidden:
                yield from _contexts(inner, inner_name, context)


if __name__ == "__main__":
    sys.stdout.write(page())
