"""The subcommands of ``hubbub story`` about whole stories and their steps: new, show, set, undo, redo, history, restore."""

from __future__ import annotations

import click

from ..core.controls import clean
from ..core.errors import NotFound
from ..core.stories import diff, set_details
from ..core.values import Revision, StoryOrder, StoryState
from .exits import Exit
from .output import Column, json_option, print_json, print_listing, say
from .session import Session
from .stories import open_stories, print_story, story_json, told

ORDERS = click.Choice([order.value for order in StoryOrder])


@click.command()
@click.argument("title")
@click.option("--lang", default="en", show_default=True, help="Language of your own words (en, es, ro, el, …).")
@click.option("--order", type=ORDERS, default="oldest", show_default=True, help="Oldest or newest first, or by hand.")
@click.option("--subtitle", default="", help="A line under the title.")
@click.option("--byline", default="", help="Who tells it.")
@click.option("--description", default="", help="One or two sentences for previews.")
@json_option
@click.pass_obj
def new(
    session: Session, title: str, lang: str, order: str, subtitle: str, byline: str, description: str, as_json: bool
) -> Exit:
    """Begin a story."""
    details = {"subtitle": subtitle, "byline": byline, "description": description}
    with open_stories(session) as desk:
        revision = desk.new(title, lang=lang, order=StoryOrder(order))
        if any(details.values()):
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
    if as_json:
        print_json(story_json(found))
    else:
        print_story(found, whole=whole)
    return Exit.OK


@click.command("set")
@click.argument("story")
@click.option("--title", help="What it is called. Its slug stays.")
@click.option("--subtitle", help="A line under the title.")
@click.option("--byline", help="Who tells it.")
@click.option("--description", help="One or two sentences for previews.")
@click.option("--lang", help="Language of your own words.")
@click.option("--state", type=click.Choice([state.value for state in StoryState]), help="Who may see it.")
@click.pass_obj
def set_story(session: Session, story: str, **details: str | None) -> Exit:
    """Change what is said of a story as a whole."""
    changes = {name: value for name, value in details.items() if value is not None}
    if not changes:
        raise click.UsageError("Say what to change: --title, --subtitle, --byline, --description, --lang or --state.")
    with open_stories(session) as desk:
        before = desk.open(story)
        told(before, desk.edit(story, lambda now: set_details(now, **changes), f"changed {', '.join(changes)}"))
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
            Column(title="note", show=lambda step: step.note),
            Column(title="changes", show=lambda step: "; ".join(changes(step)), gives_way=True),
        ],
        as_json=as_json,
        to_dict=lambda step: {
            "number": step.number,
            "parent": step.parent,
            "at": step.at,
            "note": step.note,
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


COMMANDS = (new, show, set_story, undo, redo, history, restore, delete)
"""In the order of the help."""


def _step(session: Session, story: str, *, back: bool) -> Exit:
    with open_stories(session) as desk:
        before = desk.open(story)
        after = desk.undo(story) if back else desk.redo(story)
    if after is None:
        say(f"There is nothing to {'undo' if back else 'redo'}.")
        return Exit.OK
    say(f"{'Undid' if back else 'Redid'}: {(before if back else after).note}")
    for sentence in diff(before.story, after.story):
        say(f"  {sentence}")
    return Exit.OK
