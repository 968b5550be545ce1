"""One feed of a platform that has mentions of its own: asked for conditionally, read as all feeds, then mapped anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ...core.contracts import Allowance, Context, Response
from ...core.errors import SourceBroken
from ...core.refusals import public_address
from ...core.values import JSON, Batch, Failure, Mention
from ._raw import host_of, origin
from .rss import ACCEPT, ParsedFeed, parse_feed


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformFeed:
    """Where a feed is, and how its entries become mentions of the platform."""

    url: str
    read: Callable[[Mention], Mention | None]
    """Makes of an entry (a mention of ``rss`` with its ``raw``) the platform's mention; ``None``: it is none. May raise."""
    params: Mapping[str, str | int] | None = None
    allowance: Allowance | None = None
    hidden: tuple[str, ...] = ()
    """Secrets that the site repeats in its feed: they are taken out before anything of it is kept."""


def feed_batch(context: Context, feed: PlatformFeed, cursor: JSON) -> Batch:
    """What the feed has now; the cursor keeps the validators of its answer. Raises a ``SourceError``."""
    saved = cursor if isinstance(cursor, Mapping) else {}
    validators = saved.get("validators")
    response = context.http.get(
        feed.url,
        params=feed.params,
        headers={"accept": ACCEPT},
        validators={name: str(value) for name, value in validators.items()} if isinstance(validators, Mapping) else None,
        allowance=feed.allowance,
    )
    after: JSON = {"validators": dict(response.validators)}
    if response.unchanged:
        return Batch(cursor=after, unchanged=True)
    parsed = _parsed(context, _without(feed.hidden, response))
    mentions: list[Mention] = []
    failures = list(parsed.failures)
    for entry in parsed.mentions:
        try:
            mention = feed.read(entry)
        except Exception as error:  # one entry of a stranger's: whatever it trips over, the others are kept
            called = entry.url or entry.key
            failures.append(Failure(source="", item=called, message=f"{called} was left out: {error}", raw=entry.raw))
            continue
        if mention is not None:
            mentions.append(mention)
    return Batch(mentions=tuple(mentions), failures=tuple(failures), cursor=after)


def _parsed(context: Context, response: Response) -> ParsedFeed:
    arguments = (response.content, response.url, response.headers.get("content-type", ""), context.now())
    parsed = context.executor.submit(parse_feed, *arguments).result() if context.executor else parse_feed(*arguments)
    if not parsed.version and not parsed.mentions:
        raise SourceBroken(
            f"What {host_of(response.url)} answered is no feed that can be read. Open {origin(response.url)[0]}://"
            f"{origin(response.url)[1]} in a browser: a page for people, a login or a consent may be in between.",
            url=public_address(response.url),
            status=response.status,
        )
    return parsed


def _without(hidden: tuple[str, ...], response: Response) -> Response:
    content, url = response.content, public_address(response.url)
    for secret in filter(None, hidden):
        content, url = content.replace(secret.encode(), b"***"), url.replace(secret, "***")
    return replace(response, content=content, url=url)
