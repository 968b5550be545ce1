"""``hubbub init``: a workspace for what you want to listen to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

import click

from ...config.editing import add_sources
from ...config.languages import parse_language
from ...config.loading import load_workspace, read_settings
from ...config.locations import SETTINGS, home
from ...config.starting import first_query, settings_text
from ...config.workspace import HttpSettings, Workspace
from ...config.writing import create
from ...core.errors import ConfigError, SourceError
from ...core.slugs import slugify
from ...core.values import Source, Topic
from ..asking import Answers, Asker, choose, questions_can_be_asked
from ..exits import Exit, note
from ..output import plural, say
from ..session import Session


@click.command()
@click.argument("name", required=False)
@click.option("--folder", type=click.Path(path_type=Path), help="Where to create it; otherwise a new folder named after it.")
@click.option("--home", "at_home", is_flag=True, help="Create it in your data folder, where it is found from everywhere.")
@click.option("--brand", help="The brand, product or person to listen for; otherwise NAME.")
@click.option("--competitor", "competitors", multiple=True, help="A competitor to listen for, too; repeatable.")
@click.option("--campaign", "campaigns", multiple=True, metavar="HASHTAG", help="A campaign's hashtag or name; repeatable.")
@click.option("--languages", help="The languages to listen in, as en,es,ro.")
@click.option("--feed", "feeds", multiple=True, metavar="ADDRESS", help="A feed, or a page that has one; repeatable.")
@click.option("--site", "sites", multiple=True, metavar="ADDRESS", help="Their web site, for --suggest; kept nowhere.")
@click.option("--contact", help="A mail address or a page, shown to the sites that are asked.")
@click.option("--allow-private", is_flag=True, help="Also ask addresses of your own network, as http://localhost.")
@click.option(
    "--suggest/--no-suggest", default=None, help="Whether sites that need no key are asked, and added where they answer."
)
@click.option("--yes", is_flag=True, help="Ask nothing; take what is given, and defaults for the rest.")
@click.pass_obj
def command(
    session: Session,
    name: str | None,
    folder: Path | None,
    at_home: bool,
    brand: str | None,
    competitors: tuple[str, ...],
    campaigns: tuple[str, ...],
    languages: str | None,
    feeds: tuple[str, ...],
    sites: tuple[str, ...],
    contact: str | None,
    allow_private: bool,
    suggest: bool | None,
    yes: bool,
) -> Exit:
    """Create a workspace for what you want to listen to.

    \b
    hubbub init "Acme Phone"
    hubbub init Acme --languages en,es --feed press.example --yes
    hubbub init Acme --yes --suggest        also wherever no key is needed

    Asks a few questions where a terminal is attached; every question is an option, too. A workspace is a folder with a
    file hubbub.toml, which you can edit. Nothing that exists is overwritten.
    """
    answers = Answers(
        name=name or brand or "",
        brand=brand or name or "",
        competitors=list(competitors),
        campaigns=list(campaigns),
        languages=_languages(languages),
        feeds=list(feeds),
        contact=contact,
        sites=list(sites),
    )
    asking = not yes and questions_can_be_asked()
    if asking:
        Asker(answers).ask()
    if not answers.brand:
        raise click.UsageError('Say what to listen for, as in: hubbub init "Acme Phone"')
    target = _target(session, folder, at_home, answers.name)
    topics = _topics(answers)
    http = HttpSettings(contact=answers.contact or "", allow_private=allow_private)
    sources, left_out = _sources(answers.feeds, target, http)
    text = settings_text(name=answers.name, languages=answers.languages or [], http=http, topics=topics, sources=sources)
    # Read before it is written: what cannot be loaded must not be there.
    read_settings(text, target)
    target.mkdir(parents=True, exist_ok=True)
    try:
        create(target / SETTINGS, text.encode("utf-8"))
    except FileExistsError:
        raise _there_already(target) from None
    if suggest is None:
        suggest = asking and click.confirm("Ask sites that need no key where people talk of it now?", default=True)
    if suggest:
        if asking:
            Asker(answers).ask_sites()
        sources = [*sources, *_suggested(target, asking, answers.sites, session.verbose)]
    _tell(target, session, topics, sources, left_out)
    return Exit.OK


def _languages(text: str | None) -> list[str] | None:
    if text is None:
        return None
    try:
        return [parse_language(part) for part in re.split(r"[\s,;]+", text.strip()) if part]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--languages") from None


def _target(session: Session, folder: Path | None, at_home: bool, name: str) -> Path:
    if folder and at_home:
        raise click.UsageError("--folder and --home exclude each other.")
    target = home() if at_home else session.cwd / (folder.expanduser() if folder else slugify(name, "workspace"))
    if (target / SETTINGS).exists():
        raise _there_already(target)
    if target.exists() and not target.is_dir():
        raise ConfigError("this is a file, and a workspace is a folder; name another with --folder", file=str(target))
    return target


def _there_already(target: Path) -> ConfigError:
    return ConfigError(
        "there is a workspace here already, and it is left as it is; name another place with --folder",
        file=str(target / SETTINGS),
    )


def _topics(answers: Answers) -> list[tuple[Topic, tuple[str, ...]]]:
    """The brand, its competitors and campaigns, each with a first query and why it is so."""
    wanted = [(answers.brand, "brand"), *((c, "competitor") for c in answers.competitors)]
    wanted += [(campaign, "campaign") for campaign in answers.campaigns]
    topics: list[tuple[Topic, tuple[str, ...]]] = []
    for name, kind in wanted:
        first = first_query(name)
        topic = Topic(name=name.strip().lstrip("#").lower() or name, kind=kind, query=first.text)  # pyright: ignore[reportArgumentType]
        topics.append((topic, first.reasons))
    return topics


def _sources(feeds: list[str], target: Path, settings: HttpSettings) -> tuple[list[Source], list[str]]:
    """The feeds of the addresses, and the addresses without one: those are left out with a word, not a reason to stop."""
    from ..compose import late_http, registry
    from ..feeds import recognisers, sources_at

    found: list[Source] = []
    left_out: list[str] = []
    # Nothing is read from a workspace that is not there yet but plugins that lie there and are trusted.
    workspace = Workspace(folder=target, name="init", http=settings)
    http = late_http(workspace)
    known_places = recognisers(registry(workspace)) if feeds else ()
    try:
        for address in feeds:
            note(f"Looking for feeds at {address} …")
            try:
                several = sources_at(http, known_places, address, [source.id for source in found])
            except SourceError as error:
                note(f"  Left out: {error}")
                left_out.append(address)
                continue
            known = [source.options for source in found]
            # A page's first feed is its posts; the others are mostly comments and categories.
            found += [source for source in several[:1] if source.options not in known]
            for source in several[1:]:
                note(f"  There is also {source.options['url']}")
    finally:
        http.close()
    return found, left_out


def _suggested(target: Path, asking: bool, sites: Sequence[str], verbose: bool) -> list[Source]:
    """Have plugins propose sources for the new workspace and add those that are chosen; else those that answer."""
    from ..compose import late_http, registry
    from ..proposals import preview, print_proposals, propose

    note("Asking where people talk of it …")
    workspace = load_workspace(target)
    plugins, http = registry(workspace), late_http(workspace)
    try:
        proposals = preview(workspace, plugins, propose(workspace, plugins, http, sites), http)
    finally:
        http.close()
    print_proposals(proposals, as_json=False, verbose=verbose)
    answering = [one for one in proposals.items if one.safe]
    chosen = choose(proposals, answering) if asking and proposals.items else answering
    sources = [one.source for one in chosen if not one.configured]
    add_sources(target, sources)
    return sources


def _tell(
    target: Path, session: Session, topics: list[tuple[Topic, tuple[str, ...]]], sources: list[Source], left_out: list[str]
) -> None:
    say(f"The workspace is in {target}")
    for topic, reasons in topics:
        say(f"  {topic.kind} {topic.name!r}: {topic.query}")
        for reason in reasons:
            say(f"    {reason}")
    for source in sources:
        say(f"  source {source.id!r}: {source.options.get('url') or source.plugin}")
    go = _way_into(target, session.cwd)
    if sources:
        say(f"{plural(len(sources), 'source')} found. Listen now:  {go}hubbub collect")
    elif not left_out:
        say(f"Next, tell it where to listen:  {go}hubbub sources suggest")
        say("or, where you know a place:  hubbub sources add https://press.example/")
    for address in left_out:
        say(f"Once it can be reached:  {go}hubbub sources add {quote(address)}")


def _way_into(target: Path, cwd: Path) -> str:
    """What to type before a command so that it finds the workspace; nothing where it is found anyway."""
    if target == home() or target.resolve() == cwd.resolve():
        return ""
    shown = target.relative_to(cwd) if target.is_relative_to(cwd) else target
    return f"cd {quote(str(shown))} && "
