"""``hubbub story views``: how often published stories are read, from the logs of the web server that serves them."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click

from ..core.errors import ConfigError, HubbubError, ImportFailed, StoryError
from ..core.serial import to_json
from .exits import Exit, note
from .output import Column, json_option, plural, print_json, print_table, say
from .progress import ProgressLine
from .session import Session
from .stories import open_stories

if TYPE_CHECKING:
    from ..core.storydesk import StoryDesk
    from ..core.storyviews import LeftOut, StoryViews, ViewCounter

SHOWN = 10
"""Referring hosts that the text shows; JSON has all."""


@click.command("views")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--story", "stories", multiple=True, metavar="STORY", help="Only this story; may be repeated.")
@click.option("--address", default="", help="Where they are served, instead of publish.base_url; or a path as /stories/.")
@json_option
@click.pass_obj
def views(session: Session, logs: tuple[Path, ...], stories: tuple[str, ...], address: str, as_json: bool) -> Exit:
    """Count how often published stories are read, from the access LOGs of your web server.

    \b
    hubbub story views /var/log/nginx/access.log*
    hubbub story views access.log --story the-battery-week
    ssh web cat access.log | hubbub story views - --json

    Readers are not followed: nothing is put into a page, and no address of a reader is kept or printed. Common and Combined Log
    Format and JSON lines (Caddy, nginx) are read, packed with gzip or not. Programs, pictures and errors are left out. A visit
    is one reader (address and browser) of a story on one day; days are those of publish.timezone.
    """
    from ..core.phrases import zone
    from ..core.storyviews import ViewCounter, pages_of

    workspace = session.workspace
    address = address or workspace.publish.base_url
    if not address:
        raise ConfigError(
            "it is not known where the stories are served; say so, or name it with --address",
            file=str(workspace.paths.settings),
            key="publish.base_url",
        )
    with open_stories(session) as desk:
        pages = pages_of(_published(desk, stories), address)
    counter = ViewCounter(pages, zone=zone(workspace.publish.timezone), key=secrets.token_bytes(16))
    failed: dict[str, str] = {}
    with ProgressLine("lines") as line:
        for path in logs:
            try:
                _count(counter, path, line)
            except (OSError, ImportFailed) as error:
                failed[str(path)] = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    if as_json:
        print_json(_as_json(counter, logs, failed))
    else:
        _tell(counter)
    for name, why in failed.items():
        note(f"{name}: {why}")
    left = counter.left_out
    if counter.lines and left.unreadable == counter.lines:
        raise HubbubError("None of these lines is of an access log in Common or Combined Log Format, or in JSON.")
    return Exit.FAILED if failed else Exit.OK


COMMANDS = (views,)
"""In the order of the help."""


def _published(desk: StoryDesk, wanted: tuple[str, ...]) -> dict[str, tuple[list[str], Mapping[str, str]]]:
    """Of these stories, or of all that are published: all slugs that they ever had, and the files that are opened."""
    opens: dict[str, Mapping[str, str]] = {}
    for name in wanted or [story.slug for story in desk.list() if desk.publication(story.slug)]:
        found = desk.publication(name)
        opens[desk.open(name).story.slug] = (found.opens if found else {}) or {"html": "index.html"}
    if not opens:
        raise StoryError("No story is published yet. Publish one: hubbub story publish STORY")
    # An address that another story has now is that story's.
    standing = {story.slug for story in desk.list()}
    before = {slug: {step.story.slug for step in desk.history(slug)} - standing for slug in opens}
    return {slug: ([slug, *sorted(before[slug])], files) for slug, files in opens.items()}


def _count(counter: ViewCounter, path: Path, line: ProgressLine) -> None:
    from ..core.accesslogs import read_lines

    def watched(lines: Iterable[bytes | None]) -> Iterator[bytes | None]:
        for number, each in enumerate(lines):
            if number % 4096 == 0:
                line(counter.lines, last=path.name)
            yield each

    with _opened(path) as file:
        counter.add(watched(read_lines(file)))


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    if str(path) == "-":
        yield cast("BinaryIO", sys.stdin.buffer)
    else:
        with path.open("rb") as file:
            yield file


def _tell(counter: ViewCounter) -> None:
    stories = counter.stories
    if len(stories) > 1:
        rows = [[one.slug, one.views, one.visits, _span(one), _first(one)] for one in stories]
        columns = [
            Column(title="story", show=str, gives_way=True),
            Column(title="views", show=str, right=True),
            Column(title="visits", show=str, right=True),
            Column(title="days", show=str),
            Column(title="most came from", show=str, gives_way=True),
        ]
        print_table(rows, columns)
    for one in stories if len(stories) == 1 else ():
        _tell_one(one)
    say(_left(counter.left_out))


def _tell_one(one: StoryViews) -> None:
    say(f"{one.slug}: {plural(one.views, 'view')}, {plural(one.visits, 'visit')}")
    if not one.views:
        return
    numbers = [Column(title=name, show=str, right=True) for name in ("views", "visits")]
    print_table([[str(day.day), day.views, day.visits] for day in one.days], [Column(title="day", show=str), *numbers])
    if set(one.formats) != {"html"}:
        say("as: " + ", ".join(f"{format} {count:,}" for format, count in one.formats.items()))
    hosts = list(one.referrers.items())
    if hosts:
        rest = sum(count for _, count in hosts[SHOWN:]) + one.other_referrers
        told = [f"{host} {count:,}" for host, count in hosts[:SHOWN]] + ([f"others {rest:,}"] if rest else [])
        say("came from: " + ", ".join(told))


def _span(one: StoryViews) -> str:
    days = [str(each.day) for each in one.days]
    return f"{days[0]} to {days[-1]}" if days else "–"


def _first(one: StoryViews) -> str:
    return next((f"{host} ({count:,})" for host, count in one.referrers.items()), "–")


def _left(left: LeftOut) -> str:
    told = [
        f"{plural(left.bots, 'view')} by programs" if left.bots else "",
        f"{plural(left.files, 'picture or other file', 'pictures and other files')}" if left.files else "",
        f"{plural(left.errors, 'request')} that got no page" if left.errors else "",
        f"{plural(left.elsewhere, 'request')} of other pages" if left.elsewhere else "",
        f"{plural(left.unreadable, 'line')} that cannot be read" if left.unreadable else "",
    ]
    return "Left out: " + (", ".join(filter(None, told)) or "nothing") + "."


def _as_json(counter: ViewCounter, logs: tuple[Path, ...], failed: Mapping[str, str]) -> dict[str, Any]:
    return {
        "total": len(counter.stories),
        "stories": [_story_json(one) for one in counter.stories],
        "lines": counter.lines,
        "left_out": counter.left_out,
        "logs": [str(path) for path in logs],
        "failed": failed,
    }


def _story_json(one: StoryViews) -> dict[str, Any]:
    days = [{"day": day.day.isoformat(), "views": day.views, "visits": day.visits} for day in one.days]
    return {**to_json(replace(one, days=())), "days": days}
