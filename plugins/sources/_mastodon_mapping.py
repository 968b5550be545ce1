"""Statuses of the Mastodon API as mentions: pure functions, after the entities of docs.joinmastodon.org (2026)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...core.fields import Fields
from ...core.htmltext import read_html
from ...core.values import Author, Engagement, Media, MediaKind, Mention, MentionKind

PLATFORM = "mastodon"
SHOWN = ("public", "unlisted")
"""What is for everybody; with a token a server also gives what is not."""
MET_AT = "met_at"
"""What we add to ``raw``: the server whose local ids are in it."""

_KINDS: dict[str, MediaKind] = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}


@dataclass(frozen=True, slots=True)
class Local:
    """What is known of a status by its id on one server."""

    uri: str
    answers: str
    """The local id of the status that it answers; empty where it answers none."""


def locals_of(statuses: Iterable[Any]) -> dict[str, Local]:
    """The statuses of a page, and those they share, by their local ids."""
    found: dict[str, Local] = {}
    for status in statuses:
        for each in (status, status.get("reblog")) if isinstance(status, Mapping) else ():
            if isinstance(each, Mapping) and isinstance(each.get("id"), str) and isinstance(each.get("uri"), str):
                found[each["id"]] = Local(each["uri"], str(each.get("in_reply_to_id") or ""))
    return found


def map_status(
    status: Fields, server: str, at: datetime, known: Mapping[str, Local] | None = None, domain: str = ""
) -> Mention | None:
    """The mention that a status is, as ``server`` gives it; ``None`` where it is not for everybody.

    What it answers is told by a local id: ``known`` says which of them are which statuses, others are left empty. ``domain`` is
    that of the server's own people, where it is not its host.
    """
    if status.text("visibility") and status.text("visibility") not in SHOWN:
        return None
    shared = status.inner("reblog") if "reblog" in status else None
    quoted = "quote.quoted_status.uri" if "quote.quoted_status" in status else ""
    said = shared or status
    address, theirs = status.text("url"), said.text("url")
    parent, thread = _conversation(status, known or {})
    return Mention(
        platform=PLATFORM,
        key=status.need("uri"),
        kind=MentionKind.SHARE if shared else MentionKind.POST,
        # A boost that gave the address of what it shares would be taken for it.
        url="" if shared and address == theirs else address,
        title=said.text("spoiler_text"),
        text="\n\n".join(part for part in (read_html(said.text("content")).text, _poll(said)) if part),
        author=_author(status.inner("account"), domain or server, at),
        published=status.time("created_at"),
        edited=said.time("edited_at"),
        lang=said.text("language").replace("_", "-").partition("-")[0].lower(),
        thread=thread,
        parent=parent,
        shared=_ref(said.need("uri") if shared else status.text(quoted) if quoted else ""),
        media=tuple(_media(each) for each in said.each("media_attachments") if each.text("url") or each.text("remote_url")),
        engagement=None if shared else _engagement(status, at),
        raw={**status.raw, MET_AT: server},
    )


def absolute(acct: str, server: str) -> str:
    """An account with its server: people of ``server`` itself stand there without."""
    return acct if "@" in acct or not acct else f"{acct}@{server.rpartition('/')[2]}"


def _author(account: Fields, server: str, at: datetime) -> Author | None:
    handle = absolute(account.text("acct"), server)
    if not handle:
        return None
    counts = {"posts": account.count("statuses_count"), "following": account.count("following_count")}
    return Author(
        platform=PLATFORM,
        # Ids are local to each server, and addresses differ from one software to the next.
        key=handle.lower(),
        handle=handle,
        name=account.text("display_name"),
        url=account.text("url"),
        avatar=account.text("avatar_static") or account.text("avatar"),
        followers=account.count("followers_count"),
        metrics={name: count for name, count in counts.items() if count is not None},
        bot=account.flag("bot"),
        at=at,
    )


def _conversation(status: Fields, known: Mapping[str, Local]) -> tuple[str, str]:
    """Refs of what a status answers and of what its conversation began with; empty where they are not known."""
    parent = known.get(status.text("in_reply_to_id"))
    root, seen = parent, set[str]()
    while root is not None and root.answers and root.uri not in seen:
        seen.add(root.uri)
        root = known.get(root.answers)
    return _ref(parent.uri if parent else ""), _ref(root.uri if root and not root.answers else "")


def _engagement(status: Fields, at: datetime) -> Engagement:
    boosts, quotes = status.count("reblogs_count"), status.count("quotes_count")
    return Engagement(
        at=at,
        likes=status.count("favourites_count"),
        shares=boosts if quotes is None else (boosts or 0) + quotes,
        replies=status.count("replies_count"),
    )


def _media(attachment: Fields) -> Media:
    kind = _KINDS.get(attachment.text("type"), "file")
    return Media(
        kind=kind,
        url=attachment.text("url") or attachment.text("remote_url"),
        # Of a picture the preview is a smaller one; of what moves or sounds a still.
        poster=attachment.text("preview_url") if kind in ("video", "audio") else "",
        alt=attachment.text("description"),
    )


def _poll(status: Fields) -> str:
    return "\n".join(f"- {option.text('title')}" for option in status.inner("poll").each("options"))


def _ref(uri: str) -> str:
    return f"{PLATFORM}:{uri}" if uri else ""
