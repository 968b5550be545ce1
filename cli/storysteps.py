"""The subcommands of ``hubbub story`` about whole stories and their steps: new, show, set, duplicate, undo, redo, history …"""

from __future__ import annotations

from typing import Any

import click

from ..core.controls import clean
from ..core.errors import NotFound
from ..core.sharing import told as about_lock
from ..core.stories import diff, set_details
from ..core.storycomments import open_by_block
from ..core.values import Revision, StoryOrder, StoryState
from .exits import Exit, note
from .output import Column, json_option, plural, print_json, print_listing, say
from .session import Session
from .stories import open_stories, print_story, story_json, told

ORDERS = click.Choice([order.value for order in StoryOrder])


@click.command()
@click.argument("title")
@click.option("--lang", default="", help="Language of your own words (en, es, ro, el, …); English where nothing else is said.")
@click.option("--order", type=ORDERS, help="Oldest first (as it is where nothing else is said), newest first, or by hand.")
@click.option("--template", default="", help="Begin with a template's headings and placeholders (hubbub story template list).")
@click.option("--subtitle", default="", help="A line under the title.")
@click.option("--byline", default="", help="Who tells it.")
@click.option("--description", default="", help="One or two sentences for previews.")
@json_option
@click.pass_obj
def new(
    session: Session,
    title: str,
    lang: str,
    order: str | None,
    template: str,
    subtitle: str,
    byline: str,
    description: str,
    as_json: bool,
) -> Exit:
    """Begin a story.

    \b
    hubbub story new "The battery week" --byline "Ana Pop"
    hubbub story new "The battery week" --template crisis
    """
    told_of = {"subtitle": subtitle, "byline": byline, "description": description}
    details = {name: value for name, value in told_of.items() if value}
    with open_stories(session) as desk:
        revision = desk.new(title, lang=lang, order=StoryOrder(order) if order else None, template=template or None)
        if details:
            revision = desk.edit(revision.story.id, lambda story: set_details(story, **details), "filled in the details")
    if as_json:
        print_json(story_json(revision))
    else:
        slug = revision.story.slug
        say(f"The story {slug!r} has been begun. Quote something: hubbub story add {slug} REF")
    return Exit.OK


@click.command()
@click.argument("story")
@click.option("--revision", type=int, metavar="N", help="As it stood at a step of its history.")
@click.option("--whole", is_flag=True, help="Print the texts whole.")
@json_option
@click.pass_obj
def show(session: Session, story: str, revision: int | None, whole: bool, as_json: bool) -> Exit:
    """Show a story with the numbers of its blocks."""
    with open_stories(session) as desk:
        found = desk.archive.story(story, revision)
        lock, unsettled = desk.people.of(story).lock, sum(open_by_block(desk.comments.of(story)).values())
    if as_json:
        print_json(story_json(found))
    else:
        print_story(found, whole=whole)
        if lock:
            say(f"{about_lock(lock)}.")
        if unsettled:
            say(f"{plural(unsettled, 'comment')} open: hubbub story comments {found.story.slug}")
    return Exit.OK


@click.command("set")
@click.argument("story")
@click.option("--title", help="What it is called. Its slug stays.")
@click.option("--subtitle", help="A line under the title.")
@click.option("--byline", help="Who tells it.")
@click.option("--description", help="One or two sentences for previews.")
@click.option("--lang", help="Language of your own words.")
@click.option("--state", type=click.Choice([state.value for state in StoryState]), help="Who may see it.")
@click.option("--rights", help="Licence of your own words, as readers see it.")
@click.option("--cover", metavar="FILE_OR_ADDRESS", help="The picture that stands for it; - takes it away.")
@click.option("--cover-alt", help="What the cover shows, for people who cannot see it.")
@click.option("--formats", help="What publishing writes: one or more of the exporters, with commas.")
@click.option("--query", help="The query that proposes mentions for it (hubbub story inbox); an empty one takes it away.")
@click.option("--slug", help="Its name in addresses and commands. Links to what was published under the old one break.")
@click.pass_obj
def set_story(session: Session, story: str, **details: str | None) -> Exit:
    """Change what is said of a story as a whole.

    \b
    hubbub story set the-battery-week --title "The week of the battery" --state private
    hubbub story set the-battery-week --cover cells.jpg --cover-alt "Three swollen cells"
    hubbub story set the-battery-week --formats html,json,timelinejs
    """
    changes: dict[str, Any] = {name: value for name, value in details.items() if value is not None}
    if not changes:
        raise click.UsageError("Say what to change: --title, --byline, --cover, --state, … (--help lists them all).")
    names = ", ".join(changes).replace("_", " ")
    cover, query, slug = (changes.pop(name, None) for name in ("cover", "query", "slug"))
    with open_stories(session) as desk:
        before = desk.open(story)
        name = before.story.id
        if "formats" in changes:
            changes["formats"] = [each.strip() for each in changes["formats"].split(",") if each.strip()]
            for each in changes["formats"]:
                if each not in desk.exporters:
                    raise NotFound("exporter", each, desk.exporters)
        if cover is not None:
            changes["cover"] = "" if cover == "-" else desk.take_picture(cover).digest
        if query is not None:
            desk.inbox.attach(name, query)
        if changes:
            desk.edit(name, lambda now: set_details(now, **changes), f"changed {names}")
        old = before.story.slug
        if slug is not None and desk.rename(name, slug).story.slug != old and (desk.published / old).exists():
            say(f"What was published under {old!r} stays in {desk.published / old}; remove it, or leave it for old links.")
        after = desk.open(name)
        told(before, after)
        if after.story.state is StoryState.PRIVATE and desk.publication(name):
            note(f"Its page still stands in {desk.published}. To take it away: hubbub story unpublish {after.story.slug}")
    return Exit.OK


