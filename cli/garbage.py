"""How often the interpreter looks for cycles among the objects of a process."""

from __future__ import annotations

import gc

_YOUNG = 20_000
"""Objects that come to stay before the young ones are looked through.

Nearly all of ours are values without cycles, which go when nobody holds them: an import leaves hardly a megabyte more where the
collector never runs. At the interpreter's own 700 it goes through every piece of work again and again, a sixth of the time.
"""


def look_seldom() -> None:
    """Let the collector run once in a while only."""
    gc.set_threshold(_YOUNG)
