"""Pages of Tantivy's hits by relevance: the best score first, and of equal scores by ref."""

from __future__ import annotations

from itertools import groupby

from tantivy import DocAddress, Occur, Query

from ...core.query import Inflected, Node, Phrase, Term, Written, positive_nodes
from ...core.values import Hit, Hits
from .cursors import ScoredPlace, write_scored
from .tantivy_queries import Translator
from .tantivy_view import View

_MARGIN = 16
"""Hits that are read beyond a page at once, since what follows may score the same."""

_GROWTH = 8
"""How many times as many hits are read where those were too few."""


def by_relevance(view: View, root: Node, limit: int, after: ScoredPlace | None) -> Hits:
    """A page, from a place on: what scores less than the mention that was shown last scores *now*.

    Every new mention moves all scores, but mostly together, so such a page neither repeats nor leaves out what was there.
    """
    query = Translator(view, scoring=True).query(root)
    if not any(isinstance(node, Term | Inflected | Written | Phrase) for node in positive_nodes(root)):
        return _all_alike(view, root, query, limit, after)
    place = _now(view, query, after) if after else None
    shown = after.shown if after else 0
    size = shown + limit + 1 + _MARGIN
    while True:
        result = view.searcher.search(query, limit=size)
        total: int = result.count  # pyright: ignore[reportAttributeAccessIssue]
        found = _beyond(view, result.hits, place, limit + 1, complete=size >= total)
        if len(found) > limit or size >= total:
            break
        size = min(size * _GROWTH, total)
    view.remember(root, total)
    page = found[:limit]
    following = None
    if len(found) > limit:
        following = write_scored(ScoredPlace(page[-1].score, shown + len(page), page[-1].ref))
    return Hits(total=total, hits=tuple(page), next=following)


def _now(view: View, query: Query, place: ScoredPlace) -> tuple[float, str]:
    """A place by what its mention scores now; by what it scored then where it is gone or is no hit any more."""
    itself = Query.const_score_query(Query.term_query(view.schema, "ref", place.ref, "basic"), 0.0)
    found = view.searcher.search(Query.boolean_query([(Occur.Must, query), (Occur.Must, itself)]), limit=1).hits
    return (found[0][0] if found else place.score), place.ref


def _beyond(
    view: View, hits: list[tuple[float, DocAddress]], place: tuple[float, str] | None, limit: int, *, complete: bool
) -> list[Hit]:
    """The first hits after a place. The last score's are left out where there may be more of them than were read."""
    last = hits[-1][0] if hits and not complete else None
    found: list[Hit] = []
    for score, group in groupby(hits, key=lambda hit: hit[0]):
        if len(found) >= limit or score == last:
            break
        if place is None or score <= place[0]:
            refs = sorted(view.ref(address) for _, address in group)
            found += [Hit(ref=ref, score=score) for ref in refs if place is None or score < place[0] or ref > place[1]]
    return found[:limit]


def _all_alike(view: View, root: Node, query: Query, limit: int, after: ScoredPlace | None) -> Hits:
    """A page of hits that no word tells apart."""
    total = view.total(root, query)
    shown = after.shown if after else 0
    refs = view.refs(query, limit + 1, after.ref if after else None, about=max(0, shown - 1))
    page = tuple(Hit(ref=ref, score=1.0) for ref in refs[:limit])
    following = write_scored(ScoredPlace(1.0, shown + limit, page[-1].ref)) if len(refs) > limit else None
    return Hits(total=total, hits=page, next=following)
