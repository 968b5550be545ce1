"""The only tokeniser: what a word is, for live matching, for every search engine and for highlighting.

- A word is a run of letters and digits with their combining marks, folded by :mod:`hubbub.core.folding`: ``Ștefan``,
  ``ŞTEFAN`` and ``stefan`` are one word. Everything else stands between words, so ``coca-cola`` is two.
- ``#tag`` and ``@handle`` are found twice: as the words in them, and whole with their sign by :func:`signed`.
- Of an http address only host and path are words.
- Chinese, Japanese and Korean runs become overlapping pairs of characters, and the last character once more by itself, so
  that every character of a run begins some token.
- An emoji is a token, whatever its skin tone.

Every function takes time in proportion to the text and accepts any string: empty, with null characters, with lone surrogates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from .controls import clean
from .folding import FOLDS, WORD_CAP, fold, with_accents
from .scripts import Patterns, is_cjk, patterns

__all__ = [
    "WORD_CAP",
    "Token",
    "clean",
    "fold",
    "query_words",
    "recent_words",
    "signed",
    "signed_tokens",
    "tokens",
    "words",
    "written",
    "written_tokens",
]

TOKENISER_VERSION = 1
"""Goes up whenever the same text gives other tokens: an index of another version is built again."""

_SIGNS = {"#": "#", "＃": "#", "@": "@", "＠": "@"}
_ASCII_WORD = re.compile("[0-9a-z]+")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
"""Translates ASCII to its words with spaces between, in a third of the time of a regular expression."""
_ASCII_ADDRESS = re.compile("[hH][tT][tT][pP][sS]?://([^?#\\s<>\"']*)(?:[?#][^\\s<>\"']*)?")
_PLAIN_ADDRESS = re.compile("https?://([0-9A-Za-z._~/-]*)")
"""An address that is host and path and nothing else."""
_SHORT, _LONG = 1024, 4096
# Code points. Of articles a batch is remembered; longer texts are rare, and their words would let strangers fill the memory.
_JOINTS = ".@-"
_JOINT = re.compile("([.@-])")
_ADDRESS_PART = re.compile("[^/]+")


class Token(NamedTuple):
    """A word and where it stands, in code points of the original text."""

    text: str
    """The folded word, without any sign."""
    start: int
    end: int
    sign: str = ""
    """``#`` or ``@`` where the word directly follows that sign."""


def words(text: str) -> list[str]:
    """The folded words of a text in their order."""
    if text.isascii() and ("://" not in text or "%" not in text):
        found = _ascii_words(text)
        if len(text) > WORD_CAP and max(map(len, found), default=0) > WORD_CAP:
            found = [word[:WORD_CAP] for word in found]
        return found
    pattern = patterns()
    found, at = [], 0
    for match in pattern.special.finditer(text):
        found += map(FOLDS.__getitem__, pattern.word.findall(text, at, match.start()))
        found += [word for word, _, _ in _special(match)]
        at = match.end()
    found += map(FOLDS.__getitem__, pattern.word.findall(text, at))
    return list(filter(None, found))


def recent_words(text: str) -> Sequence[str]:
    """The same. Those of all but the longest texts are remembered for as long as a batch is at hand: its topics, its
    near-copies and whatever else is told of a mention ask for the words of one text."""
    if len(text) <= _SHORT:
        return _recent(text)
    return _recent_long(text) if len(text) <= _LONG else words(text)


def _words_of(text: str) -> tuple[str, ...]:
    return tuple(words(text))


_recent = lru_cache(maxsize=2048)(_words_of)
_recent_long = lru_cache(maxsize=512)(_words_of)


def _ascii_words(text: str) -> list[str]:
    """The words of a text in ASCII, in which nothing is special but addresses without percent escapes."""
    if "://" not in text:
        return text.translate(_ASCII).split()
    if plain := _PLAIN_ADDRESS.fullmatch(text):
        return plain[1].translate(_ASCII).split()
    found, at = [], 0
    for match in _ASCII_ADDRESS.finditer(text):
        found += text[at : match.start()].translate(_ASCII).split()
        found += match[1].translate(_ASCII).split()
        at = match.end()
    return found + text[at:].translate(_ASCII).split()


def written(text: str) -> list[str]:
    """The words of a text with their accents kept, in lower case; of scripts without accents as :func:`words` has them."""
    return words(text) if text.isascii() else [token.text for token in written_tokens(text)]


def written_tokens(text: str) -> list[Token]:
    """The same with their places."""
    pattern = patterns()
    found: list[Token] = []
    at = 0
    for match in pattern.special.finditer(text):
        found += _with_accents(pattern, text, at, match.start())
        found += [Token(*word) for word in _special(match)]
        at = match.end()
    return found + _with_accents(pattern, text, at, len(text))


def _with_accents(pattern: Patterns, text: str, start: int, end: int) -> list[Token]:
    found = pattern.word.finditer(text, start, end)
    return [Token(word, match.start(), match.end()) for match in found if (word := with_accents(match.group()))]


def tokens(text: str) -> list[Token]:
    """The same words with their places."""
    if any(sign in text for sign in _SIGNS):
        return [Token(word, start, end, _sign_before(text, start)) for word, start, end in _scan(text)]
    return [Token(word, start, end) for word, start, end in _scan(text)]


