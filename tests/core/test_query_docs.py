"""The page about the query language tells the truth: every example of it is read."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hubbub.core.documents import live_document
from hubbub.core.errors import QueryError
from hubbub.core.parsing import parse
from hubbub.core.query import DATE_FIELDS, KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS
from hubbub.core.queryscan import ALIASES, MAX_DEPTH, MAX_LENGTH, MAX_SLOP
from hubbub.core.querywords import ASPECTS, CLOSED, MAX_WILDCARDS
from hubbub.core.stemming import ALGORITHMS
from hubbub.core.values import Mention, MentionKind, TriageState

PAGE = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")
NOW = datetime(2026, 6, 20, tzinfo=UTC)


def examples(kind: str) -> list[str]:
    blocks = re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return [line.partition("  ##")[0].strip() for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("text", examples("query"))
def test_every_example_is_understood(text: str) -> None:
    assert parse(text, now=NOW).text == text


@pytest.mark.parametrize("text", examples("refused"))
def test_every_mistake_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        parse(text, now=NOW)


def test_the_examples_are_found() -> None:
    assert len(examples("query")) > 80
    assert len(examples("refused")) > 20
    assert len(examples("forms")) > 10


def test_the_error_on_the_page_is_the_error_that_is_given() -> None:
    with pytest.raises(QueryError) as caught:
        parse("titel:acme", now=NOW)
    assert str(caught.value) in PAGE


@pytest.mark.parametrize(
    "same",
    [
        ("coca-cola", '"coca cola"'),
        ("R&D", '"r d"'),
        ("lang:es,ro", "lang:(es OR ro)"),
        ("acme phone", "acme AND phone"),
        ("=phones", '"phones"'),
        ("is:ours", "label:voice=ours"),
        ("is:others", "NOT label:voice=ours"),
    ],
)
def test_what_is_called_the_same_is_the_same(same: tuple[str, str]) -> None:
    assert parse(same[0]).root == parse(same[1]).root


def test_grouping_is_as_the_page_says() -> None:
    for line in re.findall(r"^(.*?) +## (\(.*\).*)$", PAGE, re.MULTILINE):
        assert parse(line[0]).root == parse(line[1]).root


@pytest.mark.parametrize("line", examples("forms"))
def test_forms_are_found_and_missed_as_the_page_says(line: str) -> None:
    asked, _, rest = line.partition(" = ")
    lang, word = asked.split()
    found, _, missed = (part.split() for part in rest.partition("≠"))
    assert found
    assert missed
    query = parse(word)
    matches = {form: query.matches(live_document(mention(form, lang), seen=NOW)) for form in (*found, *missed)}
    assert matches == dict.fromkeys(found, True) | dict.fromkeys(missed, False)


def mention(text: str, lang: str) -> Mention:
    return Mention(platform="test", key="1", text=f"… {text}!", lang=lang)


def test_the_languages_with_a_stemmer_are_those_on_the_page() -> None:
    section = PAGE.partition("## Inflected forms")[2].partition("\n## ")[0]
    listed = section.partition(" languages:\n")[2].partition(".\n")[0]
    assert {code: name.lower() for name, code in re.findall(r"(\w+) `(\w+)`", listed)} == ALGORITHMS
    assert f"stemmers for {len(ALGORITHMS)} languages" in section


def test_limits_are_those_on_the_page() -> None:
    assert f"at most {MAX_LENGTH:,} characters and {MAX_DEPTH} levels" in PAGE
    assert MAX_WILDCARDS == 10
    assert "at most ten" in PAGE
    assert MAX_SLOP == 50
    assert "At most 50 words" in PAGE


def test_all_fields_aliases_and_closed_values_are_on_the_page() -> None:
    names = {
        *TEXT_FIELDS,
        *KEYWORD_FIELDS,
        *NUMBER_FIELDS,
        *DATE_FIELDS,
        *ALIASES,
        *TriageState,
        *MentionKind,
        *CLOSED["has"],
        *ASPECTS,
    }
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []
