"""``hubbub media``: our own copies of pictures."""

from __future__ import annotations

import click

from ..exits import Exit, note
from ..output import json_option, plural, print_json, say
from ..progress import ProgressLine
from ..session import Session


@click.group()
def command() -> None:
    """Keep our own copies of pictures.

    \b
    hubbub media fetch topic:acme
    hubbub media fetch 'topic:acme published:"last week"' --limit 2000

    Adding a mention to a story fetches its pictures by itself. This keeps them of what no story quotes yet, so that they are
    there when it does. Only PNG, JPEG, GIF, WebP and AVIF are kept, up to 20 MB and 50 million points, once they were decoded;
    where they were taken and by which camera is left out.
    """


@command.command()
@click.argument("query")
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, show_default=True, help="How many mentions at most.")
@json_option
@click.pass_obj
def fetch(session: Session, query: str, limit: int, as_json: bool) -> Exit:
    """Fetch the pictures of the newest mentions that QUERY finds; one that cannot be had never stops the others."""
    from ...core.picturing import keep_pictures_of
    from ..compose import open_desk

    with open_desk(session.workspace) as desk:
        desk.indexer.try_to_catch_up_if_pending()
        with ProgressLine("pictures") as line:
            kept = keep_pictures_of(desk, query, limit=limit, progress=line)
    if as_json:
        print_json({"mentions": kept.mentions, "left": kept.left, "saved": kept.saved, "problems": list(kept.problems)})
        return Exit.OK
    for problem in kept.problems:
        note(f"No copy of a picture: {problem}")
    say(f"{plural(kept.saved, 'picture')} kept, of {plural(kept.mentions, 'mention')} with pictures.")
    if kept.left:
        say(f"{plural(kept.left, 'older mention')} with pictures not looked at; raise --limit to go on.")
    return Exit.OK
