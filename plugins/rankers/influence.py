"""``influence``: who is heard on a topic, by what their posts lead to.

::

    [rankers.influence]
    decay = 0.5               # what a step further away counts
    rank_bots = false         # compare bots with others
    rank_ours = false         # compare our own accounts with others

    [rankers.influence.weights]
    reach = 4                 # expected reach: engagements that a post leads to, passed on ones included
    engagement = 2            # engagement received for each mention
    pagerank = 0              # shown, and not counted unless you give it a weight
    topic = 1                 # which share of what they say is on the topic
    frequency = 1             # how often they speak on it
    recency = 1               # how long ago they last did
    audience = 1              # followers

Each part is a percentile among those of the same platform who spoke on the topic within the window, and the score is the
weighted mean of the parts that are known. Bots and our own accounts are marked and compared with the others without being among
them; what they amplify counts for nothing. See ``docs/influence.md``.

Days of which nothing has changed are not read again: their edges lie in the plugin's own folder.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, overload

import numpy as np
from pydantic import Field, model_validator

from ...core.accounts import Accounts, platform_and_handle
from ...core.contracts import Component, Context
from ...core.hookspecs import hookimpl
from ...core.influence import (
    COUNT_WEIGHTS,
    DECAY,
    Graph,
    expected_reach,
    graph_of,
    pagerank,
    standing,
    weighted_mean,
    weights_of,
)
from ...core.optiontypes import PluginOptions
from ...core.values import Author, AuthorRank, Reason, Topic, Window
from ._influence_days import KeptDays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.archives import ArchiveReader
    from ...core.interactions import Audiences, Numbers

    Columns = dict[str, NDArray[np.float64]]

NAME = "influence"

_PAGE = 500
"""Authors that are read from the archive at a time."""
_DAY = 86_400e6  # microseconds
_NAMED = 3
"""Amplifiers that an explanation names."""

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Weights(PluginOptions):
    """What each part of the score counts."""

    reach: Weight = Field(default=4.0, description="expected reach: engagements that a post leads to, step by step")
    engagement: Weight = Field(default=2.0, description="likes, replies and shares received for each mention")
    pagerank: Weight = Field(default=0.0, description="PageRank from amplifier to author")
    topic: Weight = Field(default=1.0, description="which share of what they say is on the topic")
    frequency: Weight = Field(default=1.0, description="how often they speak on it")
    recency: Weight = Field(default=1.0, description="how long ago they last did")
    audience: Weight = Field(default=1.0, description="followers")

    @model_validator(mode="after")
    def _something(self) -> Weights:
        if not any(dict(self).values()):
            raise ValueError("all weights are 0, and then nothing tells one author from another; give one of them a weight")
        return self


class InfluenceOptions(PluginOptions):
    """``[rankers.influence]``"""

    weights: Weights = Field(default=Weights(), description="what each part of the score counts")
    decay: float = Field(default=DECAY, ge=0, lt=1, description="what an engagement one step further away counts")
    rank_bots: bool = Field(default=False, description="compare bots with others")
    rank_ours: bool = Field(default=False, description="compare our own accounts with others")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Standings:
    """Everybody who spoke on a topic within a window, in columns; the best first."""

    people: Audiences
    """In the order of their numbers."""
    order: Numbers
    """Places in the columns, the best first."""
    scores: NDArray[np.float64]
    parts: Columns
    """Percentiles; NaN where unknown."""
    figures: Columns
    """What they come from; NaN where unknown."""
    bots: NDArray[np.bool_]
    ours: NDArray[np.bool_]
    graph: Graph
    nodes: Numbers
    """Numbers of the authors that are the graph's nodes."""

    def rank(self, place: int, author: Author) -> AuthorRank:
        """One author's."""
        return AuthorRank(
            author=author,
            score=round(float(self.scores[place]), 2),
            parts=_known(self.parts, place, 2),
            figures=_known(self.figures, place, 6),
            marks=tuple(name for name, marked in (("bot", self.bots), ("ours", self.ours)) if marked[place]),
        )


def _known(columns: Columns, place: int, digits: int) -> dict[str, float]:
    told = {name: float(column[place]) for name, column in columns.items()}
    return {name: round(value, digits) for name, value in told.items() if not math.isnan(value)}


