"""The desk's side of authors: who is heard, why, and what is known of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from .accounts import bare_handle
from .authors import AuthorCard, AuthorList, AuthorRow, AuthorWhy, account, card_of, joined
from .contracts import Explains, Ranker
from .controls import clean
from .errors import AmbiguousAuthor, HubbubError, NotFound, PluginError
from .values import Author, AuthorRank, Card, Reason, Record, Topic, Window

if TYPE_CHECKING:
    from .archives import Archive

USUAL_WINDOW = timedelta(days=30)
CARD_WINDOW = timedelta(days=365)
NEWEST = 10
"""Mentions whose words stand on a card."""
_LOOKED_AT = 2000
"""Ranks that are looked through for somebody's place."""
_EVERYTHING = Topic(name="", query="")
"""What rankers are asked about where no topic is named."""


class AuthorDesk:
    """What a person does with authors; a part of the desk."""

    archive: Archive
    topics: tuple[Topic, ...]
    now: Callable[[], datetime]
    rankers: Callable[[], Mapping[str, Ranker]]
    """The workspace's rankers by name, made when they are first asked for."""

    def authors(
        self,
        topic: str = "",
        *,
        span: timedelta = USUAL_WINDOW,
        platform: str = "",
        relation: str = "",
        limit: int = 50,
        marked: bool = False,
    ) -> AuthorList:
        """Who is heard, the most influential first; with ``marked`` also bots and our own accounts.

        Raises ``NotFound`` for a topic that there is not, ``PluginError`` where no ranker works.
        """
        asked, window = self._topic(topic), self._window(span)
        ranks, problems = self._ranks(asked, window)
        cards = self.archive.cards()
        rows: list[AuthorRow] = []
        marks: Counter[str] = Counter()
        place = 0
        for rank in ranks:
            marks.update(rank.marks)
            place += not rank.marks
            card = cards.get((rank.author.platform, rank.author.key), Card())
            fits = (marked or not rank.marks) and platform in ("", rank.author.platform)
            if fits and (not relation or card.relation.casefold() == relation.strip().casefold()) and len(rows) < limit:
                rows.append(AuthorRow(place=0 if rank.marks else place, rank=rank, card=card))
        return AuthorList(
            topic=asked.name, window=window, rows=tuple(rows), total=len(ranks), marked=dict(marks), problems=tuple(problems)
        )

    def why_author(self, author: Author, topic: str = "", *, span: timedelta = USUAL_WINDOW) -> AuthorWhy:
        """Why an author stands where they do; raises ``NotFound`` where they did not speak."""
        asked, window = self._topic(topic), self._window(span)
        ranks, _ = self._ranks(asked, window)
        place, found = _place(ranks, author)
        reasons: list[Reason] = []
        rankers = self.rankers()
        for name, ranker in rankers.items():
            if isinstance(ranker, Explains) and (told := ranker.explain(self.archive, asked, window, author)):
                prefix = f"{name}." if len(rankers) > 1 else ""
                reasons += [
                    replace(reason, part=prefix + reason.part, weight=reason.weight and reason.weight / len(rankers))
                    for reason in told[1]
                ]
                found = found or told[0]
        if found is None:
            where = f" on {asked.name}" if asked.name else ""
            raise NotFound(f"mention{where} in these {max(span.days, 1)} days by the author", account(author))
        known = {reason.part for reason in reasons}
        # A ranker that explains nothing still shows what its score is made of.
        reasons += [
            Reason(part=part, words=f"{value:.0f} of 100", value=value, weight=None)
            for part, value in found.parts.items()
            if part not in known
        ]
        return AuthorWhy(rank=found, place=place, of=len(ranks), reasons=tuple(sorted(reasons, key=lambda r: -(r.weight or 0))))

    def find_author(self, text: str) -> Author:
        """The author that a person means by ``handle``, ``@handle``, ``platform:handle`` or ``platform:key``.

        Who goes by it today comes before who once did. Raises ``AmbiguousAuthor`` with all it may be, and ``NotFound``.
        """
        platform, _, rest = text.strip().partition(":")
        found = self.archive.find_authors(rest, platform.strip().casefold()) if rest else []
        name = rest if found else text
        found = found or self.archive.find_authors(text)
        if not found:
            raise NotFound("author", text.strip())
        handle = bare_handle(name)
        likely = [a for a in found if bare_handle(a.handle) == handle or a.key == name.strip()] or found
        if len(likely) > 1:
            raise AmbiguousAuthor(text.strip(), [f"{a.platform}:{a.key}" if _alike(a, likely) else account(a) for a in likely])
        return likely[0]

    def author_card(
        self, author: Author, topic: str = "", *, span: timedelta = CARD_WINDOW, zone: tzinfo | None = None
    ) -> AuthorCard:
        """Everything that is shown of an author; times of day in ``zone`` (``None``: this machine's)."""
        name, window = self._topic(topic).name if topic else "", self._window(span)
        accounts = self.archive.person(author.platform, author.key)
        said = [r for each in accounts for r in self.archive.author_outline(each.platform, each.key, window)]
        hits = [h.ref for a in accounts for h in self.archive.author_mentions(a.platform, a.key, limit=NEWEST).hits]
        newest = _newest_first(self.archive.records(hits))[:NEWEST]
        return card_of(
            author,
            card=self.archive.card(author.platform, author.key),
            accounts=accounts,
            series=self.archive.author_series(author.platform, author.key),
            window=window,
            topic=name,
            said=_newest_first(said),
            newest=newest,
            zone=zone,
        )

    def note_author(
        self,
        author: Author,
        *,
        relation: str | None = None,
        notes: str | None = None,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
    ) -> Card:
        """Write what the desk knows of an author; what is ``None`` stays. Gives the card as it is now."""
        before = self.archive.card(author.platform, author.key)
        after = Card(
            relation=before.relation if relation is None else _line(relation),
            notes=before.notes if notes is None else clean(notes).strip(),
            tags=tuple(sorted(({*before.tags} | {*map(_line, add)}) - {*map(_line, remove)} - {""})),
        )
        self.archive.save_card(author.platform, author.key, after)
        return after

    # --- parts -----------------------------------------------------------------------------------------------

    def _topic(self, name: str) -> Topic:
        if not name:
            return _EVERYTHING
        found = next((topic for topic in self.topics if topic.name.casefold() == name.strip().casefold()), None)
        if found is None:
            raise NotFound("topic", name, [topic.name for topic in self.topics])
        return found

    def _window(self, span: timedelta) -> Window:
        end = self.now()
        return Window(start=end - span, end=end)

    def _ranks(self, topic: Topic, window: Window) -> tuple[Sequence[AuthorRank], list[str]]:
        """All ranks, and which rankers failed: one that does harms only itself."""
        found: dict[str, Sequence[AuthorRank]] = {}
        problems: list[str] = []
        for name, ranker in self.rankers().items():
            try:
                found[name] = ranker.rank(self.archive, topic, window)
            except HubbubError:
                raise
            except Exception as error:
                problems.append(f"The ranker {name!r} failed: {type(error).__name__}: {error}")
        if not found:
            message = " ".join(problems) or "No ranker is in use; name one in `use` of [rankers]."
            raise PluginError(message, role="ranker", name=", ".join(self.rankers()))
        return joined(found), problems


def _place(ranks: Sequence[AuthorRank], author: Author) -> tuple[int | None, AuthorRank | None]:
    """An author's place on their platform, and their rank, where they are not too far down."""
    place = 0
    for rank in ranks[:_LOOKED_AT]:
        same_platform = rank.author.platform == author.platform
        place += same_platform and not rank.marks
        if same_platform and rank.author.key == author.key:
            return None if rank.marks else place, rank
    return None, None


def _newest_first(records: Sequence[Record]) -> list[Record]:
    return sorted(sorted(records, key=lambda record: record.ref), key=lambda record: record.when, reverse=True)


def _alike(author: Author, others: Sequence[Author]) -> bool:
    """Whether another has the same account name, so that only the key tells them apart."""
    return sum(account(other) == account(author) for other in others) > 1


def _line(text: str) -> str:
    return " ".join(clean(text, newlines=False).split())
