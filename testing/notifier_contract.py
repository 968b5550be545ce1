"""The contract of notifiers as a suite: inherit from :class:`NotifierContract` and say what yours is called.

::

    class TestMine(NotifierContract):
        plugin, options = "mine", {"url": "https://hooks.example/", "token": SECRET}
"""

from __future__ import annotations

from .promises import SECRET
from .rolecontract import RoleContract
from .rolepromises import ALERT, NOTIFIER

__all__ = ["ALERT", "SECRET", "NotifierContract"]


class NotifierContract(RoleContract):
    """What every notifier must do; ``hubbub plugins check`` asks the same."""

    role, promises = "notifier", NOTIFIER
