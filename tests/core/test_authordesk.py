"""Several rankers on one desk: one that fails harms only itself, and one that explains nothing still shows its parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from hubbub.core.archives import Archive
from hubbub.core.authordesk import AuthorDesk
from hubbub.core.errors import ConfigError, NotFound, PluginError
from hubbub.core.values import Author, AuthorRank, Card, Topic, Window

ANA, BEN = (Author(platform="forum", key=key, handle=key) for key in ("ana", "ben"))


class Archived:
    """As much of an archive as lists ask for."""

    def cards(self) -> dict[tuple[str, str], Card]:
        return {("forum", "ben"): Card(relation="customer")}


class Loudest:
    """A ranker that always says the same."""

    def rank(self, archive: Any, topic: Topic, window: Window) -> Sequence[AuthorRank]:
        bot = AuthorRank(author=Author(platform="forum", key="bot"), score=90, marks=("bot",))
        return [bot, AuthorRank(author=BEN, score=80, parts={"posts": 80}), AuthorRank(author=ANA, score=10)]


class Broken:
    """A ranker with a fault, or with a setting that is wrong."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def rank(self, archive: Any, topic: Topic, window: Window) -> Sequence[AuthorRank]:
        raise self.error


def desk(**rankers: Any) -> AuthorDesk:
    made = AuthorDesk()
    made.archive, made.topics = cast(Archive, Archived()), (Topic(name="acme", query="acme"),)
    made.now, made.rankers = lambda: datetime(2026, 6, 14, tzinfo=UTC), lambda: rankers
    return made


def test_bots_have_no_place_and_are_listed_only_when_asked_for() -> None:
    found = desk(loudest=Loudest()).authors("ACME")
    assert [(row.place, row.rank.author, row.card.relation) for row in found.rows] == [(1, BEN, "customer"), (2, ANA, "")]
    assert (found.topic, found.total, found.marked) == ("acme", 3, {"bot": 1})
    assert [row.place for row in desk(loudest=Loudest()).authors(marked=True).rows] == [0, 1, 2]
    assert [row.place for row in desk(loudest=Loudest()).authors(relation=" Customer").rows] == [1]


def test_a_ranker_that_fails_harms_only_itself() -> None:
    found = desk(broken=Broken(ZeroDivisionError("by zero")), loudest=Loudest()).authors()
    assert [row.rank.author for row in found.rows] == [BEN, ANA]
    assert found.problems == ("The ranker 'broken' failed: ZeroDivisionError: by zero",)
    with pytest.raises(PluginError, match="by zero"):
        desk(broken=Broken(ZeroDivisionError("by zero"))).authors()
    with pytest.raises(PluginError, match="No ranker is in use"):
        desk().authors()
    with pytest.raises(ConfigError):
        desk(broken=Broken(ConfigError("weights")), loudest=Loudest()).authors()


def test_what_is_not_explained_is_still_shown() -> None:
    why = desk(loudest=Loudest()).why_author(BEN)
    assert (why.place, why.of) == (1, 3)
    assert [(reason.part, reason.words, reason.weight) for reason in why.reasons] == [("posts", "80 of 100", None)]
    with pytest.raises(NotFound, match="in these 30 days by the author 'forum:eva'"):
        desk(loudest=Loudest()).why_author(Author(platform="forum", key="eva"))
    with pytest.raises(NotFound, match="topic"):
        desk(loudest=Loudest()).authors("other")
