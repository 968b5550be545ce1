"""The subcommands of ``hubbub story`` that change blocks: add, text, heading, move, remove, pin, sort."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ..core.byaddress import is_address
from ..core.errors import NotFound, StoryError
from ..core.stories import edit_block, introduction, move, move_to, pin, reverse, set_order
from ..core.storydesk import Change, StoryDesk
from ..core.values import BlockKind, Revision, StoryOrder
from .exits import Exit
from .output import plural
from .session import Session
from .stories import block_id, block_ids, fetch_pictures, open_stories, told

if TYPE_CHECKING:
    from ..core.desk import Desk

offline_option = click.option("--offline", is_flag=True, help="Do not fetch pictures, nor what stands at addresses.")
after_option = click.option("--after", metavar="BLOCK", help="Put it behind this block.")
since_option = click.option(
    "--since", type=int, metavar="STEP", help="The step that you saw, by which BLOCK is numbered: merge what others did since."
)
before_option = click.option("--before", metavar="BLOCK", help="Put it in front of this block.")


@click.command()
@click.argument("story")
@click.argument("refs", nargs=-1, metavar="[REF|ADDRESS]...")
@click.option("--query", help="Quote what this query finds.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many of those at most.")
@after_option
@offline_option
@click.pass_obj
def add(
    session: Session, story: str, refs: tuple[str, ...], query: str | None, limit: int, after: str | None, offline: bool
) -> Exit:
    """Quote mentions, by REF, by the address of a post or a page, or by a query.

    \b
    hubbub story add the-battery-week mastodon:https://social.example/users/marta/statuses/1142
    hubbub story add the-battery-week https://social.example/@marta/1142
    hubbub story add the-battery-week --query "bateria lang:es,ro" --limit 5

    What stands at an address and is not archived yet is read from its site first: by the plugin of its platform, else as an
    article. It is archived, too, as coming by-hand.

    Their wording is copied as it is now, and their pictures are fetched, so that the story keeps them whatever becomes of
    the originals. In a chronological story each goes to its place in time; --after matters in one kept by hand.
    """
    from .compose import open_desk

    if not refs and query is None:
        raise click.UsageError("Name mentions (hubbub search prints their refs), or give a --query.")
    with open_desk(session.workspace) as desk:
        before = desk.stories.open(story)
        place = block_id(before.story, after)
        if query is not None:
            desk.indexer.try_to_catch_up_if_pending()
            found = [row.record.ref for row in desk.search(query, order="oldest", limit=limit).rows]
            if not found and not refs:
                raise NotFound("mention that answers the query", query)
            desk.stories.add(story, found, after=place, query=query)
        for ref in refs:
            if is_address(ref):
                desk.stories.add(story, [_at_address(desk, ref, offline)], after=place, query=ref)
        named = [ref for ref in refs if not is_address(ref)]
        told(before, desk.stories.add(story, named, after=place) if named else desk.stories.open(story))
        if not offline:
            fetch_pictures(desk.stories, story)
    return Exit.OK


@click.command()
@click.argument("story")
@click.argument("words", metavar="TEXT")
@after_option
@before_option
@click.option("--edit", metavar="BLOCK", help="Change this text instead of adding one.")
@since_option
@click.pass_obj
def text(
    session: Session, story: str, words: str, after: str | None, before: str | None, edit: str | None, since: int | None
) -> Exit:
    """Put words of your own between the mentions. TEXT is Markdown; - reads it from standard input."""
    return _words(session, BlockKind.TEXT, story, words, after, before, edit, since)


@click.command()
@click.argument("story")
@click.argument("words", metavar="TEXT")
@after_option
@before_option
@click.option("--edit", metavar="BLOCK", help="Change this heading instead of adding one.")
@since_option
@click.pass_obj
def heading(
    session: Session, story: str, words: str, after: str | None, before: str | None, edit: str | None, since: int | None
) -> Exit:
    """Put a heading between the blocks. TEXT is plain; - reads it from standard input."""
    return _words(session, BlockKind.HEADING, story, words, after, before, edit, since)


@click.command("move")
@click.argument("story")
@click.argument("blocks", nargs=-1, required=True, metavar="BLOCK...")
@click.option("--by", type=int, metavar="N", help="So many places down, or up where N is negative.")
@click.option("--to", "place", type=click.Choice(["top", "bottom"]), help="To an end of the story.")
@click.option("--after", metavar="BLOCK", help="Behind this block.")
@click.option("--with-text", is_flag=True, help="Take along the text and headings that introduce a mention.")
@click.pass_obj
def move_blocks(
    session: Session,
    story: str,
    blocks: tuple[str, ...],
    by: int | None,
    place: str | None,
    after: str | None,
    with_text: bool,
) -> Exit:
    """Move blocks; several move together.

    A move that breaks the order of time makes the story one that is kept by hand.
    """
    if [by is None, place is None, after is None].count(False) != 1:
        raise click.UsageError("Say where: one of --by N, --to top, --to bottom or --after BLOCK.")
    with open_stories(session) as desk:
        before = desk.open(story)
        ids = block_ids(before.story, blocks)
        if with_text:
            ids = [one for block in ids for one in (*introduction(before.story, block), block)]
        target, note = place or block_id(before.story, after), f"moved {plural(len(ids), 'block')}"
        if target is None:
            told(before, desk.edit(story, lambda now: move(now, ids, by or 0), note))
        else:
            told(before, desk.edit(story, lambda now: move_to(now, ids, target), note))
    return Exit.OK


@click.command("remove")
@click.argument("story")
@click.argument("blocks", nargs=-1, required=True, metavar="BLOCK...")
@click.pass_obj
def remove_blocks(session: Session, story: str, blocks: tuple[str, ...]) -> Exit:
    """Take blocks out of a story."""
    with open_stories(session) as desk:
        before = desk.open(story)
        told(before, desk.remove(story, block_ids(before.story, blocks)))
    return Exit.OK


@click.command("pin")
@click.argument("story")
@click.argument("blocks", nargs=-1, required=True, metavar="BLOCK...")
@click.option("--off", is_flag=True, help="Let them go again.")
@click.pass_obj
def pin_blocks(session: Session, story: str, blocks: tuple[str, ...], off: bool) -> Exit:
    """Pin blocks where they are, so that sorting leaves them there."""
    with open_stories(session) as desk:
        before = desk.open(story)
        ids = block_ids(before.story, blocks)
        told(before, desk.edit(story, lambda now: pin(now, ids, not off), "unpinned" if off else "pinned"))
    return Exit.OK


@click.command()
@click.argument("story")
@click.argument("order", type=click.Choice([*(order.value for order in StoryOrder), "reverse"]))
@click.option("--range", "ends", nargs=2, metavar="FIRST LAST", help="Sort only from this block to that one.")
@click.pass_obj
def sort(session: Session, story: str, order: str, ends: tuple[str, str] | None) -> Exit:
    """Sort a story by time, reverse it, or keep it by hand.

    \b
    hubbub story sort the-battery-week newest
    hubbub story sort the-battery-week oldest --range 4 9

    Text and headings stay with the mention that they introduce; pinned blocks stay where they are. A range begins with what
    introduces its first mention; a story that is not in the order of time afterwards is kept by hand.
    """
    if ends and order not in ("oldest", "newest"):
        raise click.UsageError("A range is sorted oldest or newest first.")
    with open_stories(session) as desk:
        before = desk.open(story)
        if ends:
            told(before, desk.sort_range(story, block_ids(before.story, ends), StoryOrder(order)))
        elif order == "reverse":
            told(before, desk.edit(story, reverse, "reversed"))
        else:
            told(before, desk.edit(story, lambda now: set_order(now, StoryOrder(order)), f"order: {order}"))
    return Exit.OK


COMMANDS = (add, text, heading, move_blocks, remove_blocks, pin_blocks, sort)
"""In the order of the help."""


def _at_address(desk: Desk, address: str, offline: bool) -> str:
    """The ref of the mention at an address, which is read from its site where it is not archived."""
    desk.indexer.try_to_catch_up_if_pending()
    archived = desk.by_address.archived(address)
    if len(archived) > 1:
        refs = ", ".join(record.ref for record in archived)
        raise StoryError(f"{plural(len(archived), 'mention')} stand at {address}: {refs}. Name one of them.")
    if not archived and offline:
        raise StoryError(f"Nothing archived stands at {address}; leave out --offline to read it from its site.")
    return (archived[0] if archived else desk.by_address.fetch(address)).ref


def _words(
    session: Session,
    kind: BlockKind,
    story: str,
    words: str,
    after: str | None,
    before: str | None,
    edit: str | None,
    since: int | None,
) -> Exit:
    if [after is None, before is None, edit is None].count(False) > 1:
        raise click.UsageError("Give one of --after, --before and --edit.")
    words = sys.stdin.read() if words == "-" else words
    with open_stories(session) as desk:
        standing = desk.open(story)
        seen = standing if since is None else desk.archive.story(story, since)
        if edit is not None:
            told(standing, _edited(desk, seen, kind, edit, words))
            return Exit.OK
        put = desk.add_text if kind is BlockKind.TEXT else desk.add_heading
        where = {"after": block_id(seen.story, after), "before": block_id(seen.story, before)}
        told(standing, put(story, words, **where, seen=seen))
    return Exit.OK


def _edited(desk: StoryDesk, seen: Revision, kind: BlockKind, number: str, words: str) -> Revision:
    target = block_ids(seen.story, [number])[0]
    block = next(block for block in seen.story.blocks if block.id == target)
    if block.kind is not kind:
        raise StoryError(f"Block {number} is a {block.kind}, not a {kind}.")
    if not words.strip():
        raise StoryError(f"A {kind} needs words; to take it out: hubbub story remove {seen.story.slug} {number}")
    change: Change = lambda now: edit_block(now, target, text=words.strip())  # noqa: E731
    return desk.edit(seen.story.id, change, f"edited a {kind}", seen=seen)
