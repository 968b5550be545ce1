"""What py3langid's model says of texts, a batch at a time, and only of the languages that are to be judged.

The library's own functions walk through one text after the other and rank all languages for each. Here all texts take their
steps together, in arrays. What stands in a text is added up in the order in which it stands there, as the library does, so
that the outcome is the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

_LEAST = 1e-26
"""Stands for a share too small for the model's numbers."""


class Statistics:
    """py3langid's model; loading it takes half a second."""

    def __init__(self, usual: Iterable[str]) -> None:
        """Texts that are asked of no other languages than the ``usual`` ones cost least."""
        model = LanguageIdentifier.from_model_file(MODEL_FILE)
        self._next = np.frombuffer(model.tk_nextmove, f"u{model.tk_nextmove.itemsize}")
        self._rows = np.array(model.tk_row, np.int64) << 8
        self._features = np.array(model.tk_output, np.int64)
        wanted = frozenset(usual)
        self._usual = _Columns(model, [place for place, name in enumerate(model.nb_classes) if name in wanted], np.float32)
        self._all = _Columns(model, range(len(model.nb_classes)))

    def weights(self, texts: Sequence[str], languages: Sequence[frozenset[str]]) -> list[dict[str, float]]:
        """For each text the logarithms of the shares of those of its languages that the model knows."""
        found: list[dict[str, float]] = [{} for _ in texts]
        read = [_encoded(text) for text in texts]
        visits = self._visits(read)
        usual = [asked & self._all.known <= self._usual.known for asked in languages]
        for columns, mine in ((self._usual, True), (self._all, False)):
            places = [place for place, is_usual in enumerate(usual) if is_usual is mine]
            logs = columns.logs([visits[place] for place in places], [len(read[place]) for place in places])
            for place, row in zip(places, logs, strict=True):
                found[place] = {name: log for name, log in zip(columns.names, row, strict=True) if name in languages[place]}
        return found

    def _visits(self, read: Sequence[bytes]) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Of each text the features that it has, in the order in which they are met, and the logarithms of how often."""
        lengths = np.array(list(map(len, read)), np.int64)
        data = np.frombuffer(b"".join(read), np.uint8).astype(np.int64)
        longest_first = np.argsort(-lengths, kind="stable")
        begins = (np.cumsum(lengths) - lengths)[longest_first]
        states = np.zeros(len(data), np.int64)
        state = np.zeros(len(read), np.int64)
        for step in range(lengths.max(initial=0)):
            here = begins[: np.count_nonzero(lengths > step)] + step
            state = self._next[self._rows[state[: len(here)]] + data[here]]
            states[here] = state
        met = self._features[states]
        row = np.repeat(np.arange(len(read)), lengths)[met >= 0]
        met = met[met >= 0]
        # One number of text, feature and place: sorted, what a text has several times stands together, its first place first.
        which, place = np.divmod(np.sort((row * len(self._rows) + met) * len(met) + np.arange(len(met))), max(1, len(met)))
        first = np.flatnonzero(np.diff(which, prepend=-1))
        times = np.zeros(len(met), np.float32)
        times[place[first]] = np.diff(first, append=len(met))
        first = np.flatnonzero(times)
        met, logs = met[first], np.log1p(times[first])
        ends = np.searchsorted(row[first], np.arange(len(read)), side="right").tolist()
        return [(met[start:end], logs[start:end]) for start, end in zip([0, *ends], ends, strict=False)]


class _Columns:
    """The part of the model that tells some languages from each other."""

    def __init__(self, model: LanguageIdentifier, columns: Sequence[int], kind: type[np.floating] | None = None) -> None:
        """With ``kind`` its numbers are kept as such, which takes more memory and less time."""
        told = [model.nb_classes[column] for column in columns]
        self.names = list(dict.fromkeys(told))
        self.known = frozenset(self.names)
        self._first = [told.index(name) for name in self.names]
        self._more = [(told.index(name), column) for column, name in enumerate(told) if told.index(name) != column]
        """Columns of languages that have several, each with the first one of its language."""
        whole = len(told) == len(model.nb_classes)
        self._features = model.nb_ptc if whole else np.ascontiguousarray(model.nb_ptc[:, columns], kind)
        self._bias = model.nb_pc[columns]

    def logs(
        self, visits: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]], lengths: Sequence[int]
    ) -> list[list[float]]:
        """The logarithms of the share of each of :attr:`names` in each text, of which these many bytes were read."""
        scores = np.zeros((len(visits), len(self._bias)), np.float32)
        for row, (features, weights) in enumerate(visits):
            if len(features):
                scores[row] = weights @ self._features[features] + self._bias
        # py3langid divides by the root of the length, so that long texts are not judged too surely.
        scores *= (1 / np.sqrt(np.maximum(1, lengths))).astype(np.float32)[:, None]
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        for first, column in self._more:
            shares[:, first] += shares[:, column]
        shares = shares[:, self._first].astype(np.float64)
        return np.log(np.where(shares, shares, _LEAST)).tolist()


def _encoded(text: str) -> bytes:
    """A text as the model was trained to read it."""
    text = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
    return text.encode("utf-8", "surrogatepass")
