"""Whoosh's query grammar, set up for our fields and for texts whose shape has been checked.

Only the tree of syntax is used: :mod:`hubbub.core.parsing` reads it. Imported when a query needs it, since Whoosh takes a
tenth of a second to import.
"""

from __future__ import annotations

import re
from typing import Any

from whoosh.qparser import QueryParser, plugins, syntax

GroupNode, NotGroup, OrGroup, AndGroup = syntax.GroupNode, syntax.NotGroup, syntax.OrGroup, syntax.AndGroup
WordNode, RangeNode = syntax.WordNode, syntax.RangeNode
PhraseNode = plugins.PhrasePlugin.PhraseNode
FuzzyTermNode = plugins.FuzzyTermPlugin.FuzzyTermNode
EveryNode = plugins.EveryPlugin.EveryNode

# Whoosh tries its expressions at every character; these look-behinds bind them to where a piece of a query can begin.
_CLAUSE = r"(?<![^\s(])"
_OPERATOR = r"(?<![^\s()])"
_ALONE = r"(?![^\s()])"


class _Fuzzy(plugins.FuzzyTermPlugin):
    expr = re.compile(r"(?<=\S)~(?P<maxdist>[12])(?P<prefix>(?!))?(?=\s|$|[)])")


class _Comparison(plugins.GtLtPlugin):
    expr = r"(?<=:)(?P<rel>(<=|>=|=<|=>|<|>))"


class _Every(plugins.EveryPlugin):
    expr = rf"{_CLAUSE}[*](?:[:][*])?(?=\s|$|[)])"


_OFF: Any = None
"""For operators that Whoosh has and we have not; its own annotations forget that ``None`` is allowed."""

_RANGE = re.compile(
    r"""(?<=:)(?P<open>[\[{])\s*
    (?:(?P<start>"[^"]*"|[^\s\[\]{}"][^\[\]{}"]*?)\s+)??
    [Tt][Oo]
    (?:\s+(?P<end>"[^"]*"|[^\s\[\]{}"][^\[\]{}"]*?))?
    \s*(?P<close>[\]}])""",
    re.VERBOSE,
)


def _parser() -> QueryParser:
    operators = plugins.OperatorsPlugin(
        And=rf"{_OPERATOR}AND{_ALONE}",
        Or=rf"{_OPERATOR}OR{_ALONE}",
        Not=rf"{_OPERATOR}NOT{_ALONE}",
        AndNot=_OFF,
        AndMaybe=_OFF,
        Require=_OFF,
    )
    return QueryParser(
        "text",
        schema=None,
        group=syntax.AndGroup,
        plugins=[
            plugins.FieldsPlugin(rf"{_CLAUSE}(?P<text>\w+):", remove_unknown=False),
            plugins.PhrasePlugin(r'"(?P<text>[^"]*)"(~(?P<slop>[0-9]+))?'),
            plugins.RangePlugin(_RANGE),
            _Comparison(),
            _Fuzzy(),
            _Every(),
            plugins.GroupPlugin(),
            operators,
        ],
    )


def syntax_tree(text: str) -> Any:
    """The tree of a text whose shape has been checked: groups with their nodes, and leaves with field, text and place."""
    return _parser().process(text)
