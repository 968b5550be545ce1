"""How many follow the authors: only GitHub's GraphQL API tells it of many people at once (docs.github.com: objects/User)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from ...core.contracts import Context
from ...core.errors import SourceError
from ...core.fields import Fields, UnexpectedField
from ...core.values import JSON, Mention
from ._author_counts import AuthorCounts
from ._raw import mapping_of, text_of

A_RUN = 100
"""Authors that are asked for in a run; so many fit into one request, which is one point of 5,000 an hour."""
_QUERY = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { databaseId followers(first: 1) { totalCount } } } }"


class Followers:
    """The followers of authors: asked for together, and remembered between runs. Posts matter more: no error leaves here."""

    def __init__(self, ask: Callable[[str, Mapping[str, JSON]], Fields], context: Context, *, most: int = A_RUN) -> None:
        """``ask`` sends a question with its variables and gives the ``data`` of the answer; ``most``: see :data:`A_RUN`."""
        self._ask, self._context, self._left = ask, context, most
        self._counts = AuthorCounts(context, "followers.json")
        self._met: set[str] = set()
        """Who was asked for: some of them are not told."""

    def told(self, mentions: Sequence[Mention], *, ask: bool = True) -> tuple[Mention, ...]:
        """The same mentions, with the followers of their authors where they are known, or may be asked for."""
        known = self._counts.known()
        people = {mention.author.key: _node(mention) for mention in mentions if mention.author and not mention.author.bot}
        unknown = (node for key, node in people.items() if node and key not in known and node not in self._met)
        wanted = list(islice(unknown, self._left if ask else 0))
        if wanted:
            known = self._counts.learn(self._asked(wanted))
        return tuple(_with_followers(mention, known) for mention in mentions)

    def _asked(self, nodes: Sequence[str]) -> dict[str, int]:
        self._left -= len(nodes)
        self._met.update(nodes)
        try:
            answer = self._ask(_QUERY, {"ids": list(nodes)})
            # Those who are gone stand as null, and who is no user as an empty object.
            users = [Fields(node) for node in answer.values("nodes") if isinstance(node, Mapping)]
            told = {user.text("databaseId"): user.count("followers.totalCount") for user in users}
        except (SourceError, UnexpectedField) as error:
            self._left = 0  # for this run
            self._context.log.info("followers are left out: %s", error)
            return {}
        return {key: count for key, count in told.items() if key and count is not None}


def _node(mention: Mention) -> str:
    """The author's id in the GraphQL API, as either API tells it."""
    raw: Any = mapping_of(mention.raw)
    return text_of(mapping_of(raw.get("user")).get("node_id")) or text_of(mapping_of(raw.get("author")).get("id"))


def _with_followers(mention: Mention, known: Mapping[str, tuple[int, datetime]]) -> Mention:
    """The mention with its author's followers as they were when they were asked for; a pure function."""
    if mention.author is None or mention.author.key not in known:
        return mention
    count, at = known[mention.author.key]
    return replace(mention, author=replace(mention.author, followers=count, at=at))
