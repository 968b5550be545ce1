"""``hubbub authors``: who is heard on a topic, why, and what the desk knows of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from ...core.authors import RELATIONS, AuthorCard, AuthorList, AuthorRow, AuthorWhy, account
from ...core.histogram import BLOCKS
from ...core.serial import to_json
from ...core.values import Author, Card
from ..exits import Exit, note
from ..output import Column, json_option, plural, print_json, print_listing, say, show_time
from ..session import Session
from .purge import Age

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PARTS = {"reach": "reach", "engagement": "engaged", "topic": "on topic", "frequency": "often", "recency": "recent"}
_SHOWN = {**_PARTS, "audience": "audience", "pagerank": "pagerank"}
"""Parts of the built-in ranker and what their columns are called."""


topic_option = click.option("--topic", default="", metavar="TOPIC", help="On this topic; otherwise on all that is said.")


def window_option(usual: str) -> Any:
    """How far back to look."""
    return click.option("--window", type=Age(), default=usual, show_default=True, help="How far back: 30d, 26w, 2y.")


@click.group(invoke_without_command=True)
@topic_option
@window_option("30d")
@click.option("--platform", default="", metavar="PLATFORM", help="Only authors of this platform.")
@click.option("--relation", default="", metavar="RELATION", help="Only those who are this to us, as journalist.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many at most.")
@click.option("--all", "marked", is_flag=True, help="List bots and our own accounts, too, where they would stand.")
@click.option("--why", default="", metavar="HANDLE", help="Explain instead why this author stands where they do.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    topic: str,
    window: timedelta,
    platform: str,
    relation: str,
    limit: int,
    marked: bool,
    why: str,
    as_json: bool,
) -> Exit | None:
    """See who is heard, and why; keep what you know of them.

    \b
    hubbub authors --topic acme                  who is heard on it, the first first
    hubbub authors --topic acme --why @ana       why she stands there
    hubbub authors show mastodon:ana@a.example   all about one of them
    hubbub authors set @ana --relation journalist --tag press --note "Writes for the evening paper."

    HANDLE is a handle, with its platform in front (platform:handle) where several authors have it.
    """
    if ctx.invoked_subcommand is not None:
        return None
    from ..compose import open_desk

    session: Session = ctx.obj
    with open_desk(session.workspace) as desk:
        if why:
            _print_why(desk.why_author(desk.find_author(why), topic, span=window), as_json=as_json)
            return Exit.OK
        found = desk.authors(topic, span=window, platform=platform, relation=relation, limit=limit, marked=marked)
    for problem in found.problems:
        note(problem)
    _print_list(found, marked=marked, as_json=as_json)
    return Exit.OK


@command.command("show")
@click.argument("handle")
@topic_option
@window_option("1y")
@json_option
@click.pass_obj
def show(session: Session, handle: str, topic: str, window: timedelta, as_json: bool) -> Exit:
    """Show all about one author: when and where they speak, how they feel, what they said, what you noted."""
    from ..compose import open_desk

    with open_desk(session.workspace) as desk:
        card = desk.author_card(desk.find_author(handle), topic, span=window)
    if as_json:
        print_json(_card_json(card))
    else:
        _print_card(card)
    return Exit.OK


@command.command("set")
@click.argument("handle")
@click.option("--relation", default=None, help=f"What they are to us: {', '.join(RELATIONS)}, or another word; '' for none.")
@click.option("--note", "notes", default=None, help="Your own words about them, in place of those before; '' for none.")
@click.option("--tag", "add", multiple=True, help="Add a tag; may be given several times.")
@click.option("--untag", "remove", multiple=True, help="Remove a tag.")
@json_option
@click.pass_obj
def set_card(
    session: Session,
    handle: str,
    relation: str | None,
    notes: str | None,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    as_json: bool,
) -> Exit:
    """Note what an author is to us, with notes and tags. What is not named stays as it is."""
    if relation is None and notes is None and not add and not remove:
        raise click.UsageError("Say what to set: --relation, --note, --tag or --untag.")
    from ..compose import open_desk

    with open_desk(session.workspace) as desk:
        author = desk.find_author(handle)
        card = desk.note_author(author, relation=relation, notes=notes, add=add, remove=remove)
    if as_json:
        print_json({"author": account(author), **_notes_json(card)})
    else:
        say(f"{account(author)}: {_noted(card)}")
    return Exit.OK


@command.command("link")
@click.argument("handle")
@click.argument("other")
@click.pass_obj
def link(session: Session, handle: str, other: str) -> Exit:
    """Note that two accounts are of one person. Nothing but you ever links accounts."""
    from ..compose import open_desk

    with open_desk(session.workspace) as desk:
        one, two = desk.find_author(handle), desk.find_author(other)
        if (one.platform, one.key) == (two.platform, two.key):
            raise click.UsageError(f"Both are {account(one)}; name two accounts.")
        accounts = desk.archive.link((one.platform, one.key), (two.platform, two.key))
    say(f"Accounts of one person: {', '.join(map(account, accounts))}.")
    return Exit.OK


@command.command("unlink")
@click.argument("handle")
@click.pass_obj
def unlink(session: Session, handle: str) -> Exit:
    """Note that an account is not of the person to whom it was linked."""
    from ..compose import open_desk

    with open_desk(session.workspace) as desk:
        author = desk.find_author(handle)
        there = desk.archive.unlink(author.platform, author.key)
    say(f"{account(author)} stands for itself now." if there else f"{account(author)} was not linked to any other account.")
    return Exit.OK


# --- the list ------------------------------------------------------------------------------------------------


def _print_list(found: AuthorList, *, marked: bool, as_json: bool) -> None:
    parts = list(dict.fromkeys(part for row in found.rows for part in row.rank.parts))
    parts = [part for part in _SHOWN if part in parts] + [part for part in parts if part not in _SHOWN]
    print_listing(
        "authors",
        found.rows,
        [
            Column(title="#", show=lambda row: row.place or "–", right=True),
            Column(title="score", show=lambda row: f"{row.rank.score:.1f}", right=True),
            Column(title="author", show=lambda row: account(row.rank.author), gives_way=True),
            *(
                Column(title=_SHOWN.get(part, part), show=lambda row, part=part: _bar(row.rank.parts.get(part)))
                for part in parts
            ),
            Column(title="mentions", show=lambda row: _whole(row.rank.figures.get("mentions")), right=True),
            Column(title="relation", show=lambda row: row.card.relation or "–"),
            Column(title="marks", show=lambda row: row.rank.marks or "–"),
        ],
        as_json=as_json,
        to_dict=_row_json,
        empty="Nobody spoke on this within that time, as far as the archive knows.",
        more={
            "total": found.total,
            "topic": found.topic or None,
            "from": to_json(found.window.start),
            "to": to_json(found.window.end),
            "marked": dict(found.marked),
        },
    )
    hidden = [
        f"{count:,} {'of ours' if mark == 'ours' else 'bots' if count > 1 else 'bot'}" for mark, count in found.marked.items()
    ]
    if hidden and not marked and not as_json:
        note(f"Left out: {' and '.join(hidden)}. To list them, too: --all")


def _bar(value: float | None) -> str:
    """A percentile as a number and a bar of three cells; a dash where it is unknown."""
    if value is None:
        return "–"
    eighths = round(value / 100 * 24)
    return f"{value:3.0f} {'█' * (eighths // 8)}{_EIGHTHS[eighths % 8].strip()}"


def _whole(value: float | None) -> int | str:
    return "–" if value is None else int(value)


def _row_json(row: AuthorRow) -> dict[str, Any]:
    rank = row.rank
    return {
        "place": row.place or None,
        "score": rank.score,
        **_author_json(rank.author),
        "parts": dict(rank.parts),
        "figures": dict(rank.figures),
        "marks": list(rank.marks),
        **_notes_json(row.card),
    }


def _author_json(author: Author) -> dict[str, Any]:
    return {"author": account(author), **to_json(author)}


def _notes_json(card: Card) -> dict[str, Any]:
    return {"relation": card.relation or None, "notes": card.notes, "tags": list(card.tags)}


# --- why -----------------------------------------------------------------------------------------------------


def _print_why(why: AuthorWhy, *, as_json: bool) -> None:
    rank = why.rank
    if as_json:
        reasons = [to_json(reason) for reason in why.reasons]
        told = {"score": rank.score, "place": why.place, "of": why.of, "marks": list(rank.marks), "reasons": reasons}
        print_json({**_author_json(rank.author), **told, "figures": dict(rank.figures)})
        return
    place = f"; place {why.place:,} on {rank.author.platform}" if why.place else ""
    say(f"{account(rank.author)}: {rank.score:.1f} of 100{place}; {plural(why.of, 'author')} spoke")
    if rank.marks:
        words = {"bot": "the platform says that it is a bot", "ours": "an account of ours"}
        say(f"Not compared with others: {', '.join(words.get(mark, mark) for mark in rank.marks)}.")
    for reason in why.reasons:
        value = "–" if reason.value is None else f"{reason.value:.0f}"
        counted = f"{reason.weight:.0%} of the score" if reason.weight else "not counted"
        share = "" if reason.weight is None else counted
        say(f"{reason.part:>11}  {value:>3}  {share:>16}  {reason.words}")


# --- the card ------------------------------------------------------------------------------------------------


def _print_card(card: AuthorCard) -> None:
    author = card.author
    others = [account(other) for other in card.accounts if (other.platform, other.key) != (author.platform, author.key)]
    facts = {
        "author": " · ".join(part for part in (author.name, account(author), author.url) if part),
        "same person": ", ".join(others) or "–",
        "audience": _audience(author),
        "relation": card.card.relation or "–",
        "tags": ", ".join(card.card.tags) or "–",
        "notes": card.card.notes or "–",
        "mentions": f"{card.mentions:,} from {show_time(card.window.start)} to {show_time(card.window.end)}",
        "where": _listed(card.platforms),
        "topics": _listed(card.topics),
        "kinds": _listed(card.kinds),
        "hours": f"{_strip(card.hours)}  0 to 23 o'clock",
        "weekdays": " ".join(f"{day} {count}" for day, count in zip(_DAYS, card.weekdays, strict=True)),
        "leaning": f"{card.evidence.leaning}: {card.evidence.words}",
        "for us": ", ".join(card.evidence.favourable[:10]) or "–",
        "against us": ", ".join(card.evidence.critical[:10]) or "–",
    }
    for name, value in facts.items():
        say(f"{name:>11}  {value}")
    if len(card.series) > 1:
        say("\nAudience over time:")
        for point in card.series[-10:]:
            say(f"  {show_time(point.at)}  {_audience(point)}")
    if card.weeks:
        say(f"\nHow they feel{' about ' + card.topic if card.topic else ''}, by week:")
        for week in card.weeks[-26:]:
            say(f"  {week.monday}  {_listed({name: count for name, count in week.feelings.items() if count})}")
    say("\nNewest:" if card.newest else "\nNo mention of theirs is archived.")
    for record in card.newest:
        words = " ".join(f"{record.mention.title} {record.mention.text}".split())
        say(f"  {show_time(record.when)}  {record.ref}  {words[:160]}")


def _audience(author: Author) -> str:
    told = {"followers": author.followers} if author.followers is not None else {}
    return ", ".join(f"{name} {count:,}" for name, count in {**told, **author.metrics}.items()) or "unknown"


def _listed(counts: Any) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "–"


def _strip(counts: tuple[int, ...]) -> str:
    top = max(counts, default=0)
    return "".join(BLOCKS[-(-count * (len(BLOCKS) - 1) // top)] if top else BLOCKS[0] for count in counts)


def _noted(card: Card) -> str:
    parts = {"relation": card.relation, "tags": ", ".join(card.tags), "notes": card.notes}
    return "; ".join(f"{name}: {text}" for name, text in parts.items() if text) or "nothing is noted"


def _card_json(card: AuthorCard) -> dict[str, Any]:
    return {
        **_author_json(card.author),
        **_notes_json(card.card),
        "accounts": list(map(account, card.accounts)),
        "series": [to_json(point) for point in card.series],
        "topic": card.topic or None,
        "from": to_json(card.window.start),
        "to": to_json(card.window.end),
        "mentions": card.mentions,
        "hours": list(card.hours),
        "weekdays": list(card.weekdays),
        "platforms": dict(card.platforms),
        "topics": dict(card.topics),
        "kinds": dict(card.kinds),
        "weeks": [{"monday": week.monday.isoformat(), **week.feelings} for week in card.weeks],
        "evidence": to_json(card.evidence),
        "newest": [
            {"ref": r.ref, "when": to_json(r.when), "title": r.mention.title, "text": r.mention.text} for r in card.newest
        ],
    }
