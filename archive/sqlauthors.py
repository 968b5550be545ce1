"""The part of the archive that is about authors: each call is one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..core.values import Author, Card, Hits, Record, Window
from . import cards, graph, people
from .columns import storable
from .database import Database

if TYPE_CHECKING:
    from ..core.interactions import Audiences, Edges, Numbers, Voices


class SqlAuthors:
    """Reading authors and keeping what the desk knows of them: see :mod:`hubbub.core.authorarchive`."""

    _db: Database

    def author_series(self, platform: str, key: str) -> list[Author]:
        """An author's metrics over time, the first first."""
        with self._db.read() as connection:
            return people.author_series(connection, platform, key)

    def author(self, platform: str, key: str) -> Author | None:
        """An author as they were last seen."""
        with self._db.read() as connection:
            return people.author(connection, (storable(platform), storable(key)))

    def find_authors(self, handle: str, platform: str = "") -> list[Author]:
        """Who goes, or went, by this handle or has this key."""
        with self._db.read() as connection:
            return people.find_authors(connection, handle, platform)

    def author_mentions(self, platform: str, key: str, *, limit: int = 50, after: str | None = None) -> Hits:
        """A page of what an author said, the newest first."""
        with self._db.read() as connection:
            return people.mentions_of(connection, (storable(platform), storable(key)), limit, after)

    def author_outline(self, platform: str, key: str, window: Window, *, limit: int = 10_000) -> list[Record]:
        """All that an author said within a window but for its words, the newest first."""
        with self._db.read() as connection:
            return people.outline(connection, (storable(platform), storable(key)), window, limit)

    # --- cards -----------------------------------------------------------------------------------------------

    def card(self, platform: str, key: str) -> Card:
        """What the desk knows of an author."""
        with self._db.read() as connection:
            return cards.card(connection, (storable(platform), storable(key)))

    def cards(self) -> Mapping[tuple[str, str], Card]:
        """All cards that are not empty, by platform and key."""
        with self._db.read() as connection:
            return cards.cards(connection)

    def save_card(self, platform: str, key: str, card: Card) -> Card:
        """Keep relation, notes and tags; gives those before. Raises ``NotFound``."""
        with self._db.write() as connection:
            return cards.save_card(self._db, connection, (storable(platform), storable(key)), card)

    def person(self, platform: str, key: str) -> list[Author]:
        """The accounts of one person, the one met first at first."""
        with self._db.read() as connection:
            return cards.person(connection, (storable(platform), storable(key)))

    def link(self, one: tuple[str, str], other: tuple[str, str]) -> list[Author]:
        """Note that two accounts are of one person; gives all that are. Raises ``NotFound``."""
        with self._db.write() as connection:
            return cards.link(self._db, connection, one, other)

    def unlink(self, platform: str, key: str) -> bool:
        """Take an account out of its person; whether it was in one."""
        with self._db.write() as connection:
            return cards.unlink(connection, (storable(platform), storable(key)))

    # --- for rankers -----------------------------------------------------------------------------------------

    def day_stamps(self, window: Window) -> dict[int, int]:
        """By day a number that is another one whenever its edges or voices may be."""
        with self._db.read() as connection:
            return graph.stamps(connection, window)

    def edges(self, window: Window, topic: str = "", platform: str = "") -> Edges:
        """Who spoke to whom within a window."""
        with self._db.snapshot() as connection:
            return graph.edges(connection, window, topic, platform)

    def voices(self, window: Window, topic: str = "", platform: str = "") -> Voices:
        """Who spoke on a topic within a window."""
        with self._db.snapshot() as connection:
            return graph.voices(connection, window, topic, platform)

    def posts_of(self, authors: Numbers, window: Window) -> Numbers:
        """How many mentions of each of these authors there are within a window."""
        with self._db.read() as connection:
            return graph.posts_of(connection, authors, window)

    def audiences(self, authors: Numbers) -> Audiences:
        """What platforms say of the authors with these numbers."""
        with self._db.read() as connection:
            return graph.audiences(connection, authors)

    def authors_numbered(self, numbers: Sequence[int]) -> dict[int, Author]:
        """Authors by their numbers."""
        with self._db.read() as connection:
            return graph.authors_numbered(connection, numbers)

    def author_numbers(self, authors: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """The numbers of authors by platform and key."""
        with self._db.read() as connection:
            return graph.author_numbers(connection, authors)
