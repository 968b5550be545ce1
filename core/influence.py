"""The arithmetic of influence, on columns of numbers. Pure: nothing here asks an archive.

Nodes are numbered from 0. An edge leads from the one who acts (the amplifier) to the author who is answered, shared, quoted or
named; influence flows against it.

- **Expected reach** of an author *a*: how many engagements a post of theirs leads to, directly and through those who pass it
  on. With :math:`p(a, v)` as the probability that *v* engages with a post of *a*, it is the Katz sum (L. Katz, *A new status
  index derived from sociometric analysis*, Psychometrika 18, 1953) over chains of engagement,
  :math:`r = \\sum_{k=1}^{K} d^{k-1} P^k 1`, with decay *d* and at most *K* steps, so that it is finite on every graph. The
  probabilities are those of an independent cascade (D. Kempe, J. Kleinberg, É. Tardos, *Maximizing the spread of influence
  through a social network*, KDD 2003), estimated as engagements for each post.
- **PageRank** (S. Brin, L. Page, *The anatomy of a large-scale hypertextual web search engine*, 1998) with weighted edges:
  whoever is amplified by the amplified ranks high.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .interactions import KINDS, Edges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .interactions import Numbers

    Reals = NDArray[np.float64]

KIND_WEIGHTS: Mapping[str, float] = {"reply": 0.5, "share": 1.0, "quote": 1.0, "mention": 0.5}
"""How much of an engagement one interaction is: what is passed on reaches others, what is answered or named does so in part."""
COUNT_WEIGHTS: Mapping[str, float] = {"likes": 1.0, "replies": 2.0, "shares": 3.0}
"""What counts of a platform are worth: the more it takes to do it, and the further it carries."""

DECAY = 0.5
STEPS = 4
DAMPING = 0.85
_ROUNDS = 100
_SETTLED = 1e-6  # change of all PageRanks together at which they are taken as found


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Who amplifies whom: one weighted edge for each pair, sorted by target, then actor; no self-loops."""

    nodes: int
    actors: Numbers
    targets: Numbers
    weights: Reals
    """Engagements: interactions by :data:`KIND_WEIGHTS`."""

    @property
    def received(self) -> Reals:
        """By node: all engagements together."""
        return np.bincount(self.targets, self.weights, self.nodes).astype(np.float64)

    @property
    def amplifiers(self) -> Numbers:
        """By node: how many others engaged."""
        return np.bincount(self.targets, minlength=self.nodes)


def graph_of(actors: Numbers, targets: Numbers, weights: Reals, nodes: int) -> Graph:
    """A graph of edges in any order and number; self-loops and edges without weight are left out."""
    real = (actors != targets) & (weights > 0)
    if not real.all():
        actors, targets, weights = actors[real], targets[real], weights[real]
    pairs = targets.astype(np.int64) * nodes + actors
    order = np.argsort(pairs)
    pairs = pairs[order]
    begins = np.flatnonzero(np.diff(pairs, prepend=-1))
    summed = np.add.reduceat(weights[order], begins) if len(begins) else np.empty(0)
    pairs = pairs[begins]
    return Graph(nodes, pairs % max(nodes, 1), pairs // max(nodes, 1), summed)


def weights_of(edges: Edges) -> Reals:
    """What each edge is worth as an engagement."""
    return np.array([KIND_WEIGHTS[kind] for kind in KINDS])[edges.kinds]


def expected_reach(graph: Graph, posts: Numbers | Reals, *, decay: float = DECAY, steps: int = STEPS) -> Reals:
    """By node: engagements to be expected from a post, chains of at most ``steps`` included.

    The probability that *v* engages with a post of *a* is taken as their engagements over the posts of *a* and one more, at
    most 1: one answer to the only post that there is says less than ten to ten. Nobody reaches more than all others.
    """
    chances = np.minimum(1.0, graph.weights / (np.asarray(posts, np.float64)[graph.targets] + 1.0))
    reached = np.ones(graph.nodes)
    total = np.zeros(graph.nodes)
    for step in range(steps):
        reached = np.bincount(graph.targets, chances * reached[graph.actors], graph.nodes)
        total += decay**step * reached
    return np.minimum(total, max(graph.nodes - 1, 0))


def pagerank(graph: Graph, *, damping: float = DAMPING) -> Reals:
    """By node: the share of its visits that a surfer makes who goes from amplifiers to those whom they amplify.

    From one who amplifies nobody, and in a share of ``1 - damping`` of all steps, the surfer goes anywhere. The sum is 1.
    """
    if not graph.nodes:
        return np.empty(0)
    given = np.bincount(graph.actors, graph.weights, graph.nodes)
    silent = given == 0.0
    shares = graph.weights / given[graph.actors]
    ranks = np.full(graph.nodes, 1.0 / graph.nodes)
    for _ in range(_ROUNDS):
        passed = np.bincount(graph.targets, shares * ranks[graph.actors], graph.nodes)
        after = damping * passed + (damping * ranks[silent].sum() + 1.0 - damping) / graph.nodes
        change = np.abs(after - ranks).sum()
        ranks = after
        if change < _SETTLED:
            break
    return ranks


def standing(values: Reals, groups: Numbers, compared: NDArray[np.bool_], *, floor: bool = False) -> Reals:
    """By node: which share of the others of its group (in percent) has less, those with equal values counted by half.

    Only those that are ``compared`` are others. NaN is unknown and stays so. Where nobody else is known: 50. With ``floor``
    a value of 0 stands at 0: nothing is less.
    """
    found = np.full(len(values), np.nan)
    for group in np.unique(groups):
        here = np.flatnonzero((groups == group) & ~np.isnan(values))
        here = here[np.argsort(values[here])]  # places that are looked up in order are found sooner
        others = values[here][compared[here]]
        below = np.searchsorted(others, values[here], "left").astype(np.float64)
        equal = np.searchsorted(others, values[here], "right") - below - compared[here]
        many = len(others) - compared[here]
        found[here] = np.where(many > 0, 100.0 * (below + equal / 2.0) / np.maximum(many, 1), 50.0)
    if floor:
        found[values == 0.0] = 0.0
    return found


def weighted_mean(parts: Mapping[str, Reals], weights: Mapping[str, float]) -> Reals:
    """By node: the mean of its known parts; 0 where none of those with a weight is known."""
    if not parts:
        return np.empty(0)
    columns = np.stack(list(parts.values()))
    shares = np.array([weights.get(name, 0.0) for name in parts])[:, None] * ~np.isnan(columns)
    whole = shares.sum(axis=0)
    return np.divide((shares * np.nan_to_num(columns)).sum(axis=0), whole, out=np.zeros(columns.shape[1]), where=whole > 0)
