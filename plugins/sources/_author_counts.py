"""A count of each author that a site tells only when it is asked for it, as karma: asked for seldom, and remembered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from ...core.contracts import Context
from ...core.fields import moment_of
from ._keeping import keep, kept
from ._raw import mapping_of

STAYS = timedelta(days=7)
"""So long a count is not asked for again."""
MOST = 5_000
"""Authors that are remembered."""


class AuthorCounts:
    """The counts of authors by their keys, kept in the plugin's folder between runs."""

    def __init__(self, context: Context, file: str) -> None:
        self._now, self._file = context.now, Path(context.data_dir / file)

    def known(self) -> dict[str, tuple[int, datetime]]:
        """Those that need not be asked for, each with the time when it was."""
        now, found = self._now(), dict[str, tuple[int, datetime]]()
        for key, told in kept(self._file).items():
            count, at = mapping_of(told).get("count"), moment_of(mapping_of(told).get("at"))
            if isinstance(count, int) and at is not None and now - STAYS < at <= now:
                found[key] = count, at
        return found

    def learn(self, counts: Mapping[str, int]) -> dict[str, tuple[int, datetime]]:
        """Remember what was told just now; all that is known then."""
        known = self.known() | {key: (count, self._now()) for key, count in counts.items()}
        if counts:
            newest = list(known.items())[-MOST:]
            keep(self._file, {key: {"count": count, "at": at.isoformat()} for key, (count, at) in newest})
        return known
