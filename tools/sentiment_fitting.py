"""Multinomial logistic regression over the sentiment model's features, and how well and how surely it tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from sentiment_rows import Rows

from hubbub.plugins.processors._sentiment_lexicon import NUMBERS
from hubbub.plugins.processors._sentiment_model import classes, softmax
from hubbub.plugins.processors._sentiment_table import Fingerprints

Matrix = NDArray[np.float64]

_NUMBERS_COUNT = 0.5
"""What the numbers of the lexicons count beside n-grams: the size in which regularisation sees them."""
_PENALTY = np.array([2.0, 1.5])
"""The squared length of three centred columns of weights, told by the two that they are kept as."""
_TOWARDS = np.array([[-1.0, -0.5], [0.0, 1.0], [1.0, -0.5]])
"""What the two columns add to negative, neutral and positive."""


def balanced(values: NDArray[np.int64]) -> Matrix:
    """Weights with which each value counts the same."""
    counts = np.bincount(values, minlength=3)
    return (len(values) / 3 / np.maximum(1, counts))[values]


def frequent(parts: Sequence[Rows], least: int) -> Fingerprints:
    """Fingerprints that at least so many texts have, sorted."""
    found, counts = np.unique(np.concatenate([part.prints for part in parts]), return_counts=True)
    return found[counts >= least]


def telling(features: sparse.csr_matrix, values: NDArray[np.int64], weights: Matrix) -> NDArray[np.float32]:
    """How much each feature tells of the value by itself: its strongest log-count ratio, on average 1.

    Features that are scaled so are regularised less the more they tell (Wang and Manning, "Baselines and Bigrams", 2012).
    """
    strongest = np.zeros(features.shape[1])
    for value in range(3):
        ratio = np.zeros(features.shape[1])
        for sign, those in ((1, values == value), (-1, values != value)):
            count = features.T @ (weights * those) + 1
            ratio += sign * np.log(count / count.sum())
        strongest = np.maximum(strongest, np.abs(ratio))
    return (strongest / np.sqrt((strongest**2).mean())).astype(np.float32)


def dense(rows: Rows) -> sparse.csr_matrix:
    """The numbers of the lexicons as features, and a one for the bias."""
    return sparse.csr_matrix(np.hstack([rows.numbers, np.ones((len(rows), 1))]) * _NUMBERS_COUNT, dtype=np.float32)


def fit(
    features: sparse.csr_matrix, values: NDArray[np.int64], weights: Matrix, *, strength: float, steps: int, start: Matrix
) -> Matrix:
    """Weights (two columns) that minimise ``strength`` times the weighted log loss plus half their squared length.

    ``start`` are logits (two columns) of each text to which those of the weights are added.
    """
    count = features.shape[1]
    transposed = features.T.tocsr()
    told = np.eye(3)[values]

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        now = flat.reshape(count, 2)
        chances = softmax(classes(features @ now.astype(np.float32) + start))
        each = -np.log(np.maximum(chances[np.arange(len(values)), values], 1e-12))
        slope = ((chances - told) * weights[:, None]) @ _TOWARDS
        gradient = strength * (transposed @ slope.astype(np.float32)) + now * _PENALTY
        return strength * float(weights @ each) + float((now**2 * _PENALTY).sum()) / 2, gradient.ravel().astype(np.float64)

    done = minimize(loss, np.zeros(count * 2), jac=True, method="L-BFGS-B", options={"maxiter": steps, "ftol": 1e-7})
    return done.x.reshape(count, 2)


@dataclass(frozen=True, slots=True)
class Weights:
    """What one part of the model learnt."""

    prints: Fingerprints
    grams: Matrix
    numbers: Matrix
    bias: Matrix

    @classmethod
    def of(cls, prints: Fingerprints, scale: NDArray[np.float32], found: Matrix) -> Weights:
        """From the weights of scaled n-grams, of the numbers, and of a bias."""
        grams, rest = found[: len(prints)], found[len(prints) :] * _NUMBERS_COUNT
        return cls(prints, grams * scale[:, None], rest[: len(NUMBERS)], rest[len(NUMBERS)])

    def logits(self, rows: Rows) -> Matrix:
        """What they add for each text."""
        return rows.over(self.prints) @ self.grams + rows.numbers @ self.numbers + self.bias

    def strongest(self, most: int, often: NDArray[np.int64]) -> Weights:
        """The n-grams that matter most: by weight, and the root of how many texts have them."""
        worth = np.abs(self.grams).max(axis=1) * np.sqrt(often)
        kept = np.sort(np.argsort(-worth, kind="stable")[:most])
        return Weights(self.prints[kept], self.grams[kept], self.numbers, self.bias)


def temperature(logits: Matrix, values: NDArray[np.int64], weights: Matrix) -> float:
    """What logits are divided by, so that the probabilities are as likely as can be."""

    def loss(heat: float) -> float:
        chances = softmax(classes(logits) / heat)[np.arange(len(values)), values]
        return float(-(weights * np.log(np.maximum(chances, 1e-12))).sum())

    return float(minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded").x)


def macro_f1(values: NDArray[np.int64], told: NDArray[np.int64]) -> float:
    """F1 averaged over the values, in percent."""
    scores = []
    for value in range(3):
        right = ((values == value) & (told == value)).sum()
        scores.append(2 * right / max(1, (values == value).sum() + (told == value).sum()))
    return 100 * float(np.mean(scores))


def macro_recall(values: NDArray[np.int64], told: NDArray[np.int64]) -> float:
    """Recall averaged over the values, in percent."""
    return 100 * float(np.mean([(told[values == value] == value).mean() for value in range(3)]))


def calibration_error(chances: Matrix, values: NDArray[np.int64]) -> float:
    """Expected calibration error over ten bins of equal width (Naeini et al., "Bayesian Binning into Quantiles", 2015)."""
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == values
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [abs(right[bins == one].mean() - sure[bins == one].mean()) * (bins == one).mean() for one in set(bins.tolist())]
    return float(sum(gaps))
