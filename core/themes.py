"""Themes: the words and phrases that rose in a window of time against what was usual before.

How much a term rose is told by two numbers, as corpus linguistics tells keywords: the log-likelihood ratio G² says how sure it
is that the difference is no chance (Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence", 1993; in the
form of Rayson and Garside, "Comparing Corpora using Frequency Profiling", 2000), and the log ratio says how great it is
(Hardie, "Log Ratio: an informal introduction", 2014).

What is counted are mentions, not words, so that one long text is one voice; near-copies are one mention. Each language is
compared with itself, so that more Greek than usual makes no theme of every Greek word.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .documents import host
from .functionwords import FUNCTION_WORDS
from .text import Token, tokens
from .values import Record

LONGEST = 3
"""Words of the longest phrase."""
FEWEST = 3
"""Mentions below which nothing is a theme."""
AUTHORS = 2
"""Different people who must have said it: what one repeats is no theme."""
SURE = 6.63
"""G² from which on a rise is no chance: with one degree of freedom, one time in a hundred."""
TWICE = 1.0
"""Log ratio (to base 2) from which on a rise is worth telling: twice as often as usual."""
COMMON, FEW = 0.25, 40
"""A word in so great a share of a language's usual mentions, where there are so many, is one of its small words."""
PART = 0.7
"""Of a word's mentions so many must have the phrase around it for the phrase to stand for both."""
EXAMPLES = 5
"""Mentions that are kept of each term, the first that were added."""
_READ = 4000
"""Code points of a mention that are read."""
_TERMS = 150_000
"""Terms that are kept at a time; of more, those met once are let go (lossy counting: Manku and Motwani, 2002)."""

_ADDRESSES = re.compile(r"https?://\S+|www\.\S+|[@＠][\w.@-]+", re.IGNORECASE)
_WITHIN = re.compile(r"[\s'’\-#＃\"“”«»]*")
"""What stands between the words of one phrase."""

