"""Sources that plugins propose for the workspace's topics, with what each of them finds now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from ..config.workspace import Workspace
from ..core.contracts import Component, Fetcher, HttpClient, Suggestion
from ..core.dryruns import DryRun, Verdict, failed, judge, read_dry
from ..core.durations import show_duration
from ..core.errors import HubbubError, NotFound, SourceUnreachable
from ..core.health import FINE
from ..core.observing import Traffic
from ..core.registry import Registry
from ..core.serial import to_json
from ..core.slugs import slugify, unique
from ..core.values import Source
from .discovering import Discovered, Missed, discover
from .exits import note
from .following import listens_to, with_own_accounts
from .output import Column, plural, print_listing, say
from .parallel import all_within
from .sourcetest import headline

SECONDS = 30.0
"""What all previews together may take; who is asked meanwhile and has not answered is late."""
TITLES = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A source that could be added."""

    source: Source
    """As it would be written, or as it is where it is configured already."""
    title: str
    """What it listens to."""
    topics: tuple[str, ...]
    """For which topics it is proposed."""
    configured: bool = False
    guess: bool = False
    """Whether it was worked out from names and addresses: it may be nobody's, or somebody else's."""
    run: DryRun | None = None
    """What it finds now; ``None`` where it was not asked."""
    verdict: Verdict | None = None

    @property
    def answers(self) -> bool:
        """Whether it was asked and nothing was wrong; that it found nothing today does not matter."""
        return self.run is not None and self.run.health in FINE

    @property
    def safe(self) -> bool:
        """Whether it can be added without anybody's judgement: a guess only where it matches a topic now."""
        return self.answers and not (self.guess and not (self.verdict and self.verdict.matching))


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposals:
    """What all plugins propose."""

    items: tuple[Proposal, ...]
    problems: tuple[str, ...]
    """Plugins that failed, each in a sentence."""
    missed: tuple[Missed, ...] = ()
    """What was looked for and is not proposed."""

    def only(self, topics: Sequence[str]) -> Proposals:
        """Those for any of these topics; all of them where none is named."""
        items = tuple(one for one in self.items if not topics or set(topics) & set(one.topics))
        return replace(self, items=items)

    def has(self, ids: Sequence[str]) -> bool:
        """Whether all of these are among them."""
        return set(ids) <= {one.source.id for one in self.items}

    def named(self, ids: Sequence[str]) -> list[Proposal]:
        """Those with these ids, in their order; raises ``NotFound``."""
        by_id = {one.source.id: one for one in self.items}
        for wanted in ids:
            if wanted not in by_id:
                raise NotFound("suggestion", wanted, by_id)
        return [by_id[wanted] for wanted in dict.fromkeys(ids)]


def propose(workspace: Workspace, registry: Registry, http: HttpClient, sites: Sequence[str] | None = None) -> Proposals:
    """What the installed plugins propose. A plugin that fails is left out with a word.

    Asks no network where ``sites`` is ``None``; otherwise also for what needs an address (:func:`.discovering.discover`).
    """
    found: dict[str, Proposal] = {}
    problems: list[str] = []
    workspace = with_own_accounts(workspace)
    for plugin in registry.names("source"):
        try:
            component = registry.component("source", plugin)
            for topic, suggestion in _suggestions(workspace, component, http):
                _add(found, _proposal(workspace, component, suggestion), (topic,))
        except HubbubError as error:
            problems.append(f"The plugin {plugin!r} proposes nothing: {error}")
        except Exception as error:  # a plugin of somebody else may raise anything; it harms only its own proposals
            problems.append(f"The plugin {plugin!r} proposes nothing; it failed: {type(error).__name__}: {error}")
    discovered = Discovered() if sites is None else discover(workspace, registry, http, sites)
    missed = list(discovered.missed)
    for topics, plugin, suggestion in discovered.found:
        try:
            one = _proposal(workspace, registry.component("source", plugin), suggestion)
        except HubbubError as error:  # as a place that is read with a key only
            missed.append(Missed(plugin=plugin, title=suggestion.title, message=str(error)))
            continue
        _add(found, replace(one, guess=True), topics)
    return Proposals(items=tuple(_with_ids(list(found.values()), workspace)), problems=tuple(problems), missed=tuple(missed))


def _add(found: dict[str, Proposal], one: Proposal, topics: Sequence[str]) -> None:
    """Put it to the others; what is there already is there for more topics, and no guess any more where it was none."""
    key = json.dumps([one.source.plugin, to_json(one.source.options)], sort_keys=True)
    before = found.get(key) or one
    found[key] = replace(before, topics=tuple(dict.fromkeys((*before.topics, *topics))))


def preview(
    workspace: Workspace, registry: Registry, proposals: Proposals, http: HttpClient, seconds: float = SECONDS
) -> Proposals:
    """The same with what each that is not configured yet finds now: its first page, all at once, within a bound.

    A guess that does not answer is proposed no more.
    """
    from .compose import build_processors, now

    fresh = [one for one in proposals.items if not one.configured]
    # Built here and read there: plugins are loaded by one thread.
    jobs = [_reading(workspace, registry, one.source, http) for one in fresh]
    late = failed(SourceUnreachable(f"It did not answer within {seconds:.0f} seconds."))
    runs = [run or late for run in all_within(jobs, seconds=seconds)]
    processors = build_processors(workspace, http=http) if any(run.mentions for run in runs) else {}
    asked: dict[str, Proposal] = {}
    for one, run in zip(fresh, runs, strict=True):
        verdict = judge(run.mentions, source=one.source, processors=processors, known=None, seen=now())
        asked[one.source.id] = replace(one, run=run, verdict=verdict)
    items = [asked.get(one.source.id, one) for one in proposals.items]
    gone = [one for one in items if one.guess and one.run and not one.answers]
    missed = [Missed(plugin=one.source.plugin, title=one.title, message=one.run.message) for one in gone if one.run]
    kept = tuple(one for one in items if one not in gone)
    return replace(proposals, items=kept, missed=(*proposals.missed, *missed))