class Ranking(Sequence[AuthorRank]):
    """Ranks whose authors are read when they are asked for: of a hundred thousand the first fifty are looked at."""

    def __init__(self, archive: ArchiveReader, standings: _Standings) -> None:
        self._archive, self._standings = archive, standings

    def __len__(self) -> int:
        return len(self._standings.order)

    @overload
    def __getitem__(self, at: int) -> AuthorRank: ...
    @overload
    def __getitem__(self, at: slice) -> list[AuthorRank]: ...
    def __getitem__(self, at: int | slice) -> AuthorRank | list[AuthorRank]:
        return self._ranks(self._standings.order[at]) if isinstance(at, slice) else self._ranks(self._standings.order[[at]])[0]

    def __iter__(self) -> Iterator[AuthorRank]:
        for start in range(0, len(self), _PAGE):
            yield from self[start : start + _PAGE]

    def _ranks(self, places: Numbers) -> list[AuthorRank]:
        numbers = self._standings.people.authors[places].tolist()
        authors = self._archive.authors_numbered(numbers)
        found = zip(places.tolist(), numbers, strict=True)
        return [self._standings.rank(place, authors[number]) for place, number in found if number in authors]


class InfluenceRanker:
    """Ranks authors by expected reach and what stands beside it."""

    def __init__(self, options: InfluenceOptions, topics: Sequence[Topic], folder: Path) -> None:
        self._options, self._topics = options, tuple(topics)
        self._days = KeptDays(folder)

    def rank(self, archive: ArchiveReader, topic: Topic, window: Window) -> Sequence[AuthorRank]:
        """All who spoke on the topic within the window, the most influential first."""
        return Ranking(archive, self._standings(archive, topic, window))

    def explain(
        self, archive: ArchiveReader, topic: Topic, window: Window, author: Author
    ) -> tuple[AuthorRank, tuple[Reason, ...]] | None:
        """An author's rank and what each part of it comes from, with numbers; ``None`` where they did not speak."""
        number = archive.author_numbers([(author.platform, author.key)]).get((author.platform, author.key))
        standings = self._standings(archive, topic, window)
        place = None if number is None else _place(standings.people.authors, number)
        if number is None or place is None:
            return None
        rank = standings.rank(place, author)
        weights: dict[str, float] = dict(self._options.weights)
        whole = sum(weights[name] for name in rank.parts) or 1.0
        words = _words(rank, author.platform, self._amplifiers(archive, standings, number), window.end - window.start)
        reasons = [
            Reason(
                part=name,
                words=words[name],
                value=rank.parts.get(name),
                weight=weights[name] / whole if name in rank.parts else 0.0,
            )
            for name in standings.parts
        ]
        return rank, tuple(sorted(reasons, key=lambda reason: -(reason.weight or 0)))

    # --- computing -------------------------------------------------------------------------------------------

    def _standings(self, archive: ArchiveReader, topic: Topic, window: Window) -> _Standings:
        edges, voices = self._days.read(archive, window, topic.name)
        everybody = archive.audiences(_numbers_in(voices.authors, edges.actors, edges.targets))
        nodes = everybody.authors
        # Purged meanwhile: whoever is not there any more neither ranks nor amplifies.
        place_of = _places(nodes, voices.authors, edges.actors, edges.targets)
        speaker = place_of[voices.authors]
        there = slice(None) if (speaker >= 0).all() else speaker >= 0

        def summed(column: Any) -> NDArray[np.float64]:
            return np.bincount(speaker[there], column[there], len(nodes)).astype(np.float64)

        all_said = summed(voices.said)
        places = np.flatnonzero(all_said)
        own = summed(voices.ours) > 0
        own[[place for number in self._own(archive, topic) if (place := _place(nodes, number)) is not None]] = True
        left_out = (everybody.bots & (not self._options.rank_bots)) | (own & (not self._options.rank_ours))

        all_fresh = summed(voices.fresh)
        said, fresh = all_said[places], all_fresh[places]
        actors, targets = place_of[edges.actors], place_of[edges.targets]
        real = (actors >= 0) & (targets >= 0) & ~left_out[actors]
        graph = graph_of(actors[real], targets[real], weights_of(edges)[real], len(nodes))
        people = _picked(everybody, places)
        counted = summed(voices.counted)[places]
        told = sum(
            (weight * summed(getattr(voices, name))[places] for name, weight in COUNT_WEIGHTS.items()), np.zeros(len(said))
        )
        received, amplifiers = graph.received[places], graph.amplifiers[places].astype(np.float64)
        last = np.full(len(nodes), -np.inf)
        np.maximum.at(last, speaker[there], voices.last[there])
        ago = np.maximum((window.end.timestamp() * 1e6 - last[places]) / _DAY, 0.0)
        weeks = max((window.end - window.start) / timedelta(weeks=1), 1e-9)
        posted = archive.posts_of(people.authors, window).astype(np.float64)
        # Counts of the platform where it tells them; else what the archive itself saw of engagement.
        each = np.where(counted > 0, told / np.maximum(counted, 1.0), received / np.maximum(said, 1.0))
        each = np.where(_silent(np.where(counted > 0, 1.0, received), people.platform), np.nan, each)
        ranks = pagerank(graph)[places] * max(len(nodes), 1)
        unheard = _silent(received, people.platform)
        figures: Columns = {
            "reach": np.where(unheard, np.nan, expected_reach(graph, all_fresh, decay=self._options.decay)[places]),
            "engagement": each,
            "pagerank": np.where(unheard, np.nan, ranks),
            "topic": np.minimum(said / np.maximum(posted, 1.0), 1.0),
            "frequency": fresh / weeks,
            "recency": ago,
            "audience": people.followers,
        }
        compared = ~left_out[places]
        # The percentile of the logarithm of an audience is that of the audience: the order is the same.
        values = figures | {"recency": -ago}
        floored = {"reach", "engagement", "pagerank", "audience"}
        parts = {name: standing(value, people.platform, compared, floor=name in floored) for name, value in values.items()}
        scores = weighted_mean(parts, dict(self._options.weights))
        others = np.bincount(people.platform, compared, len(people.platforms))[people.platform] - compared
        beside = {
            "others": others.astype(np.float64),
            "mentions": said,
            "posts": posted,
            "received": received,
            "amplifiers": amplifiers,
        }
        return _Standings(
            people=people,
            order=_ordered(np.round(scores, 2), figures["reach"], people),
            scores=np.clip(scores, 0.0, 100.0),
            parts=parts,
            figures=figures | beside | {"counted": counted},
            bots=people.bots,
            ours=own[places],
            graph=graph,
            nodes=nodes,
        )

    def _own(self, archive: ArchiveReader, topic: Topic) -> list[int]:
        """Numbers of the accounts of ours, those of other topics included."""
        topics = [*self._topics, topic]
        accounts = Accounts(topics)
        named = dict.fromkeys(platform_and_handle(account) for each in topics for account in each.accounts)
        found = [author for platform, handle in named for author in archive.find_authors(handle, platform)]
        own = [(author.platform, author.key) for author in found if accounts.topics_of(author)]
        return list(archive.author_numbers(own).values()) if own else []

    def _amplifiers(self, archive: ArchiveReader, standings: _Standings, number: int) -> list[tuple[Author, float]]:
        """Who engages most with an author, and how much."""
        node = int(np.searchsorted(standings.nodes, number))
        begin, end = np.searchsorted(standings.graph.targets, [node, node + 1])
        weights = standings.graph.weights[begin:end]
        best = np.argsort(-weights, kind="stable")[:_NAMED] + begin
        numbers = standings.nodes[standings.graph.actors[best]].tolist()
        authors = archive.authors_numbered(numbers)
        found = zip(numbers, standings.graph.weights[best].tolist(), strict=True)
        return [(authors[other], weight) for other, weight in found if other in authors]


