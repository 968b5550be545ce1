"""What needs a person first: each part by itself, and what comes after."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.attentionarchive import OurPost
from hubbub.core.prioritising import Answers, percentile
from hubbub.core.priority import USUAL, Facts, Weights, change, priority, score_of
from hubbub.core.values import Author, Engagement, Label, Mention, Record, TriageState

NOW = datetime(2026, 6, 14, 12, tzinfo=UTC)
NOBODY = Facts()


def record(*labels: Label, hours: float = 3, likes: int | None = None, **more: object) -> Record:
    when = NOW - timedelta(hours=hours)
    counts = None if likes is None else Engagement(at=NOW, likes=likes)
    author = Author(platform="mastodon", key="7", handle="marta", followers=4120)
    mention = Mention(platform="mastodon", key="1", text="Mi Acme Phone se apaga solo", author=author, engagement=counts)
    made = Record(mention=mention, version=1, when=when, first_seen=when, last_seen=when, labels=labels)
    return replace(made, **more)  # pyright: ignore[reportArgumentType]


def label(name: str, value: str, score: float | None = None, by: str = "") -> Label:
    return Label(name=name, value=value, by=by or name, score=score)


def words(found: Record, facts: Facts = NOBODY) -> dict[str, str]:
    return {part.name: part.words for part in priority(found, facts, USUAL, NOW).parts}


def score(found: Record, facts: Facts = NOBODY, weights: Weights = USUAL) -> int:
    explained = priority(found, facts, weights, NOW).score
    assert score_of(found, facts, weights, NOW) == explained
    return explained


def test_every_part_says_what_it_comes_from() -> None:
    complaint = record(label("purpose", "complaint", 0.92), label("sentiment", "negative", 0.83), likes=120)
    series = (Engagement(at=NOW - timedelta(hours=2), likes=0), Engagement(at=NOW, likes=120))
    assert words(complaint, Facts(influence=71, ranked=True, series=series)) == {
        "kind": "complaint (0.92)",
        "sentiment": "negative 0.83",
        "influence": "influence 71 on mastodon",
        "reach": "120 reactions",
        "speed": "120 reactions in 2 h (fast)",
        "unanswered": "unanswered for 3 h",
    }


def test_what_is_unknown_is_said_and_counts_a_little() -> None:
    found = priority(record(), NOBODY, USUAL, NOW)
    assert {part.value for part in found.parts} == {0.25}
    assert found.score == 25
    assert all("unknown" in part.words for part in found.parts)


def test_the_parts_make_the_score() -> None:
    found = priority(record(label("purpose", "crisis", 1.0), likes=10), Facts(influence=50), USUAL, NOW)
    assert not found.steps
    assert round(sum(map(found.points, found.parts))) == found.score


def test_a_complaint_comes_before_news_and_an_angry_one_before_a_calm_one() -> None:
    ranked = [
        record(label("purpose", "crisis"), label("sentiment", "negative")),
        record(label("purpose", "complaint"), label("sentiment", "negative")),
        record(label("purpose", "complaint"), label("sentiment", "neutral")),
        record(label("purpose", "question"), label("sentiment", "neutral")),
        record(label("purpose", "praise"), label("sentiment", "positive")),
        record(label("purpose", "news"), label("sentiment", "neutral")),
    ]
    scores = [score(each) for each in ranked]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_a_persons_word_and_a_rules_win() -> None:
    said = label("purpose", "complaint", 0.99)
    assert words(record(said, label("purpose", "news", by="you")))["kind"] == "news"
    assert words(record(said, label("purpose", "lead", by="rule:Leads")))["kind"] == "lead"
    assert words(record(said, label("purpose", "unknown", by="you")))["kind"] == "kind of message unknown"


def test_of_feelings_about_several_topics_the_worst_counts() -> None:
    found = record(
        label("sentiment", "neutral"), label("sentiment:hub", "positive", 0.9), label("sentiment:acme", "negative", 0.6)
    )
    assert words(found)["sentiment"] == "negative 0.60 about acme"


def test_an_audience_is_compared_with_others_where_no_ranker_speaks() -> None:
    assert words(record(), Facts(influence=71))["influence"] == "a larger audience than 71 % on mastodon"
    assert percentile((1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 8) == 75
    assert percentile((5,) * 10, 5) == 50
    assert percentile((1, 2, 3), 3) is None
    assert percentile((1,) * 10, None) is None


def test_speed_is_from_one_count_to_the_next() -> None:
    at = [NOW - timedelta(hours=50), NOW - timedelta(hours=2), NOW]
    risen = tuple(Engagement(at=time, likes=likes) for time, likes in zip(at, (900, 1000, 1040), strict=True))
    assert words(record(), Facts(series=risen))["speed"] == "40 reactions in 2 h (steady)"
    fallen = (Engagement(at=at[1], likes=50), Engagement(at=at[2], likes=10))
    assert words(record(), Facts(series=fallen))["speed"] == "0 reactions in 2 h (slow)"
    assert words(record(), Facts(series=risen[:1]))["speed"] == "no recent count of reactions"
    assert words(record(hours=3, likes=30))["speed"] == "30 reactions in 3 h (steady)"


def test_the_longer_a_question_waits_the_more_it_counts_and_an_answer_ends_it() -> None:
    asked = label("purpose", "question")
    waiting = [priority(record(asked, hours=h), NOBODY, USUAL, NOW).parts[-1].value for h in (0, 6, 12, 24, 240)]
    assert waiting == [0.5, 0.625, 0.75, 1.0, 1.0]
    assert words(record(asked), Facts(answered=True))["unanswered"] == "answered by us"
    assert words(record(label("purpose", "praise")))["unanswered"] == "no answer is waited for"


def test_whom_we_answered() -> None:
    early, late = NOW - timedelta(hours=9), NOW
    answers = Answers([OurPost(when=late, parent="mastodon:1", thread=""), OurPost(when=late, parent="", thread="mastodon:9")])
    assert answers.has(record())
    in_thread = record(mention=replace(record().mention, key="2", thread="mastodon:9"))
    assert answers.has(in_thread)
    assert not Answers([OurPost(when=early, parent="", thread="mastodon:9")]).has(in_thread)
    assert not answers.has(record(mention=replace(record().mention, key="3")))


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (record(label("voice", "ours", by="topics")), "written by us"),
        (record(label("muted", "word:x", by="mutes")), "muted"),
        (record(label("purpose", "spam", 0.9)), "spam or promotion"),
        (record(state=TriageState.DONE), "done"),
        (record(state=TriageState.IGNORED), "ignored"),
        (record(deleted=True), "deleted at the source"),
    ],
)
def test_what_nobody_needs_to_look_at_has_none(found: Record, why: str) -> None:
    told = priority(found, Facts(influence=99, ranked=True), USUAL, NOW)
    assert told.score == 0
    assert told.steps[-1].words == why


def test_age_takes_away() -> None:
    scores = [score(record(label("purpose", "praise"), hours=hours)) for hours in (1, 24, 72, 168, 2000)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == scores[1] > scores[2] > scores[3] == scores[4] > 0


def test_rules_and_persons_change_it_and_the_person_wins() -> None:
    plain = record(label("purpose", "news"))
    twenty = replace(plain, labels=(*plain.labels, label("priority", "+20", by="rule:Press")))
    found = priority(twenty, NOBODY, USUAL, NOW)
    assert found.score == score(plain) + 20
    assert [step.words for step in found.steps] == ["rule Press: +20"]
    both = replace(
        twenty, labels=(*twenty.labels, label("priority", "=90", by="rule:Chief"), label("priority", "-10", by="rule:Last"))
    )
    assert score(both) == 80
    assert score(replace(both, labels=(*both.labels, label("priority", "5", by="you")), state=TriageState.DONE)) == 5
    silly = replace(plain, labels=(*plain.labels, label("priority", "high", by="you"), label("priority", "much", by="rule:x")))
    assert score(silly) == score(plain)


@pytest.mark.parametrize("weights", [{"kind": -1.0}, {"speed": float("nan")}, {"reach": float("inf")}])
def test_weights_that_are_none(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(weights))):
        Weights(**weights)


def test_weights_that_sum_to_nothing() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Weights(kind=0, sentiment=0, influence=0, reach=0, speed=0, unanswered=0)


def test_a_single_weight_is_the_score() -> None:
    only = Weights(kind=0, sentiment=0, influence=3, reach=0, speed=0, unanswered=0)
    assert score(record(), Facts(influence=64, ranked=True), only) == 64


def test_changes_as_rules_write_them() -> None:
    assert [change(text) for text in ("+20", " -5", "=90", "=0")] == ["+20", "-5", "=90", "=0"]
    for wrong in ("20", "", "+", "high", "+101", "++5", "=-5", "+²"):
        with pytest.raises(ValueError, match="write what to do"):
            change(wrong)


values = st.sampled_from(
    ["complaint", "news", "spam", "crisis", "unknown", "negative", "positive", "+20", "=90", "-99", "ours", "no"]
)
labels = st.builds(
    Label,
    name=st.sampled_from(["purpose", "sentiment", "sentiment:acme", "priority", "muted", "voice"]),
    value=values,
    by=st.sampled_from(["x", "you", "rule:A", "mutes"]),
    score=st.none() | st.floats(-1, 2),
)
counts = st.builds(
    Engagement,
    at=st.integers(-400, 400).map(lambda hours: NOW + timedelta(hours=hours)),
    likes=st.none() | st.integers(-9, 10**12),
)


@given(
    st.lists(labels, max_size=6),
    st.none() | st.floats(-10, 200),
    st.lists(counts, max_size=4),
    st.booleans(),
    st.floats(-100, 10_000),
)
def test_it_is_always_from_0_to_100(
    said: list[Label], influence: float | None, series: list[Engagement], answered: bool, hours: float
) -> None:
    facts = Facts(influence=influence, series=series, answered=answered)
    found = priority(record(*said, hours=hours), facts, USUAL, NOW)
    assert 0 <= found.score <= 100
    assert all(0 <= part.value <= 1 for part in found.parts)
    assert all(0 <= step.score <= 100 for step in found.steps)
