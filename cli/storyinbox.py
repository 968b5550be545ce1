"""The subcommand ``hubbub story inbox``: what a story's query proposes, to be accepted or rejected."""

from __future__ import annotations

import click

from ..core.storydiff import shorten
from ..core.values import Record
from .exits import Exit
from .output import Column, json_option, plural, print_listing, say
from .records import byline, record_json
from .session import Session
from .stories import fetch_pictures, told


@click.command()
@click.argument("story")
@click.option("--query", help="Let this query propose mentions from now on; an empty one takes it away.")
@click.option("--accept", multiple=True, metavar="REF", help="Quote a proposal; can be given again.")
@click.option("--reject", multiple=True, metavar="REF", help="Never propose it again; can be given again.")
@click.option("--undo", multiple=True, metavar="REF", help="Propose what was rejected again; can be given again.")
@click.option("--rejected", "show_rejected", is_flag=True, help="List what was rejected instead.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many to list at most.")
@click.option("--offline", is_flag=True, help="Do not fetch pictures of what is accepted.")
@json_option
@click.pass_obj
def inbox(
    session: Session,
    story: str,
    query: str | None,
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    undo: tuple[str, ...],
    show_rejected: bool,
    limit: int,
    offline: bool,
    as_json: bool,
) -> Exit:
    """List what a story's query proposes: neither quoted nor rejected nor muted, near-copies once.

    \b
    hubbub story inbox the-battery-week --query "bateria lang:es,ro"
    hubbub story inbox the-battery-week
    hubbub story inbox the-battery-week --accept mastodon:1042 --reject rss:77
    hubbub story inbox the-battery-week --undo rss:77

    What was rejected is never proposed again, whatever is undone in the story.
    """
    from .compose import open_desk

    with open_desk(session.workspace) as desk:
        stories = desk.stories
        before = after = stories.open(story)
        if query is not None:
            after = stories.inbox.attach(story, query)
        if accept:
            after = stories.inbox.accept(story, accept)
            if not offline:
                fetch_pictures(stories, story)
        if reject:
            stories.inbox.reject(story, reject)
        if undo:
            stories.inbox.unreject(story, undo)
        desk.indexer.try_to_catch_up_if_pending()
        found = stories.inbox.proposals(story, limit)
        records = stories.inbox.rejected(story) if show_rejected else found.records
        attached = stories.open(story).story.query
    if not as_json:
        if query is not None or accept:
            told(before, after)
        for refs, what in ((reject, "rejected"), (undo, "proposed again")):
            if refs:
                say(f"{plural(len(refs), 'mention')} {what}.")
        if not attached and not show_rejected:
            say(f'The story has no query. Give it one: hubbub story inbox {after.story.slug} --query "WORDS"')
            return Exit.OK
    print_listing(
        "mentions",
        records,
        [
            Column(title="mention", show=lambda record: record.ref),
            Column(title="when", show=lambda record: record.when),
            Column(title="author", show=byline, gives_way=True),
            Column(title="says", show=_said, gives_way=True),
        ],
        as_json=as_json,
        to_dict=record_json,
        empty="Nothing was rejected." if show_rejected else f"Nothing new answers {attached}.",
        more={"query": attached, **({} if show_rejected else {"total": found.total})},
    )
    if not as_json and not show_rejected and found.total > len(records):
        say(f"{found.total - len(records):,} more; --limit shows them.")
    return Exit.OK


COMMANDS = (inbox,)
"""In the order of the help."""


def _said(record: Record) -> str:
    return shorten(" · ".join(filter(None, [record.mention.title, record.mention.text])), 120)
