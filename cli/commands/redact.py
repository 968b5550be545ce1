"""``hubbub redact``: take somebody's words out for good, of the archive and of every story."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import click

from ...core.serial import to_json
from ..exits import Exit, note
from ..output import Column, json_option, plural, print_json, print_listing, say, show_time
from ..progress import ProgressLine
from ..records import age, byline, headline
from ..session import Session

if TYPE_CHECKING:
    from ...core.desk import Desk
    from ...core.takedown import Touched

ROOM = 100
"""Characters of the mention that are shown."""


@click.command()
@click.argument("ref", required=False)
@click.option("--reason", metavar="WORDS", help="Why. Readers of stories see it in place of the words.")
@click.option("--list", "listing", is_flag=True, help="List what was redacted, the newest first.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def command(session: Session, ref: str | None, reason: str | None, listing: bool, yes: bool, as_json: bool) -> Exit:
    """Take somebody's words out for good.

    \b
    hubbub redact mastodon:112233 --reason "at the author's request"
    hubbub redact --list

    Title, text, pictures and what the platform sent go out of every wording of the mention, out of every step of every
    story that quotes it, so that no undo brings them back, and out of the search index. Who said it, where and when, what
    others did with it, and the digest of what stood there stay. The words do not come back when it is collected again.

    What is published shows them until you publish again. Backups, exports, and what others made of it are yours to look after.
    """
    from ..compose import open_desk

    if listing:
        if ref or reason:
            raise click.UsageError("--list goes without a REF and a reason.")
        with open_desk(session.workspace) as desk:
            return _list(desk, as_json)
    if not ref:
        raise click.UsageError("Say whose words are to go: a REF, which `hubbub search` prints first in each row.")
    if not (reason or "").strip():
        raise click.UsageError("Say why: --reason WORDS. Readers of stories see it in place of the words.")
    if as_json and not yes:
        raise click.UsageError("With --json nobody is asked: add --yes.")
    with open_desk(session.workspace) as desk:
        return _redact(session, desk, ref, reason or "", yes=yes, as_json=as_json)


def _redact(session: Session, desk: Desk, ref: str, reason: str, *, yes: bool, as_json: bool) -> Exit:
    """Show what goes, ask, do it, and say what is left to do."""
    from ...core.takedown import take_down, touched

    found = touched(desk.archive, ref)
    written = {story.slug: desk.stories.publication(story.id) for story in found.stories}
    published = {slug: publication.formats for slug, publication in written.items() if publication}
    if not as_json:
        _show(desk, found, published)
    if not yes and not click.confirm("Take the words out for good? This cannot be undone"):
        say("Nothing was changed.")
        return Exit.OK
    done = take_down(desk.archive, session.workspace.paths.media, ref, reason=reason, at=desk.now())
    pictures = f" {plural(len(done.pictures), 'picture')} that nothing else refers to deleted." if done.pictures else ""
    if not as_json:
        say(f"The words of {ref} are taken out.{pictures}")
        if published:
            say(f"What is published of {', '.join(published)} still shows them: hubbub story publish --stale")
    with ProgressLine("mentions indexed") as line:
        desk.sweep(lambda count: line(count))
    if as_json:
        print_json(
            {
                "ref": ref,
                "redaction": to_json(done.redaction),
                "wordings": found.wordings,
                "quotes": found.quotes,
                "stories": [story.slug for story in found.stories],
                "publish_again": list(published),
                "pictures": len(done.pictures),
                "alike": list(found.alike),
            }
        )
        return Exit.OK
    if any(session.workspace.paths.backups.glob("*")):
        note(f"Backups in {session.workspace.paths.backups} still hold them; a backup that is put back brings them back.")
    return Exit.OK


def _show(desk: Desk, found: Touched, published: Collection[str]) -> None:
    """What goes, and what does not."""
    from ...core.desk import Row

    if found.record:
        record = found.record
        say(f"{found.ref}  {' · '.join([age(record.when, desk.now()), record.mention.platform, byline(record)])}")
        say(f"    {headline(Row(record=record), ROOM, colour=False) or '(no words)'}")
    else:
        say(f"{found.ref}  (the archive does not have it any more)")
    if found.before:
        say(f"Its words were taken out on {show_time(found.before.at)}: {found.before.reason}. Now the reason is changed.")
    pictures = f", {plural(len(found.pictures), 'picture')}" if found.pictures else ""
    say(f"To go: {plural(found.wordings, 'wording')}, {plural(found.quotes, 'quote')} in stories{pictures}.")
    for story in found.stories:
        page = " (published: its page shows it until you publish again)" if story.slug in published else ""
        say(f"  quoted in {story.slug}{page}")
    if found.alike:
        others = plural(len(found.alike), "other mention says", "other mentions say")
        say(f"{others} nearly the same and will stay: hubbub show {found.alike[0]} --alike")


def _list(desk: Desk, as_json: bool) -> Exit:
    """All redactions, of mentions that are there and of those that are gone."""
    everything = desk.archive.redactions()
    rows = sorted(everything.items(), key=lambda item: (item[1].at, item[0]), reverse=True)
    there = {record.ref for record in desk.archive.records(list(everything))}

    def as_dict(item: Any) -> dict[str, Any]:
        return {"ref": item[0], **to_json(item[1]), "archived": item[0] in there}

    print_listing(
        "redactions",
        rows,
        [
            Column(title="mention", show=lambda item: item[0]),
            Column(title="when", show=lambda item: item[1].at),
            Column(title="archived", show=lambda item: item[0] in there),
            Column(title="reason", show=lambda item: item[1].reason, gives_way=True),
        ],
        as_json=as_json,
        to_dict=as_dict,
        empty="Nothing was redacted.",
    )
    return Exit.OK
