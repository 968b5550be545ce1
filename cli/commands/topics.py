"""``hubbub topics``: what is listened for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import click

from ...config.checking import query_problem
from ...config.editing import add_topic, change_topic, remove_topic
from ...config.starting import first_query
from ...config.workspace import Workspace
from ...core.accounts import bare_handle, platform_and_handle
from ...core.errors import ArchiveError, NotFound
from ...core.values import Topic, TopicKind
from ..exits import Exit, note
from ..output import Column, json_option, plural, print_json, print_listing, say
from ..progress import ProgressLine
from ..session import Session

KINDS = click.Choice(get_args(TopicKind))


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> Any:
    """List, add, test, apply and remove what you listen for.

    Without a further command the topics are listed.
    """
    return ctx.invoke(list_topics, as_json=as_json) if ctx.invoked_subcommand is None else None


@command.command("list")
@json_option
@click.pass_obj
def list_topics(session: Session, as_json: bool) -> Exit:
    """List the topics with the number of mentions of each."""
    workspace = session.workspace
    counts = _counts(workspace)

    def count(topic: Topic) -> int | None:
        return None if counts is None else counts.get(topic.name, 0)

    print_listing(
        "topics",
        workspace.topics,
        [
            Column(title="topic", show=lambda topic: topic.name),
            Column(title="kind", show=lambda topic: topic.kind),
            Column(title="mentions", show=count, right=True),
            Column(title="query", show=lambda topic: topic.query, gives_way=True),
        ],
        as_json=as_json,
        to_dict=lambda topic: {
            "name": topic.name,
            "kind": topic.kind,
            "query": topic.query,
            "accounts": topic.accounts,
            "mentions": count(topic),
        },
        empty="There is no topic yet. Add one: hubbub topics add NAME",
    )
    return Exit.OK


@command.command()
@click.argument("name")
@click.option("--query", help="What a mention must match. Without it a first query is made of the name.")
@click.option("--kind", type=KINDS, default="brand", show_default=True, help="Why you listen for it.")
@click.option("--account", "accounts", multiple=True, metavar="PLATFORM:HANDLE", help="An account of your own; repeatable.")
@click.pass_obj
def add(session: Session, name: str, query: str | None, kind: TopicKind, accounts: tuple[str, ...]) -> Exit:
    """Add a topic.

    \b
    hubbub topics add "Acme Phone" --kind product
    hubbub topics add rival --kind competitor --query '"rival phone" OR #rival'
    """
    if query is None:
        first = first_query(name)
        query = first.text
        say(f"Query: {query}")
        for reason in first.reasons:
            say(f"  {reason}")
    add_topic(session.folder, Topic(name=name, query=query, kind=kind, accounts=accounts))
    say(f"The topic {name!r} has been added; the next run listens for it.")
    return Exit.OK


@command.command()
@click.argument("name")
@click.option("--query", help="What a mention must match from now on.")
@click.option("--kind", type=KINDS, help="Why you listen for it.")
@click.option("--account", "more", multiple=True, metavar="PLATFORM:HANDLE", help="One more account of your own; repeatable.")
@click.option("--remove-account", "fewer", multiple=True, metavar="PLATFORM:HANDLE", help="Yours no more; repeatable.")
@click.option("--rename", metavar="NAME", help="Call it otherwise; what is archived keeps the old name.")
@click.pass_obj
def edit(
    session: Session,
    name: str,
    query: str | None,
    kind: str | None,
    rename: str | None,
    more: tuple[str, ...],
    fewer: tuple[str, ...],
) -> Exit:
    """Change a topic; your comments in the settings stay."""
    given: dict[str, object] = {"query": query, "kind": kind, "name": rename}
    values = {key: value for key, value in given.items() if value is not None}
    if more or fewer:
        values["accounts"] = _accounts(session.workspace.topic(name), more, fewer)
    if not values:
        raise click.UsageError("Say what to change: --query, --kind, --account, --remove-account or --rename.")
    change_topic(session.folder, name, values)
    say(f"The topic {name!r} has been changed; what is collected from now on follows it.")
    say("What is archived follows it after: hubbub topics apply")
    return Exit.OK


def _accounts(topic: Topic, more: tuple[str, ...], fewer: tuple[str, ...]) -> list[str]:
    """The accounts of a topic with more or fewer of them; raises ``NotFound`` for one that it does not have."""
    there = {_same(account): account for account in topic.accounts}
    for account in fewer:
        if there.pop(_same(account), None) is None:
            raise NotFound("account", account, topic.accounts)
    return list((there | {_same(account): account for account in more}).values())


def _same(account: str) -> tuple[str, str]:
    platform, handle = platform_and_handle(account)
    return platform, bare_handle(handle)


@command.command()
@click.pass_obj
def apply(session: Session) -> Exit:
    """Apply the topics, as they are now, to what is archived.

    Topics decide when a mention is collected. After a change of a query or of your accounts this decides anew for all that is
    archived. Nothing is fetched and nothing is removed: a mention that belongs to no topic any more stays.
    """
    from ...core.processing import DECIDES
    from ..compose import open_desk
    from ..judging import judging

    with (
        open_desk(session.workspace) as desk,
        judging(session.workspace, desk, [DECIDES]) as work,
        ProgressLine("mentions") as line,
    ):
        (report,) = work.again(everything=True, progress=lambda name, done, of: line(done, of))
    say(f"The topics of {plural(report.changed, 'mention')} have changed.")
    for failure in report.failures:
        note(f"They could not be applied to all that is archived: {failure}")
    return Exit.FAILED if report.failures else Exit.OK


@command.command()
@click.argument("name")
@click.pass_obj
def remove(session: Session, name: str) -> Exit:
    """Listen no more for a topic; its mentions stay in the archive."""
    remove_topic(session.folder, name)
    say(f"The topic {name!r} has been removed. Its mentions are still there: hubbub search 'topic:\"{name}\"'")
    return Exit.OK


@command.command()
@click.argument("query")
@click.option("--limit", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many examples to print.")
@json_option
@click.pass_obj
def test(session: Session, query: str, limit: int, as_json: bool) -> Exit:
    """Try a query on what is archived: how much it finds, and examples.

    Only what matched a topic before is archived, but for sources with keep = "all".
    """
    from ..compose import open_desk
    from ..records import row_json
    from .search import print_results

    problem = query_problem(query)
    if problem:
        note(f"As a topic's query it could not be used: {problem}")
    with open_desk(session.workspace) as desk:
        results = desk.search(query, limit=limit)
        if as_json:
            print_json({"total": results.total, "hits": [row_json(row) for row in results.rows], "next": results.next})
        else:
            print_results(desk, results)
    return Exit.CONFIG if problem else Exit.OK


def _counts(workspace: Workspace) -> Mapping[str, int] | None:
    """Mentions by topic; ``None``, with a word about it, where the archive cannot be asked."""
    from ..compose import open_archive_of

    try:
        archive = open_archive_of(workspace)
    except ArchiveError as error:
        note(f"The mentions cannot be counted: {error}")
        return None
    try:
        return archive.counts("topic")
    finally:
        archive.close()
