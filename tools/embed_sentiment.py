"""Makes the embeddings that the head for ``hubbub[e5]`` is trained on, once: it takes hours. ``pip install -e .[train,e5]``.

::

    python tools/embed_sentiment.py --data DATA --to EMBEDDINGS

A file ``NAME.SPLIT.npz`` has ``vectors`` (float16), and ``texts``, the places of what was embedded: of TweetEval a part, as
many of each value. Files that are there already are left as they are.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sentiment_data import LANGUAGES, WITH_VALIDATION, Corpus, corpus

from hubbub.plugins.processors._sentiment_e5 import embedder, prepared

OF_EACH = 2000
"""Texts of each value of TweetEval."""
SEED = 5


def chosen(name: str, split: str, one: Corpus) -> NDArray[np.int64]:
    """Which texts are embedded."""
    if (name, split) != ("tweeteval", "train"):
        return np.arange(len(one.texts))
    dice = np.random.default_rng(SEED)
    each = [dice.choice(np.flatnonzero(one.values == value), OF_EACH, replace=False) for value in range(3)]
    return dice.permutation(np.concatenate(each))


def main() -> None:
    """Embed all corpora."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled posts")
    parser.add_argument("--to", type=Path, required=True, help="folder for the embeddings")
    told = parser.parse_args()
    embed = embedder()
    splits = [(name, "train") for name in LANGUAGES] + [(name, "val") for name in WITH_VALIDATION]
    for name, split in splits:
        path = told.to / f"{name}.{split}.npz"
        if not path.exists():
            one = corpus(told.data, name, split)
            texts = chosen(name, split, one)
            vectors = np.stack([embed(prepared(one.texts[place])) for place in texts]).astype(np.float16)
            np.savez(path, vectors=vectors, texts=texts)
            print(path, len(texts), flush=True)


if __name__ == "__main__":
    main()
