"""Cues: phrases that speak for a kind of message, in the files ``_purpose_<language>.json``.

A cue is words with spaces between, folded as texts are (no accents, lower case):

- ``a/b`` one of these; ``word*`` what begins so (four letters at least); ``word?`` may be left out, with all its alternatives;
- ``don't`` with an apostrophe, a hyphen, a space or nothing there; ``..`` up to three words of any kind; ``N`` a number;
- ``^`` first: a clause begins here; ``$`` last: a clause ends here.

No cue reaches over the end of a clause. Each is looked for only where its rarest word stands in the text, so that the number of
cues costs little, and with possessive quantifiers only, so that no text can make one slow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ._purpose_folding import GAPS

TIERS = ("strong", "plain", "weak", "against")
"""How much a cue says; what is against counts below zero."""
STEM = 4
"""Letters by which a cue that begins with ``word*`` is found."""

_GAP = f"[{re.escape(GAPS)}]"
_WORD = f"[^{re.escape(GAPS)}]"
_BETWEEN = "[ ,]++"
_BEGINS = "[|?;,] *+"
_ENDS = " *+(?=[|?;])"
_NUMBER = rf"[$€£+]?\d{_WORD}*+(?: [%€$£])?+"
_WILD = re.compile(r"['-]")


class BadCue(ValueError):
    """A cue that does not follow the grammar."""


@dataclass(frozen=True, eq=False)
class Cue:
    """One phrase, and what it speaks for."""

    written: str
    """As it stands in its file."""
    kind: str
    """The kind of message."""
    tier: str
    """One of :data:`TIERS`."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds it in a folded text; group 1 is what was found."""
        return re.compile(_compile(self.written))

    @cached_property
    def needs(self) -> tuple[frozenset[str], ...]:
        """For each of its words that must be there the spellings and beginnings (:func:`known`) one of which a text has."""
        return tuple(_anchors(part) for part in _parts(self.written) if _can_anchor(part))

    def anchors(self, common: frozenset[str] = frozenset()) -> frozenset[str]:
        """What it needs that is rarest, so not ``common``: one of these is known of every text in which the cue stands."""
        best = max(self.needs, key=lambda anchors: _rarity(anchors, common), default=None)
        if best is None:
            raise BadCue(f"the cue {self.written!r} has no word that must be there")
        return best


def known(words: Collection[str]) -> set[str]:
    """The words of a text, and what each begins with, marked by an asterisk."""
    return {*words, *[f"{word[:STEM]}*" for word in words]}


def _parts(written: str) -> list[str]:
    return [part for part in written.split() if part not in ("^", "$")]


def _can_anchor(part: str) -> bool:
    return not part.endswith("?") and part != ".." and "N" not in part.split("/")


def _anchors(part: str) -> frozenset[str]:
    found: set[str] = set()
    for word in part.split("/"):
        pieces = _WILD.split(word)
        for spelling in {pieces[0] or pieces[1], "".join(pieces)}:
            found.add(f"{spelling[:STEM]}*" if spelling.endswith("*") else spelling)
    return frozenset(found)


def _rarity(anchors: frozenset[str], common: frozenset[str]) -> float:
    """Higher where texts have these words less often, by the rule of thumb that longer words are rarer."""
    return -sum(3.0 ** -(1 if word in common else len(word.removesuffix("*"))) for word in anchors)


def _compile(written: str) -> str:
    parts = written.split()
    begins = _BEGINS if parts[0] == "^" else _GAP
    ends = _ENDS if parts[-1] == "$" else f"(?={_GAP})"
    pieces = _parts(written)
    if not pieces or any(pieces[i] == ".." or pieces[i].endswith("?") for i in (0, -1)):
        raise BadCue(f"the cue {written!r} begins or ends with what may be left out")
    body = ""
    for number, part in enumerate(pieces):
        last = number == len(pieces) - 1
        if part == "..":
            body += f"(?:{_WORD}++{_BETWEEN}){{0,3}}"
        elif part.endswith("?"):
            body += f"(?:{_words(part[:-1])}{_BETWEEN})?"
        else:
            body += _words(part) + ("" if last else _BETWEEN)
    return f"{begins}({body}){ends}"


def _words(part: str) -> str:
    return f"(?:{'|'.join(map(_word, part.split('/')))})(?={_GAP})"


def _word(word: str) -> str:
    if word == "N":
        return _NUMBER
    stem = word.removesuffix("*")
    if stem != word and len(stem) < STEM:
        raise BadCue(f"{word!r} is too short to begin a word")
    if not re.fullmatch(r"[^\W_]+(?:['-][^\W_]+)*", stem.removeprefix("'")):
        raise BadCue(f"{word!r} is not a word")
    return _WILD.sub(" ?", stem) + (f"{_WORD}*+" if stem != word else "")


@dataclass(frozen=True)
class Pack:
    """The cues of one language."""

    negators: frozenset[str]
    """Words that deny what follows them closely."""
    negators_after: frozenset[str]
    """Words that deny what they follow closely."""
    denying: frozenset[Cue]
    """The cues that have such words themselves."""
    by_anchor: Mapping[str, tuple[Cue, ...]]

    def candidates(self, words: Collection[str]) -> list[Cue]:
        """The cues that may stand in a text with these words."""
        there = known(words)
        found: set[Cue] = set()
        for anchor in self.by_anchor.keys() & there:
            found.update(self.by_anchor[anchor])
        return [cue for cue in found if not any(map(there.isdisjoint, cue.needs))]


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
    common = frozenset(own["common"])
    by_anchor: dict[str, list[Cue]] = {}
    for cue in all_cues:
        for anchor in cue.anchors(common):
            by_anchor.setdefault(anchor, []).append(cue)
    return Pack(
        negators,
        after,
        frozenset(cue for cue in all_cues if not (negators | after).isdisjoint(_written_words(cue.written))),
        {anchor: tuple(found) for anchor, found in by_anchor.items()},
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
