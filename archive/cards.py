"""What the desk knows of authors, and which accounts are of one person.

Accounts of one person carry the same number: the lowest of their own. So what is written does not depend on the order in which
they were linked, and a number is one of a row that is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json import dumps, loads
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from ..core.errors import NotFound
from ..core.values import Author, Card
from .columns import storable
from .database import Database, chunks
from .people import Person, rows_of
from .rows import author_of
from .tables import author_cards, authors

_EMPTY = Card()


def card_of(row: Row[Any] | None) -> Card:
    """A row of ``author_cards`` as a value."""
    return _EMPTY if row is None else Card(relation=row.relation, notes=row.notes, tags=tuple(loads(row.tags)))


def card_row(card: Card) -> dict[str, Any]:
    """A value as columns of ``author_cards``."""
    tags = sorted({tidy for tag in card.tags if (tidy := storable(tag).strip())})
    return {"relation": storable(card.relation).strip(), "notes": storable(card.notes), "tags": dumps(tags)}


def card(connection: Connection, who: Person) -> Card:
    """The card of an author."""
    return card_of(_row(connection, who))


def cards(connection: Connection) -> Mapping[Person, Card]:
    """All cards with something on them."""
    joined = select(author_cards, authors.c.platform, authors.c.key).join_from(author_cards, authors)
    found = {(row.platform, row.key): card_of(row) for row in connection.execute(joined.order_by(author_cards.c.author_id))}
    return {who: told for who, told in found.items() if told != _EMPTY}


def save_card(database: Database, connection: Connection, who: Person, new: Card) -> Card:
    """Write a card; gives the one before."""
    before = card(connection, who)
    _write(database, connection, [{"author_id": _number(connection, who), **card_row(new)}])
    _forget_empty(connection)
    return before


def person(connection: Connection, who: Person) -> list[Author]:
    """All accounts of one person."""
    row = _row(connection, who)
    if row is None or row.person is None:
        which = (authors.c.platform == who[0]) & (authors.c.key == who[1])
    else:
        which = authors.c.id.in_(select(author_cards.c.author_id).where(author_cards.c.person == row.person))
    return list(map(author_of, connection.execute(select(authors).where(which).order_by(authors.c.id))))


def link(database: Database, connection: Connection, one: Person, other: Person) -> list[Author]:
    """Let two accounts, and all that are linked to either, be of one person."""
    numbers = {_number(connection, who) for who in (one, other)}
    of_both = select(author_cards.c.person).where(author_cards.c.author_id.in_(numbers), author_cards.c.person.is_not(None))
    held = author_cards.c.person.in_(connection.execute(of_both).scalars().all())
    numbers |= set(connection.execute(select(author_cards.c.author_id).where(held)).scalars())
    if len(numbers) > 1:
        _write(database, connection, [{"author_id": number, "person": min(numbers)} for number in sorted(numbers)])
    return person(connection, one)


def unlink(connection: Connection, who: Person) -> bool:
    """Take an account out of its person."""
    row = _row(connection, who)
    if row is None or row.person is None:
        return False
    leave_persons(connection, [row.author_id])
    return True


def leave_persons(connection: Connection, ids: Sequence[int]) -> None:
    """Take accounts out of their persons; who is left alone is nobody's other account."""
    left: set[int] = set()
    for part in chunks(ids):
        which = author_cards.c.author_id.in_(part) & author_cards.c.person.is_not(None)
        left |= set(connection.execute(select(author_cards.c.person).where(which)).scalars())
        connection.execute(update(author_cards).where(which).values(person=None))
    for number in sorted(left):
        here = author_cards.c.person == number
        many, lowest = connection.execute(select(func.count(), func.min(author_cards.c.author_id)).where(here)).one()
        if many:
            connection.execute(update(author_cards).where(here).values(person=lowest if many > 1 else None))
    _forget_empty(connection)


def astray(connection: Connection) -> list[str]:
    """Accounts whose person is not as it should be."""
    groups = (
        select(author_cards.c.person, func.count().label("many"), func.min(author_cards.c.author_id).label("lowest"))
        .where(author_cards.c.person.is_not(None))
        .group_by(author_cards.c.person)
        .subquery()
    )
    joined = (
        select(authors.c.platform, authors.c.key)
        .join_from(authors, author_cards, author_cards.c.author_id == authors.c.id)
        .join(groups, groups.c.person == author_cards.c.person)
        .where(or_(groups.c.many < 2, groups.c.lowest != groups.c.person))
        .order_by(authors.c.id)
    )
    return [f"{platform}:{key}" for platform, key in connection.execute(joined)]


def _row(connection: Connection, who: Person) -> Row[Any] | None:
    here = (authors.c.platform == who[0]) & (authors.c.key == who[1])
    joined = select(author_cards).join_from(author_cards, authors, authors.c.id == author_cards.c.author_id)
    return connection.execute(joined.where(here)).one_or_none()


def _number(connection: Connection, who: Person) -> int:
    found = rows_of(connection, [who]).get(who)
    if found is None:
        raise NotFound("author", ":".join(who))
    return found.id


def _write(database: Database, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    statement = database.insert(author_cards)
    replaced = {name: statement.excluded[name] for name in rows[0] if name != "author_id"}
    connection.execute(statement.on_conflict_do_update(index_elements=["author_id"], set_=replaced), list(rows))


def _forget_empty(connection: Connection) -> None:
    """A card with nothing on it is none."""
    columns = author_cards.c
    nothing = (columns.relation == "") & (columns.notes == "") & (columns.tags == "[]") & columns.person.is_(None)
    connection.execute(delete(author_cards).where(nothing))
