"""``hubbub purge``: remove mentions for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from ...core.durations import parse_age
from ...core.mediacare import orphans
from ..exits import Exit, note
from ..output import json_option, plural, print_json, say
from ..records import age, byline, headline
from ..session import Session

if TYPE_CHECKING:
    from ...core.desk import Desk, Results

SHOWN = 5
"""Mentions that are shown before the question."""
ROOM = 100
"""Characters of each of them."""


class Age(click.ParamType):
    """How old something is: ``90d``, ``26w``, ``2y``."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read it; a mistake is an error of the command line."""
        try:
            return parse_age(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument("query", nargs=-1)
@click.option("--source", metavar="ID", help="Only what came through this source.")
@click.option("--author", metavar="NAME", help="Only what this author said, by name or @handle.")
@click.option("--older-than", type=Age(), help="Only what was published longer ago: 90d, 26w, 2y.")
@click.option("--dry-run", is_flag=True, help="Show what would be removed, and remove nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def command(
    session: Session,
    query: tuple[str, ...],
    source: str | None,
    author: str | None,
    older_than: timedelta | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> Exit:
    """Remove mentions for good.

    \b
    hubbub purge --older-than 2y
    hubbub purge --source firehose --older-than 90d
    hubbub purge --author @ana
    hubbub purge 'topic:acme status:ignored'

    All that the archive keeps of them goes: wordings, counts, labels, notes, tags, and authors of whom nothing else is left.
    Then the archive is compacted, the search index built anew, and pictures that nothing refers to are deleted. Stories keep
    the copies that they quote. Backups are yours to delete. What a source still shows comes back with the next collect.
    """
    from ..compose import now, open_desk

    text = _together(" ".join(query), source, author, older_than, now())
    if as_json and not (yes or dry_run):
        raise click.UsageError("With --json nobody is asked: add --yes or --dry-run.")
    with open_desk(session.workspace) as desk:
        desk.indexer.try_to_catch_up_if_pending()
        results = desk.search(text, limit=SHOWN)
        if dry_run or not results.total:
            if as_json:
                print_json({"query": text, "total": results.total, "removed": 0, "freed": 0, "pictures": 0})
            else:
                _show(desk, results)
                say("Nothing was removed.")
            return Exit.OK
        if not as_json:
            _show(desk, results)
        if not yes and not click.confirm("Remove for good? This cannot be undone"):
            say("Nothing was removed.")
            return Exit.OK
        removed, media = desk.purge(text), session.workspace.paths.media
        if not as_json:
            say(f"{plural(removed, 'mention')} removed.")
        # An index goes on holding the words of what it dropped until it merges its files.
        desk.indexer.rebuild()
        pictures = orphans(desk.archive, media, now())
        freed = sum(path.stat().st_size for path in pictures) + desk.archive.compact()
        for path in pictures:
            path.unlink(missing_ok=True)
    if as_json:
        print_json({"query": text, "total": results.total, "removed": removed, "freed": freed, "pictures": len(pictures)})
        return Exit.OK
    also = f" {plural(len(pictures), 'picture')} that nothing refers to deleted." if pictures else ""
    say(f"{freed / 1e6:,.1f} MB given back to the disk.{also}")
    if any(session.workspace.paths.backups.glob("*")):
        note(f"Backups in {session.workspace.paths.backups} may still hold what was removed.")
    return Exit.OK


def _together(query: str, source: str | None, author: str | None, older_than: timedelta | None, now: datetime) -> str:
    """One query of all that the command line names."""
    parts = [f"({query})" if query.strip() else ""]
    for field, value in (("source", source), ("author", author)):
        if value is None:
            continue
        if not value.strip("@ ") or '"' in value:
            raise click.BadParameter(f"{value!r} is no name.", param_hint=f"--{field}")
        parts.append(f"{field}:{value}" if value.startswith("@") else f'{field}:"{value}"')
    if older_than is not None:
        parts.append(f"published:<{(now - older_than).astimezone(UTC):%Y-%m-%d}")
    text = " ".join(part for part in parts if part)
    if not text:
        raise click.UsageError("Say what is to go: a QUERY, --source, --author or --older-than.")
    return text


def _show(desk: Desk, results: Results) -> None:
    """How many there are, and the first of them."""
    for row in results.rows:
        facts = [age(row.record.when, desk.now()), row.record.mention.platform, byline(row.record)]
        say(f"{row.record.ref}  {' · '.join(facts)}")
        say(f"    {headline(row, ROOM, colour=False)}")
    if results.total > len(results.rows):
        say(f"… and {results.total - len(results.rows):,} more")
    say(f"{plural(results.total, 'mention')} found.")
