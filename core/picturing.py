"""Fetching pictures, a few at a time, and keeping those of mentions that nobody quotes yet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import HubbubError
from .media import MediaStore
from .query import And, Every, Query, Term
from .values import Media, Record

if TYPE_CHECKING:
    from .desk import Desk

AT_ONCE = 4
"""Pictures that are fetched at a time; a host that hangs holds up only its own."""
PIECE = 50
"""Mentions whose pictures are noted together, so that what was fetched stays when the rest is cut off."""

Progress = Callable[[int, int, str], None]
"""Told (done, of, address)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """What came of fetching pictures."""

    held: dict[str, Media]
    """By address: the pictures of which we hold a copy now."""
    problems: tuple[str, ...] = ()
    """One sentence for each that could not be had, in the order asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What came of keeping the pictures of what a query finds."""

    mentions: int
    """Mentions with pictures that were looked at."""
    left: int
    """Further ones that match and were not looked at."""
    saved: int
    """Pictures of which we hold a copy now and did not before."""
    problems: tuple[str, ...]
    """One sentence for each picture that could not be had."""


def fetch_all(
    store: MediaStore, wanted: Sequence[Media], progress: Progress | None = None, *, avatars: Collection[str] = ()
) -> Fetched:
    """Fetch pictures, each address once. One that cannot be had is told and never stops the others.

    Of the addresses that are ``avatars`` small squares are kept.
    """
    by_url = {media.url: media for media in reversed(wanted)}
    urls = list(dict.fromkeys(media.url for media in wanted))
    held: dict[str, Media] = {}
    problems: list[str] = []

    def fetch(url: str) -> Media | str:
        try:
            return store.fetch_avatar(by_url[url]) if url in avatars else store.fetch(by_url[url])
        except (HubbubError, OSError) as error:
            return str(error)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pictures") as pool:
        for done, (url, got) in enumerate(zip(urls, pool.map(fetch, urls), strict=True), 1):
            if isinstance(got, Media):
                held[url] = got
            else:
                problems.append(got)
            if progress:
                progress(done, len(urls), url)
    return Fetched(held=held, problems=tuple(problems))


def keep_pictures_of(desk: Desk, text: str, *, limit: int, progress: Progress | None = None) -> Kept:
    """Keep the pictures of the newest mentions that a query finds, without muted ones; raises ``QueryError``.

    What is redacted shows none. Done in pieces: stopped half-way it has kept those of the newest, and can be asked again.
    """
    query = desk.finder.without_muted(desk.understand(text))[0]
    items = () if isinstance(query.root, Every) else (query.root,)
    asked = Query(query.text, And((*items, Term("has", "image"))))
    looked = saved = 0
    problems: list[str] = []
    total = desk.finder.find(asked, limit=1).total
    for records in _pieces(desk, asked, limit):
        store = desk.stories.media
        wanted = [media for record in records for media in _missing(record, store)]
        fetched = fetch_all(store, wanted, progress)
        desk.archive.note_media(
            {
                record.ref: {m.url: fetched.held[m.url] for m in record.mention.media if m.url in fetched.held}
                for record in records
            }
        )
        looked, saved = looked + len(records), saved + len(fetched.held)
        problems += fetched.problems
    return Kept(mentions=looked, left=max(0, total - looked), saved=saved, problems=tuple(problems))


def _pieces(desk: Desk, query: Query, limit: int) -> Iterator[list[Record]]:
    after: str | None = None
    while limit > 0:
        page = desk.finder.find(query, limit=min(PIECE, limit), after=after)
        yield desk.archive.records([hit.ref for hit in page.hits])
        limit -= len(page.hits)
        after = page.next
        if after is None or not page.hits:
            return


def _missing(record: Record, store: MediaStore) -> list[Media]:
    return [one for one in record.mention.media if one.kind == "image" and one.url and not store.path(one.digest)]
