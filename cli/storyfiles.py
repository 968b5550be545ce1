"""The subcommands of ``hubbub story`` that check, write and read stories: check, preview, media, export, import."""

from __future__ import annotations

from pathlib import Path

import click

from ..core.commentfiles import read_comments, write_comments
from ..core.errors import HubbubError
from ..core.serial import to_json
from ..core.storydesk import StoryDesk
from ..core.values import Receipt
from .exits import Exit, note, report
from .output import json_option, plural, print_json, say
from .session import Session
from .stories import fetch_pictures, open_stories, story_json


@click.command()
@click.argument("story")
@json_option
@click.pass_obj
def check(session: Session, story: str, as_json: bool) -> Exit:
    """Say what ought to be looked at before publishing, and what to do about it.

    Nobody is asked whether what is quoted is still there: `hubbub story links` does that, and what it found is told here.
    """
    with open_stories(session) as desk:
        remarks = desk.remarks(story)
    if as_json:
        print_json({"total": len(remarks), "remarks": [{**to_json(remark), "words": str(remark)} for remark in remarks]})
    else:
        for remark in remarks or ["All is well."]:
            say(str(remark))
    return Exit.OK


@click.command()
@click.argument("story")
@click.pass_obj
def preview(session: Session, story: str) -> Exit:
    """Print a story as Markdown, as the export would write it."""
    with open_stories(session) as desk:
        say(desk.preview(story).rstrip("\n"))
    return Exit.OK


@click.command()
@click.argument("story")
@click.pass_obj
def media(session: Session, story: str) -> Exit:
    """Fetch the pictures of which there is no copy yet."""
    with open_stories(session) as desk:
        fetch_pictures(desk, story)
        without = sum(remark.kind == "no-media" for remark in desk.remarks(story))
    say("Every picture has a copy." if not without else f"{plural(without, 'block')} still without.")
    return Exit.OK


@click.command()
@click.argument("stories", nargs=-1, metavar="[STORY]...")
@click.option("--all", "every", is_flag=True, help="Every story.")
@click.option("--format", "formats", default="html", show_default=True, help="One or more of the exporters, with commas.")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="Another folder than the workspace's published/.")
@click.option("--offline", is_flag=True, help="Do not fetch pictures that have no copy yet.")
@click.option("--comments", is_flag=True, help="With --to: write the comments, too, into comments.json, which import reads.")
@json_option
@click.pass_obj
def export(
    session: Session,
    stories: tuple[str, ...],
    every: bool,
    formats: str,
    to: Path | None,
    offline: bool,
    comments: bool,
    as_json: bool,
) -> Exit:
    """Write stories: each into a folder named after it, all formats or none.

    \b
    hubbub story export the-battery-week
    hubbub story export the-battery-week --format html,markdown,json --to ~/site
    hubbub story export --all --format json --to ~/backup

    A folder is replaced as a whole, so that a crash leaves the old one or the new one; files that you put there stay.
    """
    if bool(stories) == every:
        raise click.UsageError("Name stories, or say --all.")
    if comments and to is None:
        raise click.UsageError("Comments are never published; name a folder of your own with --to.")
    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    written: dict[str, list[Receipt]] = {}
    failed: dict[str, HubbubError] = {}
    with open_stories(session) as desk:
        if comments and to is not None and to.resolve() == desk.published.resolve():
            raise click.UsageError(f"Comments are never published, and {to} is where stories are.")
        for name in [story.slug for story in desk.list()] if every else stories:
            try:
                slug = desk.open(name).story.slug
                written[slug] = _export(desk, name, wanted, to, offline)
                if to is not None:
                    write_comments(to / slug, desk.comments.of(name) if comments else None)
            except HubbubError as error:
                if not every:
                    raise
                failed[name] = error
    if as_json:
        print_json({"total": len(written), "stories": written, "failed": {name: str(e) for name, e in failed.items()}})
    elif not written and not failed:
        say('There is no story yet. Begin one: hubbub story new "TITLE"')
    else:
        for receipts in written.values():
            for receipt in receipts:
                say(f"{receipt.path} ({plural(len(receipt.files), 'file')})")
    for name, error in failed.items():
        note(f"{name} was not written:")
        report(error, verbose=False)
    return Exit.FAILED if failed else Exit.OK


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def import_story(session: Session, path: Path, as_json: bool) -> Exit:
    """Take in a story that was exported as json: PATH is its folder or its story.json."""
    with open_stories(session) as desk:
        comments = read_comments(path)
        revision = desk.import_story(path)
        desk.comments.take_in(revision.story.id, comments)
    if as_json:
        print_json(story_json(revision))
    else:
        say(f"Imported as {revision.story.slug!r}: {revision.story.title} ({plural(len(revision.story.blocks), 'block')})")
    return Exit.OK


COMMANDS = (check, preview, media, export, import_story)
"""In the order of the help."""


def _export(desk: StoryDesk, name: str, formats: list[str], to: Path | None, offline: bool) -> list[Receipt]:
    if not offline:
        fetch_pictures(desk, name)
    receipts = desk.publish(name, formats=formats, to=to)
    for receipt in receipts:
        for warning in receipt.warnings:
            note(f"{name}: {warning}")
    return receipts
