"""The reading pane says why a mention was judged as it was."""

from dataclasses import replace

from tui_world import NOW, mention

from hubbub.core.desk import Row
from hubbub.core.values import Label, Record, Span
from hubbub.tui.widgets.reading import describe

TEXT = "Mi Acme Phone se apaga solo, y soporte no contesta."


def span(words: str, weight: float | None = None) -> Span:
    start = TEXT.index(words)
    return Span(field="text", start=start, end=start + len(words), weight=weight)


def facts(*labels: Label, priority: int | None = None) -> dict[str, str]:
    said = replace(mention(2), title="", text=TEXT)
    record = Record(mention=said, version=1, when=NOW, first_seen=NOW, last_seen=NOW, labels=labels, priority=priority)
    lines = describe(Row(record=record)).plain.splitlines()
    return {line[:10].strip(): line[10:] for line in lines}


def test_what_weighs_most_comes_first_and_a_topic_has_a_line_of_its_own() -> None:
    said = facts(
        Label(
            name="sentiment",
            value="negative",
            by="sentiment",
            score=0.83,
            spans=(span("no contesta", -0.36), span("se apaga solo", -0.41)),
        ),
        Label(name="sentiment:acme", value="uncertain", by="sentiment"),
        Label(name="purpose", value="complaint", by="purpose", score=0.9, spans=(span("no contesta"),)),
        Label(name="purpose", value="question", by="purpose"),
        priority=82,
    )
    assert said["sentiment"] == "negative 0.83: “se apaga solo” −0.41, “no contesta” −0.36"
    assert said["– acme"] == "uncertain"
    assert said["purpose"] == "complaint 0.90: “no contesta”; question"
    assert said["priority"] == "82 of 100"


def test_a_correction_stands_in_place_of_what_it_corrects() -> None:
    said = facts(
        Label(name="sentiment", value="positive", by="you"),
        Label(name="sentiment", value="negative", by="sentiment", score=0.83),
    )
    assert said["sentiment"] == "positive, by you"


def test_evidence_of_strangers_does_the_terminal_no_harm() -> None:
    label = Label(name="pe\x1b[31mr\u202e", value="[b]x[/b]\x07", by="entities")
    said = facts(label)
    assert "[b]x[/b]" in said.values()
    assert "\x1b" not in str(said)
    assert "\x07" not in str(said)