def _numbers_in(*columns: Numbers) -> Numbers:
    """The numbers of authors in these columns, sorted, each once. They are counted up from 1, so this needs no sorting."""
    there = np.zeros(_most(columns) + 1, np.bool_)
    for column in columns:
        there[column] = True
    return np.flatnonzero(there)


def _places(nodes: Numbers, *columns: Numbers) -> Numbers:
    """By number of an author, for all that stand in these columns: their place among the nodes; -1 where they have none."""
    places = np.full(max(_most(columns), int(nodes.max(initial=0))) + 1, -1, np.int64)
    places[nodes] = np.arange(len(nodes))
    return places


def _most(columns: Sequence[Numbers]) -> int:
    return max((int(column.max(initial=0)) for column in columns), default=0)


def _place(nodes: Numbers, number: int) -> int | None:
    place = int(np.searchsorted(nodes, number))
    return place if place < len(nodes) and nodes[place] == number else None


def _picked(people: Audiences, places: Numbers) -> Audiences:
    return type(people)(
        authors=people.authors[places],
        keys=tuple(people.keys[place] for place in places.tolist()),
        platforms=people.platforms,
        platform=people.platform[places],
        followers=people.followers[places],
        bots=people.bots[places],
    )


def _silent(evidence: NDArray[np.float64], platform: Numbers) -> NDArray[np.bool_]:
    """Whether somebody is on a platform of which the archive has no such evidence of anybody: then it is unknown, not 0."""
    heard = np.bincount(platform, evidence)
    return heard[platform] == 0.0 if len(platform) else np.empty(0, np.bool_)


