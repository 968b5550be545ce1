"""Prints how well the sentiment model tells the validation data: the table of ``docs/sentiment.md``.

::

    python tools/evaluate_sentiment.py --data DATA

Greek has no validation split: it is told by parts that were fitted without the fold that they tell. Uncertain texts are counted
twice: with the likeliest value, as a measure of the model, and left out, as a measure of what a reader sees.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
from sentiment_data import WITH_VALIDATION, Corpus, corpus, with_service_posts
from sentiment_fitting import Matrix, calibration_error, macro_f1, macro_recall
from sentiment_head import embeddings
from sentiment_parts import held_out
from sentiment_rows import rows_of

from hubbub.plugins.processors._sentiment_e5 import E5Head, prepared
from hubbub.plugins.processors._sentiment_model import FILE, Model, classes, softmax

HEAD = "| language | texts | macro F1 | macro recall | accuracy | ECE uncalibrated | ECE | uncertain | macro F1 of the rest |"


def logits_of(name: str, one: Corpus, model: Model, without_own: Model) -> Matrix:
    """The model's logits; for Greek those of parts that have not seen the text."""
    langs = [one.lang] * len(one.texts)
    if name != "greek":
        return model.score(one.texts, langs).logits
    more = with_service_posts(one)
    rows = rows_of(more.texts, more.values, more.lang, model.lexicons)
    return held_out(rows, without_own.score(more.texts, [more.lang] * len(more.texts)).logits)[: len(one.texts)]


def line(name: str, one: Corpus, logits: Matrix, heat: float, sure: float) -> str:
    """A row of the table."""
    raw, chances = softmax(classes(logits)), softmax(classes(logits) / heat)
    told, certain = chances.argmax(axis=1), chances.max(axis=1) >= sure
    cells = (
        f"{name} ({one.lang})",
        str(len(one.values)),
        f"{macro_f1(one.values, told):.1f}",
        f"{macro_recall(one.values, told):.1f}",
        f"{100 * (told == one.values).mean():.1f}",
        f"{calibration_error(raw, one.values):.3f}",
        f"{calibration_error(chances, one.values):.3f}",
        f"{100 * (~certain).mean():.0f} %",
        f"{macro_f1(one.values[certain], told[certain]):.1f}",
    )
    return f"| {' | '.join(cells)} |"


def with_e5(data: Path, folder: Path, model: Model) -> None:
    """Print the table of the model beside the same with the embeddings of ``embed_sentiment.py``."""
    print("\n| language | macro F1 | with e5 | macro recall | with e5 | ECE with e5 |", "|---|--:|--:|--:|--:|--:|", sep="\n")
    for name in WITH_VALIDATION:
        one = corpus(data, name, "val")
        langs = [one.lang] * len(one.texts)
        vectors = {prepared(text): vector for text, vector in zip(one.texts, embeddings(folder, name, "val")[0], strict=True)}
        small = model.calibrated(model.score(one.texts, langs).logits, langs)
        both = E5Head(model.e5, vectors.__getitem__).joined(small, one.texts, np.ones(len(small), np.bool_))
        chances = [softmax(classes(logits)) for logits in (small, both)]
        cells = [f"{measure(one.values, each.argmax(axis=1)):.1f}" for measure in (macro_f1, macro_recall) for each in chances]
        print(f"| {name} ({one.lang}) | {' | '.join(cells)} | {calibration_error(chances[1], one.values):.3f} |")


def main() -> None:
    """Print the table, and the throughput."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled posts")
    parser.add_argument("--model", type=Path, default=FILE, help="the model's file (default: the wheel's)")
    parser.add_argument("--e5", type=Path, help="folder of embeddings: also measure the model with them")
    told = parser.parse_args()
    model = Model.load(told.model)
    with np.load(told.model) as arrays:
        rest = dict(arrays)
    rest["about"] = np.frombuffer(json.dumps({**json.loads(bytes(rest["about"])), "own": []}).encode(), np.uint8)
    without_own = Model(rest)
    print(HEAD, "|---|" + "--:|" * (HEAD.count("|") - 2), sep="\n")
    every: list[tuple[Matrix, Corpus, float]] = []
    for name in (*WITH_VALIDATION, "greek"):
        one = corpus(told.data, name, "train" if name == "greek" else "val")
        logits, heat = logits_of(name, one, model, without_own), model.temperatures[one.lang]
        every.append((logits, one, heat))
        print(line(name, one, logits, heat, model.sure))
    chances = np.concatenate([softmax(classes(logits) / heat) for logits, _, heat in every])
    raw = np.concatenate([softmax(classes(logits)) for logits, _, _ in every])
    values = np.concatenate([one.values for _, one, _ in every])
    errors = calibration_error(raw, values), calibration_error(chances, values)
    print(f"\nall together: ECE {errors[0]:.3f} uncalibrated, {errors[1]:.3f} calibrated")
    if told.e5:
        with_e5(told.data, told.e5, model)
    texts = corpus(told.data, "tweeteval", "val").texts
    began = time.process_time()
    for begin in range(0, len(texts), 500):
        batch = texts[begin : begin + 500]
        model.score(batch, ["en"] * len(batch))
    print(f"throughput of the model alone: {len(texts) / (time.process_time() - began):,.0f} texts a second of one core")


if __name__ == "__main__":
    main()
