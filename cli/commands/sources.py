"""``hubbub sources``: the places to listen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Any, get_args

import click

from ...config.editing import add_sources, change_source, remove_source
from ...config.workspace import Workspace
from ...core.errors import ArchiveError, HubbubError
from ...core.values import Keep, Source
from ..exits import Exit, note
from ..following import following, with_own_accounts
from ..output import json_option, plural, say
from ..session import Session
from ..sourceoptions import duration_option, source_from_options
from ..sourcetable import print_sources

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> Any:
    """List, find, add, test, import and export the places to listen.

    Without a further command the sources are listed.
    """
    return ctx.invoke(list_sources, as_json=as_json) if ctx.invoked_subcommand is None else None


@command.command("list")
@json_option
@click.pass_obj
def list_sources(session: Session, as_json: bool) -> Exit:
    """List the sources and say how each is doing."""
    print_sources(session.workspace, as_json=as_json)
    return Exit.OK


@command.command()
@click.argument("address", required=False)
@click.option("--id", "wanted", metavar="ID", help="What to call it; otherwise it is named after its title.")
@click.option("--plugin", metavar="NAME", help="The plugin that reads it; otherwise told from the address.")
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="An option of the plugin, in TOML; repeatable.")
@duration_option
@click.option("--keep", type=click.Choice(get_args(Keep)), default="matches", show_default=True, help="What is archived.")
@click.option("--all", "every_feed", is_flag=True, help="Add all feeds that a page names, not only the first.")
@click.pass_obj
def add(session: Session, address: str | None, wanted: str | None, every_feed: bool, **given: Any) -> Exit:
    """Add a source.

    \b
    hubbub sources add press.example              finds the feed of a page
    hubbub sources add https://forum.example/     a forum by its own plugin, where one knows it
    hubbub sources add old-posts.csv --keep all   a file to import
    hubbub sources add --plugin rss --option 'url="https://x.example/f"' \\
        --option 'password={env="FEED_PASSWORD"}'

    With an address that no plugin knows the network is asked what is there; with --plugin nothing is asked.
    """
    found = source_from_options(session, address, **given)
    if wanted and len(found) > 1 and every_feed:
        raise click.UsageError("--id names one source, and --all adds several.")
    others, chosen = ([], found) if every_feed else (found[1:], found[:1])
    if wanted:
        chosen = [_renamed(chosen[0], wanted)]
    if not wanted:
        chosen = [source for source in chosen if not _is_there(session, source)]
    if chosen:
        add_sources(session.folder, chosen)
    for source in chosen:
        say(f"The source {source.id!r} has been added ({source.options.get('url') or source.plugin}).")
        path = source.options.get("path")
        if isinstance(path, str) and not (session.folder / path).exists():
            note(f"There is no file {session.folder / path} yet; it is read once it is there.")
    if others:
        say(f"There are {plural(len(others), 'more feed')}; --all adds them, too:")
        for source in others:
            say(f"  {source.options['url']}")
    return Exit.OK


def _is_there(session: Session, source: Source) -> bool:
    """Whether a source listens there already, which is said."""
    for known in session.workspace.sources:
        if (known.plugin, dict(known.options)) == (source.plugin, dict(source.options)):
            say(f"The source {known.id!r} listens there already. To add it once more all the same, name it with --id.")
            return True
    return False


@command.command()
@click.argument("source_id", metavar="ID")
@click.pass_obj
def remove(session: Session, source_id: str) -> Exit:
    """Listen there no more; what came from it stays in the archive."""
    if own := _own(session, source_id):
        raise HubbubError(
            f"The source {source_id!r} follows your account {own.account}. "
            f"To leave it out: hubbub sources disable {source_id}; "
            f"where it is yours no more: hubbub topics edit TOPIC --remove-account {own.account}"
        )
    workspace = remove_source(session.folder, source_id)
    _forget(workspace, source_id)
    say(f"The source {source_id!r} has been removed. Its mentions are still there: hubbub search source:{source_id}")
    return Exit.OK


@command.command()
@click.argument("source_id", metavar="ID")
@click.pass_obj
def enable(session: Session, source_id: str) -> Exit:
    """Listen to a source again."""
    if not _own(session, source_id):
        change_source(session.folder, source_id, {"enabled": True})
    say(f"The source {source_id!r} is listened to.")
    return Exit.OK


@command.command()
@click.argument("source_id", metavar="ID")
@click.pass_obj
def disable(session: Session, source_id: str) -> Exit:
    """Leave a source out for a while; its settings stay."""
    if own := _own(session, source_id):
        add_sources(session.folder, [replace(own, enabled=False)])
    else:
        change_source(session.folder, source_id, {"enabled": False})
    say(f"The source {source_id!r} is left out until you enable it again.")
    return Exit.OK


@command.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--pages",
    type=click.IntRange(1, 50),
    default=3,
    show_default=True,
    help="How many pages of a named source are read at most.",
)
@json_option
@click.pass_obj
def test(session: Session, ids: tuple[str, ...], pages: int, as_json: bool) -> Exit:
    """Ask sources whether they can be read, without keeping anything.

    Without ID all enabled sources are asked and a line is said of each. With ID a source is read from its beginning, as a new
    one would be, and all is told: each request, what came, what matched and what a collect would save.
    """
    from ..sourcetest import try_all, try_closely

    if ids:
        return try_closely(with_own_accounts(session.workspace), ids, pages=pages, as_json=as_json)
    return try_all(with_own_accounts(session.workspace), as_json=as_json)


@command.command()
@click.option("--topic", "topics", multiple=True, metavar="NAME", help="Only for this topic; repeatable.")
@click.option("--add", "wanted", multiple=True, metavar="ID", help="Add this one, unasked; repeatable, or with commas.")
@click.option(
    "--all", "every_one", is_flag=True, help="Add all that answer, guesses where they match a topic (with --offline: all)."
)
@click.option("--site", "sites", multiple=True, metavar="ADDRESS", help="A web site to look at for more; repeatable.")
@click.option("--offline", is_flag=True, help="Ask nobody what there is to find now.")
@json_option
@click.pass_obj
def suggest(
    session: Session,
    topics: tuple[str, ...],
    wanted: tuple[str, ...],
    every_one: bool,
    sites: tuple[str, ...],
    offline: bool,
    as_json: bool,
) -> Exit:
    """Propose sources for your topics that need no key, with what each finds now.

    \b
    hubbub sources suggest                    what there is
    hubbub sources suggest --add hacker-news  write one into hubbub.toml
    hubbub sources suggest --site https://acme.example
                                              also its forum, feeds, pages, and the channels that it links to

    Every plugin that can listen without a key proposes where. Each proposal is asked for its first page, all at once and for
    half a minute at most; nothing of it is kept.

    Channels that are called like a topic or like one of its accounts are looked for, too, and may be somebody else's: look at
    what they find. What does not answer is not proposed; hubbub -v and --json tell why.
    """
    from ..compose import late_http, registry
    from ..proposals import preview, print_proposals, propose, show_choice

    if wanted and every_one:
        raise click.UsageError("--add names what to add, and --all adds everything.")
    if offline and sites:
        raise click.UsageError("--site is looked at, and --offline asks nobody.")
    workspace = session.workspace
    if not workspace.topics:
        raise HubbubError('There is no topic yet. Say what you listen for: hubbub topics add "Acme Phone"')
    for name in topics:
        workspace.topic(name)
    ids = [name.strip() for text in wanted for name in text.split(",") if name.strip()]
    http = late_http(workspace)
    try:
        proposals = propose(workspace, registry(workspace), http).only(topics)
        if not offline and not (ids and proposals.has(ids)):
            proposals = propose(workspace, registry(workspace), http, sites).only(topics)
        if not (offline or wanted):
            proposals = preview(workspace, registry(workspace), proposals, http)
    finally:
        http.close()
    named = proposals.named(ids)
    chosen = named or [one for one in proposals.items if every_one and (offline or one.safe)]
    added = [one.source for one in chosen if not one.configured]
    if added:
        add_sources(session.folder, added)
    if wanted and not as_json:
        for one in named:
            if one.configured:
                say(f"The source {one.source.id!r} is there already.")
        say(show_choice(added))
        return Exit.OK
    print_proposals(proposals, as_json=as_json, more={"added": [source.id for source in added]}, verbose=session.verbose)
    if every_one and not as_json:
        say(show_choice(added))
    elif any(not one.configured for one in proposals.items):
        again = "".join(f" --site {quote(site)}" for site in sites)
        note(f"Add what you like: hubbub sources suggest{again} --add ID")
    return Exit.OK


@command.command("import")
@click.argument("file", type=FILE)
@click.option("--as-is", is_flag=True, help="Take each address as that of a feed; nobody is asked.")
@click.option("--skip-known/--all", default=True, show_default=True, help="Leave out what is there already.")
@click.pass_obj
def import_list(session: Session, file: Path, as_is: bool, skip_known: bool) -> Exit:
    """Add the places that a file lists.

    \b
    hubbub sources import feeds.opml      the feeds of a feed reader
    hubbub sources import places.csv      a table with a column called url
    hubbub sources import addresses.txt   one address a line
    hubbub sources import bookmarks.html  as browsers export them

    Pages are looked at for their feeds, and places that a plugin knows are read by that plugin. What cannot be added is told
    at the end, with its line, and costs none of the others. For posts in a file, see hubbub sources add.
    """
    from ..sourceimport import import_sources

    return import_sources(session, session.cwd / file, as_is=as_is, skip_known=skip_known)


@command.command("export")
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.pass_obj
def export_opml(session: Session, file: Path, force: bool) -> Exit:
    """Write the feeds into an OPML file, which other feed readers take."""
    from ...config.writing import create, write_atomically
    from ...plugins.sources.opml import write_opml

    workspace, path = session.workspace, session.cwd / file
    feeds = [source for source in workspace.sources if source.plugin == "rss"]
    content = write_opml(feeds, title=workspace.name)
    try:
        (write_atomically if force else create)(path, content)
    except FileExistsError:
        raise HubbubError(f"{path} is there already; name another file, or add --force.") from None
    say(f"{plural(len(feeds), 'feed')} written to {path}.")
    if len(feeds) < len(workspace.sources):
        note(f"{plural(len(workspace.sources) - len(feeds), 'source')} of other plugins cannot be told in OPML.")
    return Exit.OK


def _own(session: Session, source_id: str) -> Source | None:
    """The source that follows an account of ours by itself, where the settings do not name it."""
    return next((source for source in following(session.workspace).sources if source.id == source_id), None)


def _forget(workspace: Workspace, source_id: str) -> None:
    """Forget how a source was doing, so that another one of that id begins anew."""
    from ..compose import open_archive_of

    try:
        archive = open_archive_of(workspace)
    except ArchiveError as error:
        note(f"How it was doing could not be forgotten: {error}")
        return
    try:
        archive.forget_source(source_id)
    finally:
        archive.close()


def _renamed(source: Source, wanted: str) -> Source:
    return replace(source, id=wanted)
