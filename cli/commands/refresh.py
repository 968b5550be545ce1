"""``hubbub refresh``: ask platforms at once how mentions are doing."""

from __future__ import annotations

import click

from ...core.serial import to_json
from ..exits import Exit, note
from ..output import json_option, plural, print_json, say
from ..session import Session
from .collect import failure_words, refreshed_words


@click.command()
@click.argument("query", nargs=-1)
@click.option("--limit", type=click.IntRange(1, 10_000), default=200, show_default=True, help="At most so many, the newest.")
@json_option
@click.pass_obj
def command(session: Session, query: tuple[str, ...], limit: int, as_json: bool) -> Exit:
    """Ask platforms at once how mentions are doing by now.

    \b
    hubbub refresh 'status:kept'
    hubbub refresh 'topic:acme published:today' --limit 50

    Counts of likes and answers are noted, an edit makes a new version, and what its platform has deleted is marked; your copies
    stay. Only some sources can tell; feeds cannot. Without QUERY the newest mentions are asked for. Every collect does this by
    itself for mentions that are an hour, a day, a week and a month old.
    """
    from ..compose import open_desk

    with open_desk(session.workspace) as desk:
        desk.indexer.try_to_catch_up_if_pending()
        found = desk.search(" ".join(query), limit=limit)
        report = desk.refresh([row.record.ref for row in found.rows])
        for message in desk.indexer.messages:
            note(message)
    if as_json:
        print_json({"query": " ".join(query), "found": found.total, **to_json(report)})
    elif not found.total:
        say("Nothing was found.")
    else:
        say(f"{plural(found.total, 'mention')} found. {refreshed_words(report)}")
        if not report.asked:
            say("None of them came through a source that can tell how it is doing.")
    for failure in report.failures:
        note(failure_words(failure))
    return Exit.SOURCES if report.failures else Exit.OK
