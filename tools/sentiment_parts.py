"""The parts of the sentiment model: what all languages share, and what each has of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from sentiment_fitting import Matrix, Weights, balanced, dense, fit, frequent, telling
from sentiment_rows import Rows

STRENGTH = 1.0
"""Inverse of the regularisation: C of most libraries."""
STEPS = 80
"""Steps of the optimiser; ending early is regularisation, too."""
LEAST = 3
"""Texts that have an n-gram, below which it is left out."""
MANY = 3.0
"""What a text in another language than English counts, of which there are 2.5 times as many as of all others."""
SHARED, OWN = 300_000, 20_000
"""N-grams that are kept of what all languages share, and of what each has of its own."""
BAGS = 3
"""Parts of the texts, each of which one of the averaged fits is made without."""
FOLDS, SEED = 5, 7


def averaged(features: sparse.csr_matrix, values: NDArray[np.int64], weights: Matrix, start: Matrix) -> Matrix:
    """The mean of weights that were fitted without one part of the texts each: a linear model still, and a steadier one
    (Breiman, "Bagging Predictors", 1996)."""
    left_out = np.random.default_rng(SEED).permutation(len(values)) % BAGS
    total = np.zeros((features.shape[1], 2))
    for bag in range(BAGS):
        kept = np.flatnonzero(left_out != bag)
        total += fit(features[kept], values[kept], weights[kept], strength=STRENGTH, steps=STEPS, start=start[kept])
    return total / BAGS


def joint(parts: Sequence[Rows]) -> tuple[Weights, dict[str, Weights]]:
    """What the languages of these texts share, and what each but English has of its own."""
    values = np.concatenate([part.values for part in parts])
    weights = np.concatenate([balanced(part.values) * (1.0 if part.lang == "en" else MANY) for part in parts])
    prints = frequent(parts, LEAST)
    grams = sparse.vstack([part.over(prints) for part in parts]).tocsr()
    often = np.asarray((grams > 0).sum(axis=0)).ravel()
    scale = telling(grams, values, weights)
    blocks = [sparse.hstack([grams @ sparse.diags(scale), sparse.vstack([dense(part) for part in parts])])]
    langs = sorted({part.lang for part in parts} - {"en"})
    own: dict[str, tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.int64]]] = {}
    for lang in langs:
        mine = [part for part in parts if part.lang == lang]
        known = frequent(mine, LEAST)
        stacked = sparse.vstack([part.over(known) for part in mine]).tocsr()
        there = np.concatenate([np.full(len(part), part.lang == lang) for part in parts])
        tells = telling(stacked, values[there], weights[there])
        own[lang] = known, tells, np.asarray((stacked > 0).sum(axis=0)).ravel()
        numbers = sparse.vstack([dense(part) for part in mine])
        blocks.append(_at(there, sparse.hstack([stacked @ sparse.diags(tells), numbers])))
    matrix = sparse.hstack(blocks, dtype=np.float32).tocsr()
    found = averaged(matrix, values, weights, np.zeros((len(values), 2)))
    sizes = np.cumsum([block.shape[1] for block in blocks])
    each = {
        lang: Weights.of(own[lang][0], own[lang][1], found[begin:end]).strongest(OWN, own[lang][2])
        for lang, begin, end in zip(langs, sizes[:-1], sizes[1:], strict=True)
    }
    return Weights.of(prints, scale, found[: sizes[0]]).strongest(SHARED, often), each


def alone(rows: Rows, start: Matrix) -> Weights:
    """What one language has of its own, on top of logits that others gave."""
    prints = frequent([rows], 2)
    grams = rows.over(prints)
    weights = balanced(rows.values) * MANY
    scale = telling(grams, rows.values, weights)
    matrix = sparse.hstack([grams @ sparse.diags(scale), dense(rows)], dtype=np.float32).tocsr()
    found = averaged(matrix, rows.values, weights, start)
    return Weights.of(prints, scale, found).strongest(OWN, np.asarray((grams > 0).sum(axis=0)).ravel())


def held_out(rows: Rows, start: Matrix) -> Matrix:
    """Logits of each text from a part that was fitted without it."""
    fold = np.random.default_rng(SEED).permutation(len(rows)) % FOLDS
    logits = np.zeros((len(rows), 2))
    for one in range(FOLDS):
        rest, mine = np.flatnonzero(fold != one), np.flatnonzero(fold == one)
        logits[mine] = start[mine] + alone(rows.part(rest), start[rest]).logits(rows.part(mine))
    return logits


def _at(there: NDArray[np.bool_], rows: sparse.coo_matrix) -> sparse.coo_matrix:
    """Rows put where they belong among all texts."""
    rows = rows.tocoo()
    return sparse.coo_matrix((rows.data, (np.flatnonzero(there)[rows.row], rows.col)), shape=(len(there), rows.shape[1]))