def stretches_of(text: str, wanted: frozenset[str]) -> list[tuple[int, int]]:
    """Where any of these words stands in a text, in no order: as :func:`tokens` says, but every other word costs little."""
    wanted -= {""}
    if not text.isascii() or "://" in text or any(len(word) >= WORD_CAP for word in wanted):
        found, at = [], 0
        for match in patterns().special.finditer(text):
            found += _plain_stretches(text, at, match.start(), wanted)
            found += [(start, end) for word, start, end in _special(match) if word in wanted]
            at = match.end()
        return found + _plain_stretches(text, at, len(text), wanted)
    lowered, found = text.lower(), []
    for word in wanted:
        end = 0
        while (start := lowered.find(word, end)) >= 0:
            end = start + len(word)
            if not (lowered[start - 1 : start].isalnum() or lowered[end : end + 1].isalnum()):
                found.append((start, end))
    return found


def _plain_stretches(text: str, start: int, end: int, wanted: frozenset[str]) -> list[tuple[int, int]]:
    return [match.span() for match in patterns().word.finditer(text, start, end) if FOLDS[match[0]] in wanted]


def query_words(text: str) -> list[str]:
    """The words that a query asks for with a text: as :func:`words`, but where the text ends within a run of pairs, the
    run's lonely last character is left out, so that ``日本`` is found in ``日本語``."""
    if text.isascii():
        return words(text)
    found = list(_scan(text))
    if len(found) > 1:
        (_, start, end), (_, before, end_before) = found[-1], found[-2]
        if end == end_before and before < start and is_cjk(text[start]):
            found.pop()
    return [word for word, _, _ in found]


def signed(text: str) -> list[str]:
    """The ``#tags`` and ``@handles`` of a text, folded, with their sign.

    A handle of several parts counts with each beginning: ``@acme@social.example`` is also ``@acme`` and ``@acme@social``.
    """
    return [token.text for token in signed_tokens(text)]


def signed_tokens(text: str) -> list[Token]:
    """The same with their places; :attr:`Token.text` has the sign."""
    if "#" not in text and "@" not in text and (text.isascii() or not ("＃" in text or "＠" in text)):
        return []
    found: list[Token] = []
    for match in patterns().signed.finditer(text):
        if match.lastgroup is None:  # an address: what looks like a tag in it is an anchor
            continue
        start = match.start()
        sign = _SIGNS[text[start]]
        for end in _handle_ends(match) if sign == "@" else [match.end()]:
            body = _fold_name(text[start + 1 : end])
            if body:
                found.append(Token((sign + body)[:WORD_CAP], start, end, sign))
    return found


def _handle_ends(match: re.Match[str]) -> list[int]:
    """Where the beginnings of a handle end: before each of its separators, and at its end."""
    start = match.start() + 1
    body = match.group()[1:]
    return [*(start + i for i, char in enumerate(body) if char in _JOINTS), match.end()]


def _fold_name(name: str) -> str:
    """A tag's or handle's name folded, the signs between its parts kept."""
    return "".join(part if part in _JOINTS else FOLDS[part] for part in _JOINT.split(name))


def _sign_before(text: str, start: int) -> str:
    sign = _SIGNS.get(text[start - 1], "") if start else ""
    return "" if sign and start > 1 and (text[start - 2].isalnum() or text[start - 2] == "_") else sign


def _scan(text: str) -> Iterator[tuple[str, int, int]]:
    """Every word with its start and end."""
    if text.isascii() and "://" not in text:
        for match in _ASCII_WORD.finditer(text.lower()):
            yield match[0][:WORD_CAP], match.start(), match.end()
        return
    pattern = patterns()
    at = 0
    for match in pattern.special.finditer(text):
        yield from _plain(pattern, text, at, match.start())
        yield from _special(match)
        at = match.end()
    yield from _plain(pattern, text, at, len(text))


def _plain(pattern: Patterns, text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    for match in pattern.word.finditer(text, start, end):
        word = FOLDS[match.group()]
        if word:
            yield word, match.start(), match.end()


def _special(match: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    kind = match.lastgroup
    if kind == "cjk":
        yield from _pairs(match.group(), match.start())
    elif kind == "address":
        yield from _address(match.group("address"), match.start("address"))
    else:
        yield _fold_emoji(match.group()[:WORD_CAP]), match.start(), match.end()


@lru_cache(maxsize=2048)
def _fold_emoji(emoji: str) -> str:
    """An emoji without skin tone and variants; a lone skin tone is an emoji of its own."""
    return patterns().emoji_extras.sub("", emoji) or emoji[0]


def _pairs(run: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Overlapping pairs of a run's characters, then its last character by itself."""
    if patterns().plain_cjk.fullmatch(run):
        for i in range(len(run) - 1):
            yield run[i : i + 2], at + i, at + i + 2
        yield run[-1], at + len(run) - 1, at + len(run)
        return
    previous: tuple[str, int] | None = None
    end = at
    for cluster in patterns().cjk_character.finditer(run):
        folded = FOLDS[cluster.group()]
        start, end = at + cluster.start(), at + cluster.end()
        if not folded:
            continue
        if previous:
            yield previous[0] + folded, previous[1], end
        previous = folded, start
    if previous:
        yield previous[0], previous[1], end


def _address(address: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Words of an address's host and path. A part with percent escapes is read decoded and stands as one place."""
    for part in _ADDRESS_PART.finditer(address):
        if "%" in part.group():
            decoded = unquote(part.group()).replace("://", " ")
            for word, _, _ in _scan(decoded):
                yield word, at + part.start(), at + part.end()
        else:
            for word, start, end in _scan(part.group()):
                yield word, at + part.start() + start, at + part.start() + end
