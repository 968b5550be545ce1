"""The part of the archive that is about the desk's attention: each call is one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ..core.attentionarchive import OurPost, Verdict
from ..core.values import Engagement, Mute, MuteKind
from . import attention, triage
from . import mutes as muting
from .database import Database


class SqlAttention:
    """What is muted, what rules do, and what needs a person first: see :mod:`hubbub.core.attentionarchive`."""

    _db: Database

    def mutes(self) -> list[Mute]:
        """All mutes, the first first."""
        with self._db.read() as connection:
            return muting.all_mutes(connection)

    def hidden(self, mutes: Sequence[Mute]) -> dict[int, int]:
        """By the id of each of these: how many mentions it mutes now."""
        with self._db.read() as connection:
            return muting.hidden(connection, mutes)

    def muted(self) -> int:
        """How many mentions are muted, by whatever."""
        with self._db.read() as connection:
            return muting.muted(connection)

    def written_by(self, author: str) -> list[str]:
        """Refs of all that an author wrote, the newest first."""
        with self._db.read() as connection:
            return muting.written_by(connection, author)

    def to_prioritise(self, since: datetime, limit: int) -> list[str]:
        """Refs of the newest mentions from then on whose priority may have changed."""
        with self._db.read() as connection:
            return attention.to_prioritise(connection, since, limit)

    def counts_of(self, refs: Sequence[str]) -> dict[str, tuple[Engagement, ...]]:
        """By ref all counts of these, the first first."""
        with self._db.read() as connection:
            return attention.counts_of(connection, refs)

    def our_posts(self, since: datetime) -> list[OurPost]:
        """What our accounts wrote from then on."""
        with self._db.read() as connection:
            return attention.our_posts(connection, since)

    def usual_audiences(self) -> dict[str, tuple[int, ...]]:
        """By platform how many followers its authors have, evenly spread over all."""
        with self._db.read() as connection:
            return attention.usual_audiences(connection)

    # --- writing ---------------------------------------------------------------------------------------------

    def add_mute(self, kind: MuteKind, value: str, *, note: str, at: datetime) -> Mute:
        """Add a mute; where there is one of this value already, that one."""
        with self._db.write() as connection:
            return muting.add(connection, kind, value, note, at)

    def remove_mute(self, number: int) -> Mute:
        """Take a mute away and give it back; raises ``NotFound``."""
        with self._db.write() as connection:
            return muting.remove(connection, number)

    def amend(self, verdicts: Mapping[str, Verdict]) -> None:
        """Do by ref what mutes and rules say."""
        with self._db.write() as connection:
            triage.amend(connection, verdicts)

    def set_priorities(self, priorities: Mapping[str, int]) -> None:
        """Note by ref how much mentions need a person."""
        with self._db.write() as connection:
            attention.set_priorities(connection, priorities)
