"""How mentions are doing later: their platforms are asked again for counts, edits and deletions. Pure.

A mention is asked for at fixed ages, since most of what happens to a post happens soon. The times are the archive's
(:meth:`hubbub.core.archives.ArchiveReader.due_for_refresh`), the asking is the pipeline's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from .archives import Due

STAGES = (timedelta(hours=1), timedelta(hours=24), timedelta(days=7), timedelta(days=30))
"""Ages at which a mention is asked for."""
PER_SOURCE = 100
"""Mentions that one source is asked for in a run."""
PER_RUN = 1000
"""Mentions that all sources together are asked for in a run."""
SECONDS = 15.0
"""How long a run may spend on this; what is not done is done in the next."""
PUT_OFF = timedelta(hours=1)
"""How long mentions are left alone after a source could not tell how they are."""


def next_refresh(when: datetime, now: datetime) -> datetime | None:
    """When a mention of that time is asked for next; ``None`` once it is older than the last stage."""
    return next((when + stage for stage in STAGES if when + stage > now), None)


def assigned(
    due: Iterable[Due], able: Callable[[str], bool], *, per_source: int = PER_SOURCE, per_run: int = PER_RUN
) -> dict[str, list[str]]:
    """By source: the mentions that it is asked for. A mention goes to the first of its sources that is able to tell."""
    found: dict[str, list[str]] = {}
    count = 0
    for each in due:
        source = next((name for name in each.sources if able(name) and len(found.get(name, ())) < per_source), None)
        if source is not None and count < per_run:
            found.setdefault(source, []).append(each.ref)
            count += 1
    return found
