"""The tour: what ``hubbub demo`` does, one step after the other, and what it says of each."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which

from ...core.desk import Desk
from ...core.errors import NotFound
from ...core.values import Health, Mention, RunReport, SourceReport
from ..output import Column, plural, print_table, say
from ..progress import ProgressLine
from . import story
from .server import DemoServer
from .sites import GONE, SITES, site
from .world import World

SEARCHES = (
    ("battery", "a word"),
    ("topic:battery AND (lang:es OR lang:ro)", "a topic, in two languages"),
    ("μπαταρια", "Greek, typed without its accent"),
    ('"acme hub" AND NOT source:plaza', "a phrase, and what is left away"),
    ("#AcmeOutdoors", "a hashtag, in whichever language"),
    ("globex NOT acme", "the rival alone"),
)

_FIRST = [
    Column(title="source", show=lambda report: report.id),
    Column(title="format", show=lambda report: _format(report.id)),
    Column(title="read", show=lambda report: report.fetched, right=True),
    Column(title="kept", show=lambda report: report.new, right=True),
    Column(title="no topic", show=lambda report: report.dropped, right=True),
    Column(title="had already", show=lambda report: report.same + report.changed, right=True),
    Column(title="how it is", show=lambda report: _health(report), gives_way=True),
]

_FORMATS = {
    "rss2": "RSS 2.0",
    "rss091": "RSS 0.91",
    "rss1": "RSS 1.0 (RDF)",
    "atom": "Atom",
    "json": "JSON Feed",
    "podcast": "podcast",
    "comments": "comments",
    "broken": "RSS 2.0, broken",
}


def introduce(world: World, server: DemoServer, folder: Path) -> None:
    """Say what has been set up."""
    posts = [post for posts in world.values() for post in posts if not post.late]
    languages = sorted({post.lang for post in posts})
    say("hubbub demo: a made-up brand (Acme), its rival (Globex), a campaign, and one bad week.\n")
    say(f"1. A workspace in {folder}")
    say(
        f"   and {plural(len(world), 'feed')} on {server.base}, with {plural(len(posts), 'post')} of the last 60 days in "
        f"{len(languages)} languages ({', '.join(languages)}).\n   Nothing leaves this machine.\n"
    )


def collect_first(desk: Desk) -> RunReport:
    """Collect everything."""
    say("2. Collect (hubbub collect)")
    report = _collect(desk)
    print_table([[column.show(source) for column in _FIRST] for source in report.sources], _FIRST)
    dropped = sum(source.dropped for source in report.sources)
    say(
        f"   {plural(report.new, 'mention')} archived and searchable in {report.seconds:.1f} s; "
        f"{plural(dropped, 'post')} matched no topic and left no trace."
    )
    say(f"   The source {GONE!r} is meant to fail: so looks a feed that was taken down.\n")
    return report


def collect_again(desk: Desk) -> RunReport:
    """Collect when nothing has changed."""
    say("3. Collect again, with nothing new")
    report = _collect(desk)
    untouched = [source.id for source in report.sources if source.unchanged]
    tagged = sum(site(name).validators for name in untouched)
    say(
        f"   {len(untouched)} of {len(SITES)} feeds unchanged: {tagged} answered 304, {len(untouched) - tagged} sent the same "
        f"bytes. Nothing was parsed again; {report.seconds:.1f} s.\n"
    )
    return report


def collect_edits(desk: Desk, server: DemoServer) -> RunReport:
    """Let people edit what they wrote, and collect that."""
    say("4. Some writers edit their posts; collect once more")
    server.publish(revised=True)
    report = _collect(desk)
    say(f"   {plural(report.changed, 'mention')} changed. Each keeps both wordings:")
    example = _edited(desk)
    if example is not None:
        before, after = example
        say(f"   {after.title or after.text[:60]}")
        for sign, one, other in (("-", before, after), ("+", after, before)):
            lines = other.text.splitlines()
            for line in one.text.splitlines():
                if line and line not in lines:
                    say(f"     {sign} {line}")
    say()
    return report


def search(desk: Desk) -> None:
    """Show what can be asked."""
    say("5. Search (hubbub search QUERY)")
    for query, what in SEARCHES:
        results = desk.search(query, limit=1)
        say(f"   {query:<42} {results.total:>4}   {what}")
        for row in results.rows:
            mention = row.record.mention
            words = " ".join((mention.title or mention.text).split())
            say(f"     newest: {row.record.lang}  {words[:90]}")
    say()


def tell_story(desk: Desk) -> story.Built:
    """Build the example story and publish it."""
    say("6. A story (hubbub story)")
    built = story.tell(desk)
    say(
        f"   “{story.TITLE}”: {plural(built.mentions, 'quoted post')}, {plural(built.pictures, 'picture')} copied, "
        f"{plural(built.revision.number, 'step')} that can be undone."
    )
    for problem in built.problems:
        say(f"   A picture is missing: {problem}")
    for receipt in built.receipts:
        say(f"   {receipt.path}")
    say()
    return built


def farewell(folder: Path) -> None:
    """Say where things are and what to try."""
    say("Where things are")
    for name, what in (
        ("hubbub.toml", "what is listened for, and where: change it"),
        ("archive.db", "every mention, with all its versions"),
        (f"published/{story.SLUG}", "the story as a page that needs no server"),
    ):
        say(f"   {folder / name}  ({what})")
    say("\nTry next")
    beside = Path(sys.executable).parent
    if which("hubbub") is None and (beside / "hubbub").exists():
        # ``make demo`` installs into an environment that the user's shell knows nothing of.
        say(f'   export PATH="{beside}:$PATH"')
    for line in (
        f"cd {folder}",
        "hubbub search 'topic:battery AND lang:ro'",
        "hubbub sources list",
        f"hubbub story show {story.SLUG}",
        "hubbub                       (the terminal application)",
        "hubbub demo --folder .       (serve the feeds again)",
    ):
        say(f"   {line}")


def about_the_end() -> None:
    """Say that the feeds are gone now."""
    say("\nThe demo's feeds have stopped with this program. The workspace stays: searching, stories and the terminal")
    say("application work as before. Collecting will call the sources unreachable until the demo serves them again.")


def has_story(desk: Desk) -> bool:
    """Whether the example story is there."""
    try:
        desk.stories.open(story.SLUG)
    except NotFound:
        return False
    return True


def revisit(desk: Desk, server: DemoServer | None) -> None:
    """Go on with a demo that is there already; whatever an interrupted tour left out is made up for."""
    say(f"The demo is here already: {plural(desk.archive.count(), 'mention')}.")
    if server is None:
        say("Its feeds cannot be served: another program has taken their port. Try later, or begin anew: hubbub demo --fresh")
        return
    server.publish(revised=True, late=True)
    report = _collect(desk)
    say(f"Its feeds are served again on {server.base}: {report.new:,} new, {report.changed:,} changed.\n")
    if not has_story(desk):
        tell_story(desk)


def _collect(desk: Desk) -> RunReport:
    with ProgressLine("sources") as progress:
        return desk.collect(None, progress)


def _edited(desk: Desk) -> tuple[Mention, Mention] | None:
    """First and last wording of the newspaper's corrected article, or of any other that changed."""
    rows = [*desk.search("source:courier", limit=100).rows, *desk.search("", limit=500).rows]
    for row in rows:
        if row.record.version > 1:
            versions = desk.archive.versions(row.record.ref)
            return versions[0].mention, versions[-1].mention
    return None


def _format(source: str) -> str:
    if source == GONE:
        return "–"
    place = site(source)
    named = _FORMATS[place.format]
    return named if place.encoding == "utf-8" else f"{named}, {place.encoding.upper()}"


def _health(report: SourceReport) -> str:
    return report.health.value if report.health is Health.OK else f"{report.health.value}: {report.message}"
