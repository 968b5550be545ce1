"""Standard output: lines, tables that fit, JSON; nothing a stranger wrote steers the terminal."""

import json
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.cli.output import Column, fitted_widths, plural, print_json, print_listing, print_table, say, say_styled
from hubbub.cli.widths import ELLIPSIS, fit, pad, width

HOSTILE = "a\x1b[31mb\x9b2Jc\u202egnp\u2066\x07\r\n\td\ud800"
COLUMNS = [
    Column(title="name", show=lambda thing: thing["name"]),
    Column(title="n", show=lambda thing: thing["n"], right=True),
    Column(title="text", show=lambda thing: thing["text"], gives_way=True),
]


def test_into_a_pipe_a_table_goes_whole_with_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    long = "word " * 100
    print_table([["știri", 12345, long.strip()], ["λόγος", None, ""]], COLUMNS)
    assert capsys.readouterr().out == f"name\tn\ttext\nștiri\t12,345\t{long.strip()}\nλόγος\t–\t\n"


def test_what_a_stranger_wrote_is_harmless_in_a_table_and_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([[HOSTILE, 1, HOSTILE]], COLUMNS)
    say(HOSTILE.replace("\r\n", ""))
    out = capsys.readouterr().out
    assert not set("\x1b\x9b\u202e\u2066\x07\r\ud800") & set(out)
    assert out.count("\n") == 3


def test_json_loses_nothing_and_is_harmless_too(capsys: pytest.CaptureFixture[str]) -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    print_json({"text": HOSTILE + "\u2028", "ro": "ș", "at": moment, "tags": ("a",)})
    out = capsys.readouterr().out
    assert json.loads(out) == {"text": HOSTILE + "\u2028", "ro": "ș", "at": "2026-03-01T12:00:00Z", "tags": ["a"]}
    assert '"ș"' in out
    assert not set("\x1b\x9b\u202e\u2066\x07\r\ud800\u2028") & set(out)


def test_listings_count_their_things(capsys: pytest.CaptureFixture[str]) -> None:
    things = [{"name": "a", "n": 1, "text": "t"}]
    print_listing("things", things, COLUMNS, as_json=True, to_dict=dict, empty="none", more={"next": None})
    assert json.loads(capsys.readouterr().out) == {"total": 1, "things": things, "next": None}
    print_listing("things", [], COLUMNS, as_json=False, to_dict=dict, empty="There is none yet.")
    assert capsys.readouterr().out == "There is none yet.\n"


def test_on_a_narrow_terminal_columns_give_way_in_turn() -> None:
    cells = [["name", "n", "text"], ["n" * 30, "5", "t" * 50]]
    assert fitted_widths(cells, COLUMNS, 200) == [30, 1, 50]
    assert fitted_widths(cells, COLUMNS, 60) == [30, 1, 25]
    assert fitted_widths(cells, COLUMNS, 30) == [17, 1, 8]
    assert fitted_widths(cells, COLUMNS, 5) == [8, 1, 8]


def test_a_terminal_that_is_not_utf8_gets_question_marks(capsys: pytest.CaptureFixture[str]) -> None:
    from contextlib import redirect_stdout

    raw = BytesIO()
    latin = TextIOWrapper(raw, encoding="latin-1", write_through=True)
    with redirect_stdout(latin):
        say("Știri și café")
        say_styled("  \x1b[1macme\x1b[0m …")
    assert raw.getvalue() == "?tiri ?i café\n  \x1b[1macme\x1b[0m ?\n".encode("latin-1")


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_text_is_cut_to_its_cells(text: str, cells: int) -> None:
    cut = fit(text, cells)
    assert width(cut) <= cells
    assert cut == text if width(text) <= cells else cut.endswith(ELLIPSIS)
    assert width(pad(cut, cells)) == cells


def test_wide_and_combining_characters_take_their_cells() -> None:
    assert [width(text) for text in ("abc", "东京", "e\u0301", "👍", "ș")] == [3, 4, 1, 2, 1]
    assert fit("东京咖啡", 6) == "东京…"


def test_counts_agree_with_their_words() -> None:
    assert [plural(n, "mention") for n in (0, 1, 2000)] == ["0 mentions", "1 mention", "2,000 mentions"]
    assert plural(3, "entry", "entries") == "3 entries"
