"""``hubbub show``: one mention with all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ...core.conversations import Conversation
from ...core.desk import Desk
from ...core.entities import EntityKind, entities
from ...core.serial import to_json
from ...core.values import Author, Engagement, Mention, Record
from ..exits import Exit, note
from ..output import json_option, plural, print_json, say, show_time
from ..records import byline, record_json, redacted_words
from ..session import Session
from ..threads import conversation_json, print_conversation
from ..urgency import print_priority, priority_json
from ..why import print_why, why_json


@click.command()
@click.argument("ref")
@click.option("--versions", is_flag=True, help="Every wording, the first first.")
@click.option("--thread", is_flag=True, help="The conversation around it, as a tree, as far as it is archived.")
@click.option("--ask", is_flag=True, help="Ask the platform for the whole conversation, too (with --thread understood).")
@click.option("--keep", is_flag=True, help="Archive what the platform has of it and we had not (with --ask understood).")
@click.option("--alike", is_flag=True, help="The mentions that say nearly the same.")
@click.option("--why", is_flag=True, help="Why it is labelled as it is, and why it is urgent or not.")
@click.option("--raw", is_flag=True, help="What the platform sent.")
@json_option
@click.pass_obj
def command(
    session: Session,
    ref: str,
    versions: bool,
    thread: bool,
    ask: bool,
    keep: bool,
    alike: bool,
    why: bool,
    raw: bool,
    as_json: bool,
) -> Exit:
    """Show one mention with all that is known of it. REF is what `hubbub search` prints first in each row."""
    from ..compose import open_desk

    with open_desk(session.workspace) as desk:
        record = desk.record(ref)
        conversation = _conversation(desk, ref, ask=ask or keep, keep=keep) if thread or ask or keep else None
        code = Exit.SOURCES if conversation and conversation.problem else Exit.OK
        if as_json:
            more = {"conversation": conversation_json(conversation)} if conversation else {}
            more |= {"why": why_json(record), "why_priority": priority_json(desk.why_priority(ref))} if why else {}
            print_json(_as_json(desk, record, raw=raw) | more)
            return code
        _print(desk, record)
        if why:
            print_why(record)
            print_priority(desk.why_priority(ref))
        if versions or record.version > 1:
            _print_versions(desk, record, whole=versions)
        if conversation:
            print_conversation(conversation)
        if alike:
            _print_list("Nearly the same words, the first first:", desk.archive.group(record.ref), record)
        if raw:
            say("\nWhat the platform sent:")
            print_json(record.mention.raw)
    return code


def _conversation(desk: Desk, ref: str, *, ask: bool, keep: bool) -> Conversation:
    """The conversation of a mention; what could not be asked or kept is told."""
    conversation = desk.conversations.of(ref, ask=ask)
    if conversation.problem:
        note(f"The platform was asked for the whole conversation and did not give it: {conversation.problem}")
    report = desk.conversations.keep(conversation) if keep else None
    if report is None:
        return conversation
    note(f"{plural(report.new, 'post')} of the conversation archived.")
    for failure in [failure for source in report.sources for failure in source.failures]:
        note(failure.message)
    return desk.conversations.again(conversation)


def _as_json(desk: Desk, record: Record, *, raw: bool) -> dict[str, Any]:
    value = record_json(record)
    value["versions"] = [
        {"number": v.number, "seen": to_json(v.seen), "title": v.mention.title, "text": v.mention.text}
        for v in desk.archive.versions(record.ref)
    ]
    value["entities"] = to_json(entities(record.mention))
    value["alike"] = [other.ref for other in desk.archive.group(record.ref) if other.ref != record.ref]
    value["engagement_series"] = to_json(desk.archive.engagement(record.ref))
    if raw:
        value["raw"] = record.mention.raw
    return value


def _print(desk: Desk, record: Record) -> None:
    mention = record.mention
    if mention.title:
        say(mention.title)
        say("=" * min(len(mention.title), 100))
    say(redacted_words(record.redacted) if record.redacted else mention.text or "(no text)")
    say()
    facts = {
        "ref": record.ref,
        "by": _who(mention.author) or byline(record),
        "published": show_time(mention.published),
        "first seen": f"{show_time(record.first_seen)} through {', '.join(record.sources) or 'no source'}",
        "link": mention.url or "–",
        "language": record.lang,
        "topics": ", ".join(record.topics) or "–",
        "labels": "; ".join(f"{label.name}: {label.value} (by {label.by})" for label in record.labels) or "–",
        "hashtags": _named(mention, "hashtag"),
        "links": _named(mention, "link"),
        "engagement": _counts(mention.engagement),
        "state": record.state.value + (", deleted at the source" if record.deleted else ""),
        **(
            {"redacted": f"{show_time(record.redacted.at)}; what stood there: {record.redacted.digest}"}
            if record.redacted
            else {}
        ),
        "tags": ", ".join(record.tags) or "–",
        "notes": record.notes or "–",
        "media": ", ".join(f"{media.kind} {media.url}" for media in mention.media) or "–",
    }
    for name, value in facts.items():
        say(f"{name:>11}  {value}")


def _named(mention: Mention, kind: EntityKind) -> str:
    return ", ".join(entity.value for entity in entities(mention) if entity.kind == kind) or "–"


def _who(author: Author | None) -> str:
    if author is None:
        return ""
    parts = [author.name, f"@{author.handle}" if author.handle else "", author.url]
    if author.followers is not None:
        parts.append(plural(author.followers, "follower"))
    return " · ".join(part for part in parts if part)


def _counts(engagement: Engagement | None) -> str:
    if engagement is None:
        return "–"
    words = {"likes": "like", "shares": "share", "replies": "reply", "views": "view"}
    told = {name: count for name in (*words, "score") if (count := getattr(engagement, name)) is not None}
    counted = [plural(count, words[name], name) if name in words else f"{name} {count:,}" for name, count in told.items()]
    return f"{', '.join(counted) or '–'} (at {show_time(engagement.at)})"


def _print_versions(desk: Desk, record: Record, *, whole: bool) -> None:
    say(f"\nIts wording changed: {plural(record.version, 'version')}." if record.version > 1 else "\nOne version.")
    for version in desk.archive.versions(record.ref):
        title, text = version.mention.title, version.mention.text
        words = title if whole else " ".join(f"{title} {text}".split())[:200]
        say(f"  {version.number}  seen {show_time(version.seen)}  {words}")
        if whole:
            say("     " + text.replace("\n", "\n     "))


def _print_list(title: str, others: Sequence[Record], record: Record) -> None:
    say(f"\n{title}")
    for other in others:
        mark = "▸" if other.ref == record.ref else " "
        mention = other.mention
        text = redacted_words(other.redacted) if other.redacted else " ".join(f"{mention.title} {mention.text}".split())
        say(f"{mark} {show_time(other.when)}  {byline(other)}: {text[:200]}")
