"""What was found when quoted mentions were looked up at their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from ..core.values import CheckState, LinkCheck
from .columns import storable
from .database import chunks
from .tables import link_checks


def read(connection: Connection, refs: Sequence[str]) -> dict[str, LinkCheck]:
    """The last check of each, by ref."""
    found: dict[str, LinkCheck] = {}
    for part in chunks(sorted(set(map(storable, refs)))):
        for row in connection.execute(select(link_checks).where(link_checks.c.ref.in_(part))):
            found[row.ref] = _check_of(row)
    return found


def all_checks(connection: Connection) -> list[LinkCheck]:
    """All there are, by ref."""
    return list(map(_check_of, connection.execute(select(link_checks).order_by(link_checks.c.ref))))


def _check_of(row: Row[Any]) -> LinkCheck:
    return LinkCheck(ref=row.ref, at=row.at, state=CheckState(row.state), detail=row.detail)


def write(connection: Connection, checks: Sequence[LinkCheck]) -> None:
    """Keep these, each in place of the one before it."""
    rows = {storable(check.ref): check for check in checks}
    for part in chunks(list(rows)):
        connection.execute(delete(link_checks).where(link_checks.c.ref.in_(part)))
    if rows:
        connection.execute(
            insert(link_checks),
            [
                {"ref": ref, "at": check.at, "state": check.state.value, "detail": storable(check.detail)}
                for ref, check in rows.items()
            ],
        )