def print_proposals(
    proposals: Proposals, *, as_json: bool, more: Mapping[str, object] | None = None, verbose: bool = False
) -> None:
    """Print them, and below why some do not answer; what is wrong with plugins goes to standard error.

    Where nothing was found is told in JSON, and in text where somebody wants to know (``verbose``).
    """
    for problem in proposals.problems:
        note(problem)
    print_listing(
        "suggestions",
        proposals.items,
        [
            Column(title="id", show=lambda one: one.source.id),
            Column(title="plugin", show=lambda one: one.source.plugin),
            Column(title="listens to", show=lambda one: one.title, gives_way=True),
            Column(title="finds", show=lambda one: len(one.run.mentions) if one.answers else None, right=True),
            Column(title="matching", show=lambda one: one.verdict.matching if one.answers else None, right=True),
            Column(title="what it finds now", show=_now, gives_way=True),
        ],
        as_json=as_json,
        to_dict=_to_dict,
        empty="No installed plugin proposes anything for these topics.",
        more={**(more or {}), "missed": [asdict(one) for one in proposals.missed]},
    )
    if not as_json:
        for one in proposals.missed if verbose else ():
            say(f"Not proposed: {one.title or one.plugin}: {one.message}")
        for one in proposals.items:
            if one.run and not one.answers:
                say(f"{one.source.id}: {one.run.message}")


def show_choice(added: Sequence[Source]) -> str:
    """What was added, in a sentence."""
    return f"{plural(len(added), 'source')} added{': ' if added else ''}{', '.join(source.id for source in added)}."


def _suggestions(workspace: Workspace, component: Component, http: HttpClient) -> list[tuple[str, Suggestion]]:
    if component.suggest is None:
        return []
    from .compose import build_context

    context = build_context(workspace, "source", component.name, http=http)
    return [(topic.name, suggestion) for topic in workspace.topics for suggestion in component.suggest(topic, context)]


def _proposal(workspace: Workspace, component: Component, suggestion: Suggestion) -> Proposal:
    """Checked before it is shown: what the plugin itself would refuse is no proposal. Raises ``ConfigError``."""
    from .compose import options_of

    wanted = options_of(workspace, component, suggestion.options, f"suggestion {suggestion.title!r}")
    own = [source for source in workspace.sources if source.plugin == component.name]
    there = next((source for source in own if _reads(workspace, component, source, wanted)), None) or next(
        (source for source in own if suggestion.options and listens_to(source, component.name, suggestion.options)), None
    )
    name = slugify(suggestion.title, component.name)
    source = there or Source(id=name, plugin=component.name, options=dict(suggestion.options), every=suggestion.every)
    # A title that is only a name says less than what the plugin says of itself.
    title = component.summary if slugify(suggestion.title) == suggestion.title else suggestion.title
    return Proposal(source=source, title=title or suggestion.title, topics=(), configured=there is not None)


def _reads(workspace: Workspace, component: Component, source: Source, wanted: Any) -> bool:
    """Whether a configured source is the proposed one, however its options are written."""
    from .compose import options_of

    try:
        return options_of(workspace, component, source.options, f"source {source.id!r}") == wanted
    except HubbubError:
        return False


def _with_ids(found: Sequence[Proposal], workspace: Workspace) -> list[Proposal]:
    """With ids made of titles. All are named before any is left out, so that an id means the same in the next command."""
    taken = {source.id.casefold() for source in workspace.sources}
    named: list[Proposal] = []
    for one in found:
        if not one.configured:
            slug = one.source.id
            if slug in taken:
                slug = unique(slugify(f"{one.source.plugin} {slug}", one.source.plugin), taken)
            taken.add(slug)
            one = replace(one, source=replace(one.source, id=slug))
        named.append(one)
    return named


def _reading(workspace: Workspace, registry: Registry, source: Source, http: HttpClient) -> Any:
    from .compose import build_context, options_of

    component = registry.component("source", source.plugin)
    options = options_of(workspace, component, source.options, f"suggestion {source.id!r}")
    context = build_context(workspace, "source", source.plugin, http=http)

    def build() -> Fetcher:
        return component.build(options, context)

    return lambda: read_dry(build, Traffic(), workspace.topics, pages=1)


def _now(one: Proposal) -> str:
    if one.configured:
        return "configured already"
    if one.run is None:
        return "not asked"
    if not one.answers:
        return one.run.health.value
    return " · ".join(headline(mention) for mention in one.run.newest[:TITLES]) or "nothing today"


def _to_dict(one: Proposal) -> Mapping[str, Any]:
    return {
        "id": one.source.id,
        "plugin": one.source.plugin,
        "title": one.title,
        "topics": one.topics,
        "every": show_duration(one.source.every),
        "options": one.source.options,
        "configured": one.configured,
        "guess": one.guess,
        "health": one.run.health if one.run else None,
        "message": one.run.message if one.run else None,
        "found": len(one.run.mentions) if one.run else None,
        "matching": one.verdict.matching if one.verdict else None,
        "newest": [headline(mention) for mention in one.run.newest[:TITLES]] if one.run else [],
    }
