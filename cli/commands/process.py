"""``hubbub process``: have processors judge again what is archived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ...core.durations import parse_age
from ..exits import Exit, note
from ..output import Column, json_option, plural, print_json, print_table, say
from ..progress import ProgressLine
from ..session import Session

if TYPE_CHECKING:
    from ...core.relabelling import Rejudged

SHOWN = 15
"""Kinds of changes that are listed; JSON has them all."""


class _Told(NamedTuple):
    """A time as it was told, and as a query says it today."""

    words: str
    query: str


class Moment(click.ParamType):
    """A time: how long ago (``90d``, ``26w``, ``2y``), or a date as in queries (``2026-03-01``, ``"last monday"``)."""

    name = "age or date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> _Told:
        """The time with the words for it; a mistake is an error of the command line."""
        from ...core.querydates import read_period
        from ..compose import now

        moment: datetime | None = None
        try:
            moment = now() - parse_age(value)
        except ValueError:
            period = read_period(value, now())
            moment = period.start if period else None
        if moment is None:
            self.fail(f'{value!r} is neither an age nor a date; write for example "90d", "2y" or "2026-03-01"', param, ctx)
        return _Told(value, f"{moment:%Y-%m-%dT%H:%M:%SZ}")


@click.command()
@click.option("--since", type=Moment(), help="Only what was published since: 90d, 2y, 2026-03-01.")
@click.option("--until", type=Moment(), help="Only what was published before.")
@click.option("--query", default="", metavar="QUERY", help="Only what this query finds.")
@click.option("--only", multiple=True, metavar="PROCESSOR", help="Ask only this processor; repeatable.")
@click.option("--all", "everything", is_flag=True, help="Also what the installed version has judged already.")
@click.option("--dry-run", is_flag=True, help="Judge, show what would change, and write nothing.")
@json_option
@click.pass_obj
def command(
    session: Session,
    since: _Told | None,
    until: _Told | None,
    query: str,
    only: tuple[str, ...],
    everything: bool,
    dry_run: bool,
    as_json: bool,
) -> Exit:
    """Have processors judge again what is archived.

    \b
    hubbub process --only sentiment --dry-run
    hubbub process --only sentiment
    hubbub process --since 90d --all

    Without options each processor of the workspace judges what another version of it had judged, and what it was never asked
    of. It is told what the processors before it said, and yours is the last word: corrections stay. Done in pieces, each of
    them whole: stopped at any time, the same command goes on where it was.
    """
    from ..compose import open_desk
    from ..judging import judging, offer_words, offers, summary

    text = _together(query, since and since.query, until and until.query)
    # 90 days are other seconds each time: what was stopped is known again by the words of the command.
    asked = _together(query, since and since.words, until and until.words)
    reports: list[Rejudged] = []
    stopped = False
    with open_desk(session.workspace) as desk:
        if text:
            desk.understand(text)
        with judging(session.workspace, desk, only) as work, ProgressLine("mentions") as line:

            def progress(name: str, done: int, of: int) -> None:
                line(done, max(of, done), name)

            try:
                reports.extend(work.again(everything=everything, query=text, asked=asked, dry_run=dry_run, progress=progress))
            except KeyboardInterrupt:
                stopped = True
        left = [] if dry_run or stopped else offers(session.workspace, desk.archive)
        if as_json:
            print_json({"total": len(reports), "processors": summary(reports), "dry_run": dry_run, "outdated": left})
        else:
            _tell(reports, dry_run=dry_run)
            for offer in left:
                say(offer_words(offer))
    if stopped:
        note("Stopped. What was judged is saved; the same command goes on where this one was.")
        return Exit.INTERRUPTED
    return Exit.FAILED if any(report.failures for report in reports) else Exit.OK


def _together(query: str, since: str | None, until: str | None) -> str:
    """One query of all that narrows what is judged."""
    parts = [f"({query})" if query.strip() else ""]
    parts += [f"published:>={since}" if since else "", f"published:<{until}" if until else ""]
    return " ".join(part for part in parts if part)


_CHANGES = [
    Column(title="processor", show=lambda row: row[0]),
    Column(title="label", show=lambda row: row[1].label),
    Column(title="from", show=lambda row: row[1].before or None),
    Column(title="to", show=lambda row: row[1].after or None),
    Column(title="mentions", show=lambda row: row[2], right=True),
]


def _tell(reports: Sequence[Rejudged], *, dry_run: bool) -> None:
    would = "would change" if dry_run else "changed"
    for report in reports:
        for failure in report.failures:
            note(f"{report.name}: {failure}")
        if report.given_up:
            note(f"{report.name}: it failed again and again and was asked no more; what it had judged is saved.")
        elif report.unjudged:
            note(f"{report.name}: {plural(report.unjudged, 'mention')} not judged; the next call asks it again.")
    rows = [(report.name, turn, count) for report in reports for turn, count in report.turns.items()]
    rows.sort(key=lambda row: -row[2])
    if rows:
        print_table([[column.show(row) for column in _CHANGES] for row in rows[:SHOWN]], _CHANGES)
        if len(rows) > SHOWN:
            say(f"… and {plural(len(rows) - SHOWN, 'kind')} of change more (--json has all)")
    for report in reports:
        if report.version or report.judged:
            kept = f"; {plural(report.corrected, 'correction')} of yours kept" if report.corrected else ""
            again = "; went on where the last one was stopped" if report.resumed else ""
            did = f"{plural(report.judged, 'mention')} judged, {report.changed:,} {would}"
            say(f"{report.name} {report.version}: {did}{kept}{again}")
