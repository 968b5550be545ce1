"""The subcommands of ``hubbub story`` for what people say to each other about it: comment, comments."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click

from ..core.serial import to_json
from ..core.sharing import Comment
from ..core.storydesk import StoryDesk
from ..core.storydiff import describe
from .exits import Exit
from .output import json_option, plural, print_json, say, show_time
from .session import Session
from .stories import block_ids, open_stories


@click.command()
@click.argument("story")
@click.argument("block", required=False)
@click.argument("words", required=False, metavar="[TEXT]")
@click.option("--answer", type=int, metavar="ID", help="Answer this comment.")
@click.option("--resolve", type=int, metavar="ID", help="Call this comment settled, with its answers.")
@click.option("--reopen", type=int, metavar="ID", help="Call it open again.")
@click.option("--remove", type=int, metavar="ID", help="Take it away with its answers; for who wrote it, and for the owner.")
@json_option
@click.pass_obj
def comment(
    session: Session,
    story: str,
    block: str | None,
    words: str | None,
    answer: int | None,
    resolve: int | None,
    reopen: int | None,
    remove: int | None,
    as_json: bool,
) -> Exit:
    """Say something about a story, or about one BLOCK of it; TEXT is plain, - reads it from standard input.

    \b
    hubbub story comment the-battery-week "Is the title too long?"
    hubbub story comment the-battery-week 3 "Who is that?"
    hubbub story comment the-battery-week --answer 12 "The spokesman."
    hubbub story comment the-battery-week --resolve 12

    A comment is no step of the story and is never published.
    """
    if words is None:
        block, words = None, block
    numbers = [number for number in (resolve, reopen, remove) if number is not None]
    if len(numbers) + (words is not None) != 1 or (answer is not None and (block or words is None)):
        raise click.UsageError(
            "Write a TEXT (about a BLOCK, or with --answer ID), or give one of --resolve, --reopen, --remove."
        )
    with open_stories(session) as desk:
        if words is not None:
            standing = desk.open(story).story
            target = block_ids(standing, [block])[0] if block is not None else ""
            text = sys.stdin.read() if words == "-" else words
            done, what = desk.comments.add(story, text, block=target, answers=answer), "is kept"
        elif remove is not None:
            done, what = desk.comments.remove(story, remove), "has been taken away"
        else:
            done = desk.comments.resolve(story, numbers[0], resolved=resolve is not None)
            what = "is settled" if done.resolved else "is open again"
        told = _comment_json(done, _places(desk, story))
    if as_json:
        print_json(told)
    else:
        say(f"Comment {done.id} {what}.")
    return Exit.OK


@click.command()
@click.argument("story")
@click.option("--open", "open_only", is_flag=True, help="Only those that are not settled.")
@json_option
@click.pass_obj
def comments(session: Session, story: str, open_only: bool, as_json: bool) -> Exit:
    """List what was said about a story and its blocks, answers under what they answer."""
    with open_stories(session) as desk:
        found = desk.comments.of(story, open_only=open_only)
        places = _places(desk, story)
    if as_json:
        print_json({"total": len(found), "comments": [_comment_json(each, places) for each in found]})
        return Exit.OK
    for asked in (each for each in found if each.answers is None):
        answers = [each for each in found if each.answers == asked.id]
        where = f"on {places[asked.block]}" if asked.block else "on the story"
        state = f" · settled by {asked.resolved_by or 'somebody'} {show_time(asked.resolved)}" if asked.resolved else ""
        say(f"{asked.id:>4}  {where}{state}")
        for each in (asked, *answers):
            say(f"      {each.by or 'somebody'}, {show_time(each.at)}" + (f" (answer {each.id})" if each.answers else ""))
            say("\n".join(f"        {line}" for line in each.text.split("\n")))
    if not found:
        say("Nothing is open." if open_only else "Nobody has said anything.")
    else:
        unsettled = sum(each.answers is None and each.resolved is None for each in found)
        say(f"{plural(unsettled, 'comment')} open." if unsettled else "All is settled.")
    return Exit.OK


COMMANDS = (comment, comments)
"""In the order of the help."""


def _places(desk: StoryDesk, name: str) -> Mapping[str, str]:
    """By id of a block: its number and what it is, or that it was removed."""
    story = desk.open(name).story
    there = {block.id: f"block {number}, {describe(block)}" for number, block in enumerate(story.blocks, 1)}
    return there | {key: f"{what}, which was removed" for key, what in desk.comments.removed_blocks(name).items()}


def _comment_json(comment: Comment, places: Mapping[str, str]) -> dict[str, Any]:
    told = to_json(comment)
    return {**told, "where": places.get(comment.block, "")}
