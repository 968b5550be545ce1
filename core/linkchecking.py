"""Whether what was said is still where it was said: its page is asked for, politely, a few at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from urllib.parse import urlsplit

from .contracts import HttpClient
from .errors import SourceError, SourceGone, SourceLimited
from .values import CheckState, LinkCheck

AT_ONCE = 4
"""Addresses that are asked at the same time. Each host is asked no faster than the client's own pace."""
GONE = frozenset({404, 410})
"""Not found, and gone (RFC 9110, sections 15.5.5 and 15.5.11)."""


def check_pages(
    http: HttpClient,
    pages: Mapping[str, str],
    now: Callable[[], datetime],
    progress: Callable[[int, int, str], None] | None = None,
) -> list[LinkCheck]:
    """Ask for the page of each mention (address by ref); no failure stops the others. ``progress``: (done, of, address)."""
    found: dict[str, LinkCheck] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="links") as pool:
        asked = {pool.submit(check_page, http, ref, url, now): (ref, url) for ref, url in pages.items()}
        try:
            for done, future in enumerate(as_completed(asked), 1):
                ref, url = asked[future]
                found[ref] = future.result()
                if progress:
                    progress(done, len(asked), url)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [found[ref] for ref in pages]


def check_page(http: HttpClient, ref: str, url: str, now: Callable[[], datetime]) -> LinkCheck:
    """What the page of a mention answers."""
    try:
        answer = http.get(url)
    except SourceLimited as error:
        until = f"; it may be asked again from {error.until:%Y-%m-%d %H:%M} UTC" if error.until else ""
        return LinkCheck(ref=ref, at=now(), state=CheckState.UNREACHABLE, detail=f"the site asks us to wait{until}")
    except SourceError as error:
        gone = isinstance(error, SourceGone) or error.status in GONE
        detail = f"the site says that it is not there ({error.status})" if gone and error.status else _words(error)
        return LinkCheck(ref=ref, at=now(), state=CheckState.GONE if gone else CheckState.UNREACHABLE, detail=detail)
    if _only_the_front(url, answer.url):
        # Many sites answer for a page that is gone with their front page: that proves neither.
        detail = f"the address leads to the front page of {urlsplit(answer.url).hostname} now; look for yourself"
        return LinkCheck(ref=ref, at=now(), state=CheckState.UNREACHABLE, detail=detail)
    moved = f"it has moved to {answer.moved}" if answer.moved else ""
    return LinkCheck(ref=ref, at=now(), state=CheckState.LIVE, detail=moved)


def said_by(checks: Sequence[LinkCheck]) -> dict[CheckState, int]:
    """How many were found in each state."""
    return {state: count for state in CheckState if (count := sum(check.state is state for check in checks))}


def _only_the_front(asked: str, answered: str) -> bool:
    before, after = urlsplit(asked), urlsplit(answered)
    return bool(before.path.strip("/") or before.query) and not (after.path.strip("/") or after.query)


def _words(error: SourceError) -> str:
    """What went wrong in one line; not what to do about a source, which an address is not."""
    first = " ".join(str(error).split())
    return first if len(first) <= 300 else first[:299] + "…"
