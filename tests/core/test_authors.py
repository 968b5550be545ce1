"""What is shown of authors: feelings, evidence, weeks, and the lists of several rankers as one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from hubbub.core.authors import card_of, evidence, feeling, joined, weeks
from hubbub.core.values import Author, AuthorRank, Card, Label, Mention, Record, Window

NOW = datetime(2026, 6, 14, 23, 30, tzinfo=UTC)  # a Sunday
ANA = Author(platform="forum", key="1", handle="ana")


def said(key: str, *labels: str, days: float = 0, topics: tuple[str, ...] = ("Acme",), copy_of: str = "") -> Record:
    """A record; labels are ``name=value``, by a person where they begin with ``!``."""
    found = [Label(name="topic", value=topic, by="topics") for topic in topics]
    for text in labels:
        name, _, value = text.removeprefix("!").partition("=")
        found.append(Label(name=name, value=value, by="you" if text.startswith("!") else "p"))
    when = NOW - timedelta(days=days)
    mention = Mention(platform="forum", key=key, author=ANA)
    return Record(mention=mention, version=1, when=when, first_seen=when, last_seen=when, labels=tuple(found), copy_of=copy_of)


def test_how_a_mention_feels_about_a_topic() -> None:
    both = said("1", "sentiment=positive", "sentiment:Acme=negative")
    assert (feeling(both, "Acme"), feeling(both, "Other"), feeling(both, "")) == ("negative", "positive", "positive")
    assert feeling(said("2", "sentiment=positive", "!sentiment=neutral"), "Acme") == "neutral"
    assert feeling(said("3"), "Acme") == feeling(said("4", "sentiment=grumpy"), "") == "unknown"


def test_an_advocate_needs_evidence() -> None:
    praise = [said(f"p{n}", "purpose=praise") for n in range(2)] + [said("p2", "sentiment=positive")]
    found = evidence(praise, "Acme")
    assert (found.leaning, found.favourable, found.critical) == ("advocate", ("forum:p0", "forum:p1", "forum:p2"), ())
    assert evidence(praise[:2], "Acme").leaning == "not enough evidence"
    assert evidence(praise, "Other").leaning == "not enough evidence"
    assert evidence(praise, "").leaning == "advocate"
    copies = [praise[0], *(replace(record, copy_of="forum:p0") for record in praise[1:])]
    assert evidence(copies, "Acme").leaning == "not enough evidence"


def test_a_detractor_complains_even_in_friendly_words() -> None:
    complaints = [said(f"c{n}", "purpose=complaint", "sentiment=positive") for n in range(3)]
    assert evidence(complaints, "Acme").leaning == "detractor"
    praise = [said(f"p{n}", "purpose=praise", "sentiment=negative") for n in range(2)]
    found = evidence([*complaints, *praise], "Acme")
    assert (found.leaning, len(found.favourable), len(found.critical)) == ("divided", 2, 3)
    corrected = [replace(said(f"c{n}", "purpose=complaint", "!purpose=praise")) for n in range(3)]
    assert evidence(corrected, "Acme").leaning == "advocate"
    assert evidence([said(str(n)) for n in range(9)], "Acme").leaning == "not enough evidence"


def test_weeks_without_a_word_are_weeks() -> None:
    found = weeks([said("1", "sentiment=positive"), said("2", days=14), said("3", days=15)], "Acme", UTC)
    assert [week.monday for week in found] == [date(2026, 5, 25), date(2026, 6, 1), date(2026, 6, 8)]
    assert [sum(week.feelings.values()) for week in found] == [2, 0, 1]
    assert found[0].feelings["unknown"] == 2
    assert weeks([], "", UTC) == ()


def test_a_card_counts_when_and_where() -> None:
    records = [said("1"), said("2", days=1, topics=("Acme", "Other")), said("3", days=1 / 24)]
    window = Window(start=NOW - timedelta(days=9), end=NOW)
    east = timezone(timedelta(hours=3))
    made = [
        card_of(ANA, card=Card(), accounts=[ANA], series=[], window=window, topic="Acme", said=records, newest=[], zone=zone)
        for zone in (UTC, east)
    ]
    assert (made[0].hours[23], made[0].hours[22], made[0].weekdays) == (2, 1, (0, 0, 0, 0, 0, 1, 2))
    assert (made[1].hours[2], made[1].hours[1], made[1].weekdays) == (2, 1, (2, 0, 0, 0, 0, 0, 1))
    assert (made[0].mentions, dict(made[0].platforms), dict(made[0].topics)) == (3, {"forum": 3}, {"Acme": 3, "Other": 1})


def test_several_rankers_make_one_list() -> None:
    ben = replace(ANA, key="2", handle="ben")
    one = [AuthorRank(author=ANA, score=80, parts={"reach": 80}), AuthorRank(author=ben, score=10, marks=("bot",))]
    two = [AuthorRank(author=ben, score=100, parts={"posts": 100})]
    assert joined({"one": one}) == one
    both = joined({"one": one, "two": two})
    assert [(rank.author.handle, rank.score, dict(rank.parts), rank.marks) for rank in both] == [
        ("ana", 80, {"one.reach": 80}, ()),
        ("ben", 55, {"two.posts": 100}, ("bot",)),
    ]
