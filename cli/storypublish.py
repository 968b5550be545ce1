"""``hubbub story publish`` and ``unpublish``: what the story asks for, only where it changed, to where it is served."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import click

from ..core.errors import HubbubError, StoryError
from ..core.presswork import Pressed, press, published_names, retract, stale_names
from ..core.publishing import withdraw
from ..core.stories import set_details
from ..core.storydesk import StoryDesk
from ..core.values import StoryState
from .exits import Exit, note, report
from .output import json_option, plural, print_json, say
from .pushing import Pushed, push
from .session import Session
from .stories import fetch_pictures, open_stories


@dataclass(kw_only=True)
class _Outcome:
    done: list[Pressed] = field(default_factory=list)
    would: dict[str, list[str]] = field(default_factory=dict)
    """By story: the formats that it would be written in; none where its page would be taken away."""
    failed: dict[str, HubbubError] = field(default_factory=dict)
    pushed: list[Pushed] = field(default_factory=list)


@click.command()
@click.argument("stories", nargs=-1, metavar="[STORY]...")
@click.option("--all", "every", is_flag=True, help="Every story that is published already.")
@click.option("--stale", is_flag=True, help="Every story whose page is not up to date; of private ones it is taken away.")
@click.option("--format", "formats", default="", help="Exporters, with commas, instead of those that the story asks for.")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="Another folder than the workspace's published/.")
@click.option("--push", "targets", multiple=True, metavar="NAME", help="Then bring them to a [[targets]] of hubbub.toml.")
@click.option("--dry-run", is_flag=True, help="Only say what would be written and pushed.")
@click.option("--force", is_flag=True, help="Write those that have not changed, too.")
@click.option("--offline", is_flag=True, help="Do not fetch pictures that have no copy yet.")
@json_option
@click.pass_obj
def publish(
    session: Session,
    stories: tuple[str, ...],
    every: bool,
    stale: bool,
    formats: str,
    to: Path | None,
    targets: tuple[str, ...],
    dry_run: bool,
    force: bool,
    offline: bool,
    as_json: bool,
) -> Exit:
    """Publish stories: write what changed into published/, with a list of all of them.

    \b
    hubbub story publish the-battery-week
    hubbub story publish the-battery-week --format html,pdf,epub
    hubbub story publish --all --push web --dry-run

    A story is written in the formats that it asks for (hubbub story set STORY --formats html,pdf). One that has not changed
    is left alone. A story's folder is replaced as a whole, so words and pictures that were taken out are gone from it.
    Nothing is pushed unless you name a target.
    """
    if sum([bool(stories), every, stale]) != 1:
        raise click.UsageError("Name stories, or say --all, or --stale.")
    if to and targets:
        raise click.UsageError("Only the workspace's own folder can be pushed; leave out --to or --push.")
    for target in targets:
        session.workspace.target(target)
    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    outcome = _Outcome()
    with open_stories(session) as desk:
        names = stale_names(desk) if stale else published_names(desk) if every else list(dict.fromkeys(stories))
        for name in names:
            try:
                if stale and desk.open(name).story.state is StoryState.PRIVATE:
                    outcome.done.append(_retracted(outcome, desk, name, dry_run=dry_run))
                elif dry_run:
                    _would(outcome, desk, name, wanted, to, force=force)
                else:
                    outcome.done.append(_one(desk, name, wanted, to, force=force, offline=offline))
            except HubbubError as error:
                if len(names) == 1:
                    raise
                outcome.failed[name] = error
        slugs = [done.slug for done in outcome.done if (done.folder).is_dir()]
    for target in targets:
        outcome.pushed.append(push(session.workspace, target, slugs, dry_run=dry_run))
    if as_json:
        print_json(_as_json(outcome, dry_run))
    else:
        _tell(outcome, dry_run)
    for name, error in outcome.failed.items():
        note(f"{name} was not published:")
        report(error, verbose=False)
    return Exit.FAILED if outcome.failed else Exit.OK


@click.command()
@click.argument("story")
@click.pass_obj
def unpublish(session: Session, story: str) -> Exit:
    """Take a story's page away from published/ and make it a draft again. Where it was pushed to, it stays."""
    with open_stories(session) as desk:
        found = desk.open(story).story
        desk.people.check_edit(found.id, found.slug)
        gone = withdraw(desk.published / found.slug) if desk.publication(story) else ()
        if found.state is StoryState.PUBLISHED:
            desk.edit(found.id, lambda now: set_details(now, state=StoryState.DRAFT), "unpublished")
        desk.shelve()
    say(f"{found.slug}: {plural(len(gone), 'file')} taken away." if gone else f"{found.slug} is not published.")
    return Exit.OK


_PRIVATE = "it is private; its page"

COMMANDS = (publish, unpublish)
"""In the order of the help."""


def _one(desk: StoryDesk, name: str, formats: list[str], to: Path | None, *, force: bool, offline: bool) -> Pressed:
    if not offline:
        fetch_pictures(desk, name)
    done = press(desk, name, formats=formats, to=to, force=force)
    for receipt in done.receipts:
        for warning in receipt.warnings:
            note(f"{done.slug}: {warning}")
    for old in done.withdrawn:
        note(f"{done.slug}: its page under its earlier name {old} was taken away.")
    return done


def _retracted(outcome: _Outcome, desk: StoryDesk, name: str, *, dry_run: bool) -> Pressed:
    if not dry_run:
        return retract(desk, name)
    outcome.would[name] = []
    return Pressed(slug=name, folder=desk.published / name)


def _would(outcome: _Outcome, desk: StoryDesk, name: str, formats: list[str], to: Path | None, *, force: bool) -> None:
    """Note what publishing would do."""
    story = desk.open(name).story
    folder = (to or desk.published) / story.slug
    wanted = formats or list(story.formats)
    if to is None and story.state is StoryState.PRIVATE:
        raise StoryError(f"The story {story.slug!r} is private and is not published.")
    if force or not desk.current(name, wanted, folder):
        outcome.would[story.slug] = wanted
    outcome.done.append(Pressed(slug=story.slug, folder=folder))


def _tell(outcome: _Outcome, dry_run: bool) -> None:
    for done in outcome.done:
        if done.slug in outcome.would:
            formats = ", ".join(outcome.would[done.slug])
            say(f"{done.slug}: would be written as {formats}." if formats else f"{done.slug}: {_PRIVATE} would be taken away.")
        elif done.withdrawn and not done.written:
            say(f"{done.slug}: {_PRIVATE} was taken away.")
        elif not done.written:
            say(f"{done.slug}: not changed.")
        for receipt in done.receipts:
            say(f"{receipt.path} ({plural(len(receipt.files), 'file')})")
    if not outcome.done and not outcome.failed:
        say("There is nothing to publish.")
    for pushed in outcome.pushed:
        did = ("would be sent", "would be removed") if dry_run else ("sent", "removed")
        say(f"{pushed.target}: {plural(len(pushed.sent), 'file')} {did[0]}, {len(pushed.removed):,} {did[1]}.")
        if dry_run:
            for mark, names in (("+", pushed.sent), ("-", pushed.removed)):
                for name in names:
                    say(f"  {mark} {name}")


def _as_json(outcome: _Outcome, dry_run: bool) -> dict[str, object]:
    return {
        "total": len(outcome.done),
        "dry_run": dry_run,
        "would": outcome.would,
        "stories": {
            done.slug: {"folder": str(done.folder), "written": done.written, "receipts": done.receipts} for done in outcome.done
        },
        "failed": {name: str(error) for name, error in outcome.failed.items()},
        "pushed": outcome.pushed,
    }
