"""The subcommands ``hubbub story template``: what a story can begin with."""

from __future__ import annotations

import click

from ..core.storytemplates import read_template, template_names
from .exits import Exit
from .output import Column, json_option, plural, print_listing, say
from .session import Session
from .stories import open_stories


@click.group()
def template() -> None:
    """Begin stories alike: headings, placeholders and details to begin with.

    \b
    hubbub story new "The battery week" --template crisis
    hubbub story template save the-battery-week our-crisis

    Files of the workspace's templates/ folder (JSON or TOML) are templates, too; docs/stories.md says what they may say.
    """


@template.command("list")
@json_option
@click.pass_obj
def list_templates(session: Session, as_json: bool) -> Exit:
    """List the templates."""
    folder = session.workspace.folder / "templates"
    rows = [(name, path, read_template(name, folder)) for name, path in template_names(folder).items()]
    print_listing(
        "templates",
        rows,
        [
            Column(title="template", show=lambda row: row[0]),
            Column(title="from", show=lambda row: f"templates/{row[1].name}" if row[1] else "hubbub"),
            Column(title="blocks", show=lambda row: len(row[2].blocks), right=True),
            Column(title="what for", show=lambda row: row[2].summary, gives_way=True),
        ],
        as_json=as_json,
        to_dict=lambda row: {
            "name": row[0],
            "file": str(row[1]) if row[1] else None,
            "blocks": len(row[2].blocks),
            "summary": row[2].summary,
        },
        empty="There is no template.",
    )
    return Exit.OK


@template.command("save")
@click.argument("story")
@click.argument("name")
@click.option("--summary", default="", help="What it is for, in one line.")
@click.pass_obj
def save_template(session: Session, story: str, name: str, summary: str) -> Exit:
    """Keep what a story has beside its mentions as a template called NAME."""
    with open_stories(session) as desk:
        blocks = sum(block.copy is None for block in desk.open(story).story.blocks)
        path = desk.save_template(story, name, summary=summary)
    say(f"Kept in {path} ({plural(blocks, 'block')}). Use it: hubbub story new TITLE --template {name}")
    return Exit.OK


COMMANDS = (template,)
"""In the order of the help."""
