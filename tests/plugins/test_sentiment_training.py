"""Tools read texts as the model does: weights that are fitted on what they read mean the same to it."""

import runpy
from pathlib import Path

import numpy as np

from hubbub.plugins.processors._sentiment_model import FILE, Model, unpacked

TOOL = Path(__file__).parents[2] / "tools" / "sentiment_rows.py"


def test_features_times_the_weights_of_the_wheel_are_what_the_model_says() -> None:
    texts = ["Gracias por nada, no funciona.", "¡Me encanta! 😍", "", "Acme 🙄 #acme no no no"]
    model = Model.load()
    rows = runpy.run_path(str(TOOL))["rows_of"](texts, np.zeros(len(texts), np.int64), "es", model.lexicons)
    logits = np.zeros((len(texts), 2))
    with np.load(FILE, allow_pickle=False) as arrays:
        for part in ("shared", "es"):
            prints, grams = unpacked(arrays[f"{part}.prints"]), arrays[f"{part}.grams"] * arrays[f"{part}.step"]
            known = np.isin(rows.prints, prints)
            places = np.searchsorted(prints, rows.prints[known])
            np.add.at(logits, rows.row[known], rows.counts[known, None] * grams[places])
            logits += rows.numbers @ arrays[f"{part}.numbers"] + arrays[f"{part}.bias"]
    np.testing.assert_allclose(logits, model.score(texts, ["es"] * len(texts)).logits, atol=1e-4)
