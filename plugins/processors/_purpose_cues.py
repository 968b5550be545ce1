"""Cues: phrases that speak for a kind of message, in the files ``_purpose_<language>.json``.

How they are written is told in :mod:`._purpose_phrases`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ._purpose_phrases import Phrases

TIERS = ("strong", "plain", "weak", "against")
"""How much a cue says; what is against counts below zero."""


@dataclass(frozen=True, eq=False)
class Cue:
    """One phrase, and what it speaks for."""

    written: str
    """As it stands in its file."""
    kind: str
    """The kind of message."""
    tier: str
    """One of :data:`TIERS`."""


@dataclass(frozen=True)
class Pack:
    """The cues of one language."""

    negators: frozenset[str]
    """Words that deny what follows them closely."""
    negators_after: frozenset[str]
    """Words that deny what they follow closely."""
    denying: frozenset[Cue]
    """The cues that have such words themselves."""
    phrases: Phrases[Cue]
    """All cues."""


EVERYWHERE = "any"
"""The pack of what reads the same in every language."""
LANGUAGES = frozenset({"en", "es", "ro", "el", "fr", "de", EVERYWHERE})
"""What there are files of."""


def pack(language: str) -> Pack | None:
    """The cues of a language (ISO 639-1) with those of every language; ``None`` where there are none of its own."""
    return _load(language) if language in LANGUAGES else None


@cache
def _load(language: str) -> Pack:
    own = read(language)
    negators = frozenset(own["negators"])
    after = frozenset(own["negators_after"])
    all_cues = [*cues(own), *(cues(read(EVERYWHERE)) if language != EVERYWHERE else ())]
    phrases = Phrases[Cue]()
    for cue in all_cues:
        phrases.add(cue.written, cue)
    return Pack(
        negators,
        after,
        frozenset(cue for cue in all_cues if not (negators | after).isdisjoint(_written_words(cue.written))),
        phrases,
    )


def _written_words(written: str) -> set[str]:
    return set(re.split(r"[ /?'-]+", written)) | set(re.split(r"[ /?]+", written.replace("'", "")))


def read(language: str) -> dict[str, Any]:
    """The file of one language."""
    return json.loads(Path(__file__).with_name(f"_purpose_{language}.json").read_text("utf-8"))


def cues(file: Mapping[str, Any]) -> Iterable[Cue]:
    """All cues of a file."""
    for kind, tiers in file["cues"].items():
        for tier, phrases in tiers.items():
            for written in phrases:
                yield Cue(written, kind, tier)
