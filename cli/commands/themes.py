"""``hubbub themes``: what people began to talk about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from ...core.durations import parse_duration, show_duration
from ...core.query import And, Query, Range, Term
from ...core.serial import to_json
from ...core.text import fold
from ..exits import Exit, note
from ..output import Column, json_option, plural, print_json, print_table, say
from ..session import Session

if TYPE_CHECKING:
    from ...core.desk import Desk
    from ...core.themes import Theme
    from ...core.values import Record

PAGE = 500
MOST, MOST_USUAL = 5_000, 10_000
"""Mentions of the window and of the baseline that are read, the newest first."""


class _Duration(click.ParamType):
    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read a duration, with a clear word where it is none."""
        if isinstance(value, timedelta):
            return value
        try:
            return parse_duration(value, shortest=timedelta(hours=1))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument("query", nargs=-1)
@click.option("--topic", metavar="NAME", help="Only what belongs to this topic.")
@click.option("--lang", metavar="CODE", help="Only what is in this language, as es.")
@click.option("--window", type=_Duration(), default="7d", show_default=True, help="How far back to look.")
@click.option("--against", type=_Duration(), default="28d", show_default=True, help="How long before that is the usual.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="How many themes to print.")
@json_option
@click.pass_obj
def command(
    session: Session,
    query: tuple[str, ...],
    topic: str | None,
    lang: str | None,
    window: timedelta,
    against: timedelta,
    limit: int,
    as_json: bool,
) -> Exit:
    """Show the words and phrases that rose.

    \b
    hubbub themes                          the last week against the four before
    hubbub themes --topic acme --lang el   of one topic, in Greek
    hubbub themes battery --window 2d --against 30d

    A theme is a word or a phrase of two or three that at least three mentions by two people have, at least twice as often as
    usual, and more often than by chance (G²). Each language is compared with itself; near-copies count once. docs/themes.md
    explains the numbers.
    """
    from ...core.themes import Tally, written_form
    from ..compose import open_desk

    with open_desk(session.workspace) as desk:
        desk.indexer.try_to_catch_up_if_pending()
        asked = desk.understand(" ".join(query))
        narrow = [Term(field, fold(value)) for field, value in (("topic", topic), ("lang", lang)) if value]
        end = desk.now()
        start = end - window
        tally = Tally()

        def read(add: Callable[[list[Record]], None], low: datetime, high: datetime, most: int) -> tuple[int, int]:
            """Hand the mentions of a stretch of time over; gives how many there are and how many were read."""
            within = Range("published", low, high, high_open=True)
            ask = Query(asked.text, And((asked.root, *narrow, within)))
            every = seen = 0
            for total, records in _pages(desk, ask, most):
                every, seen = max(every, total), seen + len(records)
                add(records)
            return every, seen

        here = read(tally.add, start, end, MOST)
        usual = read(tally.add_usual, start - against, start, MOST_USUAL)
        for message in desk.indexer.messages:
            note(message)
        themes = tally.themes(limit)
        records = {record.ref: record for record in desk.archive.records([ref for theme in themes for ref in theme.examples])}

        def written(theme: Theme) -> str:
            mentions = [records[ref].mention for ref in theme.examples if ref in records]
            return written_form(theme.words, (text for mention in mentions for text in (mention.title, mention.text)))

        if as_json:
            print_json(
                {
                    "total": len(themes),
                    "themes": [_as_json(theme, written(theme)) for theme in themes],
                    "window": {"start": to_json(start), "end": to_json(end), "mentions": here[0], "read": here[1]},
                    "against": {
                        "start": to_json(start - against),
                        "end": to_json(start),
                        "mentions": usual[0],
                        "read": usual[1],
                    },
                }
            )
            return Exit.OK
        _print([(theme, written(theme)) for theme in themes], here, usual, show_duration(window), show_duration(against))
    return Exit.OK


def _pages(desk: Desk, query: Query, most: int) -> Iterator[tuple[int, list[Record]]]:
    """What a query finds, the newest first, in pages, each with the number of all."""
    after, read = None, 0
    while read < most:
        hits = desk.find(query, limit=min(PAGE, most - read), after=after)
        yield hits.total, desk.archive.records([hit.ref for hit in hits.hits])
        read += len(hits.hits)
        after = hits.next
        if after is None:
            return


def _print(found: list[tuple[Theme, str]], here: tuple[int, int], usual: tuple[int, int], window: str, against: str) -> None:
    columns = [
        Column(title="theme", show=lambda row: row[1], gives_way=True),
        Column(title="mentions", show=lambda row: row[0].mentions, right=True),
        Column(title="expected", show=lambda row: f"{row[0].expected:.1f}", right=True),
        Column(title="G²", show=lambda row: f"{row[0].score:.1f}", right=True),
        Column(title="log ratio", show=lambda row: f"{row[0].log_ratio:.1f}", right=True),
        Column(title="languages", show=lambda row: ", ".join(f"{lang} {n:,}" for lang, n in row[0].languages.items())),
        Column(title="example", show=lambda row: row[0].examples[0], gives_way=True),
    ]
    if found:
        print_table([[column.show(row) for column in columns] for row in found], columns)
    compared = f"{plural(here[0], 'mention')} of the last {window}, {usual[0]:,} of the {against} before"
    if not here[0]:
        say(f"Nothing was said in this time: {compared}.")
    elif not usual[0]:
        say(f"Nothing to compare with: {compared}. A longer --against, or a shorter --window, may help.")
    elif not found:
        say(f"Nothing rose: {compared}.")
    else:
        say(f"Compared: {compared}.")
    if here[1] < here[0] or usual[1] < usual[0]:
        say(f"Of these the newest were read: {here[1]:,} and {usual[1]:,}.")


def _as_json(theme: Theme, written: str) -> dict[str, Any]:
    return {
        "theme": written,
        "words": list(theme.words),
        "mentions": theme.mentions,
        "usual": theme.usual,
        "expected": round(theme.expected, 2),
        "score": round(theme.score, 2),
        "log_ratio": round(theme.log_ratio, 2),
        "languages": dict(theme.languages),
        "examples": list(theme.examples),
    }
