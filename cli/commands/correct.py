"""``hubbub correct``: say it better than a processor did."""

from __future__ import annotations

import re
from collections.abc import Collection

import click

from ...config.languages import parse_language
from ...core.errors import NotFound, nearest
from ...core.values import BY_YOU, Record
from ..exits import Exit
from ..output import json_option, print_json, say
from ..records import record_json
from ..session import Session

FEELINGS = ("positive", "negative", "neutral", "uncertain", "unknown")
"""What a mention's sentiment can be."""


@click.command()
@click.argument("ref")
@click.argument("corrections", nargs=-1, metavar="[LABEL=VALUE]...")
@click.option("--undo", multiple=True, metavar="LABEL", help="Take your correction of this label back; repeatable.")
@json_option
@click.pass_obj
def command(session: Session, ref: str, corrections: tuple[str, ...], undo: tuple[str, ...], as_json: bool) -> Exit:
    """Say it better than a processor did. REF is what `hubbub search` prints first in each row.

    \b
    hubbub correct rss:https://press.example/1 sentiment=negative
    hubbub correct rss:https://press.example/1 sentiment:acme=positive lang=el
    hubbub correct rss:https://press.example/1 --undo sentiment

    Your word wins over every processor, also over one that judges again later. Corrections teach: see `hubbub learn`.
    """
    from ..compose import open_desk

    if not corrections and not undo:
        raise click.UsageError("Say what is right, as in sentiment=negative, or what to take back: --undo sentiment")
    with open_desk(session.workspace) as desk:
        record = desk.record(ref)
        topics = {topic.name for topic in desk.topics} | set(record.topics)
        changes: dict[str, str | None] = dict.fromkeys(undo)
        for name in undo:
            if not any(label.name == name and label.by == BY_YOU for label in record.labels):
                raise click.UsageError(f"There is no correction of yours of {name!r} to take back.")
        for text in corrections:
            name, value = _read(record, text, topics)
            changes[name] = value
        for name, value in changes.items():
            desk.correct(record.ref, name, value)
        after = desk.record(ref)
    if as_json:
        print_json(record_json(after))
        return Exit.OK
    for name in changes:
        before, now = record.label(name), after.label(name)
        said = f"{now.value} (by {now.by})" if now else "not told"
        say(f"{name}: {said}; before: {before.value if before else 'not told'}")
    return Exit.OK


def _read(record: Record, text: str, topics: Collection[str]) -> tuple[str, str]:
    """A correction as name and value; raises what is wrong with it as an error of the command line, or ``NotFound``."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not name or not value:
        raise click.UsageError(f"{text!r} is no correction; write a label and what is right, as in sentiment=negative")
    label, _, topic = name.partition(":")
    if topic and topic not in topics:
        raise NotFound("topic", topic, topics)
    known = {"sentiment", "lang", "topic"} | {other.name.partition(":")[0] for other in record.labels}
    if label not in known:
        raise click.UsageError(f"This mention has no label {label!r}.{nearest(label, known)}")
    return name, _value(label, value, topics)


def _value(label: str, value: str, topics: Collection[str]) -> str:
    if label == "topic":
        if value not in topics:
            raise NotFound("topic", value, topics)
        return value
    value = value.lower()
    if label == "sentiment" and value not in FEELINGS:
        raise click.UsageError(f"A sentiment is {', '.join(FEELINGS)}; not {value!r}.")
    if label == "lang" and value != "unknown":
        try:
            return parse_language(value)
        except ValueError as error:
            raise click.UsageError(f"{error}.") from None
    if not re.fullmatch(r"\w[\w -]{0,60}", value):
        raise click.UsageError(f"{value!r} cannot be the value of a label; write a word or two.")
    return value
