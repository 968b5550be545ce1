"""The subcommands of ``hubbub story`` about who does what: people, lock, unlock."""

from __future__ import annotations

from typing import Any

import click

from ..core.serial import to_json
from ..core.sharing import Role, Sharing, same_person, told
from .exits import Exit
from .output import json_option, print_json, say
from .session import Session
from .stories import open_stories

ROLES = click.Choice([role.value for role in Role])


@click.command()
@click.argument("story")
@click.option("--add", metavar="NAME", help="Give somebody a role, in place of the one that they had.")
@click.option("--role", type=ROLES, default=Role.EDITOR.value, show_default=True, help="Which role, with --add.")
@click.option("--remove", metavar="NAME", help="Name somebody no more.")
@click.option("--closed/--open", "closed", default=None, help="Only those who are named edit and comment; or everybody.")
@json_option
@click.pass_obj
def people(
    session: Session, story: str, add: str | None, role: str, remove: str | None, closed: bool | None, as_json: bool
) -> Exit:
    """Show, or say, who may do what with a story.

    \b
    hubbub story people the-battery-week
    hubbub story people the-battery-week --add ion --role commenter
    hubbub story people the-battery-week --closed

    Who began a story is its owner, and says who does what. Until it is closed everybody edits it but for those who are named
    with a smaller role. You are HUBBUB_PERSON, or the person of [workspace], or your name on this machine. These are rules of
    courtesy among people who share an archive, and no lock on the database.
    """
    with open_stories(session) as desk:
        if remove is not None:
            desk.people.remove(story, remove)
        if add is not None:
            desk.people.add(story, add, Role(role))
        if closed is not None:
            desk.people.close(story, closed=closed)
        sharing, me, slug = desk.people.of(story), desk.people.me, desk.open(story).story.slug
    if as_json:
        print_json(_sharing_json(sharing, me, slug))
    else:
        _print(sharing, me)
    return Exit.OK


@click.command()
@click.argument("story")
@click.option("--note", default="", help="What you are doing, in a few words.")
@click.option("--force", is_flag=True, help="Take it over from somebody; for its owner. The history tells it.")
@json_option
@click.pass_obj
def lock(session: Session, story: str, note: str, force: bool, as_json: bool) -> Exit:
    """Be at a story alone: nobody else edits it until you unlock it. Others read and comment meanwhile.

    \b
    hubbub story lock the-battery-week --note "moving the whole second half"
    """
    with open_stories(session) as desk:
        sharing, slug = desk.people.lock(story, note, force=force), desk.open(story).story.slug
        me = desk.people.me
    if as_json:
        print_json(_sharing_json(sharing, me, slug))
    elif sharing.lock:
        say(f"{told(sharing.lock)}. To let others edit again: hubbub story unlock {slug}")
    return Exit.OK


@click.command()
@click.argument("story")
@click.option("--force", is_flag=True, help="Take away the lock of somebody else; for its owner. The history tells it.")
@json_option
@click.pass_obj
def unlock(session: Session, story: str, force: bool, as_json: bool) -> Exit:
    """Let others edit a story again."""
    with open_stories(session) as desk:
        before = desk.people.of(story).lock
        sharing, slug = desk.people.unlock(story, force=force), desk.open(story).story.slug
        me = desk.people.me
    if as_json:
        print_json(_sharing_json(sharing, me, slug))
    else:
        say(f"{slug} can be edited again." if before else f"{slug}: nobody has it locked.")
    return Exit.OK


COMMANDS = (people, lock, unlock)
"""In the order of the help."""


def _print(sharing: Sharing, me: str) -> None:
    say("Closed: those who are named edit and comment, all read." if sharing.closed else "Open: everybody may edit it.")
    for name, role in sorted(sharing.people.items(), key=lambda pair: (-pair[1].rank, pair[0])):
        say(f"  {role.value:<9}  {name}{' (you)' if same_person(name, me) else ''}")
    if sharing.lock:
        say(f"{told(sharing.lock)}.")


def _sharing_json(sharing: Sharing, me: str, slug: str) -> dict[str, Any]:
    return {"story": slug, "you": me, **to_json(sharing)}
