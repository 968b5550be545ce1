"""Which part of a text speaks of which topic."""

import re

import pytest

from hubbub.plugins.processors._sentiment_clauses import clauses_of


def read_for(text: str, *names: str) -> dict[str, list[str]]:
    places = {name: [match.span() for match in re.finditer(name, text)] for name in names}
    return {name: [text[a:b] for a, b in judged.stretches] for name, judged in clauses_of(text, places).items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme is great but Nova is slow", {"Acme": ["Acme is great"], "Nova": ["but Nova is slow"]}),
        ("Acme is great. Nova is slow!", {"Acme": ["Acme is great."], "Nova": ["Nova is slow!"]}),
        ("Acme va bien, pero Nova no", {"Acme": ["Acme va bien,"], "Nova": ["pero Nova no"]}),
        ("Acme merge bine, iar Nova nu", {"Acme": ["Acme merge bine,"], "Nova": ["iar Nova nu"]}),
        ("Η Acme καλή, αλλά η Nova όχι", {"Acme": ["Η Acme καλή,"], "Nova": ["αλλά η Nova όχι"]}),
        ("Acme, Nova are slow", {"Acme": ["Acme, Nova are slow"], "Nova": ["Acme, Nova are slow"]}),
        ("I like Acme and Nova", {"Acme": ["I like Acme and Nova"], "Nova": ["I like Acme and Nova"]}),
        ("Bought Acme. It is fast, too. Nova broke.", {"Acme": ["Bought Acme. It is fast, too."], "Nova": ["Nova broke."]}),
        ("Honestly, Acme is fine. Nova, well, no.", {"Acme": ["Honestly, Acme is fine."], "Nova": ["Nova, well, no."]}),
    ],
)
def test_each_topic_has_its_clauses(text: str, expected: dict[str, list[str]]) -> None:
    assert read_for(text, "Acme", "Nova") == expected


def test_a_sentence_goes_on_only_once() -> None:
    text = "Acme is here. It is nice. Rain fell. More rain fell."
    assert read_for(text, "Acme", "Nova") == {"Acme": ["Acme is here. It is nice."]}


def test_a_topic_that_stands_nowhere_is_left_out() -> None:
    assert clauses_of("Acme is great", {"acme": [], "nova": []}) == {}
    assert clauses_of("", {"acme": []}) == {}


@pytest.mark.parametrize(
    "text",
    ["Nova is better than Acme", "Nova es mejor que Acme", "Nova e mai bun decât Acme", "Η Nova καλύτερη από την Acme"],
)
def test_a_comparison_is_at_the_cost_of_what_stands_behind(text: str) -> None:
    places = {name: [match.span() for match in re.finditer(name, text)] for name in ("Acme", "Nova")}
    found = clauses_of(text, places)
    assert (found["Acme"].turned, found["Nova"].turned) == (True, False)
