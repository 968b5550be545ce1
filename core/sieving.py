"""A cheap test of raw JSON before it is parsed: whether any topic could match a post that is made of it.

Most of a firehose is about something else. The words of a message are taken apart as bytes, without JSON and without Unicode
wherever that makes no difference, and compared with the words without which no topic can match
(:mod:`hubbub.core.anchors`). What might hide a word from that (escapes other than those of line ends and quotes, percent
escapes in addresses, control characters) lets the message through. The test may err in one direction only: what it lets fall
matches no topic.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from .anchors import anchors
from .folding import WORD_CAP
from .parsing import parse
from .query import wildcard_pattern
from .stemming import has_stem
from .text import clean, words
from .values import Mention, Topic

_LETTERS = bytes(
    byte if chr(byte).isalnum() and byte < 128 and not chr(byte).isupper() else ord(chr(byte).lower()) if 65 <= byte < 91
    else byte if byte >= 128 else 32
    for byte in range(256)
)  # fmt: skip
"""Translates UTF-8 to its words with spaces between: ASCII in lower case, all other characters as they are."""

_HARMLESS = re.compile(rb'\\(?:["/\\nrtf]|u00(?:3[cCeE]|26|27|22))')
"""Escapes of characters that stand between words wherever they stand."""
_WILD = re.compile("[*?]")
_CONTROLS = re.compile("[\x80-\x9f]")
_KNOWN = 1 << 18
"""Words whose inflection is remembered: most posts are made of few words."""
_LONGEST_ENDING = 40
"""No stemmer takes more letters off a word."""


class Sieve:
    """The words of some topics."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._runs: set[tuple[str, ...]] = set()
        shapes: list[str] = []
        stems: defaultdict[str, set[str]] = defaultdict(set)
        self.lets_all_through = False
        """Whether some topic can match without any particular word: then nothing may fall."""
        for topic in topics:
            found = anchors(parse(topic.query).root, shapes=True)
            if found is None or any(len(word) >= WORD_CAP for run in found for word in run):
                self.lets_all_through = True
            for run in found or ():
                if len(run) == 1 and ":" in run[0]:
                    language, _, stem = run[0].partition(":")
                    stems[language].add(stem)
                elif len(run) == 1 and _WILD.search(run[0]):
                    shapes.append(wildcard_pattern(run[0]).pattern)
                else:
                    self._runs.add(run)
        # A run needs all its words: the longest is the rarest, mostly.
        wanted = {max(run, key=len) for run in self._runs if run}
        self.lets_all_through = self.lets_all_through or () in self._runs
        self._wanted = frozenset(word.encode("utf-8", "surrogatepass") for word in wanted if word.isascii())
        self._words = frozenset(wanted)
        self._stems = [(language, frozenset(found)) for language, found in stems.items()]
        every = set().union(*stems.values())
        self._longest = max(map(len, every), default=0) + _LONGEST_ENDING
        self._with_digits = any(map(str.isdecimal, "".join(every)))
        self._shape = re.compile("|".join(shapes), re.DOTALL) if shapes else None
        self._letters_only = self._shape is None and not self._with_digits
        """Whether no word of ASCII that has digits is looked for, but those of :attr:`_wanted`."""
        self._other: set[bytes] = set()
        """Words as they stand that are none of ours, in any inflection."""

    def passes(self, message: bytes) -> bool:
        """Whether a post that is made of the strings of this JSON could match."""
        if self.lets_all_through:
            return True
        if b"\\" in message:
            message = _HARMLESS.sub(b" ", message)
            if b"\\" in message:
                return True
        if b"\x7f" in message:
            return True
        said = message.translate(_LETTERS)
        found = set(said.split())
        if b"://" in message:
            if b"%" in message:
                return True
            if said.count(b"http") != said.count(b" http"):
                # The scheme of an address ends the word before it, which stands without a space where somebody forgot it.
                found.update(said.replace(b"http", b" ").split())
        if not self._wanted.isdisjoint(found):
            return True
        found -= self._other
        if self._letters_only:  # most of what is left are ids and times
            found = {word for word in found if word.isalpha() or not word.isascii()}
        return any(map(self._is_ours, found))

    def takes(self, mention: Mention) -> bool:
        """Whether this mention could match, in whatever language it turns out to be: its runs of words stand in it."""
        if self.lets_all_through:
            return True
        for text in (mention.title, mention.text):
            said = words(clean(text))
            there = set(said)
            if any(map(self._fits, there)):
                return True
            if any(there.issuperset(run) and _stands_in(run, said) for run in self._runs):
                return True
        return False

    def _is_ours(self, word: bytes) -> bool:
        """Whether a word of bytes, which may be several with signs of other scripts between, is one that is looked for."""
        if word.isascii():
            text = word.decode()
            if not word.isalpha():
                # Ids and times have digits, and each is another: they are not remembered.
                return self._has_shape(text) or (self._with_digits and self._has_stem(text))
            ours = self._has_shape(text) or self._has_stem(text)
        else:
            text = word.decode("utf-8", "replace")
            if _CONTROLS.search(text):
                return True
            parts = words(clean(text))
            ours = any(part in self._words or self._fits(part) for part in parts)
        if not ours:
            if len(self._other) >= _KNOWN:
                self._other.clear()
            if len(word) <= 64:
                self._other.add(word)
        return ours

    def _fits(self, word: str) -> bool:
        """Whether a folded word has a shape or a stem that is looked for."""
        return self._has_shape(word) or (
            (self._with_digits or not any(map(str.isdecimal, word))) and self._has_stem(word)  # no ending has digits
        )

    def _has_shape(self, word: str) -> bool:
        # Of words that are too long only the beginning is compared.
        return self._shape is not None and (len(word) >= WORD_CAP or self._shape.fullmatch(word) is not None)

    def _has_stem(self, word: str) -> bool:
        return bool(self._stems) and len(word) <= self._longest and has_stem(word, self._stems)


def _stands_in(run: Sequence[str], said: Sequence[str]) -> bool:
    count = len(run)
    return any(tuple(said[at : at + count]) == tuple(run) for at in range(len(said) - count + 1))
