"""Phrase books: what can be said in one language, and how a post is put together from it.

The books are the files ``phrases_<language>.json``. ``posts`` holds a title and a text for each kind of post. ``{slots}``
in them are filled from ``slots``, whose words are written so that they fit, inflection and all, wherever the slot stands.
A sentence of ``openers`` may come before a text and one of ``closers`` after it; ``edits`` is what people add later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from .posts import Kind, Writer

LANGUAGES = ("en", "es", "ro", "el", "fr", "de")

Sentences = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrasebook:
    """All that can be said in one language."""

    lang: str
    writers: tuple[Writer, ...]
    slots: Sentences
    openers: Sentences
    closers: Sentences
    edits: Sentences
    pictures: Mapping[str, str]
    """Text alternatives, by name of the picture."""
    posts: Mapping[Kind, tuple[tuple[str, str], ...]]
    """Titles and texts."""


def data_file(name: str) -> Any:
    """What a JSON file beside this module holds."""
    return json.loads((Path(__file__).parent / name).read_text("utf-8"))


@cache
def phrasebook(lang: str) -> Phrasebook:
    """Read the book of a language."""
    data = data_file(f"phrases_{lang}.json")
    sentences = {name: {key: tuple(value) for key, value in data[name].items()} for name in _SENTENCES}
    return Phrasebook(
        lang=data["lang"],
        writers=tuple(Writer(handle, name) for handle, name in data["writers"]),
        pictures=data["pictures"],
        posts={Kind(kind): tuple((title, text) for title, text in pairs) for kind, pairs in data["posts"].items()},
        **sentences,
    )


_SENTENCES = ("slots", "openers", "closers", "edits")


class Speaker:
    """Says things in one language; nothing is said a second time before everything of its kind has been said once."""

    def __init__(self, book: Phrasebook, rng: Random) -> None:
        self.book = book
        self._rng = rng
        self._unsaid: dict[Kind, list[tuple[str, str]]] = {}
        self._round: dict[Kind, int] = {}

    def say(self, kind: Kind, *, chatty: bool) -> tuple[str, str]:
        """A title and a text; ``chatty`` ones may have an opening or a closing sentence."""
        if not self._unsaid.get(kind):
            self._unsaid[kind] = self._rng.sample(self.book.posts[kind], len(self.book.posts[kind]))
            self._round[kind] = self._round.get(kind, 0) + 1
        title, text = self._unsaid[kind].pop()
        words = {slot: self._rng.choice(choices) for slot, choices in self.book.slots.items()}
        title, text = title.format_map(words), text.format_map(words)
        if chatty:
            # What is said again gets other company, so that two people never say exactly the same.
            often = 0.35 if self._round[kind] == 1 else 0.75
            text = f"{self._maybe(self.book.openers, kind, often)} {text} {self._maybe(self.book.closers, kind, often)}".strip()
        return title, text

    def writer(self) -> Writer:
        """Somebody who writes in this language."""
        return self._rng.choice(self.book.writers)

    def afterthought(self, kind: Kind) -> str:
        """What the writer adds to a post of this kind later; empty where nobody would."""
        return self._rng.choice(self.book.edits.get(kind.value, ("",)))

    def _maybe(self, sentences: Sentences, kind: Kind, often: float) -> str:
        choices = sentences.get(kind.value)
        return self._rng.choice(choices) if choices and self._rng.random() < often else ""
