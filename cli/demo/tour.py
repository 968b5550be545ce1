"""The tour: what ``hubbub demo`` does, one step after the other, and what it says of each."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which

from ...core.desk import Desk
from ...core.errors import NotFound
from ...core.values import Author, Health, Mention, Record, RunReport, SourceReport
from ..output import Column, plural, print_table, say
from ..program import run
from ..progress import ProgressLine
from ..records import age
from ..urgency import print_priority
from ..why import print_why
from . import story
from .pier import NEWEST, SOURCES, SPAMMER, Pier
from .server import DemoServer
from .sites import GONE, SITES, site
from .world import World

URGENT = "status:new NOT kind:share"
"""Of which mentions the tour asks which need a person first: a boost needs nobody beside what it boosts."""

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


def introduce(world: World, pier: Pier, server: DemoServer, folder: Path) -> None:
    """Say what has been set up."""
    posts = [post for posts in (*world.values(), pier.toots) for post in posts if not post.late]
    languages = sorted({post.lang for post in posts if post.lang})
    say("hubbub demo: a made-up brand (Acme), its rival (Globex), a campaign, and one bad week.\n")
    say(f"1. A workspace in {folder}")
    say(
        f"   and {plural(len(world), 'feed')} and a social server on {server.base}, with {plural(len(posts), 'post')} of the "
        f"last 60 days in {len(languages)} languages ({', '.join(languages)}).\n   Nothing leaves this machine.\n"
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
    feeds = [name for name in untouched if name not in SOURCES]
    tagged = sum(site(name).validators for name in feeds)
    say(
        f"   {len(feeds)} of {len(SITES)} feeds unchanged: {tagged} answered 304, {len(feeds) - tagged} sent the same bytes.\n"
        f"   {len(untouched) - len(feeds)} of {len(SOURCES)} lists of the social server had nothing new. Nothing was parsed "
        f"again; {report.seconds:.1f} s.\n"
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


def attend(desk: Desk) -> None:
    """Show what needs a person first, and why."""
    say(f"5. What needs you first (hubbub search {URGENT!r} --order priority)")
    rows = desk.search(URGENT, order="priority", limit=3).rows
    for record in (row.record for row in rows):
        when = age(record.when, desk.now())
        say(f"   {record.priority:>3}  {_purposes(record)} · {_who(record.mention.author)} · {record.lang} · {when} ago")
        say(f"        {_start(record.mention)}")
    say("\n6. Why the first of them stands there (hubbub show REF --why)")
    for row in rows[:1]:
        print_why(row.record)
        print_priority(desk.why_priority(row.record.ref))
    say()


def mute(desk: Desk) -> None:
    """Hide what nobody needs to see."""
    handle = f"mastodon:{SPAMMER}"
    say(f"7. Hide what nobody needs (hubbub mute author {handle})")
    hidden = desk.preview_mute("author", handle)
    muted = desk.mute("author", handle, note="giveaways").muted
    assert muted is not None
    say(f"   {plural(hidden.total, 'mention')} hidden, and what comes; to undo it: hubbub unmute {muted.id}. They say:")
    for record in hidden.examples[:1]:
        say(f"        {_start(record.mention)}")
    say()


def authors(desk: Desk) -> None:
    """Show who is heard on the new product."""
    say(f"8. Who is heard on the new charger (hubbub authors --topic {NEWEST})")
    for row in desk.authors(NEWEST, limit=3).rows:
        audience = plural(row.rank.author.followers or 0, "follower")
        said = plural(int(row.rank.figures["mentions"] or 0), "mention")
        say(f"   {row.rank.score:>3.0f}  {_who(row.rank.author)} · {audience} · {said} of it")
    say()


def themes(folder: Path) -> None:
    """Show what rose, as the command does."""
    say("9. What people began to talk about this week (hubbub themes)")
    run(["--workspace", str(folder), "themes", "--limit", "5"])
    say()


def search(desk: Desk) -> None:
    """Show what can be asked."""
    say("10. Search (hubbub search QUERY)")
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
    say("11. A story (hubbub story)")
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
        "hubbub authors show delphine_r@quai.example",
        "hubbub rules",
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


def _start(mention: Mention) -> str:
    return " ".join(mention.text.split())[:100]


def _purposes(record: Record) -> str:
    return ", ".join(label.value for label in record.labels if label.name == "purpose") or "–"


def _who(author: Author | None) -> str:
    return f"{author.name} (@{author.handle})" if author else "somebody"


def _format(source: str) -> str:
    if source == GONE:
        return "–"
    if source in SOURCES:
        return "Mastodon API"
    place = site(source)
    named = _FORMATS[place.format]
    return named if place.encoding == "utf-8" else f"{named}, {place.encoding.upper()}"


def _health(report: SourceReport) -> str:
    return report.health.value if report.health is Health.OK else f"{report.health.value}: {report.message}"
