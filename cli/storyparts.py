"""The subcommands of ``hubbub story`` that put other things between mentions: image, link, divider, days; and find."""

from __future__ import annotations

from typing import Literal, cast

import click

from ..core.errors import StoryError
from ..core.stories import find, matching
from ..core.storydiff import describe
from .exits import Exit
from .output import Column, json_option, plural, print_listing
from .session import Session
from .stories import block_id, block_ids, open_stories, told

after_option = click.option("--after", metavar="BLOCK", help="Put it behind this block.")
before_option = click.option("--before", metavar="BLOCK", help="Put it in front of this block.")


@click.command()
@click.argument("story")
@click.argument("source", metavar="FILE_OR_ADDRESS")
@click.option("--alt", default="", help="What it shows, for people who cannot see it.")
@click.option("--caption", default="", help="Words under it.")
@click.option("--rights", default="", help="Its licence or permission, as readers see it.")
@click.option("--picture", type=click.IntRange(min=1), help="Pull out this picture of the mention in block FILE_OR_ADDRESS.")
@click.option("--cover", is_flag=True, help="Make it the story's cover instead of a block; - takes the cover away.")
@after_option
@before_option
@click.pass_obj
def image(
    session: Session,
    story: str,
    source: str,
    alt: str,
    caption: str,
    rights: str,
    picture: int | None,
    cover: bool,
    after: str | None,
    before: str | None,
) -> Exit:
    """Put a picture into a story: from a file, a web address, or out of a quoted mention.

    \b
    hubbub story image the-battery-week cells.jpg --alt "Three swollen cells" --rights "CC BY 4.0, Ana Pop"
    hubbub story image the-battery-week https://acme.example/notice.png --alt "The service notice" --after 4
    hubbub story image the-battery-week 3 --picture 1
    hubbub story image the-battery-week cells.jpg --cover --alt "Three swollen cells"
    """
    with open_stories(session) as desk:
        standing = desk.open(story)
        if cover:
            told(standing, desk.set_cover(story, None if source == "-" else source, alt=alt))
        elif picture is not None:
            mention = block_ids(standing.story, [source])[0]
            copy = find(standing.story, mention).copy
            images = [media for media in copy.mention.media if media.kind == "image"] if copy else []
            if picture > len(images):
                raise StoryError(f"Block {source} has {plural(len(images), 'picture')}.")
            told(standing, desk.pull_out(story, mention, images[picture - 1].url))
        else:
            where = {"after": block_id(standing.story, after), "before": block_id(standing.story, before)}
            told(standing, desk.add_image(story, source, alt=alt, text=caption, rights=rights, **where))
    return Exit.OK


@click.command()
@click.argument("story")
@click.argument("url", metavar="ADDRESS")
@click.argument("words", default="", metavar="[TEXT]")
@after_option
@before_option
@click.pass_obj
def link(session: Session, story: str, url: str, words: str, after: str | None, before: str | None) -> Exit:
    """Put a link into a story, with words of your own."""
    with open_stories(session) as desk:
        standing = desk.open(story)
        where = {"after": block_id(standing.story, after), "before": block_id(standing.story, before)}
        told(standing, desk.add_link(story, url, text=words, **where))
    return Exit.OK


@click.command()
@click.argument("story")
@after_option
@before_option
@click.pass_obj
def divider(session: Session, story: str, after: str | None, before: str | None) -> Exit:
    """Part what is before from what is after."""
    with open_stories(session) as desk:
        standing = desk.open(story)
        where = {"after": block_id(standing.story, after), "before": block_id(standing.story, before)}
        told(standing, desk.add_divider(story, **where))
    return Exit.OK


@click.command()
@click.argument("story")
@click.option("--by", type=click.Choice(["day", "source"]), default="day", show_default=True, help="What belongs together.")
@click.option("--off", is_flag=True, help="Take these headings out.")
@click.pass_obj
def days(session: Session, story: str, by: str, off: bool) -> Exit:
    """Put a heading before each day, in the story's language; called again, they are brought up to date.

    --by source gathers what comes from one platform or site under a heading, in the order of first appearance. A heading that
    you word differently keeps your words.
    """
    with open_stories(session) as desk:
        standing = desk.open(story)
        told(standing, desk.group(story, cast('Literal["day", "source", "nothing"]', "nothing" if off else by)))
    return Exit.OK


@click.command("find")
@click.argument("story")
@click.argument("words", nargs=-1, required=True)
@json_option
@click.pass_obj
def find_words(session: Session, story: str, words: tuple[str, ...], as_json: bool) -> Exit:
    """List the blocks in which all these WORDS stand, whatever their case and accents."""
    with open_stories(session) as desk:
        whole = desk.open(story).story
    there = set(matching(whole, " ".join(words)))
    print_listing(
        "blocks",
        [(number, block) for number, block in enumerate(whole.blocks, 1) if block.id in there],
        [
            Column(title="block", show=lambda row: row[0], right=True),
            Column(title="what", show=lambda row: describe(row[1]), gives_way=True),
        ],
        as_json=as_json,
        to_dict=lambda row: {"number": row[0], "id": row[1].id, "kind": row[1].kind, "what": describe(row[1])},
        empty="No block has these words.",
    )
    return Exit.OK


COMMANDS = (image, link, divider, days, find_words)
"""In the order of the help."""
