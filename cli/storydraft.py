"""``hubbub story draft``: a first draft of what a period was about, from the archive."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ..core.querydates import read_period
from ..core.serial import to_json
from .exits import Exit
from .output import json_option, plural, print_json, say
from .records import headline
from .session import Session
from .stories import fetch_pictures, story_json

if TYPE_CHECKING:
    from ..core.drafting import Draft

ROOM = 90
"""Characters of a mention in the list of what was chosen."""


@click.command()
@click.argument("query")
@click.option("--title", default="", help="What the story is called; otherwise after QUERY and its period.")
@click.option("--since", metavar="DATE", help="From this date on: 2026-06-01, 'last week', '3 days ago'.")
@click.option("--until", metavar="DATE", help="Up to this date, which is included.")
@click.option("--limit", type=click.IntRange(1, 500), default=30, show_default=True, help="How many mentions at most.")
@click.option("--lang", default="en", show_default=True, help="Language of headings and connecting lines.")
@click.option("--why", is_flag=True, help="Print what was chosen, and why each of it.")
@click.option("--dry-run", is_flag=True, help="The same, and save nothing.")
@click.option("--offline", is_flag=True, help="Do not fetch pictures.")
@json_option
@click.pass_obj
def draft(
    session: Session,
    query: str,
    title: str,
    since: str | None,
    until: str | None,
    limit: int,
    lang: str,
    why: bool,
    dry_run: bool,
    offline: bool,
    as_json: bool,
) -> Exit:
    """Begin a story with what carries a period: a first draft to cut and to write on.

    \b
    hubbub story draft "topic:volt" --since "last month" --title "The Volt month"
    hubbub story draft "bateria lang:es,ro" --lang es --limit 12 --dry-run

    From what QUERY finds it takes the first mention, the days that stand out, the days on which the feeling turned, the most
    followed authors, the most engaged mentions of every stretch of time, what our own accounts said and answered, and what was
    deleted or edited since. Near-copies, muted and redacted mentions are left out. Each date gets a heading and a line of
    counts. Every block says why it is there in its note, which is never published.
    """
    from ..core.storydrafts import begin_draft
    from ..core.storydrafts import draft as choose
    from .compose import open_desk

    with open_desk(session.workspace) as desk:
        now = desk.now()
        start, end = _date(since, "--since", now, end=False), _date(until, "--until", now, end=True)
        if start and end and start >= end:
            raise click.BadParameter(f"{until!r} is before {since!r}.", param_hint="--until")
        desk.indexer.try_to_catch_up_if_pending()
        found = choose(desk, query, since=start, until=end, limit=limit)
        if dry_run:
            print_json(_draft_json(found)) if as_json else _print(found)
            return Exit.OK
        revision = begin_draft(desk, found, title=title, lang=lang)
        name = revision.story.slug
        if not offline:
            fetch_pictures(desk.stories, name)
        revision = desk.stories.open(name)
    if as_json:
        print_json({**story_json(revision), "draft": _draft_json(found)})
        return Exit.OK
    if why:
        _print(found)
    say(f"{revision.story.title}: {plural(len(found.picks), 'mention')} of {found.total:,}, story {name}.")
    say(f"Read it: hubbub story show {name}   Cut it: hubbub story remove {name} BLOCK   Why: hubbub story draft … --dry-run")
    return Exit.OK


def _date(text: str | None, option: str, now: datetime, *, end: bool) -> datetime | None:
    if text is None:
        return None
    period = read_period(text, now)
    if period is None:
        raise click.BadParameter(f"{text!r} is no date; write 2026-06-01, 'last week' or '3 days ago'.", param_hint=option)
    return period.end if end else period.start


def _print(found: Draft) -> None:
    """What was chosen, by day, with the reasons."""
    from ..core.desk import Row

    for pick in found.picks:
        said = headline(Row(record=pick.record), ROOM, colour=False)
        say(f"{pick.record.when:%Y-%m-%d %H:%M}  {pick.record.ref}  {said}")
        for reason in pick.reasons:
            say(f"    {reason}")
    say(f"{plural(len(found.picks), 'mention')} of {found.total:,}.")


def _draft_json(found: Draft) -> dict[str, Any]:
    return {
        "query": found.query,
        "total": found.total,
        "ordinary_day": found.ordinary,
        "peaks": [{**asdict(peak), "day": peak.day.isoformat()} for peak in found.peaks],
        "turns": [
            {**asdict(turn), "start": turn.start.isoformat(), "day": turn.day.isoformat(), "end": turn.end.isoformat()}
            for turn in found.turns
        ],
        "mentions": [
            {"ref": pick.record.ref, "when": to_json(pick.record.when), "why": list(pick.reasons)} for pick in found.picks
        ],
    }


COMMANDS = (draft,)
