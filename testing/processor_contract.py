"""The contract of processors as a suite: inherit from :class:`ProcessorContract` and say what yours is called.

::

    class TestMine(ProcessorContract):
        plugin, options = "mine", {"language": "en"}
"""

from __future__ import annotations

from .rolecontract import RoleContract
from .rolepromises import MENTIONS, PROCESSOR

__all__ = ["MENTIONS", "ProcessorContract"]


class ProcessorContract(RoleContract):
    """What every processor must do; ``hubbub plugins check`` asks the same."""

    role, promises = "processor", PROCESSOR
