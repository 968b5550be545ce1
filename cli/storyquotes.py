"""The subcommands of ``hubbub story`` about what is quoted: quote, alt, links, compare, renew, verify, provenance, redact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ..core.controls import clean
from ..core.errors import StoryError
from ..core.extents import extent_at, extent_of
from ..core.linkchecking import said_by
from ..core.serial import to_json
from ..core.stories import edit_block, find
from ..core.storycare import Provenance, Verdict
from ..core.storydiff import describe
from ..core.values import CheckState, LinkCheck, Story, StoryState
from .exits import Exit
from .output import Column, json_option, plural, print_json, print_listing, say, show_time
from .progress import ProgressLine
from .session import Session
from .stories import block_ids, fetch_pictures, open_stories, told


@click.command()
@click.argument("story")
@click.argument("block")
@click.argument("words", required=False)
@click.option("--from", "start", type=click.IntRange(min=0), help="First character of the part, counted from 0.")
@click.option("--to", "end", type=click.IntRange(min=1), help="One past the last character of the part.")
@click.option("--whole", is_flag=True, help="Quote the whole text again.")
@click.option("--rights", help="Licence or permission for this quote, as readers see it.")
@click.option("--note", help="A working note of your own; it is never published.")
@click.pass_obj
def quote(
    session: Session,
    story: str,
    block: str,
    words: str | None,
    start: int | None,
    end: int | None,
    whole: bool,
    rights: str | None,
    note: str | None,
) -> Exit:
    """Quote only a part of a mention: its WORDS, copied from the text.

    \b
    hubbub story quote the-battery-week 3 "it died twice in one day"
    hubbub story quote the-battery-week 3 --from 120 --to 180
    hubbub story quote the-battery-week 3 --whole
    hubbub story quote the-battery-week 3 --rights "by permission of the author"

    What stands around the words is kept, too, so that they are found again where the text is edited later.
    """
    ways = [words is not None, start is not None or end is not None, whole].count(True)
    if ways > 1 or (not ways and rights is None and note is None):
        raise click.UsageError("Say what to quote: WORDS, --from with --to, or --whole; or give --rights or --note.")
    with open_stories(session) as desk:
        before = after = desk.open(story)
        block_id = block_ids(before.story, [block])[0]
        copy = find(before.story, block_id).copy
        if copy is None:
            raise StoryError(f"Block {block} quotes no mention.")
        text = copy.mention.text
        if ways:
            extent = None
            if words is not None:
                extent = extent_of(text, words)
            elif not whole:
                extent = extent_at(text, start or 0, len(text) if end is None else end)
            after = desk.quote(story, block_id, extent)
        said = {name: value for name, value in {"rights": rights, "note": note}.items() if value is not None}
        if said:
            after = desk.edit(story, lambda now: edit_block(now, block_id, **said), f"noted {' and '.join(said)}")
        told(before, after)
    return Exit.OK


@click.command()
@click.argument("story")
@click.argument("block")
@click.argument("words", required=False)
@click.option("--picture", type=click.IntRange(min=1), default=1, show_default=True, help="Which picture of a mention.")
@click.pass_obj
def alt(session: Session, story: str, block: str, words: str | None, picture: int) -> Exit:
    """Say what a picture shows, for people who cannot see it; without WORDS, print what is said.

    \b
    hubbub story alt the-battery-week 3 "A phone with a swollen back" --picture 2

    For a picture of a mention that is kept beside our copy: the copy and its digest stay what the author published.
    """
    from .compose import open_desk

    with open_desk(session.workspace) as whole:
        desk = whole.stories
        before = desk.open(story)
        found = find(before.story, block_ids(before.story, [block])[0])
        if found.copy is None:
            if words is None:
                say(found.alt or "Nothing is said.")
                return Exit.OK
            told(before, desk.edit(story, lambda now: edit_block(now, found.id, alt=words), "described an image"))
            return Exit.OK
        images = [media for media in found.copy.mention.media if media.kind == "image"]
        if picture > len(images):
            raise StoryError(f"Block {block} has {plural(len(images), 'picture')}.")
        media = images[picture - 1]
        if words is None:
            say(found.alts.get(media.url) or media.alt or "Nothing is said.")
            return Exit.OK
        alts = {**found.alts, media.url: words}
        told(before, desk.edit(story, lambda now: edit_block(now, found.id, alts=alts), "described a picture"))
    return Exit.OK


@click.command("links")
@click.argument("story")
@click.argument("blocks", nargs=-1, metavar="[BLOCK]...")
@click.option("--last", is_flag=True, help="Print what was found last; ask nobody.")
@json_option
@click.pass_obj
def links(session: Session, story: str, blocks: tuple[str, ...], last: bool, as_json: bool) -> Exit:
    """Look whether what is quoted is still where it was said.

    Platforms that tell of edits and deletions are asked for those, of the others the page is asked for. What is gone stays in
    the story: readers get our copy.
    """
    with open_stories(session) as desk:
        whole = desk.open(story).story
        refs = [ref for block in block_ids(whole, blocks) if (ref := find(whole, block).ref)] if blocks else None
        if not last:
            with ProgressLine("addresses") as line:
                desk.care.check(story, refs, progress=line)
        known = desk.care.checks(story)
    numbered = [(n, block) for n, block in enumerate(whole.blocks, 1) if block.ref and (refs is None or block.ref in refs)]
    _print_checks(whole, [(n, block.ref, known.get(block.ref)) for n, block in numbered], as_json)
    return Exit.OK


@click.command()
@click.argument("story")
@click.argument("block", required=False)
@json_option
@click.pass_obj
def compare(session: Session, story: str, block: str | None, as_json: bool) -> Exit:
    """Show what is quoted beside the newest wording that the archive has: [-words that went-], {+words that came+}.

    Without BLOCK, all mentions that say something else by now.
    """
    with open_stories(session) as desk:
        whole = desk.open(story).story
        ids = block_ids(whole, [block]) if block else [each.id for each in whole.blocks if each.copy]
        numbers = {each.id: number for number, each in enumerate(whole.blocks, 1)}
        found = [(numbers[block_id], desk.care.compare(story, block_id)) for block_id in ids]
    shown = [(number, one) for number, one in found if block or one.changed]
    if as_json:
        keys = ("ref", "old_version", "new_version", "changed", "sentences", "title", "text", "lines")
        rows = [{"number": n, **{key: to_json(getattr(one, key)) for key in keys}} for n, one in shown]
        print_json({"total": len(rows), "comparisons": rows})
        return Exit.OK
    for number, one in shown:
        say(f"Block {number}, {one.ref}, version {one.old_version} and version {one.new_version or '–'}:")
        for line in one.lines:
            say(f"  {line}")
        say(f"  {'; '.join(one.sentences)}")
    if not shown:
        say("Everything that is quoted still says the same, as far as it was collected.")
    return Exit.OK


@click.command()
@click.argument("story")
@click.argument("blocks", nargs=-1, required=True, metavar="BLOCK...")
@click.option("--offline", is_flag=True, help="Do not fetch pictures.")
@click.pass_obj
def renew(session: Session, story: str, blocks: tuple[str, ...], offline: bool) -> Exit:
    """Quote the newest wording that the archive has. `hubbub story compare` shows what that changes."""
    with open_stories(session) as desk:
        before = after = desk.open(story)
        for block_id in block_ids(before.story, blocks):
            after = desk.care.renew(story, block_id)
        told(before, after)
        if not offline:
            fetch_pictures(desk, story)
    return Exit.OK


@click.command()
@click.argument("story")
@click.option("--ask", is_flag=True, help="Ask the sources, too, whether they still say it.")
@json_option
@click.pass_obj
def verify(session: Session, story: str, ask: bool, as_json: bool) -> Exit:
    """Prove that every copy is what was quoted: words and pictures by their SHA-256, the version by the archive."""
    with open_stories(session) as desk, ProgressLine("addresses") as line:
        verdicts = desk.care.verify(story, ask=ask, progress=line)
    bad = [verdict for verdict in verdicts if not verdict.ok]
    print_listing(
        "verdicts",
        verdicts,
        [
            Column(title="block", show=lambda verdict: verdict.number, right=True),
            Column(title="quotes", show=lambda verdict: verdict.ref or "an image", gives_way=True),
            Column(title="words", show=lambda verdict: _proof(verdict.words)),
            Column(title="archive", show=lambda verdict: _proof(verdict.archived)),
            Column(title="pictures", show=_pictures),
            Column(title="source", show=lambda verdict: verdict.source.state.value if verdict.source else "not asked"),
            Column(title="remarks", show=lambda verdict: "; ".join(verdict.remarks), gives_way=True),
        ],
        as_json=as_json,
        to_dict=lambda verdict: {**to_json(verdict), "ok": verdict.ok},
        empty="There is nothing to prove: the story quotes nothing and shows no image.",
        more={"bad": len(bad)},
    )
    if verdicts and not as_json:
        say("Every copy is what was quoted." if not bad else f"{plural(len(bad), 'block')} cannot be proved.")
    return Exit.FAILED if bad else Exit.OK


@click.command()
@click.argument("story")
@click.argument("block")
@click.option("--raw", is_flag=True, help="Print what the platform sent, as JSON.")
@json_option
@click.pass_obj
def provenance(session: Session, story: str, block: str, raw: bool, as_json: bool) -> Exit:
    """Show where a quote comes from: seen when, through which source and query, which version, and its SHA-256."""
    with open_stories(session) as desk:
        whole = desk.open(story).story
        found = desk.care.provenance(story, block_ids(whole, [block])[0])
    if raw:
        print_json(found.record.mention.raw if found.record else None)
    elif as_json:
        print_json(_provenance_json(found))
    else:
        for name, value in _provenance_lines(found):
            say(f"{name:<12}{value}")
    return Exit.OK


@click.command("redact")
@click.argument("story")
@click.argument("block")
@click.option("--reason", required=True, help="Why, in a few words that readers see.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def redact_block(session: Session, story: str, block: str, reason: str, yes: bool) -> Exit:
    """Take a quoted mention's words and pictures out of the archive and of every story, for good.

    \b
    hubbub story redact the-battery-week 3 --reason "at the author's request"

    Who said it, where and when, and the SHA-256 of what stood there stay. Undo does not bring the words back. Pages that quote
    it are stale then: publish them again.
    """
    from .compose import open_desk

    with open_desk(session.workspace) as whole:
        desk = whole.stories
        before = desk.open(story)
        found = find(before.story, block_ids(before.story, [block])[0])
        if found.copy is None:
            raise StoryError(f"Block {block} quotes no mention.")
        question = f"Take {clean(describe(found))} out of the archive and of every story? This cannot be undone"
        if not yes and not click.confirm(question):
            say("Nothing was taken out.")
            return Exit.OK
        desk.care.redact(story, found.id, reason)
        say(f"{found.ref} has been redacted: {' '.join(reason.split())}")
        for one in (one for one in desk.list() if desk.stale(one.id)):
            do = "unpublish" if one.state is StoryState.PRIVATE else "publish"  # a private one is not published again
            say(f"What is published of {one.slug} is stale: hubbub story {do} {one.slug}")
        with ProgressLine("mentions indexed") as line:
            whole.sweep(lambda count: line(count))
    return Exit.OK


COMMANDS = (quote, alt, links, compare, renew, verify, provenance, redact_block)
"""In the order of the help."""


def _print_checks(story: Story, rows: list[tuple[int, str, LinkCheck | None]], as_json: bool) -> None:
    def row_json(row: tuple[int, str, LinkCheck | None]) -> Mapping[str, object]:
        number, ref, check = row
        return {"number": number, "ref": ref, "check": to_json(check)}

    print_listing(
        "links",
        rows,
        [
            Column(title="block", show=lambda row: row[0], right=True),
            Column(title="quotes", show=lambda row: row[1], gives_way=True),
            Column(title="state", show=lambda row: row[2].state.value if row[2] else "not asked"),
            Column(title="looked", show=lambda row: row[2].at if row[2] else None),
            Column(title="detail", show=lambda row: row[2].detail if row[2] else "", gives_way=True),
        ],
        as_json=as_json,
        to_dict=row_json,
        empty=f"The story {story.slug!r} quotes nothing.",
    )
    counts = said_by([check for _, _, check in rows if check])
    if not as_json and counts:
        say(", ".join(f"{count} {state}" for state, count in counts.items()))
        if counts.get(CheckState.CHANGED):
            say(f"See what was changed: hubbub story compare {story.slug}")


def _proof(proved: bool | None) -> str:
    return {None: "–", True: "proved", False: "differ"}[proved]


def _pictures(verdict: Verdict) -> str:
    if verdict.damaged:
        return f"{len(verdict.damaged)} damaged"
    return f"{verdict.pictures} proved" if verdict.pictures else "–"


def _provenance_json(found: Provenance) -> dict[str, Any]:
    data = to_json(found)
    versions = [{"number": one["number"], "seen": one["seen"]} for one in data.pop("versions")]
    record = data.pop("record")
    raw = record["mention"].pop("raw") if record else None
    return {**data, "versions": versions, "record": record, "raw": raw}


def _provenance_lines(found: Provenance) -> list[tuple[str, str]]:
    record = found.record
    versions = f" of {len(found.versions)}" if found.versions else ""
    lines = [
        ("mention", found.ref),
        ("address", found.url or "none"),
        ("published", show_time(found.published)),
        ("edited", show_time(found.edited)),
        ("first seen", show_time(found.seen)),
        ("quoted", show_time(found.frozen)),
        ("sources", ", ".join(found.sources) or "not known"),
        ("query", found.query or "none"),
        ("version", f"{found.version}{versions}"),
        ("SHA-256", found.digest),
    ]
    if found.check:
        lines.append(("address is", f"{found.check.state} ({show_time(found.check.at)}) {found.check.detail}".rstrip()))
    if found.redaction:
        lines.append(("redacted", f"{show_time(found.redaction.at)}: {found.redaction.reason}"))
    if record is None:
        return [*lines, ("archive", "does not have it any more; the story's copy is the only one")]
    labels = ", ".join(f"{label.name}={label.value} ({label.by})" for label in record.labels)
    raw = "kept (--raw prints it)" if record.mention.raw is not None else "none"
    return [*lines, ("labels", labels or "none"), ("raw", raw)]
