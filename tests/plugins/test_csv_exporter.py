"""The exporter csv: every block a row that comes back as it was, and no text that a spreadsheet would run."""

import csv
from pathlib import Path

import pytest
from golden import agree
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.text import clean
from hubbub.core.values import Block, BlockKind
from hubbub.plugins.exporters.csv import COLUMNS, CsvExporter, CsvOptions
from hubbub.testing.stories import HOSTILE, every_field, handed, published, said


def rows(folder: Path, *blocks: Block, **options: bool) -> list[dict[str, str]]:
    CsvExporter(CsvOptions(**options)).export(published(folder, *blocks), folder)
    with (folder / "story.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_the_table_of_every_field(tmp_path: Path):
    """Look at: a row a block, times in UTC, the part with its ellipses, nothing of what was taken out."""
    CsvExporter().export(handed(every_field(tmp_path)), tmp_path)
    text = (tmp_path / "story.csv").read_bytes().decode()
    agree("every-field.csv", text)
    assert text.splitlines()[0] == ",".join(COLUMNS)


@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40)))
def test_every_text_comes_back(tmp_path_factory: pytest.TempPathFactory, words: str):
    folder = tmp_path_factory.getbasetemp()
    [row, other] = rows(folder, said(1, words), Block(id="t", kind=BlockKind.TEXT, text=words), guard=False)
    assert row["text"] == other["text"] == clean(words)
    assert (row["number"], row["kind"], other["number"], other["kind"]) == ("1", "mention", "2", "text")


@pytest.mark.parametrize(
    "words",
    [
        '=HYPERLINK("http://a.example")',
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "  =1",
        "\n=1",
        "＝1+1",
        "＠SUM(1)",
        "|calc",
        "%0A=1",
        "'=1",
        '"=1',
        "\u00a0=1",
    ],
)
def test_no_text_is_a_formula(tmp_path: Path, words: str):
    [row] = rows(tmp_path, said(1, words, title=words))
    assert row["text"] == f"'{clean(words)}"
    assert row["title"][0] == "'"
    [bare] = rows(tmp_path, said(1, words), guard=False)
    assert bare["text"] == clean(words)


def test_numbers_and_plain_words_are_left_alone(tmp_path: Path):
    [row] = rows(tmp_path, said(1, "It went dark - again = bad"))
    assert (row["text"], row["likes"], row["shares"], row["part"]) == ("It went dark - again = bad", "3", "", "whole")
    assert row["published"] == "2026-06-19T17:00:00Z"


def test_a_byte_order_mark_is_written_where_it_is_asked_for(tmp_path: Path):
    for bom in (False, True):
        CsvExporter(CsvOptions(bom=bom)).export(published(tmp_path), tmp_path)
        assert (tmp_path / "story.csv").read_bytes().startswith(b"\xef\xbb\xbfnumber" if bom else b"number")


def test_the_documentation_names_every_column():
    docs = (Path(__file__).parents[2] / "docs" / "stories.md").read_text(encoding="utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in docs] == []
