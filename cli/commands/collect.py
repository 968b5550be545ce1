"""``hubbub collect``: listen once."""

from __future__ import annotations

import click

from ...core.health import FINE
from ...core.serial import to_json
from ...core.values import Failure, RefreshReport, RunReport, SourceReport
from ..exits import Exit, note
from ..output import Column, json_option, plural, print_json, print_table, say
from ..progress import ProgressLine
from ..session import Session

_COLUMNS = [
    Column(title="source", show=lambda report: report.id),
    Column(title="health", show=lambda report: report.health.value),
    Column(title="new", show=lambda report: report.new, right=True),
    Column(title="changed", show=lambda report: report.changed, right=True),
    Column(title="dropped", show=lambda report: report.dropped, right=True),
    Column(title="what happened", show=lambda report: report.message, gives_way=True),
]


@click.command()
@click.argument("sources", nargs=-1)
@json_option
@click.pass_obj
def command(session: Session, sources: tuple[str, ...], as_json: bool) -> Exit:
    """Listen once: fetch the sources, archive and index what is said.

    Without SOURCES all enabled sources are asked. Stopping it at any time is safe. At the end sources that can tell are asked
    how earlier mentions are doing: an hour, a day, a week and a month after they were published.
    """
    from ..compose import open_desk
    from ..judging import tell_offers

    with open_desk(session.workspace) as desk:
        if not desk.sources:
            say("There is no source to listen to yet. Add one: hubbub sources add https://press.example/feed.xml")
            return Exit.OK
        with ProgressLine("sources") as progress:
            report = desk.collect(sources or None, progress)
        if as_json:
            print_json(to_json(report) | {"new": report.new, "changed": report.changed})
        else:
            print_report(report)
        for message in desk.indexer.messages:
            note(message)
        tell_offers(session.workspace, desk.archive)
    return Exit.OK if all(source.health in FINE for source in report.sources) else Exit.SOURCES


def print_report(report: RunReport) -> None:
    """Say what a run did: a row a source, then the sums, then what failed in full."""
    print_table([[column.show(source) for column in _COLUMNS] for source in report.sources], _COLUMNS)
    fetched = sum(source.fetched for source in report.sources)
    same = sum(source.same for source in report.sources)
    dropped = sum(source.dropped for source in report.sources)
    say(
        f"{plural(len(report.sources), 'source')}, {plural(fetched, 'item')}: {report.new:,} new, {report.changed:,} changed, "
        f"{same:,} known, {dropped:,} matched no topic; {report.indexed:,} indexed; "
        f"{report.seconds:.1f} s ({fetched / max(report.seconds, 0.001):,.0f} items/s)"
    )
    if report.refreshed.asked:
        say(refreshed_words(report.refreshed))
    for source in report.sources:
        _print_failures(source)
    for failure in report.refreshed.failures:
        note(failure_words(failure))


def refreshed_words(report: RefreshReport) -> str:
    """What came of asking again, in one line."""
    return (
        f"{plural(report.asked, 'mention')} asked for again: {report.answered:,} answered, {report.changed:,} changed, "
        f"{report.deleted:,} deleted by their platforms (the copies stay)"
    )


def failure_words(failure: Failure) -> str:
    """A failure with its source and its item."""
    return f"{failure.source}: {failure.words}"


def _print_failures(source: SourceReport) -> None:
    for failure in source.failures[:5]:
        note(failure_words(failure))
    if len(source.failures) > 5:
        note(f"{source.id}: and {plural(len(source.failures) - 5, 'more item')} (see the log)")
