"""``hubbub show REF --why``: the words that a judgement goes by, as text and as JSON."""

from pathlib import Path

import pytest
from cli_world import NOW, Desk, make_desk

from hubbub.archive import open_archive
from hubbub.core.deciding import decide
from hubbub.core.values import BY_YOU, Label, Mention, Span

TEXT = "Το κινητό σβήνει μόνο του\x1b[31m κάθε μέρα"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = make_desk(tmp_path / "desk")
    archive = open_archive(desk.folder / "archive.db")
    spans = (Span(field="text", start=10, end=30, weight=-0.41), Span(field="title", start=0, end=4))
    labels = (
        Label(name="lang", value="unknown", by="language", version="2"),
        Label(name="sentiment", value="negative", by="sentiment", version="2", score=0.874, spans=spans),
        Label(name="sentiment:acme", value="negative", by="sentiment", version="2", spans=spans[:1]),
    )
    mention = Mention(platform="x", key="1", title="Acme", text=TEXT)
    archive.save("s", [decide(None, mention, seen=NOW, labels=labels)], None, NOW)
    archive.set_label("x:1", "lang", Label(name="lang", value="el", by=BY_YOU))
    archive.close()
    return desk


def test_each_label_is_explained(desk: Desk) -> None:
    printed = desk.call("show", "x:1", "--why").stdout
    assert "\x1b" not in printed
    lines = printed.splitlines()
    begin = lines.index("Why it is labelled so:")
    assert lines[begin : begin + 9] == [
        "Why it is labelled so:",
        "  lang: el (by you)",
        "      your correction: it counts, whatever a processor says",
        "  lang: unknown (by language 2)",
        "      does not count: yours or an earlier judgement stands above it",
        "  sentiment: negative (by sentiment 2, 87% sure)",
        '      "σβήνει μόνο του" −0.41, "Acme" (title)',
        "  sentiment about acme: negative (by sentiment 2)",
        '      "σβήνει μόνο του" −0.41',
    ]
    assert "Why it is" not in desk.call("show", "x:1").stdout


def test_programs_get_the_same(desk: Desk) -> None:
    found = desk.json("show", "x:1", "--why")["why"]
    assert [(one["label"], one["topic"], one["value"], one["counts"]) for one in found] == [
        ("lang", None, "el", True),
        ("lang", None, "unknown", False),
        ("sentiment", None, "negative", True),
        ("sentiment", "acme", "negative", True),
    ]
    assert found[2]["evidence"][0] | {"words": ""} == {"field": "text", "start": 10, "end": 30, "weight": -0.41, "words": ""}
    assert "why" not in desk.json("show", "x:1")


def test_what_nobody_judged_is_told(desk: Desk) -> None:
    archive = open_archive(desk.folder / "archive.db")
    archive.save("s", [decide(None, Mention(platform="x", key="2", text="?"), seen=NOW)], None, NOW)
    archive.close()
    assert "Nobody has judged it yet" in desk.call("show", "x:2", "--why").stdout
