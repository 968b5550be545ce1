"""``hubbub mute``: what the desk does not want to see."""

from __future__ import annotations

from typing import Any

import click

from ...core.desk import Desk
from ...core.muting import muted_query
from ...core.noise import Hides
from ...core.serial import to_json
from ...core.values import MUTE_KINDS, MuteKind
from ..exits import Exit
from ..output import Column, json_option, plural, print_json, print_listing, say
from ..progress import ProgressLine
from ..records import age, byline, record_json
from ..session import Session

WHAT: dict[MuteKind, tuple[str, str, str]] = {
    "author": ("AUTHOR", "all that somebody writes", "PLATFORM:HANDLE, or a mention of theirs"),
    "site": ("SITE", "all that stands on a site", "its domain, or a mention on it"),
    "thread": ("REF", "a conversation with all its answers", "a mention in it"),
    "word": ("WORD", "all that has a word or a phrase in its title or text", "just as it is, not inflected"),
    "copies": ("REF", "near-copies of a mention", "one of them"),
}
"""By kind: what is given, what it hides, and how it is given."""


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> Any:
    """Hide authors, sites, conversations, words and near-copies that you do not want to see.

    \b
    hubbub mute author mastodon:bot@spam.example --dry-run
    hubbub mute word giveaway --note "not ours"
    hubbub mute copies rss:press-1
    hubbub unmute 2

    It is hidden from now on, and at once in what is archived: from lists, searches, saved searches and numbers, never from
    the archive. 'is:muted' in a query finds it. Without a further command the mutes are listed.
    """
    return ctx.invoke(list_mutes, as_json=as_json) if ctx.invoked_subcommand is None else None


@command.command("list")
@json_option
@click.pass_obj
def list_mutes(session: Session, as_json: bool) -> Exit:
    """List the mutes with how many mentions each hides now."""
    from ..compose import open_desk

    with open_desk(session.workspace) as desk:
        print_listing(
            "mutes",
            desk.mutes(),
            [
                Column(title="mute", show=lambda hides: hides.mute.id, right=True),
                Column(title="kind", show=lambda hides: hides.mute.kind),
                Column(title="what", show=lambda hides: hides.mute.value, gives_way=True),
                Column(title="hides", show=lambda hides: hides.total, right=True),
                Column(title="since", show=lambda hides: hides.mute.created),
                Column(title="note", show=lambda hides: hides.mute.note, gives_way=True),
            ],
            as_json=as_json,
            to_dict=_as_dict,
            empty="Nothing is muted. See what a mute would hide: hubbub mute word giveaway --dry-run",
        )
    return Exit.OK


def _as_dict(hides: Hides) -> dict[str, Any]:
    mute = hides.mute
    return {
        "id": mute.id,
        "kind": mute.kind,
        "value": mute.value,
        "hides": hides.total,
        "created": to_json(mute.created),
        "note": mute.note,
        "query": muted_query(mute).text,
    }


def _muting(kind: MuteKind) -> click.Command:
    given, hides, how = WHAT[kind]

    @click.command(kind, help=f"Hide {hides}. {given} is {how}.", short_help=f"Hide {hides}.")
    @click.argument("what", metavar=given)
    @click.option("--dry-run", is_flag=True, help="Only say how much it would hide, with examples.")
    @click.option("--note", default="", help="Why, for the list.")
    @json_option
    @click.pass_obj
    def mute(session: Session, what: str, dry_run: bool, note: str, as_json: bool) -> Exit:
        from ..compose import open_desk

        with open_desk(session.workspace) as desk:
            desk.indexer.try_to_catch_up_if_pending()
            try:
                return _preview(desk, kind, what, as_json) if dry_run else _mute(desk, kind, what, note, as_json)
            except ValueError as error:
                raise click.BadParameter(f"{error}.", param_hint=given) from None

    return mute


def _mute(desk: Desk, kind: MuteKind, what: str, note: str, as_json: bool) -> Exit:
    with ProgressLine("mentions") as progress:
        muted = desk.mute(kind, what, note=note, progress=progress).muted
    (hides,) = [each for each in desk.mutes() if each.mute == muted]
    if as_json:
        print_json(_as_dict(hides))
        return Exit.OK
    say(f"Muted the {kind} {hides.mute.value}: {plural(hides.total, 'mention')} hidden, and what comes.")
    say(f"To see them: hubbub search '{muted_query(hides.mute).text}'. To undo: hubbub unmute {hides.mute.id}")
    return Exit.OK


def _preview(desk: Desk, kind: MuteKind, what: str, as_json: bool) -> Exit:
    found = desk.preview_mute(kind, what)
    if as_json:
        examples = [record_json(record) for record in found.examples]
        print_json({"kind": kind, "value": found.value, "hides": found.total, "examples": examples})
        return Exit.OK
    say(f"Muting the {kind} {found.value} would hide {plural(found.total, 'mention')}. Nothing has been muted.")
    for record in found.examples:
        text = " ".join(f"{record.mention.title} {record.mention.text}".split())
        say(f"  {record.ref}  {age(record.when, desk.now())} · {byline(record)}: {text[:120]}")
    return Exit.OK


for _kind in MUTE_KINDS:
    command.add_command(_muting(_kind))
