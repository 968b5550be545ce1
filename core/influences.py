"""How influential authors are, as priorities ask for it: what the workspace's rankers say, asked now and then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from logging import Logger

from .archives import ArchiveReader
from .authors import joined
from .contracts import Ranker
from .prioritising import Scores
from .values import AuthorRank, Topic, Window

SPAN = timedelta(days=30)
"""The window in which authors are compared."""
EVERY = timedelta(hours=1)
"""How long an answer of the rankers is good for."""
MOST = 5_000
"""Authors that are remembered, the most influential ones: of others their audience is taken."""
_EVERYTHING = Topic(name="", query="")


class Influences:
    """Scores of 0 to 100 by platform and key, over all topics. A ranker that fails is left out, with a word in the log."""

    def __init__(
        self,
        archive: ArchiveReader,
        rankers: Callable[[], Mapping[str, Ranker]],
        *,
        now: Callable[[], datetime],
        log: Logger,
    ) -> None:
        self._archive = archive
        self._rankers = rankers
        self._now = now
        self._log = log
        self._asked: datetime | None = None
        self._scores: Scores = {}

    def __call__(self) -> Scores:
        """What was said last, or is said now."""
        now = self._now()
        if self._asked is None or now - self._asked >= EVERY:
            self._asked, self._scores = now, self._ask(now)
        return self._scores

    def _ask(self, now: datetime) -> Scores:
        window = Window(start=now - SPAN, end=now)
        found: dict[str, list[AuthorRank]] = {}
        try:
            for name, ranker in self._rankers().items():
                found[name] = list(islice(ranker.rank(self._archive, _EVERYTHING, window), MOST))
        except Exception as error:  # a plugin may raise anything; without it the audience tells
            self._log.warning("no influence for priorities: %s: %s", type(error).__name__, error)
            return {}
        ranks = joined(found) if found else ()
        return {(rank.author.platform, rank.author.key): rank.score for rank in ranks if not rank.marks}