@click.command()
@click.argument("story")
@click.option("--title", help="What the new story is called.")
@json_option
@click.pass_obj
def duplicate(session: Session, story: str, title: str | None, as_json: bool) -> Exit:
    """Begin another story with the same blocks. It is a draft, with neither the steps nor the rejections of the first."""
    with open_stories(session) as desk:
        revision = desk.duplicate(story, title)
    if as_json:
        print_json(story_json(revision))
    else:
        say(f"The story {revision.story.slug!r} has been begun with the blocks of {story!r}.")
    return Exit.OK


@click.command()
@click.argument("story")
@click.pass_obj
def undo(session: Session, story: str) -> Exit:
    """Take the last step back."""
    return _step(session, story, back=True)


@click.command()
@click.argument("story")
@click.pass_obj
def redo(session: Session, story: str) -> Exit:
    """Take the last undo back."""
    return _step(session, story, back=False)


@click.command()
@click.argument("story")
@json_option
@click.pass_obj
def history(session: Session, story: str, as_json: bool) -> Exit:
    """List the steps of a story; none is ever lost, those that were undone neither."""
    with open_stories(session) as desk:
        standing = desk.open(story).number
        steps = desk.history(story)
    by_number = {step.number: step for step in steps}

    def changes(step: Revision) -> list[str]:
        return diff(by_number[step.parent].story, step.story) if step.parent in by_number else []

    print_listing(
        "steps",
        steps,
        [
            Column(title="step", show=lambda step: f"{step.number}{' *' if step.number == standing else ''}", right=True),
            Column(title="from", show=lambda step: step.parent, right=True),
            Column(title="saved", show=lambda step: step.at),
            Column(title="by", show=lambda step: step.by),
            Column(title="note", show=lambda step: step.note),
            Column(title="changes", show=lambda step: "; ".join(changes(step)), gives_way=True),
        ],
        as_json=as_json,
        to_dict=lambda step: {
            "number": step.number,
            "parent": step.parent,
            "at": step.at,
            "note": step.note,
            "by": step.by,
            "changes": changes(step),
            "standing": step.number == standing,
        },
        empty="There is no step.",
    )
    return Exit.OK


@click.command()
@click.argument("story")
@click.argument("step", type=int)
@click.pass_obj
def restore(session: Session, story: str, step: int) -> Exit:
    """Make a story as it stood at a STEP of its history; that is a new step."""
    with open_stories(session) as desk:
        before = desk.open(story)
        if step not in {revision.number for revision in desk.history(story)}:
            raise NotFound(f"step of the story {before.story.slug}", str(step))
        told(before, desk.restore(story, step))
    return Exit.OK


@click.command()
@click.argument("story")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, story: str, yes: bool) -> Exit:
    """Delete a story with all its steps. What was published stays where it is."""
    with open_stories(session) as desk:
        found = desk.open(story).story
        if not yes and not click.confirm(f"Delete {clean(found.title)!r} with all its steps? This cannot be undone"):
            say("Nothing was deleted.")
            return Exit.OK
        desk.delete(found.id)
    say(f"The story {found.slug!r} has been deleted.")
    return Exit.OK


COMMANDS = (new, show, set_story, duplicate, undo, redo, history, restore, delete)
"""In the order of the help."""


def _step(session: Session, story: str, *, back: bool) -> Exit:
    with open_stories(session) as desk:
        before, me = desk.open(story), desk.people.me
        after = desk.undo(story) if back else desk.redo(story)
        by_number = {step.number: step for step in desk.history(story)}
    if after is None:
        say(f"There is nothing to {'undo' if back else 'redo'}.")
        return Exit.OK
    step = before if back else after
    while back and step.parent not in (None, after.number):  # steps that changed nothing were passed over
        step = by_number[step.parent]
    say(f"{'Undid' if back else 'Redid'}: {step.note}" + (f" (by {step.by})" if step.by and step.by != me else ""))
    for sentence in diff(before.story, after.story):
        say(f"  {sentence}")
    return Exit.OK
