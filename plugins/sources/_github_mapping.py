"""From what GitHub sends to mentions: issues, pull requests and their comments. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from ...core.fields import Fields, moment_of
from ...core.htmltext import read_html
from ...core.values import Author, Engagement, Failure, Mention, MentionKind

PLATFORM = "github"

Items: TypeAlias = tuple[tuple[Mention, ...], tuple[Failure, ...], str, "datetime | None"]
"""Of a page: its mentions, its failures, what names the next page (empty: none), and when the last of them was updated."""


def map_issue(item: Fields, at: datetime) -> Mention:
    """The issue or pull request that an item of the search is; a pure function."""
    return Mention(
        platform=PLATFORM,
        key=f"issue/{item.need('id')}",
        url=item.text("html_url"),
        title=item.text("title"),
        text=plain_text(item.text("body")),
        author=author_of(item.inner("user")),
        published=item.time("created_at"),
        engagement=Engagement(at=at, likes=_likes(item.inner("reactions")), replies=item.count("comments")),
        raw=dict(item.raw),
    )


def map_comment(item: Fields, at: datetime, thread: str) -> Mention:
    """A comment of an issue or a pull request; a pure function."""
    published, edited = item.time("created_at"), item.time("updated_at")
    return Mention(
        platform=PLATFORM,
        key=f"comment/{item.need('id')}",
        kind=MentionKind.COMMENT,
        url=item.text("html_url"),
        text=plain_text(item.text("body")),
        author=author_of(item.inner("user")),
        published=published,
        edited=edited if edited != published else None,
        thread=thread,
        parent=thread,
        engagement=Engagement(at=at, likes=_likes(item.inner("reactions"))),
        raw=dict(item.raw),
    )


def author_of(user: Fields) -> Author | None:
    """Who wrote something, as either API tells it; ``None`` where the account is gone."""
    login = user.text("login")
    if not login:
        return None
    kind = user.text("type") or user.text("__typename")
    return Author(
        platform=PLATFORM,
        key=user.text("id") or user.text("databaseId") or login,
        handle=login,
        url=user.text("html_url") or user.text("url"),
        avatar=user.text("avatar_url") or user.text("avatarUrl"),
        bot=kind == "Bot" if kind else None,
    )


def _likes(reactions: Fields) -> int | None:
    total = reactions.count("total_count")
    return None if total is None else max(0, total - (reactions.count("-1") or 0) - (reactions.count("confused") or 0))


def plain_text(markdown: str) -> str:
    """What people read of a text in Markdown."""
    return read_html(_renderer()(markdown)).text if markdown.strip() else ""


@cache
def _renderer() -> Callable[[str], str]:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).render


def updated(items: Iterable[Any], name: str) -> datetime | None:
    """When the last of these was updated, by the name of that field."""
    times = [moment_of(item.get(name)) for item in items if isinstance(item, Mapping)]
    return max((time for time in times if time is not None), default=None)
