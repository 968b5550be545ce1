"""Every label explains itself: who said it, by which words, and whether it is the one that counts."""

from datetime import UTC, datetime

from hubbub.core.explaining import MOST_WORDS, explain
from hubbub.core.values import BY_YOU, Label, Labels, Mention, Record, Span

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TEXT = "El Acme se apaga solo, pero la pantalla es preciosa"


def record(*labels: Label, text: str = TEXT, title: str = "") -> Record:
    mention = Mention(platform="x", key="1", title=title, text=text)
    return Record(mention=mention, version=1, when=NOW, first_seen=NOW, last_seen=NOW, labels=tuple(labels))


def span(words: str, weight: float | None = None) -> Span:
    start = TEXT.index(words)
    return Span(field="text", start=start, end=start + len(words), weight=weight)


def said(name: str, value: str, by: str = "sentiment", *spans: Span) -> Label:
    return Label(name=name, value=value, by=by, version="2", spans=spans)


def test_words_come_with_their_weights_and_what_weighs_most_comes_first() -> None:
    label = said("sentiment", "uncertain", "sentiment", span("preciosa", 0.31), span("se apaga solo", -0.41), span("Acme"))
    (judgement,) = explain(record(label))
    assert [(one.words, one.span.weight) for one in judgement.evidence] == [
        ("se apaga solo", -0.41),
        ("preciosa", 0.31),
        ("Acme", None),
    ]
    assert "certain enough" in judgement.remark


def test_a_correction_counts_and_what_it_overrules_does_not() -> None:
    lang = Label(name="lang", value="es", by="language", version="1")
    about = said("sentiment:acme", "negative", "sentiment", span("se apaga solo", -0.4))
    labels: Labels = (lang, said("sentiment", "positive"), about, Label(name="sentiment", value="neutral", by=BY_YOU))
    judgements = explain(record(*labels))
    assert [(j.name, j.topic, j.label.value, j.counts) for j in judgements] == [
        ("lang", "", "es", True),
        ("sentiment", "", "neutral", True),
        ("sentiment", "", "positive", False),
        ("sentiment", "acme", "negative", True),
    ]
    assert "your correction" in judgements[1].remark
    assert "does not count" in judgements[2].remark


def test_unknown_is_told_as_what_it_is() -> None:
    (judgement,) = explain(record(said("sentiment", "unknown")))
    assert judgement.remark == "it could not be told"


def test_all_topics_count() -> None:
    topics = [said("topic", "acme", "topics", span("Acme")), said("topic", "rival", "topics")]
    found = explain(record(*topics, Label(name="topic", value="mine", by=BY_YOU)))
    assert [(j.label.value, j.counts) for j in found] == [("mine", True), ("acme", True), ("rival", True)]
    assert [bool(j.remark) for j in found[1:]] == [False, True]


def test_evidence_that_is_not_there_is_left_out_and_long_evidence_is_cut() -> None:
    gone = Span(field="title", start=3, end=9)
    beyond = Span(field="text", start=9000, end=9010)
    (judgement,) = explain(record(said("sentiment", "negative", "x", gone, beyond)))
    assert judgement.evidence == ()
    whole = Span(field="text", start=0, end=500)
    (judgement,) = explain(record(said("sentiment", "negative", "x", whole), text="no " * 200))
    assert len(judgement.evidence[0].words) == MOST_WORDS


def test_a_mention_that_nobody_judged_has_nothing_to_explain() -> None:
    assert explain(record()) == ()


def test_what_goes_by_no_words_says_what_it_goes_by() -> None:
    labels = (said("lang", "es", "language"), said("route", "press", "rule:Trouble"), said("mood", "calm", "stranger"))
    assert [judgement.remark for judgement in explain(record(*labels))] == [
        "told by the whole text",
        "a rule of yours says so",
        "it names no words as its evidence",
    ]
