"""How a conversation is printed: as an indented tree, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.accounts import is_ours
from ..core.conversations import Conversation, Post
from ..core.serial import to_json
from ..core.values import Mention
from .output import plural, say, show_time
from .records import author_name

WIDEST = 20
"""Levels that are indented; deeper ones stand where these do."""
SHOWN = 200
"""Characters of a post that a line shows."""


def print_conversation(conversation: Conversation) -> None:
    """Print the tree: the mention that was asked about marked, and what is not archived."""
    posts = conversation.posts
    fresh = len(conversation.unarchived)
    if not conversation.asked or conversation.problem:
        title = "The conversation, as far as it is archived:"
    elif fresh:
        title = f"The conversation: {plural(len(posts), 'post')}, {fresh:,} of them (+) only on the platform:"
    else:
        title = f"The conversation: {plural(len(posts), 'post')}, all archived:"
    say(f"\n{title}")
    for post in posts:
        say(_line(post, here=post.ref == conversation.ref))


def conversation_json(conversation: Conversation) -> dict[str, Any]:
    """What ``--json`` prints of a conversation; posts in the order of the tree, with their depth."""
    return {
        "asked": conversation.asked,
        "problem": conversation.problem,
        "total": len(conversation.posts),
        "posts": [_to_dict(post) for post in conversation.posts],
    }


def _line(post: Post, *, here: bool) -> str:
    mark = "▸" if here else " " if post.record else "+"
    time = show_time(post.record.when if post.record else post.mention.published)
    notes = [
        "ours" if post.record and is_ours(post.record) else "",
        "deleted at the source" if post.record and post.record.deleted else "",
        "answers a post that is not here" if post.gap else "",
    ]
    told = ", ".join(filter(None, notes))
    words = " ".join(f"{post.mention.title} {post.mention.text}".split())[:SHOWN] or "(no words)"
    indent = "  " * min(post.depth, WIDEST)
    return f"{mark} {time}  {indent}{author_name(post.mention)}{f' ({told})' if told else ''}: {words}"


def _to_dict(post: Post) -> Mapping[str, Any]:
    mention: Mention = post.mention
    return {
        "ref": post.ref,
        "depth": post.depth,
        "archived": post.record is not None,
        "ours": post.record is not None and is_ours(post.record),
        "deleted": post.record is not None and post.record.deleted,
        "gap": post.gap,
        "url": mention.url,
        "kind": mention.kind.value,
        "author": to_json(mention.author),
        "published": to_json(mention.published),
        "parent": mention.parent,
        "title": mention.title,
        "text": mention.text,
    }
