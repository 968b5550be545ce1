"""Where a mention answers a query, and a short stretch of text around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias, TypeGuard

from .docwords import SIGNS
from .proximity import places, runs, within
from .query import Fuzzy, Inflected, Phrase, Prefix, Query, Term, Wildcard, WordNode, Written, positive_nodes, wildcard_pattern
from .scripts import is_cjk
from .stemming import language_of, stem
from .text import Token, recent_words, signed_tokens, stretches_of, tokens, written_tokens
from .values import Mention, Record, Span

_PARTS: tuple[Literal["title", "text"], ...] = ("title", "text")

_ELLIPSIS = "…"

_OneWord: TypeAlias = Term | Inflected | Prefix | Wildcard | Fuzzy


def highlights(query: Query, record: Record) -> tuple[Span, ...]:
    """The stretches of an archived mention's title and text that answer the query: see :func:`spans_in`."""
    return spans_in(query, record.mention, record.lang)


def spans_in(query: Query, mention: Mention, lang: str = "") -> tuple[Span, ...]:
    """The stretches of title and text that answer the query, in order and without overlap; title first.

    Only what the query asks *for* is marked, never what it excludes. Offsets are code points of the original strings.
    Inflected forms are those of ``lang``, else of the language that the platform states.
    """
    language = language_of(lang or mention.lang)
    asked = [node for node in positive_nodes(query.root) if isinstance(node, WordNode)]
    found: list[Span] = []
    for part in _PARTS:
        here = [node for node in asked if node.field in ("text", part)]
        text = mention.title if part == "title" else mention.text
        if here and text:
            found += [Span(field=part, start=start, end=end) for start, end in _merged(_answers(text, here, language))]
    return tuple(found)


def _answers(text: str, asked: Sequence[WordNode], language: str) -> Iterator[tuple[int, int]]:
    """Every stretch of a text that answers any of these."""
    yield from stretches_of(text, _plain_answers(text, asked, language))
    asked = [node for node in asked if not _is_plain(node)]
    if not asked:
        return
    bare = tokens(text)
    at = places([token.text for token in bare])
    for node in dict.fromkeys(asked):
        if isinstance(node, Phrase):
            for run in runs(node.words, node.slop, at):
                stretch = [bare[place] for place in run]
                # With words between, each of the phrase's own is marked; without, the phrase is.
                yield from (
                    ((token.start, token.end) for token in stretch) if node.slop else ((stretch[0].start, stretch[-1].end),)
                )
        elif isinstance(node, Written):
            yield from ((token.start, token.end) for token in written_tokens(text) if token.text == node.text)
        elif node.text.startswith(SIGNS):
            yield from ((token.start, token.end) for token in signed_tokens(text) if _is_answer(node, token.text, language))
        else:
            for word in at:
                if _is_answer(node, word, language):
                    yield from (_stretch(node, bare[place]) for place in at[word])


def _is_plain(node: WordNode) -> TypeGuard[Term | Inflected]:
    return isinstance(node, (Term, Inflected)) and not node.text.startswith(SIGNS)


def _plain_answers(text: str, asked: Iterable[WordNode], language: str) -> frozenset[str]:
    """The words of a text that answer nodes of one plain word: they are told before it is known where they stand."""
    plain = [node for node in asked if _is_plain(node)]
    stems = {stem(language, node.text) for node in plain if isinstance(node, Inflected)}
    inflected = {word for word in set(recent_words(text)) if stem(language, word) in stems} if stems else set[str]()
    return frozenset(inflected | {node.text for node in plain})


def _is_answer(node: _OneWord, word: str, language: str) -> bool:
    match node:
        case Inflected(_, text):
            return word == text or stem(language, word) == stem(language, text)
        case Wildcard(_, text):
            return wildcard_pattern(text).fullmatch(word) is not None
        case Term(_, text):
            return word == text
        case Prefix(_, text):
            return word.startswith(text)
        case Fuzzy(_, text, distance):
            return within(text, word, distance)


def _stretch(node: _OneWord, token: Token) -> tuple[int, int]:
    """The place of a token; of a pair of characters found by its first, that one only."""
    if isinstance(node, Prefix) and len(node.text) == 1 and is_cjk(node.text) and token.end == token.start + 2:
        return token.start, token.start + 1
    return token.start, token.end


def _merged(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same places in order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def snippet(text: str, spans: Sequence[tuple[int, int]], width: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A stretch of at most ``width`` code points around the first of these places, cut between words.

    Gives one line, with ``…`` where something was left out, and the places within it; those cut off are left out.
    """
    line = "".join(" " if char.isspace() else char for char in text)
    if len(line) <= width:
        return line, tuple(spans)
    start, end = _window(line, spans[0] if spans else (0, 0), width - 2 * len(_ELLIPSIS))
    before = _ELLIPSIS if start else ""
    after = _ELLIPSIS if end < len(line) else ""
    shift = len(before) - start
    inside = ((max(a, start), min(b, end)) for a, b in spans)
    return f"{before}{line[start:end]}{after}"[: max(width, 0)], tuple((a + shift, b + shift) for a, b in inside if a < b)


def _window(line: str, place: tuple[int, int], width: int) -> tuple[int, int]:
    """Where to cut: a third of the width before the place, the rest for it and what follows."""
    width = max(width, 1)
    start = max(0, min(place[0] - width // 3, len(line) - width))
    if start:
        border = line.find(" ", start, place[0])
        start = border + 1 if border >= 0 else min(start, place[0])
    end = min(len(line), start + width)
    if end < len(line) and line[end] != " ":
        border = line.rfind(" ", min(max(place[1], start + 1), end), end)
        end = border if border > start else end
    return start, end
