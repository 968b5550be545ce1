"""What a workspace's corrections add to the sentiment model: a small adapter, learnt with numpy alone.

It is a multinomial logistic regression on top of the model's own logits: weights for words, pairs of words and stretches of
five code points of the corrected texts' languages, for the numbers of the lexicons and for the logits themselves. All of them
are drawn towards nothing, so that little evidence changes little. Nothing in it is random: the same corrections give the same
adapter, in any order.

The file is an ``.npz`` without pickled objects: ``about`` (JSON: the format's number, the digest of the model that it was
learnt for), ``prints`` (sorted fingerprints, uint32), and in float32, of two columns, towards positive and towards neutral:
``grams``, ``numbers``, ``mixing`` and ``bias``.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ...core.values import Learnt
from ._sentiment_lexicon import NUMBERS, Floats
from ._sentiment_model import VALUES, Model, Scored, classes, listed, softmax
from ._sentiment_table import Fingerprints, Table
from ._sentiment_text import Ints

FORMAT = 1
LEAST = 12
"""Corrections from which on anything is learnt."""

_FOLDS = 5
_STRENGTH = 2.0
"""Inverse of the regularisation."""
_DENSE = 0.3
"""What numbers and logits count beside n-grams: little, since what they change, they change for all texts."""
_BEYOND_CHANCE = 1.645
"""Standard deviations of a sign test (McNemar's), one-sided, 5 %."""
_STEPS = 300
_LONG = 5
"""Length of the stretches of code points that are learnt beside words."""
_MOST_BYTES = 50_000_000
_TOWARDS = np.array([[-1.0, -0.5], [0.0, 1.0], [1.0, -0.5]])
"""What the two columns add to negative, neutral and positive."""


class DamagedAdapter(ValueError):
    """The file of an adapter cannot be used; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Correction:
    """How a text feels to a person."""

    text: str
    lang: str
    value: str


@dataclass(frozen=True)
class Adapter:
    """Weights on top of the model's."""

    model: str
    """Digest of the model that it was learnt for."""
    prints: Fingerprints
    grams: Floats
    numbers: Floats
    mixing: Floats
    bias: Floats

    @cached_property
    def digest(self) -> str:
        """Eight hexadecimal digits that differ with what was learnt."""
        whole = hashlib.sha256(self.model.encode())
        for array in (self.prints, self.grams, self.numbers, self.mixing, self.bias):
            whole.update(np.ascontiguousarray(array).tobytes())
        return whole.hexdigest()[:8]

    @cached_property
    def _table(self) -> Table:
        return Table(self.prints)

    def logits(self, scored: Scored) -> Floats:
        """The logits of the model with what was learnt."""
        row, prints, counts = _grams_of(scored)
        asked, places = self._table.find(prints)
        found = scored.logits + scored.logits @ self.mixing + scored.numbers @ self.numbers + self.bias
        for column in range(2):
            worth = counts[asked] * self.grams[places, column]
            found[:, column] += np.bincount(row[asked], worth, minlength=len(found))
        return found


def learn(
    corrections: Sequence[Correction], model: Model, *, left_out: int = 0, keep: bool = True
) -> tuple[Learnt, Adapter | None]:
    """An adapter where it tells corrections that it has not seen better than the model does; ``None`` where it is not kept.

    Each correction is held out once, in one of five parts. ``left_out`` counts those that were of no use before.
    """
    usable = sorted({one for one in corrections if one.value in VALUES}, key=lambda one: (one.text, one.lang, one.value))
    left_out += sum(one.value not in VALUES for one in corrections)
    examples = Counter(one.value for one in usable)
    counts = {value: examples[value] for value in VALUES if examples[value]}
    if len(usable) < LEAST or len(counts) < 2:
        need = f"at least {LEAST} corrections of two or more values are needed to learn, and there are {len(usable)}"
        why = f"{need} of {len(counts)}" if len(usable) >= LEAST else need
        return Learnt(examples=counts, left_out=left_out, kept=False, why=f"{why[0].upper()}{why[1:]}."), None
    rows = _Rows.of(usable, model)
    before, after = rows.logits, rows.logits.copy()
    fold = np.array([zlib.crc32(one.text.encode("utf-8", "surrogatepass")) % _FOLDS for one in usable])
    for held_out in set(fold.tolist()):
        rest, those = np.flatnonzero(fold != held_out), np.flatnonzero(fold == held_out)
        if len(rest):
            after[those] = _predicted(rows, _fitted(rows, rest), those)
    told = [classes(logits).argmax(axis=1) for logits in (before, after)]
    accuracy = tuple(float((one == rows.values).mean()) for one in told)
    macro_f1 = tuple(_macro_f1(rows.values, one) for one in told)
    right = [int((one == rows.values).sum()) for one in told]
    changed = int(((told[0] == rows.values) != (told[1] == rows.values)).sum())
    better = macro_f1[1] > macro_f1[0] and right[1] - right[0] > _BEYOND_CHANCE * math.sqrt(changed)
    measured = f"of {len(usable)} corrections, each held out once, {right[1]} are told right instead of {right[0]}"
    if not better:
        why = f"{measured}, which is no gain beyond chance."
    elif not keep:
        why = f"as asked; {measured}."
    else:
        why = f"{measured}."
    learnt = Learnt(
        examples=counts,
        left_out=left_out,
        accuracy=(accuracy[0], accuracy[1]),
        macro_f1=(macro_f1[0], macro_f1[1]),
        kept=better and keep,
        why=why,
    )
    return learnt, _adapter(rows, model) if better and keep else None


def save(adapter: Adapter, path: Path) -> None:
    """Write the file, whole or not at all."""
    about = json.dumps({"format": FORMAT, "model": adapter.model}).encode()
    buffer = BytesIO()
    np.savez_compressed(
        buffer,
        about=np.frombuffer(about, np.uint8),
        prints=adapter.prints,
        grams=adapter.grams,
        numbers=adapter.numbers,
        mixing=adapter.mixing,
        bias=adapter.bias,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(buffer.getvalue())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path: Path, model: str) -> Adapter:
    """Read the file; raises :class:`DamagedAdapter` where it cannot be used, or not with the model of this digest."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError(f"it is larger than {_MOST_BYTES // 1_000_000} MB")
        with np.load(path, allow_pickle=False) as arrays:
            names = ("about", "prints", "grams", "numbers", "mixing", "bias")
            return _checked({name: arrays[name] for name in names}, model)
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile, zlib.error) as error:
        raise DamagedAdapter(
            f"What the sentiment processor has learnt cannot be read from {path}, so it judges without: {error}. "
            "Learn again ('hubbub learn'), or delete the file."
        ) from error


def _checked(arrays: dict[str, NDArray], model: str) -> Adapter:
    about = json.loads(bytes(arrays["about"]))
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise ValueError(f"it has another format than {FORMAT}")
    if about.get("model") != model:
        raise ValueError("it was learnt for another version of the model")
    count = len(arrays["prints"])
    shapes = {"prints": (count,), "grams": (count, 2), "numbers": (len(NUMBERS), 2), "mixing": (2, 2), "bias": (2,)}
    for name, shape in shapes.items():
        wanted = np.uint32 if name == "prints" else np.float32
        if arrays[name].shape != shape or arrays[name].dtype != wanted or not np.isfinite(arrays[name]).all():
            raise ValueError(f"{name!r} is not what it should be")
    if (arrays["prints"][1:] <= arrays["prints"][:-1]).any():
        raise ValueError("'prints' is not in order")
    return Adapter(model, *(arrays[name] for name in shapes))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Corrected texts as features."""

    row: Ints
    column: Ints
    """Of each n-gram its place in :attr:`prints`."""
    counts: Floats
    prints: Fingerprints
    dense: Floats
    """Of each text the numbers of the lexicons, the logits of the model and a one."""
    logits: Floats
    values: Ints

    @classmethod
    def of(cls, corrections: Sequence[Correction], model: Model) -> _Rows:
        scored = model.score([one.text for one in corrections], [one.lang for one in corrections])
        row, prints, counts = _grams_of(scored)
        known, column = np.unique(prints, return_inverse=True)
        dense = np.hstack([scored.numbers, scored.logits, np.ones((len(corrections), 1), np.float32)]) * _DENSE
        values = np.array([VALUES.index(one.value) for one in corrections])
        return cls(row, column, counts, known, dense, scored.logits, values)


def _grams_of(scored: Scored) -> tuple[Ints, Fingerprints, Floats]:
    """Of each n-gram that is learnt its text, its fingerprint in that text's language, and what it counts."""
    row, prints = listed(scored.reading, scored.features, (_LONG,))
    lang = np.array([zlib.crc32(lang.encode()) for lang in scored.langs], np.uint32)
    share = 1 / np.sqrt(np.maximum(1, np.bincount(row, minlength=len(lang))))
    return row, prints ^ lang[row], share[row].astype(np.float32)


def _fitted(rows: _Rows, those: Ints) -> tuple[Floats, Floats]:
    """Weights of n-grams and of dense features for some of the texts, by Nesterov's accelerated gradient."""
    there = np.isin(rows.row, those)
    row, column, counts = rows.row[there], rows.column[there], rows.counts[there].astype(np.float64)
    dense, told = rows.dense[those], np.eye(len(VALUES))[rows.values]
    longest = np.bincount(row, counts**2, minlength=len(rows.values))[those] + (dense**2).sum(axis=1)
    step = 1 / (0.75 * len(those) * float(longest.max()) + 1 / _STRENGTH)
    grams, numbers = np.zeros((len(rows.prints), 2)), np.zeros((dense.shape[1], 2))
    last_grams, last_numbers = grams, numbers
    for number in range(_STEPS):
        push = number / (number + 3)
        ahead, ahead_numbers = grams + push * (grams - last_grams), numbers + push * (numbers - last_numbers)
        logits = _sums(row, counts, ahead[column], len(rows.values))
        logits[those] += rows.logits[those] + dense @ ahead_numbers
        slope = (softmax(classes(logits)) - told) @ _TOWARDS
        slope_grams = _sums(column, counts, slope[row], len(grams)) + ahead / _STRENGTH
        slope_numbers = dense.T @ slope[those] + ahead_numbers / _STRENGTH
        last_grams, last_numbers = grams, numbers
        grams, numbers = ahead - step * slope_grams, ahead_numbers - step * slope_numbers
    return grams, numbers


def _predicted(rows: _Rows, weights: tuple[Floats, Floats], those: Ints) -> Floats:
    grams, numbers = weights
    there = np.isin(rows.row, those)
    logits = _sums(rows.row[there], rows.counts[there], grams[rows.column[there]], len(rows.values))
    return logits[those] + rows.logits[those] + rows.dense[those] @ numbers


def _sums(where: Ints, counts: Floats, of: Floats, length: int) -> NDArray:
    return np.stack([np.bincount(where, counts * of[:, column], minlength=length) for column in range(2)], axis=1)


def _adapter(rows: _Rows, model: Model) -> Adapter:
    grams, numbers = (part.astype(np.float32) for part in _fitted(rows, np.arange(len(rows.values))))
    numbers, end = numbers * np.float32(_DENSE), len(NUMBERS)
    return Adapter(model.digest, rows.prints, grams, numbers[:end], numbers[end : end + 2], numbers[end + 2])


def _macro_f1(values: Ints, told: Ints) -> float:
    """F1 averaged over the values that occur."""
    scores = [
        2 * int(((values == value) & (told == value)).sum()) / int((values == value).sum() + (told == value).sum())
        for value in set(values.tolist())
    ]
    return float(np.mean(scores))
