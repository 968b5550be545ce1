"""Phrases, and where they stand in a folded text: all at once, in one walk over its words.

A phrase is words with spaces between, folded as texts are (no accents, lower case):

- ``a/b`` one of these; ``word*`` what begins so (four letters at least); ``word?`` may be left out, with all its alternatives;
- ``don't`` with an apostrophe, a hyphen, a space or nothing there; ``..`` up to three words of any kind; ``N`` a number;
- ``^`` first: a clause begins here; ``$`` last: a clause ends here.

No phrase reaches over the end of a clause. Phrases that begin alike share their beginning in a tree, so that the number of
phrases costs little; what a phrase may try at one place is bounded by its length, so that no text can make one slow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

from ._purpose_folding import ASKED, CLAUSE, GAPS, SEMICOLON

STEM = 4
"""Letters at least that stand before an asterisk; phrases with one are looked up by these."""

T = TypeVar("T")

_GAPS = re.compile(f"([{re.escape(GAPS)}]+)")
_JOINTS = " ,"
"""What may stand between two words of a phrase."""
_BLANKS = tuple(f"{gap} " for gap in GAPS)
_CLAUSE_ENDS = (CLAUSE, ASKED, SEMICOLON)
_NUMBER = re.compile(r"[$€£+]?\d")
_UNITS = "%€$£"
_WILD = re.compile("['-]")
_WORD = re.compile(r"'?[^\W_]+(?:['-][^\W_]+)*")
_FAR = 3
"""Words that ``..`` stands for at most."""


class BadPhrase(ValueError):
    """A phrase that does not follow the grammar."""


class _Way(NamedTuple, Generic[T]):
    """From one node to the next by one spelling of one alternative."""

    to: _Node[T]
    order: int
    """Of alternatives that fit the first one counts."""
    stem: str = ""
    """How the last word of the spelling begins, where that is all that is asked of it."""
    more: tuple[str, ...] = ()
    """Words after the first, each after a single blank: what stands for an apostrophe."""
    blank: bool = False
    """Whether the phrase begins with an apostrophe, which may be a blank."""
    number: bool = False
    """Whether it is a number, which may have a unit."""


@dataclass(slots=True, eq=False)
class _Node(Generic[T]):
    """What may follow the same first parts of phrases."""

    words: dict[str, list[_Way[T]]] = field(default_factory=dict)
    """The ways on by the word that they begin with."""
    stems: dict[str, list[_Way[T]]] = field(default_factory=dict)
    """By the beginning of that word."""
    numbers: list[_Way[T]] = field(default_factory=list)
    skips: list[_Node[T]] = field(default_factory=list)
    """What follows where a part is left out."""
    far: _Node[T] | None = None
    """What follows up to three words of any kind."""
    ends: list[T] = field(default_factory=list)
    """What ends here."""
    clause_ends: list[T] = field(default_factory=list)
    """What ends here if the clause does."""
    parts: dict[str, _Node[T]] = field(default_factory=dict)
    """What follows each part as it is written."""
    plain: bool = True
    """Whether a look into :attr:`words` tells all that follows."""

    def after(self, part: str, *, first: bool) -> _Node[T]:
        """The node after this one by a part of a phrase."""
        node = self.parts.get(part)
        if node is None:
            node = self.parts[part] = _Node()
            if part == "..":
                self.far = node
            else:
                for order, word in enumerate(part.removesuffix("?").split("/")):
                    self._add(word, node, order, first)
                if part.endswith("?"):
                    self.skips.append(node)
            self.plain = not (self.stems or self.numbers or self.skips or self.far)
        return node

    def _add(self, word: str, to: _Node[T], order: int, first: bool) -> None:
        if word == "N":
            self.numbers.append(_Way(to, order, number=True))
            return
        bare = word.removesuffix("*")
        if bare != word and len(_WILD.sub("", bare)) < STEM:
            raise BadPhrase(f"{word!r} is too short to begin a word")
        if not _WORD.fullmatch(bare):
            raise BadPhrase(f"{word!r} is not a word")
        begun, *pieces = _WILD.split(bare.removeprefix("'"))
        spellings: list[tuple[str, ...]] = [(begun,)]
        for piece in pieces:
            spellings = [found for one in spellings for found in ((*one, piece), (*one[:-1], one[-1] + piece))]
        for begin, *more in spellings:
            stem = [begin, *more][-1] if bare != word else ""
            way = _Way(to, order, stem, tuple(more), first and bare.startswith("'"))
            if stem and not more:
                self.stems.setdefault(begin[:STEM], []).append(way)
            else:
                self.words.setdefault(begin, []).append(way)


def _order(way: _Way[T]) -> int:
    return way.order


class _Step(NamedTuple, Generic[T]):
    """What one word leads to from several nodes."""

    ends: list[T]
    clause_ends: list[T]
    others: list[_Way[T]]
    """Ways that must be tried one by one."""
    to: _Merged[T] | None
    """What follows the others."""


class _Merged(Generic[T]):
    """Several nodes as one, so that a word is looked up once: common words begin many phrases, and few go on as a text does.

    Steps are worked out where a text first takes them.
    """

    __slots__ = ("known", "nodes", "stems", "steps")

    def __init__(self, nodes: Sequence[_Node[T]]) -> None:
        self.nodes = nodes
        """What it stands for."""
        self.steps: dict[str, _Step[T]] = {}
        """Those worked out so far: :meth:`step` makes one."""
        self.known = frozenset[str]().union(*(node.words for node in nodes))
        """The words that lead on."""
        self.stems = frozenset[str]().union(*(node.stems for node in nodes))
        """Beginnings of further words that do, for which each node must be asked."""

    def step(self, word: str) -> _Step[T]:
        """What one of the words :attr:`known` leads to, for :attr:`steps`."""
        found: _Step[T] = _Step([], [], [], None)
        nodes: list[_Node[T]] = []
        ways = [way for node in self.nodes for way in node.words.get(word, ())]
        for way in ways:
            to = way.to
            if way.more or way.blank or not to.plain or sum(other.to is to for other in ways) > 1:
                found.others.append(way)
                continue
            found.ends.extend(to.ends)
            found.clause_ends.extend(to.clause_ends)
            if to.parts:
                nodes.append(to)
        step = self.steps[word] = found._replace(to=_Merged(nodes) if nodes else None)
        return step


class Phrases(Generic[T]):
    """Phrases, and what each of them stands for."""

    def __init__(self) -> None:
        self._anywhere: _Node[T] = _Node()
        self._at_clauses: _Node[T] = _Node()
        self._merged = _Merged([self._anywhere]), _Merged([self._at_clauses])

    def add(self, written: str, value: T) -> None:
        """Keep a phrase; :class:`BadPhrase` says what is wrong with it."""
        parts = written.removeprefix("^ ").removesuffix(" $").split()
        if not parts or any(part == ".." or part.endswith("?") for part in (parts[0], parts[-1])):
            raise BadPhrase(f"{written!r} begins or ends with what may be left out")
        if all(part == ".." or part.endswith("?") or "N" in part.split("/") for part in parts):
            raise BadPhrase(f"{written!r} has no word that must be there")
        begins = written.startswith("^ ")
        node = self._at_clauses if begins else self._anywhere
        for number, part in enumerate(parts):
            node = node.after(part, first=not (number or begins))
        (node.clause_ends if written.endswith(" $") else node.ends).append(value)
        self._merged = _Merged([self._anywhere]), _Merged([self._at_clauses])

    def find(self, text: str) -> list[tuple[T, int, int]]:
        """What stands in a folded text, and from where to where: of each phrase the first place."""
        pieces = _GAPS.split(text)
        words, ends = pieces[2:-1:2], list(accumulate(map(len, pieces)))
        numbers = frozenset(filter(_NUMBER.match, words)) if _NUMBER.search(text) else frozenset[str]()
        reading: _Reading[T] = _Reading(words, pieces[1::2], ends, numbers)
        anywhere, at_clauses = self._merged
        known, stems = anywhere.known, anywhere.stems
        for place, word in enumerate(words):
            if word in known or word[:STEM] in stems or word in numbers:
                reading.begin(anywhere, place, ends[2 * place + 1])
        for place, gap in enumerate(pieces[1:-2:2]):
            if gap != " " and gap.strip(" "):
                reading.begin(at_clauses, place, ends[2 * place + 1])
        return [(value, *stretch) for value, stretch in reading.found.items()]


class _Reading(Generic[T]):
    """A text, and what has been found in it."""

    def __init__(self, words: Sequence[str], gaps: Sequence[str], ends: Sequence[int], numbers: frozenset[str]) -> None:
        self.words = words
        self.gaps = gaps
        """What stands before each word, and after the last."""
        self.joined = [gap == " " or not gap.strip(_JOINTS) for gap in gaps[1:]]
        """Whether the next word is of the same clause, for each word."""
        self.found: dict[T, tuple[int, int]] = {}
        self._ends = ends
        """Where the beginning of the text, and each gap and each word after it, end."""
        self._numbers = numbers
        """The words that are numbers."""

    def begin(self, merged: _Merged[T], place: int, start: int) -> None:
        """Look for the phrases that begin with the word at a place, at the character ``start``."""
        word = self.words[place]
        if word[:STEM] in merged.stems or word in self._numbers:
            for node in merged.nodes:
                self.walk(node, place, start)
            return
        while word in merged.known:
            ends, clause_ends, others, to = merged.steps.get(word) or merged.step(word)
            if ends:
                self._take(ends, start, place)
            if clause_ends and self.gaps[place + 1].lstrip(" ").startswith(_CLAUSE_ENDS):
                self._take(clause_ends, start, place)
            if others:
                self.follow(others, place, start)
            if to is None or not self.joined[place]:
                return
            merged, place = to, place + 1
            word = self.words[place]

    def walk(self, node: _Node[T], place: int, start: int) -> None:
        """Go on from a node by the word at a place, in a phrase that begins at the character ``start``.

        Greedily, so that of all ways in which a phrase fits the first one found is what it means.
        """
        word = self.words[place]
        ways: Sequence[_Way[T]] = node.words.get(word, ())
        if not node.plain:
            ways = self._ways(node, word, ways)
        if ways:
            self.follow(ways, place, start)
        for skipped in node.skips:
            if word in skipped.words or not skipped.plain:
                self.walk(skipped, place, start)
        if node.far:
            far = place
            while far < place + _FAR and self.joined[far]:
                far += 1
            for there in range(far, place - 1, -1):
                if self.words[there] in node.far.words or not node.far.plain:
                    self.walk(node.far, there, start)

    def follow(self, ways: Sequence[_Way[T]], place: int, start: int) -> None:
        """Take those of these ways that begin with the word at a place."""
        for to, _, stem, more, blank, number in ways:
            last = place
            if more or number:
                last = self._last(place, stem, more, number)
                if last is None:
                    continue
            begin = start - 1 if blank and self.gaps[place].endswith(_BLANKS) else start
            if to.ends:
                self._take(to.ends, begin, last)
            if to.clause_ends and self.gaps[last + 1].lstrip(" ").startswith(_CLAUSE_ENDS):
                self._take(to.clause_ends, begin, last)
            # Most ways end here: a look at the next word spares the walk.
            if to.parts and self.joined[last] and (not to.plain or self.words[last + 1] in to.words):
                self.walk(to, last + 1, begin)

    def _ways(self, node: _Node[T], word: str, ways: Sequence[_Way[T]]) -> Sequence[_Way[T]]:
        """The ways on by a word, with those that ask for no certain one."""
        more = [way for way in node.stems.get(word[:STEM], ()) if word.startswith(way.stem)] if node.stems else []
        if word in self._numbers:
            more += node.numbers
        if not (ways and more):
            return ways or more
        return sorted([*ways, *more], key=_order)

    def _last(self, place: int, stem: str, more: Sequence[str], number: bool) -> int | None:
        """The place of the last word of a way that begins at this place; ``None`` where it does not stand there."""
        last = place
        for piece in more:
            last += 1
            if self.gaps[last] != " ":
                return None
            word = self.words[last]
            if word != piece and not (stem and last == place + len(more) and word.startswith(piece)):
                return None
        if number and self.gaps[last + 1] == " " and (unit := self.words[last + 1])[0] in _UNITS:
            return last + 1 if len(unit) == 1 else None
        return last

    def _take(self, values: Sequence[T], start: int, last: int) -> None:
        stretch = start, self._ends[2 * last + 2]
        for value in values:
            self.found.setdefault(value, stretch)
