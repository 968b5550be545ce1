"""Text with the words that answer a query marked, safe for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from ..core.text import clean
from ..core.values import Span

FAR = 60
"""Characters before a match from which a row begins closer to it."""
MATCH = "match"
"""The style name of a matched piece in a row."""

Part = tuple[str, str]
"""A piece of a line and the name of its style; empty for the plain one."""


def pieces(text: str, spans: Sequence[Span], field: str) -> Iterator[tuple[str, bool]]:
    """The text cut at the ends of the spans of that field: each piece, and whether it is matched."""
    at = 0
    for start, end in sorted((span.start, span.end) for span in spans if span.field == field):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def one_line(text: str, spans: Sequence[Span], field: str, limit: int, *, seek: bool = False) -> list[Part]:
    """The beginning of a text as parts of one line, white space folded; ``seek`` brings a first match far behind into view."""
    first = min((span.start for span in spans if span.field == field), default=0) if seek else 0
    begin = text.find(" ", first - 40, first) + 1 if first > FAR else 0
    if begin > 0:
        text, spans = text[begin:], [Span(field=s.field, start=s.start - begin, end=s.end - begin) for s in spans]
        spans = [span for span in spans if span.start >= 0]
    parts: list[Part] = [("…", "dim")] if begin > 0 else []
    space = False
    for piece, matched in pieces(text[:limit], spans, field):
        piece = clean(piece, newlines=False)
        folded = " ".join(piece.split())
        if not folded:
            space = space or bool(piece)
            continue
        lead = " " if (space or piece[0].isspace()) and parts else ""
        parts.append((lead + folded, MATCH if matched else "") if not matched else (folded, MATCH))
        if matched and lead:
            parts.insert(len(parts) - 1, (" ", ""))
        space = piece[-1].isspace()
    return parts


def marked(text: str, spans: Sequence[Span], field: str, limit: int) -> Content:
    """A whole text with its matches marked; what goes beyond ``limit`` characters is left out and said."""
    parts = [(clean(piece), ".reading--match" if matched else "") for piece, matched in pieces(text[:limit], spans, field)]
    if len(text) > limit:
        parts.append((f"\n… {len(text):,} characters in all; the first {limit:,} are shown.", ".reading--dim"))
    return Content.assemble(*parts)
