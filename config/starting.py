"""The first settings of a workspace: a brand's name becomes a first query, and all of it a commented ``hubbub.toml``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import tomlkit

from ..core.controls import clean
from ..core.errors import ConfigError
from ..core.text import words
from ..core.values import Source, Topic
from .editing import source_table, topic_table, written
from .locations import FORMAT
from .workspace import HttpSettings

TOO_SHORT = 4
"""A joined name of fewer letters is an everyday word or an abbreviation more often than the brand: ``hm`` for H&M."""

_GRAMMAR = re.compile(r"""["“”„‟＂*?~^\\:()\[\]{}<>!|]""")
"""Signs that mean something in a query, even within quotes."""
_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])")


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstQuery:
    """A query for a name, and why each part of it is there."""

    text: str
    reasons: tuple[str, ...]


def first_query(name: str) -> FirstQuery:
    """A query that finds the ways in which people write a brand's, product's or person's name, or a ``#hashtag``.

    Case, accents and hyphens do not matter to a search, and a word is also found with ``#`` or ``@`` before it, so only the
    spellings that are left need words of their own. Every word is quoted: a name is seldom inflected, and what a stemmer takes
    for a form of it is often another word (``apple`` and ``apples``).

    Raises ``ConfigError`` for a name without letters and digits.
    """
    name = " ".join(clean(name, newlines=False).split())
    if not words(name):
        raise ConfigError(f"{name!r} has no letters or digits, so nobody could write it; give another name", key="topics.query")
    if re.fullmatch(r"#\w+", name):
        return FirstQuery(text=name.lower(), reasons=(f"{name.lower()} finds that hashtag only, not the plain word.",))
    pieces = re.findall(r"[^\W_]+", name.lower())
    spoken = _spoken(name)
    parts, reasons = [spoken], [_reason_for(spoken, pieces)]
    apart = _CAMEL.sub(" ", name).lower()
    if len(pieces) == 1 and apart != name.lower():
        parts.append(f'"{apart}"')
        reasons.append(f"{parts[-1]} finds it written apart.")
    joined = "".join(pieces)
    short = joined.isascii() and len(joined) < TOO_SHORT
    if len(pieces) > 1 and short:
        parts += [f"#{joined}", f"@{joined}"]
        reasons.append(f"#{joined} and @{joined} find its hashtag and handle; {joined} alone would find too much else.")
    elif len(pieces) > 1:
        parts.append(f'"{joined}"')
        reasons.append(f"{parts[-1]} finds it written together, as in #{joined} and @{joined}.")
    elif pieces and short:
        reasons.append(f"It is a short word with other meanings, maybe; narrow it down: {spoken} AND (shop OR phone)")
    return FirstQuery(text=" OR ".join(parts), reasons=tuple(reasons))


def settings_text(
    *,
    name: str,
    languages: Sequence[str],
    http: HttpSettings,
    topics: Sequence[tuple[Topic, Sequence[str]]],
    sources: Sequence[Source],
) -> str:
    """A whole ``hubbub.toml`` with comments; ``topics`` come with the reasons for their queries."""
    parts = [
        "# The settings of this workspace; docs/configuration.md explains every one.\n"
        "# 'hubbub doctor' checks them, and commands that change them keep your comments.\n",
        tomlkit.dumps({"format": FORMAT}),
        tomlkit.dumps({"workspace": {"name": name, "languages": list(languages)}}),
        "# Sites that are asked see this address, so that they can reach you.\n"
        + tomlkit.dumps({"http": {"contact": http.contact} | ({"allow_private": True} if http.allow_private else {})}),
        "# What you listen for. Try a query on what is archived with: hubbub topics test 'QUERY'\n"
        '# Leave out what is not meant with NOT: acme NOT "acme dynamite"\n',
        *(_commented(reasons) + written("topics", topic_table(topic)) for topic, reasons in topics),
        "# Where you listen. 'hubbub sources add ADDRESS' finds the feeds of a page.\n",
        *(written("sources", source_table(source)) for source in sources),
    ]
    if not sources:
        parts[-1] += _EXAMPLE_SOURCE
    return "\n".join(parts)


_EXAMPLE_SOURCE = """#
# [[sources]]
# id = "tech-press"
# plugin = "rss"
# url = "https://press.example/feed.xml"
# every = "15m"
# keep = "matches"     # or "all": keep what matches no topic, too
"""


def _spoken(name: str) -> str:
    """The name as it is read aloud, in quotes."""
    inside = " ".join(_GRAMMAR.sub(" ", name.lower()).split())
    return f'"{inside}"'


def _reason_for(spoken: str, pieces: Sequence[str]) -> str:
    if len(pieces) == 1:
        word = pieces[0]
        return f"{spoken} finds it in any case, with and without accents, and as #{word} and @{word}, but in no inflected form."
    return f"{spoken} finds these words in a row, with spaces, hyphens or other signs between them."


def _commented(lines: Sequence[str]) -> str:
    return "".join(f"# {line}\n" for line in lines)
