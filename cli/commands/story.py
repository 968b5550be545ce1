"""``hubbub story``: build stories from mentions and publish them."""

from __future__ import annotations

from typing import Any

import click

from ...core.values import StorySummary
from ..exits import Exit
from ..output import Column, json_option, print_listing
from ..session import Session
from ..stories import open_stories
from ..storyblocks import COMMANDS as BLOCK_COMMANDS
from ..storycomments import COMMANDS as COMMENT_COMMANDS
from ..storydraft import COMMANDS as DRAFT_COMMANDS
from ..storyfiles import COMMANDS as FILE_COMMANDS
from ..storyinbox import COMMANDS as INBOX_COMMANDS
from ..storynotify import COMMANDS as NOTIFY_COMMANDS
from ..storyparts import COMMANDS as PART_COMMANDS
from ..storypeople import COMMANDS as PEOPLE_COMMANDS
from ..storypublish import COMMANDS as PUBLISH_COMMANDS
from ..storyquotes import COMMANDS as QUOTE_COMMANDS
from ..storyreach import COMMANDS as REACH_COMMANDS
from ..storysteps import COMMANDS as STEP_COMMANDS
from ..storytemplates import COMMANDS as TEMPLATE_COMMANDS
from ..storyviews import COMMANDS as VIEW_COMMANDS


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> Any:
    """Build stories from mentions and publish them.

    \b
    hubbub story new "The battery week"
    hubbub story add the-battery-week --query "bateria lang:es,ro" --limit 5
    hubbub story text the-battery-week "It began on Monday." --before 1
    hubbub story publish the-battery-week

    A STORY is named by its slug, which `hubbub story list` prints; a BLOCK by its number in `hubbub story show`.
    Every change is a step that can be undone. Without a further command the stories are listed.
    """
    return ctx.invoke(list_stories, as_json=as_json) if ctx.invoked_subcommand is None else None


@command.command("list")
@json_option
@click.pass_obj
def list_stories(session: Session, as_json: bool) -> Exit:
    """List the stories, the one changed last first."""
    with open_stories(session) as desk:
        stories = desk.list()
        stale = {story.id: desk.stale(story.id) for story in stories}

    def on_disk(story: StorySummary) -> str:
        return {None: "not published", True: "changed since", False: "up to date"}[stale[story.id]]

    print_listing(
        "stories",
        stories,
        [
            Column(title="story", show=lambda story: story.slug),
            Column(title="title", show=lambda story: story.title, gives_way=True),
            Column(title="state", show=lambda story: story.state.value),
            Column(title="page", show=on_disk),
            Column(title="blocks", show=lambda story: story.blocks, right=True),
            Column(title="mentions", show=lambda story: story.mentions, right=True),
            Column(title="changed", show=lambda story: story.updated),
        ],
        as_json=as_json,
        to_dict=lambda story: {
            "id": story.id,
            "slug": story.slug,
            "title": story.title,
            "state": story.state,
            "blocks": story.blocks,
            "mentions": story.mentions,
            "created": story.created,
            "updated": story.updated,
            "revision": story.revision,
            "stale": stale[story.id],
        },
        empty='There is no story yet. Begin one: hubbub story new "TITLE"',
    )
    return Exit.OK


for _command in (
    *DRAFT_COMMANDS,
    *BLOCK_COMMANDS,
    *PART_COMMANDS,
    *QUOTE_COMMANDS,
    *INBOX_COMMANDS,
    *STEP_COMMANDS,
    *PEOPLE_COMMANDS,
    *COMMENT_COMMANDS,
    *TEMPLATE_COMMANDS,
    *FILE_COMMANDS,
    *PUBLISH_COMMANDS,
    *NOTIFY_COMMANDS,
    *VIEW_COMMANDS,
    *REACH_COMMANDS,
):
    command.add_command(_command)
