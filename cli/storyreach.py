"""``hubbub story reach``: what became of what a story quotes since it was quoted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ..core.serial import to_json
from ..core.storyreach import COUNTS, Change, Count, MentionReach, StoryReach, reach_of
from .exits import Exit
from .output import Column, json_option, plural, print_listing, say
from .progress import ProgressLine
from .session import Session
from .stories import open_stories


@click.command("reach")
@click.argument("story")
@click.option("--ask", is_flag=True, help="Ask the platforms first how the mentions are doing.")
@json_option
@click.pass_obj
def reach(session: Session, story: str, ask: bool, as_json: bool) -> Exit:
    """Show how many liked, shared and answered what is quoted: when you quoted it, and by now.

    \b
    hubbub story reach the-battery-week
    hubbub story reach the-battery-week --ask --json

    The newest counts are those that were collected last; only some platforms tell them again. How often your own page is read:
    hubbub story views.
    """
    with open_stories(session) as desk:
        if ask:
            with ProgressLine("addresses") as line:
                desk.care.check(story, progress=line)
        whole = desk.open(story).story
        found = reach_of(whole, desk.archive.records([block.ref for block in whole.blocks if block.ref]))
    print_listing(
        "mentions",
        found.mentions,
        [
            Column(title="block", show=lambda one: one.number, right=True),
            Column(title="quotes", show=lambda one: one.author or one.ref, gives_way=True),
            *(_column(name) for name in COUNTS if name in found.counts),
            Column(title="counted", show=lambda one: one.now_at),
            Column(title="remark", show=_remark, gives_way=True),
        ],
        as_json=as_json,
        to_dict=_mention_json,
        empty=f"The story {whole.slug!r} quotes nothing.",
        more={"counts": _counts_json(found.counts), "followers": found.followers, "untold": found.untold},
    )
    if found.mentions and not as_json:
        say(_in_all(found))
    return Exit.OK


COMMANDS = (reach,)
"""In the order of the help."""


def _column(name: Count) -> Column:
    return Column(title=name, show=lambda one: _shown(one.counts.get(name)), right=True)


def _shown(change: Change | None) -> str:
    if change is None:
        return "–"
    return f"{change.now:,}" + (f" ({change.by:+,})" if change.by else "")


def _remark(one: MentionReach) -> str:
    if not one.archived:
        return "not in the archive any more"
    if one.deleted:
        return "deleted at the source"
    return "" if one.counts else "nothing is counted"


def _in_all(found: StoryReach) -> str:
    told = [f"{change.now:,} {name} ({change.then:,} when quoted)" for name, change in found.counts.items()]
    parts = [f"In all: {', '.join(told)}." if told else "No platform told counts of these."]
    if found.followers:
        parts.append(f"Their authors have {plural(found.followers, 'follower')} at most.")
    if told and found.untold:
        parts.append(f"Of {plural(found.untold, 'mention')} nothing is counted.")
    return " ".join(parts)


def _mention_json(one: MentionReach) -> dict[str, Any]:
    return {**to_json(one), "counts": _counts_json(one.counts)}


def _counts_json(counts: Mapping[Count, Change]) -> dict[str, dict[str, int]]:
    return {name: {"then": change.then, "now": change.now, "by": change.by} for name, change in counts.items()}
