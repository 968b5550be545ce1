"""The arithmetic of influence on graphs whose answers are worked out by hand, and what holds on every graph."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.core.influence import Graph, expected_reach, graph_of, pagerank, standing, weighted_mean

ANA, BEN, EVA, KAI = range(4)


def graph(*edges: tuple[int, int, float], nodes: int = 4) -> Graph:
    """Edges from whoever engages to the author."""
    columns = np.array(edges, np.float64).reshape(-1, 3)
    return graph_of(columns[:, 0].astype(np.int64), columns[:, 1].astype(np.int64), columns[:, 2], nodes)


# Ben passes on half of what Ana posts, Eva passes on a quarter of what Ben posts, Kai answers Eva and nobody else.
CHAIN = graph((BEN, ANA, 2.0), (EVA, BEN, 1.0), (KAI, EVA, 1.0))
POSTS = np.array([3, 3, 1, 9])


def test_expected_reach_as_worked_out_by_hand() -> None:
    # p(Ana, Ben) = 2/4, p(Ben, Eva) = 1/4, p(Eva, Kai) = 1/2
    ana = 1 / 2 + 0.5 * (1 / 2 * 1 / 4) + 0.25 * (1 / 2 * 1 / 4 * 1 / 2)
    ben = 1 / 4 + 0.5 * (1 / 4 * 1 / 2)
    assert expected_reach(CHAIN, POSTS, decay=0.5, steps=4) == pytest.approx([ana, ben, 1 / 2, 0.0])
    assert expected_reach(CHAIN, POSTS, decay=0.0) == pytest.approx([1 / 2, 1 / 4, 1 / 2, 0.0])


def test_influence_flows_from_the_amplified_and_never_the_other_way() -> None:
    star = graph((BEN, ANA, 1.0), (EVA, ANA, 1.0), (KAI, ANA, 1.0))
    for scores in (expected_reach(star, np.ones(4)), pagerank(star), star.received):
        assert scores[ANA] == max(scores)
        assert scores[BEN] == scores[EVA] == scores[KAI] < scores[ANA]


def test_pagerank_as_worked_out_by_hand() -> None:
    # Ana and Ben amplify each other, so each has half of what is left after the jumps: the fixed point is 1/2 each.
    assert pagerank(graph((ANA, BEN, 3.0), (BEN, ANA, 1.0), nodes=2)) == pytest.approx([0.5, 0.5])
    # One edge, Ben to Ana, jumps included: b = (1 - d)/2 + d a/2 and a = (1 - d)/2 + d a/2 + d b, with a + b = 1.
    ana, ben = pagerank(graph((BEN, ANA, 1.0), nodes=2), damping=0.85)
    assert ben == pytest.approx(1 / (2 + 0.85), abs=1e-5)
    assert ana + ben == pytest.approx(1.0)


def test_self_loops_one_node_and_nobody() -> None:
    alone = graph((ANA, ANA, 5.0), nodes=1)
    assert len(alone.weights) == 0
    assert expected_reach(alone, np.ones(1)).tolist() == [0.0]
    assert pagerank(alone).tolist() == [1.0]
    nobody = graph(nodes=0)
    assert len(expected_reach(nobody, np.ones(0))) == len(pagerank(nobody)) == 0


def test_many_edges_of_a_pair_are_one() -> None:
    doubled = graph((BEN, ANA, 1.0), (EVA, ANA, 1.0), (BEN, ANA, 1.0), (BEN, ANA, 0.0))
    assert list(zip(doubled.actors, doubled.targets, doubled.weights, strict=True)) == [(BEN, ANA, 2.0), (EVA, ANA, 1.0)]


def test_a_chance_is_at_most_one_and_nobody_reaches_more_than_all_others() -> None:
    loud = graph(*((a, b, 1000.0) for a in range(4) for b in range(4) if a != b))
    assert expected_reach(loud, np.zeros(4), decay=0.99, steps=50).tolist() == [3.0] * 4


def test_standing_counts_who_has_less_and_half_of_equals() -> None:
    values, groups = np.array([1.0, 5.0, 5.0, 9.0, np.nan, 7.0]), np.array([0, 0, 0, 0, 0, 1])
    everybody = np.ones(6, bool)
    assert standing(values, groups, everybody)[:4] == pytest.approx([0.0, 50.0, 50.0, 100.0])
    assert np.isnan(standing(values, groups, everybody)[4])
    assert standing(values, groups, everybody)[5] == 50.0  # nobody to compare with
    without_the_last = everybody.copy()
    without_the_last[3] = False
    # Whoever is not compared stands where they would, and moves nobody.
    assert standing(values, groups, without_the_last)[:4] == pytest.approx([0.0, 75.0, 75.0, 100.0])


def test_nothing_is_less_than_nothing() -> None:
    values, groups = np.array([0.0, 0.0, 0.0, 2.0]), np.zeros(4, int)
    assert standing(values, groups, np.ones(4, bool), floor=True).tolist() == [0.0, 0.0, 0.0, 100.0]


def test_unknown_parts_leave_the_mean() -> None:
    parts = {"reach": np.array([100.0, 100.0, np.nan]), "audience": np.array([0.0, np.nan, np.nan])}
    assert weighted_mean(parts, {"reach": 3.0, "audience": 1.0}).tolist() == [75.0, 100.0, 0.0]


edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(0, 50, allow_subnormal=False)), max_size=40)


@given(edges, st.lists(st.integers(0, 30), min_size=8, max_size=8), st.permutations(range(8)))
@settings(max_examples=60)
def test_numbering_nodes_otherwise_changes_nothing(
    found: list[tuple[int, int, float]], posts: list[int], order: list[int]
) -> None:
    here = graph(*found, nodes=8)
    there = graph(*((order[a], order[b], w) for a, b, w in found), nodes=8)
    moved = np.empty(8)
    moved[order] = posts
    reach = expected_reach(here, np.array(posts))
    assert expected_reach(there, moved)[order] == pytest.approx(reach)
    assert pagerank(there)[order] == pytest.approx(pagerank(here), abs=1e-6)
    assert ((reach >= 0) & (reach <= 7)).all()
    assert pagerank(here).sum() == pytest.approx(1.0)
    quiet = here.amplifiers == 0
    assert (reach[quiet] == 0).all()
    ranks = standing(reach, np.zeros(8, int), np.ones(8, bool), floor=True)
    assert ((ranks >= 0) & (ranks <= 100)).all()
