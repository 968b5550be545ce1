"""The contract of rankers as a suite: inherit from :class:`RankerContract` and say what yours is called.

::

    class TestMine(RankerContract):
        plugin = "mine"
"""

from __future__ import annotations

from .rolecontract import RoleContract
from .rolepromises import RANKER, TOPIC, WINDOW, archive_of, said

__all__ = ["TOPIC", "WINDOW", "RankerContract", "archive_of", "said"]


class RankerContract(RoleContract):
    """What every ranker must do; ``hubbub plugins check`` asks the same."""

    role, promises = "ranker", RANKER
