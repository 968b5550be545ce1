"""The head over e5 embeddings, and how much it says beside the small model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.optimize import minimize
from sentiment_data import LANGUAGES, WITH_VALIDATION, corpus
from sentiment_fitting import Matrix, balanced, fit

from hubbub.plugins.processors._sentiment_model import Model, classes, softmax

STRENGTH = 30.0
STEPS = 300
_SIZE = 3.0
"""What embeddings, whose length is 1, are multiplied by: the size in which regularisation sees their weights."""


def embeddings(folder: Path, name: str, split: str) -> tuple[Matrix, NDArray[np.int64]]:
    """Vectors that ``embed_sentiment.py`` made, and of which texts they are."""
    with np.load(folder / f"{name}.{split}.npz") as kept:
        return kept["vectors"].astype(np.float64), kept["texts"]


def head(data: Path, folder: Path, model: Model) -> dict[str, NDArray]:
    """Weights over embeddings, fitted on the training splits; shares of both models, on the validation splits."""
    found, values, weights = [], [], []
    for name in LANGUAGES:
        vectors, texts = embeddings(folder, name, "train")
        told = corpus(data, name, "train").values[texts]
        found.append(np.hstack([vectors * _SIZE, np.ones((len(vectors), 1))]))
        values.append(told)
        weights.append(balanced(told))
    features = sparse.csr_matrix(np.vstack(found), dtype=np.float32)
    start = np.zeros((features.shape[0], 2))
    fitted = fit(features, np.concatenate(values), np.concatenate(weights), strength=STRENGTH, steps=STEPS, start=start)
    shown = {
        "e5.weights": (fitted[:-1] * _SIZE).astype(np.float16),
        "e5.bias": fitted[-1].astype(np.float32),
    }
    return {**shown, "e5.shares": _shares(data, folder, model, shown).astype(np.float32)}


def _shares(data: Path, folder: Path, model: Model, arrays: dict[str, NDArray]) -> Matrix:
    """What the logits of the small model and of the head are multiplied by, so that their sum is as likely as can be."""
    rows = []
    for name in WITH_VALIDATION:
        one = corpus(data, name, "val")
        langs = [one.lang] * len(one.texts)
        small = model.calibrated(model.score(one.texts, langs).logits, langs)
        large = embeddings(folder, name, "val")[0] @ arrays["e5.weights"].astype(np.float64) + arrays["e5.bias"]
        rows.append((small, large, one.values))

    def loss(shares: Matrix) -> float:
        each = (
            softmax(classes(shares[0] * small + shares[1] * large))[np.arange(len(told)), told] for small, large, told in rows
        )
        return float(sum(-np.log(np.maximum(chances, 1e-12)).mean() for chances in each))

    return minimize(loss, np.array([0.5, 0.5]), method="Nelder-Mead").x
