"""Discussions of GitHub, which only its GraphQL API has (docs.github.com: Using the GraphQL API for Discussions)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from ...core.errors import SourceGone
from ...core.fields import Fields, UnexpectedField, list_in, map_each
from ...core.values import JSON, Engagement, Mention, MentionKind
from ._github_mapping import PLATFORM, Items, author_of, plain_text, updated

_AUTHOR = (
    "author { __typename login url avatarUrl "
    "... on User { id databaseId } ... on Bot { databaseId } ... on Organization { databaseId } }"
)
_POST = f"id databaseId url body createdAt lastEditedAt updatedAt upvoteCount {_AUTHOR} reactions {{ totalCount }}"
_DISCUSSION = f"__typename {_POST} number title comments {{ totalCount }} repository {{ nameWithOwner }}"
_SEARCH = (
    "query($q: String!, $after: String) { search(query: $q, type: DISCUSSION, first: 50, after: $after) "
    f"{{ pageInfo {{ hasNextPage endCursor }} nodes {{ ... on Discussion {{ {_DISCUSSION} }} }} }} }}"
)
_NODES = (
    "query($ids: [ID!]!) { nodes(ids: $ids) "
    f"{{ ... on Discussion {{ {_DISCUSSION} }} ... on DiscussionComment {{ __typename {_POST} }} }} }}"
)
_THREAD = (
    "query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) "
    f"{{ discussion(number: $number) {{ {_DISCUSSION} all: comments(first: 100) {{ nodes {{ __typename {_POST} "
    f"replies(first: 100) {{ nodes {{ __typename {_POST} }} }} }} }} }} }} }}"
)


class Discussions:
    """Searches, refreshes and reads discussions."""

    def __init__(self, ask: Callable[[str, Mapping[str, JSON]], Fields], now: Callable[[], datetime]) -> None:
        """``ask`` sends a question with its variables and gives the ``data`` of the answer."""
        self._ask, self._now = ask, now

    def found(self, query: str) -> Callable[[datetime, str], Items]:
        """Reads the pages of a search: those that were updated from a time on, the oldest first."""

        def read(start: datetime, page: str) -> Items:
            q = f"{query} updated:>={start:%Y-%m-%dT%H:%M:%SZ} sort:updated-asc"
            found = self._ask(_SEARCH, {"q": q, "after": page or None}).inner("search")
            at = self._now()
            nodes = [node for node in list_in(found, "nodes") if node]
            mentions, failures = map_each(nodes, lambda node: map_talk(node, at, ""), name=lambda node: node["url"])
            more = found.text("pageInfo.endCursor") if found.flag("pageInfo.hasNextPage") else ""
            return mentions, failures, more, updated(nodes, "updatedAt")

        return read

    def refreshed(self, talks: Sequence[tuple[Mention, str]]) -> Iterator[tuple[str, Mention | None]]:
        """How discussions and comments in them, each with its node id, are now: one request for up to a hundred."""
        nodes = list_in(self._ask(_NODES, {"ids": [node for _, node in talks]}), "nodes")
        for (mention, _), node in zip(talks, nodes, strict=False):
            if node is None:
                yield mention.ref, None
                continue
            try:
                fresh = map_talk(Fields(node), self._now(), mention.thread, mention.parent)
            except UnexpectedField:
                continue
            yield mention.ref, fresh

    def whole(self, owner: str, name: str, number: int) -> list[Mention]:
        """A discussion with its comments and their replies, in one request. Raises ``SourceGone``."""
        answer = self._ask(_THREAD, {"owner": owner, "name": name, "number": number})
        if "repository.discussion" not in answer:
            raise SourceGone(f"There is no discussion {number} in {owner}/{name} any more.")
        discussion, at = answer.inner("repository.discussion"), self._now()
        first = map_talk(discussion, at, "")
        found = [first]
        for comment in discussion.each("all.nodes"):
            answered = map_talk(comment, at, first.ref)
            found.append(answered)
            found += [map_talk(reply, at, first.ref, answered.ref) for reply in comment.each("replies.nodes")]
        return found


def map_talk(node: Fields, at: datetime, thread: str, parent: str = "") -> Mention:
    """A discussion, or a comment in one (then with its ``thread``); a pure function."""
    comment = node.text("__typename") == "DiscussionComment"
    votes, reactions = node.count("upvoteCount"), node.count("reactions.totalCount")
    return Mention(
        platform=PLATFORM,
        key=f"{'discussioncomment' if comment else 'discussion'}/{node.need('databaseId')}",
        kind=MentionKind.COMMENT if comment else MentionKind.POST,
        url=node.text("url"),
        title=node.text("title"),
        text=plain_text(node.text("body")),
        author=author_of(node.inner("author")),
        published=node.time("createdAt"),
        edited=node.time("lastEditedAt"),
        thread=thread if comment else "",
        parent=(parent or thread) if comment else "",
        engagement=Engagement(at=at, score=votes, likes=reactions, replies=node.count("comments.totalCount")),
        raw={name: value for name, value in node.raw.items() if name not in ("all", "replies")},
    )
