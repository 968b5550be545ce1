"""What an archive promises of authors: who they are, what they did to each other, and what the desk knows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from .values import Author, Card, Hits, Record, Window

if TYPE_CHECKING:
    from .interactions import Audiences, Edges, Numbers, Voices


class AuthorReader(Protocol):
    """Reading authors. Thread-safe; every call is its own transaction."""

    def author(self, platform: str, key: str) -> Author | None:
        """An author as they were last seen."""
        ...

    def find_authors(self, handle: str, platform: str = "") -> list[Author]:
        """Who goes, or went, by this handle (without regard to case) or has this key; on all platforms where none is named.

        Who goes by it today comes before who had it once.
        """
        ...

    def author_mentions(self, platform: str, key: str, *, limit: int = 50, after: str | None = None) -> Hits:
        """A page of what an author said, the newest first; ``after`` is the ``next`` of the page before."""
        ...

    def author_outline(self, platform: str, key: str, window: Window, *, limit: int = 10_000) -> list[Record]:
        """All that an author said within a window but for its words: records without title and text, the newest first."""
        ...

    # --- cards -----------------------------------------------------------------------------------------------

    def card(self, platform: str, key: str) -> Card:
        """What the desk knows of an author; an empty card where that is nothing."""
        ...

    def cards(self) -> Mapping[tuple[str, str], Card]:
        """All cards that are not empty, by platform and key."""
        ...

    def person(self, platform: str, key: str) -> list[Author]:
        """The accounts of one person as the user has linked them, the one met first at first; one alone where none are."""
        ...

    # --- for rankers -----------------------------------------------------------------------------------------

    def day_stamps(self, window: Window) -> dict[int, int]:
        """By day (counted from 1970-01-01, UTC) a number that is another one whenever :meth:`edges` or :meth:`voices` of that
        day may be; days on which nobody spoke are left out.

        Whoever keeps what a day gave needs to read only days with another stamp. Take the stamps before you read.
        """
        ...

    def edges(self, window: Window, topic: str = "", platform: str = "") -> Edges:
        """Who spoke to whom within a window. Of a topic: in a mention on it, or to one on it. Empty: of all."""
        ...

    def voices(self, window: Window, topic: str = "", platform: str = "") -> Voices:
        """Who spoke on a topic within a window; without one, on any."""
        ...

    def posts_of(self, authors: Numbers, window: Window) -> Numbers:
        """How many mentions of each of these authors there are within a window, on any topic; in their order."""
        ...

    def audiences(self, authors: Numbers) -> Audiences:
        """What platforms say of the authors with these numbers, which are sorted; those that are not there are left out."""
        ...

    def authors_numbered(self, numbers: Sequence[int]) -> dict[int, Author]:
        """Authors by the numbers that they have in edges and voices."""
        ...

    def author_numbers(self, authors: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """The numbers of authors by platform and key."""
        ...


class AuthorKeeper(Protocol):
    """Writing what the desk knows of authors. Each call is one transaction."""

    def save_card(self, platform: str, key: str, card: Card) -> Card:
        """Keep relation, notes and tags; gives those before. Raises ``NotFound`` for an author that is not there."""
        ...

    def link(self, one: tuple[str, str], other: tuple[str, str]) -> list[Author]:
        """Note that two accounts (platform and key) are of one person, with all that are linked to either; gives them all.

        Only ever because a user says so. Raises ``NotFound``.
        """
        ...

    def unlink(self, platform: str, key: str) -> bool:
        """Take an account out of its person; whether it was in one."""
        ...
