"""``hubbub search``: find what was said."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from shutil import get_terminal_size
from typing import cast, get_args

import click

from ...core.alike import Folded, fold
from ...core.desk import Desk, Results
from ...core.values import Order, Record
from ..exits import Exit, note
from ..output import json_option, plural, print_json, say, say_styled
from ..records import age, byline, fate, headline, row_json
from ..session import Session

LIMIT = 20
FOLDED = "; near-copies as one: --apart shows each, hubbub show --alike REF one group"
PAGE = 500
"""Mentions read at a time where all are wanted."""


@click.command()
@click.argument("query", nargs=-1)
@click.option("--order", type=click.Choice(get_args(Order)), help="What comes first.  [default: newest]")
@click.option("--limit", type=click.IntRange(1, 10_000), help="How many to print.  [default: 20; with --csv all]")
@click.option("--after", metavar="CURSOR", help="Go on where a page ended: its 'next'.")
@click.option("--facets", is_flag=True, help="Count all hits by day, source, platform, topic, language, sentiment and author.")
@click.option("--saved", metavar="NAME", help="Ask a saved search, within QUERY if there is one; see hubbub saved.")
@click.option("--apart", is_flag=True, help="Show near-copies one by one instead of as one row with their number.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets.")
@click.option("--html", "as_html", is_flag=True, help="Print a page of HTML, with what matched marked.")
@json_option
@click.pass_obj
def command(
    session: Session,
    query: tuple[str, ...],
    order: str | None,
    limit: int | None,
    after: str | None,
    facets: bool,
    saved: str | None,
    apart: bool,
    as_csv: bool,
    as_html: bool,
    as_json: bool,
) -> Exit:
    """Search what was said.

    \b
    hubbub search acme battery            both words, inflected or not
    hubbub search '"acme phone" OR hub'   a phrase or a word
    hubbub search topic:acme lang:es,ro   by topic and language
    hubbub search 'published:>"3 days ago" likes:>10' --order engaged
    hubbub search status:new --order priority    what needs you first; hubbub show REF --why says why
    hubbub search acme --facets           who, where, when, how many

    Without a QUERY the newest mentions are listed. docs/query-language.md has all of it.
    """
    from ..compose import open_desk

    if as_csv + as_html + as_json > 1:
        raise click.UsageError("Choose one of --csv, --html and --json.")
    if facets and (as_csv or as_html):
        raise click.UsageError("--facets are printed as text or with --json; --csv and --html list mentions.")
    with open_desk(session.workspace) as desk:
        desk.indexer.try_to_catch_up_if_pending()
        text = " ".join(query)
        if saved is not None:
            kept = desk.look(saved)
            text = f"({kept.query}) ({text})" if text and kept.query else kept.query or text
            order = order or kept.order
        chosen = cast(Order, order or "newest")
        try:
            results = desk.search(text, order=chosen, limit=limit or (PAGE if as_csv else LIMIT), after=after)
        except ValueError as error:
            if after is None:
                raise
            wanted = f"{error}; give the 'next' of a page in the same order."
            raise click.BadParameter(wanted, param_hint="--after") from None
        for message in desk.indexer.messages:
            note(message)
        if as_csv:
            from ..csvfile import write_csv

            write_csv(_all(desk, text, chosen, results) if limit is None else (row.record for row in results.rows))
            return Exit.OK
        if as_html:
            from ..htmlpage import results_page

            click.echo(results_page(results), nl=False)
            return Exit.OK
        counted = desk.facets(text) if facets else None
        if as_json:
            from ..facets import facets_json

            hits = [row_json(row) for row in results.rows]
            answer = {"total": results.total, "hits": hits, "next": results.next, "did_you_mean": results.did_you_mean or None}
            answer["hidden"] = results.hidden
            print_json(answer | ({"facets": facets_json(counted)} if counted else {}))
            return Exit.OK
        if counted:
            from ..facets import print_facets

            print_facets(counted, get_terminal_size().columns)
        print_results(desk, results, apart=apart, urgent=chosen == "priority")
    return Exit.OK


def _all(desk: Desk, text: str, order: Order, results: Results) -> Iterator[Record]:
    """The records of a page and of all pages after it."""
    while True:
        yield from (row.record for row in results.rows)
        if results.next is None:
            return
        results = desk.search(text, order=order, limit=PAGE, after=results.next)


def print_results(desk: Desk, results: Results, *, apart: bool = False, urgent: bool = False) -> None:
    """Print a page for people: two lines a mention; of near-copies the first of the page with their number.

    ``urgent``: with how much each needs a person.
    """
    folded = Folded(results.rows) if apart else fold(results.rows)
    colour = sys.stdout.isatty()
    room = min(get_terminal_size().columns, 160) - 4 if colour else 160
    for row in folded.rows:
        record = row.record
        facts = [age(record.when, desk.now()), record.mention.platform, byline(record), *fate(record)]
        facts += [record.lang, record.state.value]
        if record.topics:
            facts.append(", ".join(record.topics))
        if urgent:
            facts.insert(0, "priority –" if record.priority is None else f"priority {record.priority}")
        if record.ref in folded.alike:
            facts.append(f"{folded.alike[record.ref]:,} alike")
        say(f"{record.ref}  {' · '.join(facts)}")
        # The line is cleaned piece by piece, since it may carry our own emphasis.
        say_styled(f"    {headline(row, room, colour=colour)}")
    if not results.total and results.hidden:
        say(f"Nothing found but what is muted. {_hidden(results)}")
        return
    if not results.total:
        say("Nothing found." if results.query.text.strip() else "The archive is empty. Listen first: hubbub collect")
        if results.did_you_mean:
            say(f"Did you mean: {results.did_you_mean}")
        return
    say(f"{plural(results.total, 'mention')}, {len(results.rows):,} shown" + (FOLDED if folded.alike else ""))
    if results.hidden:
        say(_hidden(results))
    if results.next:
        say(f"More: add --after {results.next}")


def _hidden(results: Results) -> str:
    return f"{results.hidden:,} hidden by mutes: is:muted shows them."