Term = tuple[str, ...]
"""Folded words in their order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Theme:
    """A word or phrase that rose."""

    words: Term
    """Folded, as searches compare them."""
    mentions: int
    """Mentions in the window that have it."""
    usual: int
    """Mentions of the baseline that have it."""
    expected: float
    """Mentions that the window would have if it were said as often as in the baseline."""
    score: float
    """G²: how sure the rise is."""
    log_ratio: float
    """How great it is, to base 2: 1 is twice as often, 2 four times."""
    languages: Mapping[str, int]
    """Mentions in the window by language, the most first."""
    examples: tuple[str, ...]
    """Refs of mentions in the window that have it."""


@dataclass(slots=True)
class _Count:
    """What is known of one term in one language of the window."""

    mentions: int = 0
    authors: tuple[str, ...] = ()
    """Different ones, never more than are needed."""
    examples: tuple[str, ...] = ()


class Tally:
    """Counts the window's mentions, then the baseline's, and tells the themes. What is said only once is not kept for ever."""

    def __init__(self) -> None:
        self._window: dict[tuple[str, Term], _Count] = {}
        self._room = _TERMS
        self._usual: Counter[tuple[str, Term]] = Counter()
        self._sizes: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self._met: tuple[set[str], set[str]] = (set(), set())

    @property
    def sizes(self) -> tuple[int, int]:
        """Mentions counted in the window and in the baseline, near-copies as one."""
        return self._sizes[0].total(), self._sizes[1].total()

    def add(self, records: Iterable[Record]) -> None:
        """Count mentions of the window."""
        for record in self._first_of_kind(records, 0):
            who, lang = _author_of(record), record.lang
            for term in terms(record):
                count = self._window.get((lang, term))
                if count is None:
                    count = self._window[lang, term] = _Count()
                count.mentions += 1
                if len(count.authors) < AUTHORS and who not in count.authors:
                    count.authors += (who,)
                if len(count.examples) < EXAMPLES:
                    count.examples += (record.ref,)
            if len(self._window) > self._room:
                self._window = {key: count for key, count in self._window.items() if count.mentions > 1}
                self._room = max(_TERMS, 2 * len(self._window))  # so that looking through them all stays rare

    def add_usual(self, records: Iterable[Record]) -> None:
        """Count mentions of the baseline; once all of the window are counted, since only their terms are looked at."""
        for record in self._first_of_kind(records, 1):
            lang = record.lang
            self._usual.update(key for term in terms(record) if (key := (lang, term)) in self._window)

    def themes(self, limit: int) -> list[Theme]:
        """The surest rises first, then by word; of a phrase and its words, what stands for both."""
        found: dict[Term, list[tuple[str, _Count]]] = {}
        for (lang, term), count in self._window.items():
            if not self._is_common(lang, term):
                found.setdefault(term, []).append((lang, count))
        themes = [theme for term, counts in found.items() if (theme := self._theme(term, counts)) is not None]
        themes.sort(key=lambda theme: (-theme.score, theme.words))
        return _without_parts(themes)[:limit]

    def _first_of_kind(self, records: Iterable[Record], which: int) -> Iterable[Record]:
        met, sizes = self._met[which], self._sizes[which]
        for record in records:
            kind = record.copy_of or record.ref
            if kind not in met:
                met.add(kind)
                sizes[record.lang] += 1
                yield record

    def _is_common(self, lang: str, term: Term) -> bool:
        size = self._sizes[1][lang]
        return len(term) == 1 and size >= FEW and self._usual[lang, term] > COMMON * size

    def _theme(self, term: Term, counts: list[tuple[str, _Count]]) -> Theme | None:
        mentions = sum(count.mentions for _, count in counts)
        authors = {who for _, count in counts for who in count.authors}
        if mentions < FEWEST or len(authors) < AUTHORS:
            return None
        usual, expected, likely, score = 0, 0.0, 0.0, 0.0
        for lang, count in counts:
            before, sizes = self._usual[lang, term], (self._sizes[0][lang], self._sizes[1][lang])
            if not sizes[1]:
                continue  # where nothing was said in a language before, all is new and nothing rose
            rise = log_likelihood(count.mentions, sizes[0], before, sizes[1])
            score += rise if count.mentions / sizes[0] > before / sizes[1] else -rise
            usual += before
            expected += before * sizes[0] / sizes[1]
            # Half a mention stands for none, since a ratio to nothing is none (Hardie 2014).
            likely += max(before, 0.5) * sizes[0] / sizes[1]
        if score < SURE:
            return None
        ratio = math.log2(mentions / likely)
        if ratio < TWICE:
            return None
        counts = sorted(counts, key=lambda pair: (-pair[1].mentions, pair[0]))
        return Theme(
            words=term,
            mentions=mentions,
            usual=usual,
            expected=expected,
            score=score,
            log_ratio=ratio,
            languages={lang: count.mentions for lang, count in counts},
            examples=tuple(ref for _, count in counts for ref in count.examples)[:EXAMPLES],
        )


def log_likelihood(count: int, size: int, other: int, other_size: int) -> float:
    """G² of something that is ``count`` in ``size`` here and ``other`` in ``other_size`` there (Rayson and Garside 2000)."""
    share = (count + other) / (size + other_size)
    sides = ((count, size * share), (other, other_size * share))
    return 2.0 * sum(seen * math.log(seen / expected) for seen, expected in sides if seen)


def terms(record: Record) -> set[Term]:
    """The words of a mention and its phrases of two or three, without small words at their ends; folded."""
    small = FUNCTION_WORDS.get(record.lang, frozenset())
    found: set[Term] = set()
    for text in (record.mention.title, record.mention.text):
        for run in _runs(text[:_READ]):
            words = [token.text for token in run]
            for start, first in enumerate(words):
                if first in small or not _is_content(first):
                    continue
                for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
                    last = words[end - 1]
                    if last not in small and _is_content(last):
                        found.add(tuple(words[start:end]))
    return found


def written_form(words: Term, texts: Iterable[str]) -> str:
    """How a term is mostly written in these texts; its folded words where it stands in none of them."""
    forms: Counter[str] = Counter()
    for text in texts:
        for run in _runs(text[:_READ]):
            for start in range(len(run) - len(words) + 1):
                stretch = run[start : start + len(words)]
                if tuple(token.text for token in stretch) == words:
                    sign = "#" if len(words) == 1 and stretch[0].sign == "#" else ""
                    forms[sign + " ".join(_bare(text)[stretch[0].start : stretch[-1].end].split())] += 1
    # Of forms as frequent the first met: Counter keeps their order.
    return forms.most_common(1)[0][0] if forms else " ".join(words)


def _runs(text: str) -> list[list[Token]]:
    """The words of a text in stretches without anything between them but spaces and quotes."""
    bare = _bare(text)
    runs: list[list[Token]] = []
    end = -1
    for token in tokens(bare):
        if end < 0 or token.start < end or not _WITHIN.fullmatch(bare, end, token.start):
            runs.append([])
        runs[-1].append(token)
        end = token.end
    return runs


def _bare(text: str) -> str:
    """A text with addresses and handles blanked out, every other character in its place."""
    return _ADDRESSES.sub(lambda match: "\n" + "." * (len(match[0]) - 1), text)


def _is_content(word: str) -> bool:
    """Whether a word says something: no number, no single letter."""
    return not word.isdecimal() and (len(word) > 1 or not word.isalnum())


def _author_of(record: Record) -> str:
    """Who said it; where nobody is named, the site does."""
    author = record.mention.author
    if author is not None:
        return f"{author.platform}:{author.key}"
    return host(record.mention.url) or record.ref


def _without_parts(themes: list[Theme]) -> list[Theme]:
    """Leave out words whose phrase stands for them, and phrases that add to their words only what few said."""
    at = {theme.words: theme for theme in themes}
    left_out: set[Term] = set()
    for theme in themes:
        words = theme.words
        for length in range(1, len(words)):
            for start in range(len(words) - length + 1):
                part = at.get(words[start : start + length])
                if part is not None:
                    left_out.add(part.words if theme.mentions >= PART * part.mentions else words)
    return [theme for theme in themes if theme.words not in left_out]
