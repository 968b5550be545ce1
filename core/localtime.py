"""Times as clocks show them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def local(moment: datetime, zone: tzinfo | None = None) -> datetime:
    """The moment in a time zone, without one in this machine's; it stays in UTC where the calendar ends before it gets there.

    A page may say that it was written in the year 1 or 9999, and ``astimezone`` raises ``OverflowError`` for the first or last
    hours of the calendar (``datetime.min``, ``datetime.max``).
    """
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError, OSError):
        return moment.astimezone(UTC)
