"""The hashtags and links of a mention: told when they are asked for, since every mention has them written in it.

Kept as labels they would nearly double what it costs to save a mention, and a search finds both without: ``#tag`` and the words
of an address are words of the index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .documents import host
from .text import signed_tokens
from .values import Mention, Span

EntityKind = Literal["hashtag", "link"]

_ADDRESS = re.compile(r"https?://[^\s<>\"'。、，！？；：（）「」『』【】《》\u200b]+", re.IGNORECASE)
_TRAILING = ".,;:!?)]}…"
_READ = 20_000
"""Code points of a title and of a text that are read."""
MOST = 30
"""Entities of one kind that a mention has at most: more are a list, and not what it is about."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entity:
    """A thing that a mention names, wherever it does."""

    kind: EntityKind
    value: str
    """As it is written first: a hashtag with its sign, a link as its host."""
    spans: tuple[Span, ...]


def entities(mention: Mention) -> tuple[Entity, ...]:
    """Hashtags, then links by the site that they lead to; each once, in the order in which they come."""
    found: dict[tuple[EntityKind, str], tuple[str, list[Span]]] = {}
    for part in ("title", "text"):
        text = (mention.title if part == "title" else mention.text)[:_READ]
        stretches: list[tuple[EntityKind, str, str, int, int]] = [
            ("hashtag", token.text, text[token.start : token.end], token.start, token.end)
            for token in signed_tokens(text)
            if token.sign == "#"
        ]
        for match in _ADDRESS.finditer(text) if "://" in text else ():
            address = match[0].rstrip(_TRAILING)
            site = host(address).removeprefix("www.")
            if site:
                stretches.append(("link", site, site, match.start(), match.start() + len(address)))
        for kind, key, written, start, end in stretches:
            found.setdefault((kind, key), (written, []))[1].append(Span(field=part, start=start, end=end))
    told = [Entity(kind=kind, value=written, spans=tuple(spans[:MOST])) for (kind, _), (written, spans) in found.items()]
    return (*_some(told, "hashtag"), *_some(told, "link"))


def _some(told: Iterable[Entity], kind: EntityKind) -> list[Entity]:
    return [entity for entity in told if entity.kind == kind][:MOST]