def _ordered(scores: NDArray[np.float64], reach: NDArray[np.float64], people: Audiences) -> Numbers:
    """Places by score, then by reach, then by platform and key: never by a number that another archive would give otherwise."""
    reached = np.nan_to_num(reach)
    order = np.lexsort((-reached, -scores))
    alike = (np.diff(scores[order]) == 0.0) & (np.diff(reached[order]) == 0.0)
    # Names are compared only where nothing else tells two apart.
    for begin, end in zip(*_stretches(alike), strict=True):
        tied = order[begin : end + 1].tolist()
        order[begin : end + 1] = sorted(tied, key=lambda place: (people.platforms[people.platform[place]], people.keys[place]))
    return order


def _stretches(alike: NDArray[np.bool_]) -> tuple[list[int], list[int]]:
    """Where runs of true begin, and the place after each."""
    edges = np.diff(np.concatenate([[False], alike, [False]]).astype(np.int8))
    return np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()


# --- words ---------------------------------------------------------------------------------------------------


def _words(rank: AuthorRank, platform: str, amplifiers: Sequence[tuple[Author, float]], length: timedelta) -> Mapping[str, str]:
    """What each part comes from, in a sentence."""
    told, parts = rank.figures, rank.parts
    many = int(told["amplifiers"])
    names = ", ".join(f"{author.handle or author.key} ({weight:g})" for author, weight in amplifiers)
    by = f"; most of all {names}" if names else ""
    people = "1 account" if many == 1 else f"{many:,} accounts"
    no_edges = f"unknown: the archive saw nobody on {platform} answer, share, quote or name anybody on this topic"
    counted = int(told["counted"])
    source = (
        f"by the counts of {platform} on {_count(counted, 'mention')}"
        if counted
        else f"by what the archive saw, since {platform} gave no counts"
    )
    words = {
        "reach": f"a post leads to {told.get('reach', 0):.2f} engagements to be expected; {people} engaged{by}"
        if "reach" in parts
        else no_edges,
        "engagement": f"{told.get('engagement', 0):.1f} for each mention, {source} (like 1, reply 2, share 3)"
        if counted
        else f"{told.get('engagement', 0):.1f} for each mention, {source} (share or quote 1, reply or mention 0.5)"
        if "engagement" in parts
        else f"unknown: {platform} gave no counts, and the archive saw no engagement there",
        "pagerank": f"{told.get('pagerank', 0):.2f} times the visits of the average account"
        if "pagerank" in parts
        else no_edges,
        "topic": f"{int(told['mentions']):,} of {_count(told['posts'], 'mention')} are on the topic ({told['topic']:.0%})",
        "frequency": f"{told['frequency']:.1f} a week over {max(length.days, 1)} days, near-copies left out",
        "recency": f"last spoke on it {_ago(told['recency'])} before the window's end",
        "audience": f"{int(told['audience']):,} followers"
        if "audience" in parts
        else f"unknown: {platform} does not tell how many followers",
    }
    return {name: f"{text}; {_beside(parts[name], told, platform)}" if name in parts else text for name, text in words.items()}


def _beside(percentile: float, told: Mapping[str, float], platform: str) -> str:
    if not told["others"]:
        return f"nobody else on {platform} to compare with"
    return f"above {percentile:.0f} % of the others on {platform}"


def _count(number: float, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{int(number):,} {noun}s"


def _ago(days: float) -> str:
    if days < 1:
        return _count(max(int(days * 24), 1), "hour")
    return _count(int(days), "day")


def _build(options: InfluenceOptions, context: Context) -> InfluenceRanker:
    return InfluenceRanker(options, context.topics, context.data_dir)


@hookimpl
def register_rankers() -> Iterable[Component]:
    """The component ``influence``."""
    summary = "ranks authors by expected reach, engagement, audience and how they speak on a topic"
    return [Component(name=NAME, build=_build, options=InfluenceOptions, summary=summary)]
