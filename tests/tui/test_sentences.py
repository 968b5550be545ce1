"""Sentences, words, and what is sought: cut and marked where a reader would."""

import pytest

from hubbub.tui.sentences import Stretch, sentences, words
from hubbub.tui.spotting import found, marked


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("She said “no.” Then she left.", ["She said “no.”", "Then she left."]),
        ("Version 2.4 is out… Wait", ["Version 2.4 is out…", "Wait"]),
        ("a line\n\n  another line\n", ["a line", "another line"]),
        ("電池が切れた。もう一度。", ["電池が切れた。", "もう一度。"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_text_is_cut_into_its_sentences(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == parts


def test_a_stretch_is_moved_widened_and_never_empty() -> None:
    text = "It began. The phone got hot. It died."

    def said(stretch: Stretch) -> str:
        return text[stretch.start : stretch.end]

    first = Stretch(text, 0, 0).sentence(0)
    assert said(first) == "It began."
    assert said(first.sentence(-1)) == "It began."
    assert said(first.sentence(1)) == "The phone got hot."
    assert said(first.sentence(9)) == "It died."
    both = first.sentences_more(1)
    assert said(both) == "It began. The phone got hot."
    assert said(both.words_more(-1).words_later(1)) == "began. The phone got"
    assert said(both.sentences_more(-1).sentences_more(-1)) == "It began."
    word = first.words_more(-1).words_more(-1)
    assert said(word) == "It"
    assert said(word.words_later(1)) == "It"
    assert Stretch("", 0, 0).sentence(1).words_more(1) == Stretch("", 0, 0)


def test_hostile_lengths_are_cut_in_time() -> None:
    text = "." * 200_000 + "a" * 200_000
    assert len(sentences(text)) == 1
    assert len(words("a " * 500_000)) == 10_000


def test_what_is_sought_is_marked_whatever_its_case_and_accents() -> None:
    assert found("Ștefan și ȘTEFAN", ["stefan"]) == [(0, 6), (10, 16)]
    assert marked("Bună ziua", ["buna"], "dim") == [("Bună", "match"), (" ziua", "dim")]
    assert marked("nothing", ["else"], "") == [("nothing", "")]
    assert marked("ﬁne", ["fi"], "") == [("ﬁ", "match"), ("ne", "")]
    assert marked("", ["x"], "") == []
